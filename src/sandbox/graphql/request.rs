//! The body of a GraphQL request.

use serde_json::{Map, Value};

/// One query to run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Request {
    pub(super) query: String,
    pub(super) variables: Map<String, Value>,
    pub(super) operation: Option<String>,
}

/// One request, or a list of them; variables may be an object or its JSON text.
pub(super) fn parse(body: &Value) -> Result<Vec<Request>, String> {
    match body {
        Value::Array(all) => all.iter().map(one).collect(),
        single => Ok(vec![one(single)?]),
    }
}

fn one(body: &Value) -> Result<Request, String> {
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    Ok(Request {
        query: text("query").unwrap_or_default().to_owned(),
        variables: variables(body.get("variables"))?,
        operation: text("operationName").map(str::to_owned),
    })
}

fn variables(value: Option<&Value>) -> Result<Map<String, Value>, String> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(Value::Null) => Ok(Map::new()),
            Ok(other) => Err(format!("Unexpected parameter: {other}")),
            Err(error) => Err(error.to_string()),
        },
        Some(other) => Err(format!("Unexpected parameter: {other}")),
    }
}
