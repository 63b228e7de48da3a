//! The front page: what is there, and how to use it.

use maud::{Markup, html};

use super::layout;
use crate::sandbox::state::{IssueState, Project, State};

pub(super) fn page(state: &State) -> Markup {
    let mut projects: Vec<&Project> = state.projects.values().collect();
    projects.sort_by(|a, b| a.path.cmp(&b.path));
    let url = if state.base_url.is_empty() {
        "http://127.0.0.1"
    } else {
        &state.base_url
    };
    let body = html! {
        h1 { "Projects" }
        @if projects.is_empty() {
            div.card.empty { "No project yet." }
        } @else {
            ul.rows.card { @for project in projects { (row(state, project)) } }
        }
        h2 { "How to use it" }
        p {
            "This is a GitLab to try things on: it speaks REST and GraphQL as GitLab does, keeps what you write, and "
            "sends nothing anywhere. Point " code { "okr" } " or any GitLab client at it, with a token that it was "
            "given when it started:"
        }
        pre { code {
            "export OKR_URL=" (url) "\n"
            "export OKR_TOKEN=…      # printed by okr sandbox\n"
            "okr plan\n"
            "okr apply"
        } }
        p.soft.small {
            "The requests that it was sent: " a href="/-/journal" { "/-/journal" } ". REST is under " code { "/api/v4" }
            ", GraphQL is " code { "POST /api/graphql" } "."
        }
    };
    layout::page(state, "okr sandbox", &[], &body)
}

fn row(state: &State, project: &Project) -> Markup {
    let issues = || {
        state
            .issues
            .values()
            .filter(|issue| issue.project == project.id)
    };
    let open = issues()
        .filter(|issue| issue.state == IssueState::Opened)
        .count();
    let closed = issues().count() - open;
    html! {
        li {
            div {
                a.title href={ "/" (project.path) "/-/issues" } { (project.path) }
                div.meta.soft.small {
                    span { (project.name) }
                    @if !project.issues_enabled { span.badge.plain { "issues disabled" } }
                }
            }
            div.side.small.soft {
                span { (open) " open" }
                span { (closed) " closed" }
                span.badge.plain { (project.visibility.as_str()) }
            }
        }
    }
}
