//! `okr check-in` at a terminal: it asks, and a person answers, well and badly, or leaves.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use crate::support::okr::{example, okr, read};
use crate::support::terminal::{CTRL_C, CTRL_D, Terminal};

const SRE: &str = "okrs/2026-q4/sre.toml";
/// A week after the last check-ins of the example: all are due.
const MONDAY: &str = "2026-11-23";

fn start(dir: &Path) -> Terminal {
    Terminal::start(dir, MONDAY, &["check-in", "--team", "sre"])
}

/// The lines that a file has more than before, of which it has all.
fn new_lines(before: &str, after: &str) -> Vec<String> {
    let is_new = |line: &&str| !before.lines().any(|old| old == *line);
    let new: Vec<String> = after.lines().filter(is_new).map(str::to_owned).collect();
    let kept = after.lines().filter(|line| !is_new(line));
    assert!(kept.eq(before.lines()), "{after}");
    new
}

#[test]
fn answers_that_cannot_be_read_are_asked_again_and_each_check_in_is_a_line() {
    let dir = example();
    let before = read(dir.path().join(SRE));
    let mut at = start(dir.path());
    at.answer("value in h: ", "182,5");
    at.answer("value in h: ", "182.5 h");
    at.answer("value in h: ", "182.5");
    at.answer("confidence in %: ", "170");
    at.answer("confidence in %: ", "70 %");
    at.answer("health (on-track, needs-attention, at-risk): ", "fine");
    at.answer("health (on-track, needs-attention, at-risk): ", "On track");
    at.answer("note: ", "The last cluster \"moved\".");
    at.answer("value in days: ", "s");
    at.answer("value in pages: ", "10");
    at.answer("confidence in %: ", "");
    at.answer("health (on-track, needs-attention, at-risk): ", "");
    at.answer("note: ", "");
    let (screen, status) = at.end();
    assert_eq!(status.code(), Some(0), "{screen}");
    insta::assert_snapshot!(screen);
    let widest = screen.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{screen}");
    let after = read(dir.path().join(SRE));
    assert_eq!(
        new_lines(&before, &after),
        [
            "check_in.2026-11-23 = { value = 182.5, confidence = 70, health = \"on-track\", note = 'The last cluster \"moved\".' }",
            "check_in.2026-11-23 = { value = 10 }",
        ]
    );
    for arguments in [["fmt", "--check"].as_slice(), &["validate"]] {
        let ran = okr(arguments.iter().copied()).dir(dir.path()).run();
        assert_eq!(ran.status, 0, "{ran:?}");
    }
}

#[test]
fn whoever_leaves_keeps_what_was_written_and_nothing_is_half_written() {
    let dir = example();
    let before = read(dir.path().join(SRE));
    // In the middle of the first one.
    let mut at = start(dir.path());
    at.answer("value in h: ", "182.5");
    at.until("confidence in %: ");
    at.press(CTRL_C);
    let (screen, status) = at.end();
    assert_eq!(status.signal(), Some(2), "{screen}");
    assert_eq!(read(dir.path().join(SRE)), before);
    // In the middle of the second one, by the end of input, by a word, and by interrupting it.
    let mut seen = before;
    for (leave, day) in [
        (CTRL_D, "2026-11-23"),
        ("q\r", "2026-11-30"),
        (CTRL_C, "2026-12-07"),
    ] {
        let mut at = Terminal::start(dir.path(), day, &["check-in", "--owner", "ines"]);
        at.answer("value in h: ", "182.5");
        at.answer("confidence in %: ", "70");
        at.answer("health (on-track, needs-attention, at-risk): ", "");
        at.until("note: ");
        at.press(leave);
        let (screen, _) = at.end();
        // Nothing of a check-in whose questions are not all answered.
        assert_eq!(read(dir.path().join(SRE)), seen, "{screen}");
        let mut at = Terminal::start(dir.path(), day, &["check-in", "--team", "sre"]);
        at.answer("value in h: ", "190");
        for question in ["confidence in %: ", "at-risk): ", "note: "] {
            at.answer(question, "");
        }
        at.answer("value in days: ", "11");
        at.until("confidence in %: ");
        at.press(leave);
        let (screen, _) = at.end();
        let after = read(dir.path().join(SRE));
        let line = format!("check_in.{day} = {{ value = 190 }}");
        assert_eq!(new_lines(&seen, &after), [line], "{screen}");
        seen = after;
    }
}

#[test]
fn a_status_breaks_no_word_at_the_edge_of_the_window() {
    let dir = example();
    let mut at = Terminal::start(dir.path(), "2026-11-16", &["status"]);
    let (screen, status) = at.end();
    assert_eq!(status.code(), Some(0), "{screen}");
    assert!(screen.starts_with("On track but for 2 of 9 key results: "));
    let widest = screen.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{screen}");
}

#[test]
fn where_nothing_is_due_nobody_is_asked() {
    let dir = example();
    let mut at = Terminal::start(dir.path(), "2026-11-17", &["check-in"]);
    let (screen, status) = at.end();
    assert_eq!(
        (screen.as_str(), status.code()),
        ("no key result is due\n", Some(0))
    );
}
