use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::as_json::{Part, Toml};
use super::document::{Document, join};
use super::line::path_at;
use super::violation::{Place, Problem, Violation};
use crate::diag::{Diagnostic, Diagnostics, Fix, closest, misspelt};
use crate::text::Span;

/// A compiled schema that documents are held against.
#[derive(Debug)]
pub struct SchemaCheck {
    schema: Value,
    /// Absent when the schema itself is wrong, which a test excludes.
    validator: Option<Validator<Toml>>,
    readable_number: fn(&str) -> bool,
    other_names: &'static [(&'static str, &'static str)],
}

impl SchemaCheck {
    /// Compiles a schema (once: it takes milliseconds). `readable_number` says which texts are numbers, `other_names` what
    /// people call keys, each with the key that they mean.
    pub fn new(
        schema: &Value,
        readable_number: fn(&str) -> bool,
        other_names: &'static [(&'static str, &'static str)],
    ) -> Self {
        let mut own = schema.clone();
        days_are_null(&mut own);
        Self {
            validator: jsonschema::options_for::<Toml>()
                .with_draft(Draft::Draft202012)
                .build(&own)
                .ok(),
            schema: own,
            readable_number,
            other_names,
        }
    }

    /// Whether the schema could be compiled.
    pub fn is_usable(&self) -> bool {
        self.validator.is_some()
    }

    /// Finds everything in the document that the schema does not allow, says it at the exact key or value, and takes it
    /// out of the tree. `refine` may say a violation better; what it leaves alone is said in general words.
    pub fn check(
        &self,
        document: &mut Document<'_>,
        refine: &dyn Fn(&Document<'_>, &Violation<'_>) -> Option<Diagnostic>,
        diagnostics: &mut Diagnostics,
    ) {
        document.check_numbers(self.readable_number, diagnostics);
        self.reconsider(document, diagnostics);
        let Some(validator) = &self.validator else {
            return;
        };
        if validator.is_valid(Part::Table(&document.root)) {
            return;
        }
        let mut spoiled: BTreeSet<Vec<String>> = BTreeSet::new();
        let errors: Vec<ValidationError<'_>> =
            validator.iter_errors(Part::Table(&document.root)).collect();
        // What a key was meant to be is not missing besides.
        for error in &errors {
            if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
                let table = pointer(error.instance_path().as_str());
                for key in unexpected {
                    if let Some(meant) = self.meant(&table, key) {
                        document.poison.paths.insert(join(&table.join("."), meant));
                    }
                }
            }
        }
        for error in errors {
            self.report(&error, document, refine, diagnostics, &mut spoiled);
        }
        for path in spoiled {
            document.poison_path(&path);
        }
    }

    /// Words without quotation marks are a text only where the schema wants one: `due = 18 December` wants a day.
    fn reconsider(&self, document: &Document<'_>, diagnostics: &mut Diagnostics) {
        let is_doubtful = |found: &Diagnostic| {
            let fix = found.fix.as_ref().filter(|_| found.rule == "unquoted-text");
            fix.is_some_and(|fix| {
                let path = path_at(document.text, fix.span.range().start);
                let schema = path.as_deref().and_then(|path| self.part(path));
                !schema.is_some_and(|schema| kinds(schema).contains(&"string"))
            })
        };
        if diagnostics.iter().any(is_doubtful) {
            let all = std::mem::take(diagnostics);
            diagnostics.extend(all.into_iter().map(|found| {
                if is_doubtful(&found) {
                    found.with_fix(None)
                } else {
                    found
                }
            }));
        }
    }

    fn report(
        &self,
        error: &ValidationError<'_>,
        document: &Document<'_>,
        refine: &dyn Fn(&Document<'_>, &Violation<'_>) -> Option<Diagnostic>,
        diagnostics: &mut Diagnostics,
        spoiled: &mut BTreeSet<Vec<String>>,
    ) {
        let path = pointer(error.instance_path().as_str());
        let (range, value) = find(&document.root, &path).unwrap_or((0..0, None));
        let schema = self.part(&path);
        let key = path
            .iter()
            .rev()
            .find(|part| part.parse::<usize>().is_err());
        let place = Place {
            file: document.file,
            text: document.text,
            path: &path,
            key: key.map_or("", String::as_str),
            range,
            value,
            schema,
        };
        let span = Span::new(document.file, place.range.clone());
        let subject = path.join(".");
        let is_list = matches!(value, Some(DeValue::Array(_)));
        let say = |problem: Problem<'_>, span: Span, plain: Diagnostic, subject: String| {
            let violation = Violation {
                path: &path,
                problem,
                span,
                is_list,
            };
            let found = refine(document, &violation).unwrap_or(plain);
            let subject = if found.subject.is_empty() {
                subject
            } else {
                found.subject.clone()
            };
            found.about(subject)
        };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for key in unexpected {
                    let mut full = path.clone();
                    full.push(key.clone());
                    let parts: Vec<&str> = full.iter().map(String::as_str).collect();
                    let at = document.key_span(&parts).unwrap_or(span);
                    let plain = place.unknown_key(key, at);
                    let found = say(Problem::UnknownKey(key), at, plain, join(&subject, key));
                    diagnostics.push(self.with_certain_key(document, &full, unexpected, found));
                    spoiled.insert(full);
                }
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let own = join(&subject, key);
                if !document.poison.excuses(span, &own)
                    && !document.lost_header_of(&place.range, place.key)
                {
                    let plain = place.missing_key(key);
                    diagnostics.push(say(Problem::MissingKey(key), span, plain, own));
                }
                let mut full = path.clone();
                full.push(key.to_owned());
                spoiled.insert(full);
            }
            kind => {
                let plain = match kind {
                    ValidationErrorKind::Type { kind } => {
                        let wanted: Vec<&str> = match kind {
                            TypeKind::Single(one) => vec![one.as_str()],
                            TypeKind::Multiple(many) => {
                                many.iter().map(jsonschema::JsonType::as_str).collect()
                            }
                        };
                        place.wrong_type(&wanted)
                    }
                    ValidationErrorKind::Enum { options } => {
                        let options: Vec<&str> = options
                            .as_array()
                            .into_iter()
                            .flatten()
                            .filter_map(Value::as_str)
                            .collect();
                        place.wrong_choice(&options)
                    }
                    ValidationErrorKind::Minimum { .. }
                    | ValidationErrorKind::Maximum { .. }
                    | ValidationErrorKind::ExclusiveMinimum { .. }
                    | ValidationErrorKind::ExclusiveMaximum { .. } => place.out_of_range(),
                    ValidationErrorKind::AnyOf { .. } => place.wrong_type(&forms(schema)),
                    _ => place.other(&error.to_string()),
                };
                let problem = match kind {
                    ValidationErrorKind::Type { .. } => Problem::WrongType,
                    _ => Problem::Other,
                };
                // One value, one finding: a text where a choice was wanted violates both type and choice.
                if spoiled.insert(path.clone()) {
                    diagnostics.push(say(problem, span, plain, subject));
                }
            }
        }
    }

    /// The key of a table that another key was probably meant to be.
    fn meant(&self, table: &[String], key: &str) -> Option<&str> {
        let by_name = self.other_names.iter().find(|(other, _)| *other == key);
        let known = || self.part(table)?.get("properties")?.as_object();
        by_name
            .map(|(_, meant)| *meant)
            .or_else(|| closest(key, known()?.keys().map(String::as_str)))
    }

    /// Adds what an unknown key certainly is to be, and takes back a change of it that would not be certain: where the key is
    /// written more than once, or what it is to be is there already.
    fn with_certain_key(
        &self,
        document: &Document<'_>,
        path: &[String],
        unknown: &[String],
        found: Diagnostic,
    ) -> Diagnostic {
        let place = found.primary.as_ref().map(|label| label.span);
        let (Some(place), Some((key, table))) = (place, path.split_last()) else {
            return found;
        };
        let fix = found.fix.clone().or_else(|| {
            let meant = (found.rule == "unknown-key")
                .then(|| self.certainly_meant(document, table, key, unknown))??;
            Some(Fix::new(place, meant, format!("write `{meant}`")))
        });
        found.with_fix(fix.filter(|fix| {
            let there = [table, std::slice::from_ref(&fix.replacement)].concat();
            document.key_occurs_once(path) && find(&document.root, &there).is_none()
        }))
    }

    /// The key of a table that another key can only be meant to be: no other unknown key is meant to be it, and the value is
    /// of its kind.
    fn certainly_meant(
        &self,
        document: &Document<'_>,
        table: &[String],
        key: &str,
        unknown: &[String],
    ) -> Option<&str> {
        let known = self.part(table)?.get("properties")?.as_object()?;
        let meant = |key: &str| {
            let by_name = self.other_names.iter().find(|(other, _)| *other == key);
            by_name
                .map(|(_, meant)| *meant)
                .or_else(|| misspelt(key, known.keys().map(String::as_str)))
        };
        let meant_here = meant(key)?;
        let rivals = unknown
            .iter()
            .filter(|other| meant(other) == Some(meant_here));
        let path = |last: &str| [table, &[last.to_owned()]].concat();
        let (_, value) = find(&document.root, &path(key))?;
        let kinds = kinds(self.part(&path(meant_here))?);
        (rivals.count() == 1 && kinds.contains(&kind_of(value?))).then_some(meant_here)
    }

    /// The part of the schema that rules the value at a path.
    fn part(&self, path: &[String]) -> Option<&Value> {
        let mut schema = self.follow(&self.schema)?;
        for part in path {
            let by_name = schema.get("properties").and_then(|known| known.get(part));
            let by_pattern = || {
                let patterns = schema.get("patternProperties")?.as_object()?;
                patterns.values().next()
            };
            schema = self.follow(
                by_name
                    .or_else(by_pattern)
                    .or_else(|| schema.get("items"))?,
            )?;
        }
        Some(schema)
    }

    fn follow<'s>(&'s self, mut schema: &'s Value) -> Option<&'s Value> {
        while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            schema = self.schema.pointer(reference.strip_prefix('#')?)?;
        }
        Some(schema)
    }
}

/// The types that a schema allows.
fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => forms(Some(schema)),
    }
}

/// The type of a value, as [`days_are_null`] has days.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "null",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

/// The types of the branches of an `anyOf`.
fn forms(schema: Option<&Value>) -> Vec<&str> {
    schema
        .and_then(|schema| schema.get("anyOf"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|branch| branch.get("type"))
        .flat_map(|kind| {
            kind.as_array()
                .map_or(std::slice::from_ref(kind), Vec::as_slice)
        })
        .filter_map(Value::as_str)
        .collect()
}

fn days_are_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("format").is_some_and(|format| format == "date") {
                object.remove("format");
                object.insert("type".to_owned(), "null".into());
            }
            for (_, inner) in object.iter_mut() {
                days_are_null(inner);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(days_are_null),
        _ => {}
    }
}

fn pointer(text: &str) -> Vec<String> {
    text.split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

type Found<'d> = (std::ops::Range<usize>, Option<&'d DeValue<'d>>);

fn find<'d>(root: &'d DeTable<'d>, path: &[String]) -> Option<Found<'d>> {
    let Some((first, rest)) = path.split_first() else {
        return Some((0..0, None));
    };
    let mut value = root.get(first.as_str())?;
    for part in rest {
        value = match value.get_ref() {
            DeValue::Table(table) => table.get(part.as_str())?,
            DeValue::Array(list) => list.get(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some((value.span(), Some(value.get_ref())))
}
