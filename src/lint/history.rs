use std::collections::BTreeMap;

use crate::model::{Date, Id, Quarter, TeamOkrs};

/// What is known of earlier versions of the files.
#[derive(Debug, Clone)]
pub enum Past {
    /// They could be read.
    Known(History),
    /// They could not be read; the text says why and what to do about it.
    Unknown(String),
}

/// Earlier versions of teams' files, from version control.
#[derive(Debug, Clone, Default)]
pub struct History {
    versions: BTreeMap<(Quarter, Id), Vec<Version>>,
    complete_since: Option<Date>,
    closings: BTreeMap<Quarter, Closing>,
}

/// What is known of the commit that closed a quarter.
#[derive(Debug, Clone)]
pub enum Closing {
    /// It was found.
    Known(ClosedQuarter),
    /// There is one, and it cannot be read; the text says why and what to do about it.
    Unknown(String),
}

/// What a quarter's files said when it was closed.
#[derive(Debug, Clone)]
pub struct ClosedQuarter {
    /// The commit's abbreviated id.
    pub commit: String,
    /// The day of the commit.
    pub date: Date,
    /// The teams' files, by team.
    pub okrs: BTreeMap<Id, TeamOkrs>,
}

/// One file as a commit left it.
#[derive(Debug, Clone)]
pub struct Version {
    /// The commit's abbreviated id.
    pub commit: String,
    /// The day of the commit.
    pub date: Date,
    /// What the file said.
    pub okrs: TeamOkrs,
}

impl History {
    /// A history of which nothing is known yet. `complete_since` is the day before which commits are missing, as in a
    /// shallow clone; absent where all are there.
    pub fn new(complete_since: Option<Date>) -> Self {
        Self {
            versions: BTreeMap::new(),
            complete_since,
            closings: BTreeMap::new(),
        }
    }

    /// Adds how a quarter was closed.
    pub fn close(&mut self, quarter: Quarter, closing: Closing) {
        self.closings.insert(quarter, closing);
    }

    /// How a quarter was closed; nothing while it is not, as far as is known.
    pub fn closing(&self, quarter: Quarter) -> Option<&Closing> {
        self.closings.get(&quarter)
    }

    /// Adds a version of a file; versions of one file are added oldest first.
    pub fn add(&mut self, version: Version) {
        let file = (version.okrs.quarter, version.okrs.team.clone());
        self.versions.entry(file).or_default().push(version);
    }

    /// The versions of a file, oldest first; empty where none is known.
    pub fn versions(&self, quarter: Quarter, team: &Id) -> &[Version] {
        self.versions
            .get(&(quarter, team.clone()))
            .map_or(&[], Vec::as_slice)
    }

    /// The day before which commits are missing; absent where all are there.
    pub fn complete_since(&self) -> Option<Date> {
        self.complete_since
    }

    /// Every quarter and team that had a file.
    pub fn files(&self) -> impl Iterator<Item = &(Quarter, Id)> {
        self.versions.keys()
    }
}
