use schemars::JsonSchema;
use serde::Serialize;

use super::material::Material;
use super::score::{Origin, origin};
use crate::model::{
    CheckIn, Date, Health, KeyResult, Measure, Number, Reading, ScoreRules, Source, worth,
};
use crate::plan::IssueOfKey;

/// What was known of a key result on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckInPoint {
    /// The day.
    #[schemars(with = "String")]
    pub date: Date,
    /// The measure's value.
    #[schemars(with = "Option<String>")]
    pub value: Option<Number>,
    /// Whether `okr measure` read the value, and not a person said it.
    pub measured: bool,
    /// What the key result was worth by then, in percent, exact; absent where that is not known.
    #[schemars(with = "Option<String>")]
    pub score: Option<Number>,
    /// How sure one was to reach the target, in percent.
    #[schemars(with = "Option<String>")]
    pub confidence: Option<Number>,
    /// How it went, in the words of who checked in: on-track, needs-attention, at-risk.
    #[serde(serialize_with = "health_as_text")]
    #[schemars(with = "Option<String>")]
    pub health: Option<Health>,
    /// A sentence about it, in Markdown.
    pub note: Option<String>,
    /// Where it is written. A row of the issue is not yet in the file: `okr pull` is for that.
    pub origin: Origin,
}

impl CheckInPoint {
    /// Whether it stands in the issue alone.
    pub fn is_unpulled(&self) -> bool {
        self.origin == Origin::UnpulledRow
    }
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it so"
)]
fn health_as_text<S: serde::Serializer>(
    health: &Option<Health>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match health {
        Some(health) => serializer.serialize_some(health.as_str()),
        None => serializer.serialize_none(),
    }
}

/// Everything that was said of a key result until a day, by date: the file's check-ins, and people's rows in the issue,
/// which stand for the file's of the same day where both do not contradict each other.
pub(super) struct Said {
    pub(super) points: Vec<CheckInPoint>,
    pub(super) readings: Vec<Reading>,
}

pub(super) fn said(
    material: &Material<'_>,
    key_result: &KeyResult,
    issue: Option<&IssueOfKey>,
    rules: &ScoreRules,
) -> Said {
    let rows = issue.map_or(&[][..], |issue| issue.unpulled.as_slice());
    let is_replaced = |date: Date| rows.iter().any(|row| row.date == date);
    let mut points: Vec<CheckInPoint> = key_result
        .check_ins
        .iter()
        .filter(|check_in| check_in.date <= material.today && !is_replaced(check_in.date))
        .map(|check_in| from_file(material, check_in))
        .chain(
            rows.iter()
                .filter(|row| row.date <= material.today)
                .map(|row| CheckInPoint {
                    date: row.date,
                    value: row.values.value,
                    // Whoever writes a row says it themselves.
                    measured: false,
                    score: None,
                    confidence: row.values.confidence,
                    health: row.values.health,
                    note: row.values.note.clone(),
                    origin: Origin::UnpulledRow,
                }),
        )
        .collect();
    points.sort_by_key(|point| point.date);
    let spans = key_result
        .check_ins
        .iter()
        .filter_map(|check_in| Some((check_in.date, check_in.value?.span)));
    let spans: std::collections::BTreeMap<Date, _> = spans.collect();
    let readings: Vec<Reading> = points
        .iter()
        .filter_map(|point| {
            let source = match (point.is_unpulled(), spans.get(&point.date)) {
                (false, Some(span)) => Source::File(*span),
                _ => Source::Issue,
            };
            Some(Reading {
                date: point.date,
                value: point.value?,
                source,
            })
        })
        .collect();
    let has_values = matches!(key_result.measure, Measure::Milestones(_));
    for point in &mut points {
        if point.value.is_some() || has_values {
            let then = worth(key_result, &readings, Some(point.date), rules);
            point.score = then.ok().map(|then| rules.bounded(then.percent));
        }
    }
    Said { points, readings }
}

fn from_file(material: &Material<'_>, check_in: &CheckIn) -> CheckInPoint {
    CheckInPoint {
        date: check_in.date,
        value: check_in.value.map(|value| value.value),
        measured: check_in.measured,
        score: None,
        confidence: check_in.confidence.map(|confidence| confidence.value),
        health: check_in.health.map(|health| health.value),
        note: check_in.note.as_ref().map(|note| note.value.clone()),
        origin: origin(material, Source::File(check_in.span)),
    }
}
