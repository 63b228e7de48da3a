//! What a diagnostic is: data that says what is wrong, where, why, and what to do about it.
//!
//! Nothing here knows a concrete rule or an output format. Problems in users' files are always diagnostics, never `Err`.

mod diagnostic;
mod rule;
mod sink;
mod suggest;

pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use rule::{Guide, Level, Levels, RuleMeta};
pub use sink::Diagnostics;
pub use suggest::{closest, misspelt};
