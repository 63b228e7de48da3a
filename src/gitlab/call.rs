//! One request, described: what is asked, which limit it counts against, how often it may be sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;

use super::gate::Bucket;

/// A path segment: all but the unreserved characters is encoded, the slashes of a project's path too.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// `text` as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A project: by its id, which never changes, or by its full path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum ProjectRef {
    /// The global id.
    Id(u64),
    /// `group/subgroup/project`.
    Path(String),
}

impl From<u64> for ProjectRef {
    fn from(id: u64) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for ProjectRef {
    fn from(path: &str) -> Self {
        Self::Path(path.to_owned())
    }
}

impl std::fmt::Display for ProjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Path(path) => f.write_str(path),
        }
    }
}

impl ProjectRef {
    /// As it stands in a path.
    pub(super) fn segment(&self) -> String {
        segment(&self.to_string())
    }
}

/// What sending a request twice does, and so when it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Nothing is written: again after every failure that may pass.
    Read,
    /// Writes, and twice is as good as once.
    Idempotent,
    /// Makes something new each time: again only where nothing can have happened.
    Create,
    /// Writes what was read a moment ago: never again, and never after a wait, because by then it may be stale.
    Fresh,
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Below the base, percent-encoded.
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<serde_json::Value>,
    /// A body that could not be written as JSON; the call is refused then.
    pub(super) unwritable: Option<String>,
    pub(super) bucket: Bucket,
    pub(super) repeat: Repeat,
    /// Fewer tries than the client's settings allow, where a smaller request is the better second try.
    pub(super) max_attempts: Option<u32>,
}

impl Call {
    fn new(method: Method, endpoint: &'static str, path: String, repeat: Repeat) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            body: None,
            unwritable: None,
            bucket: Bucket::Endpoint(endpoint),
            repeat,
            max_attempts: None,
        }
    }

    /// Reads `path` below `api/v4/`; `endpoint` names what shares a rate limit.
    pub(super) fn get(endpoint: &'static str, path: &str) -> Self {
        Self::new(
            Method::GET,
            endpoint,
            format!("api/v4/{path}"),
            Repeat::Read,
        )
    }

    /// Creates something at `path` below `api/v4/`.
    pub(super) fn post(endpoint: &'static str, path: &str) -> Self {
        Self::new(
            Method::POST,
            endpoint,
            format!("api/v4/{path}"),
            Repeat::Create,
        )
    }

    /// Changes what is at `path` below `api/v4/`.
    pub(super) fn put(endpoint: &'static str, path: &str) -> Self {
        Self::new(
            Method::PUT,
            endpoint,
            format!("api/v4/{path}"),
            Repeat::Idempotent,
        )
    }

    /// Deletes what is at `path` below `api/v4/`.
    pub(super) fn delete(endpoint: &'static str, path: &str) -> Self {
        Self::new(
            Method::DELETE,
            endpoint,
            format!("api/v4/{path}"),
            Repeat::Idempotent,
        )
    }

    /// A GraphQL query. It is sent by POST, but reads only.
    pub(super) fn graphql() -> Self {
        Self::new(
            Method::POST,
            "graphql",
            "api/graphql".to_owned(),
            Repeat::Read,
        )
    }

    pub(super) fn query(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_value(body) {
            Ok(value) => self.body = Some(value),
            Err(error) => self.unwritable = Some(error.to_string()),
        }
        self
    }

    pub(super) fn bucket(mut self, bucket: Bucket) -> Self {
        self.bucket = bucket;
        self
    }

    pub(super) fn fresh(mut self) -> Self {
        self.repeat = Repeat::Fresh;
        self
    }

    /// Whether it may be sent again although it may have been carried out.
    pub(super) fn may_repeat(&self) -> bool {
        matches!(self.repeat, Repeat::Read | Repeat::Idempotent)
    }

    pub(super) fn writes(&self) -> bool {
        self.repeat != Repeat::Read
    }
}
