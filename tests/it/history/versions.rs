use super::{Repository, SRE, Wanted, ask, history, q4, shown, since};

#[test]
fn versions_since_a_day_and_the_last_one_before_it() {
    let repository = Repository::new();
    for (day, text) in [
        ("2026-08-01", "too old"),
        ("2026-09-15", "planned"),
        ("2026-10-05", "first"),
        ("2026-10-12", "second"),
    ] {
        repository.put(SRE, text);
        repository.commit(day, text);
        repository.put("README.md", text);
        repository.commit(day, "something else");
    }
    repository.put("okrs/2026-q3/sre.toml", "another quarter");
    repository.put("okrs/2026-q4/notes.md", "no OKRs");
    repository.commit("2026-10-13", "others");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sre.toml 2026-09-15 planned: planned",
            "okrs/2026-q4/sre.toml 2026-10-05 first: first",
            "okrs/2026-q4/sre.toml 2026-10-12 second: (as now)",
        ]
    );
    assert_eq!(
        history(&repository, &[since("2026-q4", "2026-10-12")]),
        [
            "okrs/2026-q4/sre.toml 2026-10-05 first: first",
            "okrs/2026-q4/sre.toml 2026-10-12 second: (as now)",
        ]
    );
}

#[test]
fn a_commit_counts_on_its_committers_day_in_utc() {
    let repository = Repository::new();
    for (time, text) in [
        ("2026-09-30T20:00:00-05:00", "in October"),
        ("2026-10-01T08:00:00+09:00", "in September"),
        ("2026-10-01T09:00:00+09:00", "in October again"),
    ] {
        repository.put(SRE, text);
        repository.commit_at(time, text);
    }
    assert_eq!(
        history(&repository, &[since("2026-q4", "2026-09-01")]),
        [
            "okrs/2026-q4/sre.toml 2026-10-01 in October: in October",
            "okrs/2026-q4/sre.toml 2026-09-30 in September: in September",
            "okrs/2026-q4/sre.toml 2026-10-01 in October again: (as now)",
        ]
    );
}

#[test]
fn a_merge_is_one_version() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    repository.git(&["switch", "--quiet", "--create", "topic"]);
    for text in ["half", "whole"] {
        repository.put(SRE, text);
        repository.commit("2026-10-02", text);
    }
    repository.git(&["switch", "--quiet", "main"]);
    repository.put("okrs/2026-q4/sae.toml", "beside it");
    repository.commit("2026-10-03", "beside it");
    repository.merge("2026-10-04", "topic");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sae.toml 2026-10-03 beside it: (as now)",
            "okrs/2026-q4/sre.toml 2026-09-15 plan: planned",
            "okrs/2026-q4/sre.toml 2026-10-04 merge topic: (as now)",
        ]
    );
}

#[test]
fn the_workspace_may_be_a_directory_of_the_repository() {
    let repository = Repository::below("teams/ops \"é\n");
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    repository.put(SRE, "moved");
    repository.commit("2026-10-15", "move");
    std::fs::create_dir_all(repository.top().join("okrs/2026-q4")).unwrap();
    crate::support::okr::put(repository.top(), SRE, b"of another workspace");
    repository.commit("2026-10-16", "beside it");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sre.toml 2026-09-15 plan: planned",
            "okrs/2026-q4/sre.toml 2026-10-15 move: (as now)",
        ]
    );
}

#[test]
fn files_that_are_gone_have_their_versions_too() {
    let repository = Repository::new();
    repository.put("okrs/2026-q3/old.toml", "of July");
    repository.put("okrs/2026-q3/kept.toml", "kept");
    repository.put(SRE, "planned");
    repository.commit("2026-06-20", "plan");
    repository.put("okrs/2026-q3/old.toml", "of August");
    repository.put("okrs/2026-q3/kept.toml", "kept and changed");
    repository.commit("2026-08-20", "change");
    repository.remove("okrs/2026-q3/old.toml");
    repository.git(&["mv", SRE, "okrs/2026-q4/sae.toml"]);
    repository.commit("2026-10-02", "rename and remove");
    let gone = |quarter: &str, day: &str| Wanted {
        gone_only: true,
        ..since(quarter, day)
    };
    assert_eq!(
        history(&repository, &[gone("2026-q3", "2026-07-01"), q4()]),
        [
            "okrs/2026-q3/old.toml 2026-06-20 plan: of July",
            "okrs/2026-q3/old.toml 2026-08-20 change: of August",
            "okrs/2026-q4/sae.toml 2026-10-02 rename and remove: (as now)",
            "okrs/2026-q4/sre.toml 2026-06-20 plan: planned",
        ]
    );
    repository.remove("okrs/2026-q3/kept.toml");
    assert_eq!(
        history(&repository, &[gone("2026-q3", "2026-08-21")]),
        [
            "okrs/2026-q3/kept.toml 2026-08-20 change: kept and changed",
            "okrs/2026-q3/old.toml 2026-08-20 change: of August",
        ],
        "removed, though not yet in a commit"
    );
}

#[test]
fn a_file_that_comes_back_keeps_its_past() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    repository.commit("2026-09-01", "plan");
    repository.remove(SRE);
    repository.commit("2026-10-02", "remove");
    repository.put(SRE, "again");
    repository.commit("2026-10-05", "again");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sre.toml 2026-09-01 plan: planned",
            "okrs/2026-q4/sre.toml 2026-10-05 again: (as now)",
        ]
    );
    let since_then = history(&repository, &[since("2026-q4", "2026-10-03")]);
    assert_eq!(
        since_then,
        ["okrs/2026-q4/sre.toml 2026-10-05 again: (as now)"],
        "on the day before, it was not there"
    );
}

#[test]
fn what_is_not_committed_is_no_version() {
    let repository = Repository::new();
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    repository.put(SRE, "not committed");
    repository.put("okrs/2026-q4/new.toml", "not even added");
    assert_eq!(
        history(&repository, &[q4()]),
        ["okrs/2026-q4/sre.toml 2026-09-15 plan: planned"]
    );
    repository.put(SRE, "planned");
    let earlier = ask(&repository, &[q4()]).unwrap();
    assert_eq!(
        shown(&repository, &earlier),
        ["okrs/2026-q4/sre.toml 2026-09-15 plan: (as now)"]
    );
    assert_eq!(
        earlier.texts, [""; 0],
        "what is known already is not read again"
    );
}

#[test]
fn one_text_is_read_once() {
    let repository = Repository::new();
    for (day, text) in [
        ("10-02", "a"),
        ("10-03", "b"),
        ("10-04", "a"),
        ("10-05", "c"),
    ] {
        repository.put(SRE, text);
        repository.put("okrs/2026-q4/sae.toml", text);
        repository.commit(&format!("2026-{day}"), text);
    }
    let earlier = ask(&repository, &[q4()]).unwrap();
    assert_eq!(earlier.versions.len(), 8);
    let mut texts = earlier.texts;
    texts.sort();
    assert_eq!(texts, ["a", "b"]);
}

#[test]
fn lines_may_end_as_they_do_on_windows() {
    let repository = Repository::new();
    repository.put(SRE, "a = 1\r\nb = 2\r\n");
    repository.commit("2026-09-15", "plan");
    repository.put("okrs/2026-q4/sae.toml", "a = 1\r\n");
    repository.commit("2026-10-15", "beside it");
    repository.put(SRE, "a = 1\nb = 2\n");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sae.toml 2026-10-15 beside it: (as now)",
            "okrs/2026-q4/sre.toml 2026-09-15 plan: a = 1\r\nb = 2\r",
        ]
    );
}

#[test]
fn ids_may_be_those_of_sha_256() {
    let repository = Repository::new();
    std::fs::remove_dir_all(repository.top().join(".git")).unwrap();
    repository.git(&["init", "--quiet", "--object-format=sha256", "."]);
    repository.put(SRE, "planned");
    repository.commit("2026-09-15", "plan");
    repository.put(SRE, "moved");
    repository.commit("2026-10-15", "move");
    assert_eq!(
        history(&repository, &[q4()]),
        [
            "okrs/2026-q4/sre.toml 2026-09-15 plan: planned",
            "okrs/2026-q4/sre.toml 2026-10-15 move: (as now)",
        ]
    );
}
