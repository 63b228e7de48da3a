//! Every GraphQL exchange of two recordings, compared as the replay tool compares.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{actor, execute, noon, world};
use crate::sandbox::graphql::invalid_token;
use crate::sandbox::state::{IssueChange, IssueState, NewIssue, State};

/// Values that only have to be there.
const LOOSE: [&str; 5] = [
    "createdAt",
    "updatedAt",
    "closedAt",
    "startCursor",
    "endCursor",
];

#[derive(Default)]
struct Comparison {
    ids: BTreeMap<u64, u64>,
    differences: Vec<String>,
}

impl Comparison {
    fn same_id(&mut self, recorded: u64, answered: u64) -> bool {
        *self.ids.entry(recorded).or_insert(answered) == answered
    }

    fn compare(&mut self, recorded: &Value, answered: &Value, path: &str, key: &str) {
        let loose = LOOSE.contains(&key) && recorded.is_null() == answered.is_null();
        match (recorded, answered) {
            _ if recorded == answered || loose => {}
            (Value::Object(recorded), Value::Object(answered)) => {
                for (key, value) in recorded {
                    let below = format!("{path}.{key}");
                    match answered.get(key) {
                        Some(other) => self.compare(value, other, &below, key),
                        None => self.differences.push(format!("{below} is missing")),
                    }
                }
            }
            (Value::Array(recorded), Value::Array(answered))
                if recorded.len() == answered.len() =>
            {
                for (index, (a, b)) in recorded.iter().zip(answered).enumerate() {
                    self.compare(a, b, &format!("{path}[{index}]"), key);
                }
            }
            (Value::String(a), Value::String(b)) if self.same_gid(a, b) => {}
            _ => self
                .differences
                .push(format!("{path}: recorded {recorded}, answered {answered}")),
        }
    }

    fn same_gid(&mut self, recorded: &str, answered: &str) -> bool {
        let split = |text: &str| -> Option<(String, u64)> {
            let (kind, number) = text.rsplit_once('/')?;
            kind.starts_with("gid://gitlab/")
                .then(|| Some((kind.to_owned(), number.parse().ok()?)))?
        };
        match (split(recorded), split(answered)) {
            (Some((a, id)), Some((b, other))) => a == b && self.same_id(id, other),
            _ => false,
        }
    }
}

/// A REST request of a recording that only prepares the state.
fn prepare(state: &mut State, exchange: &Value, now: Timestamp) {
    let request = &exchange["request"];
    let (body, path) = (&request["body"], request["path"].as_str().unwrap());
    let actor = actor(state, exchange["as"].as_str().unwrap()).unwrap();
    let parts: Vec<&str> = path
        .trim_start_matches("/api/v4/projects/")
        .split('/')
        .collect();
    let project = parts[0].parse().unwrap();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    match (request["method"].as_str().unwrap(), parts.as_slice()) {
        ("POST", [_, "issues"]) => {
            let new = NewIssue {
                title: text("title").unwrap(),
                description: text("description"),
                labels: text("labels")
                    .map(|all| all.split(',').map(str::to_owned).collect())
                    .unwrap_or_default(),
                assignees: body["assignee_ids"]
                    .as_array()
                    .map(|ids| ids.iter().filter_map(Value::as_u64).collect())
                    .unwrap_or_default(),
                due_date: text("due_date").map(|day| day.parse().unwrap()),
                confidential: body["confidential"].as_bool().unwrap_or(false),
                ..NewIssue::default()
            };
            state.create_issue(&actor, project, new, now).unwrap();
        }
        ("PUT", [_, "issues", iid]) if body["state_event"] == "close" => {
            let id = state
                .issue_by_iid(project, iid.parse().unwrap())
                .unwrap()
                .id;
            let change = IssueChange {
                state: Some(IssueState::Closed),
                ..IssueChange::default()
            };
            state.update_issue(&actor, id, change, now).unwrap();
        }
        other => panic!("a request that this test does not know: {other:?}"),
    }
}

/// Plays a recording and gives how many GraphQL exchanges agreed; all of them must.
fn play(recording: &str) -> usize {
    let mut state = world();
    let mut comparison = Comparison::default();
    let mut agreed = 0;
    for (index, line) in recording.lines().enumerate() {
        let now = noon() + SignedDuration::from_secs(i64::try_from(index).unwrap());
        let exchange: Value = serde_json::from_str(line).unwrap();
        if exchange["step"] == "wait" {
            continue;
        }
        if exchange["request"]["path"] != "/api/graphql" {
            prepare(&mut state, &exchange, now);
            continue;
        }
        let who = exchange["as"].as_str().unwrap();
        let mut body = exchange["request"]["body"].clone();
        // The recording shortens a very long comment; it is made as long again.
        if let Some((short, rest)) = body["query"].as_str().and_then(|q| q.split_once("...(")) {
            let length: usize = rest.split(' ').next().unwrap().parse().unwrap();
            body["query"] = Value::from(format!("{short}{}", "x".repeat(length - short.len())));
        }
        let answer = match actor(&state, who) {
            Some(actor) => execute(&mut state, &actor, &body, now),
            None => invalid_token(),
        };
        let before = comparison.differences.len();
        let recorded = &exchange["response"];
        assert_eq!(
            answer.header("content-type"),
            recorded["headers"]["content-type"].as_str(),
            "{}",
            exchange["step"]
        );
        comparison.compare(
            &recorded["status"],
            &Value::from(answer.status),
            "status",
            "",
        );
        let step = exchange["step"].as_str().unwrap();
        comparison.compare(&recorded["body"], &answer.value(), step, "");
        agreed += usize::from(comparison.differences.len() == before);
    }
    assert_eq!(comparison.differences, Vec::<String>::new());
    agreed
}

#[test]
fn all_recorded_queries_agree() {
    assert_eq!(
        play(include_str!("../../../../tests/recordings/graphql.jsonl")),
        14
    );
}

#[test]
fn all_recorded_mutations_agree() {
    assert_eq!(
        play(include_str!("../../../../tests/recordings/mutations.jsonl")),
        13
    );
}
