//! What goes wrong on purpose, as data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::Request;

/// Which requests a fault befalls. Every request counts against the `skip` and `times` of the rules that it matches, so
/// that "the fifth request of all" is a rule without method and path and with `skip: 4`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Only this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only where path and query hold this text; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many are befallen after that.
    #[serde(default = "once")]
    pub times: u32,
    /// What befalls them.
    pub fault: Fault,
}

fn once() -> u32 {
    1
}

impl FaultRule {
    /// A fault that befalls the next request, whatever it is.
    pub fn once(fault: Fault) -> Self {
        Self {
            method: None,
            path: None,
            skip: 0,
            times: 1,
            fault,
        }
    }

    fn matches(&self, request: &Request) -> bool {
        self.method
            .as_ref()
            .is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| holds(&request.target, pattern))
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is done, and this is answered.
    StatusBefore {
        /// HTTP status.
        status: u16,
        /// Body.
        #[serde(default)]
        body: String,
    },
    /// The request is carried out, and this is answered all the same.
    StatusAfter {
        /// HTTP status.
        status: u16,
        /// Body.
        #[serde(default)]
        body: String,
    },
    /// Nothing is done, and the connection is cut.
    DropBefore,
    /// The request is carried out, and the connection is cut before a byte of the answer.
    DropAfter,
    /// The request is carried out, and the connection is cut in the middle of the body.
    Truncate,
    /// The answer comes late.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// Nothing is done, and 429 is answered as Rack does.
    RateLimited {
        /// Seconds; without them the answer does not say when to come back.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The labels of the request are dropped in silence, as they are in the first seconds of a token, in which its
    /// account is no member yet. Recorded of creates alone (bots/bot-create-at-once). Assumed of updates: the facts (§1.5)
    /// have them dropped where the author is a guest, and say that an author who is no member may not update at all, so that
    /// a real GitLab may answer 403 instead.
    NewToken,
    /// Other people's requests come right before this one, which then goes on as usual.
    Edit {
        /// In this order.
        requests: Vec<EditRequest>,
    },
}

/// A request of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
    /// The secret text of the token that asks.
    pub token: String,
    /// Method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Body.
    #[serde(default)]
    pub body: Value,
}

impl EditRequest {
    /// The request as it would come over the socket.
    pub(crate) fn request(&self) -> Request {
        let headers = vec![
            ("private-token".to_owned(), self.token.clone()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        let body = if self.body.is_null() {
            Vec::new()
        } else {
            self.body.to_string().into()
        };
        Request {
            method: self.method.clone(),
            target: self.path.clone(),
            headers,
            body,
        }
    }
}

/// The faults that befall a request now; the rules count it.
pub(crate) fn strike(rules: &mut [FaultRule], request: &Request) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in rules.iter_mut().filter(|rule| rule.matches(request)) {
        if rule.skip > 0 {
            rule.skip -= 1;
        } else if rule.times > 0 {
            rule.times -= 1;
            faults.push(rule.fault.clone());
        }
    }
    faults
}

/// Whether a text holds a pattern, in which `*` stands for any text.
fn holds(text: &str, pattern: &str) -> bool {
    let mut rest = text;
    for part in pattern.split('*') {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str) -> Request {
        let (method, target) = (method.to_owned(), target.to_owned());
        Request {
            method,
            target,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    #[test]
    fn rules_count_what_they_match() {
        let mut rules = [FaultRule {
            method: Some("POST".into()),
            path: Some("/issues/*/links".into()),
            skip: 1,
            times: 1,
            fault: Fault::DropAfter,
        }];
        let link = request("POST", "/api/v4/projects/1/issues/2/links");
        assert_eq!(strike(&mut rules, &request("GET", &link.target)), []);
        assert_eq!(strike(&mut rules, &link), []);
        assert_eq!(strike(&mut rules, &link), [Fault::DropAfter]);
        assert_eq!(strike(&mut rules, &link), []);
    }

    #[test]
    fn rules_are_written_as_json() {
        let text = r#"{"path":"/labels","fault":{"status_after":{"status":500}}}"#;
        let rule: FaultRule = serde_json::from_str(text).unwrap();
        let fault = Fault::StatusAfter {
            status: 500,
            body: String::new(),
        };
        assert_eq!(
            rule,
            FaultRule {
                path: Some("/labels".into()),
                ..FaultRule::once(fault)
            }
        );
    }
}
