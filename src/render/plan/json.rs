use crate::plan::Plan;

/// A plan as JSON: pretty, keys in the order of their declaration, one line feed at the end.
///
/// This is the saved plan: it holds all that an apply needs, so also what confidential issues shall say. Who may read it
/// is for the one who stores it to decide.
#[expect(
    clippy::missing_panics_doc,
    reason = "a plan holds no map whose keys are not strings: nothing that JSON cannot say"
)]
pub fn json(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).expect("a plan can be written as JSON");
    text.push('\n');
    text
}
