//! `okr export` and `okr import`: the handbook's forms, there and back.

use std::fs;
use std::path::Path;

use crate::support::okr::{example, files, okr, put, read, repository};

const OKR_TOML: &[u8] = b"[gitlab]\nowner = \"acme/okrs\"\n\
    [teams.infrastructure]\nname = \"Infrastructure\"\nmanager = \"director\"\ntracker = \"acme/infra\"\n\
    [teams.sae]\nname = \"Site Availability\"\nparent = \"infrastructure\"\nmanager = \"noor\"\ntracker = \"acme/infra\"\n\
    [policy]\nareas = [\"availability\", \"product\", \"infrastructure\"]\n";

const PUBLISHED: &str = "\
* Infrastructure: Make GitLab.com ready for mission critical workloads => 50%
  * Dependability: Minimize GitLab.com's MTTR => 80%
    * [Availability] Deliver observable availability improvements => 90%
    * [Introspective] Raise first reply-time SLA for premium from 92% to 95%: N/A
";

const FORMS: [&str; 5] = ["nested", "one-line", "marked", "issue", "page"];

/// A workspace with nothing but its okr.toml.
fn empty() -> tempfile::TempDir {
    files(&[("okr.toml", OKR_TOML)])
}

fn toml(dir: &Path, path: &str) -> toml::Table {
    read(dir.join(path)).parse().unwrap()
}

#[test]
fn the_example_is_exported_in_every_form() {
    for form in FORMS {
        let ran = okr(["export", "--form", form]).dir(repository()).run();
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        insta::assert_snapshot!(
            format!("export-{form}"),
            format!("{}---\n{}", ran.stdout, ran.stderr)
        );
    }
}

#[test]
fn what_is_exported_is_imported_again() {
    for form in FORMS {
        let from = example();
        let text = okr(["export", "--form", form])
            .dir(from.path())
            .run()
            .stdout;
        put(from.path(), "page.md", text.as_bytes());
        fs::remove_dir_all(from.path().join("okrs")).unwrap();
        let ran = okr(["import", "page.md", "--quarter", "2026-q4", "--write"])
            .dir(from.path())
            .run();
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(!ran.stderr.contains("handbook-"), "{}", ran.stderr);
        let again = okr(["export", "--form", form]).dir(from.path()).run();
        if matches!(form, "nested" | "marked") {
            assert_eq!(again.stdout, text, "{form}: {}", again.stderr);
        }
        // Where it cannot be said what an objective supports, they come in another order.
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(
            sorted(&again.stdout),
            sorted(&text),
            "{form}: {}",
            again.stderr
        );
        // What is written stands in the canonical form, and nothing in it cannot be read.
        let formatted = okr(["fmt", "--check"]).dir(from.path()).run();
        assert_eq!(formatted.status, 0, "{}", formatted.stdout);
        // A second time there is nothing to write.
        let ran = okr(["import", "page.md", "--quarter", "2026-q4", "--write"])
            .dir(from.path())
            .run();
        assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains("already, by title"), "{}", ran.stderr);
    }
}

#[test]
fn a_published_text_becomes_files_that_validate_judges() {
    let dir = empty();
    put(dir.path(), "page.md", PUBLISHED.as_bytes());
    let arguments = [
        "import",
        "page.md",
        "--quarter",
        "2026-q4",
        "--owner",
        "Dependability=sae",
    ];
    let ran = okr(arguments).dir(dir.path()).run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!(
        "import-published",
        format!("{}---\n{}", ran.stdout, ran.stderr)
    );
    let ran = okr(arguments.into_iter().chain(["--write"]))
        .dir(dir.path())
        .run();
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    let written = toml(dir.path(), "okrs/2026-q4/sae.toml");
    let mttr = &written["objective"]["minimize-gitlab-com-s-mttr"];
    assert_eq!(mttr["score"].as_integer(), Some(80));
    assert_eq!(
        mttr["supports"][0].as_str(),
        Some("infrastructure/make-gitlab-com-ready-for-mission")
    );
    let found = okr(["validate", "--format", "concise"])
        .dir(dir.path())
        .run()
        .stdout;
    assert!(found.contains("placeholder"), "{found}");
    assert!(!found.contains("no-measure"), "{found}");
}

#[test]
fn a_published_score_that_its_key_results_do_not_give_is_found() {
    let dir = empty();
    let text = "* sae: Scale => 80%\n  * One => 100%\n  * Two => 100%\n  * Three => 0%\n";
    put(dir.path(), "page.md", text.as_bytes());
    let ran = okr(["import", "page.md", "--quarter", "2026-q4", "--write"])
        .dir(dir.path())
        .run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let found = okr(["validate", "--format", "concise"])
        .dir(dir.path())
        .run()
        .stdout;
    assert!(
        found.contains("error[score-mismatch]: the score is 80, but its key results give 67"),
        "{found}"
    );
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let dir = empty();
    put(dir.path(), "page.md", PUBLISHED.as_bytes());
    let there = "[objective.own]\ntitle = \"Our own\"\n";
    put(dir.path(), "okrs/2026-q4/sae.toml", there.as_bytes());
    let ran = okr([
        "import",
        "page.md",
        "--quarter",
        "2026-q4",
        "--owner",
        "Dependability=sae",
        "--write",
    ])
    .dir(dir.path())
    .run();
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr
            .contains("okrs/2026-q4/sae.toml is there already"),
        "{}",
        ran.stderr
    );
    assert_eq!(read(dir.path().join("okrs/2026-q4/sae.toml")), there);
    assert!(!dir.path().join("okrs/2026-q4/infrastructure.toml").exists());
}

#[test]
fn owners_and_teams_are_asked_for_by_name() {
    let dir = empty();
    put(dir.path(), "page.md", PUBLISHED.as_bytes());
    let import = |more: &[&str]| {
        let all = ["import", "page.md", "--quarter", "2026-q4"];
        okr(all.iter().chain(more).copied()).dir(dir.path()).run()
    };
    // Who that is, nobody has said: its lines are shown, and the others are read.
    let ran = import(&[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    insta::assert_snapshot!("import-unknown-owner", ran.stderr);
    let ran = import(&["--owner", "Dependability=saee"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("did you mean sae?"), "{}", ran.stderr);
    let ran = import(&["--owner", "Dependability"]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    let ran = import(&["--team", "sae", "--owner", "Dependability=sae"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("left out: 1 objective of other teams"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout.contains("# supports = [\"infrastructure/"),
        "{}",
        ran.stdout
    );
    // An issue names no owner.
    put(
        dir.path(),
        "page.md",
        b"Objective: Sleep well (50%)\n- Key Result: One\n",
    );
    assert_eq!(import(&[]).status, 1);
    let ran = import(&["--team", "sae"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("[objective.sleep-well]"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_is_confidential_is_left_out() {
    let dir = empty();
    let okrs = "[objective.a]\ntitle = \"Open\"\n[objective.a.kr.s]\ntitle = \"Secret one\"\nconfidential = true\nfrom = 0\nto = 1\n\
                [objective.b]\ntitle = \"Secret two\"\nconfidential = true\n[objective.b.kr.k]\ntitle = \"Secret three\"\nfrom = 0\nto = 1\n";
    put(dir.path(), "okrs/2026-q4/sae.toml", okrs.as_bytes());
    for form in FORMS {
        let ran = okr(["export", "--form", form]).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("Open"), "{}", ran.stdout);
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("Secret"),
            "{}",
            ran.stdout
        );
        let keys = "2026-q4/sae/b, 2026-q4/sae/b/k, 2026-q4/sae/a/s";
        assert!(
            ran.stderr
                .contains(&format!("left out as confidential: {keys}")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_selection_is_exported_into_a_file() {
    let dir = example();
    let ran = okr(["export", "--team", "sre", "--out", "sre.md", "--quiet"])
        .dir(dir.path())
        .run();
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "", "")
    );
    let text = read(dir.path().join("sre.md"));
    assert!(text.starts_with("* Site Reliability: Maximize"), "{text}");
    assert!(!text.contains("Delivery"), "{text}");
    let ran = okr(["export", "--quarter", "2025-q1"])
        .dir(dir.path())
        .run();
    assert_eq!(ran.status, 1, "{}", ran.stderr);
}

#[test]
fn bad_input_is_told_from_a_page() {
    let dir = empty();
    let huge = "words and words\n".repeat(700_000);
    for (name, bytes, wanted) in [
        ("empty.md", &b""[..], "no OKR was read from empty.md"),
        (
            "words.md",
            b"# A page\n\nWithout any OKR.\n",
            "no OKR was read from words.md",
        ),
        ("binary", b"\x7fELF\x00\x01", "binary is no UTF-8 text"),
        (
            "latin.md",
            b"* sae: Gr\xf6\xdfe\n",
            "latin.md is no UTF-8 text",
        ),
        ("huge.md", huge.as_bytes(), "huge.md is larger than 5 MB"),
    ] {
        put(dir.path(), name, bytes);
        let ran = okr(["import", name, "--quarter", "2026-q4"])
            .dir(dir.path())
            .run();
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{name}");
        assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    }
    let ran = okr(["import", "absent.md", "--quarter", "2026-q4"])
        .dir(dir.path())
        .run();
    assert!(
        ran.stderr.contains("cannot read absent.md"),
        "{}",
        ran.stderr
    );
    let ran = okr(["import", "-", "--quarter", "2026-q4"])
        .dir(dir.path())
        .run();
    assert!(
        ran.stderr.contains("no OKR was read from stdin"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_long_page_is_read_in_time_and_every_line_of_it_is_told() {
    let dir = empty();
    let unknown = "* Nobody: An objective of nobody => 50%\n".repeat(20_000);
    put(
        dir.path(),
        "page.md",
        format!("{unknown}* sae: Ours\n").as_bytes(),
    );
    let ran = okr(["import", "page.md", "--quarter", "2026-q4"])
        .dir(dir.path())
        .run();
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("handbook-owner").count(), 20_000);
    assert!(ran.stdout.contains("[objective.ours]"), "{}", ran.stdout);
    // Nested deeper than any parser follows.
    let items: Vec<String> = (0..400).map(|depth| "  ".repeat(depth) + "* x\n").collect();
    let deep = items.concat();
    put(dir.path(), "page.md", deep.as_bytes());
    assert_eq!(
        okr(["import", "page.md", "--quarter", "2026-q4"])
            .dir(dir.path())
            .run()
            .status,
        1
    );
}
