//! Changing, closing, reopening and deleting an issue.

use jiff::{Timestamp, ToSpan};

use super::super::commands::Effects;
use super::super::{
    Actor, Counters, EventAction, Issue, IssueChange, IssueKind, IssueState, Namespace, Noteable,
    Refusal, Role, State, StateEvent, Tier,
};
use super::create::text_errors;
use crate::sandbox::quick_action::extract;
use crate::sandbox::text::{escape_html, strip};

impl State {
    /// Changes an issue.
    ///
    /// Every update rewrites the description, even one that does not mention it (facts §2.2): commands left in it run
    /// and are taken out. Labels, milestone, dates and assignees of who is an author without a role of Planner or more
    /// are dropped silently; so is what [`State::create_issue`] drops.
    ///
    /// `updated_at` moves with title, description, dates, milestone and state, and with the first change by another
    /// user; labels, assignees and links only *touch* the issue, which GitLab does at most once a minute (recorded:
    /// update, links).
    pub fn update_issue(
        &mut self,
        actor: &Actor,
        id: u64,
        change: IssueChange,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.run_on_issue(
            actor,
            id,
            Effects {
                change,
                ..Effects::default()
            },
            now,
        )
    }

    /// Does to an issue what fields and commands ask for.
    pub(in crate::sandbox::state) fn run_on_issue(
        &mut self,
        actor: &Actor,
        id: u64,
        mut effects: Effects,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let before = self.issues.get(&id).ok_or_else(Refusal::not_found)?.clone();
        if !self.can_update_issue(actor, &before) {
            return Err(Refusal::forbidden());
        }
        let metadata = self.can_set_metadata(actor, before.project);
        let owner = self.role(actor, Namespace::Project(before.project)) >= Role::OWNER;

        let text = effects
            .change
            .description
            .clone()
            .unwrap_or_else(|| before.description.clone());
        let premium = self.settings.tier == Tier::Premium;
        let extracted = text.as_deref().map(|text| extract(text, premium));
        if let Some(extracted) = &extracted {
            let commands = &extracted.commands;
            self.interpret(actor, before.project, Some(id), commands, &mut effects, now)?;
        }
        let change = std::mem::take(&mut effects.change);
        let description = extracted.map(|extracted| extracted.text);
        let title = change.title.as_deref().map(|text| strip(text).to_owned());
        let errors = text_errors(title.as_deref(), description.as_deref());
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        let start = change
            .start_date
            .filter(|_| metadata)
            .unwrap_or(before.start_date);
        let due = change
            .due_date
            .filter(|_| metadata)
            .unwrap_or(before.due_date);
        if let (Some(start), Some(due)) = (start, due)
            && due < start
        {
            return Err(Refusal::invalid(
                "due_date",
                "must be greater than or equal to start date",
            ));
        }
        let labels = if metadata {
            self.wanted_labels(actor, &before, &change, now)?
        } else {
            None
        };
        let assignees = change
            .assignees
            .as_ref()
            .filter(|_| metadata)
            .and_then(|asked| self.kept_assignees(before.project, asked));
        let milestone = match change.milestone.filter(|_| metadata) {
            Some(None) => None,
            Some(Some(id)) if self.milestone_can_be_set(before.project, id) => Some(id),
            None | Some(Some(_)) => before.milestone,
        };
        if let Some(kind) = change.kind
            && !matches!(
                kind,
                IssueKind::Issue | IssueKind::Incident | IssueKind::TestCase
            )
        {
            return Err(Refusal::invalid("work_item_type_id", "can not be changed"));
        }

        let Some(issue) = self.issues.get_mut(&id) else {
            return Err(Refusal::Internal);
        };
        if let Some(title) = title {
            issue.title = title;
        }
        issue.description = description;
        issue.start_date = start;
        issue.due_date = due;
        issue.milestone = milestone;
        issue.kind = change.kind.filter(|_| metadata).unwrap_or(issue.kind);
        issue.confidential = change
            .confidential
            .filter(|_| metadata)
            .unwrap_or(issue.confidential);
        if metadata && change.discussion_locked.is_some() {
            issue.discussion_locked = change.discussion_locked;
        }
        if premium
            && metadata
            && let Some(weight) = change.weight
        {
            issue.weight = weight;
        }
        if metadata
            && issue.kind == IssueKind::Incident
            && let Some(severity) = change.severity
        {
            issue.severity = severity;
        }
        issue.time_estimate = effects.time_estimate.unwrap_or(issue.time_estimate);
        issue.time_spent += effects.time_spent.unwrap_or_default();
        // The first change by another user saves who it was, and that alone moves the time.
        let mut saved = false;
        if change
            != (IssueChange {
                state: change.state,
                ..IssueChange::default()
            })
        {
            saved = issue.updated_by != Some(user);
            issue.updated_by = Some(user);
        }
        saved |= issue.title != before.title
            || issue.description != before.description
            || issue.start_date != before.start_date
            || issue.due_date != before.due_date
            || issue.milestone != before.milestone
            || issue.kind != before.kind
            || issue.confidential != before.confidential
            || issue.discussion_locked != before.discussion_locked
            || issue.weight != before.weight
            || issue.time_estimate != before.time_estimate;
        if saved {
            issue.updated_at = now;
        }
        self.note_changes(&before, user, now);
        if let Some(labels) = labels {
            self.put_labels(id, &labels, user, now);
        }
        if let Some(assignees) = assignees {
            self.put_assignees(id, &assignees, user, now);
        }
        if let Some(state) = change.state {
            let allowed = match state {
                IssueState::Closed => self.can_close(actor, id),
                IssueState::Opened => before.discussion_locked != Some(true),
            };
            if allowed {
                self.put_state(id, user, state, now);
            }
        }
        if let Some(duplicate_of) = effects.duplicate_of {
            self.mark_duplicate(id, duplicate_of, user, now);
        }
        if let Some(at) = change.updated_at.filter(|_| owner)
            && let Some(issue) = self.issues.get_mut(&id)
        {
            issue.updated_at = at;
        }
        self.run_rest_of_effects(actor, id, &effects, now);
        Ok(())
    }

    /// The labels that an issue is to have after a change; `None` if the change does not speak of labels.
    fn wanted_labels(
        &mut self,
        actor: &Actor,
        before: &Issue,
        change: &IssueChange,
        now: Timestamp,
    ) -> Result<Option<Vec<u64>>, Refusal> {
        let speaks = change.labels.is_some()
            || change.label_ids.is_some()
            || !change.add_labels.is_empty()
            || !change.add_label_ids.is_empty()
            || !change.remove_labels.is_empty()
            || !change.remove_label_ids.is_empty();
        if !speaks {
            return Ok(None);
        }
        let project = before.project;
        let mut wanted = match (&change.labels, &change.label_ids) {
            (Some(names), _) => self.labels_named(actor, project, names, now)?,
            (None, Some(ids)) => ids.clone(),
            (None, None) => before.labels.clone(),
        };
        let added = self.labels_named(actor, project, &change.add_labels, now)?;
        let available = self.available_labels(project);
        let names = change.remove_labels.iter().map(|name| strip(name));
        let mut removed: Vec<u64> = names
            .filter_map(|name| available.get(name).copied())
            .collect();
        removed.extend(&change.remove_label_ids);
        let usable: Vec<u64> = available.into_values().collect();
        for id in added
            .into_iter()
            .chain(change.add_label_ids.iter().copied())
        {
            if usable.contains(&id) && !wanted.contains(&id) {
                wanted.push(id);
            }
        }
        wanted.retain(|id| !removed.contains(id));
        Ok(Some(wanted))
    }

    /// Writes the system notes and events that a change leaves.
    fn note_changes(&mut self, before: &Issue, user: u64, now: Timestamp) {
        let Some(after) = self.issues.get(&before.id).cloned() else {
            return;
        };
        let on = Noteable::Issue(before.id);
        let mut bodies = Vec::new();
        if after.title != before.title {
            bodies.push(title_change(&before.title, &after.title));
        }
        if after.description != before.description {
            bodies.push("changed the description".to_owned());
        }
        let long = |day: jiff::civil::Date| day.strftime("%B %-d, %Y").to_string();
        for (what, old, new) in [
            ("start date", before.start_date, after.start_date),
            ("due date", before.due_date, after.due_date),
        ] {
            match (old, new) {
                (old, new) if old == new => {}
                (_, Some(new)) => bodies.push(format!("changed {what} to {}", long(new))),
                (Some(old), None) => bodies.push(format!("removed {what} {}", long(old))),
                (None, None) => {}
            }
        }
        if after.confidential != before.confidential {
            bodies.push(
                if after.confidential {
                    "made the issue confidential"
                } else {
                    "made the issue visible to everyone"
                }
                .to_owned(),
            );
        }
        if after.severity != before.severity {
            bodies.push(format!(
                "changed the severity to **{}**",
                after.severity.label()
            ));
        }
        if after.milestone != before.milestone {
            if let Some(old) = before.milestone {
                self.record_milestone(before.id, user, old, EventAction::Remove, now);
            }
            if let Some(new) = after.milestone {
                self.record_milestone(before.id, user, new, EventAction::Add, now);
            }
        }
        for body in bodies {
            self.system_note(on, user, body, now);
        }
    }

    /// Whether whoever asks may close the issue; who may not is not told (facts §1.5).
    pub(super) fn can_close(&self, actor: &Actor, id: u64) -> bool {
        self.issues
            .get(&id)
            .is_some_and(|issue| self.can_update_issue(actor, issue))
    }

    /// Closes or reopens; nothing happens if it is so already (recorded: update/close-again).
    pub(in crate::sandbox::state) fn put_state(
        &mut self,
        id: u64,
        user: u64,
        state: IssueState,
        now: Timestamp,
    ) {
        let Some(issue) = self.issues.get_mut(&id) else {
            return;
        };
        if issue.state == state {
            return;
        }
        issue.state = state;
        let closed = state == IssueState::Closed;
        issue.closed_at = closed.then_some(now);
        issue.closed_by = closed.then_some(user);
        issue.updated_at = now;
        let incident = issue.kind == IssueKind::Incident;
        let event = Counters::next(&mut self.counters.state_events);
        self.state_events.push(StateEvent {
            id: event,
            issue: id,
            user,
            closed,
            at: now,
        });
        if incident && closed {
            let body = "changed the incident status to **Resolved** by closing the incident";
            self.system_note(Noteable::Issue(id), user, body.to_owned(), now);
        }
    }

    /// Marks an issue as a duplicate of another: it is closed, and both are linked.
    fn mark_duplicate(&mut self, id: u64, of: u64, user: u64, now: Timestamp) {
        if let Some(issue) = self.issues.get_mut(&id) {
            issue.duplicated_to = Some(of);
        }
        self.put_state(id, user, IssueState::Closed, now);
        // A link that is there already, or that the limit forbids, is no reason not to mark it.
        let _linked = self.add_link(
            &Actor::user(user),
            id,
            of,
            super::super::LinkKind::RelatesTo,
            now,
        );
    }

    /// Moves `updated_at`, at most once a minute (facts §1.7; recorded: `throttle_create/reading-goes-on`).
    pub(in crate::sandbox::state) fn touch_issue(&mut self, id: u64, now: Timestamp) {
        if let Some(issue) = self.issues.get_mut(&id) {
            let again = issue
                .updated_at
                .checked_add(1.minute())
                .unwrap_or(Timestamp::MAX);
            if now > again {
                issue.updated_at = now;
            }
        }
    }

    /// Deletes an issue: owners only (recorded: update/delete-maintainer). Its links, notes and events go with it.
    pub fn delete_issue(&mut self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::not_found)?.clone();
        if self.role(actor, Namespace::Project(issue.project)) < Role::OWNER {
            return Err(Refusal::forbidden());
        }
        for link in &issue.links {
            self.unlink(*link);
        }
        for note in &issue.notes {
            self.notes.remove(note);
        }
        self.label_events.retain(|event| event.issue != id);
        self.state_events.retain(|event| event.issue != id);
        self.milestone_events.retain(|event| event.issue != id);
        if let Some(project) = self.projects.get_mut(&issue.project) {
            project.iids.remove(&issue.iid);
        }
        self.issues.remove(&id);
        Ok(())
    }

    /// Adds to the time spent on an issue, or takes from it.
    pub fn add_spent_time(
        &mut self,
        actor: &Actor,
        id: u64,
        seconds: u64,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::not_found)?;
        if !self.can_set_metadata(actor, issue.project) {
            return Err(Refusal::forbidden());
        }
        if let Some(issue) = self.issues.get_mut(&id) {
            issue.time_spent += seconds;
        }
        self.touch_issue(id, now);
        Ok(())
    }
}

/// The system note about a new title: what went and what came, marked character by character (recorded: update/notes).
fn title_change(old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_chars(old, new);
    let side = |gone: similar::ChangeTag, class: &str| {
        let mut runs: Vec<(bool, String)> = Vec::new();
        for change in diff.iter_all_changes() {
            let marked = change.tag() == gone;
            if !marked && change.tag() != similar::ChangeTag::Equal {
                continue;
            }
            match runs.last_mut() {
                Some((last, text)) if *last == marked => text.push_str(change.value()),
                _ => runs.push((marked, change.value().to_owned())),
            }
        }
        let marks = runs.iter().filter(|(marked, _)| *marked).count();
        let mut seen = 0;
        let mut html = String::new();
        for (marked, text) in runs {
            if !marked {
                html.push_str(&escape_html(&text));
                continue;
            }
            seen += 1;
            let left = if seen == 1 { " left" } else { "" };
            let right = if seen == marks { " right" } else { "" };
            let text = escape_html(&text);
            html.extend([
                "<span class=\"idiff",
                left,
                right,
                " ",
                class,
                "\">",
                &text,
                "</span>",
            ]);
        }
        html
    };
    let removed = side(similar::ChangeTag::Delete, "deletion");
    let added = side(similar::ChangeTag::Insert, "addition");
    format!(
        "<p>changed title from <code class=\"idiff\">{removed}</code> to <code class=\"idiff\">{added}</code></p>"
    )
}

#[cfg(test)]
mod tests {
    use super::title_change;

    #[test]
    fn a_changed_title_is_marked_as_recorded() {
        assert_eq!(
            title_change("target", "Target 2"),
            "<p>changed title from <code class=\"idiff\"><span class=\"idiff left right deletion\">t</span>arget</code> to <code class=\"idiff\"><span class=\"idiff left addition\">T</span>arget<span class=\"idiff right addition\"> 2</span></code></p>"
        );
    }
}
