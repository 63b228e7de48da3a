//! A status for a terminal: the answer, then the tree.

use super::spark::{WEEKS, spark};
use super::words::{WITHHELD, contradiction, incomplete, is_hidden, percent, reasons};
use crate::model::{Date, Number, round_half_up};
use crate::render::plan::human::page::{Page, Span, Tone};
use crate::report::{
    Counts, IssueLink, KeyResultStatus, ObjectiveStatus, Standing, Status, TeamStatus,
};
use std::fmt::Write as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Where the id of a key result begins, and what is said about it.
const TEXT: usize = 20;
/// Where numbers begin.
const NUMBERS: usize = 38;

/// How a status is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HumanOptions {
    /// Whether ANSI colours are used; everything is readable without.
    pub color: bool,
    /// The terminal's columns; less than 40 counts as 40. It is made for 80 and more.
    pub width: usize,
    /// Whether what confidential issues say may be shown. Where others can read the output, as in a job's log, it may not.
    pub confidential_visible: bool,
    /// Whether the answer keeps to one line, however long: a script may read it as the first line. A person's terminal would
    /// break it within a word.
    pub one_line_answer: bool,
}

/// A status for people at a terminal. The first line says whether it goes well and where not; then every team with its
/// objectives and key results: score and what is due by today, a bar for each week, confidence, the last word, and where
/// something is wrong, what.
///
/// Text from files and from GitLab is shown, never obeyed.
pub fn human(status: &Status, options: &HumanOptions) -> String {
    let mut page = Page::new(options.width, options.color);
    let answer = [(Tone::Strong, status.answer.sentence.clone())];
    if options.one_line_answer {
        page.whole_line(&answer);
    } else {
        page.line(0, 0, &answer);
    }
    page.line(0, 0, &[(Tone::Dim, when(status))]);
    if let Some(counts) = counts(status.answer.counts) {
        page.line(0, 0, &[(Tone::Dim, counts)]);
    }
    if status.teams.is_empty() {
        page.blank();
        page.line(
            0,
            0,
            &[(Tone::Plain, "Nothing of that kind is there.".to_owned())],
        );
        return page.into_text();
    }
    page.blank();
    page.line(0, 0, &head());
    for (at, team) in status.teams.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        team_lines(&mut page, team, options);
        for objective in &team.objectives {
            objective_lines(&mut page, objective, options);
            for key_result in &objective.key_results {
                key_result_lines(&mut page, key_result, status, options);
            }
        }
    }
    page.into_text()
}

fn when(status: &Status) -> String {
    let Status {
        quarter,
        start,
        end,
        today,
        state,
        ..
    } = status;
    let days = |until: Date| (until - *start).get_days().saturating_add(1);
    let mut text = if today < start {
        format!("{quarter} begins on {start}; today is {today}")
    } else if today > end {
        format!("{quarter} ended on {end}; today is {today}")
    } else {
        format!(
            "{quarter} on {today}, day {} of {}",
            days(*today),
            days(*end)
        )
    };
    if state != "active" {
        let _always = write!(text, "; it is {state}");
    }
    if !status.observed {
        text.push_str("; from the files alone");
    }
    text
}

/// `6 on track, 1 at risk`, the worst last.
fn counts(counts: Counts) -> Option<String> {
    let all = [
        (counts.reached, "reached"),
        (counts.on_track, "on track"),
        (counts.needs_attention, "need attention"),
        (counts.at_risk, "at risk"),
        (counts.unknown, "unknown"),
        (counts.not_begun, "not begun"),
        (counts.ended, "ended"),
        (counts.dropped, "dropped"),
        (counts.stale, "with a late check-in"),
    ];
    let parts: Vec<String> = all
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| match (count, word) {
            (1, "need attention") => "1 needs attention".to_owned(),
            (count, word) => format!("{count} {word}"),
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn head() -> [Span; 1] {
    let text = format!(
        "{:NUMBERS$}{:>6}{:>7}  {:WEEKS$}{:>6}{:>7}",
        "", "score", "due", "by week", "sure", "last"
    );
    [(Tone::Dim, text)]
}

/// A name in the first columns, then score and what is due.
fn row(page: &mut Page, name: &[Span], score: Option<Number>, due: Option<Number>, rest: Span) {
    let used: usize = name.iter().map(|(_, text)| text.width()).sum();
    let gap = " ".repeat(NUMBERS.saturating_sub(used));
    let due = due.map_or_else(String::new, |due| percent(Some(due)));
    let numbers = format!("{gap}{:>6}{due:>7}  ", percent(score));
    let mut spans = name.to_vec();
    spans.push((Tone::Plain, numbers));
    spans.push(rest);
    page.cut_line(0, &spans);
}

/// A name without the numbers, and why.
fn withheld_row(page: &mut Page, name: &[Span]) {
    let used: usize = name.iter().map(|(_, text)| text.width()).sum();
    let gap = " ".repeat(NUMBERS.saturating_sub(used) + 1);
    let mut spans = name.to_vec();
    spans.push((Tone::Dim, format!("{gap}{WITHHELD}")));
    page.cut_line(0, &spans);
}

fn team_lines(page: &mut Page, team: &TeamStatus, options: &HumanOptions) {
    let indent = usize::try_from(team.depth).unwrap_or(0).min(8) * 2;
    let name = fitted(&team.name, NUMBERS.saturating_sub(indent + 1));
    let name = [(Tone::Plain, " ".repeat(indent)), (Tone::Strong, name)];
    if is_hidden(&team.objectives) && !options.confidential_visible {
        page.cut_line(0, &name);
        return;
    }
    if team.withheld && !options.confidential_visible {
        withheld_row(page, &name);
        return;
    }
    let note = incomplete(&team.score).unwrap_or_default();
    row(
        page,
        &name,
        team.score.percent,
        team.expected,
        (Tone::Dim, note),
    );
}

fn objective_lines(page: &mut Page, objective: &ObjectiveStatus, options: &HumanOptions) {
    let id = fitted(objective.key.objective.as_str(), NUMBERS - 5);
    let name = [(Tone::Plain, "  ◆ ".to_owned()), (Tone::Strong, id)];
    let hidden = is_hidden(std::slice::from_ref(objective)) && !options.confidential_visible;
    if hidden {
        page.cut_line(0, &name);
        page.line(4, 4, &[(Tone::Dim, "confidential".to_owned())]);
        return;
    }
    let note = match objective.standing {
        Some(standing @ (Standing::Dropped | Standing::Ended)) => standing.name().to_owned(),
        _ => incomplete(&objective.score).unwrap_or_default(),
    };
    let score = &objective.score;
    if objective.withheld && !options.confidential_visible {
        withheld_row(page, &name);
    } else {
        let due = objective.expected;
        row(page, &name, score.percent, due, (Tone::Dim, note));
    }
    let about = about(
        &objective.title,
        objective.owner.as_deref(),
        objective.issue.as_ref(),
    );
    page.line(4, 4, &about);
    if objective.key_results.is_empty() {
        let short = |keys: &[crate::model::Key]| {
            let keys: Vec<String> = keys.iter().map(short).collect();
            keys.join(", ")
        };
        let text = match (&score.missing, objective.supports.is_empty()) {
            (None, _) => format!("rolls up from {}", short(&objective.supported_by)),
            (Some(missing), true) => format!("not scored: {missing}"),
            (Some(missing), false) => {
                format!(
                    "not scored: {missing}; it supports {}",
                    short(&objective.supports)
                )
            }
        };
        page.line(4, 6, &[(Tone::Dim, text)]);
    }
}

fn key_result_lines(
    page: &mut Page,
    key_result: &KeyResultStatus,
    status: &Status,
    options: &HumanOptions,
) {
    let hidden = key_result.confidential && !options.confidential_visible;
    let id = key_result.key.key_result.as_ref();
    let id = fitted(id.map_or("", crate::model::Id::as_str), NUMBERS - TEXT - 1);
    let standing = key_result.standing;
    let name = [
        (Tone::Plain, "    ".to_owned()),
        (tone(standing), standing.name().to_owned()),
        (
            Tone::Plain,
            " ".repeat(TEXT.saturating_sub(4 + standing.name().width())),
        ),
        (Tone::Strong, id),
    ];
    if hidden {
        page.cut_line(0, &name);
        page.line(TEXT, TEXT, &[(Tone::Dim, "confidential".to_owned())]);
        return;
    }
    let due = key_result.pace.as_ref().map(|pace| pace.expected);
    let bars = spark(
        &key_result.check_ins,
        status.start,
        status.end,
        status.today,
    );
    let last = key_result.last_word.map_or_else(
        || "never".to_owned(),
        |day| format!("{:02}-{:02}", day.month(), day.day()),
    );
    let sure = key_result.confidence;
    let rest = format!(
        "{bars:WEEKS$}{:>6}{last:>7}",
        sure.map_or_else(String::new, |sure| percent(Some(sure)))
    );
    row(
        page,
        &name,
        key_result.score.percent,
        due,
        (Tone::Plain, rest),
    );
    let about = about(
        &key_result.title,
        key_result.owner.as_deref(),
        key_result.issue.as_ref(),
    );
    page.line(TEXT, TEXT, &about);
    for (tone, text) in remarks(key_result) {
        page.line(TEXT, TEXT + 2, &[(tone, text)]);
    }
}

/// What should be known of a key result beside its numbers.
fn remarks(key_result: &KeyResultStatus) -> Vec<Span> {
    let mut remarks: Vec<Span> = Vec::new();
    let reasons: Vec<&str> = reasons(key_result).collect();
    if !reasons.is_empty() {
        remarks.push((tone(key_result.standing), reasons.join("; ")));
    }
    if let Some(contradiction) = contradiction(key_result) {
        remarks.push((Tone::Alarm, format!("! {contradiction}")));
    }
    if let (Some(freshness @ ("due" | "late")), last) =
        (key_result.freshness.as_deref(), key_result.last_word)
    {
        let since = last.map_or_else(
            || "nobody has said yet how it goes".to_owned(),
            |day| format!("last word on {day}"),
        );
        remarks.push((Tone::Change, format!("a check-in is {freshness}: {since}")));
    }
    if let Some(projection) = key_result
        .pace
        .as_ref()
        .and_then(|pace| pace.projection.as_ref())
        && !key_result.standing.is_fine()
    {
        let score = projection.score.map_or_else(String::new, |score| {
            format!(", a score of {}", percent(Some(score)))
        });
        let unit = key_result.unit.as_deref().unwrap_or_default();
        let value = format!("{} {unit}", round_half_up(projection.value, 1));
        remarks.push((
            Tone::Dim,
            format!(
                "leads to {} by {}{score} ({})",
                value.trim_end(),
                projection.by,
                projection.method
            ),
        ));
    }
    let days: Vec<String> = key_result
        .unpulled()
        .map(|point| point.date.to_string())
        .collect();
    if !days.is_empty() {
        remarks.push((
            Tone::Link,
            format!(
                "counted from the issue, not yet in the file: {}",
                days.join(", ")
            ),
        ));
    }
    if !key_result.conflicts.is_empty() {
        let days: Vec<String> = key_result.conflicts.iter().map(Date::to_string).collect();
        remarks.push((
            Tone::Alarm,
            format!("! file and issue differ about {}", days.join(", ")),
        ));
    }
    if key_result.unreadable_rows > 0 {
        let count = key_result.unreadable_rows;
        remarks.push((
            Tone::Change,
            format!("rows of the issue that cannot be read: {count}"),
        ));
    }
    if !key_result.standing.is_fine() && !key_result.needed_by.is_empty() {
        let keys: Vec<String> = key_result.needed_by.iter().map(short).collect();
        remarks.push((Tone::Dim, format!("needed by {}", keys.join(", "))));
    }
    remarks
}

/// Who answers, the title and the issue, as GitLab's published OKRs name an owner first.
fn about(title: &str, owner: Option<&str>, issue: Option<&IssueLink>) -> Vec<Span> {
    let mut spans = Vec::new();
    if let Some(owner) = owner {
        spans.push((Tone::Dim, format!("{owner}: ")));
    }
    spans.push((Tone::Plain, title.to_owned()));
    if let Some(issue) = issue {
        spans.push((Tone::Plain, " · ".to_owned()));
        spans.push((Tone::Link, issue.reference.clone()));
    }
    spans
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Reached | Standing::OnTrack => Tone::Create,
        Standing::NeedsAttention | Standing::Unknown => Tone::Change,
        Standing::AtRisk => Tone::Alarm,
        Standing::Dropped | Standing::Ended | Standing::NotBegun => Tone::Dim,
    }
}

/// A key without its quarter, which is the same everywhere here.
pub(super) fn short(key: &crate::model::Key) -> String {
    let key = key.to_string();
    key.split_once('/')
        .map_or_else(|| key.clone(), |(_, rest)| rest.to_owned())
}

/// A name in so many columns, cut where it is longer.
fn fitted(name: &str, columns: usize) -> String {
    if name.width() <= columns {
        return name.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1;
    for character in name.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}
