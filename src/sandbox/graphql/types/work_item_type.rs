//! The types of work items that the instance knows.

use super::widget;
use super::write::gid;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::IssueKind;

/// Name, fixed id and word of all types, by name (recorded: mutations/types): also of those that only Ultimate opens.
const TYPES: [(&str, u64, &str); 9] = [
    ("Epic", 8, "EPIC"),
    ("Incident", 2, "INCIDENT"),
    ("Issue", 1, "ISSUE"),
    ("Key Result", 7, "KEY_RESULT"),
    ("Objective", 6, "OBJECTIVE"),
    ("Requirement", 4, "REQUIREMENT"),
    ("Task", 5, "TASK"),
    ("Test Case", 3, "TEST_CASE"),
    ("Ticket", 9, "TICKET"),
];

/// A type of work item.
#[derive(Clone, Copy)]
pub(in crate::sandbox::graphql) struct WorkItemTypeObject {
    name: &'static str,
    id: u64,
    word: &'static str,
}

impl WorkItemTypeObject {
    /// The type of an issue.
    pub(super) fn of(kind: IssueKind) -> Self {
        let word = kind.as_str().to_uppercase();
        let found = TYPES.into_iter().find(|(.., known)| *known == word);
        let (name, id, word) = found.unwrap_or(("Issue", 1, "ISSUE"));
        Self { name, id, word }
    }

    /// The issue type of a global id; objectives and the like, which Free lacks, silently become issues (facts §9).
    pub(in crate::sandbox::graphql) fn kind_of(id: u64) -> IssueKind {
        let word = TYPES
            .iter()
            .find(|(_, known, _)| *known == id)
            .map(|(.., word)| *word);
        word.and_then(|word| IssueKind::parse(&word.to_lowercase()))
            .unwrap_or_default()
    }
}

/// `workItemTypes(name:)`.
pub(super) fn list<'s>(arguments: &Arguments) -> Result<Resolved<'s>, Failure> {
    let wanted = arguments.text("name");
    let all = TYPES
        .into_iter()
        .filter(|(.., word)| wanted.is_none_or(|name| name == *word));
    let all = all
        .map(|(name, id, word)| WorkItemTypeObject { name, id, word })
        .collect();
    Connection::of(
        Kind::WORK_ITEM_TYPES,
        all,
        arguments,
        |one| one.id,
        |one| one,
    )
}

impl<'s> Object<'s> for WorkItemTypeObject {
    fn type_name(&self) -> &'static str {
        "WorkItemType"
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "id" => Resolved::leaf(gid("WorkItems::Type", self.id)),
            "name" => Resolved::leaf(self.name),
            "iconName" => Resolved::leaf(format!(
                "work-item-{}",
                self.word.to_lowercase().replace('_', "-")
            )),
            "enabled" => Resolved::leaf(IssueKind::parse(&self.word.to_lowercase()).is_some()),
            "widgetDefinitions" => {
                let kind = IssueKind::parse(&self.word.to_lowercase()).unwrap_or_default();
                let words = widget::of_kind(kind).map(|(word, _)| word);
                Resolved::List(
                    words
                        .map(|word| Resolved::object(Definition(word)))
                        .collect(),
                )
            }
            _ => Resolved::Unset,
        })
    }
}

/// What a widget can do on items of a type.
struct Definition(&'static str);

impl<'s> Object<'s> for Definition {
    fn type_name(&self) -> &'static str {
        match self.0 {
            "ASSIGNEES" => "WorkItemWidgetDefinitionAssignees",
            _ => "WorkItemWidgetDefinitionGeneric",
        }
    }

    fn field(
        &self,
        name: &str,
        _: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "type" => Resolved::leaf(self.0),
            "allowsMultipleAssignees" => Resolved::leaf(widget::several_assignees(context)),
            _ => Resolved::Unset,
        })
    }
}
