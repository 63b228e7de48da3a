//! What people had in their projects before anybody came: issues and milestones.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{WorldError, project_id, user_id};
use crate::sandbox::state::{Actor, Namespace, NewIssue, NewMilestone, State};

/// An issue of somebody's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldIssue {
    /// The project's full path.
    pub project: String,
    /// Its number in the project.
    pub iid: u64,
    /// One line.
    pub title: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// Username; an owner of the project, since only owners may choose numbers.
    pub author: String,
}

/// A milestone of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldMilestone {
    /// The project's full path.
    pub project: String,
    /// One line.
    pub title: String,
    /// Username.
    pub author: String,
}

pub(super) fn add_milestones(
    state: &mut State,
    milestones: &[WorldMilestone],
    now: Timestamp,
) -> Result<(), WorldError> {
    for milestone in milestones {
        let place = format!(
            "the milestone `{}%\"{}\"`",
            milestone.project, milestone.title
        );
        let project = project_id(state, &place, &milestone.project)?;
        let actor = Actor {
            user: Some(user_id(state, &place, &milestone.author)?),
            ..Actor::default()
        };
        let new = NewMilestone {
            title: milestone.title.clone(),
            ..NewMilestone::default()
        };
        state
            .create_milestone(&actor, Namespace::Project(project), &new, now)
            .map_err(|_| WorldError::Twice { what: place })?;
    }
    Ok(())
}

pub(super) fn add_issues(
    state: &mut State,
    issues: &[WorldIssue],
    now: Timestamp,
) -> Result<(), WorldError> {
    for issue in issues {
        let place = format!("the issue `{}#{}`", issue.project, issue.iid);
        let project = project_id(state, &place, &issue.project)?;
        let actor = Actor {
            user: Some(user_id(state, &place, &issue.author)?),
            ..Actor::default()
        };
        let new = NewIssue {
            title: issue.title.clone(),
            description: Some(issue.description.clone()),
            iid: Some(issue.iid),
            ..NewIssue::default()
        };
        state
            .create_issue(&actor, project, new, now)
            .map_err(|_| WorldError::Twice { what: place })?;
    }
    Ok(())
}
