//! Small objects that are nothing but a few values.

use serde_json::Value;

use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::Role;

/// An object whose fields are all known beforehand.
pub(in crate::sandbox::graphql) struct Record {
    type_name: &'static str,
    values: Vec<(&'static str, Value)>,
}

impl Record {
    pub(in crate::sandbox::graphql) fn new(
        type_name: &'static str,
        values: Vec<(&'static str, Value)>,
    ) -> Self {
        Self { type_name, values }
    }

    /// A role as `AccessLevel`.
    pub(in crate::sandbox::graphql) fn access_level(role: Role) -> Self {
        let (word, human) = match role.0 {
            10 => ("GUEST", "Guest"),
            15 => ("PLANNER", "Planner"),
            20 => ("REPORTER", "Reporter"),
            30 => ("DEVELOPER", "Developer"),
            40 => ("MAINTAINER", "Maintainer"),
            50 => ("OWNER", "Owner"),
            _ => ("NO_ACCESS", "No access"),
        };
        Self::new(
            "AccessLevel",
            vec![
                ("integerValue", role.0.into()),
                ("stringValue", word.into()),
                ("humanAccess", human.into()),
            ],
        )
    }

    /// The check list of a description.
    pub(in crate::sandbox::graphql) fn task_completion(description: Option<&str>) -> Self {
        let (count, completed) = checklist(description.unwrap_or_default());
        let values = vec![
            ("count", count.into()),
            ("completedCount", completed.into()),
        ];
        Self::new("TaskCompletionStatus", values)
    }
}

impl<'s> Object<'s> for Record {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        let value = self.values.iter().find(|(key, _)| *key == name);
        Ok(value.map_or(Resolved::Unset, |(_, value)| Resolved::Leaf(value.clone())))
    }
}

/// How many check list items a Markdown text has, and how many of them are ticked.
fn checklist(text: &str) -> (usize, usize) {
    use comrak::nodes::NodeValue;
    let mut options = comrak::Options::default();
    options.extension.tasklist = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    let ticks = root
        .descendants()
        .filter_map(|node| match &node.data.borrow().value {
            NodeValue::TaskItem(item) => Some(item.symbol.is_some()),
            _ => None,
        });
    ticks.fold((0, 0), |(count, done), ticked| {
        (count + 1, done + usize::from(ticked))
    })
}
