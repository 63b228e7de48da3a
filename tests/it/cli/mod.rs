//! The command line, run as users run it.

mod adopt;
mod apply;
mod base;
mod blueprint;
mod demo;
mod doctor;
mod edits;
mod explain;
mod fix;
mod fmt;
mod frame;
mod hostile;
mod init;
mod new;
mod observe;
mod past;
mod plan;
mod readme;
mod release;
mod reports;
mod revert;
mod sandbox;
mod saved;
mod schema;
mod surroundings;
mod validate;
