//! A plan for a terminal.

mod changes;
mod fields;
pub(in crate::render) mod page;
mod remarks;

use std::fmt::Write as _;

use page::{Page, Tone};

use super::goals::Goals;
use super::headline::{
    answer, because, check_ins, columns, counts, drift, forecast, leading, obstacles, pending,
    rerendered,
};
use super::sections::Sections;
use crate::plan::{Cause, Plan};

/// From this many changed issues on, created ones take one line each.
const COLLAPSE_BEYOND: usize = 50;

/// How many goals that change are listed before they are cut.
const GOALS_SHOWN: usize = 12;

/// How a plan is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, independent of the others"
)]
pub struct HumanOptions {
    /// Whether ANSI colours are used; everything is readable without.
    pub color: bool,
    /// The terminal's columns; less than 40 counts as 40.
    pub width: usize,
    /// Whether everything is shown in full: nothing cut, nothing collapsed.
    pub details: bool,
    /// Whether created issues take one line each even where they are few; `details` wins.
    pub brief: bool,
    /// Whether what confidential issues say may be shown. Where others can read the output, as in a job's log, it may
    /// not: then such issues appear by their key only.
    pub confidential_visible: bool,
}

/// A plan for people at a terminal: on the first line whose goal changes and how, on the second the counts, then the counts
/// by team, what stands in the way, the changes by team, and last, in a line each, check-ins and re-rendered text.
///
/// Where a merge request is told apart from its target branch, the answer, the counts and the changes are its own; what
/// was pending before and what people changed in GitLab take a line each, in full only with `details`.
///
/// Text from files and from GitLab is shown, never obeyed: control characters and those that reorder text become
/// visible.
pub fn human(plan: &Plan, options: &HumanOptions) -> String {
    let sections = Sections::of(plan);
    let mut page = Page::new(options.width, options.color);
    let goals = Goals::of(plan, options.confidential_visible);
    page.whole_line(&[(Tone::Strong, answer(plan, options.confidential_visible))]);
    if let Some(counts) = counts(plan) {
        page.whole_line(&[(Tone::Plain, counts)]);
    }
    if let Some(forecast) = forecast(plan) {
        page.line(0, 2, &[(Tone::Plain, forecast)]);
    }
    if let Some(obstacles) = obstacles(plan, &goals) {
        page.line(0, 2, &[(Tone::Alarm, obstacles)]);
    }
    list_goals(&mut page, &goals, options);
    team_counts(&mut page, plan);
    remarks::refusals(&mut page, &plan.refusals);
    remarks::conflicts(&mut page, plan, &sections, options);
    if let Some(base) = &plan.base {
        merge_request(&mut page, plan, base, options);
    } else {
        changes::labels(&mut page, &sections, options);
        changes::teams(&mut page, &leading(plan).teams, &sections, options);
        check_in_line(&mut page, &sections, options);
    }
    if !sections.rerendered.is_empty() {
        rerenders(&mut page, &sections, options);
    }
    remarks::notices(&mut page, plan, &sections, options);
    page.into_text()
}

/// What this merge request changes, then what is not its own.
fn merge_request(page: &mut Page, plan: &Plan, base: &str, options: &HumanOptions) {
    let own = Sections::because(plan, Cause::ThisMergeRequest);
    page.blank();
    let compared = format!("compared with {base}");
    if own.is_empty() {
        page.line(0, 2, &[(Tone::Dim, compared)]);
    } else {
        let head = (Tone::Strong, "This merge request".to_owned());
        page.line(0, 2, &[head, (Tone::Dim, format!(", {compared}"))]);
    }
    changes::labels(page, &own, options);
    changes::teams(page, &leading(plan).teams, &own, options);
    check_in_line(page, &own, options);
    for (line, cause) in [(pending(plan), Cause::Pending), (drift(plan), Cause::Drift)] {
        let Some(line) = line else { continue };
        page.blank();
        if options.details {
            page.line(0, 2, &[(Tone::Strong, line)]);
            let sections = Sections::because(plan, cause);
            changes::labels(page, &sections, options);
            changes::teams(page, &because(plan, cause).teams, &sections, options);
            check_in_line(page, &sections, options);
        } else {
            let hint = (Tone::Dim, " (use --details)".to_owned());
            page.line(0, 2, &[(Tone::Plain, line), hint]);
        }
    }
}

/// The goals that change, where the first line could not name them all.
fn list_goals(page: &mut Page, goals: &Goals<'_>, options: &HumanOptions) {
    let list = goals.list();
    if list.is_empty() {
        return;
    }
    let shown = if options.details {
        list.len()
    } else {
        GOALS_SHOWN
    };
    page.blank();
    page.line(0, 2, &[(Tone::Strong, "Goals".to_owned())]);
    for sentence in list.iter().take(shown) {
        page.line(2, 4, &[(Tone::Plain, sentence.clone())]);
    }
    remarks::more(page, 2, list.len().saturating_sub(shown), "goal", "goals");
}

/// Check-ins, in one line, each only where everything is wanted.
fn check_in_line(page: &mut Page, sections: &Sections<'_>, options: &HumanOptions) {
    let Some(line) = check_ins(&sections.check_ins) else {
        return;
    };
    page.blank();
    page.line(0, 2, &[(Tone::Dim, format!("✓ {line}"))]);
    if options.details {
        for change in &sections.check_ins {
            changes::alone(page, change, options);
        }
    }
}

/// The counts of each team in columns; a single team's are on the first line already.
fn team_counts(page: &mut Page, plan: &Plan) {
    let tally = leading(plan);
    let (teams, columns) = (&tally.teams, columns(&tally));
    if teams.len() < 2 || columns.is_empty() {
        return;
    }
    page.blank();
    let names = teams.keys().map(String::len);
    let widest = names.chain(["team".len()]).max().unwrap_or(0);
    let mut head = format!("{:widest$}", "team");
    for (name, _) in &columns {
        // Writing to a string cannot fail.
        let _ = write!(head, "  {name:>6}");
    }
    page.line(2, 2, &[(Tone::Dim, head)]);
    for (team, counts) in teams {
        let mut row = vec![(Tone::Plain, format!("{team:widest$}"))];
        for (name, count) in &columns {
            let (tone, text) = match count(counts) {
                0 => (Tone::Dim, "·".to_owned()),
                n => (column_tone(name), n.to_string()),
            };
            row.push((tone, format!("  {text:>6}")));
        }
        page.line(2, 2, &row);
    }
}

fn column_tone(column: &str) -> Tone {
    match column {
        "create" => Tone::Create,
        "close" | "unlink" => Tone::Remove,
        "update" | "move" => Tone::Change,
        _ => Tone::Link,
    }
}

/// What a newer renderer does, in one line, with the keys where everything is wanted.
fn rerenders(page: &mut Page, sections: &Sections<'_>, options: &HumanOptions) {
    page.blank();
    let count = u32::try_from(sections.rerendered.len()).unwrap_or(u32::MAX);
    page.line(0, 2, &[(Tone::Dim, format!("↻ {}", rerendered(count)))]);
    if options.details {
        for change in &sections.rerendered {
            page.line(2, 4, &changes::head(change, options));
        }
    }
}
