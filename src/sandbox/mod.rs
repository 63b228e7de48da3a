//! An embedded GitLab for tests, demos and first steps; it shares no types with the client.
//!
//! Pure state and rules ([`state`]), and over them the translations to REST, to GraphQL and to pages; [`handle`] is the
//! whole of it without a socket. [`Sandbox::start`] puts it on loopback, with an injected [`Clock`], a journal of the
//! requests and [`Fault`]s as data.
//!
//! What it answers was recorded from a real GitLab 18.9; "recorded: create/labels-guest" names the file and the exchange
//! in `tests/recordings`, "facts" the notes on GitLab's own code.

mod clock;
mod color;
mod date;
mod fault;
mod graphql;
mod http;
mod limits;
mod pages;
mod quick_action;
mod request;
mod response;
mod rest;
mod server;
pub mod state;
mod text;
mod world;

pub use clock::Clock;
pub use fault::{EditRequest, Fault, FaultRule};
pub use http::handle;
pub use limits::Windows;
pub use request::Request;
pub use response::Response;
pub use server::{Error, JournalEntry, Options, Running, Sandbox};
pub use world::{
    World, WorldError, WorldGroup, WorldIssue, WorldMergeRequest, WorldMilestone, WorldProject,
    WorldToken, WorldUser,
};
