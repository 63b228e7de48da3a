use serde_json::Value;

use crate::plan::Plan;
use crate::render::json_text::json_text;
use crate::syntax::schema_of_output;

/// A plan as JSON, which [`plan_schema`] describes: pretty, keys in the order of their declaration, one line feed at the end. What a terminal would obey is
/// escaped: people look at it, too.
///
/// This is the saved plan: it holds all that an apply needs, so also what confidential issues shall say. Who may read it
/// is for the one who stores it to decide.
pub fn json(plan: &Plan) -> String {
    json_text(plan)
}

/// The JSON Schema of what [`json`] writes.
pub fn plan_schema() -> Value {
    schema_of_output::<Plan>()
}
