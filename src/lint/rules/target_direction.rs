use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{Verb, verb};
use crate::model::{ItemRef, KeyResult, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "target-direction",
        summary: "a target that is the baseline, or lies on the other side of it than the title says",
        levels: Levels::planning(Level::ERROR, Level::ERROR),
        doc: "Where `from` equals `to` there is no way to go and nothing to score; a limit that must hold is `at_least` or \
              `at_most`. Where the title says \"raise\" and the numbers fall, or a limit holds from the wrong side, the two \
              are mixed up or one of them is mistyped.",
        guide: Some(Guide {
            source: "progress is (value − from) ÷ (to − from)",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF"
unit = "h"
from = 240
to = 96
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF"
unit = "h"
from = 96
to = 240
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(_: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    against(key_result).into_iter().collect()
}

fn against(key_result: &KeyResult) -> Option<Finding> {
    let item = &key_result.item;
    let said = verb(&item.title.value);
    match &key_result.measure {
        Measure::Linear { from: Some(from), to } if from.value == to.value => Some(
            Finding::at(item, to.span, "the target equals the baseline: there is no way to go")
                .field("to")
                .with(from.span, "the baseline")
                .help("set a target that differs")
                .help("if the value shall stay where it is, write at_least or at_most instead of `from` and `to`"),
        ),
        Measure::Linear { from: Some(from), to } => {
            let rises = to.value > from.value;
            let (kind, word) = said?;
            let contradicts = matches!((kind, rises), (Verb::Up, false) | (Verb::Down, true));
            contradicts.then(|| {
                let goes = if rises { "rises" } else { "falls" };
                Finding::at(
                    item,
                    to.span,
                    format!("the title says \"{word}\", but the value {goes} from {} to {}", from.value, to.value),
                )
                .field("to")
                .with(from.span, "the baseline")
                .with(item.title.span, "the title")
                .help("exchange `from` and `to`, or mend the title")
            })
        }
        Measure::AtLeast(limit) if matches!(said, Some((Verb::Down, _))) => {
            Some(wrong_side(key_result, limit.span, "at_least", "must not fall below"))
        }
        Measure::AtMost(limit) if matches!(said, Some((Verb::Up, _))) => {
            Some(wrong_side(key_result, limit.span, "at_most", "must not rise above"))
        }
        _ => None,
    }
}

fn wrong_side(key_result: &KeyResult, span: crate::text::Span, field: &str, must: &str) -> Finding {
    let item = &key_result.item;
    let word = verb(&item.title.value).map_or("", |(_, word)| word);
    Finding::at(
        item,
        span,
        format!("the title says \"{word}\", but `{field}` says what the value {must}"),
    )
    .field(field)
    .with(item.title.span, "the title")
    .help("write `from` and `to` for a value that shall move, or mend the title")
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    fn with(title: &str, measure: &str) -> Vec<String> {
        let text = format!(
            "[objective.a]\ntitle = \"Be better\"\n[objective.a.kr.b]\ntitle = \"{title}\"\n{measure}\n"
        );
        finds("target-direction", &text)
    }

    #[test]
    fn the_title_and_the_numbers_agree() {
        assert_eq!(
            with("Reduce MTTR", "from = 2\nto = 4"),
            ["6: error: the title says \"Reduce\", but the value rises from 2 to 4"]
        );
        assert_eq!(
            with("MTTR", "from = 4.0\nto = 4"),
            ["6: error: the target equals the baseline: there is no way to go"]
        );
        assert_eq!(with("Cut failures", "at_least = 5").len(), 1);
        assert_eq!(with("Raise availability", "at_most = 5").len(), 1);
        for (title, measure) in [
            ("Reduce MTTR", "from = 4\nto = 2"),
            ("Improve MTTR", "from = 4\nto = 2"),
            ("Reduce failures", "at_most = 5"),
            ("Raise availability", "at_least = 99.95"),
            ("Raise availability", "to = 99.95"),
        ] {
            assert_eq!(with(title, measure), [""; 0], "{title} {measure}");
        }
    }
}
