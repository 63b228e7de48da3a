//! Plain HTTP: one request, one answer, nothing repeated.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::fact::{Finding, Verdict, expect};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    /// The text; empty where there is none.
    pub(crate) text: String,
    /// The JSON; null where it is none.
    pub(crate) body: Value,
}

impl Answer {
    /// Expects a status; the answer itself, so that more can be asked of it.
    pub(crate) fn is(self, status: u16) -> Result<Self, Finding> {
        if self.status == status {
            return Ok(self);
        }
        let text: String = self.text.chars().take(200).collect();
        Err(Finding::Differs(format!(
            "expected status {status}, found {}: {text}",
            self.status
        )))
    }

    /// Expects a status and a whole body.
    pub(crate) fn says(self, status: u16, body: impl Into<Value>) -> Verdict {
        expect("the body", &self.is(status)?.body, body)
    }

    /// A header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }
}

/// One account on one server.
#[derive(Clone)]
pub(crate) struct Caller {
    http: reqwest::Client,
    base: String,
    /// Which header carries the token.
    header: &'static str,
    token: String,
}

impl Caller {
    pub(crate) fn new(base: &str, token: &str) -> Result<Self, reqwest::Error> {
        let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let mut http = reqwest::Client::builder()
            .timeout(Duration::from_secs(90))
            .redirect(reqwest::redirect::Policy::none());
        if loopback.iter().any(|start| base.starts_with(start)) {
            http = http.no_proxy();
        }
        Ok(Self {
            http: http.build()?,
            base: base.trim_end_matches('/').to_owned(),
            header: "private-token",
            token: token.to_owned(),
        })
    }

    /// The same server with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// The same server with the token of a job.
    pub(crate) fn with_job_token(&self, token: &str) -> Self {
        Self {
            header: "job-token",
            ..self.with_token(token)
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Finding> {
        self.send(Method::GET, path, &Value::Null, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Answer, Finding> {
        self.send(Method::POST, path, &body, &[]).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Result<Answer, Finding> {
        self.send(Method::PUT, path, &body, &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Answer, Finding> {
        self.send(Method::DELETE, path, &Value::Null, &[]).await
    }

    /// Sends a GraphQL document.
    pub(crate) async fn graphql(&self, query: &str, variables: Value) -> Result<Answer, Finding> {
        let body = serde_json::json!({"query": query, "variables": variables});
        self.send(Method::POST, "/api/graphql", &body, &[]).await
    }

    /// Sends anything; a path that is not rooted belongs to the REST API.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Result<Answer, Finding> {
        let url = if path.starts_with('/') {
            format!("{}{path}", self.base)
        } else {
            format!("{}/api/v4/{path}", self.base)
        };
        let mut request = self.http.request(method, url);
        request = request.header(self.header, &self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request = match body {
            Value::Null => request,
            Value::String(text) => request
                .header("content-type", "application/json")
                .body(text.clone()),
            body => request.json(body),
        };
        let broken = |error: reqwest::Error| Finding::Differs(format!("no answer: {error}"));
        let answer = request.send().await.map_err(broken)?;
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let text = answer.text().await.map_err(broken)?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer {
            status,
            headers,
            text,
            body,
        })
    }
}
