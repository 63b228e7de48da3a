use std::fmt;
use std::str::FromStr;

use super::Quarter;

/// The name of a team, an objective or a key result within what holds it: lower-case letters, digits and single hyphens
/// between them, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is lower-case letters, digits and hyphens, like mean-time-2, at most 63 characters")]
pub struct ParseIdError;

impl Id {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Id {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=63).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        fits.then(|| Self(text.to_owned())).ok_or(ParseIdError)
    }
}

/// What an objective or key result is called everywhere: `2026-q4/sre/mtbf` or `2026-q4/sre/mtbf/hours`.
///
/// Keys sort by quarter, team, objective, and an objective before its key results.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The quarter.
    pub quarter: Quarter,
    /// The team.
    pub team: Id,
    /// The objective.
    pub objective: Id,
    /// The key result; absent in an objective's own key.
    pub key_result: Option<Id>,
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key is quarter/team/objective or quarter/team/objective/key-result, like 2026-q4/sre/mtbf/hours"
)]
pub struct ParseKeyError;

impl Key {
    /// An objective's key.
    pub fn objective(quarter: Quarter, team: Id, objective: Id) -> Self {
        Self {
            quarter,
            team,
            objective,
            key_result: None,
        }
    }

    /// The key of one of an objective's key results.
    #[must_use]
    pub fn with_key_result(&self, key_result: Id) -> Self {
        Self {
            key_result: Some(key_result),
            ..self.clone()
        }
    }

    /// The key of the objective that this is or belongs to.
    #[must_use]
    pub fn of_objective(&self) -> Self {
        Self {
            key_result: None,
            ..self.clone()
        }
    }

    /// Whether this names a key result.
    pub fn is_key_result(&self) -> bool {
        self.key_result.is_some()
    }

    /// Reads a reference as files write it, seen from `quarter`: `team/objective[/key-result]` in the same quarter, or a
    /// full key.
    pub fn parse_reference(text: &str, quarter: Quarter) -> Result<Self, ParseKeyError> {
        text.parse().or_else(|error| {
            let first = text.split('/').next().unwrap_or_default();
            // Two or three parts without a quarter in front.
            if first.parse::<Quarter>().is_ok() {
                Err(error)
            } else {
                format!("{quarter}/{text}").parse()
            }
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.quarter, self.team, self.objective)?;
        match &self.key_result {
            Some(key_result) => write!(f, "/{key_result}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        let mut next = || parts.next().ok_or(ParseKeyError);
        let quarter = next()?.parse().map_err(|_| ParseKeyError)?;
        let team = next()?.parse().map_err(|_| ParseKeyError)?;
        let objective = next()?.parse().map_err(|_| ParseKeyError)?;
        let key_result = parts
            .next()
            .map(|part| part.parse().map_err(|_| ParseKeyError))
            .transpose()?;
        if parts.next().is_some() {
            return Err(ParseKeyError);
        }
        Ok(Self {
            quarter,
            team,
            objective,
            key_result,
        })
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        for text in ["2026-q4/sre/mtbf", "2026-q4/sre/mtbf/hours"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
        for wrong in [
            "sre/mtbf",
            "2026-q4/sre",
            "2026-q4/sre/mtbf/a/b",
            "2026-q4/SRE/mtbf",
            "2026-q4/s--r/m",
            "",
        ] {
            assert_eq!(wrong.parse::<Key>(), Err(ParseKeyError), "{wrong}");
        }
    }

    #[test]
    fn references_are_read_from_the_quarter_they_stand_in() {
        let quarter = "2026-q4".parse().unwrap();
        let near = Key::parse_reference("sre/mtbf", quarter).unwrap();
        assert_eq!(near.to_string(), "2026-q4/sre/mtbf");
        let far = Key::parse_reference("2026-q3/sre/mtbf/hours", quarter).unwrap();
        assert_eq!(far.to_string(), "2026-q3/sre/mtbf/hours");
        assert!(Key::parse_reference("mtbf", quarter).is_err());
        assert!(Key::parse_reference("2026-q3/sre", quarter).is_err());
    }

    #[test]
    fn an_objective_sorts_before_its_key_results() {
        let mut keys: Vec<Key> = ["2026-q4/sre/mtbf/b", "2026-q4/sre/mtbf", "2026-q3/z/z"]
            .map(|text| text.parse().unwrap())
            .into();
        keys.sort();
        let shown: Vec<String> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            ["2026-q3/z/z", "2026-q4/sre/mtbf", "2026-q4/sre/mtbf/b"]
        );
    }
}
