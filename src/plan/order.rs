use std::cmp::Ordering;

use super::change::{Action, Change, Operation};
use crate::model::Key;

/// The order of apply: labels, objectives, key results, links, closes, releases; by key and name within each.
pub(super) fn in_order(one: &Change, other: &Change) -> Ordering {
    let place = |change: &Change| match change.action {
        Action::CreateLabel => 0,
        Action::Create | Action::Adopt | Action::Move | Action::Update | Action::Rerender => {
            if change.key.as_ref().is_some_and(Key::is_key_result) {
                2
            } else {
                1
            }
        }
        Action::Link => 3,
        Action::Unlink => 4,
        Action::Close => 5,
        Action::Release => 6,
    };
    let detail = |change: &Change| match &change.operation {
        Operation::CreateLabel { name, .. } => name.clone(),
        Operation::Link { to } => to.name(),
        Operation::Unlink { to, .. } => to.clone(),
        _ => change
            .issue
            .as_ref()
            .map(|issue| format!("{:020}", issue.id))
            .unwrap_or_default(),
    };
    place(one)
        .cmp(&place(other))
        .then_with(|| one.key.cmp(&other.key))
        .then_with(|| one.tracker.cmp(&other.tracker))
        // Few changes get so far, and this one costs a text.
        .then_with(|| detail(one).cmp(&detail(other)))
}
