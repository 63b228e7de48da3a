use super::{Check, Rule};
use crate::config::QuarterState;
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::{ClosingField, ItemRef, Lifecycle, left_for_later, unsaid};

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
              what to try next. A text that begins with `TODO` says nothing. The same goes for a key result whose `status` is \
              \"closed\" before the quarter ends; of anything else only such a `TODO` is found. Dropped ones have said why. \
              `okr close` asks for what is missing.",
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
    let missing = if is_closed {
        unsaid(entry)
    } else {
        left_for_later(entry)
    };
    if missing.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = missing
        .iter()
        .map(|field| match field {
            ClosingField::Outcome => "`outcome`",
            ClosingField::Score => "a score or a last check-in",
            ClosingField::Evidence => "`evidence`",
            ClosingField::Good => "`good`",
            ClosingField::Bad => "`bad`",
            ClosingField::Try => "`try`",
        })
        .collect();
    let names = list(&names);
    let finding = if is_closed {
        Finding::about(item, format!("it is closed without {names}"))
    } else {
        let message = format!("a TODO keeps the place of {names}, so it cannot be closed");
        Finding::about(item, message)
    };
    let finding = finding.field("outcome");
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

    #[test]
    fn a_todo_says_nothing() {
        let text = "[objective.a]\ntitle = \"T\"\noutcome = \"It held\"\nretrospective = { good = [\"g\", \"TODO: more\"] }\n\
                    [objective.a.kr.b]\ntitle = \"T\"\nto = 1\noutcome = \"TODO: what came of it\"\nscore = 3\n";
        assert_eq!(
            finds("incomplete-closing", text),
            [
                "2: warning: a TODO keeps the place of `good`, so it cannot be closed",
                "6: warning: a TODO keeps the place of `outcome`, so it cannot be closed",
            ]
        );
        let closed = format!(
            "# okr.toml\n[quarters.\"2026-q4\"]\nstate = \"closed\"\n# okrs/2026-q4/sre.toml\n{text}"
        );
        assert_eq!(
            finds("incomplete-closing", &closed),
            [
                "2: error: it is closed without `good`, `bad` and `try`",
                "6: error: it is closed without `outcome` and `evidence`",
            ]
        );
    }
}
