//! `okrsync`: Terraform for OKRs.
//!
//! Objectives and key results are declared in versioned TOML files, one per quarter and team. A reconciler validates
//! them, compares them with GitLab issues, shows the plan in the merge request and, on merge, makes it so.
//!
//! # Bird's-eye view
//!
//! ```text
//! okrs/2026-q4/sre.toml ── load ──► OkrTree ── issue ──► desired state ─┐
//!                                                                      ├─ plan ──► Plan ── reconcile ──► GitLab
//! GitLab ── gitlab ──► reconcile::observe ──► observed state ───────────┘
//! ```
//!
//! The rooms, from the pure core down to the shell that touches the world; an arrow between two rooms points down this
//! list only, and a test holds them to it:
//!
//! | room | one line |
//! | --- | --- |
//! | [`text`] | source text, byte spans → line and column |
//! | [`diag`] | what a diagnostic and a rule's metadata are |
//! | [`syntax`] | TOML text → spanned values, with every syntax and schema error |
//! | [`model`] | quarters, teams, objectives, key results, measures: valid by construction |
//! | [`config`] | `okr.toml`: raw → validated |
//! | [`load`] | TOML text → OKR tree and all diagnostics; never fails |
//! | [`lint`] | rules of good OKRs over the tree |
//! | [`issue`] | OKR ⇄ issue: managed block, marker, labels, escaping, check-in table |
//! | [`handbook`] | OKRs ⇄ the lists of GitLab's handbook |
//! | [`edit`] | changes to TOML text that keep comments and layout |
//! | [`plan`] | desired + base + observed → plan |
//! | [`flow`] | events of work items → flow, DORA and incident metrics |
//! | [`report`] | tree + today → scores, pace, health, staleness |
//! | [`render`] | values → bytes in one format |
//! | [`workspace`] | the only place that reads and writes the user's files, and reads their history |
//! | [`gitlab`] | typed client: knows GitLab, not OKRs |
//! | [`reconcile`] | observe and apply: where OKR words meet GitLab words |
//! | [`measure`] | work, incidents and deployments out of GitLab, kept in a store; numbers of other servers and of files |
//! | [`sandbox`] | an embedded GitLab for tests, demos and first steps |
//! | [`cli`] | arguments → library calls → render → exit status |
//!
//! The core (down to [`render`]) is synchronous and deterministic: no I/O, no clock, no environment.

pub mod cli;
pub mod config;
pub mod diag;
pub mod edit;
pub mod flow;
pub mod gitlab;
pub mod handbook;
pub mod issue;
pub mod lint;
pub mod load;
pub mod measure;
pub mod model;
pub mod plan;
pub mod reconcile;
pub mod render;
pub mod report;
pub mod sandbox;
pub mod syntax;
pub mod text;
pub mod workspace;
