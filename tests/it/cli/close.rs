//! `okr close`: what is missing, what is written, and the end of a quarter in GitLab.

use std::path::Path;

use crate::support::bench::Bench;
use crate::support::okr::{Okr, Ran, edit, example, files, okr, put, read};
use crate::support::repository::{Repository, path};

const LAST_DAY: &str = "2026-12-31";
const CONFIG: &str = "[gitlab]\nurl = \"https://gitlab.example.com\"\nowner = \"g/okrs\"\n\n[teams.a]\nname = \"A\"\nmanager = \"mia\"\n\
                      tracker = \"g/a\"\n\n[teams.b]\nname = \"B\"\nmanager = \"tom\"\ntracker = \"g/b\"\n";
/// One team that has said everything but for its scores.
const SAID: &str = "[objective.o]\ntitle = \"Be reliable\"\noutcome = \"It held\"\nretrospective.good = [\"g\"]\n\
                    retrospective.bad = [\"b\"]\nretrospective.try = [\"t\"]\n\n[objective.o.kr.k] # kept\ntitle = \"Raise it\"\n\
                    outcome = \"Nearly\"\nevidence = [\"g/a#1\"]\nfrom = 0\nto = 3\ncheck_in.2026-12-30 = { value = 2 }\n";
/// One that has no value of its key result.
const UNSAID: &str = "[objective.o]\ntitle = \"Be fast\"\n\n[objective.o.kr.k]\ntitle = \"Lower it\"\nfrom = 9\nto = 3\n";

fn close(arguments: &[&str]) -> Okr {
    okr([&["close", "2026-q4"], arguments].concat()).env("OKR_TODAY", LAST_DAY)
}

fn ran(dir: &Path, arguments: &[&str]) -> Ran {
    close(arguments).dir(dir).run()
}

#[test]
fn what_is_missing_is_shown_with_the_scores() {
    let dir = example();
    let before = read(dir.path().join("okrs/2026-q4/sre.toml"));
    let all = ran(dir.path(), &["--check"]);
    assert_eq!(all.status, 1, "{all:?}");
    insta::assert_snapshot!(all.stdout);
    assert_eq!(read(dir.path().join("okrs/2026-q4/sre.toml")), before);
    let one = ran(dir.path(), &["--check", "--team", "sre"]);
    assert!(one.stdout.contains("Site Reliability"), "{one:?}");
    assert!(!one.stdout.contains("Delivery"), "{one:?}");
}

#[test]
fn where_nobody_can_be_asked_todos_keep_the_places() {
    let dir = files(&[
        ("okr.toml", CONFIG.as_bytes()),
        ("okrs/2026-q4/a.toml", SAID.as_bytes()),
        ("okrs/2026-q4/b.toml", UNSAID.as_bytes()),
    ]);
    let one = ran(dir.path(), &[]);
    assert_eq!(one.status, 1, "{one:?}");
    assert!(
        one.stderr
            .contains("2026-q4 stays open: something is missing of b (2, tom)"),
        "{one:?}"
    );
    let a = read(dir.path().join("okrs/2026-q4/a.toml"));
    let added: Vec<&str> = a.lines().filter(|line| !SAID.contains(line)).collect();
    assert_eq!(added, ["score = 66.67", "score = 66.67"]);
    assert!(a.contains("[objective.o.kr.k] # kept"));
    let b = read(dir.path().join("okrs/2026-q4/b.toml"));
    assert_eq!(b.matches("TODO: ").count(), 6, "{b}");
    assert!(!b.contains("score"), "what nobody measured is guessed: {b}");
    assert_eq!(read(dir.path().join("okr.toml")), CONFIG);
    let judged = okr(["validate", "--format", "concise"])
        .dir(dir.path())
        .run();
    let found = judged.stdout.matches("[incomplete-closing]").count();
    assert_eq!(found, 2, "{judged:?}");
    // Again, with nothing new to write.
    let again = ran(dir.path(), &[]);
    assert_eq!(again.status, 1, "{again:?}");
    assert_eq!(read(dir.path().join("okrs/2026-q4/b.toml")), b);
    // A team that has said everything is done, and the quarter is not.
    let team = ran(dir.path(), &["--team", "a"]);
    assert_eq!(team.status, 0, "{team:?}");
    assert!(team.stderr.contains("2026-q4 stays open"), "{team:?}");
}

#[test]
fn what_is_said_last_closes_the_quarter() {
    let dir = files(&[
        (
            "okr.toml",
            format!("{CONFIG}\n# the year\n[quarters.2026-q4] # now\nstate = \"active\" # still\n")
                .as_bytes(),
        ),
        ("okrs/2026-q4/a.toml", SAID.as_bytes()),
        ("okrs/2026-q4/b.toml", UNSAID.as_bytes()),
    ]);
    let words = ["--outcome", "-5 °C \"at\"\nlast", "--evidence", "g/b#1"];
    let ran_of = |of: &str, words: &[&str]| ran(dir.path(), &[&["--of", of], words].concat());
    let one = ran_of("b/o/k", &words);
    assert_eq!(one.status, 0, "{one:?}");
    assert!(one.stderr.contains("b (2, tom)"), "{one:?}");
    let two = ran_of("b/o/k", &["--score", "40.5"]);
    assert_eq!(two.status, 0, "{two:?}");
    let learnt = ["--good", "x", "--good", "y", "--bad", "z", "--try", "u"];
    let three = ran_of(
        "2026-q4/b/o",
        &[&["--outcome", "So so"], &learnt[..]].concat(),
    );
    assert_eq!(three.status, 0, "{three:?}");
    assert_eq!(
        three.stdout.lines().last(),
        Some("2026-q4 is closed, with 2 objectives and 2 key results")
    );
    let b = read(dir.path().join("okrs/2026-q4/b.toml"));
    assert!(b.contains("retrospective.good = [\"x\", \"y\"]\n"), "{b}");
    assert!(b.contains("outcome = '-5 °C \"at\" last'\n"), "{b}");
    assert_eq!(b.matches("score = 40.5\n").count(), 2, "{b}");
    let config = read(dir.path().join("okr.toml"));
    assert!(
        config.ends_with("# the year\n[quarters.2026-q4] # now\nstate = \"closed\" # still\n"),
        "{config}"
    );
    let judged = okr(["validate"])
        .dir(dir.path())
        .env("OKR_TODAY", LAST_DAY)
        .run();
    assert!(!judged.stdout.contains("incomplete-closing"), "{judged:?}");
    let again = ran(dir.path(), &[]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(
        again
            .stderr
            .contains("2026-q4 is closed, and nothing is missing")
    );
}

#[test]
fn what_cannot_be_closed_is_left_as_it_is() {
    let repository = Repository::new();
    repository.put("okr.toml", CONFIG);
    repository.put("okrs/2026-q4/a.toml", SAID);
    repository.put("okrs/2026-q4/b.toml", UNSAID);
    repository.commit("2026-12-30", "the quarter");
    let dir = repository.dir();
    let told = |arguments: &[&str], day: &str| {
        let git = path().unwrap();
        let okr = okr(arguments.iter().copied()).dir(&dir).env("PATH", git.1);
        let ran = okr.env("OKR_TODAY", day).run();
        assert!(matches!(ran.status, 1 | 2), "{ran:?}");
        format!("$ okr {}\n{}", arguments.join(" "), ran.stderr)
    };
    let mut text = String::new();
    text += &told(&["close", "2026-q3"], LAST_DAY);
    text += &told(&["close", "2026-q4"], "2026-12-30");
    text += &told(&["close", "2026-q4", "--team", "c"], LAST_DAY);
    text += &told(
        &["close", "2026-q4", "--of", "a/o/l", "--outcome", "x"],
        LAST_DAY,
    );
    text += &told(
        &["close", "2026-q4", "--of", "a/o/k", "--good", "x"],
        LAST_DAY,
    );
    text += &told(
        &["close", "2026-q4", "--of", "a/o/k", "--score", "40,5 %"],
        LAST_DAY,
    );
    text += &told(&["close", "2026-q4", "--of", "a/o/k"], LAST_DAY);
    repository.put("okrs/2026-q4/b.toml", format!("{UNSAID}# not committed\n"));
    text += &told(&["close", "2026-q4"], LAST_DAY);
    insta::assert_snapshot!(text);
    let draft = format!("{CONFIG}[quarters.2026-q4]\nstate = \"draft\"\n");
    put(&dir, "okr.toml", draft.as_bytes());
    let draft = told(&["close", "2026-q4"], LAST_DAY);
    assert!(draft.contains("2026-q4 is a draft"), "{draft}");
    assert_eq!(read(dir.join("okrs/2026-q4/a.toml")), SAID);
}

#[test]
fn the_issues_of_a_closed_quarter_say_what_came_of_it_and_are_closed_once() {
    let bench = Bench::applied();
    let dir = bench.dir.path();
    let key = "2026-q4/sre/mtbf/hours";
    // Somebody carries it over, and somebody else closed an issue by hand.
    edit(
        dir,
        "okrs/2026-q4/sre.toml",
        "from = 96\nto = 240\n",
        "from = 96\nto = 240\noutcome = \"Failovers interrupt nobody\"\nevidence = [\"https://dash.example.com\"]\n",
    );
    let config = read(dir.join("okr.toml"));
    put(
        dir,
        "okr.toml",
        format!("{config}\n[quarters.\"2026-q4\"]\nstate = \"closed\"\n").as_bytes(),
    );
    let plan = bench.plan();
    assert!(plan.contains("2026-q4 is closed."), "{plan}");
    assert!(
        plan.contains("Plan: 14 to close with their quarter"),
        "{plan}"
    );
    bench.apply(&[]);
    bench.assert_at_rest();
    let issue = bench.issue(key);
    assert_eq!(issue["state"], "closed");
    let text = issue["description"].as_str().unwrap();
    for said in [
        "| Score | 52 % |",
        "**Outcome:** Failovers interrupt nobody",
        "**Closed** with 2026-q4.",
        "no longer taken into the files",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let notes = bench.get(&format!("{}/notes", bench.path(key))).to_string();
    assert_eq!(
        notes.matches("2026-q4 has ended; score 52 %").count(),
        1,
        "{notes}"
    );
    // Frozen: another manager changes nothing any more.
    edit(
        dir,
        "okr.toml",
        "manager = \"sre-manager\"",
        "manager = \"director\"",
    );
    bench.assert_at_rest();
    // Taken back, they are open again.
    put(dir, "okr.toml", config.as_bytes());
    let plan = bench.plan();
    assert!(
        plan.contains("2026-q4 was closed and is not any more"),
        "{plan}"
    );
    bench.apply(&[]);
    bench.assert_at_rest();
    assert_eq!(bench.issue(key)["state"], "opened");
}

/// What validate says of a repository some days after its quarter was closed.
fn judged(repository: &Repository) -> Ran {
    let git = path().unwrap();
    okr(["validate", "--format", "concise"])
        .dir(repository.dir())
        .env("PATH", git.1)
        .env("OKR_TODAY", "2027-01-12")
        .run()
}

const CHANGED: &str = "[closed-quarter-changed]";

fn closed() -> String {
    format!("{CONFIG}[quarters.2026-q4]\nstate = \"closed\"\n")
}

#[test]
fn a_closed_quarter_is_compared_with_what_it_was() {
    let repository = Repository::new();
    repository.put("okr.toml", CONFIG);
    repository.put("okrs/2026-q4/a.toml", SAID);
    repository.commit("2026-12-30", "the quarter");
    let moved = SAID.replace("value = 2", "value = 3");
    repository.put("okr.toml", closed());
    repository.put("okrs/2026-q4/a.toml", &moved);
    repository.commit("2027-01-08", "close it");
    assert!(!judged(&repository).stdout.contains(CHANGED));
    // What was there before it was closed is an edit by now.
    repository.put("okrs/2026-q4/a.toml", SAID);
    let said = "`check_in.2026-12-30` was changed after 2026-q4 was closed";
    let ran = judged(&repository);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains(said), "{ran:?}");
    repository.commit("2027-01-09", "make it look worse");
    assert!(judged(&repository).stdout.contains(said));
    let shallow = judged(&repository.cloned(&["--depth", "1"]));
    assert!(!shallow.stdout.contains(CHANGED), "{shallow:?}");
    let not_checked = "closed-quarter-changed not checked: 2026-q4 was closed before 2027-01-09, where the shallow clone begins";
    assert!(shallow.stderr.contains(not_checked), "{shallow:?}");
    // Open again and closed again, it is as it was then.
    repository.put("okr.toml", CONFIG);
    repository.commit("2027-01-10", "open it");
    assert!(!judged(&repository).stdout.contains(CHANGED));
    repository.put("okr.toml", closed());
    repository.commit("2027-01-11", "close it again");
    assert!(!judged(&repository).stdout.contains(CHANGED));
}

#[test]
fn a_quarter_that_only_a_branch_has_closed_may_still_be_edited() {
    let repository = Repository::new();
    repository.put("okr.toml", CONFIG);
    repository.put("okrs/2026-q4/a.toml", SAID);
    repository.commit("2026-12-30", "the quarter");
    let branch = repository.cloned(&[]);
    branch.git(&["checkout", "--quiet", "-b", "closing"]);
    branch.put("okr.toml", closed());
    branch.commit("2027-01-08", "close it");
    branch.put("okrs/2026-q4/a.toml", SAID.replace("Nearly", "As good as"));
    branch.commit("2027-01-09", "what its review asked for");
    assert!(!judged(&branch).stdout.contains(CHANGED));
    repository.put("okr.toml", closed());
    repository.commit("2027-01-08", "close it");
    branch.git(&["fetch", "--quiet"]);
    branch.git(&["rebase", "--quiet", "--onto", "origin/main", "HEAD~1"]);
    assert!(
        judged(&branch)
            .stdout
            .contains("`outcome` was changed after 2026-q4 was closed")
    );
}
