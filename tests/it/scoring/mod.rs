//! Scores: what was published, what is documented, and what must hold whatever the numbers are.
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking, and read the package's own files"
)]

mod documented;
mod laws;
mod standing;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use okrsync::config::Config;
use okrsync::diag::Diagnostics;
use okrsync::model::{Date, Key, Number, OkrTree, round_half_up};
use okrsync::plan::IssueOfKey;
use okrsync::report::{Issues, KeyResultStatus, Material, ObjectiveStatus, Status, status};
use okrsync::text::{FileId, SourceMap};

/// Files as they are loaded.
pub(crate) struct Okrs {
    sources: SourceMap,
    config: Config,
    tree: OkrTree,
}

const TEAMS: &str = "\
[gitlab]
owner = \"acme/okrs\"
[teams.dep]
manager = \"dora\"
tracker = \"acme/dep\"
[teams.a]
parent = \"dep\"
tracker = \"acme/a\"
[teams.b]
parent = \"dep\"
tracker = \"acme/b\"
";

impl Okrs {
    /// Loads teams' files of 2026-q4 with these settings in `[scoring]`; errors fail the test.
    pub(crate) fn load(scoring: &str, teams: &[(&str, &str)]) -> Self {
        let mut sources = SourceMap::new();
        let settings = format!("{TEAMS}[scoring]\n{scoring}");
        let file = sources.add("okr.toml", settings);
        let files: Vec<FileId> = teams
            .iter()
            .map(|(team, text)| sources.add(format!("okrs/2026-q4/{team}.toml"), *text))
            .collect();
        let mut found = Diagnostics::new();
        let config = okrsync::config::load(&sources, file, &[], &mut found);
        let tree = okrsync::load::load(&sources, &files, &config, &mut found);
        let errors: Vec<&String> = found.iter().map(|found| &found.message).collect();
        assert_eq!(errors, [""; 0], "{scoring} {teams:?}");
        Self {
            sources,
            config,
            tree,
        }
    }

    /// How the quarter goes on a day.
    pub(crate) fn on(&self, today: &str) -> Status {
        self.with(today, Issues::NotObserved)
    }

    /// The same with what people wrote into issues.
    pub(crate) fn seen(&self, today: &str, issues: &BTreeMap<Key, IssueOfKey>) -> Status {
        self.with(today, Issues::Observed(issues))
    }

    fn with(&self, today: &str, issues: Issues<'_>) -> Status {
        let today: Date = today.parse().unwrap();
        status(&Material {
            tree: &self.tree,
            config: &self.config,
            sources: &self.sources,
            issues,
            quarter: "2026-q4".parse().unwrap(),
            today,
            since: today,
        })
        .unwrap()
    }
}

/// An objective with these key results, each of which is its table without the title.
pub(crate) fn objective(id: &str, head: &str, key_results: &[&str]) -> String {
    let mut text = format!("[objective.{id}]\ntitle = \"T\"\n{head}\n");
    for (at, key_result) in key_results.iter().enumerate() {
        write!(
            text,
            "[objective.{id}.kr.k{at}]\ntitle = \"K\"\n{key_result}\n"
        )
        .unwrap();
    }
    text
}

/// How the one key result of a file goes at the quarter's end.
pub(crate) fn one(scoring: &str, key_result: &str) -> KeyResultStatus {
    let okrs = Okrs::load(scoring, &[("a", &objective("o", "", &[key_result]))]);
    let mut status = okrs.on("2026-12-31");
    let mut objective = status.teams.pop().unwrap().objectives.remove(0);
    objective.key_results.remove(0)
}

/// An objective of a status.
pub(crate) fn find<'a>(status: &'a Status, key: &str) -> &'a ObjectiveStatus {
    let mut all = status.teams.iter().flat_map(|team| &team.objectives);
    all.find(|objective| objective.key.to_string() == key)
        .unwrap()
}

/// A score with two decimals.
pub(crate) fn shown(score: Option<Number>) -> Option<String> {
    score.map(|score| format!("{} %", round_half_up(score, 2)))
}
