//! Which GitLab it is.

use serde::Deserialize;

use super::call::Call;
use super::client::Client;
use super::error::{Error, ErrorKind};

/// The server's version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Such as `18.9.0-pre` or `18.8.4-ee`.
    pub version: String,
    /// The commit.
    #[serde(default)]
    pub revision: String,
    /// Whether it is the Enterprise *package*, which says nothing about a paid plan; unknown to old servers.
    #[serde(default)]
    pub enterprise: Option<bool>,
}

impl Metadata {
    /// Major and minor version, where the text begins with them.
    pub fn major_minor(&self) -> Option<(u32, u32)> {
        let mut numbers = self.version.split(['.', '-']);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    }
}

impl Client {
    /// The server's version; servers before 15.2 know it under an older path only. Needs a token that is no job token
    /// (recorded: meta/metadata).
    pub async fn metadata(&self) -> Result<Metadata, Error> {
        match self.json(&Call::get("metadata", "metadata")).await {
            Err(error) if *error.kind() == ErrorKind::NotFound => {
                self.json(&Call::get("metadata", "version")).await
            }
            metadata => metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let version = |text: &str| {
            Metadata {
                version: text.into(),
                revision: String::new(),
                enterprise: None,
            }
            .major_minor()
        };
        assert_eq!(version("18.9.0-pre"), Some((18, 9)));
        assert_eq!(version("18.10.1-ee"), Some((18, 10)));
        assert_eq!(version("main"), None);
    }
}
