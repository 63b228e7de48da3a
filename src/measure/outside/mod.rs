//! Values that other servers than GitLab hold: a JSON document, Prometheus, the text of a file.
//!
//! What is asked stands in files that anybody may propose to change, so who may be asked is a list of [`Server`]s, and nothing
//! else is: no address outside of their urls, no redirect out of them. A server's token goes to that server only; GitLab's never
//! gets here. An answer has a limit in bytes, unpacked, and in time, as a whole.
//!
//! What is no number is said to be none, and never becomes zero.

mod address;
mod decimal;
mod document;
mod error;
mod fetch;
mod file;
mod found;
mod prometheus;
mod server;

use std::time::Duration;

use url::Url;

pub use document::{Document, PointerError, pointed};
pub use error::OutsideError;
pub use file::{FileValueError, file_value};
pub use found::Found;
pub use prometheus::{Aggregate, Ask, MAX_POINTS, Measured, QueryError};
pub use server::{Server, SetupError};

use server::Listed;

/// How servers are asked.
#[derive(Debug, Clone)]
pub struct OutsideSettings {
    /// Those that may be asked.
    pub servers: Vec<Server>,
    /// Certificates (PEM, any number) of authorities that are trusted besides the system's.
    pub ca_file: Option<Vec<u8>>,
    /// Allows `http://` to other machines, where everybody on the way can read and change what is said.
    pub allow_plain_http: bool,
    /// How long one answer may take, from the connection to its last byte, redirects included.
    pub timeout: Duration,
    /// The most bytes that are read of one answer, unpacked.
    pub largest: u64,
}

impl OutsideSettings {
    /// The defaults: 30 seconds and 1 MiB for an answer, https only.
    pub fn new(servers: Vec<Server>) -> Self {
        Self {
            servers,
            ca_file: None,
            allow_plain_http: false,
            timeout: Duration::from_secs(30),
            largest: 1 << 20,
        }
    }
}

/// Asks the servers of a list, and no others.
#[derive(Debug)]
pub struct Outside {
    servers: Vec<Listed>,
    timeout: Duration,
    largest: u64,
}

/// A document that a server gave.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it says.
    pub document: Document,
    /// Where it was asked for, for people to look at. Not where redirects led: such an address may hold a signature.
    pub address: Url,
}

impl Outside {
    /// Checks the list and makes the clients. Nothing is sent.
    ///
    /// # Errors
    /// A server of the list cannot be asked safely, or the CA file is none.
    pub fn new(settings: OutsideSettings) -> Result<Self, SetupError> {
        let OutsideSettings {
            servers,
            ca_file,
            allow_plain_http,
            timeout,
            largest,
        } = settings;
        let mut listed: Vec<Listed> = Vec::new();
        for server in servers {
            let server = Listed::new(server, ca_file.as_deref(), allow_plain_http, timeout)?;
            if let Some(other) = listed.iter().find(|other| other.is_same_place(&server)) {
                return Err(SetupError::Twice {
                    name: other.name().to_owned(),
                    other: server.name().to_owned(),
                });
            }
            listed.push(server);
        }
        Ok(Self {
            servers: listed,
            timeout,
            largest,
        })
    }

    /// The JSON document at an address below the url of a server of the list.
    ///
    /// # Errors
    /// Nothing is asked where the list does not allow it; else the server fails, or answers something else than JSON.
    pub async fn json(&self, address: &Url) -> Result<Answer, OutsideError> {
        let server = self.listed(address)?;
        let fetched = self.fetch(server, address).await?;
        fetched.expect_success()?;
        Ok(Answer {
            document: fetched.json()?,
            address: address.clone(),
        })
    }
}
