use serde_json::Value;

use crate::render::json_text::json_text;
use crate::report::FlowReport;
use crate::syntax::schema_of_output;

/// Reports as JSON, one for each team; [`flow_schema`] describes one of them.
pub fn json(reports: &[FlowReport]) -> String {
    json_text(&reports)
}

/// The JSON Schema of each report that [`json`] writes.
pub fn flow_schema() -> Value {
    schema_of_output::<FlowReport>()
}
