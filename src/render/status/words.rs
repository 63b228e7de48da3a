//! Numbers as people read them.

use crate::model::{Number, round_half_up};
use crate::report::{KeyResultStatus, ObjectiveStatus, Score, Status};

/// Whole percent, halves up; a dash where nothing is known.
pub(in crate::render) fn percent(number: Option<Number>) -> String {
    number.map_or_else(
        || "–".to_owned(),
        |number| format!("{} %", round_half_up(number, 0)),
    )
}

/// How many parts of a mean have no score, where some have and some have not.
pub(in crate::render) fn incomplete(score: &Score) -> Option<String> {
    let is_partial = score.known > 0 && !score.is_complete();
    is_partial.then(|| format!("{} of {} have a score", score.known, score.counting))
}

/// How a percentage moved: `45 % → 52 %`, or the one that it still is.
pub(in crate::render) fn movement(before: Option<Number>, now: Option<Number>) -> String {
    let (then, now) = (percent(before), percent(now));
    if then == now {
        now
    } else {
        format!("{then} → {now}")
    }
}

/// Why a key result stands as it does, but for what [`contradiction`] says already.
pub(in crate::render) fn reasons(key_result: &KeyResultStatus) -> impl Iterator<Item = &str> {
    let told = |reason: &&String| {
        let mut contradictions = key_result.contradictions.iter();
        contradictions.any(|contradiction| contradiction.data == **reason)
    };
    let reasons = key_result.reasons.iter();
    reasons
        .filter(move |reason| !told(reason))
        .map(String::as_str)
}

/// Everything that is said of a key result against everything that its data say, in one sentence that says nothing twice.
pub(in crate::render) fn contradiction(key_result: &KeyResultStatus) -> Option<String> {
    let (mut said, mut data): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for contradiction in &key_result.contradictions {
        if !said.contains(&contradiction.said.as_str()) {
            said.push(&contradiction.said);
        }
        if !data.contains(&contradiction.data.as_str()) {
            data.push(&contradiction.data);
        }
    }
    (!said.is_empty()).then(|| format!("{}, but {}", said.join(" and "), data.join(", and ")))
}

/// What is said in place of a score that would tell a confidential one.
pub(in crate::render) const WITHHELD: &str = "includes confidential key results";

/// Whether objectives hold nothing but what is confidential: their numbers would tell what those of one are.
pub(in crate::render) fn is_hidden(objectives: &[ObjectiveStatus]) -> bool {
    let is_secret = |objective: &ObjectiveStatus| {
        let own = &objective.key_results;
        let all = own.iter().all(|key_result| key_result.confidential);
        objective.confidential || (!own.is_empty() && all)
    };
    !objectives.is_empty() && objectives.iter().all(is_secret)
}

/// Whether something about a key result has changed since the day since which changes are told, as far as it is shown.
pub(in crate::render) fn is_news(key_result: &KeyResultStatus, status: &Status) -> bool {
    percent(key_result.movement.before) != percent(key_result.movement.now)
        || key_result.news(status.since).next().is_some()
        || key_result
            .measure
            .steps
            .iter()
            .any(|step| step.done.is_some_and(|done| done > status.since))
}
