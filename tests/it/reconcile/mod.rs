//! Plan and apply against the sandbox, through the real client on a real socket.

mod apply;
mod edits;
mod ending;
mod faults;
mod laws;
mod model;
mod race;
mod reads;
mod scene;
mod soak;
mod sticky;
mod unseen;

pub(crate) use faults::thorough;
