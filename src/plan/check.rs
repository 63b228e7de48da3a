use serde::Serialize;

use super::obstacle::Obstacle;

/// One line of what was found about an instance: what is so, what it means, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it is about.
    pub area: Area,
    /// What kind it is: a stable kebab-case id.
    pub id: String,
    /// How bad it is.
    pub verdict: Verdict,
    /// The project, account or label, where it is about one.
    pub subject: Option<String>,
    /// What was found.
    pub found: String,
    /// What follows from it, where something does.
    pub means: Option<String>,
    /// What to do about it, where something can be done.
    pub help: Option<String>,
}

/// What a check is about, in the order in which one depends on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// The files themselves.
    Files,
    /// The server: whether it is reached, and which one it is.
    Server,
    /// The token and its account.
    Token,
    /// The projects that hold issues.
    Trackers,
    /// Links between projects.
    Links,
    /// The accounts that OKRs name.
    People,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing.
    Info,
    /// It could not be seen; unknown is neither good nor bad.
    Unknown,
    /// An apply goes through, but not all will be as declared.
    Warning,
    /// An apply would fail, or be refused.
    Blocking,
}

impl Check {
    /// A check that found this.
    pub fn new(area: Area, id: &str, verdict: Verdict, found: impl Into<String>) -> Self {
        Self {
            area,
            id: id.to_owned(),
            verdict,
            subject: None,
            found: found.into(),
            means: None,
            help: None,
        }
    }

    /// What an obstacle says, in its own words.
    pub fn of(area: Area, obstacle: &Obstacle) -> Self {
        let mut check = Self::new(area, obstacle.id(), obstacle.verdict(), obstacle.found());
        check.subject = obstacle.subject();
        check.means = obstacle.means();
        check.help = obstacle.help();
        check
    }

    /// Says which project, account or label it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Says what follows from it.
    #[must_use]
    pub fn means(mut self, means: impl Into<String>) -> Self {
        self.means = Some(means.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
