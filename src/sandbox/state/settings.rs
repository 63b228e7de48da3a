//! What the administrator of the instance decides.

use serde::{Deserialize, Serialize};

/// What was paid for: decides what GitLab keeps of what it is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Free, and the Community Edition: one assignee, no weight, no scoped labels, only `relates_to`.
    #[default]
    Free,
    /// Premium: several assignees, weight, scoped labels, `blocks`.
    Premium,
}

/// The limits that an administrator sets; 0 switches one off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Issues that one user may create in one project per minute.
    pub issues_create_limit: u64,
    /// Notes that one user may create per minute.
    pub notes_create_limit: u64,
    /// Lists with `search=` that one user may ask for per minute.
    pub search_rate_limit: u64,
    /// Whether all authenticated requests of a user are limited.
    pub throttle_authenticated_api_enabled: bool,
    /// How many requests a period allows.
    pub throttle_authenticated_api_requests_per_period: u64,
    /// The period, in seconds; periods are aligned to the clock.
    pub throttle_authenticated_api_period_in_seconds: u64,
    /// Milliseconds until the membership of a new access token counts, for the first request that it makes: recorded
    /// (bots) were tokens that created issues without their labels 190 and 220 ms after they were made, and one that did
    /// not after 280 ms.
    pub token_membership_delay_ms: u64,
}

impl Default for Limits {
    /// No limit that slows a first try; GitLab's own period where one is switched on.
    fn default() -> Self {
        Self {
            issues_create_limit: 0,
            notes_create_limit: 0,
            search_rate_limit: 0,
            throttle_authenticated_api_enabled: false,
            throttle_authenticated_api_requests_per_period: 7200,
            throttle_authenticated_api_period_in_seconds: 3600,
            token_membership_delay_ms: 250,
        }
    }
}

/// Version, edition, tier and limits of the instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The version that the server claims.
    pub version: String,
    /// Whether it claims to be the Enterprise Edition (a package, not a tier).
    pub enterprise: bool,
    /// What was paid for.
    pub tier: Tier,
    /// The limits.
    pub limits: Limits,
}
