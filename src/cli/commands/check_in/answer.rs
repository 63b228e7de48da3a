//! What people answer, read; with what to write instead where it cannot be.

use crate::cli::CliError;
use crate::diag::closest;
use crate::issue::{Row, RowValues};
use crate::model::{Health, KeyResult, Measure, Number};
use crate::render::terminal_text::line;

/// Where a measure stands.
pub(super) fn value(text: &str, key_result: &KeyResult) -> Result<Number, CliError> {
    if let Measure::Milestones(steps) = &key_result.measure {
        let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        let key = &key_result.item.key;
        return Err(
            CliError::failure(format!("{key} is measured by milestones, not by a value")).hint(
                format!("--done says which step is done: {}", ids.join(", ")),
            ),
        );
    }
    number(text, "the value")
}

/// A number, without its unit and with a decimal point.
pub(in crate::cli::commands) fn number(text: &str, what: &str) -> Result<Number, CliError> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let error = CliError::failure(format!("{what} is no number: {}", line(text)));
    let digits = |c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-' | '+');
    let (figure, unit) = text.split_at(text.find(digits).unwrap_or(text.len()));
    let point = figure.replace(',', ".");
    if point.parse::<Number>().is_err() {
        return Err(error.hint("write digits, with a point before decimals, like 99.95"));
    }
    Err(if unit.trim().is_empty() {
        error.hint(format!("decimals stand behind a point: {point}?"))
    } else {
        error.hint(format!("its unit stands in the file already: {point}?"))
    })
}

/// How sure somebody is, in percent.
pub(super) fn confidence(text: &str) -> Result<Number, CliError> {
    let text = text.trim();
    let percent = number(text.strip_suffix('%').unwrap_or(text), "the confidence")?;
    if (Number::ZERO..=Number::HUNDRED).contains(&percent) {
        return Ok(percent);
    }
    Err(
        CliError::failure(format!("a confidence of {percent} % is none"))
            .hint("it is a percentage from 0 to 100"),
    )
}

/// How it goes.
pub(super) fn health(text: &str) -> Result<Health, CliError> {
    let word = text.trim().to_lowercase().replace([' ', '_'], "-");
    if let Some(health) = Health::parse(&word) {
        return Ok(health);
    }
    let words = Health::ALL.map(Health::as_str);
    let error = CliError::failure(format!("{} is no health", line(text)));
    Err(match closest(&word, words) {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint(format!("it is one of {}", words.join(", "))),
    })
}

/// A note on one line, as the issue's table shows it; nothing where it says nothing.
pub(super) fn note(text: &str) -> Option<String> {
    Row::on_one_line(text)
}

/// Whether nothing is said.
pub(super) fn is_empty(values: &RowValues) -> bool {
    *values == RowValues::default()
}
