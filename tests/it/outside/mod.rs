//! Other servers than GitLab are asked over a socket: those of the list and no others, within limits, whatever they answer.

mod hostile;
mod list;
mod prometheus;
mod real;

use std::time::Duration;

use okrsync::measure::{Answer, Outside, OutsideError, OutsideSettings, Server, pointed};
use url::Url;

/// The token of a server; it must never show up anywhere else.
const TOKEN: &str = "prom-very+secret/value";

/// A server of the list, with a token or without.
fn listed(name: &str, url: &str, token: Option<&str>) -> Server {
    Server {
        name: name.to_owned(),
        url: url.parse().unwrap(),
        token: token.map(Into::into),
    }
}

/// Asks one server without a token.
fn of(url: &str) -> Outside {
    Outside::new(OutsideSettings::new(vec![listed("metrics", url, None)])).unwrap()
}

/// Asks one server and gives up soon, after so many bytes.
fn limited(url: &str, timeout: Duration, largest: u64) -> Outside {
    let mut settings = OutsideSettings::new(vec![listed("metrics", url, None)]);
    settings.timeout = timeout;
    settings.largest = largest;
    Outside::new(settings).unwrap()
}

async fn json(outside: &Outside, address: &str) -> Result<Answer, OutsideError> {
    outside.json(&address.parse::<Url>().unwrap()).await
}

/// The number at a pointer of an answer.
fn value(answer: &Answer, pointer: &str) -> String {
    pointed(&answer.document, pointer).unwrap().to_string()
}

/// All that an error says, with its causes and its hint.
fn whole(error: &OutsideError) -> String {
    let mut text = format!("{error}\n{}\n{error:?}", error.hint());
    let mut link = std::error::Error::source(error);
    while let Some(cause) = link {
        text.extend(["\n", &cause.to_string()]);
        link = cause.source();
    }
    text
}
