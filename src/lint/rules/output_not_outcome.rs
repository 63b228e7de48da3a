use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{Verb, verb};
use crate::model::{ItemRef, Measure};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "output-not-outcome",
        summary: "a key result that says what is made or done, not what changes by it",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "\"Launch the status page\" can be done without anybody being better off. A key result says what is different \
              then: fewer questions to support, shorter incidents. A project may be a key result where nothing can be \
              measured yet, and then its milestones name specific outcomes; so this is a warning. Key results that only \
              say that somebody is busy (help, support, analyse, take part) are errors.",
        guide: Some(Guide {
            source: "Google's OKR playbook names consult, help, analyze and participate; Kersten: no features in key results; \
                     38 % of 552 key results that GitLab published begin with such a verb",
            bad: r#"
[objective.trust]
title = "Let users know what happens before they ask"
[objective.trust.kr.page]
title = "Launch a status page"
milestone.launched = { title = "The page is public" }
"#,
            good: r#"
[objective.trust]
title = "Let users know what happens before they ask"
[objective.trust.kr.questions]
title = "Cut questions to support during incidents from 120 to 40 an hour"
unit = "questions"
from = 120
to = 40
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
    let item = &key_result.item;
    let is_done_or_not = matches!(key_result.measure, Measure::Milestones(_));
    let finding = match verb(&item.title.value) {
        Some((Verb::Output, word)) if is_done_or_not => Finding::about(
            item,
            format!("\"{word}\" says what is made, not what changes by it"),
        ),
        Some((Verb::Activity, word)) => Finding::about(
            item,
            format!("\"{word}\" says that somebody is busy, not what changes by it"),
        )
        .grave(is_done_or_not),
        _ => return Vec::new(),
    };
    vec![
        finding
            .field("title")
            .help("ask \"so that what?\": the answer, with a number from x to y, is the key result; this is `work` for it"),
    ]
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn activity_is_worse_than_output_and_a_number_makes_up_for_output() {
        let with = |title: &str, measure: &str| {
            let text = format!(
                "[objective.a]\ntitle = \"Be better\"\n[objective.a.kr.b]\ntitle = \"{title}\"\n{measure}\n"
            );
            finds("output-not-outcome", &text)
        };
        let step = "milestone.a = { title = \"a\" }";
        assert_eq!(
            with("Help teams with dashboards", step),
            ["4: error: \"Help\" says that somebody is busy, not what changes by it"]
        );
        assert_eq!(
            with("Support 5 launches", "from = 0\nto = 5"),
            ["4: warning: \"Support\" says that somebody is busy, not what changes by it"]
        );
        assert_eq!(
            with(
                "Ship weekly: raise releases from 1 to 4",
                "from = 1\nto = 4"
            ),
            [""; 0]
        );
        assert_eq!(with("All regions can fail over", step), [""; 0]);
    }
}
