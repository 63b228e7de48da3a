//! Reading and writing a workspace: every file that is wrong as a file is said to be, and nothing leads out.

use std::fs;

use okrsync::diag::Diagnostics;
use okrsync::workspace::{Error, Files, MAX_FILE_BYTES, MAX_MEASURE_BYTES, Root};
use tempfile::TempDir;

use crate::support::okr::files as workspace;

fn read(dir: &TempDir) -> Files {
    Root::at(dir.path()).unwrap().read()
}

/// Rule, path and message of each finding.
fn said(files: &Files) -> Vec<String> {
    let findings: &Diagnostics = &files.findings;
    findings
        .iter()
        .map(|finding| {
            let place = finding
                .primary
                .as_ref()
                .map_or("-".to_owned(), |label| files.sources.locate(label.span));
            format!("{} {place} {}", finding.rule, finding.message)
        })
        .collect()
}

#[test]
fn okr_files_are_read_in_the_order_of_their_paths_and_others_are_left_alone() {
    let dir = workspace(&[
        ("okr.toml", b"x"),
        ("okrs/2026-q4/sre.toml", b"b"),
        ("okrs/2026-q4/sae.toml", b"a"),
        ("okrs/2026-q3/sre.toml", b"c"),
        ("okrs/2026-q4/sre.toml~", b""),
        ("okrs/2026-q4/.#sre.toml", b""),
        ("okrs/.git/x.toml", b""),
        ("okrs/README.md", b""),
    ]);
    let files = read(&dir);
    let paths: Vec<&str> = files
        .okrs
        .iter()
        .map(|id| files.sources.file(*id).path())
        .collect();
    assert_eq!(
        paths,
        [
            "okrs/2026-q3/sre.toml",
            "okrs/2026-q4/sae.toml",
            "okrs/2026-q4/sre.toml"
        ]
    );
    assert_eq!(said(&files), [""; 0]);
    assert_eq!(
        files.ignored,
        [
            "okrs/.git",
            "okrs/2026-q4/.#sre.toml",
            "okrs/2026-q4/sre.toml~",
            "okrs/README.md"
        ]
    );
}

#[test]
fn no_files_is_a_finding_that_says_where_they_belong() {
    let none = workspace(&[("okr.toml", b"")]);
    assert_eq!(
        said(&read(&none)),
        ["no-files - there is no directory okrs/ beside okr.toml"]
    );
    let empty = workspace(&[("okr.toml", b""), ("okrs/notes.md", b"")]);
    let files = read(&empty);
    assert_eq!(said(&files), ["no-files - there is no OKR file in okrs/"]);
    let notes = files.findings.iter().next().unwrap().notes.clone();
    assert_eq!(notes, ["not read: okrs/notes.md"]);
    let a_file = workspace(&[("okr.toml", b""), ("okrs", b"")]);
    assert!(said(&read(&a_file))[0].starts_with("unreadable-file okrs:1:1"));
}

#[test]
fn files_that_are_wrong_as_files_are_said_to_be_and_the_rest_is_read() {
    let large = vec![b'#'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
    let exact = vec![b'#'; usize::try_from(MAX_FILE_BYTES).unwrap()];
    let dir = workspace(&[
        ("okr.toml", b""),
        ("okrs/2026-q4/ok.toml", &exact),
        ("okrs/2026-q4/large.toml", &large),
        (
            "okrs/2026-q4/latin.toml",
            b"a = 1\ntitle = \"Gr\xf6\xdfe\"\n",
        ),
        ("okrs/2026-q4/dir.toml/x", b""),
        ("okrs/2026-q4/deep/sre.toml", b""),
        ("okrs/2026-q4/sre.toml.txt", b""),
        ("okrs/2026-q4/SAE.TOML", b""),
        ("okrs/flat.toml", b""),
    ]);
    let files = read(&dir);
    assert_eq!(
        said(&files),
        [
            "unread-file okrs/2026-q4/SAE.TOML:1:1 `SAE.TOML` is not read: its name does not end in .toml",
            "misplaced-file okrs/2026-q4/deep/sre.toml:1:1 `okrs/2026-q4/deep/sre.toml` lies in no quarter's directory",
            "not-a-file okrs/2026-q4/dir.toml:1:1 `dir.toml` is a directory or device, not a file",
            "file-too-large okrs/2026-q4/large.toml:1:1 the file is larger than 5 MB",
            "not-utf8 okrs/2026-q4/latin.toml:2:12 the file is not UTF-8 text",
            "unread-file okrs/2026-q4/sre.toml.txt:1:1 `sre.toml.txt` is not read: its name does not end in .toml",
            "misplaced-file okrs/flat.toml:1:1 `okrs/flat.toml` lies in no quarter's directory",
        ]
    );
    let read: Vec<&str> = files
        .okrs
        .iter()
        .map(|id| files.sources.file(*id).path())
        .collect();
    assert_eq!(read, ["okrs/2026-q4/latin.toml", "okrs/2026-q4/ok.toml"]);
    let latin = files.sources.file(files.okrs[0]).text();
    assert_eq!(latin, "a = 1\ntitle = \"Gr\u{fffd}\u{fffd}e\"\n");
}

#[test]
fn a_config_that_is_no_text_is_a_finding() {
    let dir = workspace(&[("okr.toml", b"\xff\xfeo\0"), ("okrs/2026-q4/a.toml", b"")]);
    let files = read(&dir);
    assert_eq!(files.config, None);
    assert_eq!(
        said(&files),
        ["not-utf8 okr.toml:1:1 the file is UTF-16, not UTF-8"]
    );
}

#[cfg(unix)]
#[test]
fn links_stay_inside() {
    use std::os::unix::fs::symlink;
    let outside = workspace(&[("secret.toml", b"token"), ("q/team.toml", b"")]);
    let dir = workspace(&[("okr.toml", b""), ("okrs/2026-q4/sre.toml", b"x")]);
    let at = |path: &str| dir.path().join(path);
    symlink(
        outside.path().join("secret.toml"),
        at("okrs/2026-q4/out.toml"),
    )
    .unwrap();
    symlink(outside.path().join("q"), at("okrs/2026-q3")).unwrap();
    symlink("sre.toml", at("okrs/2026-q4/alias.toml")).unwrap();
    symlink("nowhere", at("okrs/2026-q4/gone.toml")).unwrap();
    let files = read(&dir);
    let said = said(&files);
    assert_eq!(
        said[0],
        "link-leads-out okrs/2026-q3:1:1 `2026-q3` is a link out of the directory of okr.toml"
    );
    assert!(said[1].starts_with("unreadable-file okrs/2026-q4/gone.toml:1:1"));
    assert!(said[2].starts_with("link-leads-out okrs/2026-q4/out.toml:1:1"));
    assert_eq!((said.len(), files.okrs.len()), (3, 2));
    let no_text_of_it = files
        .sources
        .files()
        .all(|(_, f)| !f.text().contains("token"));
    assert!(no_text_of_it);

    let root = Root::at(dir.path()).unwrap();
    symlink(outside.path(), at("schema")).unwrap();
    for path in [
        "schema/x.json",
        "schema/new/x.json",
        "../x",
        "/x",
        "okrs/../../x",
    ] {
        let error = root.write(path, "x").unwrap_err();
        assert!(matches!(error, Error::LeadsOut { .. }), "{path}: {error}");
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 2);
    let error = root.read_text("okrs/2026-q4/out.toml").unwrap_err();
    assert!(matches!(error, Error::LeadsOut { .. }));
    root.write("okrs/2026-q4/alias.toml", "y").unwrap();
    assert!(at("okrs/2026-q4/alias.toml").is_symlink());
    assert_eq!(
        root.read_text("okrs/2026-q4/sre.toml").unwrap().as_deref(),
        Some("y")
    );
}

#[test]
fn a_file_is_written_as_a_whole_and_leaves_nothing_beside_it() {
    let dir = workspace(&[("okr.toml", b"old")]);
    let root = Root::at(dir.path()).unwrap();
    root.write("okr.toml", "new").unwrap();
    root.write("schema/a/b.json", "{}").unwrap();
    assert_eq!(root.read_text("okr.toml").unwrap().as_deref(), Some("new"));
    assert_eq!(root.read_text("schema/none").unwrap(), None);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| {
            dir.path()
                .join(path)
                .metadata()
                .unwrap()
                .permissions()
                .mode()
        };
        // As an editor would make it, not the 0600 of a temporary file.
        assert_eq!(mode("schema/a/b.json") & 0o600, 0o600);
        assert_eq!(mode("schema/a/b.json") & 0o100, 0);
    }
    root.write("okrs", "a file").unwrap();
    assert!(matches!(
        root.write("okrs/2026-q4/sre.toml", "x").unwrap_err(),
        Error::Write { .. }
    ));
}

#[test]
fn a_file_is_made_only_where_there_is_none() {
    let dir = workspace(&[("okr.toml", b"old")]);
    let root = Root::at(dir.path()).unwrap();
    assert!(root.create("okrs/2026-q4/sre.toml", "a").unwrap());
    assert!(!root.create("okrs/2026-q4/sre.toml", "b").unwrap());
    assert!(!root.create("okrs", "b").unwrap());
    assert_eq!(
        root.read_text("okrs/2026-q4/sre.toml").unwrap().as_deref(),
        Some("a")
    );
    assert_eq!(
        fs::read_dir(dir.path().join("okrs/2026-q4"))
            .unwrap()
            .count(),
        1
    );
    assert!(matches!(
        root.create("../x", "b").unwrap_err(),
        Error::LeadsOut { .. }
    ));
    let under_a_file = root.create("okr.toml/x", "b").unwrap_err();
    assert!(
        matches!(under_a_file, Error::Write { .. }),
        "{under_a_file}"
    );
}

#[test]
fn paths_of_people_are_seen_from_the_workspace() {
    let dir = workspace(&[("okr.toml", b""), ("okrs/2026-q4/a.toml", b"")]);
    let root = Root::at(dir.path()).unwrap();
    let within = |path: &str| root.within(&dir.path().join(path));
    assert_eq!(
        within("okrs/../okrs/2026-q4/a.toml").unwrap(),
        "okrs/2026-q4/a.toml"
    );
    assert_eq!(within(".").unwrap(), "");
    assert!(matches!(within("none").unwrap_err(), Error::Read { .. }));
    assert!(matches!(within("..").unwrap_err(), Error::LeadsOut { .. }));
}

#[test]
fn a_workspace_may_begin_anywhere() {
    let dir = TempDir::new().unwrap();
    let root = Root::begin(&dir.path().join("a/b")).unwrap();
    assert!(root.create("okr.toml", "").unwrap());
    assert_eq!(Root::at(&dir.path().join("a/b")).unwrap(), root);
    let file = dir.path().join("a/b/okr.toml");
    assert!(matches!(
        Root::begin(&file).unwrap_err(),
        Error::NoDirectory { .. }
    ));
}

#[test]
fn the_nearest_okr_toml_upwards_is_found() {
    let dir = workspace(&[("okr.toml", b""), ("okrs/2026-q4/a.toml", b"")]);
    let found = Root::find(&dir.path().join("okrs/2026-q4")).unwrap();
    assert_eq!(found, Root::at(dir.path()).unwrap());
    assert!(matches!(
        Root::at(&dir.path().join("okrs")).unwrap_err(),
        Error::NoConfigIn { .. }
    ));
    assert!(matches!(
        Root::at(&dir.path().join("none")).unwrap_err(),
        Error::NoDirectory { .. }
    ));
}

#[test]
fn the_way_from_the_root_of_the_repository_is_known() {
    let dir = workspace(&[("a/b/okr.toml", b""), ("a/.git/HEAD", b""), ("c/x", b"")]);
    let root = Root::at(&dir.path().join("a/b")).unwrap();
    assert_eq!(root.in_repository(None), "b/");
    assert_eq!(root.in_repository(Some(dir.path())), "a/b/");
    assert_eq!(root.in_repository(Some(root.dir())), "");
    for elsewhere in ["c", "none", "a/b/okr.toml"] {
        let elsewhere = dir.path().join(elsewhere);
        assert_eq!(root.in_repository(Some(&elsewhere)), "b/", "{elsewhere:?}");
    }
    #[cfg(unix)]
    {
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert_eq!(root.in_repository(Some(&link)), "a/b/");
    }
}

#[test]
fn a_file_that_is_measured_is_short_and_lies_in_plain_sight() {
    let long = vec![b'1'; usize::try_from(MAX_MEASURE_BYTES).unwrap() + 1];
    let dir = workspace(&[
        ("okr.toml", b""),
        ("build/coverage.txt", b"87.5\n"),
        ("build/long.txt", &long),
        ("build/just.txt", &long[1..]),
        ("build/latin.txt", b"Gr\xfc\xdfe"),
        (
            ".git/config",
            b"[remote] url = https://ci:token@example.com",
        ),
        ("build/.env", b"TOKEN=1"),
    ]);
    let root = Root::at(dir.path()).unwrap();
    let read = |path: &str| root.read_measure_file(path);
    assert_eq!(read("build/coverage.txt").unwrap().unwrap(), "87.5\n");
    assert_eq!(read("./build/coverage.txt").unwrap().unwrap(), "87.5\n");
    assert_eq!(
        read("build/just.txt").unwrap().unwrap().len(),
        long.len() - 1
    );
    assert_eq!(read("build/none.txt").unwrap(), None);
    assert_eq!(
        read("build/long.txt").unwrap_err().to_string(),
        "build/long.txt is longer than 1048576 bytes"
    );
    assert!(matches!(read("build").unwrap_err(), Error::NotAFile { .. }));
    assert!(matches!(
        read("build/latin.txt").unwrap_err(),
        Error::Read { .. }
    ));
    for hidden in [".git/config", "build/.env", "build/../.git/config"] {
        let error = read(hidden).unwrap_err();
        assert!(
            matches!(error, Error::Hidden { .. } | Error::LeadsOut { .. }),
            "{hidden}: {error}"
        );
    }
    for outside in ["../okr.toml", "/etc/passwd", "build/../../x"] {
        assert!(
            matches!(read(outside).unwrap_err(), Error::LeadsOut { .. }),
            "{outside}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_of_measured_files_are_followed_within_plain_sight_only() {
    use std::os::unix::fs::symlink;
    let outside = workspace(&[("value.txt", b"1")]);
    let dir = workspace(&[
        ("okr.toml", b""),
        ("build/value.txt", b"2"),
        (".git/value", b"3"),
    ]);
    let root = Root::at(dir.path()).unwrap();
    let at = |path: &str| dir.path().join(path);
    symlink("build/value.txt", at("inside.txt")).unwrap();
    symlink(outside.path().join("value.txt"), at("outside.txt")).unwrap();
    symlink(outside.path(), at("elsewhere")).unwrap();
    symlink(".git", at("plain")).unwrap();
    symlink("/dev/zero", at("endless")).unwrap();
    let read = |path: &str| root.read_measure_file(path);
    assert_eq!(read("inside.txt").unwrap().unwrap(), "2");
    for path in ["outside.txt", "elsewhere/value.txt", "endless"] {
        assert!(
            matches!(read(path).unwrap_err(), Error::LeadsOut { .. }),
            "{path}"
        );
    }
    assert!(matches!(
        read("plain/value").unwrap_err(),
        Error::Hidden { .. }
    ));
}
