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
        }
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
