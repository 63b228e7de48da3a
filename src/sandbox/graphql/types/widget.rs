//! The widgets of a work item.

use super::label;
use super::link;
use super::milestone::MilestoneObject;
use super::note;
use super::record::Record;
use super::user::UserObject;
use super::write::day;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Issue, IssueKind, Tier};

/// The word and the type of every widget, in the order in which GitLab lists those of an issue (recorded:
/// graphql/group-work-items).
pub(super) const WIDGETS: [(&str, &str); 19] = [
    ("ASSIGNEES", "WorkItemWidgetAssignees"),
    ("AWARD_EMOJI", "WorkItemWidgetAwardEmoji"),
    ("CRM_CONTACTS", "WorkItemWidgetCrmContacts"),
    ("CURRENT_USER_TODOS", "WorkItemWidgetCurrentUserTodos"),
    ("DESCRIPTION", "WorkItemWidgetDescription"),
    ("DESIGNS", "WorkItemWidgetDesigns"),
    ("DEVELOPMENT", "WorkItemWidgetDevelopment"),
    ("EMAIL_PARTICIPANTS", "WorkItemWidgetEmailParticipants"),
    ("ERROR_TRACKING", "WorkItemWidgetErrorTracking"),
    ("HIERARCHY", "WorkItemWidgetHierarchy"),
    ("LABELS", "WorkItemWidgetLabels"),
    ("LINKED_ITEMS", "WorkItemWidgetLinkedItems"),
    ("MILESTONE", "WorkItemWidgetMilestone"),
    ("NOTES", "WorkItemWidgetNotes"),
    ("NOTIFICATIONS", "WorkItemWidgetNotifications"),
    ("PARTICIPANTS", "WorkItemWidgetParticipants"),
    ("START_AND_DUE_DATE", "WorkItemWidgetStartAndDueDate"),
    ("TIME_TRACKING", "WorkItemWidgetTimeTracking"),
    ("LINKED_RESOURCES", "WorkItemWidgetLinkedResources"),
];

/// Widgets that a task lacks.
const NOT_ON_TASKS: [&str; 3] = ["DESIGNS", "EMAIL_PARTICIPANTS", "ERROR_TRACKING"];

/// The widgets of a type of work item.
pub(super) fn of_kind(kind: IssueKind) -> impl Iterator<Item = (&'static str, &'static str)> {
    let task = kind == IssueKind::Task;
    WIDGETS
        .into_iter()
        .filter(move |(word, _)| !(task && NOT_ON_TASKS.contains(word)))
}

/// `widgets(onlyTypes:, exceptTypes:)`.
pub(super) fn all<'s>(item: &'s Issue, arguments: &Arguments) -> Resolved<'s> {
    let only = arguments.texts("onlyTypes");
    let except = arguments.texts("exceptTypes").unwrap_or_default();
    let wanted = |word: &str| {
        only.as_ref()
            .is_none_or(|only| only.iter().any(|one| one == word))
            && !except.iter().any(|one| one == word)
    };
    let widgets = of_kind(item.kind).filter(|(word, _)| wanted(word));
    Resolved::List(
        widgets
            .map(|(word, ty)| Resolved::object(Widget { item, word, ty }))
            .collect(),
    )
}

/// Whether the instance lets an issue have several assignees: what tells the tier.
pub(super) fn several_assignees(context: &Context<'_>) -> bool {
    context.state.settings.tier == Tier::Premium
}

struct Widget<'s> {
    item: &'s Issue,
    word: &'static str,
    ty: &'static str,
}

impl<'s> Object<'s> for Widget<'s> {
    fn type_name(&self) -> &'static str {
        self.ty
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let item = self.item;
        Ok(match name {
            "type" => Resolved::leaf(self.word),
            "description" => Resolved::leaf(item.description.clone()),
            "edited" => Resolved::leaf(item.updated_by.is_some()),
            "lastEditedBy" => match item.updated_by {
                Some(id) => UserObject::of(context, id),
                None => Resolved::Unset,
            },
            "taskCompletionStatus" => {
                Resolved::object(Record::task_completion(item.description.as_deref()))
            }
            "labels" => label::of_issue(context, &item.labels, arguments)?,
            "assignees" => UserObject::list(context, item.assignees.clone(), arguments)?,
            "allowsMultipleAssignees" => Resolved::leaf(several_assignees(context)),
            "milestone" => MilestoneObject::of(context, item.milestone),
            "startDate" => Resolved::Leaf(day(item.start_date)),
            "dueDate" => Resolved::Leaf(day(item.due_date)),
            "linkedItems" => link::of_issue(context, item, arguments)?,
            "notes" => note::of_issue(context, item, arguments)?,
            "discussionLocked" => Resolved::leaf(item.discussion_locked),
            "children" | "ancestors" => Connection::empty(Kind::WORK_ITEMS),
            "subscribed" => Resolved::leaf(
                context
                    .actor
                    .user
                    .is_some_and(|user| item.subscribers.contains(&user)),
            ),
            _ => Resolved::Unset,
        })
    }
}
