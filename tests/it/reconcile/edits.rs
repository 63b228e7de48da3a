//! Nothing of people's is lost: somebody edits an issue right before any request of an apply.

use okrsync::gitlab::Client;
use okrsync::issue::DesiredIssue;
use okrsync::plan::Remark;
use okrsync::reconcile::ApplyReport;
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
    /// Whether the apply must say that it does not.
    reported: bool,
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
        let writes_text = is_write && !next.body["description"].is_null();
        let retitled = journal
            .iter()
            .filter(writes)
            .any(|entry| !entry.body["title"].is_null());
        let title = description(before, &next.path).map(|(title, _)| title);
        let text = text_at(&journal[..request], next)
            .or_else(|| description(before, &next.path).map(|(_, text)| text));
        let exists = text.is_some();
        for edit in EDITS {
            let body = match (edit, &text) {
                (Edit::Label, _) => json!({"add_labels": "late"}),
                // What she makes of a title that was just changed is drift, and kept: another case than this.
                (Edit::Title, _) if retitled && written_before => continue,
                (Edit::Title, _) => match &title {
                    Some(title) => json!({"title": format!("{title} by Ann")}),
                    None => continue,
                },
                (Edit::Comment, _) => json!({"body": "Late words."}),
                (Edit::Text, Some(text)) => {
                    // The block begins a line, or it is none.
                    let gap = if text.starts_with("<!--") { "\n\n" } else { "" };
                    json!({"description": format!("Late words.{gap}{text}\n\nLate words.")})
                }
                (Edit::Row, Some(text)) if text.contains("| ---") => {
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
                survives: exists
                    && !(text && writes_text || edit == Edit::Title && retitled && is_write),
                reported: text && writes_text,
            });
        }
    }
    cases
}

/// The description of an issue as our requests so far have left it, where one of them wrote it: by the path that `next`
/// writes to, or by the birth of the issue that it settles.
fn text_at(journal: &[JournalEntry], next: &JournalEntry) -> Option<String> {
    let birth = |entry: &JournalEntry| -> Option<String> {
        let (_, marker) = entry.body["description"]
            .as_str()?
            .split_once("<!-- okrsync:v1")?;
        let (_, birth) = marker.split_once("\"birth\":\"")?;
        Some(birth.split('"').next()?.to_owned())
    };
    let same = |entry: &&JournalEntry| match entry.method.as_str() {
        "PUT" => entry.path == next.path,
        "POST" => entry.path.ends_with("/issues") && birth(entry) == birth(next),
        _ => false,
    };
    let mut written = journal.iter().rev().filter(same);
    written.find_map(|entry| entry.body["description"].as_str().map(str::to_owned))
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
    /// Whether a remark says who edited which issue, when, and what to do.
    fn is_named(&self, remark: &Remark) -> bool {
        let reference = remark.issue.clone().unwrap_or_default();
        let (project, iid) = reference.split_once('#').unwrap();
        let path = format!(
            "/api/v4/projects/{}/issues/{iid}",
            project.replace('/', "%2F")
        );
        path == self.issue
            && remark
                .message
                .contains(": ann changed the description at 2026-11-")
            && remark.help.is_some()
    }

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
        let told = |report: &ApplyReport| -> Vec<Remark> {
            let lost = |remark: &&Remark| remark.id.starts_with("edit-");
            report.remarks.iter().filter(lost).cloned().collect()
        };
        let (told, again) = (told(&disturbed), told(&again));
        let fits = match told.as_slice() {
            [remark] => self.reported && self.is_named(remark),
            [] => !self.reported,
            _ => false,
        };
        if !fits || !again.is_empty() {
            wrong.push(format!("told {told:#?} {again:#?}"));
        }
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
                    "Late words.\\n\\n",
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
    // Where nobody else was at work, one request tells so for all issues of a project.
    let looks = |entry: &&JournalEntry| entry.path.contains("activity_filter=all_notes");
    assert_eq!(journal.iter().filter(looks).count(), 0);
    let (_, wanted) = block_on(undisturbed(state, desired));
    let every = if thorough() { 1 } else { 5 };
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
