use jiff::civil::Date;

use super::Number;
use crate::text::{Span, Spanned};

/// How the one who checks in thinks that it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Health {
    /// It will be reached.
    OnTrack,
    /// It may not be reached without more attention.
    NeedsAttention,
    /// It will not be reached as things stand.
    AtRisk,
}

impl Health {
    /// All of them, best first.
    pub const ALL: [Self; 3] = [Self::OnTrack, Self::NeedsAttention, Self::AtRisk];

    /// As files and tables write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnTrack => "on-track",
            Self::NeedsAttention => "needs-attention",
            Self::AtRisk => "at-risk",
        }
    }

    /// Reads what [`as_str`](Self::as_str) writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.as_str() == text)
    }
}

/// What was known of a key result on one day. Something in it is given: a check-in that says nothing does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// The day, which names the check-in within its key result.
    pub date: Date,
    /// Where it is written.
    pub span: Span,
    /// The measure's value.
    pub value: Option<Spanned<Number>>,
    /// Whether the value was read by `okr measure`, and not said by a person.
    pub measured: bool,
    /// How sure one is to reach the target, in percent, 0 to 100.
    pub confidence: Option<Spanned<Number>>,
    /// How it goes.
    pub health: Option<Spanned<Health>>,
    /// A sentence about it, in Markdown.
    pub note: Option<Spanned<String>>,
}
