//! What the sandbox answers, before it goes over a socket.

use serde_json::{Value, json};

use super::state::Refusal;

/// The answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names, in lower case, and values; the content type is among them.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes of the body; empty for 204 and 304.
    pub body: Vec<u8>,
}

impl Response {
    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self {
            status,
            headers,
            body: body.to_string().into_bytes(),
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A plain text, as Rack's own middleware answers (recorded: meta/nul, `throttle_api`).
    pub fn text(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/plain".to_owned())];
        Self {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    /// A page.
    pub fn html(status: u16, body: String) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self {
            status,
            headers,
            body: body.into_bytes(),
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A header's value, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON, null if it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// `{"error": …}`: what GitLab's parameter checks answer.
    pub(crate) fn error(status: u16, text: &str) -> Self {
        Self::json(status, &json!({ "error": text }))
    }

    /// `{"message": …}`: what GitLab's own code answers.
    pub(crate) fn message(status: u16, message: impl Into<Value>) -> Self {
        Self::json(status, &json!({ "message": message.into() }))
    }

    /// A refusal in the words of REST.
    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Unauthorized => Self::message(401, text),
            Refusal::TokenExpired | Refusal::TokenRevoked => {
                let body = json!({ "error": "invalid_token", "error_description": text });
                Self::json(401, &body)
            }
            Refusal::InsufficientScope => {
                let scope = "ai_workflows api read_api";
                let body = json!({
                    "error": "insufficient_scope", "error_description": text, "scope": scope
                });
                Self::json(403, &body)
            }
            Refusal::Forbidden(_) => Self::message(403, text),
            Refusal::NotFound(_) => Self::message(404, text),
            Refusal::Invalid(fields) => {
                let fields = fields
                    .iter()
                    .map(|(field, texts)| ((*field).to_owned(), json!(texts)));
                Self::message(400, Value::Object(fields.collect()))
            }
            Refusal::BadRequest(_) => Self::message(400, text),
            Refusal::Conflict(_) => Self::message(409, text),
            Refusal::Unprocessable(_) => Self::message(422, text),
            Refusal::RateLimited { retry_after } => {
                let answer = Self::json(429, &json!({ "message": { "error": text } }));
                if *retry_after {
                    answer.with("retry-after", "60")
                } else {
                    answer
                }
            }
            Refusal::Internal => Self::message(500, text),
        }
    }
}
