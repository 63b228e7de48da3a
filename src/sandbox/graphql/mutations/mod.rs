//! What a mutation changes, and what it answers.

mod input;
mod issue;
mod label;
mod links;
mod note;
mod payload;
mod refused;
mod work_item;

use jiff::Timestamp;

use self::payload::Payload;
use super::arguments::Arguments;
use super::object::Failure;
use crate::sandbox::state::{Actor, State};

/// The state that a mutation changes, who changes it, and when.
struct Change<'a> {
    state: &'a mut State,
    actor: &'a Actor,
    now: Timestamp,
}

/// Carries out one field of a mutation.
///
/// A token that may only read, and nobody at all, are told that there is nothing (recorded: graphql/read-api-mutation).
pub(super) fn perform(
    name: &str,
    input: &Arguments,
    state: &mut State,
    actor: &Actor,
    now: Timestamp,
) -> Result<Payload, Failure> {
    if !actor.can_write() {
        return Err(Failure::unavailable());
    }
    let mut change = Change { state, actor, now };
    let payload = match name {
        "createIssue" => issue::create(&mut change, input),
        "updateIssue" => issue::update(&mut change, input),
        "issueSetSeverity" => issue::set_severity(&mut change, input),
        "workItemCreate" => work_item::create(&mut change, input),
        "workItemUpdate" => work_item::update(&mut change, input),
        "workItemAddLinkedItems" => links::add(&mut change, input),
        "workItemRemoveLinkedItems" => links::remove(&mut change, input),
        "createNote" => note::create(&mut change, input),
        "updateNote" => note::update(&mut change, input),
        "labelCreate" => label::create(&mut change, input),
        "labelUpdate" => label::update(&change, input),
        _ => Err(Failure::unavailable()),
    };
    payload.map(|payload| payload.echo(input))
}
