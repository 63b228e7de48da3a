//! A list of issues, of a project or of everything in a group.

use maud::{Markup, html};

use super::layout;
use super::parts;
use crate::sandbox::state::{Group, Issue, IssueState, State};

/// Which issues a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Opened,
    Closed,
    All,
}

impl Filter {
    const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Opened, "Open", "opened"),
        (Self::Closed, "Closed", "closed"),
        (Self::All, "All", "all"),
    ];

    /// `state=closed`; open ones where nothing is said, as GitLab shows them.
    pub(super) fn parse(query: &str) -> Self {
        let state = query
            .split('&')
            .find_map(|part| part.strip_prefix("state="));
        let found = Self::ALL
            .into_iter()
            .find(|(.., word)| state == Some(*word));
        found.map_or(Self::Opened, |(filter, ..)| filter)
    }

    fn shows(self, issue: &Issue) -> bool {
        match self {
            Self::Opened => issue.state == IssueState::Opened,
            Self::Closed => issue.state == IssueState::Closed,
            Self::All => true,
        }
    }
}

/// The issues of a project.
pub(super) fn of_project(state: &State, project: u64, filter: Filter) -> Markup {
    let Some(project) = state.projects.get(&project) else {
        return html! {};
    };
    let issues: Vec<&Issue> = state
        .issues
        .values()
        .filter(|issue| issue.project == project.id)
        .collect();
    let list = list(state, issues, filter, false);
    let body = html! { h1 { "Issues of " (project.path) } (list) };
    let path = format!("/{}/-/issues", project.path);
    layout::page(
        state,
        &format!("Issues · {}", project.path),
        &[(&project.path, path)],
        &body,
    )
}

/// The issues of all projects below a group.
pub(super) fn of_group(state: &State, group: &Group, filter: Filter) -> Markup {
    let projects = state.projects_of_group(group.id);
    let issues = state
        .issues
        .values()
        .filter(|issue| projects.contains(&issue.project))
        .collect();
    let list = list(state, issues, filter, true);
    let body = html! { h1 { "Issues of the group " (group.path) } (list) };
    let path = format!("/groups/{}", group.path);
    layout::page(
        state,
        &format!("Issues · {}", group.path),
        &[(&group.path, path)],
        &body,
    )
}

/// Newest first, with the project in front of the number where there are several.
fn list(state: &State, mut issues: Vec<&Issue>, filter: Filter, several: bool) -> Markup {
    issues.sort_by_key(|issue| std::cmp::Reverse((issue.created_at, issue.id)));
    let count = |filter: Filter| issues.iter().filter(|issue| filter.shows(issue)).count();
    let shown: Vec<&&Issue> = issues.iter().filter(|issue| filter.shows(issue)).collect();
    html! {
        nav.tabs aria-label="Which issues" {
            @for (one, name, word) in Filter::ALL {
                a href={ "?state=" (word) } aria-current=[(one == filter).then_some("page")] {
                    (name) " " span.soft { (count(one)) }
                }
            }
        }
        @if shown.is_empty() {
            div.card.empty { "No issue here." }
        } @else {
            ul.rows.card { @for issue in shown { (row(state, issue, several)) } }
        }
    }
}

fn row(state: &State, issue: &Issue, several: bool) -> Markup {
    let reference = if several {
        state.reference(issue)
    } else {
        format!("#{}", issue.iid)
    };
    let milestone = issue.milestone.and_then(|id| state.milestones.get(&id));
    html! {
        li {
            div {
                a.title href=(parts::path(state, issue)) { (issue.title) }
                div.meta.small.soft {
                    span { (reference) }
                    (parts::confidential_badge(issue))
                    (parts::kind_badge(issue))
                    (parts::labels(state, issue))
                    @if let Some(milestone) = milestone { span { "Milestone " (milestone.title) } }
                }
            }
            div.side.small.soft {
                @if let Some(due) = issue.due_date { span { "Due " time datetime=(due) { (due) } } }
                @for user in &issue.assignees { (parts::avatar(state, *user)) }
                (parts::state_badge(issue))
            }
        }
    }
}
