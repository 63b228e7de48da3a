//! What an apply would cause in GitLab beside the changes themselves.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Action, Change, Field, Operation};

/// Issues that one account may create in a project within a minute on gitlab.com; on other instances it is 300, or what
/// their administrators say (facts §8.1).
const CREATES_PER_MINUTE: u32 = 200;

/// Notes that one account may write within a minute on gitlab.com; on other instances it is 300 (facts §8.1).
const NOTES_PER_MINUTE: u32 = 60;

/// What an apply would cause in GitLab beside the changes themselves, as far as can be known: subscribers, watchers and an
/// instance's own limits cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// Mails: one to each assignee of an issue that is created, assigned, closed or reopened.
    pub mails: u32,
    /// Who is newly assigned, and to how many issues.
    pub assigned: BTreeMap<String, u32>,
    /// Notes that are written on issues, one on each that is closed.
    pub notes: u32,
    /// For how many seconds the limits of gitlab.com make the apply wait.
    pub wait_seconds: u32,
}

/// What these changes cause.
pub(super) fn of(changes: &[Change]) -> Forecast {
    let mut forecast = Forecast::default();
    let mut created: BTreeMap<&str, u32> = BTreeMap::new();
    for change in changes {
        forecast.mails = forecast.mails.saturating_add(mails(change));
        for person in newly_assigned(change) {
            *forecast.assigned.entry(person.to_owned()).or_default() += 1;
        }
        match (&change.operation, change.action) {
            (_, Action::Create) => *created.entry(&change.tracker).or_default() += 1,
            (Operation::Prune | Operation::CloseTwin { .. }, _) | (_, Action::Close) => {
                forecast.notes += 1;
            }
            _ => {}
        }
    }
    let most = created.into_values().max().unwrap_or(0);
    forecast.wait_seconds =
        waits(most, CREATES_PER_MINUTE).max(waits(forecast.notes, NOTES_PER_MINUTE));
    forecast
}

/// Seconds until the last of so many may begin, where so many may within each minute of the clock.
fn waits(count: u32, per_minute: u32) -> u32 {
    count.saturating_sub(1) / per_minute * 60
}

fn people(names: Option<&String>) -> impl Iterator<Item = &str> {
    names.into_iter().flat_map(|names| names.split(", "))
}

/// Whom a change assigns who was not assigned before.
fn newly_assigned(change: &Change) -> BTreeSet<&str> {
    let fields = change.fields.iter();
    fields
        .filter(|field| field.field == Field::Assignees)
        .flat_map(|field| {
            let before: BTreeSet<&str> = people(field.before.as_ref()).collect();
            people(field.after.as_ref()).filter(move |person| !before.contains(person))
        })
        .collect()
}

/// Mails that GitLab sends for a change.
fn mails(change: &Change) -> u32 {
    let fields = || change.fields.iter();
    let assigned = fields()
        .filter(|field| field.field == Field::Assignees)
        .map(|field| people(field.after.as_ref()).count())
        .sum::<usize>();
    let state = fields().any(|field| field.field == Field::State);
    let count = match change.action {
        Action::Create | Action::Adopt | Action::Move | Action::Update if !state => assigned,
        Action::Close | Action::Update | Action::Adopt | Action::Move => assigned.max(1),
        _ => 0,
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}
