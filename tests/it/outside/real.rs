//! A real Prometheus, which tests/consumers/prometheus.py fills and starts. It computes what is right apart from this.

use std::time::Duration;

use okrsync::measure::{Aggregate, Ask, Outside, OutsideSettings};
use serde::Deserialize;

use super::listed;
use crate::support::okr::read;

/// A query, when it is asked, and what comes of it.
#[derive(Debug, Deserialize)]
struct Question {
    query: String,
    at: Option<jiff::Timestamp>,
    from: Option<jiff::Timestamp>,
    to: Option<jiff::Timestamp>,
    /// In seconds.
    step: Option<u64>,
    aggregate: Option<String>,
    value: Option<String>,
    #[serde(default)]
    remarks: Vec<String>,
    /// What the error begins with.
    error: Option<String>,
}

impl Question {
    fn ask(&self) -> Ask {
        if let Some(at) = self.at {
            return Ask::At(at);
        }
        let aggregate = match self.aggregate.as_deref().unwrap() {
            "mean" => Aggregate::Mean,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            "sum" => Aggregate::Sum,
            "last" => Aggregate::Last,
            other => panic!("{other}"),
        };
        Ask::Over {
            from: self.from.unwrap(),
            to: self.to.unwrap(),
            step: self.step.map(Duration::from_secs),
            aggregate,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "says where the Prometheus is")]
fn variable(name: &str) -> String {
    let value = std::env::var(name);
    value.unwrap_or_else(|_| panic!("{name} is not set: tests/consumers/prometheus.py sets it"))
}

#[tokio::test]
#[ignore = "needs a Prometheus, which tests/consumers/run starts"]
async fn a_real_prometheus_is_understood() {
    let prometheus = listed("real", &variable("OKR_TEST_PROMETHEUS"), None);
    let questions = read(variable("OKR_TEST_PROMETHEUS_QUESTIONS"));
    let questions: Vec<Question> = serde_json::from_str(&questions).unwrap();
    assert!(questions.len() > 20, "{}", questions.len());
    let outside = Outside::new(OutsideSettings::new(vec![prometheus.clone()])).unwrap();
    for question in questions {
        let answer = outside.prometheus(&prometheus, &question.query, question.ask());
        match answer.await {
            Ok(measured) => {
                let value = measured.value.to_string();
                assert_eq!(Some(&value), question.value.as_ref(), "{question:?}");
                assert_eq!(measured.remarks, question.remarks, "{question:?}");
                let at = question.at.or(question.to).unwrap();
                assert_eq!(measured.at, at, "{question:?}");
            }
            Err(error) => {
                let error = error.to_string();
                let expected = question.error.as_deref();
                assert!(
                    expected.is_some_and(|said| error.starts_with(said)),
                    "{error}: {question:?}"
                );
            }
        }
    }
}
