use std::sync::OnceLock;

use serde_json::Value;

use super::{raw, refine};
use crate::model::Number;
use crate::syntax::{SchemaCheck, schema_of, schema_text};

/// The JSON Schema of teams' files.
pub fn schema() -> Value {
    schema_of::<raw::File>()
}

/// The check of teams' files, compiled once.
pub(super) fn check() -> &'static SchemaCheck {
    static CHECK: OnceLock<SchemaCheck> = OnceLock::new();
    CHECK.get_or_init(|| {
        SchemaCheck::new(
            &schema(),
            |text| text.parse::<Number>().is_ok(),
            refine::OTHER_NAMES,
        )
    })
}

const CONFIG: &str = "config.schema.json";
const OKRS: &str = "okr.schema.json";

/// The names of [`schemas`].
pub const SCHEMA_NAMES: [&str; 2] = [CONFIG, OKRS];

/// The JSON Schemas of all files, each with its name in the `schema` folder, as text.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        (CONFIG, schema_text(&crate::config::schema())),
        (OKRS, schema_text(&schema())),
    ]
}
