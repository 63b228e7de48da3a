//! A fact: its name, what it says, where it was established, and how a server is asked for it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::place::Place;

/// Why a fact does not agree.
#[derive(Debug)]
pub(crate) enum Finding {
    /// The server does otherwise.
    Differs(String),
    /// This server or token cannot show it.
    Unseen(String),
}

/// What became of a fact.
pub(crate) type Verdict = Result<(), Finding>;

/// One expectation.
pub(crate) struct Fact {
    /// Its short name.
    pub(crate) name: &'static str,
    /// What a GitLab does.
    pub(crate) says: &'static str,
    /// The recording (`scenario/step`) or the documentation that says so.
    pub(crate) source: &'static str,
    pub(crate) ask: for<'a> fn(&'a Place) -> BoxFuture<'a, Verdict>,
}

impl Fact {
    /// Asks for it; an answer that has not even the expected shape differs.
    pub(crate) async fn check(&self, place: &Place) -> Verdict {
        let asked = AssertUnwindSafe((self.ask)(place)).catch_unwind().await;
        asked.unwrap_or_else(|_| Err(Finding::Differs("the answer has another shape".to_owned())))
    }
}

/// Writes facts down: name, sentence, source, and the questions.
macro_rules! facts {
    ($($name:literal, $says:literal, $source:literal, |$place:ident| $ask:block)*) => {
        pub(crate) fn facts() -> Vec<$crate::fact::Fact> {
            vec![$($crate::fact::Fact {
                name: $name,
                says: $says,
                source: $source,
                ask: |$place| Box::pin(async move { $ask Ok(()) }),
            }),*]
        }
    };
}
pub(crate) use facts;

/// Expects a value; `what` names it.
pub(crate) fn expect(what: &str, found: &Value, wanted: impl Into<Value>) -> Verdict {
    let wanted = wanted.into();
    if *found == wanted {
        return Ok(());
    }
    differs(format!("{what}: expected {wanted}, found {found}"))
}

/// Expects something to hold.
pub(crate) fn hold(what: &str, holds: bool) -> Verdict {
    if holds { Ok(()) } else { differs(what) }
}

pub(crate) fn differs(how: impl Into<String>) -> Verdict {
    Err(Finding::Differs(how.into()))
}

pub(crate) fn unseen(why: impl Into<String>) -> Verdict {
    Err(Finding::Unseen(why.into()))
}
