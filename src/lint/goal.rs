//! What a key result asks for, and whether another version of it asks for less.

use crate::model::{Date, KeyResult, Measure, Number, Scoring};
use crate::text::{Span, Spanned};

/// What a key result asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal<'a> {
    key_result: &'a KeyResult,
    due: Date,
}

/// How a goal became easier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Eased {
    /// What happened: "the target was eased from 240 to 200".
    pub(super) what: String,
    /// Where the newer version says so; absent where something is gone.
    pub(super) span: Option<Span>,
}

impl<'a> Goal<'a> {
    /// The goal of a key result in a quarter that ends on this day.
    pub(super) fn of(key_result: &'a KeyResult, quarter_end: Date) -> Self {
        Self {
            key_result,
            due: key_result.item.due.map_or(quarter_end, |due| due.value),
        }
    }

    /// How the goal became easier, if it did; of several ways the weightiest.
    pub(super) fn eased_to(&self, now: &Goal<'_>) -> Option<Eased> {
        let (then_key_result, now_key_result) = (self.key_result, now.key_result);
        self.measure_eased(now)
            .or_else(|| {
                let unit = |own: &KeyResult| own.unit.as_ref().map(|unit| unit.value.clone());
                match (unit(then_key_result), unit(now_key_result)) {
                    (Some(then), Some(new)) if then != new => Some(Eased {
                        what: format!("the unit was changed from \"{then}\" to \"{new}\""),
                        span: now_key_result.unit.as_ref().map(|unit| unit.span),
                    }),
                    _ => None,
                }
            })
            .or_else(|| {
                let scoring = |own: &KeyResult| {
                    own.scoring
                        .map_or(Scoring::EndValue, |scoring| scoring.value)
                };
                let (then, new) = (scoring(then_key_result), scoring(now_key_result));
                (then != new).then(|| Eased {
                    what: format!(
                        "the scoring was changed from \"{}\" to \"{}\"",
                        then.as_str(),
                        new.as_str()
                    ),
                    span: now_key_result.scoring.map(|scoring| scoring.span),
                })
            })
            .or_else(|| {
                (now.due > self.due).then(|| Eased {
                    what: format!("the due date was moved from {} to {}", self.due, now.due),
                    span: now_key_result.item.due.map(|due| due.span),
                })
            })
    }

    fn measure_eased(&self, now: &Goal<'_>) -> Option<Eased> {
        match (&self.key_result.measure, &now.key_result.measure) {
            (
                Measure::Linear { from, to },
                Measure::Linear {
                    from: new_from,
                    to: new_to,
                },
            ) => linear_eased((from.as_ref(), to), (new_from.as_ref(), new_to)),
            (Measure::AtLeast(then), Measure::AtLeast(new)) => {
                limit_eased(then, new, new.value < then.value)
            }
            (Measure::AtMost(then), Measure::AtMost(new)) => {
                limit_eased(then, new, new.value > then.value)
            }
            (Measure::Milestones(then), Measure::Milestones(new)) => then.iter().find_map(|step| {
                let Some(kept) = new.iter().find(|kept| kept.id == step.id) else {
                    return Some(Eased {
                        what: format!("the milestone `{}` was taken away", step.id),
                        span: None,
                    });
                };
                let due = |due: Option<Spanned<Date>>, end: Date| due.map_or(end, |due| due.value);
                let (before, after) = (due(step.due, self.due), due(kept.due, now.due));
                (after > before && step.due.is_some()).then(|| Eased {
                    what: format!(
                        "the milestone `{}` was moved from {before} to {after}",
                        step.id
                    ),
                    span: Some(kept.due.map_or(kept.title.span, |due| due.span)),
                })
            }),
            _ => Some(Eased {
                what: "the kind of measure was changed".to_owned(),
                span: None,
            }),
        }
    }
}

type Way<'a> = (Option<&'a Spanned<Number>>, &'a Spanned<Number>);

fn linear_eased((from, to): Way<'_>, (new_from, new_to): Way<'_>) -> Option<Eased> {
    let baseline = from.or(new_from).map(|from| from.value);
    // Without any baseline nobody can say which side is easier: every change counts.
    let is_easier = |then: Number, new: Number| match baseline {
        Some(baseline) if to.value > baseline => new < then,
        Some(baseline) if to.value < baseline => new > then,
        _ => new != then,
    };
    if is_easier(to.value, new_to.value) {
        return Some(Eased {
            what: format!("the target was eased from {} to {}", to.value, new_to.value),
            span: Some(new_to.span),
        });
    }
    let (from, new_from) = (from?, new_from?);
    // A baseline further from the target makes the same value worth more.
    is_easier(from.value, new_from.value).then(|| Eased {
        what: format!(
            "the baseline was moved from {} to {}",
            from.value, new_from.value
        ),
        span: Some(new_from.span),
    })
}

fn limit_eased(then: &Spanned<Number>, new: &Spanned<Number>, is_easier: bool) -> Option<Eased> {
    is_easier.then(|| Eased {
        what: format!("the limit was eased from {} to {}", then.value, new.value),
        span: Some(new.span),
    })
}
