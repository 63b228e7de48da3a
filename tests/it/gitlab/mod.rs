//! The client of GitLab, over a socket, against what a GitLab answered and against servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests read the recordings")]

mod bulk;
mod decode;
mod errors;
mod limits;
mod recordings;
mod repeat;
mod secrecy;
pub(crate) mod server;
mod tls;
mod write;
