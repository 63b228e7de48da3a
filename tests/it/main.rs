//! Integration tests: one binary, one module a subject.

mod cli;
mod files;
mod gitlab;
mod reconcile;
mod sandbox;
mod support;
mod tidy;
mod workspace;
