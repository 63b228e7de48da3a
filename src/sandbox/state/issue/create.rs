//! Creating an issue.

use jiff::Timestamp;

use super::super::commands::Effects;

use super::super::{
    Actor, Counters, EventAction, Fields, Issue, IssueKind, IssueState, MilestoneEvent, Namespace,
    NewIssue, Refusal, Role, State, Tier,
};
use crate::sandbox::quick_action::extract;
use crate::sandbox::text::strip;

/// What is wrong with a title or description: at most 255 characters and 1 MiB (recorded: create/title-256, desc-over).
pub(super) fn text_errors(title: Option<&str>, description: Option<&str>) -> Fields {
    let mut errors = Fields::new();
    if let Some(title) = title {
        if title.is_empty() {
            errors.push(("title", vec!["can't be blank".to_owned()]));
        } else if title.chars().count() > 255 {
            errors.push((
                "title",
                vec!["is too long (maximum is 255 characters)".to_owned()],
            ));
        }
    }
    if description.is_some_and(|text| text.len() > 1_048_576) {
        let text = "is too long (1 MiB). The maximum size is 1 MiB.";
        errors.push(("description", vec![text.to_owned()]));
        errors.push(("work_item_description.description", vec![text.to_owned()]));
    }
    errors
}

impl State {
    /// Creates an issue and gives its global id.
    ///
    /// Much is dropped without a word (facts §1.6): everything but title and description from who is no member (a new
    /// access token's bot, for its first moment: recorded, bots), number and time of making from who is no owner,
    /// labels that the token may not make, all assignees but the first on Free, unknown and closed milestones, weight on
    /// Free. A blank description is replaced by the project's default template, and quick actions run.
    pub fn create_issue(
        &mut self,
        actor: &Actor,
        project: u64,
        new: NewIssue,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let found = self
            .projects
            .get(&project)
            .ok_or_else(|| Refusal::missing("Project"))?;
        if !found.issues_enabled {
            return Err(Refusal::forbidden());
        }
        let template = found.default_template.clone();
        self.count_issue_creation(user, project, now)?;
        let namespace = Namespace::Project(project);
        let settled = self.is_admin(actor) || self.membership_counts(actor, user, namespace, now);
        let role = if settled {
            self.role(actor, namespace)
        } else {
            Role::NONE
        };
        let member = role >= Role::GUEST;
        let owner = role >= Role::OWNER;

        let title = strip(&new.title).to_owned();
        let blank = new
            .description
            .as_deref()
            .is_none_or(|text| strip(text).is_empty());
        let description = if blank && template.is_some() {
            template
        } else {
            new.description
        };
        let extracted = description
            .as_deref()
            .map(|text| extract(text, self.settings.tier == Tier::Premium));
        let mut effects = Effects::default();
        if let Some(extracted) = &extracted {
            self.interpret(actor, project, None, &extracted.commands, &mut effects, now)?;
        }
        let change = effects.change;
        let title = change
            .title
            .as_deref()
            .map_or(title, |text| strip(text).to_owned());
        let description = extracted.map(|extracted| extracted.text);
        let errors = text_errors(Some(&title), description.as_deref());
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        let (start, due) = if member {
            (new.start_date, change.due_date.unwrap_or(new.due_date))
        } else {
            (None, None)
        };
        if let (Some(start), Some(due)) = (start, due)
            && due < start
        {
            return Err(Refusal::invalid(
                "due_date",
                "must be greater than or equal to start date",
            ));
        }
        let mut labels = Vec::new();
        let mut assignees = Vec::new();
        let mut milestone = None;
        if member {
            labels = self.labels_named(actor, project, &new.labels, now)?;
            let available: Vec<u64> = self.available_labels(project).into_values().collect();
            for id in new.label_ids.iter().chain(&change.add_label_ids) {
                if available.contains(id) && !labels.contains(id) {
                    labels.push(*id);
                }
            }
            let asked = change.assignees.as_deref().unwrap_or(&new.assignees);
            assignees = self.kept_assignees(project, asked).unwrap_or_default();
            milestone = change.milestone.unwrap_or(new.milestone);
            milestone = milestone.filter(|id| self.milestone_can_be_set(project, *id));
        }

        let id = Counters::next(&mut self.counters.issues);
        let Some(home) = self.projects.get_mut(&project) else {
            return Err(Refusal::Internal);
        };
        let iid = match new.iid.filter(|_| owner) {
            Some(iid) if home.iids.contains_key(&iid) => {
                return Err(Refusal::Conflict("Duplicated issue".to_owned()));
            }
            Some(iid) => iid,
            None => home.last_issue_iid + 1,
        };
        home.last_issue_iid = home.last_issue_iid.max(iid);
        home.iids.insert(iid, id);
        let issue = Issue {
            id,
            iid,
            project,
            kind: new.kind,
            title,
            description,
            state: IssueState::Opened,
            closed_at: None,
            closed_by: None,
            labels: Vec::new(),
            milestone,
            assignees: Vec::new(),
            author: user,
            updated_by: None,
            start_date: start,
            due_date: due,
            confidential: member && (change.confidential.unwrap_or(new.confidential)),
            discussion_locked: new.discussion_locked.filter(|_| role >= Role::PLANNER),
            weight: new
                .weight
                .filter(|_| self.settings.tier == Tier::Premium && member),
            severity: change
                .severity
                .filter(|_| new.kind == IssueKind::Incident)
                .unwrap_or_default(),
            time_estimate: effects.time_estimate.unwrap_or_default(),
            time_spent: effects.time_spent.unwrap_or_default(),
            created_at: new.created_at.filter(|_| owner).unwrap_or(now),
            updated_at: now,
            moved_to: None,
            duplicated_to: None,
            subscribers: [user].into(),
            links: [].into(),
            notes: Vec::new(),
        };
        self.issues.insert(id, issue);
        self.put_labels(id, &labels, user, now);
        self.put_assignees(id, &assignees, user, now);
        if let Some(milestone) = milestone {
            self.record_milestone(id, user, milestone, EventAction::Add, now);
        }
        if change.state == Some(IssueState::Closed) && self.can_close(actor, id) {
            self.put_state(id, user, IssueState::Closed, now);
        }
        Ok(id)
    }

    /// Whether a membership counts yet: that of a new access token does not in its first moment, for the first request
    /// that the token makes (recorded: bots).
    fn membership_counts(
        &self,
        actor: &Actor,
        user: u64,
        namespace: Namespace,
        now: Timestamp,
    ) -> bool {
        let token = actor
            .token
            .as_ref()
            .and_then(|secret| self.tokens.get(secret));
        let known = token.is_none_or(|token| token.last_used_at.is_some());
        self.members(namespace)
            .get(&user)
            .is_some_and(|member| known || member.since <= now)
    }

    pub(super) fn record_milestone(
        &mut self,
        issue: u64,
        user: u64,
        milestone: u64,
        action: EventAction,
        now: Timestamp,
    ) {
        let id = Counters::next(&mut self.counters.milestone_events);
        let closed = self
            .issues
            .get(&issue)
            .is_some_and(|one| one.state == IssueState::Closed);
        let event = MilestoneEvent {
            id,
            issue,
            user,
            milestone,
            action,
            closed,
            at: now,
        };
        self.milestone_events.push(event);
    }

    /// Counts a creation against the limit of the project and the user; REST and GraphQL alike, and reads and other users
    /// go on (recorded: `throttle_create`).
    fn count_issue_creation(
        &mut self,
        user: u64,
        project: u64,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let limit = self.settings.limits.issues_create_limit;
        if limit == 0 {
            return Ok(());
        }
        let count = self
            .windows
            .count(format!("issues_create:{project}:{user}"), 60, now);
        if count.observed > limit {
            return Err(Refusal::RateLimited { retry_after: false });
        }
        Ok(())
    }
}
