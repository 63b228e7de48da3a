//! Links between issues, as work items show them.

use super::work_item::WorkItemObject;
use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Issue, IssueState, Link};

/// One link, seen from one of its ends.
struct LinkedItem<'s> {
    link: &'s Link,
    from: u64,
    other: &'s Issue,
}

/// The links of an issue; those whose other end the asker may not see are left out (facts §4.3).
pub(in crate::sandbox::graphql) fn of_issue<'s>(
    context: &Context<'s>,
    issue: &'s Issue,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let links = issue
        .links
        .iter()
        .filter_map(|id| context.state.links.get(id));
    let seen = links.filter_map(|link| {
        let other = context.readable(link.other(issue.id))?;
        Some(LinkedItem {
            link,
            from: issue.id,
            other,
        })
    });
    let wanted = |one: &LinkedItem<'_>| match arguments.text("filter") {
        Some(_) => one.link.word_from(one.from) == "relates_to",
        None => true,
    };
    let all: Vec<LinkedItem<'s>> = seen.filter(wanted).collect();
    Connection::of(
        Kind::LINKED_ITEMS,
        all,
        arguments,
        |one| one.link.id,
        |one| one,
    )
}

impl<'s> Object<'s> for LinkedItem<'s> {
    fn type_name(&self) -> &'static str {
        "LinkedWorkItemType"
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "linkId" => Resolved::leaf(gid("WorkItems::RelatedWorkItemLink", self.link.id)),
            "linkType" => Resolved::leaf(self.link.word_from(self.from)),
            "linkCreatedAt" | "linkUpdatedAt" => Resolved::Leaf(time(self.link.created_at)),
            "workItem" => Resolved::object(WorkItemObject(self.other)),
            "workItemState" => Resolved::leaf(match self.other.state {
                IssueState::Opened => "OPEN",
                IssueState::Closed => "CLOSED",
            }),
            _ => Resolved::Unset,
        })
    }
}
