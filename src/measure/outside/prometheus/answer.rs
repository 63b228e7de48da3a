//! The formats of Prometheus's answers, as its documentation has them ("HTTP API": "Format overview", "Expression query result
//! formats"). Fields that are not needed are passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Name and value of each label; the name of the metric is `__name__`.
pub(super) type Labels = BTreeMap<String, String>;

/// What every answer is wrapped in.
#[derive(Debug, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub(super) enum Envelope {
    Success {
        data: Data,
        warnings: Option<Vec<String>>,
        infos: Option<Vec<String>>,
    },
    Error {
        #[serde(rename = "errorType", default)]
        kind: String,
        #[serde(rename = "error", default)]
        message: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
pub(super) enum Data {
    Matrix(Vec<Range>),
    Vector(Vec<Instant>),
    Scalar(Point),
    String(IgnoredAny),
}

/// A series at an instant.
#[derive(Debug, Deserialize)]
pub(super) struct Instant {
    pub(super) metric: Labels,
    /// Absent where it is a native histogram.
    pub(super) value: Option<Point>,
}

/// A series over a period.
#[derive(Debug, Deserialize)]
pub(super) struct Range {
    pub(super) metric: Labels,
    #[serde(default)]
    pub(super) values: Vec<Point>,
    /// Native histograms.
    #[serde(default)]
    pub(super) histograms: Vec<IgnoredAny>,
}

/// A value at a moment, in seconds since 1970.
#[derive(Debug, Deserialize)]
pub(super) struct Point(serde_json::Number, String);

impl Point {
    pub(super) fn value(&self) -> &str {
        &self.1
    }

    /// The moment, to the millisecond; none where it is out of all range.
    pub(super) fn at(&self) -> Option<Timestamp> {
        let seconds: Decimal = self.0.to_string().parse().ok()?;
        let milliseconds = seconds.checked_mul(Decimal::ONE_THOUSAND)?.round();
        Timestamp::from_millisecond(milliseconds.try_into().ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_kept_to_the_millisecond() {
        let at = |text: &str| serde_json::from_str::<Point>(text).unwrap().at();
        let documented = at(r#"[1435781451.781, "1"]"#).unwrap();
        assert_eq!(documented.to_string(), "2015-07-01T20:10:51.781Z");
        assert_eq!(
            at(r#"[1435781451, "1"]"#).unwrap().as_second(),
            1_435_781_451
        );
        assert_eq!(at(r#"[1e300, "1"]"#), None);
    }
}
