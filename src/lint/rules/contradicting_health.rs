use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use rust_decimal::Decimal;

use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::{
    Date, FLAT_DAYS, Health, ItemRef, JUDGED_FROM, KeyResult, Measure, Number, Period, ScoreRules,
    Source, elapsed, progress, readings, round_half_up, unmoved_since,
};
use crate::text::Spanned;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "contradicting-health",
        summary: "a key result that is said to be on track, while its values say otherwise",
        levels: Levels {
            draft: Level::OFF,
            active: Level::WARNING,
            closed: Level::OFF,
        },
        doc: "The latest `health` is \"on-track\", but the value has not moved for four weeks, or less than half of the way is \
              gone that the calendar asks for, or the due date is over and the target is not reached. Either the word or the \
              number is out of date. Pace is linear from the quarter's first day to the due date, and is judged from a quarter \
              of the time on.",
        guide: Some(Guide {
            source: "OpenOKR and Perdoo compare status with data; GitLab's handbook: on track means that the owner is confident",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
check_in.2026-10-12 = { value = 120, health = "on-track" }
check_in.2026-11-09 = { value = 120, health = "on-track" }
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
check_in.2026-10-12 = { value = 120, health = "on-track" }
check_in.2026-11-09 = { value = 120, health = "at-risk", note = "The failovers came back." }
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let (ItemRef::KeyResult(_, key_result), Some(period)) = (entry, scope.period) else {
        return Vec::new();
    };
    let item = &key_result.item;
    let last = key_result
        .check_ins
        .iter()
        .rev()
        .find_map(|check_in| Some((check_in.date, check_in.health?)));
    let Some((said_on, health)) = last.filter(|(_, health)| health.value == Health::OnTrack) else {
        return Vec::new();
    };
    if !item.lifecycle.is_active() {
        return Vec::new();
    }
    let reached = progress(key_result, &ScoreRules::default());
    if reached.is_some_and(|reached| reached >= Number::HUNDRED) {
        return Vec::new();
    }
    let due = item.due.map_or(period.end(), |due| due.value);
    let mut reasons = Vec::new();
    let mut flat_since = None;
    if let Some((since, value)) = flat(key_result, said_on) {
        reasons.push(format!("the value has been {} since {since}", value.value));
        flat_since = Some(value.span);
    } else if let Some(reason) = slow(key_result, reached, period, due, said_on) {
        reasons.push(reason);
    }
    if scope.today > due && reached.is_some() {
        reasons.push(format!("it was due on {due}"));
    }
    if reasons.is_empty() {
        return Vec::new();
    }
    vec![
        Finding::at(
            item,
            health.span,
            format!("it is said to be on track, but {}", list(&reasons)),
        )
        .field("health")
        .with(flat_since, "since here")
        .help(
            "say how it is: health = \"needs-attention\" or \"at-risk\", with a note that says why",
        )
        .help("if it is on track all the same, say in the note what the value does not show yet"),
    ]
}

/// Since when the value has been the same, where that is four weeks or more.
fn flat(key_result: &KeyResult, until: Date) -> Option<(Date, Spanned<Number>)> {
    if !matches!(key_result.measure, Measure::Linear { .. }) {
        return None;
    }
    let mut known = readings(key_result);
    known.retain(|reading| reading.date <= until);
    let since = unmoved_since(&known)?;
    let Source::File(span) = since.source else {
        return None;
    };
    let is_long = (until - since.date).get_days() >= FLAT_DAYS;
    is_long.then_some((since.date, Spanned::new(since.value, span)))
}

/// Whether less than half of the way is gone that should be by now.
fn slow(
    key_result: &KeyResult,
    reached: Option<Number>,
    period: Period,
    due: Date,
    said_on: Date,
) -> Option<String> {
    if !matches!(key_result.measure, Measure::Linear { .. }) {
        return None;
    }
    let reached = reached?;
    let expected = elapsed(period.start(), due, said_on);
    let half = expected.decimal().checked_div(Decimal::TWO)?;
    let is_slow =
        said_on <= due && expected >= Number::from(JUDGED_FROM) && reached.decimal() < half;
    is_slow.then(|| {
        format!(
            "{} % of the way is gone after {} % of the time",
            round_half_up(reached, 0),
            round_half_up(expected, 0)
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    fn with(check_ins: &str) -> Vec<String> {
        finds(
            "contradicting-health",
            &format!(
                "[objective.a]\ntitle = \"T\"\n[objective.a.kr.b]\ntitle = \"T\"\nfrom = 0\nto = 100\n{check_ins}"
            ),
        )
    }

    #[test]
    fn flat_slow_and_overdue() {
        let row = |day: &str, value: u32, health: &str| {
            format!("check_in.{day} = {{ value = {value}{health} }}\n")
        };
        let good = ", health = \"on-track\"";
        let flat =
            row("2026-10-12", 30, "") + &row("2026-10-26", 30, "") + &row("2026-11-09", 30, good);
        assert_eq!(
            with(&flat),
            ["9: warning: it is said to be on track, but the value has been 30 since 2026-10-12"]
        );
        let slow = row("2026-10-12", 5, "") + &row("2026-11-15", 20, good);
        assert_eq!(
            with(&slow),
            [
                "8: warning: it is said to be on track, but 20 % of the way is gone after 49 % of the time"
            ]
        );
        let overdue = "due = 2026-11-10\n".to_owned() + &row("2026-11-09", 80, good);
        assert_eq!(
            with(&overdue),
            ["8: warning: it is said to be on track, but it was due on 2026-11-10"]
        );
        for fine in [
            row("2026-10-12", 30, "") + &row("2026-11-02", 30, good),
            row("2026-10-05", 0, good),
            row("2026-10-12", 100, "") + &row("2026-11-15", 100, good),
            flat.replace("on-track", "at-risk"),
            String::new(),
        ] {
            assert_eq!(with(&fine), [""; 0], "{fine}");
        }
    }
}
