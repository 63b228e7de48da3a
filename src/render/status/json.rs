use serde_json::Value;

use crate::render::json_text::json_text;
use crate::report::Status;
use crate::syntax::schema_of_output;

/// A status as JSON, which [`status_schema`] describes. It holds what confidential issues say, too: who may read it is for
/// the one who stores it to decide.
pub fn json(status: &Status) -> String {
    json_text(status)
}

/// The JSON Schema of what [`json`] writes.
pub fn status_schema() -> Value {
    schema_of_output::<Status>()
}
