//! Where GitLab differs from the files because somebody edited it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::plan::markdown::escape::code;
use super::{as_many_as_fit, sentence};
use crate::model::Key;
use crate::plan::{Cause, Change, Plan, Remark};

/// Bytes for what is kept, and for what is changed back.
const KEPT_BYTES: usize = 30_000;
const REVERTED_BYTES: usize = 20_000;

/// The drift of a plan as Markdown; `None` where there is none. It names no commit and no day, so that the same drift has
/// the same text.
pub fn drift(plan: &Plan) -> Option<String> {
    let kept: Vec<&Remark> = plan.notices.iter().filter(|it| it.id == "drift").collect();
    let reverted: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| change.cause == Cause::Drift)
        .collect();
    let keys: BTreeSet<&Key> = kept
        .iter()
        .filter_map(|remark| remark.key.as_ref())
        .chain(reverted.iter().filter_map(|change| change.key.as_ref()))
        .collect();
    let count = kept.len() + reverted.len();
    if count == 0 {
        return None;
    }
    let mut text = match (count, keys.len()) {
        (1, _) => "**1 difference between GitLab and the OKR files.**\n".to_owned(),
        (_, 0 | 1) => format!("**{count} differences between GitLab and the OKR files.**\n"),
        (_, issues) => format!(
            "**{count} differences between GitLab and the OKR files, in {issues} issues.**\n"
        ),
    };
    text.push_str(
        "\nSomebody edited these issues since the last apply. For each: take it into the files, or change the issue back by \
         hand or with `okr apply --revert KEY`. `okr explain KEY` shows both sides. This issue is edited in place, and \
         closed when nothing differs any more.\n",
    );
    let secret: BTreeSet<&Key> = plan
        .changes
        .iter()
        .filter(|change| change.confidential)
        .filter_map(|change| change.key.as_ref())
        .collect();
    if !kept.is_empty() {
        text.push_str("\nKept as it is in GitLab:\n\n");
        let items = kept.iter().map(|remark| of_remark(remark, &secret));
        list(&mut text, items, KEPT_BYTES);
    }
    if !reverted.is_empty() {
        text.push_str("\nChanged back by the next apply, as the policy says:\n\n");
        let items = reverted.iter().map(|change| of_change(change));
        list(&mut text, items, REVERTED_BYTES);
    }
    Some(text)
}

/// Whether a plan that shows no drift can be taken for it that there is none: what it could not see may differ.
pub fn sees_everything(plan: &Plan) -> bool {
    let blind = |notice: &Remark| {
        matches!(
            notice.id.as_str(),
            "account-unknown"
                | "issues-hidden"
                | "labels-unknown"
                | "links-unknown"
                | "tracker-unknown"
        )
    };
    !plan.notices.iter().any(blind)
}

/// What the issue says when no drift is left.
pub fn drift_is_over() -> &'static str {
    "**GitLab does not differ from the OKR files.**\n\nThis issue is opened again when somebody edits an issue of theirs in \
     GitLab."
}

fn list(text: &mut String, items: impl Iterator<Item = String>, max_bytes: usize) {
    let (list, left_out) = as_many_as_fit(items, max_bytes);
    text.push_str(&list);
    if left_out > 0 {
        let _ = writeln!(text, "- … {left_out} more: `okr plan` shows them");
    }
}

fn of_remark(remark: &Remark, secret: &BTreeSet<&Key>) -> String {
    let key = remark.key.as_ref();
    let hidden = remark.confidential || key.is_some_and(|key| secret.contains(key));
    let mut item = "-".to_owned();
    if let Some(key) = key {
        let _ = write!(item, " {}", code(&key.to_string()));
    }
    if hidden {
        item.push_str(" *(confidential)*\n");
        return item;
    }
    if let Some(issue) = &remark.issue {
        let _ = write!(item, " {}", code(issue));
    }
    let _ = writeln!(item, ": {}", sentence(&remark.message));
    item
}

fn of_change(change: &Change) -> String {
    let mut item = format!("- {}", change.action.name());
    if let Some(key) = &change.key {
        let _ = write!(item, " {}", code(&key.to_string()));
    }
    if change.confidential {
        item.push_str(" *(confidential)*\n");
        return item;
    }
    if let Some(issue) = &change.issue {
        let _ = write!(item, " {}", code(&issue.reference().to_string()));
    }
    let names: BTreeSet<String> = change
        .fields
        .iter()
        .map(|field| field.field.name())
        .collect();
    let names: Vec<String> = names.into_iter().collect();
    if !names.is_empty() {
        let _ = write!(item, ": {}", names.join(", "));
    }
    item.push('\n');
    item
}
