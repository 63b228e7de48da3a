//! What goes for every command: help, wrong usage, colours, readers that go away.

use crate::support::okr::{TODAY, okr};

const NONE: [&str; 0] = [];

#[test]
fn without_arguments_help_is_shown() {
    let ran = okr(NONE).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    for word in [
        "Usage: okr",
        "completions",
        "--dir",
        "OKR_TOKEN",
        "Exit status",
    ] {
        assert!(ran.stdout.contains(word), "{word}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains('\u{1b}'));
}

#[test]
fn every_line_of_help_fits_a_page() {
    for arguments in [&["--help"] as &[&str], &["completions", "--help"]] {
        let ran = okr(arguments.iter().copied()).run();
        assert_eq!(ran.status, 0);
        let longest = ran.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{}", ran.stdout);
    }
}

#[test]
fn the_version_is_a_result() {
    let ran = okr(["--version"]).run();
    assert_eq!(ran.status, 0);
    assert_eq!(ran.stdout, format!("okr {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    for arguments in [
        &["completion"] as &[&str],
        &["--colour", "never"],
        &["completions"],
        &["completions", "bash", "-v", "-q"],
        &["--color", "sometimes", "completions", "bash"],
    ] {
        let ran = okr(arguments.iter().copied()).run();
        assert_eq!(ran.status, 2, "{arguments:?}: {ran:?}");
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    let typo = okr(["completion"]).run();
    assert!(typo.stderr.contains("'completions'"), "{}", typo.stderr);
}

#[test]
fn colours_are_shown_in_job_logs_unless_they_are_unwelcome() {
    let coloured = |ran: &crate::support::okr::Ran| ran.stderr.contains('\u{1b}');
    let wrong = || okr(["completion"]);
    assert!(!coloured(&wrong().run()));
    assert!(coloured(&wrong().env("GITLAB_CI", "true").run()));
    assert!(!coloured(
        &wrong().env("GITLAB_CI", "true").env("NO_COLOR", "1").run()
    ));
    assert!(coloured(
        &wrong().env("GITLAB_CI", "true").env("NO_COLOR", "").run()
    ));
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = okr(["completions", shell]).run();
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("completions"), "{shell}");
        assert!(!ran.stdout.contains(TODAY));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = okr(["completions", "bash"]).stdout(writer).run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let ran = okr(["completions", "bash"]).stdout(full).run();
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.starts_with("error: cannot write the result"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("caused by: "));
}

#[test]
fn help_fits_a_narrow_terminal_without_broken_lines() {
    let ran = okr(["--help"]).run();
    let (_, examples) = ran.stdout.split_once("Examples:").unwrap();
    let longest = examples.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(79), "{examples}");
}
