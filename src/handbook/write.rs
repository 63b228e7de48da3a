use std::fmt::Write as _;

use super::collect::SUPPORTED;
use super::ending::{written, written_or_none};
use super::entry::is_marker;
use super::escape::{Place, escape};
use super::{Form, ListedKeyResult, ListedObjective, Listing, Lost, Owners};
use crate::model::Id;

/// So deep are lists nested at the most: what would stand deeper begins a list of its own.
const DEEPEST: usize = 8;

/// A listing as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Markdown, which [`read`](fn@super::read) reads without a finding.
    pub text: String,
    /// What of the listing the form has no place for.
    pub lost: Vec<Lost>,
}

/// Writes a listing in a form. Every title and outcome shows as it is and mentions nobody.
pub fn write(listing: &Listing, form: Form, owners: &Owners) -> Written {
    let mut writer = Writer {
        listing,
        owners,
        text: String::new(),
        supports: 0,
        outcomes: 0,
    };
    match form {
        Form::Nested | Form::Marked => writer.nested(form),
        Form::OneLine => writer.one_line(),
        Form::Issue => writer.issues(),
        Form::Page => writer.page(),
    }
    let lost = [
        Lost::new(SUPPORTED, writer.supports),
        Lost::new("objective's own outcome", writer.outcomes),
    ];
    Written {
        text: writer.text,
        lost: lost.into_iter().filter(|lost| lost.count > 0).collect(),
    }
}

struct Writer<'a> {
    listing: &'a Listing,
    owners: &'a Owners,
    text: String,
    /// How many objectives stand elsewhere than below the one that they support.
    supports: usize,
    /// How many outcomes of objectives have no place.
    outcomes: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        // A title that is missing leaves a space behind its owner.
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn owner(&self, team: &Id) -> String {
        let label = self.owners.label(team);
        let escaped = escape(label, Place::Title);
        match label.chars().next() {
            // A letter cannot be escaped but as an entity.
            Some(first) if is_marker(&label.to_lowercase()) => {
                let rest = escaped.get(first.len_utf8()..).unwrap_or_default();
                format!("&#{};{rest}", u32::from(first))
            }
            _ => escaped,
        }
    }

    /// Objectives that stand below nothing, and below each those that support it.
    fn nested(&mut self, form: Form) {
        let objectives = &self.listing.objectives;
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); objectives.len()];
        let mut depths: Vec<usize> = Vec::with_capacity(objectives.len());
        let mut roots = Vec::new();
        for (at, objective) in objectives.iter().enumerate() {
            let parent = objective
                .supports
                .and_then(|of| Some((of, *depths.get(of)?)));
            match parent {
                Some((of, depth)) if depth + 1 < DEEPEST => {
                    depths.push(depth + 1);
                    if let Some(below) = below.get_mut(of) {
                        below.push(at);
                    }
                }
                _ => {
                    self.supports += usize::from(objective.supports.is_some());
                    depths.push(0);
                    roots.push(at);
                }
            }
        }
        let mut next: Vec<usize> = roots.into_iter().rev().collect();
        while let Some(at) = next.pop() {
            if let (Some(objective), Some(depth)) = (objectives.get(at), depths.get(at)) {
                self.item(form, objective, *depth);
            }
            next.extend(below.get(at).into_iter().flatten().rev());
        }
    }

    fn item(&mut self, form: Form, objective: &ListedObjective, depth: usize) {
        let owner = self.owner(&objective.team);
        let title = title(objective);
        let arrow = arrow(&objective.ending);
        if form == Form::Marked {
            let indent = "    ".repeat(depth);
            let bold = format!("{owner}: {title}");
            self.line(&format!("{indent}1. **{}**{arrow}", bold.trim_end()));
            for key_result in &objective.key_results {
                let written = key_result_line(key_result);
                self.line(&format!("{indent}    1. {owner} KR: {written}"));
            }
        } else {
            let indent = "  ".repeat(depth);
            self.line(&format!("{indent}* {owner}: {title}{arrow}"));
            for key_result in &objective.key_results {
                self.line(&format!("{indent}  * {}", key_result_line(key_result)));
            }
        }
    }

    fn one_line(&mut self) {
        for objective in &self.listing.objectives {
            self.supports += usize::from(objective.supports.is_some());
            let mut line = format!("1. {}: {}.", self.owner(&objective.team), title(objective));
            let key_results = &objective.key_results;
            let titles: Vec<String> = key_results
                .iter()
                .map(|of| with_area(of, Place::ListedTitle))
                .collect();
            if !titles.is_empty() {
                // Writing to a string cannot fail.
                let _always = write!(line, " {}.", titles.join(", "));
            }
            let in_words = |text: &str| escape(text, Place::ListedOutcome);
            let own = written(&objective.ending, &in_words);
            let has_outcomes = key_results.iter().any(|of| !of.ending.is_empty());
            // One outcome alone is that of one key result; of several key results, it is the objective's.
            let holds_own = !has_outcomes && key_results.len() != 1;
            let outcomes = if has_outcomes {
                let outcomes: Vec<String> = key_results
                    .iter()
                    .map(|of| written_or_none(&of.ending, &in_words))
                    .collect();
                Some(outcomes.join(", "))
            } else {
                own.clone().filter(|_| holds_own)
            };
            self.outcomes += usize::from(own.is_some() && !holds_own);
            if let Some(outcomes) = outcomes {
                let _always = write!(line, " => {outcomes}");
            }
            self.line(&line);
        }
    }

    /// A section for each team, in the order in which teams come first.
    fn issues(&mut self) {
        let mut teams = Vec::new();
        for objective in &self.listing.objectives {
            self.supports += usize::from(objective.supports.is_some());
            if !teams.contains(&&objective.team) {
                teams.push(&objective.team);
            }
        }
        for team in teams {
            self.paragraph();
            let owner = self.owner(team);
            self.line(&format!("## {owner} OKRs"));
            let own = |objective: &&ListedObjective| objective.team == *team;
            for objective in self.listing.objectives.iter().filter(own) {
                self.paragraph();
                let title = title(objective);
                let ending = &objective.ending;
                let in_words = ending.outcome.is_some() || ending.dropped.is_some();
                if let (Some(score), false) = (ending.score, in_words) {
                    self.line(&format!("Objective: {title} ({score}%)"));
                } else {
                    self.line(&format!("Objective: {title}"));
                    self.below("", ending);
                }
                if !objective.key_results.is_empty() {
                    self.paragraph();
                }
                for key_result in &objective.key_results {
                    let title = with_area(key_result, Place::Title);
                    self.line(&format!("- Key Result: {title}"));
                    self.below("  ", &key_result.ending);
                }
            }
        }
    }

    /// An outcome on the line below.
    fn below(&mut self, indent: &str, ending: &super::Ending) {
        let arrow = arrow(ending);
        if !arrow.is_empty() {
            self.line(&format!("{indent}{}", arrow.trim_start()));
        }
    }

    fn page(&mut self) {
        for objective in &self.listing.objectives {
            self.supports += usize::from(objective.supports.is_some());
            self.paragraph();
            let (owner, title) = (self.owner(&objective.team), title(objective));
            let arrow = arrow(&objective.ending);
            self.line(&format!("## {owner}: {title}{arrow}"));
            if !objective.key_results.is_empty() {
                self.paragraph();
            }
            for (at, key_result) in objective.key_results.iter().enumerate() {
                self.line(&format!("{}. {}", at + 1, key_result_line(key_result)));
            }
        }
    }

    /// An empty line, except at the beginning.
    fn paragraph(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }
}

fn title(objective: &ListedObjective) -> String {
    escape(objective.title.as_deref().unwrap_or_default(), Place::Title)
}

fn with_area(key_result: &ListedKeyResult, place: Place) -> String {
    let title = escape(&key_result.title, place);
    match &key_result.area {
        Some(area) => format!("[{}] {title}", escape(area, place)),
        None => title,
    }
}

fn key_result_line(key_result: &ListedKeyResult) -> String {
    format!(
        "{}{}",
        with_area(key_result, Place::Title),
        arrow(&key_result.ending)
    )
}

/// An outcome behind an arrow; empty where there is none.
fn arrow(ending: &super::Ending) -> String {
    let outcome = written(ending, &|text| escape(text, Place::Outcome));
    outcome.map_or_else(String::new, |outcome| format!(" => {outcome}"))
}
