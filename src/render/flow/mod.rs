//! How work flows: for a terminal, for programs, and the settings that a look at labels proposes.

mod human;
mod items;
mod json;
mod proposal;
pub(in crate::render) mod words;

pub use human::{FlowOptions, human};
pub use items::items;
pub use json::{flow_schema, json};
pub use proposal::proposal;
pub use words::duration;
