//! `POST /api/graphql`.

use jiff::Timestamp;
use serde_json::Value;

use super::Response;
use super::state::{Actor, State};

/// Answers one GraphQL request: `{"query", "variables", "operationName"}`, or a list of them.
pub(crate) fn execute(
    _state: &mut State,
    _actor: &Actor,
    _body: &Value,
    _now: Timestamp,
) -> Response {
    Response::error(404, "404 Not Found")
}
