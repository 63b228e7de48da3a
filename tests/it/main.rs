//! Integration tests: one binary, one module a subject.

mod cli;
mod support;
mod tidy;
mod workspace;
