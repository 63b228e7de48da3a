//! A request as the sandbox reads it, and its parameters.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::Response;

/// A request, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// Header names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, still encoded.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The parts of the path, decoded: an encoded slash does not part.
    pub(crate) fn segments(&self) -> Vec<String> {
        let parts = self.path().split('/').filter(|part| !part.is_empty());
        parts
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect()
    }
}

/// The parameters of a request: those of the query and those of the body, which win.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Params(pub(crate) Map<String, Value>);

impl Params {
    /// Reads the parameters; NUL and what is no UTF-8 are refused by what stands before GitLab proper, as a plain text
    /// (recorded: meta/nul), and broken JSON as an error (recorded: meta/bad-json).
    pub(crate) fn read(request: &Request) -> Result<Self, Response> {
        let malformed = || Response::text(400, "Bad Request");
        let mut params = Self::default();
        let plain = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .ok()
                .map(String::from)
        };
        if plain(request.path()).is_none_or(|path| path.contains('\0')) {
            return Err(malformed());
        }
        params.read_form(request.query()).ok_or_else(malformed)?;
        if request.body.is_empty() {
            return Ok(params);
        }
        let body = std::str::from_utf8(&request.body).map_err(|_| malformed())?;
        let kind = request.header("content-type").unwrap_or_default();
        // Some clients send JSON under the type that their library puts on every body.
        let object = body.starts_with('{') && serde_json::from_str::<Value>(body).is_ok();
        if kind.starts_with("application/x-www-form-urlencoded") && !object {
            params.read_form(body).ok_or_else(malformed)?;
        } else if object || kind.starts_with("application/json") || kind.is_empty() {
            let value: Value = serde_json::from_str(body)
                .map_err(|_| Response::error(400, "Invalid JSON format"))?;
            if has_nul(&value) {
                return Err(malformed());
            }
            if let Value::Object(fields) = value {
                params.0.extend(fields);
            }
        }
        Ok(params)
    }

    /// Reads `a=1&b[]=2&c[d]=3`; `None` if it holds NUL or is no UTF-8.
    fn read_form(&mut self, text: &str) -> Option<()> {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text: &str| {
                let text = text.replace('+', " ");
                let text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
                (!text.contains('\0')).then_some(text)
            };
            let (key, value) = (plain(key)?, plain(value)?);
            let mut parts = key.split('[').map(|part| part.trim_end_matches(']'));
            let first = parts.next().unwrap_or_default().to_owned();
            let rest: Vec<&str> = parts.collect();
            let slot = self.0.entry(first).or_insert(Value::Null);
            place(slot, &rest, Value::String(value));
        }
        Some(())
    }

    /// Whether the parameter was sent, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A text; numbers and truth values are taken as theirs. `None` if it was not sent or is null.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text_of(self.0.get(name)?)
    }

    /// A number; anything else is refused.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Response> {
        match self.text(name) {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Response::error(400, &format!("{name} is invalid"))),
            },
        }
    }

    /// A truth value; anything else is refused.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Response> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(value) => match text_of(value).as_deref() {
                Some("true" | "1" | "t" | "on") => Ok(Some(true)),
                Some("false" | "0" | "f" | "off") => Ok(Some(false)),
                None | Some("") => Err(Response::error(400, &format!("{name} is empty"))),
                Some(_) => Err(Response::error(400, &format!("{name} is invalid"))),
            },
        }
    }

    /// A time, or a day, which begins at midnight; anything else is refused.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Response> {
        let Some(text) = self.text(name).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let whole = text.parse::<Timestamp>().ok();
        let day = || {
            let day = text.parse::<jiff::civil::Date>().ok()?;
            Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
        };
        match whole.or_else(day) {
            Some(time) => Ok(Some(time)),
            None => Err(Response::error(400, &format!("{name} is invalid"))),
        }
    }

    /// One of some words; anything else is refused.
    pub(crate) fn word(
        &self,
        name: &str,
        words: &[&'static str],
    ) -> Result<Option<&'static str>, Response> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match words.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(Response::error(
                400,
                &format!("{name} does not have a valid value"),
            )),
        }
    }

    /// A list of texts, sent as a list or with commas; texts in a list are parted at commas too (recorded:
    /// create/labels-array). Null is an empty list.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        list_of(self.0.get(name)?)
    }

    /// A list of numbers; null, an empty text and a list of it are an empty list, anything else is refused.
    pub(crate) fn numbers(&self, name: &str) -> Result<Option<Vec<u64>>, Response> {
        let Some(texts) = self.list(name) else {
            return Ok(None);
        };
        let invalid = |_| Response::error(400, &format!("{name} is invalid"));
        let numbers = texts.iter().filter(|text| !text.is_empty());
        numbers
            .map(|text| text.trim().parse().map_err(invalid))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// What lies below a name: `not[labels]=a` below `not`.
    pub(crate) fn below(&self, name: &str) -> Self {
        match self.0.get(name) {
            Some(Value::Object(fields)) => Self(fields.clone()),
            _ => Self::default(),
        }
    }
}

pub(crate) fn list_of(value: &Value) -> Option<Vec<String>> {
    let parted = |text: String| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => Some(items.iter().filter_map(text_of).flat_map(parted).collect()),
        value => text_of(value).map(parted),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn place(slot: &mut Value, path: &[&str], value: Value) {
    match path {
        [] => *slot = value,
        ["", rest @ ..] => {
            if !slot.is_array() {
                *slot = Value::Array(Vec::new());
            }
            if let Value::Array(items) = slot {
                let mut item = Value::Null;
                place(&mut item, rest, value);
                items.push(item);
            }
        }
        [name, rest @ ..] => {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            if let Value::Object(fields) = slot {
                place(
                    fields.entry((*name).to_owned()).or_insert(Value::Null),
                    rest,
                    value,
                );
            }
        }
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(target: &str, body: &[u8]) -> Request {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Request {
            method: "POST".into(),
            target: target.into(),
            headers,
            body: body.to_vec(),
        }
    }

    #[test]
    fn query_and_body_are_one() {
        let params = Params::read(&request(
            "/x?iids[]=1&iids[]=2&not[labels]=a%2Cb&q=c+d",
            b"{\"q\":3}",
        ));
        let want = json!({ "iids": ["1", "2"], "not": { "labels": "a,b" }, "q": 3 });
        assert_eq!(Value::Object(params.unwrap().0), want);
    }

    #[test]
    fn malformed_texts_are_refused() {
        for (target, body, status) in [
            ("/x", &b"{\"a\":\"\\u0000\"}"[..], 400),
            ("/x", b"\xff", 400),
            ("/x?a=%00", b"", 400),
            ("/x?a=%ff", b"", 400),
            ("/x", b"{not json", 400),
        ] {
            let answer = Params::read(&request(target, body)).unwrap_err();
            assert_eq!(answer.status, status, "{target}");
        }
    }
}
