//! No kind of change, conflict, notice or refusal goes without a scenario.

use std::collections::BTreeSet;
use std::fs;

use super::language::words;
use super::statements::STATEMENTS;
use super::{all, repository};

/// What no scenario can show, each for its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "not-a-bot",
        "said by `okr doctor` and by apply, which look at the token",
    ),
    (
        "other-teams",
        "said by `okr plan` in a pipeline, which knows who began it",
    ),
    (
        "not-managed",
        "said by `okr release`, of keys without an issue",
    ),
    (
        "unknown-key",
        "said by `okr release`, of keys that nobody knows",
    ),
    ("scopes", "said by `okr doctor`, which looks at the token"),
    ("expiry", "said by `okr doctor`, which looks at the token"),
];

/// The ids that the planner's sources name.
fn ids() -> BTreeSet<String> {
    let dirs = ["src/plan", "src/plan/matching"];
    let entries = dirs.map(|dir| fs::read_dir(repository().join(dir)).unwrap());
    let mut ids = BTreeSet::new();
    for entry in entries.into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for start in ["Remark::new(", ".remark(", "self.notice(", "refuse("] {
            ids.extend(text.split(start).skip(1).filter_map(first_literal));
        }
        for start in ["limit: \"", "const PAUSED: &str = \""] {
            let rest = text.split(start).skip(1);
            ids.extend(rest.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
        if path.ends_with("obstacle.rs") {
            let arms = text.split("pub fn id(").nth(1).unwrap();
            let arms = arms.split("pub fn ").next().unwrap();
            ids.extend(arms.split("=> \"").skip(1).filter_map(|rest| {
                let (id, _) = rest.split_once('"')?;
                Some(id.to_owned())
            }));
        }
    }
    ids
}

/// The text that a call has for its first or second argument.
fn first_literal(call: &str) -> Option<String> {
    let (before, rest) = call.split_once('"')?;
    let is_argument = before
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || "_,&".contains(c));
    let (literal, _) = rest.split_once('"')?;
    let is_id = literal
        .chars()
        .all(|c| c.is_ascii_lowercase() || "-_".contains(c));
    (is_argument && is_id).then(|| literal.to_owned())
}

#[test]
fn every_id_of_the_planner_has_a_scenario() {
    let told: BTreeSet<String> = all()
        .iter()
        .flat_map(|scenario| &scenario.plan)
        .filter_map(|line| {
            let rest = ["conflict ", "notice ", "refusal "]
                .iter()
                .find_map(|kind| line.strip_prefix(kind))?;
            Some(rest.split([' ', ':']).next()?.to_owned())
        })
        .collect();
    let ids = ids();
    assert!(ids.len() > 25, "the sources are read wrongly: {ids:?}");
    for (id, reason) in EXCEPTIONS {
        assert!(ids.contains(*id) && !told.contains(*id), "{id}: {reason}");
    }
    let excepted = |id: &&String| EXCEPTIONS.iter().any(|(other, _)| id == other);
    let missing: Vec<&String> = ids.difference(&told).filter(|id| !excepted(id)).collect();
    assert!(missing.is_empty(), "no scenario shows {missing:?}");
    let unknown: Vec<&String> = told.difference(&ids).collect();
    assert!(unknown.is_empty(), "the sources do not name {unknown:?}");
}

#[test]
fn every_kind_of_change_and_cause_has_a_scenario() {
    let plans: Vec<String> = all()
        .into_iter()
        .flat_map(|scenario| scenario.plan)
        .collect();
    let actions = "make create adopt move update re-render link unlink close";
    for action in actions.split(' ') {
        assert!(
            plans
                .iter()
                .any(|line| line.starts_with(&format!("{action} "))),
            "{action}"
        );
    }
    for cause in ["this merge request", "pending", "drift"] {
        assert!(
            plans
                .iter()
                .any(|line| line.ends_with(&format!("({cause})"))),
            "{cause}"
        );
    }
}

#[test]
fn every_form_of_a_line_is_used() {
    let lines: Vec<String> = all()
        .into_iter()
        .flat_map(|scenario| scenario.given)
        .map(|line| line.text)
        .collect();
    let fits = |pattern| lines.iter().any(|line| words(pattern, line).is_some());
    for (pattern, _) in STATEMENTS {
        assert!(fits(pattern), "{pattern}");
    }
}
