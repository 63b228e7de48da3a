//! What a browser sees of the sandbox.

use super::Response;
use super::state::State;

/// The page at a path outside `/api`, if there is one.
pub(crate) fn handle(_state: &State, _path: &str) -> Option<Response> {
    None
}
