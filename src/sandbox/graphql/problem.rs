//! One entry of the `errors` of an answer.

use serde_json::{Value, json};

/// A place in the text of a query, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    /// The place of a byte offset; columns count characters.
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line,
            column: before[start..].chars().count() + 1,
        }
    }
}

/// What went wrong, in the shape and the order of keys that GitLab writes (recorded: graphql/bad-field).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) place: Option<Place>,
    /// Keys of the answer, or parts of the query while it is only validated.
    pub(super) path: Vec<Value>,
    pub(super) extensions: Option<Value>,
}

impl Problem {
    /// One that concerns the whole request (recorded: graphql/long-query, mutations/create-aliased-30).
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            path: Vec::new(),
            extensions: None,
        }
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub(super) fn under(mut self, path: Vec<Value>) -> Self {
        self.path = path;
        self
    }

    pub(super) fn with(mut self, extensions: Value) -> Self {
        self.extensions = Some(extensions);
        self
    }

    pub(super) fn to_json(&self) -> Value {
        let mut object = serde_json::Map::new();
        object.insert("message".to_owned(), json!(self.message));
        if let Some(place) = self.place {
            let place = json!([{ "line": place.line, "column": place.column }]);
            object.insert("locations".to_owned(), place);
        }
        if !self.path.is_empty() {
            object.insert("path".to_owned(), Value::Array(self.path.clone()));
        }
        if let Some(extensions) = &self.extensions {
            object.insert("extensions".to_owned(), extensions.clone());
        }
        Value::Object(object)
    }
}

/// The `errors` of an answer.
pub(super) fn errors(problems: &[Problem]) -> Value {
    Value::Array(problems.iter().map(Problem::to_json).collect())
}
