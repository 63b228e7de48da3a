//! One question over the network, and its whole answer.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use super::Outside;
use super::address::shown;
use super::document::Document;
use super::error::OutsideError;
use super::server::Listed;
use crate::config::leads_up;
use crate::gitlab::{Cause, tls};

/// So many redirects are followed.
const MAX_REDIRECTS: usize = 5;
/// What a text may begin with besides its content (RFC 8259, 8.1: a parser may pass over it).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Fetched {
    /// Where it came from, redirects followed, as it is shown.
    pub(super) address: String,
    pub(super) status: StatusCode,
    /// Whether the server that gave it was sent a token.
    had_token: bool,
    is_html: bool,
    body: Vec<u8>,
}

impl Fetched {
    /// A failure by its status, if it is one.
    pub(super) fn expect_success(&self) -> Result<(), OutsideError> {
        if self.status.is_success() {
            return Ok(());
        }
        Err(OutsideError::Status {
            address: self.address.clone(),
            status: self.status,
            had_token: self.had_token,
        })
    }

    pub(super) fn body(&self) -> &[u8] {
        let body = self.body.as_slice();
        body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
    }

    /// The body as JSON, whatever type it says to have: many servers say the wrong one.
    pub(super) fn json(&self) -> Result<Document, OutsideError> {
        Document::of(self.body()).map_err(|source| self.no_json(source))
    }

    /// What a body that is not the JSON that was expected is.
    pub(super) fn no_json(&self, source: serde_json::Error) -> OutsideError {
        let address = self.address.clone();
        match self.body().trim_ascii_start().first() {
            None => OutsideError::Empty { address },
            Some(first) if self.is_html || *first == b'<' => OutsideError::WebPage { address },
            Some(_) => OutsideError::NotJson { address, source },
        }
    }
}

impl Outside {
    /// The server whose url an address is below: the one that says most of the path.
    pub(super) fn listed(&self, address: &Url) -> Result<&Listed, OutsideError> {
        if !address.username().is_empty() || address.password().is_some() {
            let address = shown(address);
            return Err(OutsideError::Credentials { address });
        }
        let covering = self.servers.iter();
        let covering = covering.filter_map(|server| Some((server.covers(address)?, server)));
        let Some((_, server)) = covering.max_by_key(|(covered, _)| *covered) else {
            let all = self.servers.iter();
            return Err(OutsideError::NotListed {
                address: shown(address),
                listed: all.map(|server| server.url().to_string()).collect(),
            });
        };
        if leads_up(address) {
            let address = shown(address);
            return Err(OutsideError::LeadsUp { address });
        }
        Ok(server)
    }

    /// The answer at `address`, which `server` is asked for.
    pub(super) async fn fetch(
        &self,
        server: &Listed,
        address: &Url,
    ) -> Result<Fetched, OutsideError> {
        let answer = tokio::time::timeout(self.timeout, self.follow(server, address)).await;
        answer.unwrap_or_else(|_| Err(late(address, self.timeout)))
    }

    async fn follow(&self, first: &Listed, address: &Url) -> Result<Fetched, OutsideError> {
        let mut server = first;
        let mut at = address.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = server.get(&at).send().await;
            let response = response.map_err(|error| self.broken(error, server, &at))?;
            let Some(to) = redirection(&response, &at)? else {
                return self.read(response, server, &at).await;
            };
            server = self
                .listed(&to)
                .map_err(|source| OutsideError::Redirected {
                    from: shown(&at),
                    to: server.scrub(&shown(&to)),
                    source: Box::new(source),
                })?;
            at = to;
        }
        Err(OutsideError::TooManyRedirects {
            address: shown(address),
            followed: MAX_REDIRECTS,
        })
    }

    /// Reads an answer up to the limit. What a failure says beside its status is not waited for if it is too much.
    async fn read(
        &self,
        mut response: reqwest::Response,
        server: &Listed,
        at: &Url,
    ) -> Result<Fetched, OutsideError> {
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let mut fetched = Fetched {
            address: server.scrub(&shown(at)),
            status: response.status(),
            had_token: server.has_token(),
            is_html: content_type.is_some_and(is_html),
            body: Vec::new(),
        };
        match self.body(&mut response, server, at).await {
            Ok(body) => fetched.body = body,
            Err(error) if fetched.status.is_success() => return Err(error),
            Err(_) => {}
        }
        Ok(fetched)
    }

    async fn body(
        &self,
        response: &mut reqwest::Response,
        server: &Listed,
        at: &Url,
    ) -> Result<Vec<u8>, OutsideError> {
        let too_large = || OutsideError::TooLarge {
            address: server.scrub(&shown(at)),
            largest: self.largest,
        };
        let over = |length: usize| u64::try_from(length).is_ok_and(|length| length > self.largest);
        // Of a packed body nothing is announced.
        if response.content_length() > Some(self.largest) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| self.broken(error, server, at))? else {
                return Ok(body);
            };
            if over(body.len() + chunk.len()) {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// Names a failure of the network.
    fn broken(&self, error: reqwest::Error, server: &Listed, at: &Url) -> OutsideError {
        let (connecting, timeout) = (error.is_connect(), error.is_timeout());
        let source = Cause::of(&error.without_url(), &|text| server.scrub(text));
        let address = server.scrub(&shown(at));
        if timeout {
            return late(at, self.timeout);
        }
        if !connecting {
            return OutsideError::Broken { address, source };
        }
        match tls(&source) {
            Some(problem) => OutsideError::Tls {
                address,
                problem,
                source,
            },
            None => OutsideError::Unreachable { address, source },
        }
    }
}

fn late(address: &Url, limit: Duration) -> OutsideError {
    OutsideError::Timeout {
        address: shown(address),
        limit,
    }
}

/// Where an answer leads, if it does. One that leads nowhere is left as the failure that it is.
fn redirection(response: &reqwest::Response, at: &Url) -> Result<Option<Url>, OutsideError> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = response.headers().get(LOCATION);
    let (true, Some(location)) = (moved.contains(&response.status()), location) else {
        return Ok(None);
    };
    let to = location.to_str().ok().and_then(|to| at.join(to).ok());
    to.map(Some)
        .ok_or_else(|| OutsideError::BadRedirect { address: shown(at) })
}

fn is_html(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"]
        .iter()
        .any(|html| essence.eq_ignore_ascii_case(html))
}
