//! The client: settings made ready to send.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, ClientBuilder};
use url::Url;

use super::backoff::Backoff;
use super::clock::{Clock, ServerClock};
use super::concurrency::Concurrency;
use super::gate::Gates;
use super::observer::Observer;
use super::settings::{Settings, SettingsError, TokenKind, is_loopback};
use super::token::Token;

/// A GitLab instance, as one account sees it. Clones share connections, rate limits and the counter.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    pub(super) base: Url,
    pub(super) token: Option<Token>,
    pub(super) token_header: Option<(HeaderName, HeaderValue)>,
    pub(super) token_kind: TokenKind,
    pub(super) max_attempts: u32,
    pub(super) max_wait: Duration,
    pub(super) max_answer: usize,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Observer>,
    pub(super) gates: Gates,
    pub(super) server_clock: ServerClock,
    pub(super) concurrency: Concurrency,
    pub(super) backoff: Backoff,
    pub(super) sent: AtomicU32,
}

impl Client {
    /// Checks the settings and makes the client. Nothing is sent.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let base = settings.base()?;
        let token_header = match &settings.token {
            Some(token) => {
                let name = match settings.token_kind {
                    TokenKind::Private => HeaderName::from_static("private-token"),
                    TokenKind::Job => HeaderName::from_static("job-token"),
                };
                Some((name, token.header()?))
            }
            None => None,
        };
        let http = http_client(
            &base,
            settings.ca_file.as_deref(),
            settings.timeout,
            &settings.user_agent,
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                base,
                token: settings.token,
                token_header,
                token_kind: settings.token_kind,
                max_attempts: settings.max_attempts.max(1),
                max_wait: settings.max_wait,
                max_answer: settings.max_answer,
                clock: settings.clock,
                observer: settings.observer,
                gates: Gates::default(),
                server_clock: ServerClock::default(),
                concurrency: Concurrency::new(settings.parallelism),
                backoff: Backoff::new(settings.seed),
                sent: AtomicU32::new(0),
            }),
        })
    }

    /// How many requests were sent so far, repeated ones included.
    pub fn requests_sent(&self) -> u32 {
        self.inner.sent.load(Ordering::Relaxed)
    }

    /// How many requests may be under way at present; useful as the bound of a stream of work.
    pub fn parallelism(&self) -> usize {
        self.inner.concurrency.limit()
    }

    /// The present moment by the clock that the client goes by.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Waits, by the same clock.
    pub async fn sleep(&self, duration: Duration) {
        self.inner.clock.sleep(duration).await;
    }

    /// The instance's address, ending in a slash.
    pub fn base_url(&self) -> &Url {
        &self.inner.base
    }

    /// How far the server's clock is ahead of this machine's, as its last answer told it, to a second or two; nothing
    /// before there was an answer.
    pub fn server_ahead(&self) -> Option<SignedDuration> {
        self.inner.server_clock.ahead()
    }

    /// Whether there is a token at all.
    pub fn has_token(&self) -> bool {
        self.inner.token.is_some()
    }

    /// Whether the instance is this very machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.inner.base)
    }

    /// Whether the token is a CI job token, which reads issues only.
    pub fn has_job_token(&self) -> bool {
        self.inner.token.is_some() && self.inner.token_kind == TokenKind::Job
    }

    /// `text` without the token.
    pub(super) fn scrub(&self, text: &str) -> String {
        match &self.inner.token {
            Some(token) => token.scrub(text),
            None => text.to_owned(),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.inner.base.as_str())
            .field("token", &self.inner.token)
            .finish_non_exhaustive()
    }
}

/// The HTTP client for a server; redirects are ours to judge, so it follows none.
pub(crate) fn http_client(
    base: &Url,
    ca_file: Option<&[u8]>,
    timeout: Duration,
    user_agent: &str,
) -> Result<reqwest::Client, SettingsError> {
    let own = match ca_file {
        Some(pem) => {
            let own = Certificate::from_pem_bundle(pem)
                .map_err(|error| SettingsError::CaFile(Some(error)))?;
            if own.is_empty() {
                return Err(SettingsError::CaFile(None));
            }
            own
        }
        None => Vec::new(),
    };
    let build = |certificates: Vec<Certificate>| {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut builder = ClientBuilder::new()
            .user_agent(user_agent)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout)
            // Servers drop idle connections after a minute or more; to write on one that is just being dropped would
            // leave open whether the request arrived.
            .pool_idle_timeout(Duration::from_secs(30))
            .connect_timeout(timeout.min(Duration::from_secs(20)));
        if is_loopback(base) {
            builder = builder.no_proxy();
        }
        if is_loopback(base) && base.scheme() == "http" {
            // Nothing will be encrypted, and reading the system's certificates is what starting costs most.
            builder = builder.tls_certs_only(certificates);
        } else if !certificates.is_empty() {
            builder = builder.tls_certs_merge(certificates);
        }
        builder.build()
    };
    build(own.clone()).or_else(|_| {
        // Without any certificate on the system no client can be made at all, not even for plain http.
        let mut certificates = own;
        for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
            certificates.push(Certificate::from_der(root).map_err(SettingsError::Setup)?);
        }
        build(certificates).map_err(SettingsError::Setup)
    })
}
