//! The page of one issue.

use maud::{Markup, html};

use super::{layout, markdown, parts, timeline};
use crate::sandbox::state::{Issue, State, Tier};

pub(super) fn page(state: &State, issue: &Issue) -> Markup {
    let project = state
        .projects
        .get(&issue.project)
        .map_or("", |one| one.path.as_str());
    let body = html! {
        article {
            h1 { (issue.title) " " span.soft { "#" (issue.iid) } }
            div.meta {
                (parts::state_badge(issue)) " "
                (parts::confidential_badge(issue)) " "
                (parts::kind_badge(issue)) " "
                span.soft.small {
                    "created by " (parts::person(state, issue.author)) " on " (parts::time(issue.created_at))
                    @if let Some(at) = issue.closed_at { ", closed on " (parts::time(at)) }
                }
            }
            div.columns {
                div {
                    (description(state, issue))
                    (moved(state, issue))
                    (linked(state, issue))
                    h2 { "Activity" }
                    (timeline::of(state, issue))
                }
                aside { (sidebar(state, issue)) }
            }
        }
    };
    let list = format!("/{project}/-/issues");
    let here = parts::path(state, issue);
    let number = format!("#{}", issue.iid);
    let title = format!("{} (#{}) · {project}", issue.title, issue.iid);
    layout::page(state, &title, &[(project, list), (&number, here)], &body)
}

fn description(state: &State, issue: &Issue) -> Markup {
    html! {
        section.card.pad aria-label="Description" {
            @match issue.description.as_deref().filter(|text| !text.is_empty()) {
                Some(text) => (markdown::render(state, issue.project, text)),
                None => p.soft { "No description." },
            }
        }
    }
}

/// Where the issue went, or what it is a duplicate of.
fn moved(state: &State, issue: &Issue) -> Markup {
    let line = |words: &str, id: Option<u64>| {
        let other = id.and_then(|id| state.issues.get(&id));
        html! {
            @if let Some(other) = other {
                p { (words) " " a href=(parts::path(state, other)) { (state.reference(other)) } "." }
            }
        }
    };
    html! {
        (line("This issue was moved to", issue.moved_to))
        (line("This issue is a duplicate of", issue.duplicated_to))
    }
}

fn linked(state: &State, issue: &Issue) -> Markup {
    let links: Vec<_> = state.links_of(issue.id).collect();
    html! {
        @if !links.is_empty() {
            h2 { "Linked items " span.soft { (links.len()) } }
            ul.rows.card {
                @for (link, other) in &links {
                    li {
                        div {
                            a.title href=(parts::path(state, other)) { (other.title) }
                            div.meta.small.soft {
                                span { (state.reference(other)) }
                                span { (link.word_from(issue.id).replace('_', " ")) }
                                (parts::confidential_badge(other))
                                (parts::labels(state, other))
                            }
                        }
                        div.side.small {
                            @for user in &other.assignees { (parts::avatar(state, *user)) }
                            (parts::state_badge(other))
                        }
                    }
                }
            }
        }
    }
}

fn sidebar(state: &State, issue: &Issue) -> Markup {
    let milestone = issue.milestone.and_then(|id| state.milestones.get(&id));
    html! {
        dl {
            dt { "Assignee" }
            dd {
                @for user in &issue.assignees { div { (parts::person(state, *user)) } }
                @if issue.assignees.is_empty() { span.soft { "None" } }
            }
            dt { "Labels" }
            dd {
                @if issue.labels.is_empty() { span.soft { "None" } } @else { (parts::labels(state, issue)) }
            }
            dt { "Milestone" }
            dd { @match milestone { Some(one) => (one.title), None => span.soft { "None" } } }
            @if let Some(start) = issue.start_date {
                dt { "Start date" }
                dd { time datetime=(start) { (start) } }
            }
            dt { "Due date" }
            dd {
                @match issue.due_date {
                    Some(due) => time datetime=(due) { (due) },
                    None => span.soft { "None" },
                }
            }
            @if state.settings.tier == Tier::Premium {
                dt { "Weight" }
                dd { @match issue.weight { Some(weight) => (weight), None => span.soft { "None" } } }
            }
            dt { "Confidentiality" }
            dd { (if issue.confidential { "Confidential" } else { "Not confidential" }) }
            dt { "Reference" }
            dd { code { (state.reference(issue)) } }
            dt { "Last change" }
            dd { (parts::time(issue.updated_at)) }
        }
    }
}
