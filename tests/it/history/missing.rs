//! What cannot be read is said to be unknown, or left out where only one version is concerned.

use std::ffi::OsString;

use okrsync::workspace::{Earlier, NoHistory, Present, Root};
use tempfile::TempDir;

use super::{Repository, SRE, ask, history, q4, shown, since};
use crate::support::okr::files;

#[test]
fn a_shallow_clone_says_since_when_it_is_complete() {
    let repository = Repository::new();
    for (day, text) in [
        ("2026-09-15", "planned"),
        ("2026-10-05", "first"),
        ("2026-10-12", "second"),
    ] {
        repository.put(SRE, text);
        repository.commit(day, text);
    }
    let clone = repository.cloned(&["--depth", "2"]);
    let earlier = ask(&clone, &[q4()]).unwrap();
    assert_eq!(
        earlier.complete_since.map(|day| day.to_string()).as_deref(),
        Some("2026-10-05")
    );
    assert_eq!(
        shown(&clone, &earlier),
        [
            "okrs/2026-q4/sre.toml 2026-10-05 first: first",
            "okrs/2026-q4/sre.toml 2026-10-12 second: (as now)",
        ]
    );
    // Deep enough for what is asked.
    assert_eq!(
        history(&clone, &[since("2026-q4", "2026-10-12")]),
        shown(&clone, &earlier)
    );
}

#[test]
fn a_clone_without_contents_says_nothing_and_fetches_nothing() {
    let repository = Repository::new();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    repository.put(SRE, "moved");
    repository.commit("2026-10-15", "move");
    let clone = repository.cloned(&["--filter=blob:none"]);
    let objects = || clone.git(&["count-objects", "-v"]);
    let before = objects();
    let error = ask(&clone, &[q4()]).unwrap_err();
    assert_eq!(objects(), before, "{error}");
    // Versions of git that do not know how not to fetch refuse in their own words.
    assert!(
        matches!(error, NoHistory::PartialClone | NoHistory::Failed { .. }),
        "{error}"
    );
}

#[test]
fn without_git_or_a_repository_the_way_out_is_said() {
    let dir = files(&[("okr.toml", b""), (SRE, b"")]);
    let root = Root::at(dir.path()).unwrap();
    let read = root.read();
    let present = Present {
        sources: &read.sources,
        okrs: &read.okrs,
    };
    let nowhere = TempDir::new().unwrap();
    let path: [(OsString, OsString); 1] = [("PATH".into(), nowhere.path().into())];
    let said = |environment: &[(OsString, OsString)]| {
        root.history(&[q4()], present, environment)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        said(&path),
        "git is not installed here, and it alone knows what files said earlier; install it (in the image of a job: the \
         package git)"
    );
    let path: Vec<_> = crate::support::repository::path().into_iter().collect();
    assert_eq!(
        said(&path),
        "this is not a git repository, so nobody knows what files said earlier; keep okr.toml and the files in one"
    );
}

#[test]
fn a_repository_without_commits_has_no_versions() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    assert_eq!(ask(&repository, &[q4()]).unwrap(), Earlier::default());
}

#[test]
fn a_broken_repository_is_said_to_be() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let (folder, name) = tree.trim().split_at(2);
    std::fs::remove_file(
        repository
            .top()
            .join(".git/objects")
            .join(folder)
            .join(name),
    )
    .unwrap();
    let error = ask(&repository, &[q4()]).unwrap_err();
    assert!(matches!(error, NoHistory::Failed { .. }), "{error}");
}

#[test]
fn a_version_that_is_no_text_is_left_out() {
    let repository = Repository::new();
    for (day, text) in [
        ("2026-10-02", &b"Gr\xf6\xdfe"[..]),
        ("2026-10-03", b"\xff\xfet\0"),
        ("2026-10-04", b"a\0b"),
        ("2026-10-05", b"text"),
    ] {
        repository.put(SRE, text);
        repository.commit(day, day);
    }
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sre.toml 2026-10-02 2026-10-02: Gr\u{fffd}\u{fffd}e",
            "okrs/2026-q4/sre.toml 2026-10-05 2026-10-05: (as now)",
        ]
    );
}

#[test]
fn huge_versions_are_left_out_and_hide_no_other() {
    let repository = Repository::new();
    repository.put("okrs/2026-q4/sae.toml", "before");
    repository.put(SRE, "small");
    repository.commit("2026-10-02", "small");
    for (day, letter) in [("2026-10-03", "x"), ("2026-10-04", "y")] {
        repository.put(SRE, letter.repeat(5_000_001));
        repository.commit(day, "huge");
    }
    repository.put(SRE, "z".repeat(5_000_000));
    repository.commit("2026-10-05", "as large as may be");
    repository.put(SRE, "small again");
    repository.put("okrs/2026-q4/sae.toml", "after");
    repository.commit("2026-10-06", "small again");
    let mut versions = history(&repository, &[q4()]);
    for version in &mut versions {
        version.truncate(70);
    }
    assert_eq!(
        versions,
        [
            "okrs/2026-q4/sae.toml 2026-10-02 small: before",
            "okrs/2026-q4/sae.toml 2026-10-06 small again: (as now)",
            "okrs/2026-q4/sre.toml 2026-10-02 small: small",
            "okrs/2026-q4/sre.toml 2026-10-05 as large as may be: zzzzzzzzzzzzzzzzz",
            "okrs/2026-q4/sre.toml 2026-10-06 small again: (as now)",
        ]
    );
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_has_its_past_elsewhere() {
    let repository = Repository::new();
    repository.put("okr.toml", "");
    repository.put("real/2026-q4/sre.toml", "a = 1\n");
    std::os::unix::fs::symlink("real", repository.dir().join("okrs")).unwrap();
    repository.commit("2026-10-05", "first");
    let error = ask(&repository, &[q4()]).unwrap_err();
    assert!(matches!(error, NoHistory::Elsewhere), "{error:?}");
}
