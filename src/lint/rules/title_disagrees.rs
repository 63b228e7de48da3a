use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{Figure, figures, way};
use crate::model::{ItemRef, KeyResult, Measure, Number};
use crate::text::Spanned;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "title-disagrees",
        summary: "numbers in a title that are not those of the key result",
        levels: Levels::planning(Level::WARNING, Level::ERROR),
        doc: "People read the title, the score is computed from `from` and `to`. When they differ, one of them was changed \
              and the other forgotten. A title that names both ends of the way is compared with both; a title with one \
              number, with the target or limit. `10k` may stand for `10_000`.",
        guide: Some(Guide {
            source: "Infrastructure's blueprint: \"duplication of data can be avoided\"; where it is not, it must agree",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 200
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

fn check(_: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::KeyResult(_, key_result) = entry else {
        return Vec::new();
    };
    let title = &key_result.item.title.value;
    let (from, (name, to)) = match &key_result.measure {
        Measure::Linear { from, to } => (from.as_ref(), ("to", to)),
        Measure::AtLeast(limit) => (None, ("at_least", limit)),
        Measure::AtMost(limit) => (None, ("at_most", limit)),
        Measure::Milestones(_) => return Vec::new(),
    };
    if let Some((first, second)) = way(title) {
        // Two scales cannot both agree; `mixed-units` says so.
        let scales = first.known_unit().zip(second.known_unit());
        if scales.is_some_and(|(first, second)| first.clashes(second)) {
            return Vec::new();
        }
        let start = from.and_then(|from| differs(key_result, &first, "from", from));
        let end = differs(key_result, &second, name, to);
        return start.into_iter().chain(end).collect();
    }
    match figures(title).as_slice() {
        // "by 20 h" is the way, not one of its ends; one number alone may be the baseline, too.
        [only] if !only.is_a_way() && from.is_none_or(|from| !only.says(from.value)) => {
            differs(key_result, only, name, to).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn differs(
    key_result: &KeyResult,
    figure: &Figure<'_>,
    name: &str,
    number: &Spanned<Number>,
) -> Option<Finding> {
    if figure.says(number.value) {
        return None;
    }
    let item = &key_result.item;
    Some(
        Finding::at(
            item,
            number.span,
            format!(
                "`{name}` is {}, but the title says {}",
                number.value, figure.text
            ),
        )
        .field(name)
        .with(item.title.span, "the title")
        .help(format!(
            "mend the title or `{name}`: the score is computed from `{name}`"
        )),
    )
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    fn with(title: &str, measure: &str) -> Vec<String> {
        let text = format!(
            "[objective.a]\ntitle = \"Be better\"\n[objective.a.kr.b]\ntitle = \"{title}\"\n{measure}\n"
        );
        finds("title-disagrees", &text)
    }

    #[test]
    fn numbers_agree_or_are_something_else() {
        assert_eq!(
            with("From 45 % to 60 %", "from = 40\nto = 65"),
            [
                "5: error: `from` is 40, but the title says 45",
                "6: error: `to` is 65, but the title says 60"
            ]
        );
        assert_eq!(
            with("At most 5 % of deployments fail", "at_most = 3"),
            ["5: error: `at_most` is 3, but the title says 5"]
        );
        for (title, measure) in [
            ("Raise to 60 %", "from = 45\nto = 60"),
            ("Cut cost by 10 %", "from = 200\nto = 180"),
            ("Cut cost by 20", "from = 200\nto = 180"),
            ("Grow revenue to 10k", "from = 0\nto = 10_000"),
            ("Of the 3 regions, 2 reach 95 %", "from = 0\nto = 7"),
            ("In Q4 2026, p95 is better", "from = 0\nto = 7"),
            (
                "The first 3 steps are done",
                "milestone.a = { title = \"a\" }",
            ),
        ] {
            assert_eq!(with(title, measure), [""; 0], "{title} {measure}");
        }
    }
}
