//! Runs rules over pieces of files.

use std::collections::BTreeMap;

use super::{ClosedQuarter, Closing, History, Material, Outcome, Past, Version, lint, rules};
use crate::config::{self, QuarterState};
use crate::diag::Diagnostics;
use crate::load;
use crate::model::Date;
use crate::text::{FileId, SourceMap};

const OKR_TOML: &str = r#"
[gitlab]
owner = "acme/okrs"
[teams.infrastructure]
manager = "director"
tracker = "acme/infrastructure"
[teams.sre]
parent = "infrastructure"
manager = "mia"
tracker = "acme/sre"
[teams.delivery]
parent = "infrastructure"
manager = "jo"
tracker = "acme/delivery"
"#;

/// The path of a piece that names none.
const PATH: &str = "okrs/2026-q4/sre.toml";

/// Some files, some of them as they were earlier, and a day.
pub(super) struct Case {
    files: Vec<(String, String)>,
    earlier: Vec<(String, Date, String)>,
    today: Date,
    past: bool,
}

impl Case {
    /// Pieces of files. A comment that is a path begins a file, `# okrs/2026-q4/sre.toml as of 2026-09-20` an earlier
    /// version of one, `# okr.toml` adds to the configuration.
    pub(super) fn new(text: &str) -> Self {
        let mut case = Self {
            files: vec![("okr.toml".to_owned(), OKR_TOML.to_owned())],
            earlier: Vec::new(),
            today: "2026-11-16".parse().unwrap(),
            past: true,
        };
        let mut path = (PATH.to_owned(), None);
        let mut piece = String::new();
        for line in text.lines().chain(["# okr.toml"]) {
            let named = line
                .strip_prefix("# ")
                .filter(|name| *name == "okr.toml" || name.starts_with("okrs/"));
            let Some(named) = named else {
                piece.push_str(line);
                piece.push('\n');
                continue;
            };
            case.take(path, std::mem::take(&mut piece));
            path = match named.split_once(" as of ") {
                Some((name, day)) => (name.to_owned(), Some(day.parse().unwrap())),
                None => (named.to_owned(), None),
            };
        }
        case
    }

    fn take(&mut self, (path, day): (String, Option<Date>), piece: String) {
        match (day, self.files.iter_mut().find(|(known, _)| *known == path)) {
            (Some(day), _) => self.earlier.push((path, day, piece)),
            (None, Some((_, text))) => text.push_str(&piece),
            (None, None) if piece.trim().is_empty() => {}
            (None, None) => self.files.push((path, piece)),
        }
    }

    pub(super) fn on(mut self, today: &str) -> Self {
        self.today = today.parse().unwrap();
        self
    }

    pub(super) fn without_past(mut self) -> Self {
        self.past = false;
        self
    }

    /// Everything that is found.
    pub(super) fn run(&self) -> (Outcome, SourceMap) {
        let mut sources = SourceMap::new();
        let ids: Vec<FileId> = self
            .files
            .iter()
            .map(|(path, text)| sources.add(path, text))
            .collect();
        let earlier: Vec<(FileId, Date)> = self
            .earlier
            .iter()
            .map(|(path, day, text)| (sources.add(path, text), *day))
            .collect();
        let rules: Vec<_> = rules().collect();
        let mut read = Diagnostics::new();
        let config = config::load(&sources, ids[0], &[], &mut read);
        let tree = load::load(&sources, &ids[1..], &config, &mut read);
        let past = if self.past {
            let mut history = History::new(None);
            for (at, (file, date)) in earlier.into_iter().enumerate() {
                let then = load::load(&sources, &[file], &config, &mut Diagnostics::new());
                let okrs = then.teams().next().unwrap().clone();
                let commit = format!("c0ffee{at}");
                if config.quarter_state(okrs.quarter) == QuarterState::Closed {
                    let closed = ClosedQuarter {
                        commit: commit.clone(),
                        date,
                        okrs: BTreeMap::from([(okrs.team.clone(), okrs.clone())]),
                    };
                    history.close(okrs.quarter, Closing::Known(closed));
                }
                history.add(Version { commit, date, okrs });
            }
            Past::Known(history)
        } else {
            Past::Unknown("there is no git".to_owned())
        };
        let mut outcome = lint(&Material {
            tree: &tree,
            config: &config,
            read: &read,
            today: self.today,
            past: &past,
            rules: &rules,
        });
        outcome.findings.extend(read);
        outcome.findings.sort(&sources);
        (outcome, sources)
    }

    /// What one rule finds: place, severity, message.
    pub(super) fn finds(&self, rule: &str) -> Vec<String> {
        let (outcome, sources) = self.run();
        let found = outcome.findings.iter().filter(|found| found.rule == rule);
        found
            .map(|found| {
                let place = sources.start(found.primary.as_ref().unwrap().span);
                let severity = format!("{:?}", found.severity).to_lowercase();
                format!("{}: {severity}: {}", place.line, found.message)
            })
            .collect()
    }
}

/// What one rule finds in pieces of files.
pub(super) fn finds(rule: &str, text: &str) -> Vec<String> {
    Case::new(text).finds(rule)
}

#[test]
fn every_example_of_the_documentation_is_what_it_says() {
    for rule in rules() {
        let guide = rule.guide.expect(rule.id);
        let bad = Case::new(guide.bad);
        assert!(
            !bad.finds(rule.id).is_empty(),
            "{} finds nothing in its bad example",
            rule.id
        );
        let good = Case::new(guide.good);
        assert_eq!(good.finds(rule.id), [""; 0], "{}", rule.id);
        for case in [bad, good] {
            let (outcome, sources) = case.run();
            let broken: Vec<_> = outcome
                .findings
                .iter()
                .filter(|found| rules().all(|rule| rule.id != found.rule))
                .map(|found| {
                    (
                        sources.locate(found.primary.as_ref().unwrap().span),
                        &found.message,
                    )
                })
                .collect();
            assert!(broken.is_empty(), "{}: {broken:?}", rule.id);
        }
    }
}
