//! GitLab's ways to say what is wrong, turned into one line.

use serde_json::Value;

use super::Conflict;

/// Longer messages are cut: some quote what was sent.
const LONGEST: usize = 500;

/// What the body of a failed request says, in one line without control characters; empty if nothing.
///
/// Recorded styles: `{"error": "…"}` (with `error_description`), `{"message": "…"}`, `{"message": {"title": ["…"]}}`,
/// `{"message": {"error": "…"}}`, GraphQL's `{"errors": [{"message": "…"}]}`, and plain text. Of an HTML page only the
/// title is taken.
pub(in crate::gitlab) fn answer_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = match serde_json::from_str::<Value>(&text) {
        Ok(value) => said(&value),
        Err(_) if is_html(&text) => html_title(&text).unwrap_or("an HTML page").to_owned(),
        // Broken JSON is not quoted: it may hold what nobody should see.
        Err(_) if text.trim_start().starts_with(['{', '[']) => String::new(),
        Err(_) => text.into_owned(),
    };
    one_line(&said)
}

/// Whether a text looks like a web page rather than an API's answer.
pub(in crate::gitlab) fn is_html(text: &str) -> bool {
    let start = text
        .trim_start()
        .get(..9)
        .unwrap_or_default()
        .to_ascii_lowercase();
    start == "<!doctype" || start.starts_with("<html")
}

/// What a 409 means. Recorded: create/iid-owner-dup, labels/dup, links/dup.
pub(in crate::gitlab) fn conflict(body: &[u8]) -> Conflict {
    let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let captcha = |value: &Value| value.get("needs_captcha_response") == Some(&Value::Bool(true));
    if captcha(&value) || value.get("message").is_some_and(captcha) {
        return Conflict::Captcha;
    }
    let message = said(&value);
    if message.contains("Duplicated issue") {
        Conflict::DuplicatedIssue
    } else if message.contains("Resource lock") {
        Conflict::ResourceLock
    } else if message.contains("already assigned") {
        Conflict::AlreadyLinked
    } else if message.contains("Label already exists") {
        Conflict::LabelExists
    } else {
        Conflict::Other
    }
}

fn said(value: &Value) -> String {
    let Some(object) = value.as_object() else {
        return flat(value);
    };
    if let Some(message) = object.get("message") {
        return flat(message);
    }
    if let Some(errors) = object.get("errors").and_then(Value::as_array) {
        let messages = errors
            .iter()
            .map(|error| error.get("message").unwrap_or(error));
        return messages.map(flat).collect::<Vec<_>>().join("; ");
    }
    match (object.get("error"), object.get("error_description")) {
        (Some(error), Some(description)) => format!("{}: {}", flat(error), flat(description)),
        (Some(error), None) => flat(error),
        _ => String::new(),
    }
}

/// A value as people read it: `{"title": ["is too long"]}` is "title is too long".
fn flat(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(flat).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "error" | "base" => flat(value),
                _ => format!("{name} {}", flat(value)),
            })
            .collect::<Vec<_>>()
            .join("; "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn html_title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower.get(start..)?.find("</title>")?;
    page.get(start..end)
        .map(str::trim)
        .filter(|title| !title.is_empty())
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_becomes_one_line() {
        for (body, line) in [
            (r#"{"error":"title is missing"}"#, "title is missing"),
            (
                r#"{"error":"invalid_token","error_description":"Token is expired."}"#,
                "invalid_token: Token is expired.",
            ),
            (
                r#"{"message":"404 Project Not Found"}"#,
                "404 Project Not Found",
            ),
            (
                r#"{"message":{"title":["can't be blank","is invalid"]}}"#,
                "title can't be blank, is invalid",
            ),
            (
                r#"{"message":{"error":"This endpoint has been requested too many times."}}"#,
                "This endpoint has been requested too many times.",
            ),
            (r#"{"message":{"base":["spam"]}}"#, "spam"),
            (
                r#"{"errors":[{"message":"Invalid token"},{"message":"b"}]}"#,
                "Invalid token; b",
            ),
            ("Retry later\n", "Retry later"),
            ("", ""),
            ("a\u{1b}[31m\r\nb", "a [31m b"),
            (
                "<!DOCTYPE html>\n<html><title>502 Bad Gateway</title>",
                "502 Bad Gateway",
            ),
            ("<html><body>secret</body></html>", "an HTML page"),
            (r#"{"runners_token": "GR1"#, ""),
        ] {
            assert_eq!(answer_text(body.as_bytes()), line, "{body}");
        }
        assert_eq!(
            answer_text("x".repeat(600).as_bytes()).chars().count(),
            LONGEST + 1
        );
    }

    #[test]
    fn every_409_has_its_meaning() {
        for (body, meaning) in [
            (
                r#"{"message":"Duplicated issue"}"#,
                Conflict::DuplicatedIssue,
            ),
            (
                r#"{"message":"409 Conflict: Resource lock"}"#,
                Conflict::ResourceLock,
            ),
            (
                r#"{"message":"Issue(s) already assigned"}"#,
                Conflict::AlreadyLinked,
            ),
            (
                r#"{"message":"Label already exists"}"#,
                Conflict::LabelExists,
            ),
            (
                r#"{"needs_captcha_response":true,"message":{"error":"e"}}"#,
                Conflict::Captcha,
            ),
            (r#"{"message":"else"}"#, Conflict::Other),
            ("", Conflict::Other),
        ] {
            assert_eq!(conflict(body.as_bytes()), meaning, "{body}");
        }
    }
}
