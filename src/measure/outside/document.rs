//! JSON documents of which a number is wanted, to its last digit.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decimal::exact;
use super::found::Found;
use crate::model::{Number, pointer_steps};

/// A JSON document. It is kept as it was written: read as usual, a number becomes a binary one, which most decimals are not.
#[derive(Debug, Clone)]
pub struct Document(Box<RawValue>);

/// Why there is no number where a pointer leads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// The text is no JSON Pointer.
    #[error("`{0}` is no JSON Pointer")]
    Syntax(String),
    /// Nothing is there.
    #[error("there is no `{pointer}`: {} is {found}", place(.above))]
    Missing {
        /// As far as it was gone, with what is not there.
        pointer: String,
        /// The pointer to what was found last.
        above: String,
        /// What that is.
        found: Found,
    },
    /// The document says that there is no value.
    #[error("{} is null: there is no value", place(.0))]
    NoValue(String),
    /// Something else is there.
    #[error("{} is {found}", place(.pointer))]
    NoNumber {
        /// The pointer.
        pointer: String,
        /// What is there.
        found: Found,
    },
    /// Several values have the same key, and nobody can say which of them counts (RFC 8259, section 4).
    #[error("`{0}` occurs more than once")]
    Twice(String),
    /// The document is damaged.
    #[error("{} cannot be read", place(.0))]
    Damaged(String),
}

/// A pointer in words.
fn place(pointer: &str) -> String {
    match pointer {
        "" => "the document".to_owned(),
        _ => format!("`{pointer}`"),
    }
}

impl PointerError {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Syntax(_) => {
                "Write a path from the top of the document, each key after a slash, like /stages/0/minutes; within a key, ~ is written ~0 and / is written ~1."
            }
            Self::Missing { above, found, .. } => return further(above, found),
            Self::NoNumber { pointer, found } => return further(pointer, found),
            Self::NoValue(_) => "Wait until there is one: a missing value is not taken for zero.",
            Self::Twice(_) | Self::Damaged(_) => "Have the document mended where it comes from.",
        };
        hint.to_owned()
    }
}

/// Where to point instead of at what was found.
fn further(pointer: &str, found: &Found) -> String {
    let hint = match found {
        Found::Object(keys) => match keys.first() {
            Some(key) => {
                let key = key.replace('~', "~0").replace('/', "~1");
                return format!("Point at one of its keys, as in {pointer}/{key}.");
            }
            None => "Point at a number; the document may have none yet.",
        },
        Found::Array(0) => "Point at a number; the document may have none yet.",
        Found::Array(_) => "Point at one of its elements, the first of which is 0.",
        Found::Text => {
            "Point at a number, or at a text that is one as a whole, such as \"99.95\": no unit, no percent sign, no decimal comma."
        }
        Found::LongNumber => "Have it rounded where it comes from.",
        Found::Number | Found::Truth | Found::Null => "Point at a number.",
    };
    hint.to_owned()
}

impl Document {
    /// A document in its text.
    ///
    /// # Errors
    /// It is no JSON, or no UTF-8.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }

    pub(super) fn of(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes).map(Self)
    }
}

/// The number where a JSON Pointer (RFC 6901) leads: a JSON number, or a text that is a decimal number as a whole. The empty
/// pointer is the document itself.
///
/// # Errors
/// There is anything else, which is said; it never becomes zero.
pub fn pointed(document: &Document, pointer: &str) -> Result<Number, PointerError> {
    let names = pointer_steps(pointer).ok_or_else(|| PointerError::Syntax(pointer.to_owned()))?;
    let mut at: &RawValue = &document.0;
    let mut above = String::new();
    for (step, name) in pointer.split('/').skip(1).zip(names) {
        let here = format!("{above}/{step}");
        let (next, found) = step_into(at, &name).map_err(|stop| match stop {
            Stop::Twice => PointerError::Twice(here.clone()),
            Stop::Damaged => PointerError::Damaged(above.clone()),
        })?;
        let Some(next) = next else {
            return Err(match found {
                Found::Null => PointerError::NoValue(above),
                found => PointerError::Missing {
                    pointer: here,
                    above,
                    found,
                },
            });
        };
        at = next;
        above = here;
    }
    number(at, above)
}

/// Why it goes no further.
enum Stop {
    Twice,
    Damaged,
}

/// The value of this name below `value`, if there is one, and what `value` is.
fn step_into<'a>(value: &'a RawValue, name: &str) -> Result<(Option<&'a RawValue>, Found), Stop> {
    let text = value.get();
    match text.bytes().next() {
        Some(b'{') => {
            let members = members(text, name).map_err(|_| Stop::Damaged)?;
            match members.of_that_name.as_slice() {
                [] => Ok((None, Found::Object(members.keys))),
                [one] => Ok((Some(one), Found::Object(members.keys))),
                _ => Err(Stop::Twice),
            }
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| Stop::Damaged)?;
            let is_index = name == "0" || (!name.starts_with('0') && !name.starts_with('+'));
            let index = name.parse::<usize>().ok().filter(|_| is_index);
            let found = Found::Array(elements.len());
            Ok((index.and_then(|index| elements.get(index).copied()), found))
        }
        _ => Ok((None, scalar(text).err().unwrap_or(Found::Number))),
    }
}

/// The number that a value is.
fn number(value: &RawValue, pointer: String) -> Result<Number, PointerError> {
    let text = value.get();
    let found = match text.bytes().next() {
        Some(b'{') => members(text, "").map(|members| Found::Object(members.keys)),
        Some(b'[') => {
            let elements: Result<Vec<&RawValue>, _> = serde_json::from_str(text);
            elements.map(|elements| Found::Array(elements.len()))
        }
        _ => match scalar(text) {
            Ok(number) => return Ok(number),
            Err(found) => Ok(found),
        },
    };
    Err(match found {
        Ok(Found::Null) => PointerError::NoValue(pointer),
        Ok(found) => PointerError::NoNumber { pointer, found },
        Err(_) => PointerError::Damaged(pointer),
    })
}

/// A JSON value that is neither object nor array, as a number.
fn scalar(text: &str) -> Result<Number, Found> {
    match text.bytes().next() {
        Some(b'n') => Err(Found::Null),
        Some(b't' | b'f') => Err(Found::Truth),
        Some(b'"') => {
            let text: Option<String> = serde_json::from_str(text).ok();
            text.and_then(|text| exact(&text)).ok_or(Found::Text)
        }
        _ => exact(text).ok_or(Found::LongNumber),
    }
}

/// What an object holds.
struct Members<'a> {
    keys: Vec<String>,
    /// More than one where a key is repeated.
    of_that_name: Vec<&'a RawValue>,
}

fn members<'a>(text: &'a str, name: &str) -> Result<Members<'a>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Named(name).deserialize(&mut reader)
}

/// Reads an object for the members of a name.
struct Named<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Named<'_> {
    type Value = Members<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Named<'_> {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members {
            keys: Vec::new(),
            of_that_name: Vec::new(),
        };
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            if key == self.0 {
                members.of_that_name.push(value);
            }
            members.keys.push(key);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn at(document: &str, pointer: &str) -> Result<String, String> {
        let document = Document::parse(document).unwrap();
        let number = pointed(&document, pointer);
        number
            .map(|number| number.to_string())
            .map_err(|error| error.to_string())
    }

    /// The document of RFC 6901, section 5.
    const EXAMPLE: &str = r#"{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}"#;

    #[test]
    fn the_example_of_the_standard() {
        for (pointer, value) in [
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(at(EXAMPLE, pointer).unwrap(), value, "{pointer}");
        }
        assert_eq!(
            at(EXAMPLE, "/foo").unwrap_err(),
            "`/foo` is an array of 2 elements"
        );
        assert_eq!(
            at(EXAMPLE, "/foo/0").unwrap_err(),
            "`/foo/0` is a text that is no number"
        );
    }

    #[test]
    fn numbers_are_exact() {
        for (document, value) in [
            (r#"{"v": 0.1}"#, "0.1"),
            (
                r#"{"v": 12345678901234567890.1234}"#,
                "12345678901234567890.1234",
            ),
            (r#"{"v": 9007199254740993}"#, "9007199254740993"),
            (r#"{"v": 1.50e2}"#, "150"),
            (r#"{"v": -3}"#, "-3"),
            (r#"{"v": "99.95"}"#, "99.95"),
            (r#"{"v": "\u0034\u0032"}"#, "42"),
        ] {
            assert_eq!(at(document, "/v").unwrap(), value, "{document}");
        }
        assert_eq!(at(" 42 ", "").unwrap(), "42");
        assert_eq!(at("[1, [2, 3]]", "/1/0").unwrap(), "2");
    }

    #[test]
    fn what_is_no_number_is_said_and_never_quoted() {
        for (document, pointer, said) in [
            (
                r#"{"a": {"b": 1, "c": 2}}"#,
                "/a",
                "`/a` is an object with the keys b, c",
            ),
            (
                r#"{"a": {"b": 1}}"#,
                "/a/x/y",
                "there is no `/a/x`: `/a` is an object with the key b",
            ),
            (
                r#"{"a": {}}"#,
                "/a/x",
                "there is no `/a/x`: `/a` is an object without any key",
            ),
            (
                r#"{"a": 1}"#,
                "",
                "the document is an object with the key a",
            ),
            (
                r#"{"a": 1}"#,
                "/b",
                "there is no `/b`: the document is an object with the key a",
            ),
            (
                r#"{"a": [1]}"#,
                "/a/1",
                "there is no `/a/1`: `/a` is an array of 1 element",
            ),
            (
                r#"{"a": [1]}"#,
                "/a/-",
                "there is no `/a/-`: `/a` is an array of 1 element",
            ),
            (
                r#"{"a": [1, 2]}"#,
                "/a/01",
                "there is no `/a/01`: `/a` is an array of 2 elements",
            ),
            (
                r#"{"a": [1, 2]}"#,
                "/a/+1",
                "there is no `/a/+1`: `/a` is an array of 2 elements",
            ),
            (r#"{"a": null}"#, "/a", "`/a` is null: there is no value"),
            (r#"{"a": null}"#, "/a/b", "`/a` is null: there is no value"),
            (r#"{"a": true}"#, "/a", "`/a` is true or false"),
            (
                r#"{"a": "s3cret"}"#,
                "/a",
                "`/a` is a text that is no number",
            ),
            (
                r#"{"a": "s3cret"}"#,
                "/a/b",
                "there is no `/a/b`: `/a` is a text that is no number",
            ),
            (
                r#"{"a": 1}"#,
                "/a/b",
                "there is no `/a/b`: `/a` is a number",
            ),
            (r#"{"a": ""}"#, "/a", "`/a` is a text that is no number"),
            (
                r#"{"a": "99,95"}"#,
                "/a",
                "`/a` is a text that is no number",
            ),
            (r#"{"a": " 1"}"#, "/a", "`/a` is a text that is no number"),
            (
                r#"{"a": 1e400}"#,
                "/a",
                "`/a` is a number of more than the 28 digits that are kept",
            ),
            (r#"{"a": 1, "a": 2}"#, "/a", "`/a` occurs more than once"),
            (
                r#"{"a": 1, "a": 2}"#,
                "/b",
                "there is no `/b`: the document is an object with the keys a, a",
            ),
            (r#"{"a": 1}"#, "a", "`a` is no JSON Pointer"),
            (r#"{"a": 1}"#, "/a~", "`/a~` is no JSON Pointer"),
            (r#"{"a": 1}"#, "/~2", "`/~2` is no JSON Pointer"),
        ] {
            assert_eq!(
                at(document, pointer).unwrap_err(),
                said,
                "{document} {pointer}"
            );
        }
    }

    #[test]
    fn every_failure_says_what_to_do() {
        let hint = |document: &str, pointer: &str| {
            pointed(&Document::parse(document).unwrap(), pointer)
                .unwrap_err()
                .hint()
        };
        assert_eq!(
            hint(r#"{"a": {"b/c~d": 1}}"#, "/a"),
            "Point at one of its keys, as in /a/b~1c~0d."
        );
        assert_eq!(
            hint(r#"{"a": {"b": 1}}"#, "/a/x"),
            "Point at one of its keys, as in /a/b."
        );
        assert!(hint("null", "").contains("not taken for zero"));
        assert!(hint(r#""42 %""#, "").contains("no percent sign"));
        assert!(hint("1", "x").contains("~1"));
    }

    #[test]
    fn depth_and_width_break_nothing() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(
            at(&deep, "/0/0").unwrap_err(),
            "`/0/0` is an array of 1 element"
        );
        let wide: Vec<String> = (0..1000).map(|n| format!(r#""k{n}": {n}"#)).collect();
        let wide = format!("{{{}}}", wide.join(","));
        assert_eq!(at(&wide, "/k999").unwrap(), "999");
        assert!(at(&wide, "").unwrap_err().ends_with("k6, k7, and 992 more"));
        assert!(Document::parse("[1").is_err() && Document::parse("1 2").is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[0-9a.]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map("[ab/~]|0|", inner, 0..3)
                    .prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_pointer_leads_where_that_of_serde_json_leads(
            document in values(),
            pointer in "(/(a|b|~0|~1|0|1|01|-|)){0,4}",
        ) {
            let found = pointed(&Document::parse(&document.to_string()).unwrap(), &pointer);
            match (document.pointer(&pointer), found) {
                (Some(Value::Number(number)), found) => prop_assert_eq!(found.unwrap().to_string(), number.to_string()),
                (Some(Value::String(text)), found) => prop_assert_eq!(found.ok(), exact(text)),
                (Some(Value::Null), Err(PointerError::NoValue(at))) => prop_assert_eq!(at, pointer),
                (Some(_), Err(PointerError::NoNumber { pointer: at, .. })) => prop_assert_eq!(at, pointer),
                (None, Err(PointerError::Missing { pointer: at, .. } | PointerError::NoValue(at))) => {
                    prop_assert!(pointer.starts_with(&at));
                }
                (value, found) => prop_assert!(false, "{value:?}: {found:?}"),
            }
        }
    }
}
