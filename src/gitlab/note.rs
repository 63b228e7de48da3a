//! Notes (comments) on issues and merge requests.

use jiff::Timestamp;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::{Error, ErrorKind};
use super::gate::Bucket;
use super::paging::PER_PAGE;
use super::send::Answer;
use super::user::User;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Note {
    /// The global id.
    pub id: u64,
    /// The Markdown, after GitLab executed and removed quick actions (recorded: notes/text-and-command).
    pub body: String,
    /// Who wrote it first.
    pub author: User,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
    /// Whether GitLab wrote it, about an event.
    pub system: bool,
    /// Whether only project members from Planner up see it.
    #[serde(default)]
    pub internal: bool,
}

/// The end of what happened on something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestNotes {
    /// The notes, newest first; fewer than were asked for where the token may not read some.
    pub notes: Vec<Note>,
    /// Whether there are earlier ones.
    pub is_cut: bool,
}

/// What a note is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteTarget {
    /// An issue, by project and number.
    Issue(ProjectRef, u64),
    /// A merge request, by project and number.
    MergeRequest(ProjectRef, u64),
}

impl NoteTarget {
    fn path(&self) -> String {
        let (project, kind, iid) = match self {
            Self::Issue(project, iid) => (project, "issues", iid),
            Self::MergeRequest(project, iid) => (project, "merge_requests", iid),
        };
        format!("projects/{}/{kind}/{iid}/notes", project.segment())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

impl Client {
    /// The comments, without GitLab's own notes about events, oldest first. A page may be short, because notes that
    /// the token may not read are taken out after paging.
    pub async fn notes(&self, target: &NoteTarget) -> Result<Vec<Note>, Error> {
        let call = Call::get("notes", &target.path())
            .query("activity_filter", "only_comments")
            .query("order_by", "created_at")
            .query("sort", "asc");
        let mut notes: Vec<Note> = self.pages(&call).await?;
        notes.retain(|note| !note.system);
        Ok(notes)
    }

    /// What happened last on an issue or merge request: the newest hundred notes, comments and GitLab's own, newest
    /// first, by one request.
    pub async fn newest_notes(&self, target: &NoteTarget) -> Result<NewestNotes, Error> {
        let call = Call::get("notes", &target.path())
            .query("activity_filter", "all_notes")
            .query("order_by", "created_at")
            .query("sort", "desc")
            .query("per_page", &PER_PAGE);
        let answer = self.send(&call).await?;
        let next = answer.headers.get("x-next-page");
        let next = next.map(|next| !next.as_bytes().trim_ascii().is_empty());
        let notes: Vec<Note> = self.decode(&call, &answer)?;
        Ok(NewestNotes {
            // Something on the way may have taken the header.
            is_cut: next.unwrap_or(notes.len() >= PER_PAGE),
            notes,
        })
    }

    /// Deletes a note; only its author may, and maintainers. One that is gone already is as good (recorded:
    /// `merge_request_notes/delete`).
    pub async fn delete_note(&self, target: &NoteTarget, note: u64) -> Result<(), Error> {
        let path = format!("{}/{note}", target.path());
        match self.send(&Call::delete("note", &path)).await {
            Ok(_) => Ok(()),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a note, by one request. A text that is nothing but quick actions makes none and is an error
    /// ([`ErrorKind::NoteWasCommands`]): they were executed. Recorded: notes/only-command.
    pub async fn create_note(&self, target: &NoteTarget, body: &str) -> Result<Note, Error> {
        let call = Call::post("notes", &target.path())
            .bucket(Bucket::CreateNote)
            .body(&Body { body });
        self.write_note(&call, body).await
    }

    /// Replaces the text of a note; only its author may, and maintainers on issues. A text that is nothing but quick
    /// actions *deletes* the note (recorded: notes/update-to-command), so one whose first line begins with a slash is
    /// refused unsent.
    pub async fn update_note(
        &self,
        target: &NoteTarget,
        note: u64,
        body: &str,
    ) -> Result<Note, Error> {
        let path = format!("{}/{note}", target.path());
        let call = Call::put("note", &path).body(&Body { body });
        if body.trim_start().starts_with('/') {
            return Err(self.refuse(
                &call,
                "the note begins with a slash: GitLab may execute it and delete the note",
            ));
        }
        self.write_note(&call, body).await
    }

    async fn write_note(&self, call: &Call, body: &str) -> Result<Note, Error> {
        if body.trim().is_empty() {
            return Err(self.refuse(call, "a note without text"));
        }
        let answer: Answer = self.send(call).await?;
        if answer.status == StatusCode::ACCEPTED {
            let error = self.failure(ErrorKind::NoteWasCommands, call);
            return Err(error.with_status(answer.status));
        }
        self.decode(call, &answer)
    }
}
