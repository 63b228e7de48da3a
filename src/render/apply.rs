//! The report of an apply as JSON.

use serde_json::Value;

use super::json_text::json_text;
use crate::plan::Applied;
use crate::syntax::schema_of_output;

/// A report as JSON, which [`apply_schema`] describes: pretty, one line feed at the end. It holds the titles of
/// confidential issues: who may read it is for the one who stores it to decide.
pub fn json(applied: &Applied) -> String {
    json_text(applied)
}

/// The JSON Schema of what [`json`] writes.
pub fn apply_schema() -> Value {
    schema_of_output::<Applied>()
}
