//! A definition read back: what a block says that is to be reached, whoever laid it out anew since.

use super::super::digest::digest;
use super::super::normalise::collapse;
use super::super::table::cells;
use crate::model::{Date, Number};

/// What a definition says that is to be reached, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedGoal {
    /// How a key result is measured; absent for an objective.
    pub measure: Option<StatedMeasure>,
    /// What is measured.
    pub metric: Option<String>,
    /// How values become a score, where that is declared.
    pub scoring: Option<String>,
    /// When it shall be reached.
    pub due: Option<Date>,
    /// Whether it says that it was given up.
    pub dropped: bool,
    /// The moves of it that were allowed: day, who allowed it, and why.
    pub amendments: Vec<String>,
}

/// How a key result is measured, as its block says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatedMeasure {
    /// A number that shall come from one value to another, or stay on one side of it.
    Number {
        /// Where it shall come to or stay.
        goal: NumberGoal,
        /// The unit of all its values.
        unit: Option<String>,
    },
    /// Steps that are done or not, in their order.
    Steps(Vec<StatedStep>),
}

/// Where a number shall come to, or stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberGoal {
    /// From a baseline, absent while nobody has measured it, to a target.
    Way(Option<Number>, Number),
    /// Not below this.
    AtLeast(Number),
    /// Not above this.
    AtMost(Number),
}

/// One step of a key result, without whether it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedStep {
    /// What is done when it is done.
    pub title: String,
    /// Its part of the whole, as written.
    pub weight: Option<String>,
    /// When it shall be done.
    pub due: Option<Date>,
}

impl StatedGoal {
    /// Reads a definition. `None` where its facts, or a key result's goal among them, are not as
    /// [rendered](super::definition): then nothing is known, and nothing should be said.
    pub fn read(definition: &str) -> Option<Self> {
        let facts: Vec<(String, String)> = facts(definition).collect();
        let fact = |name: &str| {
            let found = facts.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let measure = match facts.first()?.0.as_str() {
            "Objective" => None,
            "Key result" => Some(measure(&fact("Goal")?, definition)?),
            _ => return None,
        };
        Some(Self {
            measure,
            metric: fact("Metric"),
            scoring: fact("Scoring").map(|scoring| scoring.trim_matches('`').to_owned()),
            due: fact("Due").and_then(|due| due.parse().ok()),
            dropped: definition
                .lines()
                .any(|line| line.starts_with("**Dropped:**")),
            amendments: items(definition, "Amendments")
                .into_iter()
                .flatten()
                .filter_map(amendment)
                .collect(),
        })
    }
}

/// Whether two definitions differ in nothing but how far things are: what check-ins move.
pub fn same_but_progress(before: &str, after: &str) -> bool {
    digest(&without_progress(before)) == digest(&without_progress(after))
}

/// A definition without the row of its progress and without the outcome at the end of its line in GitLab's format.
fn without_progress(definition: &str) -> String {
    // Without such a row, the end of the line is the title's own.
    let mut has_outcome = facts(definition).any(|(name, _)| matches!(&*name, "Progress" | "Score"));
    let mut kept = Vec::new();
    let mut in_facts = true;
    for line in definition.lines() {
        in_facts &= line.trim().is_empty() || line.starts_with('|');
        let name = cells(line).first().copied().unwrap_or_default();
        if in_facts && collapse(name) == "Progress" {
            continue;
        }
        if has_outcome && line.starts_with("> ") {
            has_outcome = false;
            kept.push(without_outcome(line));
        } else {
            kept.push(line);
        }
    }
    kept.join("\n")
}

fn without_outcome(line: &str) -> &str {
    let outcome = line.rsplit_once(" =>").filter(|(_, outcome)| {
        let percent = outcome.trim().strip_suffix('%');
        percent.is_some_and(|number| number.parse::<i64>().is_ok())
    });
    outcome.map_or(line, |(line, _)| line)
}

/// The rows of the table at the beginning, each as its name and what it says. The line under the header is one, too.
fn facts(definition: &str) -> impl Iterator<Item = (String, String)> {
    let lines = definition.trim_start().lines();
    let rows = lines.take_while(|line| line.trim_start().starts_with('|'));
    rows.filter_map(|line| match cells(line)[..] {
        [name, fact, ..] => Some((plain(name), plain(fact))),
        _ => None,
    })
}

/// What rendered text says: the inverse of [`escape_plain`](super::escape_plain).
fn plain(text: &str) -> String {
    let text = collapse(text);
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escapes =
            character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        plain.extend(if escapes {
            characters.next()
        } else {
            Some(character)
        });
    }
    plain
}

/// Reads what stands behind "Goal".
fn measure(goal: &str, definition: &str) -> Option<StatedMeasure> {
    let number = |goal, unit| Some(StatedMeasure::Number { goal, unit });
    if let Some(bound) = goal.strip_prefix("at least ") {
        let (bound, unit) = with_unit(bound)?;
        return number(NumberGoal::AtLeast(bound), unit);
    }
    if let Some(bound) = goal.strip_prefix("at most ") {
        let (bound, unit) = with_unit(bound)?;
        return number(NumberGoal::AtMost(bound), unit);
    }
    if let Some(way) = goal.strip_prefix("from ") {
        // A unit may hold the word between the two, but both have the same one.
        return way.match_indices(" to ").find_map(|(at, between)| {
            let (from, unit) = with_unit(&way[..at])?;
            let (to, same) = with_unit(&way[at + between.len()..])?;
            let goal = NumberGoal::Way(Some(from), to);
            (unit == same).then_some(StatedMeasure::Number { goal, unit })
        });
    }
    if let Some(target) = goal.strip_prefix("to ") {
        let target = target.strip_suffix(", from a baseline not yet measured")?;
        let (to, unit) = with_unit(target)?;
        return number(NumberGoal::Way(None, to), unit);
    }
    let count = goal.strip_suffix(" steps").or(goal.strip_suffix(" step"))?;
    let steps = steps(definition)?;
    (count.parse() == Ok(steps.len())).then_some(StatedMeasure::Steps(steps))
}

fn with_unit(text: &str) -> Option<(Number, Option<String>)> {
    let (number, unit) = match text.split_once(' ') {
        Some((number, unit)) => (number, Some(unit.to_owned())),
        None => (text, None),
    };
    Some((number.parse().ok()?, unit))
}

fn steps(definition: &str) -> Option<Vec<StatedStep>> {
    items(definition, "Steps")?.map(step).collect()
}

/// The list behind the last line that heads one: an author's own text stands above it.
fn items<'a>(definition: &'a str, name: &str) -> Option<impl Iterator<Item = &'a str> + use<'a>> {
    let (_, list) = definition.rsplit_once(&format!("\n**{name}**\n"))?;
    let lines = list.lines().skip_while(|line| line.trim().is_empty());
    Some(lines.take_while(|line| !line.trim().is_empty()))
}

/// `2026-11-02, director: why`, of a line of the list.
fn amendment(line: &str) -> Option<String> {
    let item = line.strip_prefix(['-', '*', '+'])?.trim_start();
    let (head, reason) = item.split_once("`: ")?;
    let (day, by) = head.split_once(", `")?;
    Some(format!("{day}, {by}: {}", plain(reason)))
}

fn step(line: &str) -> Option<StatedStep> {
    let item = line.strip_prefix(['-', '*', '+'])?.trim_start();
    let text = ["[ ] ", "[x] ", "[X] "]
        .iter()
        .find_map(|tick| item.strip_prefix(tick))?;
    let mut step = StatedStep {
        title: plain(text),
        weight: None,
        due: None,
    };
    let terms = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once(" ("));
    let Some((title, terms)) = terms else {
        return Some(step);
    };
    let terms: Option<Vec<(&str, &str)>> = terms.split(", ").map(term).collect();
    // Else the title ends with a parenthesis of its own.
    if let Some(terms) = terms {
        step.title = plain(title);
        for (name, value) in terms {
            match name {
                "weight" => step.weight = Some(value.to_owned()),
                "due" => step.due = Some(value.parse().ok()?),
                _ => {}
            }
        }
    }
    Some(step)
}

/// A term of a step: its name and its value.
fn term(text: &str) -> Option<(&str, &str)> {
    let named = text.split_once(' ');
    named.filter(|(name, _)| matches!(*name, "weight" | "due" | "done"))
}
