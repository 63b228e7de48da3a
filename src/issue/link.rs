use std::fmt;
use std::str::FromStr;

use crate::model::{IssueReference, Key, ParseKeyError, ParseReferenceError};

/// The other end of a link (`relates_to`) that an issue shall have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkTarget {
    /// The issue of another objective or key result.
    Key(Key),
    /// An issue that is not ours: supporting work.
    Issue(IssueReference),
}

/// Why a text is no link target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseLinkTargetError {
    /// It has no `#`, so it had to be a key.
    #[error(transparent)]
    Key(#[from] ParseKeyError),
    /// It has a `#`, so it had to be a reference to an issue.
    #[error(transparent)]
    Issue(#[from] ParseReferenceError),
}

impl fmt::Display for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Issue(issue) => issue.fmt(f),
        }
    }
}

impl FromStr for LinkTarget {
    type Err = ParseLinkTargetError;

    /// Reads what is displayed: keys hold no `#`, references to issues do.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('#') {
            Ok(Self::Issue(text.parse()?))
        } else {
            Ok(Self::Key(text.parse()?))
        }
    }
}

impl serde::Serialize for LinkTarget {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::as_text::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for LinkTarget {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::as_text::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_read_back_as_they_were_written() {
        for text in ["2026-q4/sre/mtbf/hours", "2026-q4/sre/mtbf#7"] {
            let target: LinkTarget = text.parse().unwrap();
            assert_eq!(target.to_string(), text);
            assert_eq!(
                matches!(target, LinkTarget::Issue(_)),
                text.contains('#'),
                "{text}"
            );
        }
        assert!("mtbf".parse::<LinkTarget>().is_err());
    }
}
