//! `[flow]`, proposed from the labels of projects.

use std::fmt::Write as _;

use crate::config::IncidentSettings;

/// Words that labels use, for the list of `[flow.states]` or `[flow.types]` that each speaks for. A label belongs to the first
/// list of which one of its words is.
const STATES: [(&str, &[&str]); 4] = [
    (
        "cancelled",
        &[
            "wontfix",
            "duplicate",
            "invalid",
            "cancelled",
            "canceled",
            "rejected",
        ],
    ),
    ("blocked", &["blocked", "hold", "stalled"]),
    (
        "active",
        &[
            "doing",
            "dev",
            "progress",
            "wip",
            "review",
            "verification",
            "testing",
            "staging",
            "canary",
            "active",
        ],
    ),
    (
        "waiting",
        &["todo", "ready", "waiting", "scheduled", "queue", "next"],
    ),
];
const TYPES: [(&str, &[&str]); 4] = [
    (
        "risk",
        &["security", "vulnerability", "compliance", "privacy", "risk"],
    ),
    (
        "defect",
        &["bug", "defect", "incident", "regression", "corrective"],
    ),
    (
        "debt",
        &[
            "debt",
            "maintenance",
            "refactoring",
            "cleanup",
            "toil",
            "dependency",
        ],
    ),
    (
        "feature",
        &["feature", "enhancement", "addition", "improvement"],
    ),
];

/// `[flow]` for okr.toml, from the labels that projects have. What says nothing about work is left out, and somebody has to
/// look at the rest: words are no proof.
pub fn proposal(labels: &[String]) -> String {
    let mut text = String::from(
        "# Proposed from the labels of your projects. Look at each: a label counts in one list only.\n",
    );
    table(&mut text, "flow.states", &STATES, labels);
    text.push('\n');
    // What tells how far an incident is says nothing of what kind the work is.
    let incidents = IncidentSettings::default();
    let of_incidents = |label: &&String| {
        incidents.mitigated.contains(*label) || incidents.resolved.contains(*label)
    };
    let others: Vec<String> = labels
        .iter()
        .filter(|label| !of_incidents(label))
        .cloned()
        .collect();
    table(&mut text, "flow.types", &TYPES, &others);
    text
}

fn table(text: &mut String, name: &str, lists: &[(&str, &[&str])], labels: &[String]) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "[{name}]");
    for (list, words) in lists {
        let of_list = labels.iter().filter(|label| {
            let own = lists.iter().find(|(_, words)| speaks(label, words));
            own.is_some_and(|(own, _)| own == list) && speaks(label, words)
        });
        let quoted: Vec<String> = of_list
            .map(|label| toml::Value::from(label.as_str()).to_string())
            .collect();
        let _ = writeln!(text, "{list} = [{}]", quoted.join(", "));
    }
}

/// Whether one of a label's words is among the given ones.
fn speaks(label: &str, words: &[&str]) -> bool {
    let lower = label.to_lowercase();
    let mut own = lower.split(|c: char| !c.is_alphanumeric());
    own.any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::proposal;

    #[test]
    fn labels_are_proposed_by_their_words() {
        let labels = [
            "Doing",
            "To Do",
            "todo",
            "type::bug",
            "workflow::blocked",
            "workflow::in dev",
            "okr:o",
            "security \"x\"",
            "technical debt",
            "feature::addition",
            "good first issue",
            "incident::resolved",
            "undoing",
        ];
        let labels: Vec<String> = labels.map(str::to_owned).to_vec();
        let expected = r#"# Proposed from the labels of your projects. Look at each: a label counts in one list only.
[flow.states]
cancelled = []
blocked = ["workflow::blocked"]
active = ["Doing", "workflow::in dev"]
waiting = ["todo"]

[flow.types]
risk = ['security "x"']
defect = ["type::bug"]
debt = ["technical debt"]
feature = ["feature::addition"]
"#;
        assert_eq!(proposal(&labels), expected);
    }
}
