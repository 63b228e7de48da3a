//! What reviewers of a merge request read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use url::Url;

use super::super::plan::markdown::Parts;
use super::super::plan::markdown::escape::code;
use super::{Origin, as_many_as_fit, footer, link, sentence};
use crate::diag::Severity;
use crate::plan::{Plan, Remark};
use crate::render::diagnostics::{Introduced, NewFinding};
use crate::render::line_address;

/// Bytes for the plan, and for the findings; the rest of [`MAX_BYTES`](super::MAX_BYTES) is for what else is said.
const PLAN_BYTES: usize = 36_000;
const FINDINGS_BYTES: usize = 16_000;
const UNSEEN_BYTES: usize = 4_000;

/// The kinds of notices that say what a plan could not see, and so does not know.
const UNSEEN: [&str; 9] = [
    "account-unknown",
    "base-older",
    "base-unknown",
    "base-unusable",
    "issues-hidden",
    "labels-unknown",
    "links-unknown",
    "recorded",
    "tracker-unknown",
];

/// What a note says of a merge request under review.
#[derive(Debug, Clone)]
pub struct Review<'a> {
    /// What it would change; or why that is not known.
    pub plan: Result<&'a Plan, NoPlan>,
    /// What is wrong with its files and was not before.
    pub findings: &'a Introduced,
    /// What the merge request is told apart from, as people name it; where that is not known, why.
    pub base: Result<&'a str, &'a str>,
    /// Where the files of its commit are shown, if that is known: an address to which a path is added.
    pub files: Option<&'a Url>,
    /// Where the note was made.
    pub origin: &'a Origin,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlan {
    /// The files have so many errors.
    Errors(usize),
    /// It cannot be merged; in one sentence why.
    Conflict(String),
    /// The job that plans left none, or none that can be read; in one sentence.
    NotThere(String),
}

/// A merge request as Markdown, at most [`MAX_BYTES`](super::MAX_BYTES): whose goal changes, the counts, what an apply would
/// refuse, the plan folded by team, new findings with their lines, what an apply causes, what could not be seen.
pub fn review(review: &Review<'_>) -> String {
    let mut text = String::new();
    let mut unseen = Vec::new();
    let plan = match &review.plan {
        Ok(plan) => {
            let (not_seen, others): (Vec<Remark>, _) = plan
                .notices
                .iter()
                .cloned()
                .partition(|notice| UNSEEN.contains(&notice.id.as_str()));
            let changes = plan.changes.iter();
            let secret: BTreeSet<_> = changes
                .filter(|change| change.confidential)
                .filter_map(|change| change.key.as_ref())
                .collect();
            unseen = not_seen;
            for remark in &mut unseen {
                remark.confidential |= remark.key.as_ref().is_some_and(|key| secret.contains(key));
            }
            let plan = Plan {
                notices: others,
                ..(*plan).clone()
            };
            Parts::of(&plan, PLAN_BYTES)
        }
        Err(why) => {
            text.push_str(&no_plan(why));
            Parts::default()
        }
    };
    for part in [
        &plan.head,
        &plan.gaps,
        &plan.goals,
        &plan.obstacles,
        &plan.changes,
    ] {
        text.push_str(part);
    }
    findings(&mut text, review);
    text.push_str(&plan.forecast);
    not_seen(&mut text, &unseen);
    text.push_str(&plan.notices);
    footer(&mut text, review.origin);
    text
}

fn no_plan(why: &NoPlan) -> String {
    match why {
        NoPlan::Errors(1) => {
            "**No plan: the files have an error.**\n\nNothing is planned before it is mended; \
             `okr validate` shows the line and the way out.\n"
                .to_owned()
        }
        NoPlan::Errors(count) => format!(
            "**No plan: the files have {count} errors.**\n\nNothing is planned before they are mended; `okr validate` shows \
             the lines and the ways out.\n"
        ),
        NoPlan::Conflict(why) => format!(
            "**No plan: this merge request conflicts with its target branch.**\n\n{}\n",
            sentence(why)
        ),
        NoPlan::NotThere(why) => format!(
            "**No plan: what this merge request changes in GitLab is not known.**\n\n{} The log of the job that plans says \
             more.\n",
            sentence(why)
        ),
    }
}

fn findings(text: &mut String, review: &Review<'_>) {
    let Introduced { new, before, gone } = review.findings;
    let count = |count: usize| match count {
        1 => "1 finding".to_owned(),
        _ => format!("{count} findings"),
    };
    let mut others = Vec::new();
    if let Some(before @ 1..) = before {
        others.push(match before {
            1 => "1 was there before".to_owned(),
            _ => format!("{before} were there before"),
        });
    }
    match gone {
        0 => {}
        1 => others.push("1 is gone with it".to_owned()),
        _ => others.push(format!("{gone} are gone with it")),
    }
    let others = match others.as_slice() {
        [] => String::new(),
        _ => format!(" ({})", others.join(", ")),
    };
    let _ = match (new.len(), before) {
        (0, Some(_)) => write!(
            text,
            "\nNo findings that this merge request introduces{others}.\n"
        ),
        (0, None) => write!(text, "\nNo findings.\n"),
        (some, Some(_)) => write!(
            text,
            "\n**{} that this merge request introduces**{others}\n\n",
            count(some)
        ),
        (some, None) => write!(text, "\n**{}**, old or new\n\n", count(some)),
    };
    let items = new.iter().map(|finding| item(finding, review.files));
    let (list, left_out) = as_many_as_fit(items, FINDINGS_BYTES);
    text.push_str(&list);
    if left_out > 0 {
        let _ = writeln!(text, "- … {left_out} more: `okr validate` shows them");
    }
    if let Err(why) = review.base
        && !new.is_empty()
    {
        let _ = write!(text, "\n*{}*\n", sentence(why));
    }
}

fn item(finding: &NewFinding, files: Option<&Url>) -> String {
    let severity = match finding.severity {
        Severity::Error => "❌ error",
        Severity::Warning => "⚠️ warning",
        Severity::Info => "hint",
    };
    let mut item = format!("- {severity} {}", code(finding.rule));
    if let Some(path) = &finding.path {
        let place = match finding.line {
            Some(line) => format!("{path}:{line}"),
            None => path.clone(),
        };
        let place = code(&place);
        let linked = files
            .zip(finding.line)
            .and_then(|(files, line)| line_address(files, path, line))
            .and_then(|url| link(&place, &url));
        let _ = write!(item, " {}", linked.unwrap_or(place));
    }
    match (&finding.text, &finding.key) {
        (Some(text), _) => {
            let _ = writeln!(item, ": {}", sentence(text));
        }
        (None, Some(key)) => {
            let _ = writeln!(item, ": {} *(confidential)*", code(&key.to_string()));
        }
        (None, None) => item.push_str(": *(confidential)*\n"),
    }
    item
}

fn not_seen(text: &mut String, unseen: &[Remark]) {
    if unseen.is_empty() {
        return;
    }
    text.push_str("\n**Not seen by this plan**\n\n");
    let item = |remark: &Remark| {
        let key = remark.key.as_ref().map(|key| code(&key.to_string()));
        let said = if remark.confidential {
            "*(confidential)*".to_owned()
        } else {
            sentence(&remark.message)
        };
        match key {
            Some(key) => format!("- {key}: {said}\n"),
            None => format!("- {said}\n"),
        }
    };
    let (list, left_out) = as_many_as_fit(unseen.iter().map(item), UNSEEN_BYTES);
    text.push_str(&list);
    if left_out > 0 {
        let _ = writeln!(text, "- … {left_out} more");
    }
}
