//! `okr fmt`: what it writes, what it only shows, and what it leaves alone.

use std::path::Path;

use tempfile::TempDir;

use crate::support::okr::{Ran, edit, example, files, okr, put, read, repository};

const SRE: &str = "okrs/2026-q4/sre.toml";

fn fmt(dir: &Path, arguments: &[&str]) -> Ran {
    okr([&["fmt"], arguments].concat()).dir(dir).run()
}

/// The example with a line in it that is not formatted.
fn messy() -> TempDir {
    let dir = example();
    edit(
        dir.path(),
        SRE,
        "share = 35\n",
        "share   =  35 # of 100\n\n\n",
    );
    dir
}

#[test]
fn the_example_is_formatted() {
    let ran = fmt(&repository(), &["--check"]);
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "", "")
    );
}

#[test]
fn a_check_shows_what_would_change_and_writes_nothing() {
    let dir = messy();
    let before = read(dir.path().join(SRE));
    let ran = fmt(dir.path(), &["--check"]);
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (
            1,
            "error: 1 file is not formatted\nhint: run okr fmt and commit what it wrote\n"
        )
    );
    insta::assert_snapshot!(ran.stdout, @r#"
    --- a/okrs/2026-q4/sre.toml
    +++ b/okrs/2026-q4/sre.toml
    @@ -41,8 +41,7 @@
     """
     owner = "tomasz"
     area = "product"
    -share   =  35 # of 100
    -
    +share = 35 # of 100
     
     kind = "flow"
     flow_metric = "time"
    "#);
    assert_eq!(read(dir.path().join(SRE)), before);
    let coloured = fmt(dir.path(), &["--check", "--color", "always"]);
    assert!(
        coloured.stdout.contains("\u{1b}[31m-share"),
        "{}",
        coloured.stdout
    );
}

#[test]
fn files_are_written_once_and_then_at_rest() {
    let dir = messy();
    let ran = fmt(dir.path(), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert_eq!(ran.stderr, format!("formatted {SRE}\n"));
    assert!(read(dir.path().join(SRE)).contains("share = 35 # of 100\n\nkind"));
    let again = fmt(dir.path(), &["--check"]);
    assert_eq!((again.status, again.stderr.as_str()), (0, ""), "{again:?}");
}

#[test]
fn paths_select() {
    let dir = messy();
    put(
        dir.path(),
        "okr.toml",
        read(dir.path().join("okr.toml"))
            .replace(" = 5\n", "=5\n")
            .as_bytes(),
    );
    let status = |arguments: &[&str]| fmt(dir.path(), &[&["--check"], arguments].concat()).status;
    assert_eq!(status(&["okrs/2026-q4/sae.toml"]), 0);
    assert_eq!(status(&["okrs/2026-q4/sae.toml", SRE]), 1);
    assert_eq!(status(&["okrs/2026-q4"]), 1);
    assert_eq!(status(&["."]), 1);
    let ran = fmt(dir.path(), &["okr.toml"]);
    assert_eq!(ran.stderr, "formatted okr.toml\n");
    let below = okr(["fmt", "sre.toml"])
        .dir(dir.path().join("okrs/2026-q4"))
        .run();
    assert_eq!(below.stderr, format!("formatted {SRE}\n"));
}

#[test]
fn paths_that_are_none_of_ours_are_told() {
    let dir = example();
    put(dir.path(), "notes.toml", b"a=1");
    for (path, status, words) in [
        (
            "notes.toml",
            2,
            "notes.toml is no OKR file that can be read",
        ),
        ("nowhere.toml", 1, "cannot read nowhere.toml"),
        ("..", 1, "leads out of the directory of okr.toml"),
    ] {
        let ran = fmt(dir.path(), &[path]);
        assert_eq!(ran.status, status, "{ran:?}");
        assert!(
            ran.stderr.contains(words) && ran.stderr.contains("hint: "),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(read(dir.path().join("notes.toml")), "a=1");
}

#[test]
fn what_cannot_be_read_is_left_alone_and_the_rest_is_formatted() {
    let dir = messy();
    let broken = "[objective.a]\ntitle = \"A\"\nx = = 1\n";
    put(dir.path(), "okrs/2026-q4/sae.toml", broken.as_bytes());
    put(dir.path(), "okrs/2026-q4/delivery.toml", b"a=1\n# \xff\n");
    let ran = fmt(dir.path(), &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!(
            "formatted {SRE}\nerror: left as it is: okrs/2026-q4/delivery.toml is not UTF-8 text; \
             okrs/2026-q4/sae.toml:3 cannot be read as TOML\nhint: okr validate says more\n"
        )
    );
    assert_eq!(read(dir.path().join("okrs/2026-q4/sae.toml")), broken);
    assert_eq!(fmt(dir.path(), &["--check"]).status, 1);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let config = read(repository().join("okr.toml"));
    let text = "\u{feff}[objective.a]\r\nowner='ines'\r\ntitle = \"A\"\r\n";
    let dir = files(&[("okr.toml", config.as_bytes()), (SRE, text.as_bytes())]);
    assert_eq!(fmt(dir.path(), &[]).status, 0);
    let formatted = "\u{feff}[objective.a]\r\ntitle = \"A\"\r\nowner = \"ines\"\r\n";
    assert_eq!(read(dir.path().join(SRE)), formatted);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_an_error() {
    use std::os::unix::fs::symlink;
    let dir = example();
    let outside = files(&[("sre.toml", b"[objective.a]\ntitle='A'\n")]);
    let path = dir.path().join(SRE);
    std::fs::remove_file(&path).unwrap();
    symlink(outside.path().join("sre.toml"), &path).unwrap();
    let ran = fmt(dir.path(), &[SRE]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("leads out"), "{}", ran.stderr);
    assert_eq!(
        fmt(dir.path(), &[]).status,
        0,
        "what is not read is not formatted"
    );
    assert_eq!(
        read(outside.path().join("sre.toml")),
        "[objective.a]\ntitle='A'\n"
    );
}
