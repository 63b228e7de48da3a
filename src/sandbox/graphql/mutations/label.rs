//! `labelCreate` and `labelUpdate`.

use super::Change;
use super::input::{self, LABELS};
use super::payload::{Payload, Subject};
use super::refused::reasons;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::object::Failure;
use crate::sandbox::state::{Namespace, NewLabel, Refusal};

const CREATED: &str = "LabelCreatePayload";
const UPDATED: &str = "LabelUpdatePayload";

pub(super) fn create(change: &mut Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let owner = match (input.text("projectPath"), input.text("groupPath")) {
        (Some(path), None) => Namespace::Project(change.project(path)?),
        (None, Some(path)) => {
            let group = change
                .state
                .group(path)
                .filter(|one| one.path.eq_ignore_ascii_case(path));
            let seen = group.filter(|one| change.state.can_read_group(change.actor, one));
            Namespace::Group(seen.map(|one| one.id).ok_or_else(Failure::unavailable)?)
        }
        _ => {
            return Err(Failure::Field(
                "Exactly one of group_path or project_path arguments is required".to_owned(),
            ));
        }
    };
    let new = NewLabel {
        name: input.text("title").unwrap_or_default().to_owned(),
        color: input.text("color").unwrap_or_default().to_owned(),
        description: input.text("description").map(str::to_owned),
        priority: None,
    };
    match change
        .state
        .create_label(change.actor, owner, &new, change.now)
    {
        Ok(id) => Ok(Payload::done(CREATED, Subject::Label(id))),
        // REST answers 409 here; GraphQL gives the reason of the record.
        Err(Refusal::Conflict(_)) => Ok(Payload::failed(
            CREATED,
            vec!["Title has already been taken".to_owned()],
        )),
        Err(refusal) => Ok(Payload::failed(CREATED, reasons(refusal)?)),
    }
}

/// Only the archiving of labels could be changed here, which is not switched on (facts §5).
pub(super) fn update(change: &Change<'_>, input: &Arguments) -> Result<Payload, Failure> {
    let id = input::id(input, "id", &LABELS).ok_or_else(Failure::unavailable)?;
    let label = change
        .state
        .labels
        .get(&id)
        .ok_or_else(Failure::unavailable)?;
    if !change.state.can_admin_labels(change.actor, label.owner) {
        return Err(Failure::unavailable());
    }
    Ok(Payload::done(UPDATED, Subject::Label(id)))
}
