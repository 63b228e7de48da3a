//! A repository's own configuration may name programs and change what git shows. None of it counts.
#![cfg(unix)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use super::{Repository, SRE, ask, history, q4, shown};

/// A program that leaves a trace, in the repository but among none of its files.
fn trap(repository: &Repository, name: &str, then: &str) -> String {
    let program = format!(".git/{name}");
    let trace = repository.top().join(format!(".git/{name}.trace"));
    let text = format!("#!/bin/sh\n: > '{}'\n{then}\n", trace.display());
    repository.put(&program, text);
    let program = repository.top().join(program);
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    program.to_str().unwrap().to_owned()
}

/// Which programs were run; forgets it.
fn traces(repository: &Repository) -> Vec<String> {
    let mut traces = Vec::new();
    for entry in std::fs::read_dir(repository.top().join(".git")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "trace")
        {
            std::fs::remove_file(&path).unwrap();
            traces.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
        }
    }
    traces.sort();
    traces
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    let sign = trap(
        &repository,
        "gpg",
        "cat > /dev/null; echo '-----BEGIN PGP SIGNATURE-----'; echo '[GNUPG:] SIG_CREATED ' >&2",
    );
    repository.git(&["config", "gpg.program", &sign]);
    repository.git(&["config", "commit.gpgSign", "true"]);
    repository.put(SRE, "moved");
    repository.commit("2026-10-15", "move");
    assert_eq!(traces(&repository), ["gpg"], "the commit is signed");

    let monitor = trap(&repository, "fsmonitor", "exit 1");
    let pager = trap(&repository, "pager", "cat");
    let textconv = trap(&repository, "textconv", "cat \"$1\"");
    for (key, value) in [
        ("core.fsmonitor", monitor.as_str()),
        ("core.pager", &pager),
        ("pager.log", "true"),
        ("diff.okr.textconv", &textconv),
        ("diff.external", &textconv),
        ("log.showSignature", "true"),
    ] {
        repository.git(&["config", key, value]);
    }
    repository.put(".git/info/attributes", "*.toml diff=okr\n");

    repository.git(&["status"]);
    repository.git(&["log", "-p"]);
    repository.git(&["log", "-p", "--no-ext-diff"]);
    assert_eq!(
        traces(&repository),
        ["fsmonitor", "gpg", "textconv"],
        "the traps work"
    );
    let earlier = ask(&repository, &[q4()]).unwrap();
    assert_eq!(traces(&repository), [""; 0]);
    assert_eq!(
        shown(&repository, &earlier),
        [
            "okrs/2026-q4/sre.toml 2026-09-15 plan: planned",
            "okrs/2026-q4/sre.toml 2026-10-15 move: (as now)",
        ]
    );
}

#[test]
fn what_git_shows_elsewhere_is_a_matter_of_taste() {
    let repository = Repository::below("ops");
    repository.put("okrs/2026-q4/sae.toml", "planned");
    repository.put(
        "drafts/sre.toml",
        "a text that git would follow to its place",
    );
    repository.commit("2026-09-15", "draft");
    std::fs::rename(
        repository.dir().join("drafts/sre.toml"),
        repository.dir().join(SRE),
    )
    .unwrap();
    repository.commit("2026-09-16", "plan");
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    repository.put(SRE, "moved");
    repository.commit("2026-10-15", "move");
    repository.git(&["switch", "--quiet", "main"]);
    repository.put("okrs/2026-q4/delivery.toml", "planned");
    repository.commit("2026-10-15", "beside it");
    repository.merge("2026-10-16", "topic");
    let expected = [
        "okrs/2026-q4/delivery.toml 2026-10-15 beside it: (as now)",
        "okrs/2026-q4/sae.toml 2026-09-15 draft: (as now)",
        "okrs/2026-q4/sre.toml 2026-09-16 plan: a text that git would follow to its place",
        "okrs/2026-q4/sre.toml 2026-10-16 merge topic: (as now)",
    ];
    assert_eq!(history(&repository, &[q4()]), expected);
    for (key, value) in [
        ("color.ui", "always"),
        ("core.abbrev", "5"),
        ("core.quotePath", "true"),
        ("diff.noPrefix", "true"),
        ("diff.relative", "false"),
        ("diff.renames", "copies"),
        ("diff.orderFile", "/dev/null"),
        ("format.pretty", "fuller"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("log.abbrevCommit", "true"),
        ("log.date", "relative"),
        ("log.decorate", "full"),
        ("log.diffMerges", "combined"),
        ("log.follow", "true"),
        ("log.showRoot", "false"),
    ] {
        repository.git(&["config", key, value]);
    }
    let before = repository.git(&["rev-parse", "HEAD^"]);
    repository.git(&["replace", "HEAD", before.trim()]);
    assert_eq!(
        repository.git(&[
            "log",
            "-1",
            "--format=%s",
            "--no-show-signature",
            "--encoding=UTF-8"
        ]),
        "beside it\n",
        "the replacement works"
    );
    repository.git(&["replace", "--delete", "HEAD"]);
    assert_eq!(history(&repository, &[q4()]), expected);
    repository.git(&["replace", "HEAD", before.trim()]);
    // The helper that shows subjects would see the replacement.
    let earlier = ask(&repository, &[q4()]).unwrap();
    let days: Vec<String> = earlier
        .versions
        .iter()
        .map(|v| v.date.to_string())
        .collect();
    assert_eq!(
        days,
        ["2026-10-15", "2026-09-15", "2026-09-16", "2026-10-16"]
    );
}

#[test]
fn a_repository_among_the_files_is_none() {
    let repository = Repository::below("ops");
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    // What makes a directory a repository of its own, as anybody may commit it.
    let forged = Repository::new();
    forged.put(SRE, "forged");
    forged.commit("2026-09-01", "forge");
    forged.git(&[
        "clone",
        "--quiet",
        "--bare",
        ".",
        repository.dir().join("bare").to_str().unwrap(),
    ]);
    for entry in std::fs::read_dir(repository.dir().join("bare")).unwrap() {
        let entry = entry.unwrap();
        std::fs::rename(entry.path(), repository.dir().join(entry.file_name())).unwrap();
    }
    let error = ask(&repository, &[q4()]).unwrap_err().to_string();
    assert!(error.contains("safe.bareRepository"), "{error}");
}
