//! What people should know before or besides the changes.

use std::fmt::Write as _;

use super::super::headline::{is_drift, plural};
use super::super::sections::{Sections, by_id};
use super::escape::{code, cut, prose};
use super::{Level, Show, folded};
use crate::plan::{Plan, Refusal, Remark};

/// How many notices of one kind are shown before they are cut.
const NOTICES_SHOWN: usize = 20;
/// How many characters of a message are shown.
const MESSAGE_SHOWN: usize = 1_000;

/// Why the plan may not be applied.
pub(super) fn refusals(text: &mut String, refusals: &[Refusal], show: Show) {
    if refusals.is_empty() || show.level == Level::Counts {
        return;
    }
    text.push_str("\n**Refused: this plan may not be applied as it is**\n\n");
    for refusal in refusals {
        let _ = writeln!(
            text,
            "- {}: {}\n  - help: {}",
            code(&refusal.limit),
            prose(&cut(&refusal.message, MESSAGE_SHOWN)),
            prose(&cut(&refusal.help, MESSAGE_SHOWN))
        );
    }
}

/// What stops single keys, or many for one reason.
pub(super) fn conflicts(text: &mut String, plan: &Plan, sections: &Sections<'_>, show: Show) {
    if plan.conflicts.is_empty() || show.level == Level::Counts {
        return;
    }
    text.push_str("\n**Conflicts: nothing is done about them until somebody decides**\n\n");
    for remark in &plan.conflicts {
        let _ = write!(text, "- {} ", code(&remark.id));
        line(text, remark, sections, show);
    }
}

/// What is not changed and should be known, by kind.
pub(super) fn notices(text: &mut String, plan: &Plan, sections: &Sections<'_>, show: Show) {
    // Where a merge request is told apart, drift is no news of it, and has its own fold.
    let shown = plan.notices.iter();
    let shown = shown.filter(|notice| plan.base.is_none() || !is_drift(notice));
    let notices: Vec<&Remark> = shown.collect();
    if notices.is_empty() {
        return;
    }
    let summary = plural(notices.len(), "notice", "notices");
    if show.level >= Level::Keys {
        let _ = write!(text, "\n{summary}: not changed by this plan\n");
        return;
    }
    let mut body = String::new();
    for (id, remarks) in by_id(notices) {
        let _ = writeln!(body, "\n{} ({})\n", code(id), remarks.len());
        for remark in remarks.iter().take(NOTICES_SHOWN) {
            body.push_str("- ");
            line(&mut body, remark, sections, show);
        }
        let rest = remarks.len().saturating_sub(NOTICES_SHOWN);
        if rest > 0 {
            let _ = writeln!(body, "- … {rest} more");
        }
    }
    folded(
        text,
        &format!("{summary}, not changed by this plan"),
        body.trim_start(),
    );
}

/// What people changed in GitLab and is kept.
pub(super) fn kept(text: &mut String, plan: &Plan, sections: &Sections<'_>, show: Show) {
    let kept: Vec<&Remark> = plan
        .notices
        .iter()
        .filter(|notice| is_drift(notice))
        .collect();
    for remark in kept.iter().take(NOTICES_SHOWN) {
        text.push_str("- ");
        line(text, remark, sections, show);
    }
    let rest = kept.len().saturating_sub(NOTICES_SHOWN);
    if rest > 0 {
        let _ = writeln!(text, "- … {rest} more");
    }
}

/// A remark in a list, after its bullet.
fn line(text: &mut String, remark: &Remark, sections: &Sections<'_>, show: Show) {
    let hidden = !show.confidential && sections.is_confidential(remark);
    let mut subject = Vec::new();
    subject.extend(remark.key.as_ref().map(|key| code(&key.to_string())));
    if !hidden {
        subject.extend(remark.issue.as_deref().map(code));
    }
    text.push_str(&subject.join(" "));
    if show.level >= Level::Keys {
        text.push('\n');
        return;
    }
    if !subject.is_empty() {
        text.push_str(": ");
    }
    if hidden {
        text.push_str("confidential\n");
        return;
    }
    let _ = writeln!(text, "{}", prose(&cut(&remark.told(), MESSAGE_SHOWN)));
    if let Some(help) = &remark.help {
        let _ = writeln!(text, "  - help: {}", prose(&cut(help, MESSAGE_SHOWN)));
    }
}
