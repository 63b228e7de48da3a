use super::Severity;

/// What is known of a rule before it ever finds anything: for lists, documentation and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMeta {
    /// Stable kebab-case id, as written in `okr.toml` under `[rules]`.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// How severe its findings are where `okr.toml` does not say otherwise.
    pub levels: Levels,
    /// What it finds, why it exists and what to do, as Markdown.
    pub doc: &'static str,
    /// More about a rule that judges OKRs; absent for one that says what cannot be read or understood.
    pub guide: Option<Guide>,
}

/// What the documentation of a rule that judges OKRs says besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// Where the rule comes from.
    pub source: &'static str,
    /// A piece of an OKR file that it finds fault with; a test holds it to that.
    pub bad: &'static str,
    /// The same, as it should be; a test holds the rule to finding nothing in it.
    pub good: &'static str,
    /// How it is configured, as Markdown; empty where only its level is.
    pub settings: &'static str,
}

/// What becomes of the findings of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// There are none: the rule is not run.
    Off,
    /// They have this severity.
    Severity(Severity),
}

/// What becomes of the findings of a rule in each state of a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// While the quarter is a draft.
    pub draft: Level,
    /// While it is active, and where no quarter is concerned.
    pub active: Level,
    /// Once it is closed.
    pub closed: Level,
}

impl Level {
    /// Not run.
    pub const OFF: Self = Self::Off;
    /// Worth knowing.
    pub const INFO: Self = Self::Severity(Severity::Info);
    /// Probably not what was meant.
    pub const WARNING: Self = Self::Severity(Severity::Warning);
    /// Must be mended.
    pub const ERROR: Self = Self::Severity(Severity::Error);

    /// As `okr.toml` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Severity(Severity::Info) => "info",
            Self::Severity(Severity::Warning) => "warn",
            Self::Severity(Severity::Error) => "error",
        }
    }
}

impl Levels {
    /// The same in every state.
    pub const fn always(level: Level) -> Self {
        Self {
            draft: level,
            active: level,
            closed: level,
        }
    }

    /// For what can still be changed: a closed quarter is no longer judged by it.
    pub const fn planning(draft: Level, active: Level) -> Self {
        Self {
            draft,
            active,
            closed: Level::Off,
        }
    }
}

impl RuleMeta {
    /// A rule that says what cannot be read or understood: always an error.
    pub const fn form(id: &'static str, summary: &'static str, doc: &'static str) -> Self {
        Self {
            id,
            summary,
            levels: Levels::always(Level::ERROR),
            doc,
            guide: None,
        }
    }

    /// A rule that points out what can be read but is probably not meant: a warning, unless `okr.toml` says otherwise.
    pub const fn notice(id: &'static str, summary: &'static str, doc: &'static str) -> Self {
        Self {
            levels: Levels::always(Level::WARNING),
            ..Self::form(id, summary, doc)
        }
    }

    /// Whether its level cannot be set: without what it says, a file could not be understood, and nothing could be planned
    /// from it.
    pub fn is_fixed(&self) -> bool {
        self.guide.is_none() && self.levels.active == Level::ERROR
    }
}
