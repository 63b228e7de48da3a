//! What can go wrong between us and a GitLab, and what to do about it.

mod body;
mod hint;

use std::time::Duration;

use reqwest::{Method, StatusCode};

pub(super) use body::{answer_text, conflict, is_html};

/// A request that did not give what it was for.
///
/// Display says what was asked, what GitLab said and the id under which its administrators find the request;
/// [`Error::hint`] says what to do next. Neither holds a token, nor the query of an address.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    method: Method,
    path: String,
    status: Option<u16>,
    message: String,
    request_id: Option<String>,
    attempts: u32,
    ambiguous: bool,
    cause: Option<Cause>,
}

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Not sent: what it asked for would do harm or cannot mean anything.
    Refused,
    /// 400: GitLab does not accept a value.
    Invalid,
    /// 401: no token, or none that this server knows; a job token where none is accepted.
    Unauthorized,
    /// 401: the token has expired.
    TokenExpired,
    /// 401: the token was revoked.
    TokenRevoked,
    /// 403: the token lacks a scope. Recorded: meta/write-with-read-scope.
    InsufficientScope {
        /// The scopes of which one would do, as GitLab lists them.
        needed: String,
    },
    /// 403: the token's user lacks a role or a licence.
    Forbidden,
    /// 403: the instance accepts no writes at present.
    ReadOnly,
    /// 404: it does not exist, or this token may not know that it does.
    NotFound,
    /// 301 of a read or 405 of a write: the project has another path now.
    ProjectMoved {
        /// The new path (or the project's id), where GitLab says it.
        to: Option<String>,
    },
    /// A redirect that is not followed: to another server, or of a write.
    Redirected {
        /// Where to, without the query.
        to: String,
    },
    /// 405 otherwise.
    MethodNotAllowed,
    /// 409, by its meaning.
    Conflict(Conflict),
    /// 412: it changed meanwhile.
    PreconditionFailed,
    /// 422: understood, but not possible.
    Unprocessable,
    /// 429, again and again, or for longer than the client may wait.
    RateLimited {
        /// How long GitLab wants us to wait, where it says so.
        wait: Option<Duration>,
    },
    /// 5xx.
    Server,
    /// Something that is no GitLab answered: a proxy, a sign-in page, another program.
    NotGitlab,
    /// The answer is JSON, but not of the shape that GitLab's API has.
    Undecodable,
    /// The answer is longer than any that GitLab's API gives; the rest was not read.
    TooLarge,
    /// The connection broke before the answer was complete.
    Dropped,
    /// No connection: the name does not resolve, nobody listens, the network is down.
    Unreachable,
    /// No secure connection: the certificate or the protocol is wrong.
    Tls(TlsProblem),
    /// No answer in time.
    Timeout,
    /// The GraphQL endpoint answered with errors; partial data is not used.
    Graphql(GraphqlProblem),
    /// Projects that do not exist, or that this token may not read.
    ProjectsNotFound(Vec<String>),
    /// GitLab took the whole note for quick actions, executed it and made no note. Recorded: notes/only-command.
    NoteWasCommands,
    /// The rows kept shifting while a list was read page by page.
    Unstable,
    /// A status that GitLab's API has no use for.
    Unexpected,
}

/// The meanings that GitLab gives to 409.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// "Duplicated issue": the iid is taken, or (misleadingly) a label was just made by somebody else. Recorded:
    /// create/iid-owner-dup.
    DuplicatedIssue,
    /// "Resource lock": somebody saved the same issue at the same moment. Nothing was written.
    ResourceLock,
    /// "Issue(s) already assigned": the two are linked, whatever the direction. Recorded: links/dup.
    AlreadyLinked,
    /// "Label already exists", here or in a group above. Recorded: labels/dup, labels/project-dup-of-group.
    LabelExists,
    /// A captcha must be solved: GitLab suspects spam.
    Captcha,
    /// Any other.
    Other,
}

/// What GraphQL complained about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphqlProblem {
    /// More complex than the limit. Recorded: mutations/create-aliased-30.
    TooComplex,
    /// A field or argument that this server does not know: it is older, or the experiment is gone. Recorded:
    /// graphql/bad-field.
    UnknownField,
    /// "does not exist or you don't have permission". Recorded: mutations/as-guest.
    NotFoundOrForbidden,
    /// The query took too long.
    Timeout,
    /// Any other.
    Other,
}

/// Why there is no secure connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsProblem {
    /// No authority that is trusted here stands behind the certificate.
    UnknownIssuer,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not come.
    NotYetValid,
    /// The certificate is for other names than the server was asked under.
    WrongName,
    /// The certificate is that of an authority, as `openssl req -x509` makes them: no client takes one for a server's,
    /// even where it trusts that authority (RFC 5280, 4.2.1.9).
    Authority,
    /// What answers does not speak TLS.
    NotTls,
    /// Any other.
    Other,
}

/// One link of the chain of causes below an [`Error`]: text only, scrubbed of the token.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct Cause {
    text: String,
    source: Option<Box<Self>>,
}

impl Cause {
    /// A cause that no other error tells.
    pub(super) fn text(text: String) -> Self {
        Self { text, source: None }
    }

    /// The chain that begins at `error`, each text passed through `scrub`.
    pub(crate) fn of(
        error: &(dyn std::error::Error + 'static),
        scrub: &impl Fn(&str) -> String,
    ) -> Self {
        Self {
            text: scrub(&error.to_string()),
            source: error
                .source()
                .map(|source| Box::new(Self::of(source, scrub))),
        }
    }
}

impl Error {
    pub(super) fn new(kind: ErrorKind, method: &Method, path: &str) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                method: method.clone(),
                path: path.to_owned(),
                status: None,
                message: String::new(),
                request_id: None,
                attempts: 0,
                ambiguous: false,
                cause: None,
            }),
        }
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = Some(status.as_u16());
        self
    }

    pub(super) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.inner.message = message.into();
        self
    }

    pub(super) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.inner.request_id = id;
        self
    }

    pub(super) fn with_cause(mut self, cause: Cause) -> Self {
        self.inner.cause = Some(cause);
        self
    }

    /// After how many tries it was given up, and whether one of them may have written.
    pub(super) fn after(mut self, attempts: u32, ambiguous: bool) -> Self {
        self.inner.attempts = attempts;
        self.inner.ambiguous = ambiguous;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// True when a write may have happened although this is an error: the connection broke, the time ran out, GitLab
    /// answered 5xx or something unreadable after the request was sent. Look before you write again.
    pub fn is_ambiguous(&self) -> bool {
        self.inner.ambiguous
    }

    /// The status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// What GitLab said, in one line; empty where it said nothing.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The id under which GitLab's logs have the request, from `X-Request-Id`.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.inner.method
    }

    /// The path that was asked for, percent-encoded, without the query.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// How many times it was sent.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// True where nothing is wrong with the request, and the same one may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.inner.kind,
            ErrorKind::RateLimited { .. }
                | ErrorKind::Server
                | ErrorKind::Dropped
                | ErrorKind::Unreachable
                | ErrorKind::Timeout
                | ErrorKind::ReadOnly
                | ErrorKind::Unstable
                | ErrorKind::Conflict(Conflict::ResourceLock)
                | ErrorKind::Graphql(GraphqlProblem::Timeout)
        )
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Inner {
            method,
            path,
            kind,
            status,
            message,
            request_id,
            ..
        } = &*self.inner;
        write!(f, "{method} {path}: ")?;
        match (kind, status) {
            (ErrorKind::ProjectsNotFound(paths), _) => {
                write!(f, "not found or not readable: {}", paths.join(", "))?;
            }
            (_, Some(status)) if !(200..300).contains(status) => {
                write!(f, "{status}")?;
                // GitLab often repeats the status in its message.
                let said = message.strip_prefix(&status.to_string());
                let said = said.unwrap_or(message).trim_start();
                if !said.is_empty() {
                    write!(f, " {said}")?;
                }
            }
            _ if message.is_empty() => write!(f, "{}", kind.what())?,
            _ => write!(f, "{}: {message}", kind.what())?,
        }
        if let Some(id) = request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.cause.as_ref().map(|cause| cause as _)
    }
}
