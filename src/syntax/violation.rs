use std::ops::Range;

use serde_json::Value;
use toml::de::DeValue;

use super::raw::words_of_pattern;
use super::ways_out::is_number;
use super::words;
use crate::diag::{Diagnostic, Fix, closest, misspelt};
use crate::text::{FileId, Span};

/// What is wrong with a key or value, for those who know the format and can say it better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem<'a> {
    /// A key that the schema does not know.
    UnknownKey(&'a str),
    /// A key that must be there and is not.
    MissingKey(&'a str),
    /// A value of the wrong kind.
    WrongType,
    /// Another thing.
    Other,
}

/// One violation of the schema.
#[derive(Debug, Clone)]
pub struct Violation<'a> {
    /// The keys that lead to the value, or to the table of an unknown or missing key.
    pub path: &'a [String],
    /// What is wrong.
    pub problem: Problem<'a>,
    /// The unknown key, the table that lacks a key, or the value.
    pub span: Span,
    /// Whether the table that lacks a key, or the value, is a list of tables (`[[…]]`).
    pub is_list: bool,
}

/// One place of the tree with the part of the schema that rules it.
pub(super) struct Place<'a> {
    pub file: FileId,
    pub text: &'a str,
    pub path: &'a [String],
    pub key: &'a str,
    pub range: Range<usize>,
    pub value: Option<&'a DeValue<'a>>,
    pub schema: Option<&'a Value>,
}

impl Place<'_> {
    fn span(&self) -> Span {
        Span::new(self.file, self.range.clone())
    }

    fn written(&self) -> &str {
        self.text.get(self.range.clone()).unwrap_or_default()
    }

    fn known_keys(&self) -> Vec<&str> {
        self.schema
            .and_then(|schema| schema.get("properties"))
            .and_then(Value::as_object)
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// A key that the schema does not know.
    pub(super) fn unknown_key(&self, key: &str, span: Span) -> Diagnostic {
        let patterns = self
            .schema
            .and_then(|schema| schema.get("patternProperties"))
            .and_then(Value::as_object);
        if let Some(pattern) = patterns.and_then(|patterns| patterns.keys().next()) {
            let mut found = Diagnostic::error(
                "bad-id",
                format!("`{key}` is not {}", words_of_pattern(pattern)),
            )
            .at(span, "");
            let id = words::as_ids(&key.replace(['.', '_'], "-"));
            found = match words::day(key) {
                Some(day) if pattern.contains("{4}-") => {
                    let help = day.help();
                    let title = "write the day as year-month-day";
                    let fix = day.certain().map(|day| Fix::new(span, day, title));
                    found.with_help(help).with_fix(fix)
                }
                _ if pattern.starts_with("^[a-z0-9]") && !id.is_empty() && id != key => {
                    found.with_help(format!("write {id}"))
                }
                _ => found.with_help(format!("write {}", words_of_pattern(pattern))),
            };
            return found;
        }
        let known = self.known_keys();
        let mut found =
            Diagnostic::error("unknown-key", format!("`{key}` is not a key of this table"));
        match closest(key, known.iter().copied()) {
            Some(meant) => {
                found = found
                    .at(span, format!("did you mean `{meant}`?"))
                    .with_help(format!("write `{meant}`, or remove the line"));
            }
            None => {
                found = found
                    .at(span, "")
                    .with_help(format!("the keys here are {}", list(&known)));
            }
        }
        found
    }

    /// A key that must be there and is not.
    pub(super) fn missing_key(&self, key: &str) -> Diagnostic {
        let table = if self.key.is_empty() {
            "the file".to_owned()
        } else {
            format!("`{}`", self.path.join("."))
        };
        Diagnostic::error("missing-key", format!("{table} has no `{key}`"))
            .at(self.span(), "")
            .with_help(format!("add a line {key} = …"))
    }

    /// A value of the wrong kind, with the mistakes that people make most.
    pub(super) fn wrong_type(&self, wanted: &[&str]) -> Diagnostic {
        let span = self.span();
        let key = self.key;
        let text = match self.value {
            Some(DeValue::String(text)) => Some(text.trim()),
            _ => None,
        };
        let number = wanted
            .iter()
            .any(|kind| matches!(*kind, "number" | "integer"));
        if let Some(text) = text.filter(|_| number) {
            let fix =
                |number: &str| Fix::new(span, number, "write the number without quotation marks");
            if text.parse::<f64>().is_ok_and(f64::is_finite) {
                return Diagnostic::error(
                    "quoted-number",
                    format!("`{key}` is a number in quotation marks"),
                )
                .at(span, "this is text")
                .with_help(format!("write {text}"))
                .with_fix(is_number(text).then(|| fix(text)));
            }
            if let Some(meant) = words::comma(text) {
                return Diagnostic::error(
                    "decimal-comma",
                    format!("`{key}` is a number in quotation marks with a comma"),
                )
                .at(span, "this is text")
                .with_help(meant.help())
                .with_fix(meant.certain().map(|number| fix(&number)));
            }
            if let Some((number, unit)) = words::number_with_unit(text) {
                return Diagnostic::error(
                    "unit-in-number",
                    format!("`{key}` is a number and a unit"),
                )
                .at(span, "this is text")
                .with_help(words::drop_unit(number, unit));
            }
        }
        if let Some(text) = text.filter(|_| wanted.contains(&"null"))
            && let Some(day) = words::day(text)
        {
            return Diagnostic::error(
                "quoted-date",
                format!("`{key}` is a day in quotation marks"),
            )
            .at(span, "this is text")
            .with_help(day.help())
            .with_fix(
                day.certain()
                    .map(|day| Fix::new(span, day, "write the day without quotation marks")),
            );
        }
        if let (["array"], Some(text)) = (wanted, text) {
            let written = self.written();
            // A comma may part several.
            let fix = (!text.contains(','))
                .then(|| Fix::new(span, format!("[{written}]"), "put the text into a list"));
            return Diagnostic::error("wrong-type", format!("`{key}` is a list"))
                .at(span, "this is one text")
                .with_help(format!("write [{written}]"))
                .with_fix(fix);
        }
        let fix = self.other_kind(wanted, text);
        let any_number = wanted.contains(&"number");
        let wanted: Vec<&str> = wanted
            .iter()
            .filter(|kind| !(any_number && **kind == "integer"))
            .map(|kind| kind_in_words(kind))
            .collect();
        let wanted = wanted.join(" or ");
        Diagnostic::error("wrong-type", format!("`{key}` wants {wanted}"))
            .at(
                span,
                format!(
                    "this is {}",
                    self.value.map_or("something else", value_in_words)
                ),
            )
            .with_help(self.example(&wanted))
            .with_fix(fix)
    }

    /// The same value as the kind that is wanted, where that is all that differs.
    fn other_kind(&self, wanted: &[&str], text: Option<&str>) -> Option<Fix> {
        let span = self.span();
        match (wanted, text, self.value?) {
            (["boolean"], Some(text), _) => {
                let choice = match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" => "true",
                    "false" | "no" => "false",
                    _ => return None,
                };
                Some(Fix::new(span, choice, format!("write {choice}")))
            }
            (
                ["string"],
                None,
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Datetime(_)
                | DeValue::Boolean(_),
            ) => {
                let quoted = format!("\"{}\"", self.written());
                Some(Fix::new(span, quoted, "put the text in quotation marks"))
            }
            _ => None,
        }
    }

    fn example(&self, wanted: &str) -> String {
        match wanted {
            "text" => "put the text in \"quotation marks\"".to_owned(),
            "a day" => "write year-month-day without quotation marks, like 2026-12-18".to_owned(),
            "a table" => format!("write [{}], or {} = {{ … }}", self.path.join("."), self.key),
            "a list" => format!("write {} = [ … ]", self.key),
            "true or false" => "write true or false without quotation marks".to_owned(),
            _ => format!("write {wanted}"),
        }
    }

    /// A value that is none of those allowed.
    pub(super) fn wrong_choice(&self, options: &[&str]) -> Diagnostic {
        let span = self.span();
        let Some(DeValue::String(text)) = self.value else {
            // In quotation marks it would still be none of them.
            return self.wrong_type(&["string"]).with_fix(None);
        };
        let shown: Vec<String> = options
            .iter()
            .map(|option| format!("\"{option}\""))
            .collect();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        let found = Diagnostic::error(
            "wrong-value",
            format!("\"{text}\" is not a value of `{}`", self.key),
        )
        .with_help(format!("write {}", either(&shown)));
        let fix = misspelt(text, options.iter().copied()).map(|meant| {
            let quoted = format!("\"{meant}\"");
            Fix::new(span, quoted.clone(), format!("write {quoted}"))
        });
        match closest(text, options.iter().copied()) {
            Some(meant) => found.at(span, format!("did you mean \"{meant}\"?")),
            None => found.at(span, ""),
        }
        .with_fix(fix)
    }

    /// A number outside its bounds.
    pub(super) fn out_of_range(&self) -> Diagnostic {
        let bound = |name: &str| {
            self.schema
                .and_then(|schema| schema.get(name))
                .map(plain_number)
        };
        let words = match (
            bound("minimum"),
            bound("exclusiveMinimum"),
            bound("maximum"),
        ) {
            (Some(low), _, Some(high)) => format!("from {low} to {high}"),
            (Some(low), _, None) => format!("at least {low}"),
            (None, Some(low), Some(high)) => format!("greater than {low} and at most {high}"),
            (None, Some(low), None) => format!("greater than {low}"),
            (None, None, Some(high)) => format!("at most {high}"),
            (None, None, None) => "within its bounds".to_owned(),
        };
        Diagnostic::error(
            "out-of-range",
            format!("`{}` is {}, but must be {words}", self.key, self.written()),
        )
        .at(self.span(), "")
        .with_help(format!("write a number that is {words}"))
    }

    /// Another violation, in the validator's words.
    pub(super) fn other(&self, message: &str) -> Diagnostic {
        Diagnostic::error("wrong-value", format!("`{}` cannot be used", self.key))
            .at(self.span(), "")
            .with_note(message.to_owned())
            .with_help("see the format's description of this key")
    }
}

fn plain_number(value: &Value) -> String {
    let text = value.to_string();
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn kind_in_words(kind: &str) -> &'static str {
    match kind {
        "string" => "text",
        "number" => "a number",
        "integer" => "a whole number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        "null" => "a day",
        _ => "another kind of value",
    }
}

fn value_in_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(when) if when.time.is_some() => "a time",
        DeValue::Datetime(_) => "a day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn either(options: &[&str]) -> String {
    match options {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
    }
}
