//! Values → text in one format; one file a format. Pure: the same value gives the same bytes.

pub mod diagnostics;
mod json_text;
pub mod plan;
pub mod rules;
pub mod terminal_text;
mod wrap;
