//! Issues: making and changing them.
//!
//! Nothing that GitLab answers with 2xx proves that it did what it was asked: assignees, labels, weights and dates are
//! dropped in silence. Every function here returns the issue as it is now, for the caller to compare.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::Error;
use super::gate::Bucket;
use super::issue::{Issue, issue_path};

/// The most characters that a label's name may have; a longer one beside others makes GitLab fail.
const LABEL_CHARACTERS: usize = 255;

/// An issue to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewIssue {
    /// At most 255 characters.
    pub title: String,
    /// The Markdown. Never blank: GitLab would put the project's default template in its place and execute the quick
    /// actions in it.
    pub description: String,
    /// Names of labels. One that does not exist is made if the token may, else dropped.
    #[serde(
        serialize_with = "comma_separated",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub labels: BTreeSet<String>,
    /// Who is to do it, the most important first: GitLab Free keeps the first only, and drops it if it cannot read the
    /// project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assignee_ids: Vec<u64>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    /// Whether only Planners and above, its author and its assignees see it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// The weight; dropped on GitLab Free (recorded: create/weight).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

/// A change of one field that may also be emptied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// As it is.
    #[default]
    Keep,
    /// Nothing.
    Clear,
    /// This.
    Set(T),
}

impl<T> Change<T> {
    fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// Closing or reopening. In the state that it is in already, or without the permission, GitLab answers 200 and does
/// nothing (recorded: update/close-again).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StateEvent {
    /// Close it.
    Close,
    /// Open it again.
    Reopen,
}

/// Changes to an issue. Only what is set is sent, because GitLab takes an explicit nothing for an order to clear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IssuePatch {
    /// The new title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The new Markdown, all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it is due.
    #[serde(
        skip_serializing_if = "Change::is_keep",
        serialize_with = "date_or_nothing"
    )]
    pub due_date: Change<Date>,
    /// All who are to do it; an empty list clears them (recorded: update/assignees-empty).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_ids: Option<Vec<u64>>,
    /// Labels that it gets besides those that it has.
    #[serde(
        serialize_with = "comma_separated",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub add_labels: BTreeSet<String>,
    /// Labels that it loses; those that it does not have are ignored (recorded: update/remove-label).
    #[serde(
        serialize_with = "comma_separated",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub remove_labels: BTreeSet<String>,
    /// Close or reopen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_event: Option<StateEvent>,
    /// Hide it, or show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidential: Option<bool>,
    /// The weight; ignored on GitLab Free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

impl IssuePatch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn comma_separated<S: Serializer>(names: &BTreeSet<String>, to: S) -> Result<S::Ok, S::Error> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    to.serialize_str(&names.join(","))
}

/// The empty text clears a date (recorded: update/due-clear).
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn date_or_nothing<S: Serializer>(date: &Change<Date>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Change::Set(date) => date.serialize(to),
        Change::Keep | Change::Clear => to.serialize_str(""),
    }
}

/// Why these label names must not be sent: a comma would make two of one; a name that is too long beside others makes
/// GitLab fail with 500; one with white space around it comes back under another name.
fn bad_label<'a>(labels: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let bad = |name: &str| {
        name.is_empty()
            || name.trim() != name
            || name.contains(',')
            || name.chars().count() > LABEL_CHARACTERS
    };
    let name = labels.into_iter().find(|name| bad(name))?;
    Some(format!(
        "`{name}` is no name of a label: 1 to {LABEL_CHARACTERS} characters, no comma, no space at its ends"
    ))
}

impl Client {
    /// Makes an issue, by one request; after a failure that [is ambiguous](Error::is_ambiguous) look for it before
    /// you make it again, since GitLab has no key that would make a second request harmless.
    ///
    /// GitLab limits how many issues an account makes in a project in a minute: the client waits for the next one.
    pub async fn create_issue(
        &self,
        project: &ProjectRef,
        issue: &NewIssue,
    ) -> Result<Issue, Error> {
        let call = Call::post("issues", &format!("projects/{}/issues", project.segment()))
            .bucket(Bucket::CreateIssue(project.to_string()))
            .body(issue);
        if issue.title.trim().is_empty() {
            return Err(self.refuse(&call, "an issue without a title"));
        }
        if issue.description.trim().is_empty() {
            let why =
                "an issue without a description: GitLab would put the project's template in it";
            return Err(self.refuse(&call, why));
        }
        if let Some(why) = bad_label(&issue.labels) {
            return Err(self.refuse(&call, why));
        }
        self.json(&call).await
    }

    /// Changes an issue; tried again after failures, because twice does no harm to what is set here, unless somebody
    /// changed the same field in between. For a description use [`update_issue_once`](Self::update_issue_once).
    ///
    /// Of two at the same moment one may get the conflict [`ResourceLock`](super::Conflict::ResourceLock); nothing was
    /// written then.
    pub async fn update_issue(
        &self,
        project: &ProjectRef,
        iid: u64,
        patch: &IssuePatch,
    ) -> Result<Issue, Error> {
        self.put_issue(&Call::put("issue", &issue_path(project, iid)), patch)
            .await
    }

    /// Changes an issue by one request that is neither repeated nor delayed: for what was merged with what somebody
    /// else wrote, and is stale a minute later. Where the client would have to wait for a rate limit, it returns
    /// [`RateLimited`](super::ErrorKind::RateLimited) unsent. After any failure that
    /// [may pass](Error::is_transient): read again (that waits as long as needed), merge again, write again.
    pub async fn update_issue_once(
        &self,
        project: &ProjectRef,
        iid: u64,
        patch: &IssuePatch,
    ) -> Result<Issue, Error> {
        self.put_issue(
            &Call::put("issue", &issue_path(project, iid)).fresh(),
            patch,
        )
        .await
    }

    async fn put_issue(&self, call: &Call, patch: &IssuePatch) -> Result<Issue, Error> {
        let call = call.clone().body(patch);
        if patch.is_empty() {
            return Err(self.refuse(&call, "an update that changes nothing"));
        }
        if let Some(why) = bad_label(patch.add_labels.iter().chain(&patch.remove_labels)) {
            return Err(self.refuse(&call, why));
        }
        self.json(&call).await
    }

    /// Closes an issue.
    pub async fn close_issue(&self, project: &ProjectRef, iid: u64) -> Result<Issue, Error> {
        self.set_state(project, iid, StateEvent::Close).await
    }

    /// Opens an issue again.
    pub async fn reopen_issue(&self, project: &ProjectRef, iid: u64) -> Result<Issue, Error> {
        self.set_state(project, iid, StateEvent::Reopen).await
    }

    async fn set_state(
        &self,
        project: &ProjectRef,
        iid: u64,
        event: StateEvent,
    ) -> Result<Issue, Error> {
        let patch = IssuePatch {
            state_event: Some(event),
            ..IssuePatch::default()
        };
        self.update_issue(project, iid, &patch).await
    }

    /// Moves an issue to another project, by one request, and returns the copy. The original stays, closed, with its
    /// text and [`moved_to_id`](Issue::moved_to_id); labels that the target lacks are lost (recorded: update/move,
    /// update/read-moved).
    pub async fn move_issue(
        &self,
        project: &ProjectRef,
        iid: u64,
        to_project_id: u64,
    ) -> Result<Issue, Error> {
        #[derive(Serialize)]
        struct Target {
            to_project_id: u64,
        }
        let path = format!("{}/move", issue_path(project, iid));
        self.json(&Call::post("move", &path).body(&Target { to_project_id }))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_new_issue_sends_what_it_has() {
        let issue = NewIssue {
            title: "t".into(),
            description: "d".into(),
            ..NewIssue::default()
        };
        assert_eq!(
            serde_json::to_string(&issue).unwrap(),
            r#"{"title":"t","description":"d"}"#
        );
        let full = NewIssue {
            labels: names(&["okr:kr", "2026-q4"]),
            assignee_ids: vec![2, 4],
            due_date: Some(jiff::civil::date(2026, 12, 31)),
            confidential: true,
            weight: Some(3),
            ..issue
        };
        assert_eq!(
            serde_json::to_string(&full).unwrap(),
            r#"{"title":"t","description":"d","labels":"2026-q4,okr:kr","assignee_ids":[2,4],"due_date":"2026-12-31","confidential":true,"weight":3}"#
        );
    }

    #[test]
    fn a_patch_sends_only_what_it_changes() {
        let json = |patch: &IssuePatch| serde_json::to_string(patch).unwrap();
        assert_eq!(json(&IssuePatch::default()), "{}");
        let clear = IssuePatch {
            due_date: Change::Clear,
            assignee_ids: Some(Vec::new()),
            ..IssuePatch::default()
        };
        assert_eq!(json(&clear), r#"{"due_date":"","assignee_ids":[]}"#);
        let set = IssuePatch {
            due_date: Change::Set(jiff::civil::date(2027, 1, 31)),
            add_labels: names(&["a", "b"]),
            remove_labels: names(&["c"]),
            state_event: Some(StateEvent::Reopen),
            ..IssuePatch::default()
        };
        assert_eq!(
            json(&set),
            r#"{"due_date":"2027-01-31","add_labels":"a,b","remove_labels":"c","state_event":"reopen"}"#
        );
    }

    #[test]
    fn labels_that_would_do_harm_are_found() {
        for bad in ["", "a,b", " padded ", &"x".repeat(256)] {
            assert!(bad_label(&names(&["fine", bad])).is_some(), "{bad:?}");
        }
        assert_eq!(
            bad_label(&names(&["okr:kr", "r&d", "with space", "ünï"])),
            None
        );
    }
}
