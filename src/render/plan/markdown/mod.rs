//! A plan for the note in a merge request.

mod changes;
pub(in crate::render) mod escape;
mod remarks;

use std::fmt::Write as _;

use super::goals::Goals;
use super::headline::{
    answer, check_ins, columns, counts, drift, forecast, leading, obstacles, pending, rerendered,
};
use super::sections::Sections;
use crate::plan::{Cause, Plan};

/// How a plan is shown in a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkdownOptions<'a> {
    /// The most bytes that the note may have. GitLab takes a million characters; what does not fit is left out, level
    /// by level, and the note says so.
    pub max_bytes: usize,
    /// The text of a hidden comment at the end, by which the note is found again.
    pub marker: Option<&'a str>,
    /// Whether what confidential issues say may be shown to all who can read the note; otherwise they appear by their
    /// key only.
    pub confidential_visible: bool,
}

/// How many goals that change are listed before they are cut.
const GOALS_SHOWN: usize = 20;

/// How much of each change is shown, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// All differences, texts line by line.
    Texts,
    /// All differences on one line each, of texts only that they differ.
    Fields,
    /// One line a change.
    Titles,
    /// The key only.
    Keys,
    /// Counts only.
    Counts,
}

impl Level {
    /// What is missing at this level.
    fn left_out(self) -> Option<&'static str> {
        match self {
            Self::Texts => None,
            Self::Fields => Some("the differences of descriptions"),
            Self::Titles => Some("the differences of each issue"),
            Self::Keys => Some("everything but the keys of what changes"),
            Self::Counts => Some("everything but the counts"),
        }
    }
}

/// A plan as Markdown for a merge request: on the first line whose goal changes and how, on the second the counts, then the
/// counts by team, what stands in the way, the changes of each team folded, check-ins and re-rendered text in a line each,
/// notices folded.
///
/// Text that people wrote is shown and does nothing: no quick action runs, nobody is mentioned, no issue is referred
/// to, no HTML or markup of theirs counts. Issues are named in code spans, so that GitLab leaves no "mentioned in" on
/// them before anything was reviewed. Never more than [`MarkdownOptions::max_bytes`].
pub fn markdown(plan: &Plan, options: &MarkdownOptions<'_>) -> String {
    let sections = Sections::of(plan);
    let marker = options.marker.map(escape::comment);
    let levels = [
        Level::Texts,
        Level::Fields,
        Level::Titles,
        Level::Keys,
        Level::Counts,
    ];
    for level in levels {
        let mut text = body(plan, &sections, options, level);
        if let Some(marker) = &marker {
            let _ = write!(text, "\n{marker}\n");
        }
        if text.len() <= options.max_bytes {
            return text;
        }
    }
    smallest(plan, marker.as_deref(), options.max_bytes)
}

fn body(
    plan: &Plan,
    sections: &Sections<'_>,
    options: &MarkdownOptions<'_>,
    level: Level,
) -> String {
    let show = Show {
        level,
        confidential: options.confidential_visible,
    };
    let goals = Goals::of(plan, options.confidential_visible);
    let mut text = format!("**{}**\n", escape::prose(&answer(plan, show.confidential)));
    if let Some(counts) = counts(plan) {
        let _ = write!(text, "\n{counts}\n");
    }
    if let Some(forecast) = forecast(plan) {
        let _ = write!(text, "\n{}\n", escape::prose(&forecast));
    }
    if let Some(obstacles) = obstacles(plan, &goals) {
        let _ = write!(text, "\n⚠️ {obstacles}\n");
    }
    if let Some(left_out) = level.left_out() {
        let _ = write!(
            text,
            "\n*Left out, because it would not fit into a note: {left_out}. `okr plan` shows it.*\n"
        );
    }
    list_goals(&mut text, &goals, level);
    team_table(&mut text, plan);
    remarks::refusals(&mut text, &plan.refusals, show);
    remarks::conflicts(&mut text, plan, sections, show);
    if let Some(base) = &plan.base {
        merge_request(&mut text, plan, base, sections, show);
    } else if level < Level::Counts {
        changes::labels(&mut text, sections, show);
        changes::teams(&mut text, &leading(plan).teams, sections, show);
    }
    if plan.base.is_none() {
        check_in_line(&mut text, sections, show);
    }
    if !sections.rerendered.is_empty() {
        let count = u32::try_from(sections.rerendered.len()).unwrap_or(u32::MAX);
        let _ = write!(text, "\n↻ {}\n", rerendered(count));
    }
    remarks::notices(&mut text, plan, sections, show);
    text
}

/// What this merge request changes, then, folded, what is not its own.
fn merge_request(text: &mut String, plan: &Plan, base: &str, all: &Sections<'_>, show: Show) {
    let own = Sections::because(plan, Cause::ThisMergeRequest);
    let base = escape::code(base);
    let _ = if own.is_empty() {
        write!(text, "\nCompared with {base}.\n")
    } else {
        write!(text, "\n**This merge request**, compared with {base}:\n")
    };
    let counts_only = show.level == Level::Counts;
    if !counts_only {
        changes::labels(text, &own, show);
        changes::teams(text, &leading(plan).teams, &own, show);
    }
    check_in_line(text, &own, show);
    for (line, cause) in [(pending(plan), Cause::Pending), (drift(plan), Cause::Drift)] {
        let Some(line) = line else { continue };
        if counts_only {
            let _ = write!(text, "\n{line}\n");
            continue;
        }
        let mut body = String::new();
        changes::list(&mut body, &Sections::because(plan, cause), show);
        if cause == Cause::Drift {
            remarks::kept(&mut body, plan, all, show);
        }
        folded(text, &line, &body);
    }
}

/// What may be shown of each thing.
#[derive(Debug, Clone, Copy)]
struct Show {
    level: Level,
    confidential: bool,
}

/// The goals that change, where the first line could not name them all.
fn list_goals(text: &mut String, goals: &Goals<'_>, level: Level) {
    let list = goals.list();
    if list.is_empty() || level >= Level::Keys {
        return;
    }
    text.push('\n');
    for sentence in list.iter().take(GOALS_SHOWN) {
        let _ = writeln!(text, "- {}", escape::prose(sentence));
    }
    let rest = list.len().saturating_sub(GOALS_SHOWN);
    if rest > 0 {
        let _ = writeln!(text, "- … {rest} more");
    }
}

/// Check-ins, in one line that unfolds.
fn check_in_line(text: &mut String, sections: &Sections<'_>, show: Show) {
    let Some(line) = check_ins(&sections.check_ins) else {
        return;
    };
    if show.level >= Level::Keys {
        let _ = write!(text, "\n✓ {line}\n");
        return;
    }
    let mut body = String::new();
    for change in &sections.check_ins {
        changes::alone(&mut body, change, show);
    }
    folded(text, &format!("✓ {line}"), &body);
}

fn team_table(text: &mut String, plan: &Plan) {
    let tally = leading(plan);
    let (teams, columns) = (&tally.teams, columns(&tally));
    if teams.len() < 2 || columns.is_empty() {
        return;
    }
    text.push_str("\n| team |");
    for (name, _) in &columns {
        let _ = write!(text, " {name} |");
    }
    text.push_str("\n| --- |");
    text.push_str(&" ---: |".repeat(columns.len()));
    text.push('\n');
    for (team, counts) in teams {
        let _ = write!(text, "| {} |", escape::cell(team));
        for (_, count) in &columns {
            match count(counts) {
                0 => text.push_str(" |"),
                n => {
                    let _ = write!(text, " {n} |");
                }
            }
        }
        text.push('\n');
    }
}

/// A folded part of the note. The blank lines make GitLab read its body as Markdown.
fn folded(text: &mut String, summary: &str, body: &str) {
    let _ = write!(
        text,
        "\n<details><summary>{summary}</summary>\n\n{}\n\n</details>\n",
        body.trim_end()
    );
}

/// What still fits where not even the counts by team do: the answer, as much of it as fits, and the marker if it does.
fn smallest(plan: &Plan, marker: Option<&str>, max_bytes: usize) -> String {
    let headline = escape::prose(&answer(plan, false));
    let marker = marker.map_or(String::new(), |marker| format!("\n{marker}\n"));
    for left_out in [" (the rest would not fit here)", ""] {
        let text = format!("{headline}{left_out}\n{marker}");
        if text.len() <= max_bytes {
            return text;
        }
    }
    let mut text = headline;
    while text.len() > max_bytes {
        text.pop();
    }
    text
}
