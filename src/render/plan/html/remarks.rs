//! What people should know before or besides the changes.

use maud::{Markup, html};

use super::super::headline::{is_drift, plural};
use super::super::sections::{Sections, by_id};
use super::{Show, folded, text};
use crate::plan::{Plan, Refusal, Remark};

/// Why the plan may not be applied.
pub(super) fn refusals(refusals: &[Refusal]) -> Markup {
    html! {
        @if !refusals.is_empty() {
            section.alarm {
                h2 { "Refused: this plan may not be applied as it is" }
                ul { @for refusal in refusals {
                    li {
                        code { (text(&refusal.limit)) } ": " (text(&refusal.message))
                        (help(Some(&refusal.help)))
                    }
                } }
            }
        }
    }
}

/// What stops single keys, or many for one reason.
pub(super) fn conflicts(plan: &Plan, sections: &Sections<'_>, show: Show) -> Markup {
    html! {
        @if !plan.conflicts.is_empty() {
            section.alarm {
                h2 { "Conflicts: nothing is done about them until somebody decides" }
                ul { @for remark in &plan.conflicts {
                    li { span.tag { "[" (text(&remark.id)) "] " } (line(remark, sections, show)) }
                } }
            }
        }
    }
}

/// What is not changed and should be known, by kind.
pub(super) fn notices(plan: &Plan, sections: &Sections<'_>, show: Show) -> Markup {
    // Where a merge request is told apart, drift is no news of it, and has its own fold.
    let shown = plan.notices.iter();
    let shown = shown.filter(|notice| plan.base.is_none() || !is_drift(notice));
    let notices: Vec<&Remark> = shown.collect();
    let summary = format!(
        "{}, not changed by this plan",
        plural(notices.len(), "notice", "notices")
    );
    html! {
        @if !notices.is_empty() {
            (folded(&summary, &html! {
                @for (id, remarks) in by_id(notices) {
                    p { code { (text(id)) } " (" (remarks.len()) ")" }
                    ul { @for remark in remarks { li { (line(remark, sections, show)) } } }
                }
            }))
        }
    }
}

/// What people changed in GitLab and is kept.
pub(super) fn kept(plan: &Plan, sections: &Sections<'_>, show: Show) -> Markup {
    let kept = plan.notices.iter().filter(|notice| is_drift(notice));
    html! {
        ul { @for remark in kept { li { (line(remark, sections, show)) } } }
    }
}

fn line(remark: &Remark, sections: &Sections<'_>, show: Show) -> Markup {
    let hidden = !show.confidential && sections.is_confidential(remark);
    html! {
        @if let Some(key) = &remark.key { code { (key) } " " }
        @if hidden {
            span.dim { "confidential" }
        } @else {
            @if let Some(issue) = &remark.issue { span.dim { (text(issue)) } " " }
            (text(&remark.told()))
            (help(remark.help.as_deref()))
        }
    }
}

fn help(help: Option<&str>) -> Markup {
    html! { @if let Some(help) = help { div.tag { "help: " (text(help)) } } }
}
