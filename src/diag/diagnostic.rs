use crate::text::Span;

/// How bad a finding is. Only [`Severity::Error`] fails a run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Must be mended before anything is applied.
    Error,
}

/// A place in a file, with what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words shown at the place; may be empty.
    pub text: String,
}

/// A change of text that is certain to mend the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// What the change does, for people: "write the number with a point".
    pub title: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable kebab-case id of the rule that found it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where it is wrong; absent when no file is to blame (no `okrs` folder).
    pub primary: Option<Label>,
    /// Other places that belong to it: the first of two duplicates, the policy line that decided.
    pub secondary: Vec<Label>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
    /// A change that mends it for certain.
    pub fix: Option<Fix>,
    /// What the finding is about, apart from its place (`2026-q4/sre/mtbf/hours.share`): the part of its identity that
    /// survives a moved line. Empty when only the file is known.
    pub subject: String,
}

impl Fix {
    /// A change that puts `replacement` where `span` is.
    pub fn new(span: Span, replacement: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            span,
            replacement: replacement.into(),
            title: title.into(),
        }
    }
}

impl Diagnostic {
    /// A finding of `rule` that says `message`.
    pub fn new(rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
            subject: String::new(),
        }
    }

    /// A finding at error severity.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Error, message)
    }

    /// A finding at warning severity.
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Warning, message)
    }

    /// Says where, with a few words for the place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.primary = Some(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a fact that explains it.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a change that mends it for certain; nothing where none is known.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Says what it is about, apart from its place.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }
}
