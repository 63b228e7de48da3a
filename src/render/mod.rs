//! Values → text in one format; one file a format. Pure: the same value gives the same bytes.

pub mod annotations;
pub mod apply;
mod check_in;
mod counted;
pub mod diagnostics;
pub mod doctor;
pub mod explain;
pub mod flow;
mod json_text;
mod line_address;
pub mod measure;
pub mod note;
pub mod plan;
pub mod pull;
pub mod rules;
pub mod site;
pub mod skeleton;
pub mod status;
pub mod terminal_text;
mod unified;
mod wrap;

pub use check_in::check_in_value;
pub use counted::counted;
pub use json_text::json_text;
use line_address::line_address;
pub use unified::unified;
