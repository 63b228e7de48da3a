//! What `okr validate` writes for machines: GitLab's reports, SARIF and JSON, on stdout and in files.

use std::collections::BTreeSet;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::okr::{Okr, edit, example, files, okr, put, read, repository};
use crate::support::repository::{Repository, path};

const SRE: &str = "okrs/2026-q4/sre.toml";

/// The example with two mistakes of one key result, one of an objective, one of okr.toml, and a warning.
fn mistaken() -> TempDir {
    let dir = example();
    let change = |path: &str, from: &str, to: &str| edit(dir.path(), path, from, to);
    change(SRE, "from = 96", "from = \"96 h\"");
    change(SRE, "due = 2026-12-18", "due = \"2026-12-18\"");
    change(
        "okrs/2026-q4/sae.toml",
        "\"infrastructure/mission-critical\"",
        "\"infrastructure/mission\"",
    );
    change(
        "okr.toml",
        "parent = \"infrastructure\"\nmanager = \"sae-manager\"",
        "parent = \"infrastucture\"\nmanager = \"sae-manager\"",
    );
    put(dir.path(), "okrs/2026-q4/people.TOML", b"");
    dir
}

fn validate(dir: &Path, arguments: &[&str]) -> Okr {
    okr([&["validate"], arguments].concat()).dir(dir)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

fn code_quality(run: Okr) -> Vec<Value> {
    let ran = run.run();
    json(&ran.stdout).as_array().expect(&ran.stderr).clone()
}

/// Whether a value is valid by a schema of the repository.
fn is_valid(schema: &str, value: &Value) -> bool {
    let schema = json(&read(repository().join(schema)));
    jsonschema::validator_for(&schema).unwrap().is_valid(value)
}

/// The cases of a JUnit report that were not skipped: name, and the first element in it.
fn cases(xml: &str) -> Vec<(String, String)> {
    let name = |tag: &BytesStart<'_>| {
        let name = tag.try_get_attribute("name").unwrap().unwrap();
        name.normalized_value(quick_xml::XmlVersion::Explicit1_0)
            .unwrap()
            .into_owned()
    };
    let mut reader = Reader::from_str(xml);
    let mut cases: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => {
                cases.retain(|(_, outcome)| outcome != "skipped");
                return cases;
            }
            Event::Empty(tag) if tag.name().as_ref() == "testcase" => {
                cases.push((name(&tag), String::new()));
            }
            Event::Start(tag) => match tag.name().as_ref() {
                "testcase" => cases.push((name(&tag), String::new())),
                "testsuite" | "testsuites" => {}
                inner => {
                    let case = cases.last_mut().unwrap();
                    if case.1.is_empty() {
                        inner.clone_into(&mut case.1);
                    }
                }
            },
            _ => {}
        }
    }
}

#[test]
fn files_say_what_stdout_says_whether_there_are_errors_or_not() {
    let kinds = ["sarif", "code-quality", "junit", "json"];
    let reports: Vec<String> = kinds
        .iter()
        .map(|kind| format!("{kind}=report.{kind}"))
        .collect();
    let arguments: Vec<&str> = reports
        .iter()
        .flat_map(|report| ["--report", report])
        .collect();
    for (dir, status) in [(mistaken(), 1), (example(), 0)] {
        let ran = validate(dir.path(), &arguments).run();
        assert_eq!(ran.status, status, "{ran:?}");
        assert_eq!(
            ran.stdout,
            validate(dir.path(), &[]).run().stdout,
            "the result is the same with reports as without"
        );
        for kind in kinds {
            let shown = validate(dir.path(), &["--format", kind]).run();
            assert_eq!(shown.status, status);
            let written = read(dir.path().join(format!("report.{kind}")));
            assert_eq!(shown.stdout, written, "{kind}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_report_may_be_read_by_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = example();
    let mode = |path: &str| {
        let metadata = dir.path().join(path).metadata().unwrap();
        metadata.permissions().mode() & 0o777
    };
    put(dir.path(), "like-any-other", b"");
    validate(dir.path(), &["--report", "json=report.json"]).run();
    assert_eq!(mode("report.json"), mode("like-any-other"));
}

#[test]
fn code_quality_is_what_gitlab_reads() {
    let dir = mistaken();
    let entries = code_quality(validate(dir.path(), &["--format", "code-quality"]));
    let mut fingerprints = BTreeSet::new();
    let mut told = Vec::new();
    for entry in &entries {
        assert!(is_valid("tests/schemas/codeclimate.json", entry), "{entry}");
        let rule = entry["check_name"].as_str().unwrap();
        let description = entry["description"].as_str().unwrap();
        assert!(
            description.ends_with(&format!(" [{rule}]")),
            "{description}"
        );
        assert!(description.contains(" Help: "), "{description}");
        fingerprints.insert(entry["fingerprint"].as_str().unwrap());
        told.push(format!(
            "{} {} {}:{}",
            entry["severity"].as_str().unwrap(),
            rule,
            entry["location"]["path"].as_str().unwrap(),
            entry["location"]["lines"]["begin"]
        ));
    }
    assert_eq!(
        told,
        [
            "major unknown-team okr.toml:31",
            "minor unread-file okrs/2026-q4/people.TOML:1",
            "major unknown-reference okrs/2026-q4/sae.toml:9",
            "major unit-in-number okrs/2026-q4/sre.toml:23",
            "major quoted-date okrs/2026-q4/sre.toml:25",
        ]
    );
    assert_eq!(fingerprints.len(), entries.len());
    let flawed = serde_json::json!({ "description": "d", "severity": "major" });
    assert!(!is_valid("tests/schemas/codeclimate.json", &flawed));

    let clean = validate(example().path(), &["--format", "code-quality"]).run();
    assert_eq!((clean.stdout.as_str(), clean.status), ("[]\n", 0));
}

#[test]
fn a_finding_stays_itself_when_its_lines_move() {
    let dir = mistaken();
    let fingerprints = || -> Vec<(String, u64)> {
        let entries = code_quality(validate(dir.path(), &["--format", "code-quality"]));
        let of = |entry: &Value| {
            let line = entry["location"]["lines"]["begin"].as_u64().unwrap();
            (entry["fingerprint"].as_str().unwrap().to_owned(), line)
        };
        entries.iter().map(of).collect()
    };
    let before = fingerprints();
    let text = read(dir.path().join(SRE));
    put(
        dir.path(),
        SRE,
        format!("# moved\n# down\n{text}").as_bytes(),
    );
    let after = fingerprints();
    let names = |found: &[(String, u64)]| -> Vec<String> {
        found.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&before), names(&after));
    assert_eq!(before.last().unwrap().1 + 2, after.last().unwrap().1);
}

#[test]
fn paths_begin_at_the_root_of_the_repository() {
    let no_files = |dir: &Path| {
        let config = read(repository().join("okr.toml"));
        put(dir, "company/goals/okr.toml", config.as_bytes());
    };
    let path = |run: Okr| {
        let entry = code_quality(run).remove(0);
        entry["location"]["path"].as_str().unwrap().to_owned()
    };
    let dir = TempDir::new().unwrap();
    no_files(dir.path());
    let goals = dir.path().join("company/goals");
    let run = || validate(&goals, &["--format", "code-quality"]);
    let project = |within: &str| dir.path().join(within);
    // In no repository, nothing is known of where it begins.
    assert_eq!(path(run()), "okr.toml");
    let in_ci = |within: &str| path(run().env("CI_PROJECT_DIR", project(within)));
    assert_eq!(in_ci(""), "company/goals/okr.toml");
    assert_eq!(in_ci("company"), "goals/okr.toml");
    assert_eq!(in_ci("company/goals"), "okr.toml");
    assert_eq!(in_ci("company/none"), "okr.toml");
    // A worktree's `.git` is a file.
    put(dir.path(), "company/.git", b"gitdir: elsewhere");
    assert_eq!(path(run()), "goals/okr.toml");
    put(dir.path(), "elsewhere/x", b"");
    assert_eq!(in_ci("elsewhere"), "goals/okr.toml");
    assert_eq!(in_ci(""), "company/goals/okr.toml");

    let sarif = validate(&goals, &["--format", "sarif"]).run();
    let place = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert_eq!(
        json(&sarif.stdout).pointer(place).unwrap(),
        "goals/okr.toml"
    );
}

#[test]
fn each_objective_and_key_result_is_a_test() {
    let clean = validate(example().path(), &["--format", "junit"]).run();
    let good = cases(&clean.stdout);
    // Six files, five objectives, nine key results.
    assert_eq!(good.len(), 20, "{}", clean.stdout);
    assert!(good.iter().all(|(_, outcome)| outcome.is_empty()));

    let dir = mistaken();
    let ran = validate(dir.path(), &["--format", "junit"]).run();
    let found = cases(&ran.stdout);
    let with = |outcome: &str| -> Vec<&str> {
        let cases = found.iter().filter(|(_, found)| found == outcome);
        cases.map(|(name, _)| name.as_str()).collect()
    };
    assert_eq!(
        with("failure"),
        ["okr.toml", "2026-q4/sae/mttr", "2026-q4/sre/mtbf/hours"]
    );
    assert_eq!(with("system-out"), ["okrs/2026-q4/people.TOML"]);
    let names = |cases: &[(String, String)]| -> BTreeSet<String> {
        cases.iter().map(|(name, _)| name.clone()).collect()
    };
    let gone: Vec<String> = names(&good).difference(&names(&found)).cloned().collect();
    assert_eq!(gone, [""; 0], "mistakes take no test away");
    for part in [
        "okrs/2026-q4/sre.toml:23:8",
        "unit-in-number",
        "from = &quot;96 h&quot;",
        "help: ",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn only_what_is_selected_is_a_test() {
    let dir = mistaken();
    let ran = validate(dir.path(), &["--format", "junit", "--team", "sre"]).run();
    let names: Vec<String> = cases(&ran.stdout)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names[..2], ["okr.toml", SRE]);
    assert!(
        names[2..]
            .iter()
            .all(|name| name.starts_with("2026-q4/sre/"))
    );
}

#[test]
fn sarif_describes_every_rule_and_json_its_own_form() {
    let dir = mistaken();
    let log = json(&validate(dir.path(), &["--format", "sarif"]).run().stdout);
    let rules = log.pointer("/runs/0/tool/driver/rules").unwrap();
    let listed = okr(["rules"]).run().stdout;
    assert_eq!(rules.as_array().unwrap().len(), listed.lines().count());
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5);

    let document = json(&validate(dir.path(), &["--format", "json"]).run().stdout);
    assert!(is_valid("schema/findings.schema.json", &document));
    let notified = log.pointer("/runs/0/invocations/0/toolExecutionNotifications");
    let skipped = document["skipped"].as_array().unwrap().len();
    assert_eq!(notified.unwrap().as_array().unwrap().len(), skipped);
    assert_eq!(document["findings"][0]["url"], Value::Null);
    let mut flawed = document;
    flawed["findings"][0]["severity"] = "grave".into();
    assert!(!is_valid("schema/findings.schema.json", &flawed));
}

#[test]
fn places_in_earlier_versions_are_told_as_such() {
    let repository = Repository::below("goals");
    let config = "[gitlab]\nowner = \"a/b\"\n[teams.sre]\ntracker = \"a/sre\"\nmanager = \"mia\"\n\
                  [teams.sae]\ntracker = \"a/sae\"\nmanager = \"mia\"\n";
    let okrs = "[objective.a]\ntitle = \"Be there whenever users want to work\"\n";
    let former = "okrs/2026-q3/sre.toml";
    repository.put("okr.toml", config);
    repository.put(former, okrs);
    repository.put("okrs/2026-q4/sae.toml", okrs);
    repository.commit("2026-09-28", "last quarter");
    repository.remove(former);
    repository.put(SRE, okrs);
    repository.commit("2026-10-01", "this quarter");
    let found = |format: &str, team: &str| {
        let run = validate(&repository.dir(), &["--format", format, "--team", team]);
        let (name, value) = path().unwrap();
        let run = run.env(name.to_str().unwrap(), value);
        json(&run.env("OKR_TODAY", "2026-10-05").run().stdout)
    };
    let of_rule = |list: &Value, field: &str| -> Option<Value> {
        let list = list.as_array().unwrap();
        list.iter().find(|it| it[field] == "carried-over").cloned()
    };
    let document = found("json", "sre");
    let finding = of_rule(&document["findings"], "rule").expect("a finding");
    let place = &finding["related"][0];
    assert_eq!(
        (&place["path"], &place["line"]),
        (&former.into(), &2.into())
    );
    let commit = place["commit"].as_str().unwrap();
    assert!(is_valid("schema/findings.schema.json", &document));

    let log = found("sarif", "sre");
    let result = of_rule(&log["runs"][0]["results"], "ruleId").unwrap();
    assert_eq!(result["relatedLocations"], Value::Null);
    let said = result["message"]["text"].as_str().unwrap();
    let told = format!("See {commit}:goals/{former}:2:9: last quarter's.");
    assert!(said.contains(&told), "{said}");

    let other = found("json", "sae");
    assert_eq!(of_rule(&other["findings"], "rule"), None);
}

#[test]
fn rules_are_links_to_the_page_of_all_rules() {
    let page = "rules_url = \"https://okrs.example.com/a page\\t#top\"\n";
    let config = read(repository().join("okr.toml"));
    let dir = files(&[("okr.toml", format!("{page}{config}").as_bytes())]);
    let run = |arguments: &[&str]| validate(dir.path(), arguments);
    let url = "https://okrs.example.com/a%20page#no-files";
    let document = json(&run(&["--format", "json"]).run().stdout);
    assert_eq!(document["findings"][0]["url"], url);
    let log = json(&run(&["--format", "sarif"]).run().stdout);
    let rules = log.pointer("/runs/0/tool/driver/rules").unwrap();
    let described = rules.as_array().unwrap().iter();
    let links: Vec<&Value> = described.map(|rule| &rule["helpUri"]).collect();
    assert!(links.contains(&&Value::from(url)), "{links:?}");
    assert!(!links.contains(&&Value::Null));

    let link = format!("\u{1b}]8;;{url}\u{1b}\\no-files");
    let always = ["--color", "always"];
    let shown = run(&always).run().stdout;
    assert!(shown.contains(&link), "{shown:?}");
    // GitLab's job logs know colours, but no links.
    let logged = run(&always).env("GITLAB_CI", "true").run().stdout;
    assert!(
        logged.contains('\u{1b}') && !logged.contains("\u{1b}]8"),
        "{logged:?}"
    );
    assert!(!run(&[]).run().stdout.contains('\u{1b}'));
}

#[test]
fn a_report_needs_a_kind_and_a_file() {
    let dir = example();
    for wrong in ["junit", "junit=", "xml=a.xml", "=a", "Junit=a"] {
        let ran = validate(dir.path(), &["--report", wrong]).run();
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{wrong}");
        assert!(
            ran.stderr
                .contains("write it as annotations=FILE, sarif=FILE, code-quality=FILE, junit=FILE or json=FILE"),
            "{}",
            ran.stderr
        );
    }
    let ran = validate(dir.path(), &["--report", "junit=none/junit.xml"]).run();
    assert_eq!(ran.status, 1);
    assert!(ran.stdout.starts_with("valid: "), "{}", ran.stdout);
    let complaint = "error: cannot write none/junit.xml";
    assert!(ran.stderr.contains(complaint), "{}", ran.stderr);
}

#[test]
fn the_jobs_page_links_every_finding_and_quotes_none() {
    let dir = mistaken();
    let run = |variables: &[(&str, &str)]| {
        let file = dir.path().join("gl-annotations.json");
        let report = format!("annotations={}", file.display());
        let mut okr = validate(dir.path(), &["--report", &report]);
        for (name, value) in variables {
            okr = okr.env(name, *value);
        }
        assert_eq!(okr.run().status, 1);
        json(&read(file))
    };
    assert_eq!(run(&[]), json("{}"));
    let links = run(&[
        ("CI_PROJECT_URL", "https://gitlab.example.com/gl-infra/okrs"),
        ("CI_COMMIT_SHA", "feedc0ffee"),
    ]);
    let links = links["OKR findings"].as_array().unwrap();
    let all = code_quality(validate(dir.path(), &["--format", "code-quality"]));
    assert!(links.len() >= 5 && links.len() <= all.len(), "{links:#?}");
    let due = links
        .iter()
        .map(|link| &link["external_link"])
        .find(|link| link["label"].as_str().unwrap().contains("quoted-date"))
        .unwrap();
    let line = due["label"].as_str().unwrap().rsplit(':').next().unwrap();
    let url = format!("https://gitlab.example.com/gl-infra/okrs/-/blob/feedc0ffee/{SRE}#L{line}");
    assert_eq!(due["url"], url.as_str());
    assert!(!links.iter().any(|link| link.to_string().contains("96 h")));
}
