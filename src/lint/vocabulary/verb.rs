/// What a title's verb says about the kind of goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) enum Verb {
    /// A number shall go up.
    Up,
    /// A number shall go down.
    Down,
    /// Things shall stay as they are.
    Keep,
    /// Something shall be made: output.
    Output,
    /// Somebody shall be busy: activity.
    Activity,
}

const UP: &[&str] = &[
    "boost", "double", "expand", "extend", "grow", "increase", "lengthen", "lift", "maximise",
    "maximize", "multiply", "raise", "triple",
];

const DOWN: &[&str] = &[
    "cut", "decrease", "diminish", "halve", "lessen", "lower", "minimise", "minimize", "reduce",
    "shorten", "shrink", "trim",
];

const KEEP: &[&str] = &[
    "continue", "keep", "maintain", "preserve", "remain", "stay", "sustain",
];

const OUTPUT: &[&str] = &[
    "add",
    "adopt",
    "automate",
    "build",
    "complete",
    "conduct",
    "configure",
    "create",
    "define",
    "deliver",
    "deploy",
    "deprecate",
    "design",
    "develop",
    "document",
    "draft",
    "enable",
    "execute",
    "finalise",
    "finalize",
    "finish",
    "hire",
    "host",
    "implement",
    "install",
    "integrate",
    "introduce",
    "iterate",
    "launch",
    "migrate",
    "onboard",
    "organise",
    "organize",
    "perform",
    "prepare",
    "present",
    "produce",
    "provide",
    "publish",
    "refactor",
    "release",
    "replace",
    "rewrite",
    "roll",
    "rollout",
    "run",
    "set",
    "ship",
    "test",
    "train",
    "update",
    "upgrade",
    "write",
];

const ACTIVITY: &[&str] = &[
    "advise",
    "analyse",
    "analyze",
    "assist",
    "attend",
    "consult",
    "discuss",
    "explore",
    "help",
    "investigate",
    "participate",
    "research",
    "study",
    "support",
];

/// What the first verb of a title says, with the verb; absent where it says none of these things ("Improve …", a noun, a
/// title in another language). What stands before it in brackets or before a colon (`[Availability]`, `KR:`) is skipped.
pub(in crate::lint) fn verb(title: &str) -> Option<(Verb, &str)> {
    let mut rest = title.trim_start();
    while let Some(inside) = rest.strip_prefix('[') {
        rest = inside.split_once(']')?.1.trim_start();
    }
    if let Some((before, after)) = rest.split_once(": ")
        && before.split_whitespace().count() <= 3
    {
        rest = after.trim_start();
    }
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let word = &rest[..end];
    let lower = word.to_lowercase();
    let known = |list: &[&str]| list.contains(&lower.as_str());
    let kind = if known(UP) {
        Verb::Up
    } else if known(DOWN) {
        Verb::Down
    } else if known(KEEP) {
        Verb::Keep
    } else if known(OUTPUT) {
        Verb::Output
    } else if known(ACTIVITY) {
        Verb::Activity
    } else {
        return None;
    };
    Some((kind, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_verb_tells_the_kind_of_goal() {
        for (title, wanted) in [
            ("Raise availability to 99.95 %", Some((Verb::Up, "Raise"))),
            ("[Availability] Reduce MTTR", Some((Verb::Down, "Reduce"))),
            (
                "Infrastructure KR: Launch the status page",
                Some((Verb::Output, "Launch")),
            ),
            ("Roll out feature flags", Some((Verb::Output, "Roll"))),
            (
                "Help teams with their dashboards",
                Some((Verb::Activity, "Help")),
            ),
            ("Maintain 99.9 %", Some((Verb::Keep, "Maintain"))),
            ("Improve the test suite", None),
            ("MTBF above 240 h", None),
            ("Launching is not a launch", None),
            ("[unclosed", None),
            ("", None),
        ] {
            assert_eq!(verb(title), wanted, "{title}");
        }
    }
}
