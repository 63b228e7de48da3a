use std::fmt;
use std::str::FromStr;

/// An issue in a project: `gl-infra/infrastructure#123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssueReference {
    /// The project's full path.
    pub project: String,
    /// The issue's number in its project, from 1.
    pub iid: u64,
}

/// Supporting work as GitLab refers to it: context of a key result, never its score.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkReference {
    /// An issue, which is linked.
    Issue(IssueReference),
    /// A milestone by its title, which is named in the description: `gl-infra/infrastructure%"Patroni rollout"`.
    Milestone {
        /// The full path of the project or group that has the milestone.
        project: String,
        /// The milestone's title, without quotation marks in it.
        title: String,
    },
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a reference is group/project#123 or group/project%\"Milestone title\"")]
pub struct ParseReferenceError;

/// Whether a text can be the full path of a project: two or more parts of letters, digits, `_`, `-`, `.`.
fn is_project_path(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
            && !part.starts_with(['-', '.'])
    };
    text.len() <= 255 && text.contains('/') && text.split('/').all(part)
}

impl fmt::Display for IssueReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.project, self.iid)
    }
}

impl FromStr for IssueReference {
    type Err = ParseReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (project, iid) = text.split_once('#').ok_or(ParseReferenceError)?;
        let digits = !iid.is_empty() && iid.bytes().all(|b| b.is_ascii_digit());
        let iid: u64 = iid.parse().map_err(|_| ParseReferenceError)?;
        if !digits || iid == 0 || !is_project_path(project) {
            return Err(ParseReferenceError);
        }
        Ok(Self {
            project: project.to_owned(),
            iid,
        })
    }
}

impl fmt::Display for WorkReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issue(issue) => issue.fmt(f),
            Self::Milestone { project, title } => write!(f, "{project}%\"{title}\""),
        }
    }
}

impl FromStr for WorkReference {
    type Err = ParseReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((project, title)) = text.split_once('%') else {
            return text.parse().map(Self::Issue);
        };
        let title = title
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .or_else(|| (!title.contains(' ')).then_some(title))
            .ok_or(ParseReferenceError)?;
        let fits = !title.trim().is_empty() && !title.contains(['"', '\n', '\r']);
        // A milestone may belong to a group, whose path may have one part only.
        let owner = is_project_path(project) || is_project_path(&format!("{project}/x"));
        if !fits || !owner {
            return Err(ParseReferenceError);
        }
        Ok(Self::Milestone {
            project: project.to_owned(),
            title: title.to_owned(),
        })
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(IssueReference);
as_text!(WorkReference);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back_as_they_were_written() {
        for text in [
            "gl-infra/infrastructure#123",
            "a/b/c#1",
            "gl-infra/infrastructure%\"Patroni rollout\"",
            "acme%\"v1\"",
        ] {
            assert_eq!(text.parse::<WorkReference>().unwrap().to_string(), text);
        }
        assert_eq!(
            "a/b%v1".parse::<WorkReference>().unwrap().to_string(),
            "a/b%\"v1\""
        );
        for wrong in [
            "#12",
            "a#1",
            "a/b#0",
            "a/b#x",
            "a/b#+1",
            "a/b%",
            "a/b%two words",
            "a/b%\"\"",
            "https://x/a/b#1",
            "a/../b#1",
        ] {
            assert_eq!(
                wrong.parse::<WorkReference>(),
                Err(ParseReferenceError),
                "{wrong}"
            );
        }
    }
}
