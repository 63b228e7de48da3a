use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{Freshness, ItemRef};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "stale-check-in",
        summary: "a key result of which nobody has said for long how it goes",
        levels: Levels {
            draft: Level::OFF,
            active: Level::WARNING,
            closed: Level::OFF,
        },
        doc: "Key results are looked at every week. Silence is not green: what nobody has looked at is unknown. A check-in is \
              asked for `check_in_every` days after the last one, and missed three days later; a milestone that is done counts \
              as news. It stays a warning, however long: else the silence of one team would stop the merge requests of all.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: every week before the staff meeting, managers update the key results",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
check_in.2026-10-05 = { value = 104, confidence = 50 }
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
check_in.2026-11-09 = { value = 160, confidence = 55 }
"#,
            settings: "`[policy] check_in_every = 7` days, for one team `[teams.sre] policy = { check_in_every = 14 }`.",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let (ItemRef::KeyResult(_, key_result), Some(period)) = (entry, scope.period) else {
        return Vec::new();
    };
    let item = &key_result.item;
    if !item.lifecycle.is_active() || scope.today < period.start() {
        return Vec::new();
    }
    let last = key_result.last_word();
    // After the quarter nobody is asked for check-ins any more, but for its end.
    let today = scope.today.min(period.end());
    let since = last.unwrap_or(period.start());
    let days = (today - since).get_days();
    if Freshness::of(since, today, scope.policy.check_in_every.value) < Freshness::Late {
        return Vec::new();
    }
    let message = match last {
        Some(last) => format!("nobody has said for {days} days how it goes, since {last}"),
        None => format!(
            "nobody has said yet how it goes, {days} days into {}",
            scope.okrs.quarter
        ),
    };
    let place = key_result
        .check_ins
        .last()
        .map_or(item.title.span, |check_in| check_in.span);
    vec![
        Finding::at(item, place, message)
            .field("check_in")
            .with(scope.policy.check_in_every.span, "asked for here")
            .help(if key_result.gauge.is_some() {
                "okr measure reads its value".to_owned()
            } else {
                format!(
                    "add check_in.{} = {{ value = …, confidence = … }}",
                    scope.today
                )
            }),
    ]
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Case;

    #[test]
    fn a_week_and_three_days_and_never_after_the_end() {
        let text = "[objective.a]\ntitle = \"T\"\n[objective.a.kr.b]\ntitle = \"T\"\nto = 1\ncheck_in.2026-10-05 = { value = 1 }\n";
        let on = |day: &str| Case::new(text).on(day).finds("stale-check-in");
        assert_eq!(on("2026-10-15"), [""; 0]);
        assert_eq!(
            on("2026-10-16"),
            ["6: warning: nobody has said for 11 days how it goes, since 2026-10-05"]
        );
        assert_eq!(on("2026-12-31"), on("2027-02-01"));
        let never = text.replace("check_in.2026-10-05 = { value = 1 }\n", "");
        let on = |day: &str| Case::new(&never).on(day).finds("stale-check-in");
        assert_eq!(on("2026-09-01"), [""; 0]);
        assert_eq!(
            on("2026-10-12"),
            ["4: warning: nobody has said yet how it goes, 11 days into 2026-q4"]
        );
        let steps = never.replace(
            "to = 1",
            "milestone.x = { title = \"x\", done = 2026-10-10 }",
        );
        assert_eq!(
            Case::new(&steps).on("2026-10-12").finds("stale-check-in"),
            [""; 0]
        );
    }
}
