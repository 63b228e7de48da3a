//! A typed client for GitLab: knows GitLab, not OKRs.
//!
//! It guesses nothing. What it relies on was recorded from a running GitLab 18.9 and is named where it is relied on, as
//! "recorded: scenario/step".
//!
//! # What it guarantees
//!
//! * A request that makes something new is sent once. It is sent again only where nothing can have happened: after a
//!   429, or when no connection came about. Every other failure says [whether it may have written](Error::is_ambiguous).
//! * A rate limit is obeyed, by all requests that it concerns; see `gate`.
//! * The token goes to the configured server only, and into no text.
//! * An answer that is not understood is an error, never an empty list.
//!
//! # What it leaves to its caller
//!
//! GitLab drops what it does not like with 200 or 201: compare every answer with what was sent. And it has no
//! compare-and-swap: read right before you write, with [`Client::update_issue_once`].

mod activity;
mod artifact;
mod backoff;
mod bulk;
mod call;
mod classify;
mod client;
mod clock;
mod concurrency;
mod count;
mod error;
mod event;
mod gate;
mod graphql;
mod issue;
mod issue_write;
mod label;
mod link;
mod merge_request;
mod metadata;
mod milestone;
mod note;
mod observer;
mod paging;
mod project;
mod send;
mod settings;
mod token;
mod user;
mod work;

pub use activity::Activity;
pub use bulk::{
    Complexity, IssueQuery, IssueRead, Knowledge, ObservedIssue, ObservedLink, ObservedProject, Via,
};
pub use call::ProjectRef;
pub(crate) use classify::tls;
pub use client::Client;
pub(crate) use client::http_client;
pub use clock::{Clock, ManualClock, SystemClock};
pub use concurrency::Parallelism;
pub use count::LifeSpan;
pub use error::{Cause, Conflict, Error, ErrorKind, GraphqlProblem, TlsProblem};
pub use event::{EventLabel, LabelAction, LabelEvent, StateChange};
pub use graphql::DOCUMENTS;
pub use issue::{Issue, IssueFilter, IssueState, Milestone, Weight};
pub use issue_write::{Change, IssuePatch, NewIssue, StateEvent};
pub use label::{Label, LabelHome, NewLabel};
pub use link::{IssueLink, LinkType, LinkedIssue};
pub use merge_request::{MergeRequest, MergeRequestNumber};
pub use metadata::Metadata;
pub use milestone::{ListedMilestone, MilestoneIssue, MilestoneState};
pub use note::{NewestNotes, Note, NoteTarget};
pub use observer::{Event, Observer};
pub use project::{
    Access, IssuesAccess, Permissions, Project, ProjectLinks, ProjectPlan, Visibility,
};
pub use settings::{Settings, SettingsError, TokenKind};
pub(crate) use settings::{USER_AGENT, is_loopback};
pub use token::{Token, TokenError};
pub use user::{AccountKind, CurrentUser, Member, TokenSelf, User};
pub use work::{DeployJob, DeployedMergeRequest, DeploymentRecord, WorkLinks, WorkRecord};
