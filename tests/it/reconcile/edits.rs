//! Nothing of people's is lost: somebody edits an issue right before any request of an apply.

use okrsync::gitlab::Client;
use okrsync::issue::DesiredIssue;
use okrsync::sandbox::state::State;
use okrsync::sandbox::{EditRequest, Fault, FaultRule, JournalEntry};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::ending::ending;
use super::faults::{
    block_on, difference, first, later, lived_in, people, report, thorough, undisturbed,
};
use super::scene::Scene;

/// What Ann does to an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Label,
    Title,
    Comment,
    /// Words above and below the block.
    Text,
    /// A row in the check-in table.
    Row,
}

const EDITS: [Edit; 5] = [
    Edit::Label,
    Edit::Title,
    Edit::Comment,
    Edit::Text,
    Edit::Row,
];
const ROW: &str = "\n| 2026-11-09 | 105 | | | Late row |";

struct Case {
    edit: Edit,
    request: usize,
    /// `/api/v4/projects/…/issues/N`.
    issue: String,
    body: Value,
    /// Whether what Ann wrote must stand afterwards.
    survives: bool,
}

/// Edits of the issue that is written next, before every request of the undisturbed run.
fn cases(journal: &[JournalEntry], before: &State) -> Vec<Case> {
    let mut cases = Vec::new();
    for request in 0..journal.len() {
        let next = journal[request..]
            .iter()
            .find(|entry| entry.method == "PUT" && entry.path.contains("/issues/"));
        let Some(next) = next else { continue };
        let writes = |entry: &&JournalEntry| entry.method == "PUT" && entry.path == next.path;
        let written_before = journal[..request].iter().any(|entry| writes(&entry));
        let is_write = writes(&&journal[request]);
        let retitled = journal
            .iter()
            .filter(writes)
            .any(|entry| !entry.body["title"].is_null());
        let exists = description(before, &next.path).is_some()
            || journal[..request]
                .iter()
                .any(|entry| entry.path == next.path);
        for edit in EDITS {
            let text = description(before, &next.path);
            let body = match (edit, text) {
                (Edit::Label, _) => json!({"add_labels": "late"}),
                // What she makes of a title that was just changed is drift, and kept: another case than this.
                (Edit::Title, _) if retitled && written_before => continue,
                (Edit::Title, Some((title, _))) => json!({"title": format!("{title} by Ann")}),
                (Edit::Comment, _) => json!({"body": "Late words."}),
                // The text is the one before the apply: nobody would put that back once the apply has written.
                (Edit::Text, Some((_, text))) if !written_before => {
                    json!({"description": format!("Late words.{text}\n\nLate words.")})
                }
                (Edit::Row, Some((_, text))) if !written_before && text.contains("| ---") => {
                    let end = text.find("\n\n<!-- okrsync:v1").unwrap();
                    let (table, rest) = text.split_at(end);
                    json!({"description": format!("{table}{ROW}{rest}")})
                }
                _ => continue,
            };
            let text = matches!(edit, Edit::Text | Edit::Row);
            cases.push(Case {
                edit,
                request,
                issue: next.path.clone(),
                body,
                // GitLab has no compare-and-swap: what falls between our last look and our write is lost.
                survives: exists && !(text && is_write || edit == Edit::Title && retitled),
            });
        }
    }
    cases
}

/// Title and description of the issue at a path before the apply.
fn description(state: &State, path: &str) -> Option<(String, String)> {
    let (project, iid) = path
        .strip_prefix("/api/v4/projects/")?
        .split_once("/issues/")?;
    let project = if project.ends_with("delivery") { 2 } else { 1 };
    let issue = state
        .issues
        .values()
        .find(|issue| issue.project == project && issue.iid.to_string() == iid)?;
    Some((issue.title.clone(), issue.description.clone()?))
}

impl Case {
    async fn run(&self, state: &State, desired: &[DesiredIssue], wanted: &[String]) -> Vec<String> {
        let scene = Scene::from(state).await;
        let (method, path) = match self.edit {
            Edit::Comment => ("POST", format!("{}/notes", self.issue)),
            _ => ("PUT", self.issue.clone()),
        };
        let request = EditRequest {
            token: "ann".into(),
            method: method.into(),
            path,
            body: self.body.clone(),
        };
        let fault = Fault::Edit {
            requests: vec![request],
        };
        scene.sandbox.set_faults(vec![FaultRule {
            skip: u32::try_from(self.request).unwrap(),
            ..FaultRule::once(fault)
        }]);
        let client = || Client::new(scene.one_by_one()).unwrap();
        let (_, disturbed) = scene.attempt(&client(), desired).await.unwrap();
        scene.sandbox.set_faults(vec![]);
        let (_, again) = scene.attempt(&client(), desired).await.unwrap();
        let (next, _) = scene.plan(desired).await;
        let found = ending(&scene.state());
        let mut wrong = Vec::new();
        if disturbed.failed() + again.failed() > 0 {
            wrong.push(format!("failed: {disturbed:#?} {again:#?}"));
        }
        if !next.is_empty() {
            wrong.push(format!("not empty: {:#?}", next.changes));
        }
        let stands = found.iter().any(|line| {
            line.contains("\"late\"") || line.contains("by Ann") || line.contains("Late")
        });
        if self.survives && !stands {
            wrong.push(format!("lost: {}", found.join("\n")));
        }
        let found: Vec<String> = found
            .iter()
            .filter(|line| !line.contains(": Late words.") && !line.contains(" late #"))
            .map(|line| {
                [
                    ",\"late\"",
                    "\"late\",",
                    " by Ann",
                    "Late words.",
                    "\\n\\nLate words.",
                    "\\n| 2026-11-09 | 105 | | | Late row |",
                ]
                .iter()
                .rev()
                .fold(line.clone(), |line, late| line.replace(late, ""))
            })
            .collect();
        if found != wanted {
            wrong.push(difference(wanted, &found));
        }
        wrong
            .into_iter()
            .map(|what| {
                format!(
                    "{:?} of {} at request {}: {what}",
                    self.edit, self.issue, self.request
                )
            })
            .collect()
    }
}

fn survives(name: &str, state: &State, desired: &[DesiredIssue]) {
    let journal = block_on(async {
        let scene = Scene::from(state).await;
        let client = Client::new(scene.one_by_one()).unwrap();
        scene.attempt(&client, desired).await.unwrap();
        scene.sandbox.journal()
    });
    let (_, wanted) = block_on(undisturbed(state, desired));
    let every = if thorough() { 1 } else { 6 };
    let cases = cases(&journal, state);
    let wrong: Vec<String> = cases
        .par_iter()
        .enumerate()
        .filter(|(at, _)| at % every == 0)
        .flat_map_iter(|(_, case)| block_on(case.run(state, desired, &wanted)))
        .collect();
    report(&format!("{name}: {} edits, every {every}", cases.len()));
    assert!(
        wrong.is_empty(),
        "{name}: {}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_first_apply_keeps_what_people_write_meanwhile() {
    survives("first apply", &block_on(people()), &first());
}

#[test]
fn an_update_keeps_what_people_write_meanwhile() {
    survives("update", &block_on(lived_in()), &later());
}
