use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::Value;

/// The JSON Schema of a raw type, in the form that editors for TOML understand best.
///
/// TOML has no null, so what may be absent is not nullable; choices are a plain `enum`, because editors print one error
/// for each branch of a `oneOf`; number formats are left out.
pub fn schema_of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_deserialize()
        .with_transform(ForToml)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// The JSON Schema of what a type is written as, for programs that read it.
pub fn schema_of_output<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(ForReaders)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// A schema as the text of a file.
pub fn schema_text(schema: &Value) -> String {
    // A JSON value always has a text; the fallback only satisfies the signature.
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Debug, Clone)]
struct ForToml;

#[derive(Debug, Clone)]
struct ForReaders;

impl Transform for ForToml {
    fn transform(&mut self, schema: &mut Schema) {
        drop_null(schema);
        tidy(schema);
        if let Some(object) = schema.as_object_mut() {
            object.remove("default");
        }
        transform_subschemas(self, schema);
    }
}

impl Transform for ForReaders {
    fn transform(&mut self, schema: &mut Schema) {
        tidy(schema);
        transform_subschemas(self, schema);
    }
}

fn tidy(schema: &mut Schema) {
    plain_choices(schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let number = matches!(
        object.get("type").and_then(Value::as_str),
        Some("integer" | "number")
    );
    if number {
        object.remove("format");
    }
    if let Some(Value::String(description)) = object.get_mut("description") {
        *description = unwrap_lines(description);
    }
}

/// Joins the lines of a paragraph: doc comments are wrapped for source code, hover texts are not.
fn unwrap_lines(text: &str) -> String {
    text.split("\n\n")
        .map(|paragraph| {
            if paragraph.trim_start().starts_with("- ") {
                paragraph.to_owned()
            } else {
                paragraph.replace('\n', " ")
            }
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn drop_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.retain(|branch| branch.get("type").is_none_or(|kind| kind != "null"));
        if let [only] = branches.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            if let Value::Object(only) = only {
                for (key, value) in only {
                    object.entry(key).or_insert(value);
                }
            }
        }
    }
}

fn plain_choices(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(branches)) = object.get("oneOf") else {
        return;
    };
    let mut values = Vec::new();
    let mut words = String::new();
    for branch in branches {
        if let Some(value) = branch.get("const") {
            values.push(value.clone());
            let name = value.as_str().unwrap_or_default();
            if let Some(text) = branch.get("description").and_then(Value::as_str) {
                words.extend(["\n- `", name, "`: ", &text.replace('\n', " ")]);
            }
        } else if let Some(Value::Array(plain)) = branch.get("enum") {
            values.extend(plain.iter().cloned());
        } else {
            return;
        }
    }
    object.remove("oneOf");
    object.insert("type".to_owned(), "string".into());
    object.insert("enum".to_owned(), Value::Array(values));
    if !words.is_empty() {
        let before = object
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let text = format!("{before}\n{words}");
        object.insert("description".to_owned(), text.trim().into());
    }
}
