//! Pieces that several pages show.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::sandbox::color::text_color;
use crate::sandbox::state::{Issue, IssueKind, IssueState, Label, State};

/// The path of an issue's page.
pub(super) fn path(state: &State, issue: &Issue) -> String {
    let project = state
        .projects
        .get(&issue.project)
        .map_or("", |one| one.path.as_str());
    let kind = if issue.kind == IssueKind::Task {
        "work_items"
    } else {
        "issues"
    };
    format!("/{project}/-/{kind}/{}", issue.iid)
}

/// Open or closed.
pub(super) fn state_badge(issue: &Issue) -> Markup {
    match issue.state {
        IssueState::Opened => html! { span.badge.opened { "Open" } },
        IssueState::Closed if issue.moved_to.is_some() => {
            html! { span.badge.closed { "Closed (moved)" } }
        }
        IssueState::Closed => html! { span.badge.closed { "Closed" } },
    }
}

/// Says that an issue is confidential.
pub(super) fn confidential_badge(issue: &Issue) -> Markup {
    html! { @if issue.confidential { span.badge.confidential { "Confidential" } } }
}

/// The type, where it is not a plain issue.
pub(super) fn kind_badge(issue: &Issue) -> Markup {
    html! { @if issue.kind != IssueKind::Issue { span.badge.plain { (issue.kind.as_str()) } } }
}

/// A label in its colours.
pub(super) fn label(label: &Label) -> Markup {
    let known = label.color.strip_prefix('#').is_some_and(|digits| {
        [3, 6].contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit())
    });
    let color = if known {
        label.color.as_str()
    } else {
        "#6699cc"
    };
    let style = format!("background:{color};color:{}", text_color(color));
    html! { span.label style=(style) title=[label.description.as_deref()] { (label.name) } }
}

/// The labels of an issue, by name.
pub(super) fn labels(state: &State, issue: &Issue) -> Markup {
    let mut all: Vec<&Label> = issue
        .labels
        .iter()
        .filter_map(|id| state.labels.get(id))
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    html! { @if !all.is_empty() { span.labels { @for one in all { (label(one)) } } } }
}

/// A person's initial on a colour that is always the same for the same name.
pub(super) fn avatar(state: &State, user: u64) -> Markup {
    let Some(user) = state.users.get(&user) else {
        return html! {};
    };
    let hue = user
        .username
        .bytes()
        .fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 360);
    let initial = user
        .name
        .chars()
        .next()
        .unwrap_or('?')
        .to_uppercase()
        .to_string();
    let style = format!("background:hsl({hue} 45% 42%)");
    html! { span.avatar style=(style) title=(user.name) aria-hidden="true" { (initial) } }
}

/// A person with picture and name.
pub(super) fn person(state: &State, user: u64) -> Markup {
    html! {
        @if let Some(one) = state.users.get(&user) {
            span.person {
                (avatar(state, user))
                span { (one.name) " " span.soft.small { "@" (one.username) } }
            }
        } @else {
            span.soft { "somebody" }
        }
    }
}

/// A moment, to the minute.
pub(super) fn time(at: Timestamp) -> Markup {
    let shown = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    html! { time datetime=(at.to_string()) { (shown) } }
}
