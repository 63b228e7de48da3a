//! A check-in as files write it.

use crate::issue::RowValues;

/// The value of `check_in.<date>` in TOML, its keys in the order of the schema; `measured` where `okr measure` read its value.
pub fn check_in_value(values: &RowValues, measured: bool) -> String {
    let text = |text: &str| toml::Value::from(text).to_string();
    let pairs = [
        ("value", values.value.map(|value| value.to_string())),
        (
            "confidence",
            values.confidence.map(|percent| percent.to_string()),
        ),
        ("health", values.health.map(|health| text(health.as_str()))),
        ("note", values.note.as_deref().map(text)),
        ("measured", measured.then(|| "true".to_owned())),
    ];
    let pairs: Vec<String> = pairs
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key} = {}", value?)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}
