//! A definition: what a managed block says about an objective or key result, as GitLab renders it well.
//!
//! A table of facts, then the author's words, then lists. It says nothing that depends on the day, and names other OKRs by
//! key only, so that another item's new title re-renders nothing and a confidential one never leaks.

mod key_result;
mod objective;
mod stated;
mod stated_description;

pub use stated::{NumberGoal, StatedGoal, StatedMeasure, StatedStep, same_but_progress};
pub use stated_description::StatedDescription;

use super::cell::escape_inline;
use super::desired::{due, final_score, owner};
use super::dialect::close;
use super::markdown::escape_markdown;
use super::plain::{code, escape_plain};
use crate::config::{Config, QuarterState, Team};
use crate::model::{Item, ItemRef, Key, Lifecycle, Number, WorkReference, round_half_up};
use crate::text::Spanned;

/// The Markdown of an item's managed block, without markers and check-in table. `goes_on_as` are keys of later quarters
/// that continue it, which the block says once its own quarter is closed.
pub(super) fn definition(
    config: &Config,
    team: &Team,
    of: ItemRef<'_>,
    goes_on_as: &[&Key],
) -> String {
    let ending = Ending::of(config, of, goes_on_as);
    match of {
        ItemRef::Objective(objective) => objective::definition(config, team, objective, &ending),
        ItemRef::KeyResult(_, own) => key_result::definition(config, team, own, &ending),
    }
}

/// How an item ends, and whether it has.
struct Ending {
    /// Whether its quarter is closed.
    quarter_closed: bool,
    /// What is said of it.
    section: Option<String>,
}

impl Ending {
    fn of(config: &Config, of: ItemRef<'_>, goes_on_as: &[&Key]) -> Self {
        let item = of.item();
        let quarter = item.key.quarter;
        let quarter_closed = config.quarter_state(quarter) == QuarterState::Closed;
        let end = match &item.lifecycle {
            Lifecycle::Active => quarter_closed.then(|| format!("**Closed** with {quarter}.")),
            Lifecycle::Dropped { reason } => {
                Some(format!("**Dropped:** {}", escape_inline(&reason.value)))
            }
            Lifecycle::Closed { reason: None } => Some("**Closed early.**".to_owned()),
            Lifecycle::Closed {
                reason: Some(reason),
            } => Some(format!(
                "**Closed early:** {}",
                escape_inline(&reason.value)
            )),
        };
        let keys: Vec<String> = goes_on_as.iter().map(code).collect();
        let goes_on = (quarter_closed && !keys.is_empty())
            .then(|| format!("**Goes on as** {}.", keys.join(", ")));
        let sections: Vec<String> = end.into_iter().chain(goes_on).collect();
        Self {
            quarter_closed,
            section: (!sections.is_empty()).then(|| sections.join("\n\n")),
        }
    }

    /// What the row of the score is called: progress, as long as it can change.
    fn score_name(&self, item: &Item) -> &'static str {
        if self.quarter_closed || item.score.is_some() {
            "Score"
        } else {
            "Progress"
        }
    }
}

/// The facts of an item, a row each; the first is the header.
struct Facts(Vec<(&'static str, String)>);

impl Facts {
    fn new(kind: &'static str, key: &Key) -> Self {
        Self(vec![(kind, code(key))])
    }

    fn add(&mut self, name: &'static str, fact: Option<String>) {
        self.0.extend(fact.map(|fact| (name, fact)));
    }

    /// Who answers, who is informed, and when: the assignees that GitLab Free drops are named here.
    fn add_people(&mut self, config: &Config, team: &Team, item: &Item) {
        let manager = team.manager.as_ref();
        self.add("Owner", owner(team, item).map(code));
        self.add("Manager", manager.map(code));
        self.add("Director", config.teams.director(&team.id).map(code));
    }

    fn add_due(&mut self, config: &Config, item: &Item) {
        self.add("Due", Some(due(config, item).to_string()));
    }

    fn render(&self) -> String {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .map(|(name, fact)| format!("| {name} | {fact} |"))
            .collect();
        lines.insert(1, "| --- | --- |".to_owned());
        lines.join("\n")
    }
}

/// Whole percent, halves up.
fn percent(number: Number) -> String {
    format!("{} %", round_half_up(number, 0))
}

/// A headed list; nothing, without items.
fn list(name: &str, items: impl IntoIterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.into_iter().map(|item| format!("- {item}")).collect();
    (!items.is_empty()).then(|| format!("**{name}**\n\n{}", items.join("\n")))
}

fn texts(name: &str, texts: &[Spanned<String>]) -> Option<String> {
    list(name, texts.iter().map(|text| escape_inline(&text.value)))
}

/// The author's own words.
fn description(item: &Item) -> Option<String> {
    rendered_description(&item.description.as_ref()?.value)
}

/// Whether two descriptions are shown as the same.
pub fn same_description(one: &str, other: &str) -> bool {
    rendered_description(one) == rendered_description(other)
}

fn rendered_description(text: &str) -> Option<String> {
    let text = close(&escape_markdown(text));
    let text = text.trim_matches('\n');
    (!text.is_empty()).then(|| text.to_owned())
}

/// What objectives and key results both say behind their own facts.
fn common_sections(item: &Item, ending: &Ending) -> Vec<Option<String>> {
    let keys = |keys: &[Spanned<Key>]| -> Vec<String> {
        keys.iter().map(|key| code(&key.value)).collect()
    };
    let work = item.work.iter().map(|work| match &work.value {
        WorkReference::Issue(issue) => issue.to_string(),
        WorkReference::Milestone { project, title } => {
            // Escaped within, a title that could do harm is no reference any more; the others are.
            format!("{project}%\"{}\"", escape_plain(title))
        }
    });
    let amendments = item.amendments.iter().map(|amendment| {
        let reason = escape_inline(&amendment.reason.value);
        format!(
            "{}, {}: {reason}",
            amendment.date,
            code(&amendment.by.value)
        )
    });
    vec![
        list("Depends on", keys(&item.depends_on)),
        list("Work", work),
        list("Amendments", amendments),
        item.outcome
            .as_ref()
            .map(|outcome| format!("**Outcome:** {}", escape_inline(&outcome.value))),
        texts("Evidence", &item.evidence),
        ending.section.clone(),
    ]
}

/// Sections with a blank line between them.
fn join(sections: impl IntoIterator<Item = Option<String>>) -> String {
    sections
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n\n")
}
