use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::{Verb, figures, verb};
use crate::model::ItemRef;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "objective-wording",
        summary: "an objective that reads like a key result, a task or a heading",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "An objective says what shall be different and why anybody would want it, in one sentence without numbers: \
              numbers are for key results. Less than four words are a heading, more than eighteen nobody repeats, and a verb \
              like \"launch\" or \"migrate\" makes it a task. Words are counted in titles in any language, verbs in English.",
        guide: Some(Guide {
            source: "GitLab's handbook: what, and \"in order to\"; Measure What Matters: significant, concrete, action-oriented \
                     and inspirational",
            bad: r#"
[objective.availability]
title = "Reach 99.95 % availability"
"#,
            good: r#"
[objective.availability]
title = "Be there whenever our users want to work"
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

/// Verbs of projects. "Build a team that …" and "create an experience that …" are how people write objectives.
const TASKS: &[&str] = &[
    "complete",
    "configure",
    "deploy",
    "deprecate",
    "finalise",
    "finalize",
    "finish",
    "implement",
    "install",
    "launch",
    "migrate",
    "publish",
    "refactor",
    "release",
    "replace",
    "rewrite",
    "roll",
    "rollout",
    "ship",
    "test",
    "update",
    "upgrade",
];

const FEWEST_WORDS: usize = 4;
const MOST_WORDS: usize = 18;

fn check(_: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let ItemRef::Objective(objective) = entry else {
        return Vec::new();
    };
    let item = &objective.item;
    let title = &item.title.value;
    let words = title.split_whitespace().count();
    // Writing without spaces between words is not counted by them.
    let is_spaced = title.chars().all(|c| u32::from(c) < 0x2e80);
    let (message, help) = if let Some(figure) = figures(title).first() {
        (
            format!("an objective has no numbers, but this has {}", figure.text),
            "say what shall be different; the number belongs to a key result",
        )
    } else if let Some((Verb::Output, word)) = verb(title)
        && TASKS.contains(&word.to_lowercase().as_str())
    {
        (
            format!("\"{word}\" makes this a task"),
            "say what will be different once it is done",
        )
    } else if words < FEWEST_WORDS && is_spaced {
        (
            if words == 1 {
                "one word is a heading, not an objective".to_owned()
            } else {
                format!("{words} words are a heading, not an objective")
            },
            "write a sentence: what shall be different, so that …",
        )
    } else if words > MOST_WORDS {
        (
            format!("nobody repeats a title of {words} words"),
            "say it in 18 words or less, and put the rest into `description`",
        )
    } else {
        return Vec::new();
    };
    vec![Finding::about(item, message).field("title").help(help)]
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn each_form_is_named() {
        let with = |title: &str| {
            finds(
                "objective-wording",
                &format!("[objective.a]\ntitle = \"{title}\"\n"),
            )
        };
        assert_eq!(
            with("MTBF"),
            ["2: warning: one word is a heading, not an objective"]
        );
        assert_eq!(
            with("Launch the new status page for all"),
            ["2: warning: \"Launch\" makes this a task"]
        );
        assert_eq!(
            with(&"word ".repeat(19)),
            ["2: warning: nobody repeats a title of 19 words"]
        );
        assert_eq!(
            with("Streamline deployments so that finished work reaches users within the day"),
            [""; 0]
        );
        assert_eq!(with("顧客が安心して使えるサービスにする"), [""; 0]);
    }
}
