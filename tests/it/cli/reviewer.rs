//! Plans as the people see them who answer for them: is the first line the answer?
//!
//! Each snapshot holds one plan twice: as a job prints it, and as the note in a merge request. Its JSON is held against its
//! schema.

use std::fmt::Write as _;

use okrsync::issue::{Body, Description, digest};
use serde_json::json;

use crate::support::bench::Bench;
use crate::support::okr::{assert_valid, edit, put, read};

const SRE: &str = "okrs/2026-q4/sre.toml";
const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// How many lines of each form are held in a snapshot.
const LINES: usize = 60;

/// Plans in every form, and gives what people look at.
fn reviewed(bench: &Bench) -> String {
    let run = |arguments: &[&str]| {
        let okr = bench.okr(&[&["plan"], arguments].concat());
        let ran = okr.env("CI", "true").run();
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.stdout
    };
    let plan = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert_valid("plan.schema.json", &plan);
    let head = |text: String| text.lines().take(LINES).collect::<Vec<_>>().join("\n");
    let note = run(&["--format", "markdown", "--report", "html=plan.html"]);
    let page = read(bench.dir.path().join("plan.html"));
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    format!("{}\n\n=== as a note ===\n\n{}", head(run(&[])), head(note))
}

/// Compares with a snapshot. New issues are numbered in the order in which GitLab answered.
macro_rules! assert_reviewed {
    ($bench:expr) => {
        insta::with_settings!({ filters => vec![(r"#\d+", "#N")] }, {
            insta::assert_snapshot!(reviewed($bench));
        });
    };
}

fn change(bench: &Bench, from: &str, to: &str) {
    edit(bench.dir.path(), SRE, from, to);
}

#[test]
fn a_new_quarter() {
    assert_reviewed!(&Bench::new());
}

#[test]
fn a_target_that_is_eased() {
    let bench = Bench::applied();
    change(&bench, "to = 240", "to = 200");
    assert_reviewed!(&bench);
}

#[test]
fn a_target_that_is_raised_and_another_that_is_eased() {
    let bench = Bench::applied();
    change(&bench, "to = 240", "to = 300");
    change(&bench, "from 96 h to 240 h", "from 96 h to 300 h");
    change(&bench, "from = 21\nto = 8", "from = 21\nto = 10");
    assert_reviewed!(&bench);
}

#[test]
fn a_due_date_that_moves() {
    let bench = Bench::applied();
    change(&bench, "due = 2026-12-18", "due = 2026-12-31");
    assert_reviewed!(&bench);
}

#[test]
fn a_key_result_that_is_dropped() {
    let bench = Bench::applied();
    let dropped =
        "owner = \"leila\"\nstatus = \"dropped\"\nreason = \"The alarm's owner took it over.\"\n";
    change(&bench, "owner = \"leila\"\n", dropped);
    assert_reviewed!(&bench);
}

#[test]
fn five_hundred_changes_over_twelve_teams() {
    let bench = Bench::new();
    let dir = bench.dir.path();
    for team in ["andrew", "delivery", "infrastructure", "sae", "sre"] {
        std::fs::remove_file(dir.join(format!("okrs/2026-q4/{team}.toml"))).unwrap();
    }
    let config = read(dir.join("okr.toml")).replace("max_create = 200", "max_create = 600");
    let mut config = config.replace("max_notify = 300", "max_notify = 600");
    for team in 1..=12 {
        let _ = write!(
            config,
            "\n[teams.team-{team:02}]\nname = \"Team {team}\"\nparent = \"infrastructure\"\nmanager = \"director\"\n\
             tracker = \"gl-infra/infrastructure\"\npolicy = {{ key_results = {{ min = 0, max = 50 }} }}\n"
        );
        let mut okrs =
            format!("[objective.flow]\ntitle = \"Let work of team {team} flow without waiting\"\n");
        for result in 1..=40 {
            let _ = write!(
                okrs,
                "[objective.flow.kr.wait-{result}]\ntitle = \"Halve the wait at gate {result}\"\nunit = \"h\"\n\
                 from = {}\nto = {result}\n",
                2 * result
            );
        }
        put(
            dir,
            &format!("okrs/2026-q4/team-{team:02}.toml"),
            okrs.as_bytes(),
        );
    }
    put(dir, "okr.toml", config.as_bytes());
    assert_reviewed!(&bench);
}

#[test]
fn only_check_ins() {
    let bench = Bench::applied();
    for (file, last, next) in [
        (
            SRE,
            "check_in.2026-11-16 = { value = 171,",
            "check_in.2026-11-15 = { value = 170 }\n",
        ),
        (
            SRE,
            "check_in.2026-11-16 = { value = 14,",
            "check_in.2026-11-15 = { value = 15 }\n",
        ),
    ] {
        edit(bench.dir.path(), file, last, &format!("{next}{last}"));
    }
    change(
        &bench,
        "2026-11-16 = { value = 14,",
        "2026-11-16 = { value = 13,",
    );
    assert_reviewed!(&bench);
}

#[test]
fn only_text_that_is_rendered_anew() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let description = bench.get(&path)["description"].as_str().unwrap().to_owned();
    let mut description = Description::parse(&description).unwrap();
    let mut block = description.block.take().unwrap();
    block.body = block.body.replace("| Share |", "| Part |");
    let applied = &mut block.marker.applied;
    applied.renderer = 0;
    applied.digest = digest(&Body::parse(&block.body).definition);
    let rendered = description.with_block(block).render().unwrap();
    bench.ask("PUT", &path, &json!({ "description": rendered }));
    assert_reviewed!(&bench);
}

#[test]
fn drift_that_is_kept() {
    let bench = Bench::applied();
    let edited = json!({ "title": "MTBF!", "due_date": "2027-01-31" });
    bench.ask("PUT", &bench.path(HOURS), &edited);
    assert_reviewed!(&bench);
}

#[test]
fn refused_by_a_limit() {
    let bench = Bench::applied();
    let limit = ("max_close = 5", "max_close = 2");
    edit(bench.dir.path(), "okr.toml", limit.0, limit.1);
    std::fs::remove_file(bench.dir.path().join("okrs/2026-q4/delivery.toml")).unwrap();
    change(
        &bench,
        "depends_on = [\"delivery/deploys/change-failures\"]\n",
        "",
    );
    let supporter = "okrs/2026-q4/andrew.toml";
    edit(bench.dir.path(), supporter, ", \"delivery/deploys\"", "");
    assert_reviewed!(&bench);
}

#[test]
fn a_conflict() {
    let bench = Bench::applied();
    let path = bench.path(HOURS);
    let description = bench.get(&path)["description"].as_str().unwrap().to_owned();
    let damaged = description.replace("<!-- okrsync -->", "");
    assert_ne!(damaged, description);
    bench.ask("PUT", &path, &json!({ "description": damaged }));
    change(&bench, "to = 240", "to = 200");
    assert_reviewed!(&bench);
}

#[test]
fn a_confidential_target() {
    let bench = Bench::new();
    change(
        &bench,
        "owner = \"ines\"\n",
        "owner = \"ines\"\nconfidential = true\n",
    );
    bench.apply(&[]);
    change(&bench, "to = 240", "to = 200");
    let told = reviewed(&bench);
    let page = read(bench.dir.path().join("plan.html"));
    for secret in ["MTBF from", "240 h", "200 h"] {
        assert!(
            !told.contains(secret) && !page.contains(secret),
            "{secret}: {told}"
        );
    }
    assert_reviewed!(&bench);
}
