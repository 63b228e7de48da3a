//! What `okr doctor` found, for a terminal and for other programs.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::json_text::json_text;
use super::terminal_text::line;
use super::wrap::wrap;
use crate::plan::{Area, Check, Verdict};

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const DOCTOR_FORMAT: u32 = 1;

/// Where the texts of checks begin.
const INDENT: usize = 11;
/// Longer lines are no easier to read.
const WIDEST: usize = 100;

/// How a terminal shows checks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Whether it has colours.
    pub colour: bool,
    /// Its columns.
    pub width: usize,
}

/// The checks by area, each with what it means and what to do, and a last line that sums them up. `server` is its address,
/// where one is known.
pub fn human(server: Option<&str>, checks: &[Check], look: Look) -> String {
    let mut text = String::new();
    if let Some(server) = server {
        push(&mut text, &format!("GitLab: {}", line(server)));
    }
    for area in [
        Area::Files,
        Area::Server,
        Area::Token,
        Area::Trackers,
        Area::Links,
        Area::People,
    ] {
        let mut of_area = checks.iter().filter(|check| check.area == area).peekable();
        if of_area.peek().is_none() {
            continue;
        }
        let gap = if text.is_empty() { "" } else { "\n" };
        let title = styled(title(area), Style::new().bold(), look);
        push(&mut text, &format!("{gap}{title}"));
        for check in of_area {
            one(&mut text, check, look);
        }
    }
    push(
        &mut text,
        &format!("\n{}", wrap(&summary(checks), columns(look))),
    );
    text
}

fn columns(look: Look) -> usize {
    look.width.min(WIDEST)
}

fn title(area: Area) -> &'static str {
    match area {
        Area::Files => "Files",
        Area::Server => "Server",
        Area::Token => "Token",
        Area::Trackers => "Trackers",
        Area::Links => "Links",
        Area::People => "People",
    }
}

fn word(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Good => ("ok", AnsiColor::Green.on_default()),
        Verdict::Info => ("info", Style::new()),
        Verdict::Unknown => ("unknown", AnsiColor::Yellow.on_default()),
        Verdict::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
        Verdict::Blocking => ("blocks", AnsiColor::Red.on_default().bold()),
    }
}

fn one(text: &mut String, check: &Check, look: Look) {
    let (word, style) = word(check.verdict);
    let head = styled(&format!("{word:<7}"), style, look);
    let room = columns(look).saturating_sub(INDENT).max(20);
    let mut rows = rows(&check.found, room).into_iter();
    let first = rows.next().unwrap_or_default();
    push(text, &format!("  {head}  {first}"));
    let means = check.means.iter().flat_map(|means| self::rows(means, room));
    let help = check
        .help
        .iter()
        .flat_map(|help| self::rows(&format!("help: {help}"), room));
    for row in rows.chain(means).chain(help) {
        push(text, &format!("{:INDENT$}{row}", ""));
    }
}

fn rows(text: &str, room: usize) -> Vec<String> {
    wrap(&line(text), room).lines().map(str::to_owned).collect()
}

fn styled(text: &str, style: Style, look: Look) -> String {
    if look.colour {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

fn push(text: &mut String, row: &str) {
    // Writing to a String cannot fail.
    let _always = writeln!(text, "{}", row.trim_end_matches(' '));
}

fn summary(checks: &[Check]) -> String {
    let count = |verdict| {
        checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count()
    };
    let mut parts = vec![match count(Verdict::Blocking) {
        0 => "Nothing that was seen stands in the way of an apply".to_owned(),
        1 => "1 thing stands in the way of an apply".to_owned(),
        several => format!("{several} things stand in the way of an apply"),
    }];
    for (verdict, one, many) in [
        (Verdict::Warning, "1 warning", "warnings"),
        (Verdict::Unknown, "1 unknown", "unknown"),
    ] {
        match count(verdict) {
            0 => {}
            1 => parts.push(one.to_owned()),
            several => parts.push(format!("{several} {many}")),
        }
    }
    format!("{}.", parts.join("; "))
}

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    server: Option<&'a str>,
    blocking: usize,
    warnings: usize,
    unknown: usize,
    checks: &'a [Check],
}

/// The checks as JSON.
pub fn json(server: Option<&str>, checks: &[Check]) -> String {
    let count = |verdict| {
        checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count()
    };
    json_text(&Report {
        format: DOCTOR_FORMAT,
        server,
        blocking: count(Verdict::Blocking),
        warnings: count(Verdict::Warning),
        unknown: count(Verdict::Unknown),
        checks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks() -> Vec<Check> {
        let check = |area, verdict, found: &str| Check::new(area, "id", verdict, found);
        vec![
            check(Area::Server, Verdict::Good, "GitLab 18.9.0 answers"),
            check(
                Area::Trackers,
                Verdict::Blocking,
                "the token's account is Guest in acme/a, and Planner is needed",
            )
            .about("acme/a")
            .means("no label can be made, and labels, dates and assignees of its issues stay as they are")
            .help("make the account Planner in acme/a\u{1b}[2J"),
        ]
    }

    #[test]
    fn a_narrow_terminal_shows_every_word_and_obeys_none() {
        let look = Look {
            colour: false,
            width: 50,
        };
        let text = human(Some("https://gitlab.example.com/"), &checks(), look);
        assert!(text.lines().all(|row| row.chars().count() <= 50), "{text}");
        insta::assert_snapshot!(text, @r"
        GitLab: https://gitlab.example.com/

        Server
          ok       GitLab 18.9.0 answers

        Trackers
          blocks   the token's account is Guest in acme/a,
                   and Planner is needed
                   no label can be made, and labels, dates
                   and assignees of its issues stay as
                   they are
                   help: make the account Planner in
                   acme/a␛[2J

        1 thing stands in the way of an apply.
        ");
    }

    #[test]
    fn colours_change_no_word() {
        let show = |colour| human(None, &checks(), Look { colour, width: 80 });
        assert_eq!(
            anstream::adapter::strip_str(&show(true)).to_string(),
            show(false)
        );
        assert_ne!(show(true), show(false));
    }

    #[test]
    fn programs_get_the_same_in_pieces() {
        let text = json(None, &checks());
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&read["format"], &read["blocking"]), (&1.into(), &1.into()));
        assert_eq!(read["checks"][1]["verdict"], "blocking");
        assert_eq!(read["checks"][1]["subject"], "acme/a");
        assert!(
            read["checks"][1]["help"]
                .as_str()
                .unwrap()
                .ends_with("\u{1b}[2J")
        );
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
