use std::time::Duration;

use reqwest::StatusCode;

use super::prometheus::QueryError;
use crate::gitlab::{Cause, TlsProblem};

/// Why a server gave no value.
///
/// Display says what was asked and what came of it, [`OutsideError::hint`] what to do next. Neither holds a token, nor the query
/// of an address, nor what a document says.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// Nothing was asked: the address is none of the list's.
    #[error("{address} is below the url of no server that okr.toml lists")]
    NotListed {
        /// The address.
        address: String,
        /// The urls of the list.
        listed: Vec<String>,
    },
    /// Nothing was asked: a user name or password in the address would end in logs, and in the files.
    #[error("the address {address} holds a user name or a password")]
    Credentials {
        /// The address, without them.
        address: String,
    },
    /// Nothing was asked: some servers would understand the path as one out of what is listed.
    #[error("the path of {address} leads up again once a server decodes it")]
    LeadsUp {
        /// The address.
        address: String,
    },
    /// A redirect to where nothing may be asked; it was not followed.
    #[error("{from} redirects to {to}, which is not followed")]
    Redirected {
        /// The address that redirects.
        from: String,
        /// Where to.
        to: String,
        /// Why not.
        source: Box<Self>,
    },
    /// A redirect to what is no address.
    #[error("{address} redirects to what is no address")]
    BadRedirect {
        /// The address that redirects.
        address: String,
    },
    /// A redirect after a redirect.
    #[error("{address} leads through more than {followed} redirects")]
    TooManyRedirects {
        /// Where they began.
        address: String,
        /// How many were followed.
        followed: usize,
    },
    /// No connection.
    #[error("{address}: no connection")]
    Unreachable {
        /// The address.
        address: String,
        /// Why.
        source: Cause,
    },
    /// No secure connection.
    #[error("{address}: {}", problem.what())]
    Tls {
        /// The address.
        address: String,
        /// What is wrong.
        problem: TlsProblem,
        /// What the TLS library says.
        source: Cause,
    },
    /// No whole answer in time.
    #[error("{address}: no whole answer within {limit:?}")]
    Timeout {
        /// The address.
        address: String,
        /// How long was waited.
        limit: Duration,
    },
    /// The rest was not read.
    #[error("{address}: the answer is longer than {largest} bytes")]
    TooLarge {
        /// The address.
        address: String,
        /// The limit.
        largest: u64,
    },
    /// The connection broke off, or what came cannot be unpacked.
    #[error("{address}: the answer broke off, or cannot be unpacked")]
    Broken {
        /// The address.
        address: String,
        /// Why.
        source: Cause,
    },
    /// A status that is no success.
    #[error("{address} answered {status}")]
    Status {
        /// The address.
        address: String,
        /// The status.
        status: StatusCode,
        /// Whether a token was sent.
        had_token: bool,
    },
    /// A page for people.
    #[error("{address} answered with a web page, perhaps to sign in")]
    WebPage {
        /// The address.
        address: String,
    },
    /// Nothing.
    #[error("{address} answered nothing")]
    Empty {
        /// The address.
        address: String,
    },
    /// Something else than JSON.
    #[error("{address} answered something that is no JSON")]
    NotJson {
        /// The address.
        address: String,
        /// Where it stops being JSON.
        source: serde_json::Error,
    },
    /// JSON, but none of Prometheus's.
    #[error("{address} answered JSON that is not Prometheus's")]
    NotPrometheus {
        /// The address.
        address: String,
        /// What is missing or wrong.
        source: serde_json::Error,
    },
    /// Prometheus was asked, or could not be, and has no value.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl OutsideError {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::NotListed { listed, .. } if listed.is_empty() => {
                "okr.toml lists no server. Add it there, as [measure.servers.<name>] with its url, in a change of its own."
            }
            Self::NotListed { listed, .. } => {
                return format!(
                    "Listed are: {}. Add another in okr.toml, as [measure.servers.<name>] with its url, in a change of its own.",
                    listed.join(", ")
                );
            }
            Self::Credentials { .. } => {
                "Remove it from the address, and change it where it was in use: it stands in the history now. A token is named with token_env in okr.toml."
            }
            Self::LeadsUp { .. } => "Write the path as it is meant, without `..` in any form.",
            Self::Redirected { source, .. } => match &**source {
                Self::NotListed { .. } => {
                    "If it leads to a sign-in page, the server wants a token: name its variable with token_env. Else write the address that it leads to, and list that server in okr.toml."
                }
                _ => "Write the address that it is meant to lead to.",
            },
            Self::BadRedirect { .. } | Self::TooManyRedirects { .. } => {
                "Write the address that it is meant to lead to; a redirect that goes in a circle is often a sign-in."
            }
            Self::Unreachable { .. } => {
                "Check the address, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)."
            }
            Self::Tls {
                problem: TlsProblem::NotTls,
                ..
            } => "Check the address: this port may be one for http.",
            Self::Tls { problem, .. } => problem.hint(),
            Self::Timeout { .. } => {
                "Ask for less, or have the server made faster: a recording rule for a heavy query of Prometheus, a document of its own for one value."
            }
            Self::TooLarge { .. } => {
                "Ask for less: one value, not a page of them; of Prometheus one series (sum(…), max(…))."
            }
            Self::Broken { .. } => "The network or the server is struggling: run again.",
            Self::Status {
                status, had_token, ..
            } => return status_hint(*status, *had_token),
            Self::WebPage { .. } => {
                "Write the address of the server's API, not that of a page. If it is a sign-in, the server wants a token: name its variable with token_env in okr.toml."
            }
            Self::Empty { .. } => "Check the address: there may be no value there yet.",
            Self::NotJson { .. } => {
                "Write the address of a JSON document; a link to a file may need its raw form."
            }
            Self::NotPrometheus { .. } => {
                "Check the url of the server in okr.toml: it is the part before /api/v1/query, and of a server that speaks Prometheus's HTTP API."
            }
            Self::Query(error) => return error.hint(),
        };
        hint.to_owned()
    }
}

fn status_hint(status: StatusCode, had_token: bool) -> String {
    let hint = match (status.as_u16(), had_token) {
        (401 | 403 | 407, false) => {
            "The server wants a token: name the variable that holds it with token_env, and set it where this runs."
        }
        (401 | 403, true) => {
            "The server does not accept the token, or it may not read this: check the variable that token_env names, and what the token's account may see."
        }
        (404 | 410, _) => {
            "Check the address; some servers also answer 404 for what a token may not see."
        }
        (414, _) => {
            "The address is too long for the server: shorten the query, by a recording rule."
        }
        (429, _) => "The server limits how often it may be asked: run again later.",
        (500.., _) => "The server failed: run again later; if it stays so, tell who runs it.",
        _ => "Check the address, and what stands between you and the server.",
    };
    hint.to_owned()
}
