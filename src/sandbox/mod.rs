//! An embedded GitLab for tests, demos and first steps; it shares no types with the client.
//!
//! Pure state and rules ([`state`]), and over them the translations to REST, to GraphQL and to pages.

mod color;
mod graphql;
pub(crate) mod limits;
mod pages;
pub mod response;
pub mod state;

pub use response::Response;
