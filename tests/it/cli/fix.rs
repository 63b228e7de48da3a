//! `okr validate --fix`: what it does to files, and what it says.

use std::path::Path;

use crate::support::okr::{Ran, edit, example, okr, put, read};

const SRE: &str = "okrs/2026-q4/sre.toml";
const SAE: &str = "okrs/2026-q4/sae.toml";

fn fix(dir: &Path, arguments: &[&str]) -> Ran {
    okr([&["validate", "--fix"], arguments].concat())
        .dir(dir)
        .run()
}

#[test]
fn what_is_certain_is_done_and_the_rest_is_shown() {
    let dir = example();
    let change = |path: &str, from: &str, to: &str| edit(dir.path(), path, from, to);
    change(SRE, "from = 96\n", "from = \"96 h\"\n");
    change(SRE, "due = 2026-12-18", "due = \"2026-12-18\"");
    change(SRE, "share = 35", "shaer = 35");
    change(SRE, "kind = \"team\"", "kind = \"teams\"");
    change(SAE, "value = 22.5", "value = 22,5");
    change(SAE, "share = 50", "share = 150");
    change(
        "okr.toml",
        "manager = \"sae-manager\"",
        "manager = \"@sae-manager\"",
    );
    let ran = fix(dir.path(), &["--format", "concise"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    insta::assert_snapshot!(ran.stderr, @r#"
    fixed okr.toml:32: leave out the @
    fixed okrs/2026-q4/sae.toml:49: write the number with a point
    fixed okrs/2026-q4/sre.toml:23: write the number alone
    fixed okrs/2026-q4/sre.toml:25: write the day without quotation marks
    fixed okrs/2026-q4/sre.toml:44: write `share`
    fixed okrs/2026-q4/sre.toml:65: write "team"
    1 error in 1 file
    "#);
    insta::assert_snapshot!(ran.stdout, @"okrs/2026-q4/sae.toml:18:9: error[out-of-range]: `share` is 150, but must be from 0 to 100");
    let again = fix(dir.path(), &["--format", "concise"]);
    assert!(
        again
            .stderr
            .starts_with("nothing can be fixed for certain\n"),
        "{}",
        again.stderr
    );
    edit(dir.path(), SAE, "share = 150", "share = 50");
    let whole = okr(["fmt", "--check"]).dir(dir.path()).run();
    assert_eq!(whole.status, 0, "{whole:?}");
    let valid = okr(["validate"]).dir(dir.path()).run();
    assert_eq!(valid.status, 0, "{valid:?}");
}

#[test]
fn without_findings_nothing_is_said_or_written() {
    let dir = example();
    let ran = fix(dir.path(), &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stdout.starts_with("valid: "));
}

#[test]
fn only_selected_files_are_touched() {
    let dir = example();
    edit(dir.path(), SRE, "share = 35", "shaer = 35");
    edit(dir.path(), SAE, "share = 50", "shaer = 50");
    edit(dir.path(), "okr.toml", "\"director\"", "\"@director\"");
    let config = read(dir.path().join("okr.toml"));
    let ran = fix(dir.path(), &["--team", "sre"]);
    assert_eq!(ran.stderr, format!("fixed {SRE}:44: write `share`\n"));
    assert!(read(dir.path().join(SAE)).contains("shaer"));
    assert_eq!(read(dir.path().join("okr.toml")), config);
    let all = fix(dir.path(), &[]);
    assert_eq!(all.status, 0, "{all:?}");
    assert!(all.stderr.contains("fixed okr.toml:") && all.stderr.contains("leave out the @"));
}

/// What mends one file may bring to light what is wrong with its references.
#[test]
fn a_file_that_would_have_more_errors_is_not_written() {
    let dir = example();
    let text = "[objective.a\ntitle = \"A\"\nsupports = [\"infrastructure/none\", \"infrastructure/nothing\"]\n";
    put(dir.path(), SAE, text.as_bytes());
    let ran = fix(dir.path(), &["--format", "concise"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.starts_with("nothing can be fixed for certain\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(read(dir.path().join(SAE)), text);
}

#[test]
fn nothing_else_in_a_file_changes() {
    let dir = example();
    let text = "\u{feff}[objective.a] # one\r\n\r\n\r\n  title   =  'A'\r\n[objective.a.kr.b]\r\ntitle='B' # two\r\nto = 99,95# three";
    put(dir.path(), SAE, text.as_bytes());
    let ran = fix(dir.path(), &["--team", "sae"]);
    assert!(
        ran.stderr
            .contains(&format!("fixed {SAE}:7: write the number with a point\n")),
        "{}",
        ran.stderr
    );
    assert_eq!(read(dir.path().join(SAE)), text.replace("99,95", "99.95"));
}

#[test]
fn bytes_that_are_no_text_are_not_lost() {
    let dir = example();
    let text = b"[objective.a]\ntitle = \"\xff\"\nowner = \"@ines\"\n";
    put(dir.path(), SAE, text);
    let ran = fix(dir.path(), &["--team", "sae"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(
        std::io::read_to_string(std::fs::File::open(dir.path().join(SAE)).unwrap())
            .map_err(|error| error.kind())
            .err(),
        Some(std::io::ErrorKind::InvalidData)
    );
}

#[cfg(unix)]
#[test]
fn a_directory_that_may_not_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = example();
    edit(dir.path(), SRE, "share = 35", "shaer = 35");
    let quarter = dir.path().join("okrs/2026-q4");
    let mode =
        |mode| std::fs::set_permissions(&quarter, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let writable = tempfile::tempfile_in(&quarter).is_ok();
    let ran = fix(dir.path(), &[]);
    mode(0o755);
    // Whoever may write everywhere is told nothing.
    if !writable {
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(
            ran.stderr
                .starts_with(&format!("error: cannot write {SRE}\n")),
            "{}",
            ran.stderr
        );
        assert!(read(dir.path().join(SRE)).contains("shaer"));
    }
}
