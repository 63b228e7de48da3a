//! A status as one text for a meeting's agenda: what is to be decided, what is at risk, who is silent, what changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::words::{
    WITHHELD, contradiction, incomplete, is_hidden, is_news, movement, percent, reasons,
};
use crate::model::Key;
use crate::render::plan::markdown::escape;
use crate::report::{CheckInPoint, KeyResultStatus, Standing, Status, TeamStatus};

/// How a status is written for an agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// The most bytes; what does not fit is left out level by level, and the text says so.
    pub max_bytes: usize,
}

/// The longest note that is quoted, in characters.
const NOTE: usize = 240;

/// How much is said, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// Everything, with titles and the notes of this week's check-ins.
    Notes,
    /// Without notes.
    Titles,
    /// Key results by their keys.
    Keys,
    /// Numbers of teams only.
    Teams,
    /// The answer only.
    Answer,
}

/// A status as Markdown for the agenda of a meeting. The first line is the answer.
///
/// Text that people wrote is shown and does nothing: no quick action runs, nobody is mentioned, no issue is referred to.
/// What is confidential appears by its key only, in a list of its own. Never more than [`MarkdownOptions::max_bytes`].
pub fn markdown(status: &Status, options: &MarkdownOptions) -> String {
    let levels = [Level::Notes, Level::Titles, Level::Keys, Level::Teams];
    for level in levels {
        let text = page(status, level);
        if text.len() <= options.max_bytes {
            return text;
        }
    }
    let mut text = page(status, Level::Answer);
    while text.len() > options.max_bytes {
        text.pop();
    }
    text
}

fn page(status: &Status, level: Level) -> String {
    let mut text = format!("**{}**\n", escape::prose(&status.answer.sentence));
    let observed = if status.observed {
        ""
    } else {
        ", from the files alone"
    };
    let _ = write!(
        text,
        "\n{} on {}{observed}; changes since {}.\n",
        status.quarter, status.today, status.since
    );
    if let Some(left_out) = left_out(level) {
        let _ = write!(
            text,
            "\n*Left out, because it would not fit: {left_out}. `okr status` shows it.*\n"
        );
    }
    if level == Level::Answer {
        return text;
    }
    teams(&mut text, status);
    if level == Level::Teams {
        return text;
    }
    let shown: Vec<&KeyResultStatus> = key_results(status)
        .filter(|key_result| !key_result.confidential)
        .collect();
    decisions(&mut text, status, &shown, level);
    let of = |standing: Standing| {
        let shown = shown.iter().copied();
        shown.filter(move |key_result| key_result.standing == standing)
    };
    list(&mut text, "At risk", of(Standing::AtRisk), level, trouble);
    list(
        &mut text,
        "Needs attention",
        of(Standing::NeedsAttention),
        level,
        trouble,
    );
    let silent = shown.iter().copied();
    let silent = silent
        .filter(|key_result| key_result.is_stale() || key_result.standing == Standing::Unknown);
    list(
        &mut text,
        "Nobody has said for long",
        silent,
        level,
        silence,
    );
    changes(&mut text, status, &shown, level);
    let unpulled = shown.iter().copied();
    let unpulled = unpulled.filter(|key_result| {
        key_result.unpulled().next().is_some() || key_result.unreadable_rows > 0
    });
    list(
        &mut text,
        "Written in issues, not yet in the files",
        unpulled,
        level,
        waiting,
    );
    confidential(&mut text, status);
    text
}

fn left_out(level: Level) -> Option<&'static str> {
    match level {
        Level::Notes => None,
        Level::Titles => Some("the notes of check-ins"),
        Level::Keys => Some("titles and notes"),
        Level::Teams => Some("everything but the teams"),
        Level::Answer => Some("everything but the answer"),
    }
}

fn key_results(status: &Status) -> impl Iterator<Item = &KeyResultStatus> {
    status
        .teams
        .iter()
        .flat_map(|team| &team.objectives)
        .flat_map(|objective| &objective.key_results)
}

fn heading(text: &mut String, title: &str) {
    let _ = write!(text, "\n#### {title}\n\n");
}

fn teams(text: &mut String, status: &Status) {
    let moved = |team: &TeamStatus| {
        if is_hidden(&team.objectives) {
            "confidential".to_owned()
        } else if team.withheld {
            WITHHELD.to_owned()
        } else {
            movement(team.movement.before, team.movement.now)
        }
    };
    text.push_str("\n| Team | Score | Due by now | Weakest |\n| --- | ---: | ---: | --- |\n");
    for team in &status.teams {
        let note = incomplete(&team.score).filter(|_| !team.withheld);
        let note = note.map(|note| format!(" ({note})"));
        let (due, weakest) = if is_hidden(&team.objectives) {
            (String::new(), String::new())
        } else {
            let due = team.expected.filter(|_| !team.withheld);
            let due = due.map(|due| percent(Some(due)));
            let weakest = team.standing.map(|standing| standing.name().to_owned());
            (due.unwrap_or_default(), weakest.unwrap_or_default())
        };
        let _ = writeln!(
            text,
            "| {}{} | {}{} | {due} | {weakest} |",
            "– ".repeat(usize::try_from(team.depth).unwrap_or(0).min(8)),
            escape::prose(&team.name),
            moved(team),
            note.unwrap_or_default(),
        );
    }
}

fn decisions(text: &mut String, status: &Status, shown: &[&KeyResultStatus], level: Level) {
    let mut asked = status
        .decisions
        .iter()
        .filter(|decision| !decision.confidential)
        .peekable();
    if asked.peek().is_none() {
        return;
    }
    heading(text, "To be decided");
    let by_key: BTreeMap<&Key, &KeyResultStatus> = shown.iter().map(|of| (&of.key, *of)).collect();
    for decision in asked {
        let of = by_key.get(&decision.key);
        let title = of.map(|of| name(of, level)).unwrap_or_default();
        let _ = writeln!(text, "- {title}: {}", escape::prose(&decision.question));
    }
}

/// The key, the title where titles are shown, and who answers.
fn name(key_result: &KeyResultStatus, level: Level) -> String {
    let mut text = escape::code(&key_result.key.to_string());
    if level < Level::Keys {
        let _ = write!(text, " {}", escape::prose(&key_result.title));
    }
    if let Some(owner) = &key_result.owner {
        let _ = write!(text, " ({})", escape::code(owner));
    }
    text
}

fn list<'a>(
    text: &mut String,
    title: &str,
    of: impl Iterator<Item = &'a KeyResultStatus>,
    level: Level,
    say: impl Fn(&KeyResultStatus) -> String,
) {
    let mut of = of.peekable();
    if of.peek().is_none() {
        return;
    }
    heading(text, title);
    for key_result in of {
        let _ = writeln!(text, "- {}: {}", name(key_result, level), say(key_result));
    }
}

/// Score against pace, and why it stands so.
fn trouble(key_result: &KeyResultStatus) -> String {
    let due = key_result.pace.as_ref().map(|pace| pace.expected);
    let mut parts = vec![format!(
        "{} where {} is due",
        percent(key_result.score.percent),
        percent(due)
    )];
    let wrong = reasons(key_result)
        .map(str::to_owned)
        .chain(contradiction(key_result));
    parts.extend(wrong.map(|wrong| escape::prose(&wrong)));
    if let Some(projection) = key_result
        .pace
        .as_ref()
        .and_then(|pace| pace.projection.as_ref())
        && let Some(score) = projection.score
    {
        parts.push(format!(
            "leads to {} by {} ({})",
            percent(Some(score)),
            projection.by,
            projection.method
        ));
    }
    parts.join("; ")
}

fn silence(key_result: &KeyResultStatus) -> String {
    match (key_result.last_word, &key_result.score.missing) {
        (None, _) => "no check-in yet".to_owned(),
        (Some(day), Some(missing)) => format!("last word on {day}; {}", escape::prose(missing)),
        (Some(day), None) => format!("last word on {day}"),
    }
}

fn waiting(key_result: &KeyResultStatus) -> String {
    let days: Vec<String> = key_result
        .unpulled()
        .map(|point| point.date.to_string())
        .collect();
    let unreadable = match key_result.unreadable_rows {
        0 => None,
        count => Some(format!("{count} that cannot be read")),
    };
    let mut parts: Vec<String> = days;
    parts.extend(unreadable);
    parts.join(", ")
}

/// What moved since the last meeting, key result by key result.
fn changes(text: &mut String, status: &Status, shown: &[&KeyResultStatus], level: Level) {
    let mut moved = shown
        .iter()
        .filter(|key_result| is_news(key_result, status))
        .peekable();
    heading(text, "What changed");
    if moved.peek().is_none() {
        let _ = writeln!(text, "Nothing since {}.", status.since);
        return;
    }
    for key_result in moved {
        let score = movement(key_result.movement.before, key_result.movement.now);
        let _ = write!(text, "- {}: {score}", name(key_result, level));
        if key_result.confidence != key_result.confidence_before {
            let sure = movement(key_result.confidence_before, key_result.confidence);
            let _ = write!(text, ", confidence {sure}");
        }
        let steps = key_result.measure.steps.iter();
        let done: Vec<String> = steps
            .filter(|step| step.done.is_some_and(|done| done > status.since))
            .map(|step| escape::code(step.id.as_str()))
            .collect();
        if !done.is_empty() {
            let _ = write!(text, ", done: {}", done.join(", "));
        }
        text.push('\n');
        if level == Level::Notes {
            for point in key_result.news(status.since) {
                note(text, point);
            }
        }
    }
}

fn note(text: &mut String, point: &CheckInPoint) {
    if let Some(note) = &point.note {
        let note = escape::prose(&escape::cut(note, NOTE));
        let _ = writeln!(text, "  - {}: {note}", point.date);
    }
}

/// What may be said of confidential key results.
fn confidential(text: &mut String, status: &Status) {
    let keys: Vec<String> = key_results(status)
        .filter(|key_result| key_result.confidential)
        .map(|key_result| escape::code(&key_result.key.to_string()))
        .collect();
    if !keys.is_empty() {
        heading(text, "Confidential");
        let _ = writeln!(text, "{}", keys.join(", "));
    }
}
