//! One issue: desired, last applied and observed, field by field.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Cause, Field, FieldChange, Remark};
use super::matching::Ownership;
use super::observed::{Knowledge, ObservedIssue, ObservedState};
use super::rows;
use super::sets;
use super::three_way::{Verdict, compare};
use crate::config::{AssigneePolicy, Config, DriftPolicies, DriftPolicy, Policy, QuarterState};
use crate::issue::{
    Applied, AppliedAssignees, Body, DesiredIssue, Marker, RENDERER, RowValues, Table, TakenAway,
    digest, escape_title,
};
use crate::model::{Date, Id, Username};

/// What happens to a field that people changed.
pub(crate) fn course(policies: &DriftPolicies, field: Option<Field>) -> DriftPolicy {
    match field {
        Some(Field::Title) => policies.title,
        Some(Field::Definition) => policies.description,
        Some(Field::Due) => policies.due,
        Some(Field::State) => policies.state,
        Some(Field::Labels) => policies.labels,
        Some(Field::Assignees) => policies.assignees,
        Some(Field::Link) => policies.links,
        Some(Field::CheckIn(_)) => policies.check_ins,
        _ => policies.others,
    }
}

/// The title of an issue, as it is compared: one that says what was declared or applied is that, whether or not something keeps
/// its mentions from notifying anybody. GitLab has notified whom people mentioned already.
pub(crate) fn observed_title(desired: &str, applied: Option<&String>, observed: &str) -> String {
    let escaped = escape_title(observed);
    if escaped == desired || applied == Some(&escaped) {
        escaped
    } else {
        observed.to_owned()
    }
}

/// What is asked of a team: its own policy, else the general one.
pub(crate) fn policy<'c>(team: &Id, config: &'c Config) -> &'c Policy {
    let team = config.teams.get(team);
    team.map_or(&config.policy, |team| &team.policy)
}

/// What happens to what people changed about an issue.
pub(crate) fn drift_policies(desired: &DesiredIssue, config: &Config) -> DriftPolicies {
    if desired.revert {
        DriftPolicies::all(DriftPolicy::Revert)
    } else {
        policy(&desired.team, config).drift
    }
}

/// What a decision needs to know beside the issue itself.
#[derive(Debug, Clone, Copy)]
pub struct DecisionContext<'a> {
    /// Whose markers are ours.
    pub owner: &'a str,
    /// Whether issues of the tracker can have more than one assignee; taken as no where it is unknown.
    pub several_assignees: bool,
    /// The accounts that exist, by name in lower case.
    pub accounts: &'a BTreeMap<String, u64>,
    /// What happens to what people changed.
    pub drift: DriftPolicies,
    /// Whether people may assign it to others, too.
    pub others_assigned: AssigneePolicy,
}

impl<'a> DecisionContext<'a> {
    /// What is known about an issue of `desired` that is, or will be, in `project`.
    pub fn of(
        desired: &DesiredIssue,
        project: &str,
        observed: &'a ObservedState,
        config: &Config,
        ownership: &'a Ownership,
    ) -> Self {
        // Of a project that is no tracker any more the plan was not asked for: it is that of the one that it moves to.
        let tracker = [project, &desired.tracker]
            .into_iter()
            .find_map(|path| observed.trackers.get(path));
        let several = tracker
            .and_then(|tracker| tracker.several_assignees.known())
            .copied();
        Self {
            owner: &ownership.owner,
            several_assignees: several.unwrap_or(false),
            accounts: &observed.users,
            drift: drift_policies(desired, config),
            others_assigned: policy(&desired.team, config).assignees,
        }
    }

    fn exists(&self, name: &Username) -> bool {
        self.accounts
            .contains_key(&name.as_str().to_ascii_lowercase())
    }
}

/// The fields to send, apart from the description. What is absent is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    /// A new title.
    pub title: Option<String>,
    /// A new due date.
    pub due: Option<Date>,
    /// Whether it becomes confidential or public.
    pub confidential: Option<bool>,
    /// Whether it is reopened (true) or closed (false).
    pub open: Option<bool>,
    /// Labels to add.
    pub add_labels: BTreeSet<String>,
    /// Labels of ours to remove.
    pub remove_labels: BTreeSet<String>,
    /// The whole list of assignees.
    pub assignees: Option<Vec<Username>>,
}

/// What is to be done to one issue, and what its marker says afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What differs, for people.
    pub fields: Vec<FieldChange>,
    /// Whether the block is rendered anew though no field differs.
    pub rerender: bool,
    /// The fields to send.
    pub patch: Patch,
    /// What the block shall hold between its ends.
    pub body: Body,
    /// What the marker says when all of it, links apart, is done.
    pub applied: Applied,
    /// What is left alone and should be known.
    pub notices: Vec<Remark>,
}

impl Decision {
    /// Whether nothing is to be done to the issue.
    pub fn is_noop(&self) -> bool {
        self.fields.is_empty() && !self.rerender
    }
}

/// Decides about an issue that exists, or about [a blank one](ObservedIssue::blank) that is to be created. `block` is the
/// block that it carries, if it carries ours.
pub fn decide(
    desired: &DesiredIssue,
    observed: &ObservedIssue,
    block: Option<(&Body, &Marker)>,
    context: DecisionContext<'_>,
) -> Decision {
    let applied = block.map(|(_, marker)| &marker.applied);
    let mut deciding = Deciding {
        desired,
        observed,
        applied,
        interrupted: block
            .filter(|(_, marker)| marker.pending)
            .map(|(_, marker)| &marker.applied.taken_away),
        context,
        fields: Vec::new(),
        notices: Vec::new(),
        patch: Patch::default(),
    };
    deciding.identity(block.map(|(_, marker)| marker));
    let tracker = deciding.tracker();
    let title = deciding.title();
    let due = deciding.due();
    let confidential = deciding.confidential();
    let open = deciding.state();
    let (labels, labels_missed) = deciding.labels();
    let (assignees, assignees_missed) = deciding.assignees();
    let (definition, digest, rerender) = deciding.definition(block.map(|(block, _)| block));
    let (table, check_ins) = deciding.check_ins(block.map(|(block, _)| block));
    // An issue that ends as it is gets the mark of it all the same: it is left alone from then on.
    let frozen = desired.quarter_state == QuarterState::Closed;
    let marks = frozen && applied.is_some_and(|applied| !applied.frozen);
    // What files and GitLab have come to agree on is the base of what comes next: without its record, the next edit in GitLab
    // would look as if both sides had made one.
    let agreed = applied.is_some_and(|applied| applied.title != title || applied.due != due);
    Decision {
        rerender: (rerender || marks || agreed) && deciding.fields.is_empty(),
        patch: deciding.patch,
        body: Body { definition, table },
        applied: Applied {
            renderer: RENDERER,
            title,
            due,
            open,
            frozen,
            confidential,
            tracker,
            labels,
            assignees,
            links: applied
                .map(|applied| applied.links.clone())
                .unwrap_or_default(),
            check_ins,
            digest,
            taken_away: TakenAway {
                labels: labels_missed,
                assignees: assignees_missed,
            },
            unknown: applied
                .map(|applied| applied.unknown.clone())
                .unwrap_or_default(),
        },
        fields: deciding.fields,
        notices: deciding.notices,
    }
}

struct Deciding<'a> {
    desired: &'a DesiredIssue,
    observed: &'a ObservedIssue,
    applied: Option<&'a Applied>,
    /// What people had taken away before an apply that did not end; absent where none was interrupted.
    interrupted: Option<&'a TakenAway>,
    context: DecisionContext<'a>,
    fields: Vec<FieldChange>,
    notices: Vec<Remark>,
    patch: Patch,
}

impl Deciding<'_> {
    fn drift(&self, field: Field, message: impl Into<String>) -> Remark {
        Remark::drift(field, message)
            .on(&self.desired.key)
            .at(&self.observed.address())
    }

    fn change(&mut self, field: Field, before: Option<String>, after: Option<String>) {
        self.fields.push(FieldChange::new(field, before, after));
    }

    /// A difference that people made and that is changed back.
    fn revert(&mut self, field: Field, before: Option<String>, after: Option<String>) {
        self.fields.push(FieldChange {
            cause: Cause::Drift,
            ..FieldChange::new(field, before, after)
        });
    }

    /// Whether what people did to a field is changed back.
    fn reverts(&self, field: Field) -> bool {
        course(&self.context.drift, Some(field)) == DriftPolicy::Revert
    }

    /// A rename, a takeover from a previous owner, an apply that was interrupted: the marker itself differs.
    fn identity(&mut self, marker: Option<&Marker>) {
        let Some(marker) = marker else { return };
        if marker.key != self.desired.key {
            let (before, after) = (marker.key.to_string(), self.desired.key.to_string());
            self.change(Field::Key, Some(before), Some(after));
        }
        if marker.owner != self.context.owner {
            let after = self.context.owner.to_owned();
            self.change(Field::Owner, Some(marker.owner.clone()), Some(after));
        }
        if marker.pending {
            self.change(Field::Unfinished, None, None);
        }
    }

    /// Decides one plain field; gives what the marker says of it afterwards and whether it is sent.
    fn plain<T: PartialEq + Clone>(
        &mut self,
        field: Field,
        desired: &T,
        applied: Option<&T>,
        observed: &T,
        show: impl Fn(&T) -> Option<String>,
    ) -> (T, bool) {
        match compare(desired, applied, observed) {
            Verdict::Same => (desired.clone(), false),
            Verdict::Pending => {
                self.change(field, show(observed), show(desired));
                (desired.clone(), true)
            }
            Verdict::Conflict => {
                self.fields.push(FieldChange {
                    overwrites: applied.and_then(&show).or_else(|| Some(String::new())),
                    ..FieldChange::new(field, show(observed), show(desired))
                });
                (desired.clone(), true)
            }
            Verdict::Drift if self.reverts(field) => {
                self.revert(field, show(observed), show(desired));
                (desired.clone(), true)
            }
            Verdict::Drift => {
                let shown = |value: &T| show(value).unwrap_or_else(|| "nothing".to_owned());
                let notice = self
                    .drift(
                        field,
                        format!(
                            "{} was changed in GitLab: “{}”, declared “{}”",
                            field.name(),
                            shown(observed),
                            shown(desired)
                        ),
                    )
                    .help("it is kept; change the file to agree, or the issue back");
                self.notices.push(notice);
                (desired.clone(), false)
            }
        }
    }

    /// The project that the marker names as the one we put the issue into. One that people moved, or had elsewhere before it
    /// was adopted, stays there, and the marker goes on saying where we would have it.
    fn tracker(&self) -> String {
        let applied = self.applied.map(|applied| &applied.tracker);
        match compare(&self.desired.tracker, applied, &self.observed.project) {
            Verdict::Drift => self.desired.tracker.clone(),
            Verdict::Pending if applied.is_none() => self.desired.tracker.clone(),
            Verdict::Same | Verdict::Pending | Verdict::Conflict => self.observed.project.clone(),
        }
    }

    fn title(&mut self) -> String {
        let applied = self.applied.map(|applied| &applied.title);
        let observed = observed_title(&self.desired.title, applied, &self.observed.title);
        let (title, send) = self.plain(
            Field::Title,
            &self.desired.title,
            applied,
            &observed,
            |title| Some(title.clone()),
        );
        self.patch.title = send.then(|| title.clone());
        title
    }

    fn due(&mut self) -> Option<Date> {
        let applied = self.applied.map(|applied| &applied.due);
        let desired = Some(self.desired.due);
        let (due, send) = self.plain(Field::Due, &desired, applied, &self.observed.due, |due| {
            due.map(|due| due.to_string())
        });
        self.patch.due = if send { due } else { None };
        due
    }

    /// An issue that people made confidential stays so; only what we made confidential becomes public again.
    fn confidential(&mut self) -> bool {
        let show = |confidential: bool| {
            Some(
                if confidential {
                    "confidential"
                } else {
                    "public"
                }
                .to_owned(),
            )
        };
        let (desired, observed) = (self.desired.confidential, self.observed.confidential);
        let ours = self.applied.is_some_and(|applied| applied.confidential);
        if desired != observed && (desired || ours) {
            self.change(Field::Confidential, show(observed), show(desired));
            self.patch.confidential = Some(desired);
        }
        // What people had made confidential before the files did is not ours to make public.
        desired && (ours || !observed)
    }

    fn state(&mut self) -> bool {
        let applied = self.applied.map(|applied| &applied.open);
        let (open, send) = self.plain(
            Field::State,
            &self.desired.open,
            applied,
            &self.observed.open,
            |open| Some(if *open { "open" } else { "closed" }.to_owned()),
        );
        self.patch.open = send.then_some(open);
        open
    }

    /// The labels that are ours, and those of them that people removed.
    fn labels(&mut self) -> (BTreeSet<String>, BTreeSet<String>) {
        let ours = self
            .applied
            .map(|applied| applied.labels.clone())
            .unwrap_or_default();
        let Knowledge::Known(observed) = &self.observed.labels else {
            return (ours, BTreeSet::new());
        };
        let decided = sets::labels(
            &self.desired.labels,
            &ours,
            observed,
            self.interrupted.map(|taken_away| &taken_away.labels),
            self.reverts(Field::Labels),
        );
        if !decided.add.is_empty() || !decided.remove.is_empty() {
            let list = |labels: &BTreeSet<String>| {
                (!labels.is_empty()).then(|| sets::listed(labels.iter().map(String::as_str)))
            };
            let (before, after) = (list(&decided.remove), list(&decided.add));
            if decided.reverts {
                self.revert(Field::Labels, before, after);
            } else {
                self.change(Field::Labels, before, after);
            }
        }
        for label in &decided.missed {
            let message = format!("label “{label}” was removed in GitLab");
            let notice = self.drift(Field::Labels, message).of(label);
            self.notices.push(
                notice.help("it stays removed; add it to the issue again to end this notice"),
            );
        }
        self.patch.add_labels = decided.add;
        self.patch.remove_labels = decided.remove;
        (decided.ours, decided.missed)
    }

    /// Whom the marker names, and those of them whom people unassigned.
    fn assignees(&mut self) -> (AppliedAssignees, Vec<Username>) {
        let context = self.context;
        let asked = self.desired.assignees.clone();
        let existing: Vec<Username> = asked
            .iter()
            .filter(|name| context.exists(name))
            .cloned()
            .collect();
        let ours = self
            .applied
            .map(|applied| applied.assignees.kept.clone())
            .unwrap_or_default();
        let decided = sets::assignees(
            &existing,
            &ours,
            &self.observed.assignees,
            sets::AssigneeRules {
                several: context.several_assignees,
                exact: context.others_assigned == AssigneePolicy::Exact,
                revert: self.reverts(Field::Assignees),
            },
            self.interrupted
                .map(|taken_away| taken_away.assignees.as_slice()),
        );
        if let Some(send) = &decided.send {
            let list = |names: &[Username]| (!names.is_empty()).then(|| sets::listed_people(names));
            let (before, after) = (list(&self.observed.assignees), list(send));
            if decided.reverts {
                self.revert(Field::Assignees, before, after);
            } else {
                self.change(Field::Assignees, before, after);
            }
        }
        for person in &decided.missed {
            let message = format!("{person} was unassigned in GitLab");
            let notice = self.drift(Field::Assignees, message).of(person);
            self.notices.push(notice);
        }
        if let Some(person) = &decided.respected {
            let message = format!("{person} is assigned in GitLab; GitLab Free keeps one assignee");
            let notice = self.drift(Field::Assignees, message).of(person);
            self.notices
                .push(notice.help("the assignment is kept: nobody's own is replaced"));
        }
        self.patch.assignees = decided.send;
        let applied = AppliedAssignees {
            asked,
            kept: decided.kept,
        };
        (applied, decided.missed)
    }

    /// The definition that shall stand in the block, the digest for the record, and whether only its rendering is new.
    fn definition(&mut self, block: Option<&Body>) -> (String, String, bool) {
        let desired = self.desired.definition.clone();
        let desired_digest = digest(&desired);
        let Some(block) = block else {
            if self.applied.is_none() {
                self.change(Field::Definition, None, Some(desired.clone()));
            }
            return (desired, desired_digest, false);
        };
        let observed_digest = if block.definition == desired {
            desired_digest.clone()
        } else {
            digest(&block.definition)
        };
        let applied = self.applied.map(|applied| &applied.digest);
        match compare(&desired_digest, applied, &observed_digest) {
            Verdict::Same => (block.definition.clone(), desired_digest, false),
            Verdict::Pending if self.applied.is_some_and(|a| a.renderer != RENDERER) => {
                (desired, desired_digest, true)
            }
            Verdict::Pending => {
                self.change(
                    Field::Definition,
                    Some(block.definition.clone()),
                    Some(desired.clone()),
                );
                (desired, desired_digest, false)
            }
            Verdict::Conflict => {
                self.fields.push(FieldChange {
                    overwrites: Some("edited in GitLab".to_owned()),
                    ..FieldChange::new(
                        Field::Definition,
                        Some(block.definition.clone()),
                        Some(desired.clone()),
                    )
                });
                (desired, desired_digest, false)
            }
            Verdict::Drift if self.reverts(Field::Definition) => {
                let before = block.definition.clone();
                self.revert(Field::Definition, Some(before), Some(desired.clone()));
                (desired, desired_digest, false)
            }
            Verdict::Drift => {
                let notice = self
                    .drift(Field::Definition, "the text between the okrsync markers was edited in GitLab")
                    .help("it is kept until the file changes; text above and below the block is always safe");
                self.notices.push(notice);
                (block.definition.clone(), desired_digest, false)
            }
        }
    }

    /// The check-in table that shall stand, and what the marker says of it. Objectives have none.
    fn check_ins(&mut self, body: Option<&Body>) -> (Option<Table>, BTreeMap<Date, RowValues>) {
        if !self.desired.is_key_result {
            return (None, BTreeMap::new());
        }
        let none = BTreeMap::new();
        let applied = self.applied.map_or(&none, |applied| &applied.check_ins);
        let observed = body.and_then(|body| body.table.as_ref());
        let revert = self.context.drift.check_ins == DriftPolicy::Revert;
        let decided = rows::decide(self.desired, applied, observed, revert);
        self.fields.extend(decided.fields);
        let address = self.observed.address();
        let notices = decided.notices.into_iter();
        self.notices
            .extend(notices.map(|notice| notice.at(&address)));
        (Some(decided.table), decided.applied)
    }
}
