//! Moving and cloning an issue to another project.

use jiff::Timestamp;

use super::super::{
    Actor, Counters, EventAction, Issue, IssueState, LabelEvent, Namespace, Note, Noteable,
    Refusal, Role, State,
};

impl State {
    /// Moves an issue: a copy in the other project, and the original closed with `moved_to`, its text and its links.
    ///
    /// Labels that the other project does not have are lost (recorded: update/move, flow/label-events-of-moved), and so
    /// are assignees on Free. The copy keeps author, times, notes and links.
    pub fn move_issue(
        &mut self,
        actor: &Actor,
        id: u64,
        to: u64,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let issue = self.check_copy(actor, id, to, "move")?;
        let labels = self.labels_kept(&issue, to);
        let copy = self.insert_copy(&issue, to, |copy| {
            copy.author = issue.author;
            copy.created_at = issue.created_at;
            copy.updated_at = issue.updated_at;
            copy.labels.clone_from(&labels);
            copy.time_estimate = issue.time_estimate;
            copy.time_spent = issue.time_spent;
            copy.subscribers.clone_from(&issue.subscribers);
        })?;
        for label in issue.labels.iter().filter(|label| !labels.contains(label)) {
            let id = Counters::next(&mut self.counters.label_events);
            let action = EventAction::Remove;
            let event = LabelEvent {
                id,
                issue: copy,
                user,
                label: *label,
                action,
                at: now,
            };
            self.label_events.push(event);
        }
        let events: Vec<LabelEvent> = self
            .label_events
            .iter()
            .filter(|event| event.issue == id)
            .cloned()
            .collect();
        for event in events {
            let id = Counters::next(&mut self.counters.label_events);
            self.label_events.push(LabelEvent {
                id,
                issue: copy,
                ..event
            });
        }
        let notes: Vec<Note> = issue
            .notes
            .iter()
            .filter_map(|note| self.notes.get(note))
            .cloned()
            .collect();
        for note in notes {
            let id = Counters::next(&mut self.counters.notes);
            self.notes.insert(
                id,
                Note {
                    id,
                    on: Noteable::Issue(copy),
                    ..note
                },
            );
            if let Some(copy) = self.issues.get_mut(&copy) {
                copy.notes.push(id);
            }
        }
        for link in issue.links.clone() {
            if let Some(other) = self.links.get(&link).map(|link| link.other(id)) {
                self.insert_link(copy, other, super::super::LinkKind::RelatesTo, now);
            }
        }
        let there = self.reference_from(to, id);
        self.system_note(
            Noteable::Issue(copy),
            user,
            format!("moved from {there}"),
            now,
        );
        if let Some(original) = self.issues.get_mut(&id) {
            original.moved_to = Some(copy);
        }
        self.put_state(id, user, IssueState::Closed, now);
        let here = self.reference_from(issue.project, copy);
        self.system_note(Noteable::Issue(id), user, format!("moved to {here}"), now);
        Ok(copy)
    }

    /// Clones an issue into another project, or its own: text and labels, nothing of its past. Markers in the text are
    /// copied with it (recorded: update/clone).
    pub fn clone_issue(
        &mut self,
        actor: &Actor,
        id: u64,
        to: u64,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let issue = self.check_copy(actor, id, to, "clone")?;
        let labels = self.labels_kept(&issue, to);
        let copy = self.insert_copy(&issue, to, |copy| {
            copy.author = user;
            copy.created_at = now;
            copy.updated_at = now;
            copy.subscribers = [user].into();
        })?;
        self.put_labels(copy, &labels, user, now);
        let there = self.reference_from(to, id);
        self.system_note(
            Noteable::Issue(copy),
            user,
            format!("cloned from {there}"),
            now,
        );
        let here = self.reference_from(issue.project, copy);
        self.system_note(Noteable::Issue(id), user, format!("cloned to {here}"), now);
        Ok(copy)
    }

    fn check_copy(&self, actor: &Actor, id: u64, to: u64, verb: &str) -> Result<Issue, Refusal> {
        let issue = self.issues.get(&id).ok_or_else(Refusal::not_found)?;
        let may = |project| self.role(actor, Namespace::Project(project)) >= Role::PLANNER;
        let refused = |why: &str| Err(Refusal::BadRequest(format!("Cannot {verb} issue {why}")));
        if !may(issue.project) || !may(to) {
            return refused("due to insufficient permissions!");
        }
        if verb == "move" && (issue.project == to || issue.moved_to.is_some()) {
            return refused("to project it originates from!");
        }
        Ok(issue.clone())
    }

    /// The labels of an issue, by name, as far as the other project has them.
    fn labels_kept(&self, issue: &Issue, to: u64) -> Vec<u64> {
        let available = self.available_labels(to);
        let names = issue.labels.iter().filter_map(|id| self.labels.get(id));
        names
            .filter_map(|label| available.get(label.name.as_str()).copied())
            .collect()
    }

    fn insert_copy(
        &mut self,
        issue: &Issue,
        to: u64,
        adjust: impl FnOnce(&mut Issue),
    ) -> Result<u64, Refusal> {
        let id = Counters::next(&mut self.counters.issues);
        let project = self
            .projects
            .get_mut(&to)
            .ok_or_else(|| Refusal::missing("Project"))?;
        project.last_issue_iid += 1;
        let iid = project.last_issue_iid;
        project.iids.insert(iid, id);
        let milestone = issue
            .milestone
            .filter(|id| self.milestone_can_be_set(to, *id));
        let mut copy = Issue {
            id,
            iid,
            project: to,
            state: IssueState::Opened,
            closed_at: None,
            closed_by: None,
            labels: Vec::new(),
            milestone,
            assignees: Vec::new(),
            updated_by: None,
            moved_to: None,
            duplicated_to: None,
            links: [].into(),
            notes: Vec::new(),
            ..issue.clone()
        };
        adjust(&mut copy);
        self.issues.insert(id, copy);
        Ok(id)
    }

    /// How an issue is written in another project: `#1`, `delivery#1` in the same group, else the full reference.
    pub fn reference_from(&self, project: u64, issue: u64) -> String {
        let Some(issue) = self.issues.get(&issue) else {
            return String::new();
        };
        match (
            self.projects.get(&project),
            self.projects.get(&issue.project),
        ) {
            (Some(here), Some(there)) if here.id == there.id => format!("#{}", issue.iid),
            (Some(here), Some(there)) if here.parent_path() == there.parent_path() => {
                format!("{}#{}", there.slug(), issue.iid)
            }
            _ => self.reference(issue),
        }
    }
}
