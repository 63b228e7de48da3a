use serde_json::Value;

use crate::render::json_text::json_text;
use crate::report::MeasuredReport;
use crate::syntax::schema_of_output;

/// A report as JSON; [`measure_schema`] describes it.
pub fn json(report: &MeasuredReport) -> String {
    json_text(report)
}

/// The JSON Schema of what [`json`] writes.
pub fn measure_schema() -> Value {
    schema_of_output::<MeasuredReport>()
}
