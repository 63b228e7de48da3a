//! `workItemAddLinkedItems` and `workItemRemoveLinkedItems`.

use super::Change;
use super::input::{self, ISSUES};
use super::payload::{Payload, Subject};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::object::Failure;
use crate::sandbox::state::{LinkKind, Namespace, Refusal, Role};

const ADDED: &str = "WorkItemAddLinkedItemsPayload";
const REMOVED: &str = "WorkItemRemoveLinkedItemsPayload";

/// The most items of one call (recorded: mutations/link-eleven).
const MAX_ITEMS: usize = 10;

impl Change<'_> {
    /// The item that is to be linked, if it may be seen, and the items at the other ends.
    fn ends(&self, input: &Arguments) -> Result<(u64, Vec<u64>), Failure> {
        let others = input::ids(input, "workItemsIds", &ISSUES).unwrap_or_default();
        if others.len() > MAX_ITEMS {
            let text =
                format!("No more than {MAX_ITEMS} work items can be modified at the same time.");
            return Err(Failure::Field(text));
        }
        let id = input::id(input, "id", &ISSUES).ok_or_else(Failure::unavailable)?;
        if self
            .state
            .issues
            .get(&id)
            .is_none_or(|one| !self.state.can_read_issue(self.actor, one))
        {
            return Err(Failure::unavailable());
        }
        Ok((id, others))
    }

    /// Whether an item may be linked: it can be seen, by a member of its project.
    fn linkable(&self, id: u64) -> bool {
        self.state.issues.get(&id).is_some_and(|issue| {
            let role = self
                .state
                .role(self.actor, Namespace::Project(issue.project));
            role >= Role::GUEST && self.state.can_read_issue(self.actor, issue)
        })
    }
}

pub(super) fn add(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let (id, others) = change.ends(input)?;
    let answer = Payload::done(ADDED, Subject::WorkItem(id)).saying("");
    let failed = |text: &str| Ok(answer.clone().with_errors(vec![text.to_owned()]));
    if !change.linkable(id) {
        return failed("No matching work item found.");
    }
    let known: Vec<u64> = others
        .iter()
        .copied()
        .filter(|one| change.state.issues.contains_key(one))
        .collect();
    let already: Vec<u64> = change
        .state
        .links_of(id)
        .map(|(link, _)| link.other(id))
        .collect();
    // Only if nothing is left to link is it an error (recorded: mutations/link-again).
    if !known.is_empty() && known.iter().all(|one| already.contains(one)) {
        return failed("Items are already linked");
    }
    let mut errors = Vec::new();
    let mut linked = Vec::new();
    for other in known.iter().filter(|one| !already.contains(one)) {
        if !change.linkable(*other) {
            errors.push(format!(
                "Item with ID: {other} cannot be added. You don't have permission to perform this action."
            ));
            continue;
        }
        let kind = LinkKind::RelatesTo;
        match change
            .state
            .add_link(change.actor, id, *other, kind, change.now)
        {
            Ok(_) => linked.push(*other),
            Err(Refusal::Unprocessable(text) | Refusal::Forbidden(text)) => errors.push(text),
            Err(_) => {}
        }
    }
    match (linked.is_empty(), errors.is_empty()) {
        (false, true) => {
            Ok(answer.saying(format!("Successfully linked ID(s): {}.", sentence(&linked))))
        }
        (true, true) => failed(
            "No matching work item found. Make sure you are adding a valid ID and you have access to the item.",
        ),
        (_, false) => failed(&errors.join(". ")),
    }
}

pub(super) fn remove(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let (id, others) = change.ends(input)?;
    let answer = Payload::done(REMOVED, Subject::WorkItem(id)).saying("");
    let failed = |text: &str| Ok(answer.clone().with_errors(vec![text.to_owned()]));
    if !change.linkable(id) {
        return failed("No work item found.");
    }
    if others.is_empty() {
        return failed("No work item IDs provided.");
    }
    let (mut removed, mut forbidden, mut unlinked) = (Vec::new(), Vec::new(), Vec::new());
    for other in others {
        let mut links = change.state.links_of(id);
        let link = links
            .find(|(link, _)| link.other(id) == other)
            .map(|(link, _)| link.id);
        drop(links);
        let Some(link) = link else {
            unlinked.push(other);
            continue;
        };
        match change.state.remove_link(change.actor, link, change.now) {
            Ok(_) => removed.push(other),
            Err(_) => forbidden.push(other),
        }
    }
    let mut errors = Vec::new();
    if !forbidden.is_empty() {
        errors.push(format!(
            "{} could not be removed due to insufficient permissions",
            sentence(&forbidden)
        ));
    }
    if !unlinked.is_empty() {
        errors.push(format!(
            "{} could not be removed due to not being linked",
            sentence(&unlinked)
        ));
    }
    let errors = if errors.is_empty() {
        String::new()
    } else {
        format!("IDs with errors: {}.", errors.join(", "))
    };
    if removed.is_empty() {
        return failed(&errors);
    }
    let said = format!(
        "Successfully unlinked IDs: {}. {errors}",
        sentence(&removed)
    );
    Ok(answer.saying(said.trim_end()))
}

/// `1`, `1 and 2`, `1, 2, and 3` (recorded: mutations/link-ten).
fn sentence(ids: &[u64]) -> String {
    let words: Vec<String> = ids.iter().map(ToString::to_string).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [before @ .., last] => format!("{}, and {last}", before.join(", ")),
    }
}
