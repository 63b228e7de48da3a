//! Integration tests: one binary, one module a subject.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod cli;
mod edit;
mod files;
mod flow;
mod fuzz;
mod gitlab;
mod handbook;
mod history;
mod lint;
mod measure;
mod outside;
mod quarter;
mod reconcile;
mod sandbox;
mod scenarios;
mod scoring;
mod support;
mod threats;
mod tidy;
mod workspace;
