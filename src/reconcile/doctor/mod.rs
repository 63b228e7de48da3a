//! What stands between these files and an apply to this GitLab: asked by reading only, judged by a pure function.
//!
//! * [`Wanted`] is what the files need of GitLab: trackers, labels, links, people.
//! * [`gather`] asks for as much of it as the token may see, and stops where further questions would only repeat an answer.
//! * [`examine`] turns the [`Facts`] into checks. What a plan knows too is judged by `plan::Obstacle`, for both.

mod access;
mod examine;
mod facts;
mod gather;
mod links;
mod people;
#[cfg(test)]
mod tests;
mod trackers;
mod wanted;

pub use access::token_obstacles;
pub use examine::examine;
pub use facts::{Asked, Facts, Failure, ProjectFacts, Surroundings};
pub use gather::gather;
pub use wanted::{Person, TrackerWants, Wanted};
