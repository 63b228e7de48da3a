//! What GitLab refuses, before it is put into the words of REST or GraphQL.

/// The messages of a record that did not validate, field by field, in GitLab's order.
pub type Fields = Vec<(&'static str, Vec<String>)>;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401: no token, or one that is unknown.
    #[error("401 Unauthorized")]
    Unauthorized,
    /// 401: the token's last day has passed.
    #[error("Token is expired. You can either do re-authorization or token refresh.")]
    TokenExpired,
    /// 401: the token was revoked.
    #[error("Token was revoked. You have to re-authorize from the user.")]
    TokenRevoked,
    /// 403: the token's scopes do not reach.
    #[error("The request requires higher privileges than provided by the access token.")]
    InsufficientScope,
    /// 403, with GitLab's text.
    #[error("{0}")]
    Forbidden(String),
    /// 404, with GitLab's text: `404 Project Not Found`, `404 Not found`, …
    #[error("{0}")]
    NotFound(String),
    /// 400: a record that does not validate.
    #[error("the record is invalid: {0:?}")]
    Invalid(Fields),
    /// 400, with GitLab's text.
    #[error("{0}")]
    BadRequest(String),
    /// 409, with GitLab's text.
    #[error("{0}")]
    Conflict(String),
    /// 422, with GitLab's text.
    #[error("{0}")]
    Unprocessable(String),
    /// 429 of an application limit; REST says when to come back only for some (recorded: `throttle_create`).
    #[error("This endpoint has been requested too many times. Try again later.")]
    RateLimited {
        /// Whether REST sends `Retry-After`: for notes it does, for the creation of issues it does not.
        retry_after: bool,
    },
    /// 500: GitLab itself fails over what it was sent.
    #[error("500 Internal Server Error")]
    Internal,
}

impl Refusal {
    /// 403 in GitLab's usual words.
    pub fn forbidden() -> Self {
        Self::Forbidden("403 Forbidden".to_owned())
    }

    /// 404 in GitLab's usual words for a record.
    pub fn not_found() -> Self {
        Self::NotFound("404 Not found".to_owned())
    }

    /// 404 of a named thing: `404 Project Not Found`.
    pub fn missing(what: &str) -> Self {
        Self::NotFound(format!("404 {what} Not Found"))
    }

    /// A record with one wrong field.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![(field, vec![message.into()])])
    }
}
