//! `createNote` and `updateNote`.

use super::Change;
use super::input;
use super::payload::{Payload, Subject};
use super::refused::reasons;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::object::Failure;
use crate::sandbox::graphql::types::write::number_of;
use crate::sandbox::state::{NewNote, NoteOutcome, Noteable, Refusal};

const CREATED: &str = "CreateNotePayload";
const UPDATED: &str = "UpdateNotePayload";

pub(super) fn create(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let on = input.text("noteableId").unwrap_or_default();
    let issue = number_of(on, &input::ISSUES).map(Noteable::Issue);
    let request = || number_of(on, &["MergeRequest"]).map(Noteable::MergeRequest);
    let on = issue.or_else(request).ok_or_else(Failure::unavailable)?;
    if !change.state.can_read_noteable(change.actor, on) {
        return Err(Failure::unavailable());
    }
    let new = NewNote {
        body: input.text("body").unwrap_or_default().to_owned(),
        internal: input.flag("internal").unwrap_or(false),
        ..NewNote::default()
    };
    let outcome = change.state.create_note(change.actor, on, &new, change.now);
    answer(CREATED, outcome)
}

pub(super) fn update(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let id =
        input::id(input, "id", &["Note", "DiscussionNote"]).ok_or_else(Failure::unavailable)?;
    let note = change.state.notes.get(&id);
    if note.is_none_or(|note| !change.state.can_read_noteable(change.actor, note.on)) {
        return Err(Failure::unavailable());
    }
    let Some(body) = input.text("body") else {
        return Ok(Payload::done(UPDATED, Subject::Note(id)));
    };
    let outcome = change.state.update_note(change.actor, id, body, change.now);
    answer(UPDATED, outcome)
}

/// A text that was nothing but commands leaves no note and no error.
fn answer(
    type_name: &'static str,
    outcome: Result<NoteOutcome, Refusal>,
) -> Result<Payload, Failure> {
    match outcome {
        Ok(NoteOutcome::Written { id, .. }) => Ok(Payload::done(type_name, Subject::Note(id))),
        Ok(NoteOutcome::OnlyCommands { .. }) => Ok(Payload::failed(type_name, Vec::new())),
        // The limit on notes is an error of its field, that on issues ends the request.
        Err(Refusal::RateLimited { .. }) => Err(Failure::Field(
            "This endpoint has been requested too many times. Please try again later.".to_owned(),
        )),
        Err(refusal) => Ok(Payload::failed(type_name, reasons(refusal)?)),
    }
}
