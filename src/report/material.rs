use std::collections::BTreeMap;

use super::score::Place;
use crate::config::Config;
use crate::model::{Date, Key, OkrTree, Quarter};
use crate::plan::IssueOfKey;
use crate::text::{SourceMap, Span};

/// What people wrote into the issues, as far as anybody looked.
#[derive(Debug, Clone, Copy)]
pub enum Issues<'a> {
    /// Nobody asked GitLab.
    NotObserved,
    /// The issue of each key that has one.
    Observed(&'a BTreeMap<Key, IssueOfKey>),
}

impl<'a> Issues<'a> {
    /// The issue of a key, if it is known.
    pub fn of(self, key: &Key) -> Option<&'a IssueOfKey> {
        match self {
            Self::NotObserved => None,
            Self::Observed(issues) => issues.get(key),
        }
    }
}

/// What a status is made from.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The OKRs.
    pub tree: &'a OkrTree,
    /// What is asked of them.
    pub config: &'a Config,
    /// The texts that the OKRs were read from: every number names its place in them.
    pub sources: &'a SourceMap,
    /// What stands in the issues.
    pub issues: Issues<'a>,
    /// Which quarter.
    pub quarter: Quarter,
    /// The day on which it is looked at. What is dated later is not known yet.
    pub today: Date,
    /// The day since whose end changes are told.
    pub since: Date,
}

impl Material<'_> {
    /// Where a span begins.
    pub(super) fn place(&self, span: Span) -> Place {
        let file = self.sources.file(span.file);
        Place {
            file: file.path().to_owned(),
            line: file.line_of(span.start),
        }
    }
}
