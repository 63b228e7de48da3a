//! How severe incidents are.
//!
//! No recording sets one: only `UNKNOWN` was seen (recorded: flow/closed-issue). GitLab's source says the rest
//! (`app/models/issuable_severity.rb`, the quick action `/severity`, the mutation `issueSetSeverity`): five words, of which
//! incidents alone have another than `UNKNOWN`, on every tier; REST shows the word and has no field to set it.

use serde::{Deserialize, Serialize};

/// How severe an incident is; every other issue is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum Severity {
    #[default]
    Unknown,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Each with its word in the APIs, its name in system notes, and what `/severity` takes for it beside the word.
    const ALL: [(Self, &str, &str, [&str; 2]); 5] = [
        (Self::Unknown, "UNKNOWN", "Unknown", ["0", "0"]),
        (Self::Low, "LOW", "Low - S4", ["S4", "4"]),
        (Self::Medium, "MEDIUM", "Medium - S3", ["S3", "3"]),
        (Self::High, "HIGH", "High - S2", ["S2", "2"]),
        (Self::Critical, "CRITICAL", "Critical - S1", ["S1", "1"]),
    ];

    /// The severity that a text names, in upper or lower case: `Critical`, `S1`, `1`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let named = |word: &&str| word.eq_ignore_ascii_case(text);
        let found = Self::ALL
            .iter()
            .find(|(_, word, _, short)| named(word) || short.iter().any(named));
        found.map(|(severity, ..)| *severity)
    }

    /// GitLab's word for it in REST and GraphQL.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// As system notes name it.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, [&'static str; 2]) {
        Self::ALL
            .iter()
            .find(|(severity, ..)| *severity == self)
            .unwrap_or(&Self::ALL[0])
    }
}
