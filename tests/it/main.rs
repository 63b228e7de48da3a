//! Integration tests: one binary, one module a subject.

mod cli;
mod sandbox;
mod support;
mod tidy;
mod workspace;
