//! Comments and system notes on issues and merge requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commands::Effects;
use super::{Actor, Counters, IssueState, Namespace, Refusal, Role, State, Tier};
use crate::sandbox::quick_action::extract;
use crate::sandbox::text::strip;

/// What a note is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noteable {
    /// The issue of this global id.
    Issue(u64),
    /// The merge request of this global id.
    MergeRequest(u64),
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Global id.
    pub id: u64,
    /// What it is on.
    pub on: Noteable,
    /// Markdown; for a system note what GitLab did.
    pub body: String,
    /// Who wrote it.
    pub author: u64,
    /// Whether GitLab wrote it.
    pub system: bool,
    /// Whether only members from Planner on see it.
    pub internal: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new note is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewNote {
    /// Text, as sent.
    pub body: String,
    /// Whether it is internal.
    pub internal: bool,
    /// When it shall have been made: owners only.
    pub created_at: Option<Timestamp>,
}

/// What became of a text that was sent as a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOutcome {
    /// The note was written, without its commands, which ran.
    Written {
        /// The note's global id.
        id: u64,
        /// What the commands changed, as GitLab tells it: a JSON object.
        changes: serde_json::Map<String, serde_json::Value>,
    },
    /// The text held nothing but commands: they ran, and no note is left (recorded: notes, 202).
    OnlyCommands {
        /// What the commands changed, as GitLab tells it: a JSON object.
        changes: serde_json::Map<String, serde_json::Value>,
        /// One sentence a command.
        summary: Vec<String>,
    },
}

impl State {
    /// The project of what a note is on.
    pub fn project_of(&self, on: Noteable) -> Option<u64> {
        match on {
            Noteable::Issue(id) => self.issues.get(&id).map(|issue| issue.project),
            Noteable::MergeRequest(id) => self.merge_requests.get(&id).map(|one| one.project),
        }
    }

    /// Whether whoever asks may read what a note is on.
    pub fn can_read_noteable(&self, actor: &Actor, on: Noteable) -> bool {
        match on {
            Noteable::Issue(id) => self
                .issues
                .get(&id)
                .is_some_and(|issue| self.can_read_issue(actor, issue)),
            Noteable::MergeRequest(_) => self
                .project_of(on)
                .and_then(|id| self.projects.get(&id))
                .is_some_and(|project| self.can_read_project(actor, project)),
        }
    }

    /// The notes on an issue or merge request that whoever asks may read, oldest first: internal ones from Planner on.
    pub fn notes_on(&self, actor: &Actor, on: Noteable) -> Vec<&Note> {
        let ids = match on {
            Noteable::Issue(id) => self.issues.get(&id).map(|issue| &issue.notes),
            Noteable::MergeRequest(id) => self.merge_requests.get(&id).map(|one| &one.notes),
        };
        let inside = self
            .project_of(on)
            .is_some_and(|id| self.role(actor, Namespace::Project(id)) >= Role::PLANNER);
        let notes = ids
            .into_iter()
            .flatten()
            .filter_map(|id| self.notes.get(id));
        notes
            .filter(|note| inside || !note.internal || Some(note.author) == actor.user)
            .collect()
    }

    /// Writes a note, or runs the commands that are all it holds.
    ///
    /// Counts against the limit of the user (recorded: `throttle_create`); a blank or too long text is an invalid `note`.
    pub fn create_note(
        &mut self,
        actor: &Actor,
        on: Noteable,
        new: &NewNote,
        now: Timestamp,
    ) -> Result<NoteOutcome, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let limit = self.settings.limits.notes_create_limit;
        if limit > 0 {
            let count = self.windows.count(format!("notes_create:{user}"), 60, now);
            if count.observed > limit {
                return Err(Refusal::RateLimited { retry_after: true });
            }
        }
        let project = self.project_of(on).ok_or_else(Refusal::not_found)?;
        let role = self.role(actor, Namespace::Project(project));
        let locked = matches!(on, Noteable::Issue(id)
            if self.issues.get(&id).is_some_and(|issue| issue.discussion_locked == Some(true)));
        if !self.can_read_noteable(actor, on) || (locked && role < Role::GUEST) {
            return Err(Refusal::not_found());
        }
        let (body, effects) = self.read_note(actor, on, &new.body, now)?;
        if body.is_empty() {
            let outcome = NoteOutcome::OnlyCommands {
                changes: effects.told.clone(),
                summary: effects.summary.clone(),
            };
            self.run_effects(actor, on, effects, now)?;
            return Ok(outcome);
        }
        let id = Counters::next(&mut self.counters.notes);
        let at = new
            .created_at
            .filter(|_| role >= Role::OWNER)
            .unwrap_or(now);
        let internal = new.internal && role >= Role::PLANNER;
        let note = Note {
            id,
            on,
            body,
            author: user,
            system: false,
            internal,
            created_at: at,
            updated_at: at,
        };
        self.attach(note);
        if let Noteable::Issue(issue) = on {
            self.touch_issue(issue, now);
            if let Some(issue) = self.issues.get_mut(&issue) {
                issue.subscribers.insert(user);
            }
        }
        let changes = effects.told.clone();
        self.run_effects(actor, on, effects, now)?;
        Ok(NoteOutcome::Written { id, changes })
    }

    /// Changes a note; a text that is nothing but commands runs them and deletes the note (recorded:
    /// notes/update-to-command). Only the author and maintainers may (recorded: notes/update-others,
    /// `merge_request_notes/update-by-other`).
    pub fn update_note(
        &mut self,
        actor: &Actor,
        id: u64,
        body: &str,
        now: Timestamp,
    ) -> Result<NoteOutcome, Refusal> {
        let on = self.check_note_edit(actor, id)?;
        let (body, effects) = self.read_note(actor, on, body, now)?;
        let changes = effects.told.clone();
        if body.is_empty() {
            let outcome = NoteOutcome::OnlyCommands {
                changes,
                summary: effects.summary.clone(),
            };
            self.detach(id);
            self.run_effects(actor, on, effects, now)?;
            return Ok(outcome);
        }
        if let Some(note) = self.notes.get_mut(&id) {
            note.body = body;
            note.updated_at = now;
        }
        self.run_effects(actor, on, effects, now)?;
        Ok(NoteOutcome::Written { id, changes })
    }

    /// Deletes a note: the author and maintainers may.
    pub fn delete_note(&mut self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        self.check_note_edit(actor, id)?;
        self.detach(id);
        Ok(())
    }

    /// Writes what GitLab itself says on an issue or merge request.
    pub(super) fn system_note(&mut self, on: Noteable, author: u64, body: String, now: Timestamp) {
        let id = Counters::next(&mut self.counters.notes);
        let note = Note {
            id,
            on,
            body,
            author,
            system: true,
            internal: false,
            created_at: now,
            updated_at: now,
        };
        self.attach(note);
        if let Noteable::Issue(issue) = on {
            self.touch_issue(issue, now);
        }
    }

    fn check_note_edit(&self, actor: &Actor, id: u64) -> Result<Noteable, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let note = self.notes.get(&id).ok_or_else(Refusal::not_found)?;
        let project = self.project_of(note.on).ok_or_else(Refusal::not_found)?;
        let maintains = self.role(actor, Namespace::Project(project)) >= Role::MAINTAINER;
        if note.system || !(note.author == user || maintains) {
            return Err(Refusal::forbidden());
        }
        Ok(note.on)
    }

    /// The text of a note without its commands, and what they would do.
    fn read_note(
        &mut self,
        actor: &Actor,
        on: Noteable,
        body: &str,
        now: Timestamp,
    ) -> Result<(String, Effects), Refusal> {
        let invalid = |why: &str| Err(Refusal::invalid("note", why));
        if strip(body).is_empty() {
            return invalid("can't be blank");
        }
        if body.chars().count() > 1_000_000 {
            return invalid("is too long (maximum is 1000000 characters)");
        }
        let extracted = extract(body, self.settings.tier == Tier::Premium);
        let project = self.project_of(on).ok_or_else(Refusal::not_found)?;
        let mut effects = Effects::default();
        let issue = match on {
            Noteable::Issue(id) => Some(id),
            Noteable::MergeRequest(_) => None,
        };
        self.interpret(
            actor,
            project,
            issue,
            &extracted.commands,
            &mut effects,
            now,
        )?;
        Ok((extracted.text, effects))
    }

    fn run_effects(
        &mut self,
        actor: &Actor,
        on: Noteable,
        effects: Effects,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if effects.is_empty() {
            return Ok(());
        }
        match on {
            Noteable::Issue(id) => self.run_on_issue(actor, id, effects, now),
            Noteable::MergeRequest(id) => {
                if let (Some(state), Some(one)) =
                    (effects.change.state, self.merge_requests.get_mut(&id))
                {
                    state_word(state).clone_into(&mut one.state);
                    one.updated_at = now;
                }
                Ok(())
            }
        }
    }

    fn attach(&mut self, note: Note) {
        let (id, at) = (note.id, note.updated_at);
        match note.on {
            Noteable::Issue(on) => {
                if let Some(issue) = self.issues.get_mut(&on) {
                    issue.notes.push(id);
                }
            }
            Noteable::MergeRequest(on) => {
                if let Some(one) = self.merge_requests.get_mut(&on) {
                    one.notes.push(id);
                    one.updated_at = one.updated_at.max(at);
                }
            }
        }
        self.notes.insert(id, note);
    }

    fn detach(&mut self, id: u64) {
        let Some(note) = self.notes.remove(&id) else {
            return;
        };
        let ids = match note.on {
            Noteable::Issue(on) => self.issues.get_mut(&on).map(|issue| &mut issue.notes),
            Noteable::MergeRequest(on) => {
                self.merge_requests.get_mut(&on).map(|one| &mut one.notes)
            }
        };
        if let Some(ids) = ids {
            ids.retain(|known| *known != id);
        }
    }
}

fn state_word(state: IssueState) -> &'static str {
    match state {
        IssueState::Opened => "opened",
        IssueState::Closed => "closed",
    }
}
