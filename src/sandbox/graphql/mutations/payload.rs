//! What a mutation answers.

use serde_json::Value;

use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::graphql::types::issue::IssueObject;
use crate::sandbox::graphql::types::label::LabelObject;
use crate::sandbox::graphql::types::note::NoteObject;
use crate::sandbox::graphql::types::work_item::WorkItemObject;

/// What was made or changed, by its global id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Issue(u64),
    WorkItem(u64),
    Note(u64),
    Label(u64),
}

/// The payload of one mutation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sandbox::graphql) struct Payload {
    type_name: &'static str,
    subject: Option<Subject>,
    errors: Vec<String>,
    message: Option<String>,
    client_mutation_id: Option<String>,
}

impl Payload {
    /// It was done.
    pub(super) fn done(type_name: &'static str, subject: Subject) -> Self {
        Self {
            type_name,
            subject: Some(subject),
            ..Self::default()
        }
    }

    /// It was not done: these are the reasons, and the subject is null (recorded: mutations/one-of-three-fails).
    pub(super) fn failed(type_name: &'static str, errors: Vec<String>) -> Self {
        Self {
            type_name,
            errors,
            ..Self::default()
        }
    }

    /// The subject, with reasons why a part was not done.
    pub(super) fn with_errors(mut self, errors: Vec<String>) -> Self {
        self.errors = errors;
        self
    }

    /// What was done, in a sentence.
    pub(super) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Echoes `clientMutationId`.
    pub(super) fn echo(mut self, input: &Arguments) -> Self {
        self.client_mutation_id = input.text("clientMutationId").map(str::to_owned);
        self
    }
}

impl<'s> Object<'s> for Payload {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn field(
        &self,
        name: &str,
        _: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let state = context.state;
        Ok(match (name, self.subject) {
            ("errors", _) => Resolved::leaf(self.errors.clone()),
            ("message", _) => Resolved::leaf(self.message.clone()),
            ("clientMutationId", _) => Resolved::leaf(self.client_mutation_id.clone()),
            ("issue", Some(Subject::Issue(id))) => {
                Resolved::optional(context.readable(id).map(IssueObject))
            }
            ("workItem", Some(Subject::WorkItem(id))) => {
                Resolved::optional(context.readable(id).map(WorkItemObject))
            }
            ("note", Some(Subject::Note(id))) => {
                Resolved::optional(state.notes.get(&id).map(NoteObject))
            }
            ("label", Some(Subject::Label(id))) => {
                Resolved::optional(state.labels.get(&id).map(LabelObject))
            }
            _ => Resolved::leaf(Value::Null),
        })
    }
}
