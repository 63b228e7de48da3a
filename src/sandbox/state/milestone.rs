//! Milestones of projects and groups.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Namespace, Refusal, Role, State};
use crate::sandbox::text::strip;

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Global id: what issues are given.
    pub id: u64,
    /// Its number in the project or group.
    pub iid: u64,
    /// Whose it is.
    pub owner: Namespace,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: Option<String>,
    /// Whether it is closed; a closed one cannot be given to an issue (recorded: milestones).
    pub closed: bool,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new milestone is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMilestone {
    /// Title, as sent.
    pub title: String,
    /// Description.
    pub description: Option<String>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub due_date: Option<Date>,
}

/// What shall change about a milestone; `None` was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MilestoneChange {
    /// New title.
    pub title: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New first day.
    pub start_date: Option<Option<Date>>,
    /// New last day.
    pub due_date: Option<Option<Date>>,
    /// Close (true) or activate.
    pub closed: Option<bool>,
}

impl State {
    /// Whether an issue of the project can be given the milestone: of the project or a group above, and open (recorded:
    /// milestones/set-unknown, with-closed-milestone); anything else is dropped silently.
    pub fn milestone_can_be_set(&self, project: u64, id: u64) -> bool {
        let Some(milestone) = self.milestones.get(&id) else {
            return false;
        };
        let near = match milestone.owner {
            Namespace::Project(owner) => owner == project,
            Namespace::Group(group) => self.ancestors(Namespace::Project(project)).contains(&group),
        };
        near && !milestone.closed
    }

    /// Creates a milestone and gives its global id. A project may not take a title of its groups (recorded:
    /// milestones/dup-of-group).
    pub fn create_milestone(
        &mut self,
        actor: &Actor,
        owner: Namespace,
        new: &NewMilestone,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        actor.user.ok_or(Refusal::Unauthorized)?;
        if self.role(actor, owner) < Role::PLANNER {
            return Err(Refusal::forbidden());
        }
        let title = strip(&new.title);
        self.check_milestone(owner, None, title, (new.start_date, new.due_date))?;
        let last = match owner {
            Namespace::Project(id) => self
                .projects
                .get_mut(&id)
                .map(|project| &mut project.last_milestone_iid),
            Namespace::Group(id) => self
                .groups
                .get_mut(&id)
                .map(|group| &mut group.last_milestone_iid),
        };
        let iid = Counters::next(last.ok_or(Refusal::Internal)?);
        let id = Counters::next(&mut self.counters.milestones);
        let milestone = Milestone {
            id,
            iid,
            owner,
            title: title.to_owned(),
            description: new.description.clone(),
            closed: false,
            start_date: new.start_date,
            due_date: new.due_date,
            created_at: now,
            updated_at: now,
        };
        self.milestones.insert(id, milestone);
        Ok(id)
    }

    /// Changes a milestone.
    pub fn update_milestone(
        &mut self,
        actor: &Actor,
        id: u64,
        change: &MilestoneChange,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut new = self
            .milestones
            .get(&id)
            .ok_or_else(Refusal::not_found)?
            .clone();
        if self.role(actor, new.owner) < Role::PLANNER {
            return Err(Refusal::forbidden());
        }
        if let Some(title) = &change.title {
            strip(title).clone_into(&mut new.title);
        }
        if let Some(description) = &change.description {
            new.description.clone_from(description);
        }
        new.start_date = change.start_date.unwrap_or(new.start_date);
        new.due_date = change.due_date.unwrap_or(new.due_date);
        new.closed = change.closed.unwrap_or(new.closed);
        new.updated_at = now;
        self.check_milestone(
            new.owner,
            Some(id),
            &new.title,
            (new.start_date, new.due_date),
        )?;
        self.milestones.insert(id, new);
        Ok(())
    }

    /// Deletes a milestone: issues lose it.
    pub fn delete_milestone(&mut self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        let owner = self
            .milestones
            .get(&id)
            .ok_or_else(Refusal::not_found)?
            .owner;
        if self.role(actor, owner) < Role::PLANNER {
            return Err(Refusal::forbidden());
        }
        self.milestones.remove(&id);
        for issue in self.issues.values_mut() {
            if issue.milestone == Some(id) {
                issue.milestone = None;
            }
        }
        Ok(())
    }

    /// The milestones of a project or group by due date, those without one last; with those of the groups above if so
    /// asked (recorded: milestones/list-ancestors).
    pub fn milestones_of(&self, owner: Namespace, with_ancestors: bool) -> Vec<u64> {
        let above = if with_ancestors {
            self.ancestors(owner)
        } else {
            Vec::new()
        };
        let mut found: Vec<&Milestone> = self
            .milestones
            .values()
            .filter(|one| {
                one.owner == owner
                    || matches!(one.owner, Namespace::Group(group) if above.contains(&group))
            })
            .collect();
        found.sort_by_key(|one| (one.due_date.is_none(), one.due_date, one.id));
        found.into_iter().map(|one| one.id).collect()
    }

    fn check_milestone(
        &self,
        owner: Namespace,
        except: Option<u64>,
        title: &str,
        (start, due): (Option<Date>, Option<Date>),
    ) -> Result<(), Refusal> {
        if title.is_empty() {
            return Err(Refusal::invalid("title", "can't be blank"));
        }
        let above = self.ancestors(owner);
        let taken = self.milestones.values().any(|one| {
            let near = one.owner == owner
                || matches!(one.owner, Namespace::Group(group) if above.contains(&group));
            near && one.title == title && Some(one.id) != except
        });
        if taken {
            let text = "already being used for another group or project milestone.";
            return Err(Refusal::invalid("title", text));
        }
        if let (Some(start), Some(due)) = (start, due)
            && due < start
        {
            return Err(Refusal::invalid(
                "due_date",
                "must be greater than start date",
            ));
        }
        Ok(())
    }
}
