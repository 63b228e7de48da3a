//! Keys as people write them.

use super::CliError;
use crate::config::Config;
use crate::model::{Date, Key};
use crate::render::terminal_text::line;

/// The key that somebody names, in full or without its quarter, which is that of a day then.
///
/// # Errors
/// It is no key, or the day lies in no quarter.
pub(crate) fn named(text: &str, day: Date, config: &Config) -> Result<Key, CliError> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let Some(quarter) = config.calendar.quarter_of(day) else {
        return Err(CliError::usage(format!("{day} is in no quarter"))
            .hint("write the quarter in front, like 2026-q4/sre/mtbf/hours"));
    };
    Key::parse_reference(text, quarter).map_err(|error| {
        CliError::usage(format!("{} is no key", line(text)))
            .because(error)
            .hint("a key result is team/objective/key-result, like sre/mtbf/hours")
    })
}
