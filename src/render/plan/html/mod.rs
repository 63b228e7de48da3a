//! A plan as a page of its own: one file that needs no script, no font and no network.

mod changes;
mod remarks;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::goals::Goals;
use super::headline::{
    answer, because, check_ins, columns, counts, drift, forecast, leading, obstacles, parts,
    pending, rerendered,
};
use super::sections::Sections;
use crate::plan::{Cause, Plan, Tally};
use crate::render::terminal_text;

/// From this many changed issues on, teams and issues are folded at first.
const FOLD_BEYOND: usize = 50;

/// How a plan is shown as a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HtmlOptions {
    /// Whether what confidential issues say may be shown to all who can read the file; otherwise they appear by their key
    /// only.
    pub confidential_visible: bool,
}

/// A plan as one HTML file, told in the order of the other forms: whose goal changes and how, the counts, what stands in the
/// way, the changes of each team, check-ins and re-rendered text in a line each, notices.
///
/// Text that people wrote is shown and does nothing: it is escaped, what would reorder or hide a line is spelt out, and the
/// page forbids itself everything but its own style. Only addresses that begin with `https://` or `http://` are links.
pub fn html(plan: &Plan, options: &HtmlOptions) -> String {
    let sections = Sections::of(plan);
    let show = Show {
        confidential: options.confidential_visible,
        open: sections.issues() <= FOLD_BEYOND,
    };
    let answer = answer(plan, show.confidential);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (text(&answer)) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { main { (body(plan, &answer, &sections, show)) } }
        }
    };
    page.into_string() + "\n"
}

/// What may be shown, and what is unfolded at first.
#[derive(Debug, Clone, Copy)]
struct Show {
    confidential: bool,
    open: bool,
}

fn body(plan: &Plan, answer: &str, sections: &Sections<'_>, show: Show) -> Markup {
    let goals = Goals::of(plan, show.confidential);
    let list = goals.list();
    html! {
        h1 { (text(answer)) }
        @if let Some(counts) = counts(plan) { p.counts { (counts) } }
        @if let Some(forecast) = forecast(plan) { p { (text(&forecast)) } }
        @if let Some(obstacles) = obstacles(plan, &goals) { p { strong { (obstacles) } } }
        @if !list.is_empty() {
            ul { @for goal in &list { li { (text(goal)) } } }
        }
        (team_table(&leading(plan)))
        (remarks::refusals(&plan.refusals))
        (remarks::conflicts(plan, sections, show))
        @if let Some(base) = &plan.base {
            (merge_request(plan, base, sections, show))
        } @else {
            (changes::labels(sections))
            (changes::teams(&leading(plan), sections, show))
            (check_in_line(sections, show))
        }
        @if let Ok(count @ 1..) = u32::try_from(sections.rerendered.len()) {
            p.dim { "↻ " (rerendered(count)) }
        }
        (remarks::notices(plan, sections, show))
    }
}

/// What this merge request changes, then, folded, what is not its own.
fn merge_request(plan: &Plan, base: &str, all: &Sections<'_>, show: Show) -> Markup {
    let own = Sections::because(plan, Cause::ThisMergeRequest);
    let others = [(pending(plan), Cause::Pending), (drift(plan), Cause::Drift)];
    html! {
        @if own.is_empty() {
            p.dim { "Compared with " (text(base)) }
        } @else {
            h2 { "This merge request" }
            p.dim { "compared with " (text(base)) }
        }
        (changes::labels(&own))
        (changes::teams(&leading(plan), &own, show))
        (check_in_line(&own, show))
        @for (line, cause) in others {
            @if let Some(line) = line {
                @let sections = Sections::because(plan, cause);
                (folded(&line, &html! {
                    (changes::labels(&sections))
                    (changes::teams(&because(plan, cause), &sections, Show { open: false, ..show }))
                    (check_in_line(&sections, show))
                    @if cause == Cause::Drift { (remarks::kept(plan, all, show)) }
                }))
            }
        }
    }
}

/// Check-ins, in one line that unfolds.
fn check_in_line(sections: &Sections<'_>, show: Show) -> Markup {
    html! {
        @if let Some(line) = check_ins(&sections.check_ins) {
            (folded(&format!("✓ {line}"), &changes::alone(&sections.check_ins, show)))
        }
    }
}

fn team_table(tally: &Tally) -> Markup {
    let columns = columns(tally);
    html! {
        @if tally.teams.len() > 1 && !columns.is_empty() {
            div.wide { table {
                tr {
                    th { "team" }
                    @for (name, _) in &columns { th { (name) } }
                }
                @for (team, counts) in &tally.teams {
                    tr {
                        td { (text(team)) }
                        @for (_, count) in &columns {
                            td { @match count(counts) { 0 => "", n => (n) } }
                        }
                    }
                }
            } }
        }
    }
}

/// A part of the page that folds.
fn folded(summary: &str, body: &Markup) -> Markup {
    html! {
        details.fold {
            summary { (text(summary)) }
            (body)
        }
    }
}

/// The name of a team with what happens to its issues.
fn team_line(team: &str, tally: &Tally) -> Markup {
    let name = if team.is_empty() {
        "without a key"
    } else {
        team
    };
    let counts = tally.teams.get(team).map(|counts| parts(counts).join(", "));
    html! {
        (text(name))
        @if let Some(counts) = counts { span.dim { " " (counts) } }
    }
}

/// A text from outside, on one line; what would reorder or hide a part of it is spelt out. It is escaped where it is put.
fn text(text: &str) -> String {
    terminal_text::line(text).into_owned()
}
