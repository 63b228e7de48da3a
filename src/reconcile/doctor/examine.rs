use super::facts::Facts;
use super::{access, links, people, trackers};
use crate::plan::{Area, Check, Verdict};

/// What the facts mean, in the order in which one thing depends on the other. Pure: the same facts give the same checks.
pub fn examine(facts: &Facts) -> Vec<Check> {
    let mut checks = access::server(facts);
    checks.extend(access::token(facts));
    checks.extend(trackers::checks(facts));
    checks.extend(links::checks(facts));
    checks.extend(people::checks(facts));
    if let Some(unseen) = unseen(facts) {
        checks.push(unseen);
    }
    checks
}

/// What was not looked at is said, lest silence be taken for health.
fn unseen(facts: &Facts) -> Option<Check> {
    if facts.is_job || !facts.projects.is_empty() || facts.wanted.trackers.is_empty() {
        return None;
    }
    let found = format!(
        "{} and what is in them were not looked at",
        counted(facts.wanted.trackers.len(), "tracker", "trackers")
    );
    let check = Check::new(Area::Trackers, "not-looked-at", Verdict::Unknown, found);
    Some(check.help("mend what is above, and run it again"))
}

/// `1 tracker`, `2 trackers`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// `a, b and c`, of many the first eight.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 8;
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if names.len() > SHOWN + 1 {
        let rest = names.len() - SHOWN;
        names.truncate(SHOWN);
        names.push(format!("{rest} more"));
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
