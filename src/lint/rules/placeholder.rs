use super::{Check, Rule};
use crate::config::QuarterState;
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::placeholder;
use crate::model::{ItemRef, Measure};
use crate::text::Spanned;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "placeholder",
        summary: "a text that stands for what is not known yet, or cannot be reached",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "`TBD`, `from X to Y` and `TODO` keep a place. In a draft that is what they are for; in a quarter that runs, \
              nobody can work towards them. `to infinity` is no target either: a target is a number that can be reached \
              and missed.",
        guide: Some(Guide {
            source: "GitLab's handbook: a placeholder target is the one reason to change a target after the quarter began; \
                     its Infrastructure once planned an MTBF \"to infinity\"",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from X to Y"
unit = "h"
from = 0
to = 1
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    let way_out = if scope.state == QuarterState::Draft {
        "write what is meant before the quarter becomes active"
    } else {
        "write what is meant, or set the quarter's state to \"draft\" in okr.toml until it is known"
    };
    let mut texts: Vec<(&str, &Spanned<String>)> = vec![("title", &item.title)];
    if let ItemRef::KeyResult(_, key_result) = entry {
        texts.extend(key_result.metric.iter().map(|text| ("metric", text)));
        texts.extend(key_result.unit.iter().map(|text| ("unit", text)));
        if let Measure::Milestones(steps) = &key_result.measure {
            texts.extend(steps.iter().map(|step| ("milestone", &step.title)));
        }
    }
    texts
        .into_iter()
        .filter_map(|(field, text)| {
            let word = placeholder(&text.value)?;
            let endless = word.contains('∞') || word.to_lowercase().starts_with("infinit");
            let finding = Finding::at(item, text.span, format!("\"{word}\" keeps a place for what is not known yet"))
                .field(field)
                .help(way_out);
            Some(if endless {
                Finding::at(item, text.span, format!("\"{word}\" cannot be reached, so it cannot be scored"))
                    .field(field)
                    .help("name a number that would be a great success this quarter, like twice the value of today")
            } else {
                finding
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn every_text_is_looked_at_and_a_draft_is_only_warned() {
        let text = r#"
[objective.mtbf]
title = "TODO: what shall be different"
[objective.mtbf.kr.hours]
title = "MTBF to infinity"
metric = "to be defined"
to = 240
"#;
        assert_eq!(
            finds("placeholder", text),
            [
                "3: error: \"TODO\" keeps a place for what is not known yet",
                "5: error: \"infinity\" cannot be reached, so it cannot be scored",
                "6: error: \"to be defined\" keeps a place for what is not known yet",
            ]
        );
        let draft = format!(
            "# okr.toml\n[quarters.\"2026-q4\"]\nstate = \"draft\"\n# okrs/2026-q4/sre.toml{text}"
        );
        assert!(
            finds("placeholder", &draft)
                .iter()
                .all(|found| found.contains("warning"))
        );
    }
}
