//! The arguments of a field, with variables and defaults filled in.

use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::executable::Field;
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value};

use super::schema::schema;

/// Values of variables, checked against the operation.
pub(super) type Variables = Map<String, Value>;

/// The arguments of one field or of one input object.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// What a field is given: literals, variables, and the schema's defaults for the rest.
    pub(super) fn of(field: &Field, variables: &Variables) -> Self {
        let mut all = Map::new();
        for definition in &field.definition.arguments {
            let given = field.specified_argument_by_name(&definition.name);
            let value = match given {
                Some(literal) => fill(literal, &definition.ty, variables),
                None => None,
            };
            let default = || {
                let literal = definition.default_value.as_ref()?;
                fill(literal, &definition.ty, variables)
            };
            if let Some(value) = value.or_else(default) {
                all.insert(definition.name.to_string(), value);
            }
        }
        Self(all)
    }

    /// Whether the argument was given at all, null included: a mutation clears with null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value unless it is missing or null.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.as_i64()
    }

    /// A list of strings; numbers in it are written out, as ids may be given so.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.value(name)?.as_array()?;
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Some(list.iter().filter_map(text).collect())
    }

    /// A nested input object.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Some(Self(self.value(name)?.as_object()?.clone()))
    }
}

/// The value of a literal; nothing for a variable that was not given.
fn fill(literal: &Literal, ty: &Type, variables: &Variables) -> Option<Value> {
    let value = match literal {
        Literal::Null => Value::Null,
        Literal::Variable(name) => return variables.get(name.as_str()).cloned(),
        Literal::Enum(name) => Value::String(name.to_string()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(flag) => Value::Bool(*flag),
        Literal::Int(number) if ty.inner_named_type() == "ID" => Value::String(number.to_string()),
        Literal::Int(number) => number
            .as_str()
            .parse::<i64>()
            .map_or(Value::Null, Value::from),
        Literal::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map_or(Value::Null, Value::from),
        Literal::List(items) => {
            let inner = ty.item_type();
            Value::Array(
                items
                    .iter()
                    .filter_map(|item| fill(item, inner, variables))
                    .collect(),
            )
        }
        Literal::Object(fields) => fill_object(fields, ty, variables),
    };
    // One value stands for a list of one.
    let wrap = ty.is_list() && !value.is_array() && !value.is_null();
    Some(if wrap {
        Value::Array(vec![value])
    } else {
        value
    })
}

fn fill_object(
    fields: &[(apollo_compiler::Name, apollo_compiler::Node<Literal>)],
    ty: &Type,
    variables: &Variables,
) -> Value {
    let Some(ExtendedType::InputObject(definition)) = schema().types.get(ty.inner_named_type())
    else {
        let plain = |(name, value): &(apollo_compiler::Name, apollo_compiler::Node<Literal>)| {
            Some((name.to_string(), fill(value, ty, variables)?))
        };
        return Value::Object(fields.iter().filter_map(plain).collect());
    };
    let mut object = Map::new();
    for (name, field) in &definition.fields {
        let given = fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value);
        let value = given
            .and_then(|literal| fill(literal, &field.ty, variables))
            .or_else(|| {
                field
                    .default_value
                    .as_ref()
                    .and_then(|literal| fill(literal, &field.ty, variables))
            });
        if let Some(value) = value {
            object.insert(name.to_string(), value);
        }
    }
    Value::Object(object)
}
