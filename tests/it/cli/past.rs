//! `okr validate` in a repository: rules that hold files against what they said earlier.

use crate::support::okr::{Ran, edit, okr, read, repository};
use crate::support::repository::{Repository, path};

const SRE: &str = "okrs/2026-q4/sre.toml";

/// The example, committed before the quarter began.
fn planned() -> Repository {
    let example = repository();
    let repository = Repository::new();
    for file in [
        "okr.toml",
        SRE,
        "okrs/2026-q4/andrew.toml",
        "okrs/2026-q4/delivery.toml",
        "okrs/2026-q4/infrastructure.toml",
        "okrs/2026-q4/sae.toml",
    ] {
        repository.put(file, read(example.join(file)));
    }
    repository.commit("2026-09-20", "plan");
    repository
}

fn ease(repository: &Repository) {
    edit(&repository.dir(), SRE, "to = 240", "to = 150");
    edit(
        &repository.dir(),
        SRE,
        "from 96 h to 240 h",
        "from 96 h to 150 h",
    );
}

fn validate(repository: &Repository, environment: &[(&str, &str)]) -> Ran {
    let mut okr = okr(["validate", "--format", "concise"]).dir(repository.dir());
    if let Some((name, value)) = path() {
        okr = okr.env(name.to_str().unwrap(), value);
    }
    for (name, value) in environment {
        okr = okr.env(name, *value);
    }
    okr.run()
}

/// What was found, and what was said besides the count of it.
fn said(ran: &Ran) -> (&str, &str) {
    let status = ran.stderr.lines().next().unwrap_or_default();
    let status = if status.contains(" in 1 file") {
        ""
    } else {
        status
    };
    (ran.stdout.trim_end(), status)
}

const EASED: &str = "okrs/2026-q4/sre.toml:24:6: error[moved-goal]: the target was eased from 240 to 150 after 2026-q4 began";

#[test]
fn a_goal_that_was_moved_is_found_by_its_history() {
    let repository = planned();
    assert_eq!(said(&validate(&repository, &[])), ("", ""));
    ease(&repository);
    assert_eq!(said(&validate(&repository, &[])), (EASED, ""));
    repository.commit("2026-11-02", "ease");
    let ran = validate(&repository, &[]);
    assert_eq!((said(&ran), ran.status), ((EASED, ""), 1));

    let shown = okr(["validate"]).dir(repository.dir()).run();
    let commit = repository.git(&["rev-parse", "--short=8", "HEAD"]);
    let since = format!("since commit {} of 2026-11-02", commit.trim());
    assert!(shown.stdout.contains(&since), "{}", shown.stdout);
}

#[test]
fn a_version_that_could_not_be_read_hides_no_other() {
    let repository = planned();
    let good = read(repository.dir().join(SRE));
    for (day, broken) in [
        ("2026-10-05", "[objective.mtbf\n"),
        ("2026-10-06", ""),
        ("2026-10-07", "<<<<<<< HEAD\n"),
    ] {
        repository.put(SRE, broken);
        repository.commit(day, "break");
    }
    repository.put(SRE, &good);
    ease(&repository);
    repository.commit("2026-10-08", "mend, and ease");
    assert_eq!(said(&validate(&repository, &[])), (EASED, ""));
}

#[test]
fn what_is_carried_over_from_a_file_that_is_gone_is_found() {
    let repository = planned();
    let before = "okrs/2026-q3/sre.toml";
    let text = "[objective.old]\ntitle = \"Maximize user-visible services' MTBF so that critical work is rarely interrupted\"\n";
    repository.put(before, text);
    repository.commit("2026-09-21", "late, but there");
    repository.remove(before);
    repository.commit("2026-09-30", "tidy up");
    assert_eq!(
        said(&validate(&repository, &[])),
        (
            "okrs/2026-q4/sre.toml:4:9: warning[carried-over]: sre had the same title in 2026-q3",
            ""
        )
    );
}

#[test]
fn the_environment_names_no_other_repository() {
    let repository = planned();
    ease(&repository);
    let other = planned();
    let dir = other.top().join(".git");
    let elsewhere = [
        ("GIT_DIR", dir.to_str().unwrap()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "log.showRoot"),
        ("GIT_CONFIG_VALUE_0", "false"),
    ];
    other.put(SRE, "");
    other.commit("2026-09-21", "empty");
    assert_eq!(said(&validate(&repository, &elsewhere)), (EASED, ""));
}

#[test]
fn what_could_not_be_checked_is_said_in_one_line() {
    let repository = planned();
    ease(&repository);
    repository.commit("2026-11-02", "ease");
    let shallow = repository.cloned(&["--depth", "1"]);
    let not_checked = |ran: Ran| -> Vec<String> {
        let lines = ran
            .stderr
            .lines()
            .filter(|line| line.contains(" not checked: "));
        lines.map(str::to_owned).collect()
    };
    let fetch = "fetch all of it (in GitLab CI: GIT_DEPTH: 0)";
    assert_eq!(
        not_checked(validate(&shallow, &[])),
        [
            format!(
                "carried-over not checked: the clone is shallow and does not reach back to 2026-07-01; {fetch}"
            ),
            format!(
                "moved-goal not checked: the clone is shallow and does not reach back to 2026-10-01; {fetch}"
            ),
        ]
    );
    let nowhere = [("PATH", repository.top().to_str().unwrap())];
    assert_eq!(
        not_checked(validate(&repository, &nowhere)),
        [
            "carried-over, moved-goal not checked: git is not installed here, and it alone knows what files said earlier; \
             install it (in the image of a job: the package git)"
        ]
    );
}

#[test]
fn git_is_asked_only_where_a_rule_needs_it() {
    let repository = planned();
    ease(&repository);
    let asked = || {
        let nowhere = [("PATH", repository.top().to_str().unwrap())];
        let ran = validate(&repository, &nowhere);
        ran.stderr.contains("git is not installed")
    };
    assert!(asked());
    let config = read(repository.dir().join("okr.toml"));
    let with = |more: &str| repository.put("okr.toml", format!("{config}\n{more}\n"));
    with("[rules]\nmoved-goal = \"off\"");
    assert!(asked());
    with("[rules]\nmoved-goal = \"off\"\ncarried-over = \"off\"");
    assert!(!asked());
    let closed = "[quarters.\"2026-q4\"]\nstate = \"closed\"";
    with(closed);
    assert!(asked());
    with(&format!(
        "{closed}\n[rules]\nclosed-quarter-changed = \"off\""
    ));
    assert!(!asked());
}
