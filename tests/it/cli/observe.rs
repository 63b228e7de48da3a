//! `okr observe`, and plans from what it has recorded: without a network, without a token.

use serde_json::Value;

use crate::support::bench::{Bench, TOKEN};
use crate::support::okr::{Ran, edit, okr, put, read};

const SRE: &str = "okrs/2026-q4/sre.toml";

/// Plans from the record, where no server and no token are known.
fn offline(bench: &Bench, arguments: &[&str]) -> Ran {
    let plan = ["plan", "--observed", "observation.json"];
    okr([&plan[..], arguments].concat())
        .dir(bench.dir.path())
        .run()
}

fn recorded(bench: &Bench) -> String {
    let ran = bench.run(&["observe", "--out", "observation.json"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(
        ran.stderr
            .contains("recorded 14 issues in observation.json"),
        "{ran:?}"
    );
    read(bench.dir.path().join("observation.json"))
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn a_plan_from_a_record_is_the_plan_of_that_moment() {
    let bench = Bench::applied();
    let text = recorded(&bench);
    assert!(!text.contains(TOKEN), "a token was recorded");
    let writes = bench.writes();
    let dir = bench.dir.path();
    edit(dir, SRE, "to = 240", "to = 260");
    edit(dir, SRE, "from 96 h to 240 h", "from 96 h to 260 h");
    let now = json(&bench.run(&["plan", "--format", "json"]));
    let then = json(&offline(&bench, &["--format", "json"]));
    assert_eq!(now["changes"], then["changes"]);
    assert_eq!(now["summary"], then["summary"]);
    let notices = then["notices"].as_array().unwrap();
    assert!(notices.iter().any(|notice| notice["id"] == "recorded"));
    assert_eq!(bench.writes(), writes);

    // What happens in GitLab afterwards is not known.
    bench.apply(&[]);
    assert_eq!(
        json(&offline(&bench, &["--format", "json"]))["changes"],
        then["changes"]
    );
}

#[test]
fn a_record_holds_what_other_files_may_need_and_says_what_it_lacks() {
    let bench = Bench::applied();
    recorded(&bench);
    let dir = bench.dir.path();
    // Another key result: the labels of its tracker are known though the plan of the record's files needed none of them.
    let new = "\n[objective.mtbf.kr.night-pages]\ntitle = \"Halve the pages at night from 20 to 10\"\nowner = \"noel\"\nfrom = 20\nto = 10\n";
    let text = read(dir.join(SRE));
    edit(dir, SRE, &text, &format!("{text}{new}"));
    edit(
        dir,
        "okr.toml",
        "manager = \"sre-manager\"",
        "manager = \"noel\"",
    );
    let plan = json(&offline(&bench, &["--format", "json"]));
    let creates = plan["changes"].as_array().unwrap().iter();
    let creates: Vec<_> = creates
        .filter(|change| change["action"] == "create")
        .map(|change| change["key"].as_str().unwrap())
        .collect();
    assert_eq!(creates, ["2026-q4/sre/mtbf/night-pages"]);
    let notices = plan["notices"].as_array().unwrap();
    let has = |id: &str| notices.iter().any(|notice| notice["id"] == id);
    assert!(
        has("account-unknown") && !has("labels-unknown"),
        "{notices:#?}"
    );
}

#[test]
fn what_is_no_record_is_said() {
    let bench = Bench::new();
    for (text, said) in [
        (None, "No such file"),
        (
            Some("# Plan"),
            "it is not an observation that okr observe has written",
        ),
        (
            Some("{\"format\": 2}"),
            "its format is 2; this okr reads format 1",
        ),
    ] {
        if let Some(text) = text {
            put(bench.dir.path(), "observation.json", text.as_bytes());
        }
        let ran = offline(&bench, &[]);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("okr observe --out FILE"),
            "{}",
            ran.stderr
        );
    }
}
