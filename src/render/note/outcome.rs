//! What became of a merge request's changes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::plan::markdown::escape::{code, cut, prose};
use super::super::plan::markdown::folded;
use super::{Origin, as_many_as_fit, footer, sentence};
use crate::model::Key;
use crate::plan::{Applied, AppliedChange, AppliedOutcome, AppliedResult};

/// Bytes for what was done, and for what was not.
const DONE_BYTES: usize = 24_000;
const LEFT_BYTES: usize = 24_000;
const REMARKS_BYTES: usize = 8_000;

/// How many characters of a title are shown.
const TITLE_SHOWN: usize = 200;

/// The line that the folded review begins with; nothing that people wrote stands alone on a line like it.
const REVIEW_BEGINS: &str = "<details><summary>What was reviewed</summary>";
const REVIEW_ENDS: &str = "</details>";

/// What an apply did as Markdown: how it ended, what was not done and why, what was done; `so_far` is what the note said
/// until now, whose review is folded in below. At most [`MAX_BYTES`](super::MAX_BYTES) beside that.
pub fn outcome(applied: &Applied, so_far: Option<&str>, origin: &Origin) -> String {
    let secret: BTreeSet<&Key> = applied
        .changes
        .iter()
        .filter(|change| change.confidential)
        .filter_map(|change| change.key.as_ref())
        .collect();
    let (done, left): (Vec<&AppliedChange>, Vec<_>) =
        applied.changes.iter().partition(|change| is_done(change));
    let mut text = format!("**{}**\n", answer(applied, done.len()));
    if let Some(reason) = &applied.reason {
        let _ = write!(text, "\n{}\n", sentence(reason));
    }
    for help in applied.help.iter().take(5) {
        let _ = write!(text, "\nHelp: {}\n", sentence(help));
    }
    if !left.is_empty() {
        let (list, left_out) = as_many_as_fit(left.iter().map(|change| item(change)), LEFT_BYTES);
        let _ = write!(text, "\n{list}");
        more(&mut text, left_out);
    }
    remarks(&mut text, applied, &secret);
    if !done.is_empty() {
        let (mut list, left_out) =
            as_many_as_fit(done.iter().map(|change| item(change)), DONE_BYTES);
        more(&mut list, left_out);
        let summary = match done.len() {
            1 => "1 change is in GitLab".to_owned(),
            count => format!("{count} changes are in GitLab"),
        };
        folded(&mut text, &summary, &list);
    }
    footer(&mut text, origin);
    if let Some(review) = so_far.map(reviewed).filter(|review| may_stay(review)) {
        let _ = write!(
            text,
            "\n{REVIEW_BEGINS}\n\n{}\n\n{REVIEW_ENDS}\n",
            review.trim()
        );
    }
    text
}

fn is_done(change: &AppliedChange) -> bool {
    matches!(
        change.outcome,
        AppliedOutcome::Done | AppliedOutcome::NothingToDo
    )
}

fn answer(applied: &Applied, done: usize) -> String {
    let all = applied.changes.len();
    match (applied.result, all) {
        (AppliedResult::Applied, 1) => "Applied: the change is in GitLab.".to_owned(),
        (AppliedResult::Applied, _) => format!("Applied: all {all} changes are in GitLab."),
        (AppliedResult::NothingToDo, _) => {
            "Nothing was to do: GitLab holds what the files say.".to_owned()
        }
        (AppliedResult::PartlyApplied, _) => {
            format!(
                "Partly applied: {done} of {all} changes are in GitLab. The next apply tries the rest again."
            )
        }
        (AppliedResult::NothingApplied, _) => {
            "Not applied: nothing was changed in GitLab. The next apply tries again.".to_owned()
        }
        (AppliedResult::Refused, _) => "Refused: nothing was changed in GitLab.".to_owned(),
        (AppliedResult::Superseded, _) => {
            "Superseded: a newer commit of the branch brings these changes.".to_owned()
        }
        (AppliedResult::Declined, _) => {
            "Not applied: nobody agreed, and nothing was changed in GitLab.".to_owned()
        }
    }
}

fn item(change: &AppliedChange) -> String {
    let sign = match change.outcome {
        AppliedOutcome::Done | AppliedOutcome::NothingToDo => "✓",
        AppliedOutcome::Failed => "❌",
        AppliedOutcome::NotBegun => "○",
    };
    let mut item = format!("- {sign} {}", change.action.name());
    if let Some(key) = &change.key {
        let _ = write!(item, " {}", code(&key.to_string()));
    }
    if change.confidential {
        item.push_str(" *(confidential)*");
    } else {
        let place = match &change.issue {
            Some(issue) => issue.reference().to_string(),
            None => change.tracker.clone(),
        };
        let title = prose(&cut(&change.title, TITLE_SHOWN));
        let _ = write!(item, " {} {title}", code(&place));
    }
    item.push_str(match change.outcome {
        AppliedOutcome::Done => "",
        AppliedOutcome::NothingToDo => ": GitLab held it already",
        AppliedOutcome::Failed => ": failed",
        AppliedOutcome::NotBegun => ": not begun",
    });
    // What GitLab answered may quote what it was sent.
    if let (Some(reason), false) = (&change.reason, change.confidential) {
        let _ = write!(item, ": {}", sentence(reason));
    }
    item.push('\n');
    if let (Some(help), false) = (&change.help, change.confidential) {
        let _ = writeln!(item, "  - help: {}", sentence(help));
    }
    item
}

fn remarks(text: &mut String, applied: &Applied, secret: &BTreeSet<&Key>) {
    let items = applied.remarks.iter().map(|remark| {
        let key = remark.key.as_ref();
        let hidden = remark.confidential || key.is_some_and(|key| secret.contains(key));
        let mut item = "- ".to_owned();
        if let Some(key) = key {
            let _ = write!(item, "{}: ", code(&key.to_string()));
        }
        if hidden {
            item.push_str("*(confidential)*\n");
        } else {
            let _ = writeln!(item, "{}", sentence(&remark.message));
        }
        item
    });
    let (list, left_out) = as_many_as_fit(items, REMARKS_BYTES);
    if !applied.remarks.is_empty() {
        let _ = write!(text, "\nBesides:\n\n{list}");
        more(text, left_out);
    }
}

fn more(text: &mut String, left_out: usize) {
    if left_out > 0 {
        let _ = writeln!(text, "- … {left_out} more");
    }
}

/// The review in what a note said: folded in already, or all of it.
fn reviewed(so_far: &str) -> &str {
    let whole_line = format!("\n{REVIEW_BEGINS}\n");
    let Some((_, folded)) = so_far.split_once(&whole_line) else {
        return so_far;
    };
    let folded = folded.trim_end();
    folded.strip_suffix(REVIEW_ENDS).unwrap_or(folded)
}

/// Whether a text may be sent again: we write none that GitLab would execute, but a maintainer may have edited it.
fn may_stay(review: &str) -> bool {
    let command = |line: &str| line.trim_start().starts_with('/');
    !review.trim().is_empty() && review.len() <= super::MAX_BYTES && !review.lines().any(command)
}
