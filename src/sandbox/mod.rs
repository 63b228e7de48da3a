//! An embedded GitLab for tests, demos and first steps; it shares no types with the client.
//!
//! Pure state and rules ([`state`]), and over them the translations to REST, to GraphQL and to pages.

pub(crate) mod color;
mod date;
mod graphql;
pub(crate) mod limits;
mod pages;
mod quick_action;
pub mod response;
pub mod state;
mod text;

pub use response::Response;
