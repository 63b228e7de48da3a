use super::{Check, Rule};
use crate::config::QuarterState;
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::{ItemRef, Lifecycle, ScoreRules, progress};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "incomplete-closing",
        summary: "something that came to its end, and nobody has said how",
        levels: Levels {
            draft: Level::WARNING,
            active: Level::WARNING,
            closed: Level::ERROR,
        },
        doc: "When a quarter is closed, every key result has an `outcome`, a score (declared, or computed from its values) and \
              `evidence` for it, and every objective an `outcome` and a `retrospective` with what was good, what was bad and \
              what to try next. The same goes for a key result whose `status` is \"closed\" before the quarter ends. Dropped \
              ones have said why.",
        guide: Some(Guide {
            source: "GitLab's handbook: closed after a closing note, and only once Good, Bad and Try are final; of 552 key results \
                     that GitLab published, 76 % have no outcome",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
status = "closed"
from = 96
to = 240
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
status = "closed"
outcome = "Reached in the seventh week, once all clusters were on Patroni"
evidence = ["https://dashboards.example.com/mtbf"]
from = 96
to = 240
check_in.2026-11-16 = { value = 241 }
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    let is_closed =
        scope.state == QuarterState::Closed || matches!(item.lifecycle, Lifecycle::Closed { .. });
    if !is_closed {
        return Vec::new();
    }
    let mut missing = Vec::new();
    if item.outcome.is_none() {
        missing.push("`outcome`");
    }
    match entry {
        ItemRef::KeyResult(_, key_result) => {
            if item.score.is_none() && progress(key_result, &ScoreRules::default()).is_none() {
                missing.push("a score or a last check-in");
            }
            if item.evidence.is_empty() {
                missing.push("`evidence`");
            }
        }
        ItemRef::Objective(objective) => {
            let retrospective = &objective.retrospective;
            for (said, name) in [
                (&retrospective.good, "`good`"),
                (&retrospective.bad, "`bad`"),
                (&retrospective.try_next, "`try`"),
            ] {
                if said.is_empty() {
                    missing.push(name);
                }
            }
        }
    }
    if missing.is_empty() {
        return Vec::new();
    }
    let finding =
        Finding::about(item, format!("it is closed without {}", list(&missing))).field("outcome");
    vec![match entry {
        ItemRef::KeyResult(..) => {
            finding.help("add outcome = \"what came of it, in a sentence\" and evidence = [\"https://…\"]")
        }
        ItemRef::Objective(_) => finding.help(
            "add outcome = \"…\" and retrospective = { good = [\"…\"], bad = [\"…\"], try = [\"…\"] }",
        ),
    }]
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn a_closed_quarter_is_an_error() {
        let text = "# okr.toml\n[quarters.\"2026-q4\"]\nstate = \"closed\"\n# okrs/2026-q4/sre.toml\n[objective.a]\ntitle = \"T\"\n\
                    [objective.a.kr.b]\ntitle = \"T\"\nto = 1\n[objective.a.kr.c]\ntitle = \"T\"\nto = 1\nstatus = \"dropped\"\nreason = \"r\"\n";
        assert_eq!(
            finds("incomplete-closing", text),
            [
                "2: error: it is closed without `outcome`, `good`, `bad` and `try`",
                "4: error: it is closed without `outcome`, a score or a last check-in and `evidence`",
            ]
        );
    }
}
