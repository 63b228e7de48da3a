use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use jiff::ToSpan as _;

use crate::lint::scope::Scope;
use crate::model::{CheckIn, ItemRef, Measure, Number, linear_progress};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "sandbagged",
        summary: "a target that was certain, or reached, when the quarter began",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "A key result is set so high that about 70 % of it is a good result. It asks for too little when its first check-in \
              says 90 % confidence or more, or when a check-in of the first three weeks has reached the target already. Limits \
              (`at_least`, `at_most`) hold from the first day by their nature and are not meant.",
        guide: Some(Guide {
            source: "Google's OKR playbook on sandbagging; re:Work: 60–70 % is the sweet spot; GitLab's handbook: regularly \
                     100 % may not be ambitious enough",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 110 h"
unit = "h"
from = 96
to = 110
check_in.2026-10-05 = { value = 104, confidence = 95 }
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
check_in.2026-10-05 = { value = 104, confidence = 50 }
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

/// Confidence in percent from which on a goal is certain.
const CERTAIN: i64 = 90;

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let (Measure::Linear { from, to }, Some(period)) = (&key_result.measure, scope.period) else {
        return Vec::new();
    };
    let item = &key_result.item;
    let help =
        "set a target that is reached with luck and good work, like one with 50 % confidence";
    let early = period
        .start()
        .checked_add(21.days())
        .unwrap_or(period.end());
    let reached = |check_in: &&CheckIn| {
        let (Some(from), Some(value)) = (from, check_in.value) else {
            return false;
        };
        check_in.date < early
            && linear_progress(from.value, to.value, value.value)
                .is_some_and(|progress| progress >= Number::HUNDRED)
    };
    if let Some((check_in, value)) = key_result
        .check_ins
        .iter()
        .find(reached)
        .and_then(|check_in| Some((check_in, check_in.value?)))
    {
        return vec![
            Finding::at(
                item,
                value.span,
                format!("the target was reached on {} already", check_in.date),
            )
            .field("to")
            .with(to.span, "the target")
            .help(help),
        ];
    }
    // A first check-in late in the quarter may well be certain.
    let first = key_result
        .check_ins
        .iter()
        .filter(|check_in| check_in.date < early)
        .find_map(|check_in| check_in.confidence);
    match first {
        Some(confidence) if confidence.value >= Number::from(CERTAIN) => vec![
            Finding::at(
                item,
                confidence.span,
                "the first check-in was certain already",
            )
            .field("confidence")
            .with(to.span, "the target")
            .help(help),
        ],
        _ => Vec::new(),
    }
}
