//! What the commands of a text do where they stand.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::issue::sentence;
use super::{
    Actor, IssueChange, IssueKind, IssueState, LinkKind, Namespace, Refusal, Role, Severity, State,
};
use crate::sandbox::date::parse_relative_date;
use crate::sandbox::quick_action::Command;
use crate::sandbox::text::parse_duration;

/// What commands would change, on top of what was asked for: a command wins over a field (facts §2.1).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Effects {
    /// What changes about the issue.
    pub(crate) change: IssueChange,
    /// Seconds of work estimated.
    pub(crate) time_estimate: Option<u64>,
    /// Seconds of work to add.
    pub(crate) time_spent: Option<u64>,
    /// Marked as a duplicate of this issue.
    pub(crate) duplicate_of: Option<u64>,
    /// Linked to these issues.
    pub(crate) relate: Vec<u64>,
    /// Moved to this project.
    pub(crate) move_to: Option<u64>,
    /// Cloned into this project.
    pub(crate) clone_to: Option<u64>,
    /// Subscribed, or no longer.
    pub(crate) subscribe: Option<bool>,
    /// What the answer to a note tells.
    pub(crate) told: Map<String, Value>,
    /// One sentence a command.
    pub(crate) summary: Vec<String>,
}

impl Effects {
    /// Whether nothing would change.
    pub(crate) fn is_empty(&self) -> bool {
        let told = Self {
            told: self.told.clone(),
            summary: self.summary.clone(),
            ..Self::default()
        };
        *self == told
    }

    fn tell(&mut self, key: &str, value: Value, sentence: impl Into<String>) {
        self.told.insert(key.to_owned(), value);
        self.summary.push(sentence.into());
    }
}

impl State {
    /// Adds what commands do to `effects`. A command that the user may not give, or whose argument names nothing, does
    /// nothing: its line is gone all the same (facts §2.1). Without an `issue`, it is a new one, or a merge request.
    pub(super) fn interpret(
        &self,
        actor: &Actor,
        project: u64,
        issue: Option<u64>,
        commands: &[Command],
        effects: &mut Effects,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let role = self.role(actor, Namespace::Project(project));
        let existing = issue.and_then(|id| self.issues.get(&id));
        let may_set = role
            >= if existing.is_some() {
                Role::PLANNER
            } else {
                Role::GUEST
            };
        let may_update = existing.map_or(role >= Role::GUEST, |issue| {
            self.can_update_issue(actor, issue)
        });
        for Command { name, argument } in commands {
            let argument = argument.as_str();
            match *name {
                "close"
                    if may_update && existing.is_none_or(|one| one.state == IssueState::Opened) =>
                {
                    effects.change.state = Some(IssueState::Closed);
                    effects.tell("state_event", json!("close"), "Closed this issue.");
                }
                "reopen"
                    if may_update
                        && existing.is_some_and(|one| one.state == IssueState::Closed) =>
                {
                    effects.change.state = Some(IssueState::Opened);
                    effects.tell("state_event", json!("reopen"), "Reopened this issue.");
                }
                // A new issue keeps the title that it was sent with (recorded: create/quick:title-prose).
                "title" if may_update && existing.is_some() && !argument.is_empty() => {
                    effects.change.title = Some(argument.to_owned());
                    let sentence = format!("Changed the title to \"{argument}\".");
                    effects.tell("title", json!(argument), sentence);
                }
                "subscribe" | "unsubscribe" => effects.subscribe = Some(*name == "subscribe"),
                "estimate" | "estimate_time" => {
                    let seconds = parse_duration(argument).ok_or_else(|| {
                        let why = "must have a valid format and be greater than or equal to zero.";
                        Refusal::invalid("time_estimate", why)
                    })?;
                    if may_set {
                        effects.time_estimate = Some(seconds);
                        let sentence = format!("Set time estimate to {argument}.");
                        effects.tell("time_estimate", json!(seconds), sentence);
                    }
                }
                _ if may_set => {
                    self.set_by_command(actor, project, issue, name, argument, effects, now);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Commands that need a role of Planner, or the making of the issue.
    #[allow(
        clippy::too_many_arguments,
        reason = "all of it is the situation of one command"
    )]
    fn set_by_command(
        &self,
        actor: &Actor,
        project: u64,
        issue: Option<u64>,
        name: &str,
        argument: &str,
        effects: &mut Effects,
        now: Timestamp,
    ) {
        match name {
            "due" => {
                if let Some(day) = parse_relative_date(argument, now) {
                    effects.change.due_date = Some(Some(day));
                    let sentence = format!("Set the due date to {}.", day.strftime("%b %-d, %Y"));
                    effects.tell("due_date", json!(day), sentence);
                }
            }
            "remove_due_date" => {
                effects.change.due_date = Some(None);
                effects.tell("due_date", Value::Null, "Removed the due date.");
            }
            "label" | "labels" | "unlabel" | "remove_label" | "relabel" => {
                let names = references(argument, '~');
                let available = self.available_labels(project);
                let ids: Vec<u64> = names
                    .iter()
                    .filter_map(|name| available.get(name.as_str()).copied())
                    .collect();
                let listed = list(&names, '~');
                match name {
                    "label" | "labels" if !ids.is_empty() => {
                        effects.tell(
                            "add_label_ids",
                            json!(ids),
                            format!("Added {listed} label."),
                        );
                        effects.change.add_label_ids.extend(ids);
                    }
                    "relabel" if !ids.is_empty() => {
                        let sentence = format!("Replaced all labels with {listed} label.");
                        effects.tell("label_ids", json!(ids), sentence);
                        effects.change.labels = None;
                        effects.change.label_ids = Some(ids);
                    }
                    "unlabel" | "remove_label" if argument.is_empty() => {
                        effects.tell("label_ids", json!([]), "Removed all labels.");
                        effects.change.labels = None;
                        effects.change.label_ids = Some(Vec::new());
                    }
                    "unlabel" | "remove_label" if !ids.is_empty() => {
                        effects.tell(
                            "remove_label_ids",
                            json!(ids),
                            format!("Removed {listed} label."),
                        );
                        effects.change.remove_label_ids.extend(ids);
                    }
                    _ => {}
                }
            }
            "assign" => {
                let named = argument.split_whitespace().filter_map(|word| match word {
                    "me" => actor.user,
                    word => self
                        .user_by_name(word.trim_start_matches('@'))
                        .map(|user| user.id),
                });
                let ids: Vec<u64> = named.collect();
                if !ids.is_empty() {
                    effects.tell("assignee_ids", json!(ids), format!("Assigned {argument}."));
                    effects.change.assignees = Some(ids);
                }
            }
            "unassign" | "remove_assignee" => {
                effects.tell("assignee_ids", json!([]), "Removed assignee.");
                effects.change.assignees = Some(Vec::new());
            }
            "milestone" => {
                let wanted = references(argument, '%');
                let found = self.milestones.values().find(|one| {
                    wanted.contains(&one.title) && self.milestone_can_be_set(project, one.id)
                });
                if let Some(milestone) = found {
                    let sentence = format!("Set the milestone to %\"{}\".", milestone.title);
                    effects.tell("milestone_id", json!(milestone.id), sentence);
                    effects.change.milestone = Some(Some(milestone.id));
                }
            }
            "remove_milestone" | "clear_milestone" => {
                effects.change.milestone = Some(None);
                effects.tell("milestone_id", Value::Null, "Removed milestone.");
            }
            "confidential" => {
                effects.change.confidential = Some(true);
                effects.tell("confidential", json!(true), "Made this issue confidential.");
            }
            // A word that names none does nothing; neither does one on what is no incident (not recorded: GitLab's source).
            "severity" => {
                let existing = issue.and_then(|id| self.issues.get(&id));
                let is_incident = existing.is_none_or(|one| one.kind == IssueKind::Incident);
                if let Some(severity) = Severity::parse(argument).filter(|_| is_incident) {
                    effects.change.severity = Some(severity);
                    let word = severity.as_str();
                    let (first, rest) = word.split_at(1);
                    let sentence = format!("Severity updated to {first}{}.", rest.to_lowercase());
                    effects.summary.push(sentence);
                }
            }
            "lock" | "unlock" => {
                effects.change.discussion_locked = Some(name == "lock");
                let sentence = if name == "lock" {
                    "Locked the discussion."
                } else {
                    "Unlocked the discussion."
                };
                effects.tell("discussion_locked", json!(name == "lock"), sentence);
            }
            "remove_estimate" | "remove_time_estimate" => {
                effects.time_estimate = Some(0);
                effects.tell("time_estimate", json!(0), "Removed time estimate.");
            }
            "spend" | "spend_time" | "spent" => {
                // A date may follow the duration; it does not change what is kept here.
                let words = argument
                    .split_whitespace()
                    .filter(|word| !word.contains('-'));
                if let Some(seconds) = parse_duration(&words.collect::<Vec<_>>().join(" ")) {
                    effects.time_spent = Some(seconds);
                    effects.tell(
                        "spend_time",
                        json!({ "duration": seconds }),
                        format!("Added {argument} spent time."),
                    );
                }
            }
            "weight" => {
                if let Ok(weight) = argument.parse::<u64>() {
                    effects.change.weight = Some(Some(weight));
                    effects.tell("weight", json!(weight), format!("Set weight to {weight}."));
                }
            }
            "clear_weight" => {
                effects.change.weight = Some(None);
                effects.tell("weight", Value::Null, "Cleared weight.");
            }
            "duplicate" | "relate" if issue.is_some() => {
                let named = argument.split_whitespace();
                let found = named.filter_map(|word| self.issue_by_reference(project, word));
                let found: Vec<u64> = found.filter(|id| Some(*id) != issue).collect();
                if name == "relate" {
                    effects.relate.extend(found);
                } else if let Some(id) = found.first() {
                    effects.duplicate_of = Some(*id);
                    effects.tell("canonical_issue_id", json!(id), format!("Closed this issue. Marked as related to, and a duplicate of, {argument}."));
                }
            }
            "move" | "clone" if issue.is_some() => {
                let Some(to) = self.project(argument).map(|project| project.id) else {
                    return;
                };
                if name == "move" {
                    effects.move_to = Some(to);
                } else {
                    effects.clone_to = Some(to);
                }
            }
            _ => {}
        }
    }

    /// The issue that a reference names in a project: `#1`, `delivery#1`, `group/project#1`, or its address.
    pub fn issue_by_reference(&self, project: u64, reference: &str) -> Option<u64> {
        let reference = reference
            .strip_prefix(self.base_url.as_str())
            .unwrap_or(reference);
        let (path, iid) = match reference.split_once("/-/") {
            Some((path, rest)) => (path.trim_start_matches('/'), rest.rsplit_once('/')?.1),
            None => reference.split_once('#')?,
        };
        let iid: u64 = iid.parse().ok()?;
        let home = self.projects.get(&project)?;
        let project = if path.is_empty() {
            home
        } else {
            self.project(path)
                .or_else(|| self.project(&format!("{}/{path}", home.parent_path())))?
        };
        project.iids.get(&iid).copied()
    }

    /// Does what is left of the effects once the change itself is made.
    pub(super) fn run_rest_of_effects(
        &mut self,
        actor: &Actor,
        id: u64,
        effects: &Effects,
        now: Timestamp,
    ) {
        let Some(user) = actor.user else { return };
        if let (Some(subscribe), Some(issue)) = (effects.subscribe, self.issues.get_mut(&id)) {
            if subscribe {
                issue.subscribers.insert(user);
            } else {
                issue.subscribers.remove(&user);
            }
        }
        // A command that cannot be carried out does nothing, and nothing is said: so the refusals are dropped.
        for other in &effects.relate {
            let _refused = self.add_link(actor, id, *other, LinkKind::RelatesTo, now);
        }
        if let Some(to) = effects.clone_to {
            let _refused = self.clone_issue(actor, id, to, now);
        }
        if let Some(to) = effects.move_to {
            let _refused = self.move_issue(actor, id, to, now);
        }
    }
}

/// The names of an argument such as `~a ~"b c"`.
fn references(argument: &str, sigil: char) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = argument.trim();
    while !rest.is_empty() {
        let word = rest.strip_prefix(sigil).unwrap_or(rest);
        let (name, after) = match word.strip_prefix('"').and_then(|word| word.split_once('"')) {
            Some(quoted) => quoted,
            None => word.split_once(char::is_whitespace).unwrap_or((word, "")),
        };
        names.push(name.to_owned());
        rest = after.trim_start();
    }
    names
}

fn list(names: &[String], sigil: char) -> String {
    sentence(
        &names
            .iter()
            .map(|name| format!("{sigil}{name}"))
            .collect::<Vec<_>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn names_may_be_quoted() {
        assert_eq!(references("~a ~\"b c\" d", '~'), ["a", "b c", "d"]);
        assert_eq!(references("", '~'), [""; 0]);
    }
}
