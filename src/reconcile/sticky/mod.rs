//! Texts of ours that are found by their marker and edited in place: a note on a merge request, an issue about drift.
//!
//! # One, and no second
//!
//! A text ends in a [`Mark`], a hidden comment. It counts only where its author is the token's own account or one of
//! [`Keeper::trusted`]: anybody may copy a marker. What is there is edited; only where nothing is there, something is made.
//! After every write it is looked at again: of two that a race made, or a lost answer hid, the oldest stays.
//!
//! # The newest, and no older
//!
//! The marker names the pipeline that wrote it. GitLab numbers pipelines in the order in which they are made, so one that
//! finds the text of a later pipeline leaves it alone.

mod issue;
mod mark;
mod note;

use std::collections::BTreeSet;

pub use issue::{KeptIssue, StickyIssue};
pub use mark::{Mark, Stage};
pub use note::KeptNote;

use crate::gitlab::{self, Client, CurrentUser, User};
use crate::model::Username;

/// Looks after texts of ours.
#[derive(Debug, Clone)]
pub struct Keeper<'a> {
    client: &'a Client,
    own: CurrentUser,
    trusted: &'a BTreeSet<Username>,
}

/// Why a text could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StickyError {
    /// A request failed.
    #[error("{doing}")]
    GitLab {
        /// What it was for.
        doing: &'static str,
        /// What GitLab or the network said.
        source: Box<gitlab::Error>,
    },
    /// A write was answered as done, and GitLab shows something else.
    #[error("GitLab does not show {what} as it was sent")]
    NotAsSent {
        /// What was written.
        what: &'static str,
    },
}

impl StickyError {
    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::GitLab { source, .. } => source.hint(),
            Self::NotAsSent { .. } => {
                "run it again; it edits what is there and makes no second one".to_owned()
            }
        }
    }
}

fn doing(doing: &'static str) -> impl FnOnce(gitlab::Error) -> StickyError {
    move |source| StickyError::GitLab {
        doing,
        source: Box::new(source),
    }
}

impl<'a> Keeper<'a> {
    /// Asks whose the token is. The markers of `trusted` accounts count besides its own.
    ///
    /// # Errors
    /// GitLab does not say.
    pub async fn new(
        client: &'a Client,
        trusted: &'a BTreeSet<Username>,
    ) -> Result<Self, StickyError> {
        let own = client.current_user().await;
        let own = own.map_err(doing("cannot ask GitLab whose the token is"))?;
        Ok(Self {
            client,
            own,
            trusted,
        })
    }

    fn is_own(&self, author: &User) -> bool {
        author.id == self.own.id
    }

    fn counts(&self, author: &User) -> bool {
        let trusted = |name: &Username| name.as_str().eq_ignore_ascii_case(&author.username);
        self.is_own(author) || self.trusted.iter().any(trusted)
    }
}

/// What was found under a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found<T> {
    thing: T,
    mark: Mark,
    own: bool,
}

/// Of all that was found the one to edit, first found first: one of our own account before one of another, which GitLab
/// may not let us edit.
fn chosen<T>(found: &[Found<T>]) -> Option<&Found<T>> {
    found.iter().find(|one| one.own).or_else(|| found.first())
}
