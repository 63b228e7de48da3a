//! Comments and system notes.

use serde_json::Value;

use super::project::ProjectObject;
use super::record::Record;
use super::user::UserObject;
use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Issue, Namespace, Note, Noteable, Role};

/// A note.
pub(in crate::sandbox::graphql) struct NoteObject<'s>(pub(in crate::sandbox::graphql) &'s Note);

/// The notes on an issue that the asker may see, newest first.
pub(in crate::sandbox::graphql) fn of_issue<'s>(
    context: &Context<'s>,
    issue: &'s Issue,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let role = context
        .state
        .role(context.actor, Namespace::Project(issue.project));
    let notes = issue
        .notes
        .iter()
        .filter_map(|id| context.state.notes.get(id));
    let wanted = |note: &&Note| match arguments.text("filter") {
        Some("ONLY_COMMENTS") => !note.system,
        Some("ONLY_ACTIVITY") => note.system,
        _ => true,
    };
    let mut all: Vec<&Note> = notes
        .filter(wanted)
        .filter(|note| !note.internal || role >= Role::PLANNER)
        .collect();
    all.sort_by_key(|note| std::cmp::Reverse((note.created_at, note.id)));
    Connection::of(Kind::NOTES, all, arguments, |note| note.id, NoteObject)
}

impl<'s> NoteObject<'s> {
    /// The project, and the path of what the note is on.
    fn place(&self, context: &Context<'s>) -> Option<(u64, String)> {
        let state = context.state;
        let (project, kind, iid) = match self.0.on {
            Noteable::Issue(id) => {
                let issue = state.issues.get(&id)?;
                (issue.project, "issues", issue.iid)
            }
            Noteable::MergeRequest(id) => {
                let request = state.merge_requests.get(&id)?;
                (request.project, "merge_requests", request.iid)
            }
        };
        let path = &state.projects.get(&project)?.path;
        Some((project, format!("{path}/-/{kind}/{iid}#note_{}", self.0.id)))
    }
}

impl<'s> Object<'s> for NoteObject<'s> {
    fn type_name(&self) -> &'static str {
        "Note"
    }

    fn field(
        &self,
        name: &str,
        _: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let note = self.0;
        let place = self.place(context);
        Ok(match name {
            "id" => Resolved::leaf(gid("Note", note.id)),
            "body" => Resolved::leaf(note.body.clone()),
            "author" => UserObject::of(context, note.author),
            "system" => Resolved::leaf(note.system),
            "internal" => Resolved::leaf(note.internal),
            "createdAt" => Resolved::Leaf(time(note.created_at)),
            "updatedAt" => Resolved::Leaf(time(note.updated_at)),
            "url" => Resolved::leaf(place.map(|(_, path)| context.url(&path))),
            "noteableType" => Resolved::leaf(match note.on {
                Noteable::Issue(_) => "Issue",
                Noteable::MergeRequest(_) => "MergeRequest",
            }),
            "noteableId" => Resolved::leaf(match note.on {
                Noteable::Issue(id) | Noteable::MergeRequest(id) => id,
            }),
            "project" => {
                let project = place.and_then(|(id, _)| context.state.projects.get(&id));
                Resolved::optional(project.map(ProjectObject))
            }
            "systemNoteMetadata" => {
                let action = action(&note.body);
                let values = vec![
                    ("id", gid("SystemNoteMetadata", note.id).into()),
                    ("action", action.map_or(Value::Null, Value::from)),
                ];
                let record = Record::new("SystemNoteMetadata", values);
                Resolved::optional(note.system.then_some(record))
            }
            "resolvable" => Resolved::leaf(false),
            _ => Resolved::Unset,
        })
    }
}

/// GitLab's word for what a system note tells, by how it begins (recorded: flow/issue-graphql).
fn action(body: &str) -> Option<&'static str> {
    const BEGINNINGS: [(&str, &str); 17] = [
        ("moved ", "moved"),
        ("cloned ", "cloned"),
        ("changed title", "title"),
        ("changed the description", "description"),
        ("marked the checklist item", "task"),
        ("changed due date", "start_date_or_due_date"),
        ("changed start date", "start_date_or_due_date"),
        ("removed due date", "start_date_or_due_date"),
        ("changed the incident status", "status"),
        ("assigned to", "assignee"),
        ("unassigned", "assignee"),
        ("made the issue ", "confidential"),
        ("marked this issue as related to", "relate"),
        ("marked as related to", "relate"),
        ("added #", "relate"),
        ("removed the relation with", "unrelate"),
        ("changed milestone", "milestone"),
    ];
    BEGINNINGS
        .iter()
        .find(|(start, _)| body.starts_with(start))
        .map(|(_, word)| *word)
}
