//! Numbers as people read them.

use crate::model::{Number, round_half_up};
use crate::report::Score;

/// Whole percent, halves up; a dash where nothing is known.
pub(super) fn percent(number: Option<Number>) -> String {
    number.map_or_else(
        || "–".to_owned(),
        |number| format!("{} %", round_half_up(number, 0)),
    )
}

/// How many parts of a mean have no score, where some have and some have not.
pub(super) fn incomplete(score: &Score) -> Option<String> {
    let is_partial = score.known > 0 && !score.is_complete();
    is_partial.then(|| format!("{} of {} have a score", score.known, score.counting))
}

/// How a percentage moved: `45 % → 52 %`, or the one that it still is.
pub(super) fn movement(before: Option<Number>, now: Option<Number>) -> String {
    let (then, now) = (percent(before), percent(now));
    if then == now {
        now
    } else {
        format!("{then} → {now}")
    }
}
