use std::collections::BTreeSet;

use super::fresh::{KeyResults, key_result, supports};
use super::{Fresh, Lines, SCHEMA, quoted, slug};
use crate::issue::unescape_title;
use crate::model::Id;
use crate::plan::ObservedIssue;
use crate::render::terminal_text::is_safe;

/// The tables that are proposed for a team's file.
#[derive(Debug, Clone)]
pub struct Proposed<'a> {
    /// The team, its quarter, and what else its file is made of.
    pub place: Fresh<'a>,
    /// The file's path.
    pub file: String,
    /// Whether the file is there already.
    pub exists: bool,
    /// The issues to adopt.
    pub issues: Vec<&'a ObservedIssue>,
    /// Whether what confidential issues say may be shown.
    pub confidential_visible: bool,
}

/// Tables that adopt issues as objectives, each with as many key results as the policy asks for and a `TODO` wherever
/// somebody has to say what is meant. `taken` are ids that others have; those that are given here join them.
///
/// What an issue says is data: it stands in TOML strings alone, without what a terminal would obey.
pub fn proposed(proposed: &Proposed<'_>, taken: &mut BTreeSet<Id>) -> String {
    let Proposed { place, issues, .. } = proposed;
    let mut lines = Lines::default();
    if !proposed.exists {
        lines.line(SCHEMA);
        lines.line("");
    }
    lines.line(&format!(
        "# For {}: what becomes a key result goes below its objective, as [objective.ID.kr.ID].",
        proposed.file
    ));
    let each = place.team.policy.key_results.min;
    let count = u32::try_from(issues.len()).unwrap_or(u32::MAX);
    let mut key_results = KeyResults::new(place, each.saturating_mul(count));
    for issue in issues {
        let hidden = issue.confidential && !proposed.confidential_visible;
        let title = if hidden {
            None
        } else {
            Some(clean(&issue.title)).filter(|title| !title.is_empty())
        };
        let id = unique(title.as_deref(), issue.iid, taken);
        lines.line("");
        lines.line(&format!("[objective.{id}]"));
        let todo = || format!("TODO: the title of {}", issue.address());
        lines.pair("title", quoted(&title.unwrap_or_else(todo)));
        people_and_dates(&mut lines, place, issue);
        supports(&mut lines, place);
        for _ in 0..each {
            key_result(&mut lines, place, id.as_str(), None, &mut key_results);
        }
        taken.insert(id);
    }
    lines.0
}

fn people_and_dates(lines: &mut Lines, place: &Fresh<'_>, issue: &ObservedIssue) {
    let manager = place.team.manager.as_ref();
    match issue.assignees.first() {
        Some(owner) if Some(owner) != manager => lines.pair("owner", quoted(owner.as_str())),
        None if manager.is_none() => lines.pair("owner", "\"TODO\""),
        _ => {}
    }
    match issue.due {
        Some(due) if place.period.contains(due) => lines.pair("due", due),
        Some(due) => lines.line(&format!("# due = {due} # not in {}", place.quarter)),
        None => {}
    }
    if issue.confidential {
        lines.pair("confidential", true);
    }
    lines.pair("adopt", quoted(&issue.address().to_string()));
}

/// A title from GitLab on one line, without what is not shown where it stands.
fn clean(title: &str) -> String {
    let spaced = unescape_title(title).replace(['\n', '\r', '\t'], " ");
    let shown: String = spaced.chars().filter(|&c| is_safe(c)).collect();
    shown.trim().to_owned()
}

/// An id that says what the title says, and that nothing else has.
fn unique(title: Option<&str>, iid: u64, taken: &BTreeSet<Id>) -> Id {
    let slug = slug(title.unwrap_or_default());
    let mut text = slug.clone();
    let mut tries = 0_u32;
    loop {
        if let Ok(id) = text.parse::<Id>()
            && !taken.contains(&id)
        {
            return id;
        }
        text = match tries {
            0 => format!("{slug}-{iid}"),
            1 => format!("issue-{iid}"),
            _ => format!("issue-{iid}-{tries}"),
        };
        tries += 1;
    }
}
