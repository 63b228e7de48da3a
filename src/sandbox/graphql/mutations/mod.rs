//! What a mutation changes, and what it answers.

mod payload;

use jiff::Timestamp;

use self::payload::Payload;
use super::arguments::Arguments;
use super::object::Failure;
use crate::sandbox::state::{Actor, State};

/// Carries out one field of a mutation.
///
/// A token that may only read, and nobody at all, are told that there is nothing (recorded: graphql/read-api-mutation).
pub(super) fn perform(
    _name: &str,
    _input: &Arguments,
    _state: &mut State,
    actor: &Actor,
    _now: Timestamp,
) -> Result<Payload, Failure> {
    if !actor.can_write() {
        return Err(Failure::unavailable());
    }
    Err(Failure::unavailable())
}
