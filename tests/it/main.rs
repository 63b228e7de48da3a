//! Integration tests: one binary, one module a subject.

mod cli;
mod reconcile;
mod sandbox;
mod support;
mod tidy;
mod workspace;
