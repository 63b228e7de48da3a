//! Notes on issues and merge requests.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::entity::note;
use super::paging::paged;
use super::{Answer, Context, check_unmodified, find_issue};
use crate::sandbox::Response;
use crate::sandbox::state::{NewNote, Note, NoteOutcome, Noteable, Refusal};
use crate::sandbox::text::hex;

fn find(c: &Context<'_>, project: u64, kind: &str, iid: &str) -> Result<Noteable, Response> {
    if kind == "issues" {
        return Ok(Noteable::Issue(find_issue(c, project, iid)?));
    }
    let iid = iid
        .parse()
        .map_err(|_| Response::error(400, "noteable_id is invalid"))?;
    let found = c
        .state
        .merge_request_by_iid(project, iid)
        .ok_or_else(Refusal::not_found)?;
    Ok(Noteable::MergeRequest(found.id))
}

/// Newest first unless it is said otherwise.
pub(super) fn list(c: &mut Context<'_>, project: u64, kind: &str, iid: &str) -> Answer {
    let on = find(c, project, kind, iid)?;
    let ascending = c.params.word("sort", &["asc", "desc"])? == Some("asc");
    let by_update = c.params.word("order_by", &["created_at", "updated_at"])? == Some("updated_at");
    let filters = ["all_notes", "only_comments", "only_activity"];
    let filter = c
        .params
        .word("activity_filter", &filters)?
        .unwrap_or("all_notes");
    let mut rows: Vec<&Note> = c.state.notes_on(&c.actor, on);
    rows.retain(|note| match filter {
        "only_comments" => !note.system,
        "only_activity" => note.system,
        _ => true,
    });
    rows.sort_by_key(|note| {
        (
            if by_update {
                note.updated_at
            } else {
                note.created_at
            },
            note.id,
        )
    });
    if !ascending {
        rows.reverse();
    }
    let defaults = [
        ("activity_filter", "all_notes".to_owned()),
        ("id", project.to_string()),
        ("noteable_id", iid.to_owned()),
        ("order_by", "created_at".to_owned()),
        ("sort", "desc".to_owned()),
    ];
    paged(c, &rows, &defaults, |one| note(c.state, one, &json!({})))
}

/// The note of an id that lies there and may be read.
fn find_note(c: &Context<'_>, on: Noteable, id: &str) -> Result<u64, Response> {
    let id: u64 = id
        .parse()
        .map_err(|_| Response::error(400, "note_id is invalid"))?;
    let known = c
        .state
        .notes_on(&c.actor, on)
        .iter()
        .any(|note| note.id == id);
    if known {
        Ok(id)
    } else {
        Err(Refusal::not_found().into())
    }
}

fn shown(c: &Context<'_>, status: u16, id: u64, changes: &Value) -> Answer {
    let one = c.state.notes.get(&id).ok_or(Refusal::Internal)?;
    Ok(Response::json(status, &note(c.state, one, changes)))
}

pub(super) fn show(c: &mut Context<'_>, project: u64, kind: &str, iid: &str, id: &str) -> Answer {
    let on = find(c, project, kind, iid)?;
    let id = find_note(c, on, id)?;
    shown(c, 200, id, &json!({}))
}

fn body(c: &Context<'_>) -> Result<String, Response> {
    if !c.params.has("body") {
        return Err(Response::error(400, "body is missing"));
    }
    Ok(c.params.text("body").unwrap_or_default())
}

/// Only commands: 202, and no note (recorded: notes/only-command).
fn outcome(c: &Context<'_>, status: u16, outcome: Result<NoteOutcome, Refusal>) -> Answer {
    match outcome {
        Ok(NoteOutcome::Written { id, changes }) => shown(c, status, id, &Value::Object(changes)),
        Ok(NoteOutcome::OnlyCommands { changes, summary }) => {
            let body = json!({ "commands_changes": changes, "summary": summary });
            Ok(Response::json(202, &body))
        }
        Err(Refusal::Invalid(fields)) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(field, texts)| format!(":{field}=>{texts:?}"))
                .collect();
            let text = format!("400 Bad request - Note {{{}}}", fields.join(", "));
            Err(Response::message(400, text))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) fn create(c: &mut Context<'_>, project: u64, kind: &str, iid: &str) -> Answer {
    let body = body(c)?;
    let on = find(c, project, kind, iid)?;
    let new = NewNote {
        body,
        internal: c.params.boolean("internal")?.unwrap_or_default(),
        created_at: c
            .params
            .text("created_at")
            .and_then(|text| text.parse().ok()),
    };
    let done = c.state.create_note(&c.actor, on, &new, c.now);
    outcome(c, 201, done)
}

pub(super) fn update(c: &mut Context<'_>, project: u64, kind: &str, iid: &str, id: &str) -> Answer {
    let body = body(c)?;
    let on = find(c, project, kind, iid)?;
    let id = find_note(c, on, id)?;
    let done = c.state.update_note(&c.actor, id, &body, c.now);
    outcome(c, 200, done)
}

pub(super) fn delete(c: &mut Context<'_>, project: u64, kind: &str, iid: &str, id: &str) -> Answer {
    let on = find(c, project, kind, iid)?;
    let id = find_note(c, on, id)?;
    let note = c.state.notes.get(&id).ok_or_else(Refusal::not_found)?;
    check_unmodified(c, note.updated_at)?;
    c.state.delete_note(&c.actor, id)?;
    Ok(Response::empty(204))
}

/// The id of the thread that a note stands in: every note stands in one of its own here.
fn thread(id: u64) -> String {
    hex(&Sha256::digest(format!("discussion {id}").as_bytes())[..20])
}

fn as_thread(c: &Context<'_>, one: &Note, alone: bool) -> Value {
    let notes = [note(c.state, one, &json!({}))];
    json!({ "id": thread(one.id), "individual_note": alone, "notes": notes })
}

/// Threads, oldest first.
pub(super) fn discussions(c: &mut Context<'_>, project: u64, kind: &str, iid: &str) -> Answer {
    let on = find(c, project, kind, iid)?;
    let rows: Vec<&Note> = c.state.notes_on(&c.actor, on);
    let defaults = [("id", project.to_string()), ("noteable_id", iid.to_owned())];
    paged(c, &rows, &defaults, |one| as_thread(c, one, true))
}

/// Begins a thread: a note of its own.
pub(super) fn discuss(c: &mut Context<'_>, project: u64, kind: &str, iid: &str) -> Answer {
    let made = create(c, project, kind, iid)?;
    let id = made.value()["id"].as_u64().filter(|_| made.status == 201);
    let Some(one) = id.and_then(|id| c.state.notes.get(&id)) else {
        return Ok(made);
    };
    Ok(Response::json(201, &as_thread(c, one, false)))
}
