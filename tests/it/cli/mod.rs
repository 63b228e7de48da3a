//! The command line, run as users run it.

mod frame;
mod schema;
mod validate;
