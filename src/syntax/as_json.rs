//! The TOML tree as the schema's validator sees it: JSON, without a copy of it.
//!
//! A day is null, which TOML does not have, so that a day in quotation marks can be told from one without.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node, NodeIdentity, Object};
use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Names the representation to the validator.
#[derive(Debug)]
pub(super) struct Toml;

/// A value of the tree; or the name of a key, which the validator may judge as a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    /// The root, or a table under it.
    Table(&'a DeTable<'a>),
    /// Any other value.
    Value(&'a DeValue<'a>),
    /// A key.
    Name(&'a str),
}

impl<'a> From<&'a DeValue<'a>> for Part<'a> {
    fn from(value: &'a DeValue<'a>) -> Self {
        match value {
            DeValue::Table(table) => Self::Table(table),
            other => Self::Value(other),
        }
    }
}

impl Json for Toml {
    type Node<'a> = Part<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), name: &str, judge: impl FnOnce(Part<'_>) -> T) -> T {
        judge(Part::Name(name))
    }
}

impl<'a> Node<'a, Toml> for Part<'a> {
    type Object = &'a DeTable<'a>;
    type Array = &'a [Spanned<DeValue<'a>>];
    type Number = Number;

    fn as_object(&self) -> Option<&'a DeTable<'a>> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&'a [Spanned<DeValue<'a>>]> {
        match self {
            Self::Value(DeValue::Array(list)) => Some(list),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Name(name) => Some(Cow::Borrowed(name)),
            Self::Value(DeValue::String(text)) => Some(Cow::Borrowed(text.as_ref())),
            Self::Value(DeValue::Datetime(when)) if !is_day(when) => {
                Some(Cow::Owned(when.to_string()))
            }
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number> {
        match self {
            Self::Value(value) => number(value),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Value(DeValue::Boolean(choice)) => Some(*choice),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn is_number(&self) -> bool {
        self.json_type() == JsonType::Number
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Name(_) => JsonType::String,
            Self::Table(_) => JsonType::Object,
            Self::Value(value) => match value {
                DeValue::Datetime(when) if is_day(when) => JsonType::Null,
                DeValue::String(_) | DeValue::Datetime(_) => JsonType::String,
                DeValue::Integer(_) | DeValue::Float(_) => JsonType::Number,
                DeValue::Boolean(_) => JsonType::Boolean,
                DeValue::Array(_) => JsonType::Array,
                DeValue::Table(_) => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.as_string(), expected) {
            (Some(text), Value::String(expected)) => text == *expected,
            (Some(_), _) | (None, Value::String(_)) => false,
            (None, _) => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self {
            Self::Name(name) => Value::String((*name).to_owned()),
            Self::Table(table) => Value::Object(
                table
                    .iter()
                    .map(|(key, value)| {
                        let value = Self::from(value.get_ref()).to_value();
                        (key.get_ref().clone().into_owned(), value.into_owned())
                    })
                    .collect(),
            ),
            Self::Value(DeValue::Array(list)) => list
                .iter()
                .map(|item| Self::from(item.get_ref()).to_value().into_owned())
                .collect(),
            Self::Value(DeValue::Boolean(choice)) => Value::Bool(*choice),
            Self::Value(_) => match (self.as_string(), self.as_number()) {
                (Some(text), _) => Value::String(text.into_owned()),
                (None, Some(number)) => Value::Number(number),
                (None, None) => Value::Null,
            },
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let address = match self {
            Self::Table(table) => std::ptr::from_ref(*table) as usize,
            Self::Value(value) => std::ptr::from_ref(*value) as usize,
            Self::Name(_) => return None,
        };
        Some(NodeIdentity::new(address))
    }
}

impl<'a> Object<'a, Toml> for &'a DeTable<'a> {
    type Node = Part<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        DeTable::len(self)
    }

    fn get(&self, key: &String) -> Option<Part<'a>> {
        DeTable::get(self, key.as_str()).map(|value| value.get_ref().into())
    }

    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// The keys of a table with their values.
pub(super) struct Members<'a>(toml::map::Iter<'a, Spanned<Cow<'a, str>>, Spanned<DeValue<'a>>>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Part<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.next()?;
        Some((key.get_ref().as_ref(), value.get_ref().into()))
    }
}

impl<'a> Array<'a, Toml> for &'a [Spanned<DeValue<'a>>] {
    type Node = Part<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.iter())
    }
}

/// The values of a list.
pub(super) struct Elements<'a>(std::slice::Iter<'a, Spanned<DeValue<'a>>>);

impl<'a> Iterator for Elements<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        self.0.next().map(|item| item.get_ref().into())
    }
}

fn is_day(when: &toml::value::Datetime) -> bool {
    when.date.is_some() && when.time.is_none()
}

/// The schema compares numbers with bounds and tells whole ones; their exact values are read from the text.
fn number(value: &DeValue<'_>) -> Option<Number> {
    let text = match value {
        DeValue::Integer(number) => {
            if let Ok(whole) = number.as_str().parse::<i64>() {
                return Some(whole.into());
            }
            number.as_str()
        }
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    let float = text.parse().ok().and_then(Number::from_f64);
    Some(float.unwrap_or_else(|| 0.into()))
}
