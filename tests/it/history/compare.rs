//! A change beside its target branch, and both merged, read from real repositories.

use std::ffi::OsString;

use okrsync::workspace::{Comparison, Files, Merged, NoBase, Present, Root};

use super::{Repository, SRE};
use crate::support::repository::path;

const SAE: &str = "okrs/2026-q4/sae.toml";

/// One line a key, far enough apart for git to merge neighbours.
const TEXT: &str = "a = 1\n\n\n\nb = 1\n\n\n\nc = 1\n";

/// A repository with one file on `main` and on `topic`, which is checked out.
fn forked(below: &str) -> Repository {
    let repository = Repository::below(below);
    repository.put(SRE, TEXT);
    repository.commit("2026-09-15", "plan");
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    repository
}

/// Commits a text of the file on a branch, and comes back to `topic`.
fn on(repository: &Repository, branch: &str, path: &str, text: &str) {
    repository.git(&["switch", "--quiet", branch]);
    repository.put(path, text);
    repository.commit("2026-10-15", text);
    repository.git(&["switch", "--quiet", "topic"]);
}

fn compare(repository: &Repository, revisions: &[&str]) -> Result<Comparison, NoBase> {
    let environment: Vec<_> = path().into_iter().collect();
    compare_with(repository, revisions, &environment)
}

fn compare_with(
    repository: &Repository,
    revisions: &[&str],
    environment: &[(OsString, OsString)],
) -> Result<Comparison, NoBase> {
    let root = Root::at(&repository.dir()).unwrap();
    let files = root.read();
    let present = Present {
        sources: &files.sources,
        okrs: &files.okrs,
    };
    let revisions: Vec<String> = revisions.iter().map(|&text| text.to_owned()).collect();
    root.compare(&revisions, present, environment)
}

/// Path and text of every OKR file, then what is wrong with files as files.
fn shown(files: &Files) -> Vec<String> {
    let okrs = files.okrs.iter().map(|&file| {
        let file = files.sources.file(file);
        let text = file.text().split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}: {text}", file.path())
    });
    let findings = files.findings.iter().map(|finding| finding.message.clone());
    okrs.chain(findings).collect()
}

fn merged(comparison: &Comparison) -> Vec<String> {
    match &comparison.merged {
        Merged::CheckedOut => vec!["(as checked out)".to_owned()],
        Merged::Uncommitted => vec!["(as it is)".to_owned()],
        Merged::Files(files) => shown(files),
    }
}

#[test]
fn what_both_sides_changed_is_merged() {
    for below in ["", "ops/goals"] {
        let repository = forked(below);
        on(&repository, "topic", SRE, &TEXT.replace("a = 1", "a = 2"));
        on(&repository, "main", SRE, &TEXT.replace("c = 1", "c = 3"));
        on(&repository, "main", SAE, "new = 1");
        let before = repository.git(&["count-objects", "-v"]);
        let comparison = compare(&repository, &["main"]).unwrap();
        assert_eq!(
            shown(comparison.base.as_ref().unwrap()),
            [
                "okrs/2026-q4/sae.toml: new = 1",
                "okrs/2026-q4/sre.toml: a = 1 b = 1 c = 3"
            ]
        );
        assert_eq!(
            merged(&comparison),
            [
                "okrs/2026-q4/sae.toml: new = 1",
                "okrs/2026-q4/sre.toml: a = 2 b = 1 c = 3"
            ]
        );
        let id = repository.git(&["rev-parse", "--short=8", "main"]);
        assert_eq!(comparison.commit, id.trim());
        let after = repository.git(&["count-objects", "-v"]);
        assert_eq!(after, before, "nothing is written into the repository");
    }
}

#[test]
fn a_file_that_was_renamed_takes_the_others_edits_along() {
    let repository = forked("");
    repository.git(&["mv", SRE, SAE]);
    repository.commit("2026-10-15", "rename");
    on(&repository, "main", SRE, &TEXT.replace("c = 1", "c = 3"));
    let comparison = compare(&repository, &["main"]).unwrap();
    assert_eq!(
        merged(&comparison),
        ["okrs/2026-q4/sae.toml: a = 1 b = 1 c = 3"]
    );
}

#[test]
fn what_holds_the_branch_already_is_planned_as_it_is() {
    let repository = forked("");
    on(&repository, "topic", SRE, "own = 1");
    let comparison = compare(&repository, &["main"]).unwrap();
    assert_eq!(merged(&comparison), ["(as checked out)"]);
    assert_eq!(
        shown(comparison.base.as_ref().unwrap()),
        ["okrs/2026-q4/sre.toml: a = 1 b = 1 c = 1"]
    );
    // A pipeline of merged results checks out a merge of both.
    on(&repository, "main", SAE, "new = 1");
    repository.merge("2026-10-16", "main");
    let target = repository.git(&["rev-parse", "main"]);
    let comparison = compare(&repository, &[target.trim()]).unwrap();
    assert_eq!(merged(&comparison), ["(as checked out)"]);
}

#[test]
fn what_is_not_committed_stands_alone() {
    let repository = forked("");
    on(&repository, "main", SAE, "new = 1");
    let state = || merged(&compare(&repository, &["main"]).unwrap());
    assert_eq!(state().len(), 2);
    repository.put(SRE, TEXT.replace('\n', "\r\n"));
    assert_eq!(state().len(), 2, "line ends are no edits");
    repository.put(SRE, "edited = 1");
    assert_eq!(state(), ["(as it is)"]);
    repository.put(SRE, TEXT);
    repository.put("okrs/2026-q4/new.toml", "new = 1");
    assert_eq!(state(), ["(as it is)"]);
    repository.remove("okrs/2026-q4/new.toml");
    repository.put("README.md", "Other files do not count.");
    assert_eq!(state().len(), 2);
}

#[test]
fn a_conflict_names_the_files() {
    let repository = forked("ops");
    on(&repository, "topic", SRE, "ours = 1");
    on(&repository, "main", SRE, "theirs = 1");
    let error = compare(&repository, &["main"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this change conflicts with the target branch in okrs/2026-q4/sre.toml"
    );
    assert!(error.hint().starts_with("rebase this branch"));
}

#[test]
fn a_conflict_elsewhere_is_not_ours() {
    let repository = forked("");
    on(&repository, "topic", "README.md", "ours");
    on(&repository, "topic", SRE, "own = 1");
    on(&repository, "main", "README.md", "theirs");
    let comparison = compare(&repository, &["main"]).unwrap();
    assert_eq!(merged(&comparison), ["okrs/2026-q4/sre.toml: own = 1"]);
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let repository = forked("");
    on(&repository, "main", SAE, "new = 1");
    on(&repository, "topic", SRE, "own = 1");
    let clone = repository.cloned(&["--depth", "1", "--branch", "topic"]);
    let error = compare(&clone, &["origin/main"]).unwrap_err();
    assert_eq!(error.to_string(), "origin/main is not in this clone");
    assert!(error.hint().contains("GIT_DEPTH: \"0\""));
    // Both ends are there, and nothing between them.
    let clone = repository.cloned(&["--depth", "1", "--no-single-branch", "--branch", "topic"]);
    let error = compare(&clone, &["origin/main"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "origin/main and what is checked out have no common commit here"
    );
    assert!(error.hint().contains("GIT_DEPTH: \"0\""));
    // Deep enough for the merge, but not to the beginning.
    repository.git(&["switch", "--quiet", "main"]);
    repository.git(&["switch", "--quiet", "topic"]);
    let clone = repository.cloned(&["--depth", "2", "--no-single-branch", "--branch", "topic"]);
    let comparison = compare(&clone, &["origin/main"]).unwrap();
    assert_eq!(
        merged(&comparison),
        [
            "okrs/2026-q4/sae.toml: new = 1",
            "okrs/2026-q4/sre.toml: own = 1"
        ]
    );
}

#[test]
fn the_first_revision_that_is_there_counts() {
    let repository = forked("");
    let comparison = compare(&repository, &["origin/main", "main", "topic"]).unwrap();
    assert_eq!(comparison.revision, "main");
    let error = compare(&repository, &["--all"]).unwrap_err();
    assert_eq!(error.to_string(), "--all is not in this clone");
    assert!(error.hint().contains("git fetch"));
}

#[test]
fn branches_without_a_common_commit_are_not_merged() {
    let repository = forked("");
    repository.git(&["switch", "--quiet", "--orphan", "other"]);
    repository.put("okr.toml", "");
    repository.commit("2026-10-15", "another beginning");
    repository.git(&["switch", "--quiet", "topic"]);
    let error = compare(&repository, &["other"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "other and what is checked out have no common commit here"
    );
}

#[test]
fn what_the_branch_lacks_or_cannot_give_is_a_finding() {
    let repository = forked("");
    repository.git(&["switch", "--quiet", "--create", "empty"]);
    repository.git(&["rm", "--quiet", "-r", "okr.toml", "okrs"]);
    repository.commit("2026-10-15", "nothing");
    repository.put("okr.toml", "");
    repository.put("okrs/2026-q4/sre.toml.txt", "");
    repository.put("okrs/notes.toml", "");
    repository.put("okrs/2026-q4/.draft.toml", "");
    repository.put(SAE, b"Gr\xf6\xdfe");
    repository.commit("2026-10-15", "much");
    repository.git(&["switch", "--quiet", "topic"]);
    let of = |revision: &str| {
        let comparison = compare(&repository, &[revision]).unwrap();
        shown(comparison.base.as_ref().unwrap())
    };
    let comparison = compare(&repository, &["empty~1"]).unwrap();
    assert!(comparison.base.is_none(), "{comparison:?}");
    assert_eq!(
        of("empty"),
        [
            "okrs/2026-q4/sae.toml: Gr\u{fffd}\u{fffd}e",
            "the file is not UTF-8 text",
            "`sre.toml.txt` is not read: its name does not end in .toml",
            "`okrs/notes.toml` lies in no quarter's directory",
        ]
    );
}

#[test]
fn without_git_or_a_repository_the_way_out_is_said() {
    let repository = forked("");
    let nowhere: [(OsString, OsString); 1] = [("PATH".into(), repository.dir().into())];
    let error = compare_with(&repository, &["main"], &nowhere).unwrap_err();
    assert_eq!(
        error.to_string(),
        "git is not installed here, and it alone knows the target branch"
    );
    let plain = Repository::new();
    std::fs::remove_dir_all(plain.top().join(".git")).unwrap();
    let error = compare(&plain, &["main"]).unwrap_err();
    assert!(matches!(error, NoBase::NoRepository), "{error}");
    let error = compare(&Repository::new(), &["main"]).unwrap_err();
    assert!(matches!(error, NoBase::NoCommit), "{error}");
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn an_old_git_is_told_to_be() {
        let repository = forked("");
        let elsewhere = Repository::new();
        elsewhere.put("git", "#!/bin/sh\necho 'git version 2.30.2'\n");
        let program = elsewhere.dir().join("git");
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let old: [(OsString, OsString); 1] = [("PATH".into(), elsewhere.dir().into())];
        let error = compare_with(&repository, &["main"], &old).unwrap_err();
        assert_eq!(
            error.to_string(),
            "git 2.30.2 is too old to merge without a checkout"
        );
    }

    #[test]
    fn a_merge_runs_no_program_that_the_repository_names() {
        let repository = forked("");
        let trace = repository.top().join(".git/trace");
        let program = format!(": > '{}'; exit 1", trace.display());
        repository.git(&["config", "merge.trap.driver", &program]);
        repository.put(".git/info/attributes", "*.toml merge=trap\n");
        on(&repository, "topic", SRE, &TEXT.replace("a = 1", "a = 2"));
        on(&repository, "main", SRE, &TEXT.replace("c = 1", "c = 3"));
        let comparison = compare(&repository, &["main"]).unwrap();
        assert_eq!(
            merged(&comparison),
            ["okrs/2026-q4/sre.toml: a = 2 b = 1 c = 3"]
        );
        assert!(!trace.exists());
    }

    #[test]
    fn links_are_not_followed() {
        let repository = forked("");
        repository.git(&["switch", "--quiet", "main"]);
        symlink("2026-q4", repository.dir().join("okrs/2027-q1")).unwrap();
        repository.commit("2026-10-15", "link");
        repository.git(&["switch", "--quiet", "topic"]);
        on(&repository, "topic", SRE, "own = 1");
        let comparison = compare(&repository, &["main"]).unwrap();
        let link = "`2027-q1` is a link, which is not followed in what git holds or merges";
        assert_eq!(shown(comparison.base.as_ref().unwrap())[1], link);
        assert_eq!(merged(&comparison)[1], link);
    }
}

#[test]
fn a_linked_worktree_shares_the_repository() {
    let repository = forked("ops");
    on(&repository, "topic", SRE, &TEXT.replace("a = 1", "a = 2"));
    on(&repository, "main", SRE, &TEXT.replace("c = 1", "c = 3"));
    repository.git(&["switch", "--quiet", "main"]);
    repository.git(&["worktree", "add", "--quiet", "ops/beside", "topic"]);
    let root = Root::at(&repository.dir().join("beside/ops")).unwrap();
    let files = root.read();
    let present = Present {
        sources: &files.sources,
        okrs: &files.okrs,
    };
    let environment: Vec<_> = path().into_iter().collect();
    let comparison = root.compare(&["main".to_owned()], present, &environment);
    assert_eq!(
        merged(&comparison.unwrap()),
        ["okrs/2026-q4/sre.toml: a = 2 b = 1 c = 3"]
    );
}

#[test]
fn long_ids_are_ids() {
    let repository = Repository::new();
    std::fs::remove_dir_all(repository.top().join(".git")).unwrap();
    repository.git(&[
        "init",
        "--quiet",
        "--initial-branch=main",
        "--object-format=sha256",
        ".",
    ]);
    repository.put(SRE, TEXT);
    repository.commit("2026-09-15", "plan");
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    on(&repository, "topic", SRE, &TEXT.replace("a = 1", "a = 2"));
    on(&repository, "main", SRE, &TEXT.replace("c = 1", "c = 3"));
    let comparison = compare(&repository, &["main"]).unwrap();
    assert_eq!(
        merged(&comparison),
        ["okrs/2026-q4/sre.toml: a = 2 b = 1 c = 3"]
    );
}
