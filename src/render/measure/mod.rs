//! What was measured: for a terminal, for programs, and as the message of a commit.

mod human;
mod json;
mod message;

pub use human::{human, summary};
pub use json::{json, measure_schema};
pub use message::message;
