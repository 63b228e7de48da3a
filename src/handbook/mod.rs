//! OKRs ⇄ the lists of GitLab's handbook: the forms in which its quarters were published, in both directions.
//!
//! A [`Listing`] is what such a text can say: whose objective, its title, its key results, and what came of each.
//! [`listing`](fn@listing) takes it from the tree, [`write`](fn@write) writes it in a [`Form`], [`read`](fn@read) reads any
//! of the forms, ours and published ones. What is written reads back the same: what a title has of the forms' own
//! punctuation is escaped as Markdown escapes it, so that a page shows it as it was.
//!
//! Nothing of a text is passed over in silence: a line with something in it was read, or a finding says why not.

mod collect;
mod ending;
mod entry;
mod escape;
mod inline;
mod owners;
mod read;
mod rules;
#[cfg(test)]
mod tests;
mod write;

pub use collect::{Collected, Lost, Wanted, listing};
pub use owners::Owners;
pub use read::{Reading, read};
pub use rules::RULES;
pub use write::{Written, write};

use crate::model::{Id, Number};

/// A form in which the handbook published OKRs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// 2017-Q3 to 2018-Q4: nested lists; objectives below the ones that they support, one key result an item.
    Nested,
    /// FY20-Q1 to FY20-Q3: one line for each objective, its key results separated by commas, outcomes by their position.
    OneLine,
    /// FY20-Q4 to FY21-Q2: nested numbered lists, objectives bold, key results marked with `KR:`.
    Marked,
    /// FY21-Q3 and later: the description of an issue for each team, with `Objective:` and `Key Result:`.
    Issue,
    /// A page of objectives, each a heading with its key results and outcomes.
    Page,
}

impl Form {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [
        Self::Nested,
        Self::OneLine,
        Self::Marked,
        Self::Issue,
        Self::Page,
    ];

    /// Whether objectives stand below those that they support.
    pub fn nests(self) -> bool {
        matches!(self, Self::Nested | Self::Marked)
    }
}

/// What a text in one of the forms says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The objectives in the order of the text; one that supports another stands behind it.
    pub objectives: Vec<ListedObjective>,
}

/// An objective of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedObjective {
    /// Whose it is.
    pub team: Id,
    /// Its title; absent where a text names an owner and goes on with key results.
    pub title: Option<String>,
    /// The place in the listing of the objective that it supports, which is a smaller one than its own.
    pub supports: Option<usize>,
    /// What came of it.
    pub ending: Ending,
    /// The addresses that its title links to.
    pub links: Vec<String>,
    /// Its key results.
    pub key_results: Vec<ListedKeyResult>,
}

/// A key result of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKeyResult {
    /// Its title.
    pub title: String,
    /// The area in brackets before it, as it is written.
    pub area: Option<String>,
    /// What came of it.
    pub ending: Ending,
    /// The addresses that its title links to.
    pub links: Vec<String>,
}

/// What came of an objective or key result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ending {
    /// The score in percent; below 0 or above 100 where that was published.
    pub score: Option<Number>,
    /// What came of it in words.
    pub outcome: Option<String>,
    /// Why it was dropped, where it was: the handbook writes `OBE`, overtaken by events.
    pub dropped: Option<String>,
    /// The addresses that the outcome links to.
    pub links: Vec<String>,
}

impl Ending {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The reason of `OBE` where no other is given.
const OVERTAKEN: &str = "overtaken by events";
/// What stands for an outcome that there is none of, where outcomes go by position.
const NO_OUTCOME: &str = "-";
