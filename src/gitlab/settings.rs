//! How to reach a GitLab, and the checks that a client makes before it sends anything.

use std::sync::Arc;
use std::time::Duration;

use url::{Host, Url};

use super::clock::{Clock, SystemClock};
use super::concurrency::Parallelism;
use super::observer::Observer;
use super::token::{Token, TokenError};

/// Which kind of token it is, and so which header carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A personal, project or group access token: `PRIVATE-TOKEN`.
    Private,
    /// A CI job token: `JOB-TOKEN`. Recorded (lists, meta, graphql): it reads the issues of a project, and nothing
    /// else that this client asks for.
    Job,
}

/// What a [`Client`](super::Client) needs to know.
#[derive(Clone)]
pub struct Settings {
    /// The instance, with its relative root if it has one: `https://gitlab.example.com` or
    /// `https://example.com/gitlab`. The address of its API (`…/api/v4`) is understood too.
    pub base_url: Url,
    /// The token; without one only what is public is seen.
    pub token: Option<Token>,
    /// What `token` is.
    pub token_kind: TokenKind,
    /// Certificates (PEM, any number) of authorities that are trusted besides the system's.
    pub ca_file: Option<Vec<u8>>,
    /// Allows `http://` to other machines, where everybody on the way can read the token.
    pub allow_plain_http: bool,
    /// How long one request may take, from the connection to the end of the answer.
    pub timeout: Duration,
    /// How often one request is tried before its failure is final (429 apart); at least 1.
    pub max_attempts: u32,
    /// The longest wait for a rate limit; a longer one is an error that says how long.
    pub max_wait: Duration,
    /// The most bytes that are read of one answer, unpacked.
    pub max_answer: usize,
    /// How many requests may be under way at once.
    pub parallelism: Parallelism,
    /// The `User-Agent`.
    pub user_agent: String,
    /// Begins the sequence of the jitter.
    pub seed: u64,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Is told what happens.
    pub observer: Option<Observer>,
}

/// What this program calls itself.
pub(crate) const USER_AGENT: &str = concat!("okrsync/", env!("CARGO_PKG_VERSION"));

/// A page of a hundred issues whose descriptions are as long as GitLab lets them be (1,048,576 characters), most of them of
/// a byte or two, fits in.
const MAX_ANSWER: usize = 256 << 20;

/// Why no client can be made of the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not an address of a server.
    #[error("`{0}` is not the address of a GitLab: write it as https://gitlab.example.com")]
    Address(String),
    /// A user name or password in the address would end in logs.
    #[error(
        "the address of GitLab holds a user name or a password: remove it, the token goes into OKR_TOKEN"
    )]
    Credentials,
    /// Plain HTTP to another machine.
    #[error(
        "http://{0} would send the token readable for everybody on the way: use https, or set OKR_ALLOW_HTTP=1 if the whole network up to there is trusted"
    )]
    PlainHttp(String),
    /// The token cannot be one.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The file of certificates is not PEM.
    #[error("the CA file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    CaFile(#[source] Option<reqwest::Error>),
    /// The user agent cannot be sent.
    #[error(
        "the HTTP client cannot be set up: check the CA file, the proxy settings and the user agent"
    )]
    Setup(#[source] reqwest::Error),
}

impl Settings {
    /// The defaults for an instance: no token, 60 seconds a request, 4 tries, waits of up to an hour.
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            token: None,
            token_kind: TokenKind::Private,
            ca_file: None,
            allow_plain_http: false,
            timeout: Duration::from_mins(1),
            max_attempts: 4,
            max_wait: Duration::from_hours(1),
            max_answer: MAX_ANSWER,
            parallelism: Parallelism::default(),
            user_agent: USER_AGENT.to_owned(),
            seed: 0,
            clock: Arc::new(SystemClock),
            observer: None,
        }
    }

    /// The base to which paths are appended: checked, without query and fragment, ending in a slash.
    pub(super) fn base(&self) -> Result<Url, SettingsError> {
        let mut base = self.base_url.clone();
        if !base.username().is_empty() || base.password().is_some() {
            return Err(SettingsError::Credentials);
        }
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(SettingsError::Address(base.to_string()));
        }
        if base.scheme() == "http" && !self.allow_plain_http && !is_loopback(&base) {
            let host = base.host_str().unwrap_or_default().to_owned();
            return Err(SettingsError::PlainHttp(host));
        }
        base.set_query(None);
        base.set_fragment(None);
        let root = base.path().trim_end_matches('/');
        let root = root
            .strip_suffix("/api/v4")
            .unwrap_or(root)
            .trim_end_matches('/');
        let path = format!("{root}/");
        base.set_path(&path);
        Ok(base)
    }
}

/// Whether an address can only be this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url.as_str())
            .field("token", &self.token)
            .field("token_kind", &self.token_kind)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(url: &str) -> Result<String, SettingsError> {
        Settings::new(url.parse().unwrap()).base().map(String::from)
    }

    #[test]
    fn a_base_keeps_its_relative_root() {
        assert_eq!(base("https://example.com").unwrap(), "https://example.com/");
        assert_eq!(
            base("https://example.com/gitlab//?a#b").unwrap(),
            "https://example.com/gitlab/"
        );
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for local in [
            "http://127.0.0.1:8080",
            "http://[::1]",
            "http://localhost:1",
        ] {
            assert!(base(local).is_ok(), "{local}");
        }
        for far in [
            "http://gitlab.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
        ] {
            assert!(
                matches!(base(far), Err(SettingsError::PlainHttp(_))),
                "{far}"
            );
        }
        let mut allowed = Settings::new("http://gitlab.example.com".parse().unwrap());
        allowed.allow_plain_http = true;
        assert!(allowed.base().is_ok());
    }

    #[test]
    fn other_addresses_are_refused() {
        assert!(matches!(
            base("ftp://example.com"),
            Err(SettingsError::Address(_))
        ));
        assert!(matches!(
            base("https://u:p@example.com"),
            Err(SettingsError::Credentials)
        ));
        assert!(matches!(base("mailto:a@b"), Err(SettingsError::Address(_))));
    }
}
