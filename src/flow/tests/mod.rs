//! Tables of the edges, and items whose truth is known.

mod dora;
mod edges;
mod figures;
mod simulated;

use jiff::{SignedDuration, Timestamp};

use super::{LabelAction, LabelEvent, StateEvent, WorkItem};
use crate::config::{FlowSettings, FlowStates, FlowTypes};

/// The beginning of all times here: a Monday.
const MONDAY: &str = "2026-10-05T00:00:00Z";

/// So many hours after the beginning.
pub(crate) fn hour(hours: i64) -> Timestamp {
    MONDAY.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub(crate) fn settings() -> FlowSettings {
    let labels = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    FlowSettings {
        states: FlowStates {
            cancelled: labels(&["wontfix"]),
            done: labels(&["shipped"]),
            blocked: labels(&["blocked"]),
            active: labels(&["doing", "review"]),
            waiting: labels(&["todo", "ready"]),
        },
        types: FlowTypes {
            ignore: labels(&["okr:kr"]),
            risk: labels(&["security"]),
            defect: labels(&["bug"]),
            debt: labels(&["maintenance"]),
            feature: labels(&["feature"]),
        },
        ..FlowSettings::default()
    }
}

/// An issue made at the beginning, with a history of its own: `+doing`, `-doing`, `close`, `reopen`, `+?` for a label that was
/// deleted since; several of one hour are one change. It has the labels and the state that its history leaves.
pub(crate) fn issue(history: &[(i64, &str)]) -> WorkItem {
    let mut item = WorkItem {
        reference: "acme/sre#1".to_owned(),
        title: "a piece of work".to_owned(),
        confidential: false,
        is_incident: false,
        created_at: hour(0),
        closed_at: None,
        closed_as: None,
        labels: Vec::new(),
        label_events: Vec::new(),
        state_events: Vec::new(),
    };
    let mut id = 0;
    for &(at, changes) in history {
        let at = hour(at);
        for change in changes.split_whitespace() {
            id += 1;
            match change.split_at(1) {
                ("+", name) => {
                    item.label_events
                        .push(label_event(id, at, name, LabelAction::Add));
                    if name != "?" {
                        item.labels.push(name.to_owned());
                    }
                }
                ("-", name) => {
                    item.label_events
                        .push(label_event(id, at, name, LabelAction::Remove));
                    item.labels.retain(|label| label != name);
                }
                _ => {
                    let closed = change == "close";
                    item.state_events.push(StateEvent { id, at, closed });
                    item.closed_at = closed.then_some(at);
                }
            }
        }
    }
    item
}

fn label_event(id: u64, at: Timestamp, name: &str, action: LabelAction) -> LabelEvent {
    let key = name.bytes().fold(7_u64, |key, byte| {
        key.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    LabelEvent {
        id,
        at,
        label: (name != "?").then(|| (key, name.to_owned())),
        action,
    }
}
