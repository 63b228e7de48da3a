use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::address::shown;
use crate::config::is_below;
use crate::gitlab::{SettingsError, Token, USER_AGENT, http_client, is_loopback};

/// A server that may be asked.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name in okr.toml.
    pub name: String,
    /// What may be asked: this address and all that lie below it.
    pub url: Url,
    /// Sent to it as `Authorization: Bearer …`, and to nobody else.
    pub token: Option<SecretString>,
}

/// Why a list of servers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Not an address of a server, or one with a query.
    #[error("`{url}` is not the address of a server: write it as https://metrics.example.com")]
    Address {
        /// The server.
        name: String,
        /// As it was given, without query.
        url: String,
    },
    /// A user name or password in the address would end in logs.
    #[error(
        "the url of the server `{name}` holds a user name or a password: remove it, a token is named with token_env"
    )]
    Credentials {
        /// The server.
        name: String,
    },
    /// Plain HTTP to another machine.
    #[error(
        "the url of the server `{name}` is plain http, so that everybody on the way can read the token and change the answer: use https, or set OKR_ALLOW_HTTP=1 if the whole network up to there is trusted"
    )]
    PlainHttp {
        /// The server.
        name: String,
    },
    /// The token cannot be one.
    #[error(
        "the token of the server `{name}` is empty, or has characters that no token has (a space, a line break, …): copy it again"
    )]
    Token {
        /// The server.
        name: String,
    },
    /// Which token is sent would be left to chance.
    #[error("the servers `{name}` and `{other}` have the same url: remove one of them")]
    Twice {
        /// One server.
        name: String,
        /// The other.
        other: String,
    },
    /// The HTTP client cannot be made.
    #[error("the server `{name}` cannot be asked")]
    Client {
        /// The server.
        name: String,
        /// Why.
        source: Box<SettingsError>,
    },
}

/// A server made ready to be asked.
#[derive(Debug)]
pub(super) struct Listed {
    name: String,
    /// Without query and fragment; its path ends in a slash.
    url: Url,
    token: Option<Token>,
    authorization: Option<HeaderValue>,
    http: reqwest::Client,
}

impl Listed {
    pub(super) fn new(
        server: Server,
        ca_file: Option<&[u8]>,
        allow_plain_http: bool,
        timeout: Duration,
    ) -> Result<Self, SetupError> {
        let Server {
            name,
            mut url,
            token,
        } = server;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SetupError::Credentials { name });
        }
        let is_address = matches!(url.scheme(), "http" | "https") && url.has_host();
        if !is_address || url.query().is_some() || url.fragment().is_some() {
            let url = shown(&url);
            return Err(SetupError::Address { name, url });
        }
        if url.scheme() == "http" && !allow_plain_http && !is_loopback(&url) {
            return Err(SetupError::PlainHttp { name });
        }
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let no_token = || SetupError::Token { name: name.clone() };
        let token = token.map(|token| Token::new(token.expose_secret()));
        let token = token.transpose().map_err(|_| no_token())?;
        let authorization = match &token {
            Some(token) => Some(token.bearer().map_err(|_| no_token())?),
            None => None,
        };
        let http = http_client(&url, ca_file, timeout, USER_AGENT).map_err(|source| {
            SetupError::Client {
                name: name.clone(),
                source: Box::new(source),
            }
        })?;
        Ok(Self {
            name,
            url,
            token,
            authorization,
            http,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Ends in a slash.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether both stand for the same addresses.
    pub(super) fn is_same_place(&self, other: &Self) -> bool {
        self.url == other.url
    }

    /// How much of the address is this server's url, in bytes; nothing where it is not below it.
    pub(super) fn covers(&self, address: &Url) -> Option<usize> {
        is_below(address, &self.url).then(|| self.url.path().len())
    }

    /// A request with this server's token.
    pub(super) fn get(&self, address: &Url) -> reqwest::RequestBuilder {
        let request = self.http.get(address.clone());
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }

    /// `text` without the token.
    pub(super) fn scrub(&self, text: &str) -> String {
        match &self.token {
            Some(token) => token.scrub(text),
            None => text.to_owned(),
        }
    }
}
