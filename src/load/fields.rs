use std::str::FromStr;

use super::path::Place;
use super::subject::Subject;
use crate::config::Config;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Date, Key, Number, Period, Username};
use crate::syntax::{At, Day, Decimal, Poison};
use crate::text::{FileId, SourceMap, Span, Spanned};

/// One reading of a team's file.
pub(super) struct Reader<'a> {
    pub sources: &'a SourceMap,
    pub file: FileId,
    pub place: &'a Place,
    pub config: &'a Config,
    /// Whether `okr.toml` could be read as a whole: what it lacks is not there.
    pub config_known: bool,
    /// The quarter's days, where the calendar has any.
    pub period: Option<Period>,
    pub poison: &'a Poison,
    pub broken: &'a mut Vec<Key>,
    pub diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    pub(super) fn error(
        &mut self,
        rule: &'static str,
        span: Span,
        subject: &Subject<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(
            Diagnostic::error(rule, message)
                .at(span, "")
                .with_help(help)
                .about(subject.to_string()),
        );
    }

    pub(super) fn at<T>(&self, value: Option<At<T>>) -> Option<Spanned<T>> {
        value.map(|value| value.spanned(self.file))
    }

    /// The number as it is written: its text, not a float, makes the value.
    pub(super) fn number(&self, value: Option<At<Decimal>>) -> Option<Spanned<Number>> {
        let span = value?.span(self.file);
        let number = self.sources.slice(span).parse().ok()?;
        Some(Spanned::new(number, span))
    }

    pub(super) fn day(&self, value: Option<At<Day>>) -> Option<Spanned<Date>> {
        self.at(value).map(|day| day.map(|day| day.0))
    }

    /// Text that must say something.
    pub(super) fn text(
        &mut self,
        value: Option<At<String>>,
        subject: &Subject<'_>,
    ) -> Option<Spanned<String>> {
        let text = self.at(value)?;
        if text.value.trim().is_empty() {
            self.error(
                "empty-text",
                text.span,
                subject,
                format!("`{}` is empty", subject.last()),
                "write something, or remove the line",
            );
            return None;
        }
        Some(text)
    }

    pub(super) fn texts(
        &mut self,
        values: Vec<At<String>>,
        subject: &Subject<'_>,
    ) -> Vec<Spanned<String>> {
        values
            .into_iter()
            .filter_map(|value| self.text(Some(value), subject))
            .collect()
    }

    /// A text that is read as a value; what it is not is said in the words of its error.
    pub(super) fn parse<T>(
        &mut self,
        text: At<String>,
        subject: &Subject<'_>,
        help: &str,
    ) -> Option<Spanned<T>>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        text.parse_as(self.file, subject, help, None, self.diagnostics)
    }

    pub(super) fn username(
        &mut self,
        text: Option<At<String>>,
        subject: &Subject<'_>,
    ) -> Option<Spanned<Username>> {
        text?.parse_as_account(self.file, subject, self.diagnostics)
    }

    /// References to other objectives and key results.
    pub(super) fn keys(
        &mut self,
        texts: Vec<At<String>>,
        subject: &Subject<'_>,
    ) -> Vec<Spanned<Key>> {
        texts
            .into_iter()
            .filter_map(|text| self.key(text, subject))
            .collect()
    }

    pub(super) fn key(&mut self, text: At<String>, subject: &Subject<'_>) -> Option<Spanned<Key>> {
        let text = text.spanned(self.file);
        let written = text.value.trim();
        if let Ok(key) = Key::parse_reference(written, self.place.quarter) {
            return Some(Spanned::new(key, text.span));
        }
        let help = if written.contains('/') || written.parse::<crate::model::Id>().is_err() {
            "write \"team/objective\", \"team/objective/key-result\", or the same with a quarter in front".to_owned()
        } else {
            format!("name the team, too: \"{}/{written}\"", self.place.team)
        };
        let message = format!("\"{written}\" does not name an objective or key result");
        self.error("unknown-reference", text.span, subject, message, help);
        None
    }
}
