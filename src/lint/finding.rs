use crate::diag::Diagnostic;
use crate::model::{Id, Item, Key, Quarter, TeamOkrs};
use crate::text::Span;

/// What a rule found, before it is decided how severe it is and whether it is allowed.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) diagnostic: Diagnostic,
    /// Whose OKRs they are: their quarter and team decide the level.
    pub(super) file: (Quarter, Id),
    /// What is concerned, the one to blame first: an `allow` at any of them goes for the finding. Empty where a file has
    /// nothing that could be.
    pub(super) concerns: Vec<Key>,
    /// Whether it is an error however mild the rule's own level is: the worse of two forms.
    pub(super) grave: bool,
}

impl Finding {
    /// A finding about an objective or key result as a whole, at its title.
    pub(super) fn about(item: &Item, message: impl Into<String>) -> Self {
        Self::at(item, item.title.span, message)
    }

    /// A finding about an objective or key result, at a place in it.
    pub(super) fn at(item: &Item, span: Span, message: impl Into<String>) -> Self {
        Self {
            // The rule and its severity are the runner's to fill in.
            diagnostic: Diagnostic::warning("", message)
                .at(span, "")
                .about(item.key.to_string()),
            file: (item.key.quarter, item.key.team.clone()),
            concerns: vec![item.key.clone()],
            grave: false,
        }
    }

    /// A finding about a file that has no objective to blame.
    pub(super) fn in_file(okrs: &TeamOkrs, message: impl Into<String>) -> Self {
        Self {
            diagnostic: Diagnostic::warning("", message)
                .at(Span::new(okrs.file, 0..0), "")
                .about(format!("{}/{}", okrs.quarter, okrs.team)),
            file: (okrs.quarter, okrs.team.clone()),
            concerns: Vec::new(),
            grave: false,
        }
    }

    /// Says which part of it is concerned, apart from its place: `title`, `share`.
    pub(super) fn field(mut self, field: &str) -> Self {
        self.diagnostic.subject.push('.');
        self.diagnostic.subject.push_str(field);
        self
    }

    /// A few words for the place.
    pub(super) fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.diagnostic.primary {
            primary.text = text.into();
        }
        self
    }

    /// Another place that belongs to it; nothing where there is none.
    pub(super) fn with(mut self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        if let Some(span) = span.into() {
            self.diagnostic = self.diagnostic.with_label(span, text);
        }
        self
    }

    /// A fact that explains it.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.with_note(note);
        self
    }

    /// What to do about it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.with_help(help);
        self
    }

    /// Another objective or key result that is concerned.
    pub(super) fn concerns(mut self, key: &Key) -> Self {
        if !self.concerns.contains(key) {
            self.concerns.push(key.clone());
        }
        self
    }

    /// Makes it an error, unless `okr.toml` sets the rule's level.
    pub(super) fn grave(mut self, grave: bool) -> Self {
        self.grave = grave;
        self
    }
}
