//! The command line, run as users run it.

mod apply;
mod blueprint;
mod demo;
mod edits;
mod frame;
mod past;
mod plan;
mod readme;
mod reports;
mod sandbox;
mod schema;
mod surroundings;
mod validate;
