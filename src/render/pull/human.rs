use std::fmt::Write as _;

use super::{Outcome, address, line};
use crate::issue::Misread;
use crate::plan::{Left, LeftReason, Part, Remark};
use crate::render::counted::counted;

/// What is said instead of a confidential issue's text.
const HIDDEN: &str = "confidential: shown by its key only";

/// What there is to say beside the difference of the files; empty where that says all.
pub fn human(outcome: &Outcome<'_>, confidential_visible: bool) -> String {
    let mut text = String::new();
    let hidden = |confidential: bool| confidential && !confidential_visible;
    if !outcome.left.is_empty() {
        push(&mut text, &staying(outcome.left));
        for what in outcome.left {
            left(&mut text, what, hidden(what.confidential));
        }
    }
    if !outcome.not_pulled.is_empty() {
        push(&mut text, "not pulled:");
        for edit in outcome.not_pulled {
            remark(&mut text, &edit.remark, hidden(edit.remark.confidential));
            push(
                &mut text,
                &format!("    {:<12}{}", "reason", line(&edit.why)),
            );
        }
    }
    if !outcome.not_looked_at.is_empty() {
        push(&mut text, "not looked at:");
        for found in outcome.not_looked_at {
            remark(&mut text, found, hidden(found.confidential));
        }
    }
    text
}

/// How much of what stays.
fn staying(left: &[Left]) -> String {
    let is_row = |what: &&Left| matches!(what.part, Part::CheckIn(_));
    let rows = left.iter().filter(is_row).count();
    let edits = left.len() - rows;
    let counts = [(rows, "row"), (edits, "edit")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let verb = if left.len() == 1 { "stays" } else { "stay" };
    format!("{} {verb} in GitLab alone:", counts.join(" and "))
}

fn remark(text: &mut String, remark: &Remark, hidden: bool) {
    let key = remark.key.as_ref().map(ToString::to_string);
    let issue = remark.issue.clone().filter(|_| !hidden);
    let about: Vec<String> = key.into_iter().chain(issue).collect();
    let message = if hidden { HIDDEN } else { &remark.message };
    let about = about.join("  ");
    push(text, &format!("  {}: {}", line(&about), line(message)));
}

fn left(text: &mut String, what: &Left, hidden: bool) {
    if hidden {
        push(
            text,
            &format!("  {}: {} ({HIDDEN})", what.key, headline(what)),
        );
        return;
    }
    push(text, &format!("  {}: {}", what.key, headline(what)));
    let mut pair = |name: &str, value: &str| {
        // A description has several lines.
        for (at, value) in value.lines().enumerate() {
            let name = if at == 0 { name } else { "" };
            let row = format!("    {name:<12}{}", line(value));
            push(text, row.trim_end());
        }
    };
    pair("issue", &address(what));
    for (name, value) in sides(&what.reason) {
        pair(name, &value);
    }
    pair("help", &help(what));
}

/// What people call it, with its day.
pub(super) fn name(part: Part) -> String {
    match part {
        Part::Title => "title".to_owned(),
        Part::Due => "due date".to_owned(),
        Part::Description => "description".to_owned(),
        Part::CheckIn(Some(day)) => format!("check-in of {day}"),
        Part::CheckIn(None) => "check-in".to_owned(),
    }
}

fn headline(left: &Left) -> String {
    let part = left.part;
    let what = match part {
        Part::CheckIn(day) => {
            let day = day.map(|day| format!(" of {day}")).unwrap_or_default();
            format!("row{day}")
        }
        part => name(part),
    };
    match (&left.reason, part) {
        (LeftReason::Conflict { declared: None, .. }, Part::CheckIn(Some(day))) => {
            format!("GitLab has several rows about {day}")
        }
        (LeftReason::Conflict { .. }, Part::CheckIn(Some(day))) => {
            format!("the file and GitLab say different things about {day}")
        }
        (LeftReason::Conflict { .. }, _) => {
            format!("the {what} was changed in the file and in GitLab")
        }
        (LeftReason::Unreadable { .. }, _) => "a line of the table cannot be read".to_owned(),
        (LeftReason::MadeConfidential(_), _) => {
            format!("people made the issue confidential, so its {what} is not for the file")
        }
        (LeftReason::ClosedQuarter(_), _) => {
            format!("the quarter is closed, so its {what} comes too late")
        }
        (LeftReason::Refused { .. }, _) => format!("the file cannot hold the {what}"),
    }
}

/// What both sides say.
pub(super) fn sides(reason: &LeftReason) -> Vec<(&'static str, String)> {
    match reason {
        LeftReason::Conflict { declared, written } => {
            let declared = declared.iter().map(|said| ("in the file", said.text()));
            let written = written.iter().map(|said| ("in GitLab", said.text()));
            declared.chain(written).collect()
        }
        LeftReason::Unreadable { line, what } => vec![
            ("in GitLab", line.trim().to_owned()),
            ("reason", misread(*what).to_owned()),
        ],
        LeftReason::MadeConfidential(says) | LeftReason::ClosedQuarter(says) => {
            vec![("in GitLab", says.text())]
        }
        LeftReason::Refused { says, why } => {
            vec![("in GitLab", says.text()), ("reason", why.clone())]
        }
    }
}

/// Which cell of a row cannot be read, and what may stand there.
fn misread(what: Misread) -> &'static str {
    match what {
        Misread::Date => "the first cell is no date, like 2026-10-05",
        Misread::Value => {
            "the second cell is no value: a number without its unit and without marks between thousands, like 120 or 1.5"
        }
        Misread::Confidence => {
            "the third cell is no confidence: a percentage from 0 to 100, like 60 %"
        }
        Misread::Health => "the fourth cell is no health: on-track, needs-attention or at-risk",
        Misread::Nothing => "nothing stands behind the date",
    }
}

fn help(left: &Left) -> String {
    match (&left.reason, left.part) {
        (LeftReason::Conflict { declared: None, .. }, Part::CheckIn(_)) => {
            "leave one of them in the issue".to_owned()
        }
        (LeftReason::Conflict { .. }, Part::CheckIn(_)) => {
            "decide in the file, then delete the row of that day in the issue".to_owned()
        }
        (LeftReason::Conflict { .. }, _) => {
            "decide in the file: the next apply writes over what stands in GitLab".to_owned()
        }
        (LeftReason::Unreadable { .. }, _) => {
            "mend it in the issue: a row is | 2026-10-05 | 120 | 60 % | on-track | note |"
                .to_owned()
        }
        (LeftReason::MadeConfidential(_), _) => {
            "set confidential = true in the file if its readers may know, else leave it there"
                .to_owned()
        }
        (LeftReason::ClosedQuarter(_), _) => "nothing is done about it".to_owned(),
        (LeftReason::Refused { .. }, part) => {
            let what = match part {
                Part::CheckIn(_) => "row".to_owned(),
                part => name(part),
            };
            format!("mend the {what} in the issue, or write it into the file by hand")
        }
    }
}

fn push(text: &mut String, row: &str) {
    // Writing to a String cannot fail.
    let _always = writeln!(text, "{row}");
}
