//! Tokens, and who stands behind a request.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Refusal, State};

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything.
    Api,
    /// Reading everything.
    ReadApi,
    /// Reading one's own account.
    ReadUser,
    /// Acting as others; administrators only.
    Sudo,
    /// Administrating; administrators only.
    AdminMode,
    /// Any other scope of GitLab's: it opens nothing here.
    #[serde(other)]
    Other,
}

impl Scope {
    /// GitLab's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::ReadApi => "read_api",
            Self::ReadUser => "read_user",
            Self::Sudo => "sudo",
            Self::AdminMode => "admin_mode",
            Self::Other => "other",
        }
    }
}

/// An access token of a person or a bot, or the token of a CI job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Global id.
    pub id: u64,
    /// Its name, as its owner sees it.
    pub name: String,
    /// Whose it is.
    pub user: u64,
    /// What it may be used for; empty for a job's.
    pub scopes: Vec<Scope>,
    /// The project whose CI job it belongs to.
    pub job_of: Option<u64>,
    /// The project that it is an access token of.
    pub project: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last day on which it is not yet expired.
    pub expires_at: Option<Date>,
    /// When it was last used.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    /// A revoked token is known and refused.
    pub revoked: bool,
}

/// Who asks: nobody, a user through a token with scopes, or a CI job.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The account, if any.
    pub user: Option<u64>,
    /// The key of its [`Token`] in [`State::tokens`].
    pub token: Option<String>,
    /// The scopes of the token.
    pub scopes: Vec<Scope>,
    /// The project whose CI job asks.
    pub job_of: Option<u64>,
}

impl Actor {
    /// Nobody.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Someone with all scopes, for what the sandbox does by itself.
    pub fn user(id: u64) -> Self {
        Self {
            user: Some(id),
            token: None,
            scopes: vec![Scope::Api],
            job_of: None,
        }
    }

    /// Whether the token may write.
    pub fn can_write(&self) -> bool {
        self.job_of.is_none() && self.scopes.contains(&Scope::Api)
    }
}

impl State {
    /// Who stands behind a `PRIVATE-TOKEN` (or bearer) text and a `JOB-TOKEN` text.
    ///
    /// An unknown token is [`Refusal::Unauthorized`] (recorded: meta, token `bogus`); a job token in the place of a
    /// private one is ignored, as GitLab does.
    pub fn actor(
        &self,
        private: Option<&str>,
        job: Option<&str>,
        now: Timestamp,
    ) -> Result<Actor, Refusal> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        if let Some(text) = private.filter(|text| !text.is_empty()) {
            let token = self.tokens.get(text);
            match token {
                Some(token) if token.job_of.is_some() => {}
                Some(token) if token.revoked => return Err(Refusal::TokenRevoked),
                Some(token) if token.expires_at.is_some_and(|day| day <= today) => {
                    return Err(Refusal::TokenExpired);
                }
                Some(token) => {
                    return Ok(Actor {
                        user: Some(token.user),
                        token: Some(text.to_owned()),
                        scopes: token.scopes.clone(),
                        job_of: None,
                    });
                }
                None => return Err(Refusal::Unauthorized),
            }
        }
        if let Some(text) = job.filter(|text| !text.is_empty()) {
            let token = self.tokens.get(text).ok_or(Refusal::Unauthorized)?;
            return Ok(Actor {
                user: Some(token.user),
                token: Some(text.to_owned()),
                scopes: Vec::new(),
                job_of: Some(token.job_of.ok_or(Refusal::Unauthorized)?),
            });
        }
        Ok(Actor::anonymous())
    }
}
