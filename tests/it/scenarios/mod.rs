//! Plans of small scenarios, which are texts in `tests/scenarios`: what was applied, what changed since on either side, and
//! the whole plan that follows.
#![expect(
    clippy::disallowed_methods,
    reason = "reads the scenarios and the sources themselves"
)]

mod coverage;
mod files;
mod gitlab;
mod given;
mod language;
mod statements;
mod told;

use std::fs;

use language::Scenario;

use crate::support::okr::repository;

/// Every scenario, file by file in the order of their names.
fn all() -> Vec<Scenario> {
    let dir = repository().join("tests/scenarios");
    let mut paths: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        language::read(&name, &text).unwrap_or_else(|mistake| panic!("{mistake}"))
    };
    paths.iter().flat_map(read).collect()
}

#[test]
fn every_scenario_has_the_plan_that_it_expects() {
    let mut wrong = Vec::new();
    for scenario in all() {
        let found = match given::planned(&scenario) {
            Ok(plan) => {
                let json = serde_json::to_string(&plan).unwrap();
                assert_eq!(plan, serde_json::from_str(&json).unwrap());
                told::told(&plan)
            }
            Err(mistake) => vec![mistake],
        };
        if found != scenario.plan {
            let lines = |lines: &[String]| {
                let lines = lines.iter().map(|line| format!("  {line}\n"));
                lines.collect::<String>()
            };
            wrong.push(format!(
                "{}:{}: {}\nexpected\n{}found\n{}",
                scenario.file,
                scenario.line,
                scenario.name,
                lines(&scenario.plan),
                lines(&found)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_first_scenario_has_nothing_to_do() {
    let all = all();
    assert_eq!(all[0].name, "nothing to do");
    assert_eq!(all[0].plan, ["nothing"]);
    assert!(all.len() >= 60, "{}", all.len());
}

#[test]
fn what_a_scenario_cannot_mean_names_its_line() {
    for (given, said) in [
        (
            "the moon is full",
            "f:2: no line has this form: the moon is full",
        ),
        ("now sre objective.mtbf", "f:2: no TOML"),
        (
            "now sre remove objective.none",
            "f:2: there is no objective.none",
        ),
        (
            "now sre objective.mtbf.titel = \"x\"",
            "f:1: the files are wrong",
        ),
        ("sre/none is closed", "f:2: there is no issue of sre/none"),
        (
            "now sre remove objective\nbase is that",
            "f:3: first what was",
        ),
        ("label x is removed from sre/mtbf", "f:2: it is so already"),
    ] {
        let read = language::read("f", &format!("scenario a\n{given}\nplan\n  nothing")).unwrap();
        let mistake = given::planned(&read[0]).unwrap_err();
        assert!(mistake.starts_with(said), "{mistake}");
    }
}
