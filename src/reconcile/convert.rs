//! GitLab's words into OKR words.

use crate::gitlab;
use crate::model::Username;
use crate::plan::{Audience, Knowledge, ObservedIssue, ObservedLink};

/// To whom a project of this visibility is open.
pub fn audience(visibility: gitlab::Visibility) -> Audience {
    match visibility {
        gitlab::Visibility::Private => Audience::Members,
        gitlab::Visibility::Internal => Audience::Accounts,
        gitlab::Visibility::Public => Audience::Everybody,
    }
}

/// A username as GitLab gives it. GitLab's own names always parse; what does not is kept recognisable and matches nobody.
pub(crate) fn username(name: &str) -> Username {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') {
                c
            } else {
                '_'
            }
        })
        .collect();
    safe.parse().unwrap_or_else(|_| Username::ghost())
}

/// An issue as the planner sees it. `project` is its tracker's path as configured.
pub(crate) fn issue(
    issue: &gitlab::Issue,
    project: &str,
    links: Option<&[gitlab::ObservedLink]>,
) -> ObservedIssue {
    let links = match links {
        Some(links) => Knowledge::Known(
            links
                .iter()
                .filter_map(|link| {
                    Some(ObservedLink {
                        id: link.id,
                        other: link.other?,
                    })
                })
                .collect(),
        ),
        None => Knowledge::Unknown("this token may not read links".to_owned()),
    };
    ObservedIssue {
        id: issue.id,
        project: project.to_owned(),
        iid: issue.iid,
        web_url: issue.web_url.clone(),
        title: issue.title.clone(),
        description: issue.description.clone(),
        open: issue.state == gitlab::IssueState::Opened,
        due: issue.due_date,
        confidential: issue.confidential,
        author: username(&issue.author.username),
        labels: Knowledge::Known(issue.labels.iter().cloned().collect()),
        assignees: issue
            .assignees
            .iter()
            .map(|user| username(&user.username))
            .collect(),
        links,
        moved_to: issue.moved_to_id,
    }
}
