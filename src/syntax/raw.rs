use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::text::{FileId, Span, Spanned};

/// A value and the bytes that it was written in: the raw types' way to keep spans through serde.
#[derive(Debug, Clone)]
pub struct At<T>(toml::Spanned<T>);

impl<T> At<T> {
    /// The value with its place in `file`.
    pub fn spanned(self, file: FileId) -> Spanned<T> {
        let span = self.span(file);
        Spanned::new(self.0.into_inner(), span)
    }

    /// Its place in `file`.
    pub fn span(&self, file: FileId) -> Span {
        Span::new(file, self.0.span())
    }

    /// The value.
    pub fn get(&self) -> &T {
        self.0.get_ref()
    }
}

impl At<String> {
    /// Reads the text as a value. What is no such value is a finding in the words of its error, with what to do and, where
    /// it is certain, the change that mends it.
    pub fn parse_as<T>(
        self,
        file: FileId,
        subject: &dyn fmt::Display,
        help: &str,
        fix: Option<Fix>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<T>>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let text = self.spanned(file);
        match text.value.parse() {
            Ok(value) => Some(Spanned::new(value, text.span)),
            Err(error) => {
                let message = format!("`{}` cannot be used: {error}", text.value);
                diagnostics.push(
                    Diagnostic::error("wrong-value", message)
                        .at(text.span, "")
                        .with_help(help)
                        .with_fix(fix)
                        .about(subject.to_string()),
                );
                None
            }
        }
    }

    /// Reads the text as the name of an account, which people write with an @ as GitLab shows it.
    pub fn parse_as_account<T>(
        self,
        file: FileId,
        subject: &dyn fmt::Display,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<T>>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let plain = self.get().trim_start_matches('@').to_owned();
        let (help, fix) = if plain.parse::<T>().is_ok() {
            let fix = Fix::new(self.span(file), format!("\"{plain}\""), "leave out the @");
            (format!("write \"{plain}\""), Some(fix))
        } else {
            let help = "write the GitLab username, as in the address of the person's profile";
            (help.to_owned(), None)
        };
        self.parse_as(file, subject, &help, fix, diagnostics)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        toml::Spanned::deserialize(deserializer).map(Self)
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Any number. Its value is read from the source text, so that no float ever rounds it.
#[derive(Debug, Clone, Copy)]
pub struct Decimal;

struct DecimalVisitor;

impl Visitor<'_> for DecimalVisitor {
    type Value = Decimal;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Decimal, E> {
        Ok(Decimal)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Decimal, E> {
        Ok(Decimal)
    }
    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Decimal, E> {
        Ok(Decimal)
    }
    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Decimal, E> {
        Ok(Decimal)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Decimal, E> {
        Ok(Decimal)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor)
    }
}

impl JsonSchema for Decimal {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // "number" alone would say it; tombi, though, shows nothing over a whole number unless "integer" is named.
        json_schema!({ "type": ["integer", "number"] })
    }
}

/// A day, written as a TOML date without quotation marks.
#[derive(Debug, Clone, Copy)]
pub struct Day(pub jiff::civil::Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?;
        let date = match (written.date, written.time) {
            (Some(date), None) => i16::try_from(date.year).ok().and_then(|year| {
                let day = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
                jiff::civil::Date::new(year, day.0, day.1).ok()
            }),
            _ => None,
        };
        date.map(Self)
            .ok_or_else(|| de::Error::custom("expected a day like 2026-12-18"))
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// What the keys of an [`Entries`] table look like.
pub trait KeyForm {
    /// A regular expression for the whole key.
    const PATTERN: &'static str;
    /// What such a key is, in words, with an example.
    const WORDS: &'static str;
}

macro_rules! key_form {
    ($(#[$doc:meta])* $name:ident, $pattern:expr, $words:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl KeyForm for $name {
            const PATTERN: &'static str = $pattern;
            const WORDS: &'static str = $words;
        }
    };
}

key_form!(
    /// Ids of teams, objectives, key results, milestones.
    IdKey,
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "an id of lower-case letters, digits and hyphens, like mean-time-2"
);
key_form!(
    /// Days.
    DateKey,
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "a day like 2026-10-05"
);
key_form!(
    /// Quarters.
    QuarterKey,
    "^[1-9][0-9]{3}-q[1-4]$",
    "a quarter like \"2026-q4\""
);
key_form!(
    /// Ids of rules.
    NameKey,
    "^[a-z][a-z0-9-]*$",
    "the id of a rule, like title-too-long"
);

/// What each pattern of an [`Entries`] table means, for messages.
pub(super) fn words_of_pattern(pattern: &str) -> &'static str {
    [
        (IdKey::PATTERN, IdKey::WORDS),
        (DateKey::PATTERN, DateKey::WORDS),
        (QuarterKey::PATTERN, QuarterKey::WORDS),
        (NameKey::PATTERN, NameKey::WORDS),
    ]
    .into_iter()
    .find(|(known, _)| *known == pattern)
    .map_or("another kind of key", |(_, words)| words)
}

/// A table whose keys are ids, days or quarters, in the order of the file.
#[derive(Debug, Clone)]
pub struct Entries<K, V> {
    entries: Vec<(At<String>, At<V>)>,
    form: PhantomData<K>,
}

impl<K, V> Default for Entries<K, V> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            form: PhantomData,
        }
    }
}

impl<K, V> Entries<K, V> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K, V> IntoIterator for Entries<K, V> {
    type Item = (At<String>, At<V>);
    type IntoIter = std::vec::IntoIter<(At<String>, At<V>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

struct EntriesVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K, V: Deserialize<'de>> Visitor<'de> for EntriesVisitor<K, V> {
    type Value = Entries<K, V>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries {
            entries,
            form: PhantomData,
        })
    }
}

impl<'de, K, V: Deserialize<'de>> Deserialize<'de> for Entries<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

impl<K: KeyForm, V: JsonSchema> JsonSchema for Entries<K, V> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Entries".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<V>();
        json_schema!({
            "type": "object",
            "patternProperties": { (K::PATTERN): entry },
            "additionalProperties": false,
        })
    }
}
