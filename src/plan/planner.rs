use std::collections::{BTreeMap, BTreeSet};

use super::access::{Management, guard_access};
use super::attribution::{self, Base};
use super::change::{
    Action, Cause, Change, Field, FieldChange, Operation, PLAN_FORMAT, Plan, Remark,
};
use super::decide::{Decision, DecisionContext, decide, drift_policies};
use super::forecast;
use super::goal::goal_changes;
use super::labels::missing_labels;
use super::links::{self, LinkStep};
use super::matching::{self, Managed, Matching, Ownership};
use super::observed::{Audience, Knowledge, ObservedIssue, ObservedState};
use super::obstacle::{Obstacle, ROLE_NEEDED, ROLE_TO_LINK, not_kept_on_free};
use super::order::in_order;
use super::own::OwnChanges;
use super::safety;
use super::summary::summarise;
use super::three_way::{Verdict, compare};
use crate::config::{Config, DriftPolicy, QuarterState};
use crate::issue::DesiredIssue;
use crate::model::{Id, Key, Quarter, Username};

/// Which part of the OKRs a run is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Only these teams; all where empty.
    pub teams: BTreeSet<Id>,
    /// Only these quarters; all where empty.
    pub quarters: BTreeSet<Quarter>,
}

impl Scope {
    /// Whether a key belongs to it.
    pub fn contains(&self, key: &Key) -> bool {
        (self.teams.is_empty() || self.teams.contains(&key.team))
            && (self.quarters.is_empty() || self.quarters.contains(&key.quarter))
    }
}

/// What a plan depends on beside desired and observed state.
#[derive(Debug, Clone, Copy)]
pub struct PlanPolicy<'a> {
    /// The settings of `okr.toml`.
    pub config: &'a Config,
    /// Whose issues and markers count.
    pub ownership: &'a Ownership,
    /// Which part is planned.
    pub scope: &'a Scope,
    /// Whether the environment says that nothing may be written.
    pub paused: bool,
    /// Who can see the project of the OKRs, and so what is said of a plan; unknown outside of pipelines.
    pub readers: Option<Audience>,
    /// What was declared before this change, where it is a merge request's: tells its own changes from the others.
    pub base: Option<Base<'a>>,
}

impl PlanPolicy<'_> {
    /// The settings that judge the plan: a change does not raise the limits that it is held to.
    fn judge(&self) -> &Config {
        self.base.map_or(self.config, |base| base.config)
    }
}

/// What has to be done in GitLab so that it holds what the files say. Pure and deterministic: equal arguments give equal
/// plans, to the byte.
///
/// With a [base](Base), it is planned too, against the same observation: what has to be done without this change as well
/// was pending before.
pub fn plan(desired: &[DesiredIssue], observed: &ObservedState, policy: PlanPolicy<'_>) -> Plan {
    let mut plan = unattributed(desired, observed, policy);
    if let Some(base) = policy.base {
        let alone = PlanPolicy {
            config: base.config,
            ownership: base.ownership,
            base: None,
            ..policy
        };
        let before = unattributed(base.desired, observed, alone);
        attribution::attribute(&mut plan, desired, &before, base.desired);
        plan.summary = summarise(&plan.changes, plan.summary.managed);
        plan.base = Some(base.name.to_owned());
        plan.own = Some(OwnChanges::of(desired, base.desired));
        plan.notices
            .extend(safety::changed_settings(base.config, policy.config));
        plan.notices.sort();
        let (before, now) = (
            Management {
                config: base.config,
                ownership: base.ownership,
            },
            Management {
                config: policy.config,
                ownership: policy.ownership,
            },
        );
        guard_access(&mut plan, before, now, desired, observed);
    }
    plan.goals = goal_changes(&plan.changes, policy);
    plan
}

/// A plan that knows no cause but pending changes and drift.
fn unattributed<'a>(
    desired: &'a [DesiredIssue],
    observed: &'a ObservedState,
    policy: PlanPolicy<'a>,
) -> Plan {
    let matching = matching::find(desired, observed, policy.ownership);
    let mut planner = Planner {
        observed,
        policy,
        matching: &matching,
        changes: Vec::new(),
        notices: matching.notices.clone(),
        conflicts: matching.conflicts.clone(),
        needs_labels: Vec::new(),
        to_create: BTreeSet::new(),
        touched: Vec::new(),
        drafts: BTreeMap::new(),
        reopened: BTreeMap::new(),
        dropped: BTreeMap::new(),
        unseen: BTreeMap::new(),
    };
    for wanted in desired
        .iter()
        .filter(|wanted| policy.scope.contains(&wanted.key))
    {
        planner.issue(wanted);
    }
    planner.links(desired);
    planner.closes();
    planner.finish(desired)
}

struct Planner<'a, 'o> {
    observed: &'a ObservedState,
    policy: PlanPolicy<'a>,
    matching: &'a Matching<'o>,
    changes: Vec<Change>,
    notices: Vec<Remark>,
    conflicts: Vec<Remark>,
    /// Labels that changes need, with the project that must have them.
    needs_labels: Vec<(String, String)>,
    to_create: BTreeSet<Key>,
    /// Desired issues whose links are decided.
    touched: Vec<&'a DesiredIssue>,
    drafts: BTreeMap<Quarter, u32>,
    /// How many issues are reopened since their quarter is no longer closed.
    reopened: BTreeMap<Quarter, u32>,
    dropped: BTreeMap<Username, u32>,
    /// How many issues were not found in trackers in which the account has no role.
    unseen: BTreeMap<String, u32>,
}

/// Whether an issue would get a title that only keeps its place, as okr writes them into new files. Of a quarter that runs
/// only: a draft makes no issues. This goes by the title and not by a rule, since what was merged is applied whatever the rules
/// would say by now; this is what was never meant to be an issue.
fn is_unwritten(wanted: &DesiredIssue, there: Option<&ObservedIssue>) -> bool {
    let rest = wanted.title.strip_prefix("TODO");
    let keeps_place = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    let is_new = there.is_none_or(|issue| issue.title != wanted.title);
    keeps_place && is_new && wanted.open && wanted.quarter_state == QuarterState::Active
}

impl<'a> Planner<'a, '_> {
    fn issue(&mut self, wanted: &'a DesiredIssue) {
        if self.matching.stopped.contains(&wanted.key) {
            return;
        }
        let managed = self.matching.by_key.get(&wanted.key);
        let adopted = self.matching.adopt.get(&wanted.key).copied();
        let there = managed.map(|managed| managed.issue).or(adopted);
        if is_unwritten(wanted, there) {
            let message = format!("its title is still to be written: {}", wanted.title);
            let help = "write what is meant, or set the quarter's state to \"draft\" in okr.toml until it is known";
            let conflict = Remark::new("title-unwritten", message).help(help);
            self.conflicts.push(conflict.on(&wanted.key));
            return;
        }
        match (wanted.quarter_state, managed, adopted) {
            // A closed quarter's issues get their closing block and are closed once, and are never touched again.
            (QuarterState::Closed, Some(managed), _) if managed.marker.is_frozen() => {
                self.frozen(wanted, managed);
            }
            (QuarterState::Closed, Some(managed), _) => {
                self.existing(wanted, managed.issue, Some(managed));
            }
            (QuarterState::Closed, ..) => {}
            (_, Some(managed), _) => {
                self.existing(wanted, managed.issue, Some(managed));
                if managed.marker.applied.frozen && wanted.open && !managed.issue.open {
                    *self.reopened.entry(wanted.key.quarter).or_default() += 1;
                }
                // What is closed keeps the links that it has.
                if wanted.open {
                    self.touched.push(wanted);
                }
            }
            (QuarterState::Draft, None, _) => {
                *self.drafts.entry(wanted.key.quarter).or_default() += 1;
            }
            (QuarterState::Active, None, Some(issue)) => {
                self.existing(wanted, issue, None);
                self.touched.push(wanted);
            }
            // What was dropped before it ever had an issue needs none.
            (QuarterState::Active, None, None) if !wanted.open => {}
            (QuarterState::Active, None, None) => self.create(wanted),
        }
    }

    /// An issue of a closed quarter that has its closing block: only somebody who reopened it is a matter of policy.
    fn frozen(&mut self, wanted: &DesiredIssue, managed: &Managed<'_>) {
        if !managed.issue.open || wanted.open {
            return;
        }
        let policies = drift_policies(wanted, self.policy.config);
        if policies.state == DriftPolicy::Revert {
            self.existing(wanted, managed.issue, Some(managed));
            return;
        }
        let quarter = wanted.key.quarter;
        let message = format!("it was reopened in GitLab after {quarter} was closed");
        let notice = Remark::drift(Field::State, message)
            .on(&wanted.key)
            .at(&managed.issue.address());
        self.notices.push(
            notice.help("it is kept open; close it again, or carry it over into a later quarter"),
        );
    }

    fn context(&self, wanted: &DesiredIssue, project: &str) -> DecisionContext<'_> {
        DecisionContext::of(
            wanted,
            project,
            self.observed,
            self.policy.config,
            self.policy.ownership,
        )
    }

    /// An issue that would be created is compared with one that holds nothing.
    fn create(&mut self, wanted: &'a DesiredIssue) {
        if !self.observed.trackers.contains_key(&wanted.tracker) {
            let message = format!("the tracker {} was not observed", wanted.tracker);
            self.notices
                .push(Remark::new("tracker-unknown", message).on(&wanted.key));
            return;
        }
        if self
            .observed
            .trackers
            .get(&wanted.tracker)
            .is_some_and(|tracker| !tracker.issues_enabled)
        {
            let tracker = wanted.tracker.clone();
            let conflict = Obstacle::IssuesOff { tracker }.remark();
            self.conflicts.push(conflict.on(&wanted.key));
            return;
        }
        if self.may_be_hidden(wanted) {
            return;
        }
        let blank = ObservedIssue::blank(wanted);
        let mut decision = decide(wanted, &blank, None, self.context(wanted, &wanted.tracker));
        let title = FieldChange::new(Field::Title, None, Some(wanted.title.clone()));
        decision.fields.insert(0, title);
        self.remember_people(wanted, &wanted.tracker);
        self.needs_labels.extend(
            wanted
                .labels
                .iter()
                .map(|label| (wanted.tracker.clone(), label.clone())),
        );
        self.to_create.insert(wanted.key.clone());
        self.touched.push(wanted);
        self.changes.push(Change {
            action: Action::Create,
            key: Some(wanted.key.clone()),
            cause: Cause::Pending,
            tracker: wanted.tracker.clone(),
            issue: None,
            title: wanted.title.clone(),
            fields: decision.fields,
            confidential: wanted.confidential,
            operation: Operation::Write {
                desired: Box::new(wanted.clone()),
            },
        });
    }

    /// Whether a create is stopped because what it would make may be there, unseen. A job token writes nothing, so there
    /// the plan shows the create and says what it does not know. Of trackers in which the account has no role, one conflict
    /// speaks for all keys: the question is the account, not the key.
    fn may_be_hidden(&mut self, wanted: &DesiredIssue) -> bool {
        let tracker = &wanted.tracker;
        let Some(observed) = self.observed.trackers.get(tracker) else {
            return false;
        };
        let Some(reason) = &observed.hidden else {
            return false;
        };
        let help = "use a token of the account that writes the issues, or of a Planner";
        let message = format!("issues of {tracker} may exist that were not seen: {reason}");
        let remark = Remark::new("issues-hidden", message).help(help);
        if self.observed.viewer.is_none() {
            self.notices.push(remark);
            return false;
        }
        if matches!(observed.role, Knowledge::Known(role) if role < ROLE_TO_LINK) {
            *self.unseen.entry(tracker.clone()).or_default() += 1;
        } else {
            self.conflicts.push(remark.on(&wanted.key));
        }
        true
    }

    /// The conflict of an account that has no role where issues were not found.
    fn stranger(&self) -> Option<Remark> {
        let viewer = self.observed.viewer.clone()?;
        let bots = self.policy.ownership.bots.clone();
        let obstacle = Obstacle::Stranger {
            viewer,
            bots,
            unseen: self.unseen.clone(),
        };
        (!self.unseen.is_empty()).then(|| obstacle.remark())
    }

    fn existing(
        &mut self,
        wanted: &DesiredIssue,
        issue: &ObservedIssue,
        managed: Option<&Managed<'_>>,
    ) {
        let block = managed.map(|managed| (&managed.body, &managed.marker));
        let mut decision = decide(wanted, issue, block, self.context(wanted, &issue.project));
        let moves = Self::moves(wanted, issue, managed, &mut decision);
        self.remember_people(wanted, &issue.project);
        let confidential = wanted.confidential || issue.confidential;
        let for_fewer = self.is_for_fewer(issue);
        self.notices
            .extend(decision.notices.drain(..).map(|notice| Remark {
                confidential: confidential || for_fewer,
                ..notice
            }));
        let project = if moves {
            &wanted.tracker
        } else {
            &issue.project
        };
        let mut needed = decision.patch.add_labels.clone();
        if moves {
            // GitLab loses the labels that the other project lacks, people's among them.
            needed.extend(wanted.labels.iter().cloned());
            needed.extend(issue.labels.known().into_iter().flatten().cloned());
            needed.retain(|label| !decision.patch.remove_labels.contains(label));
        }
        self.needs_labels
            .extend(needed.into_iter().map(|label| (project.clone(), label)));
        if decision.is_noop() {
            return;
        }
        let action = if moves {
            Action::Move
        } else if managed.is_none() {
            Action::Adopt
        } else if decision.fields.is_empty() {
            Action::Rerender
        } else if decision.patch.open == Some(false) {
            Action::Close
        } else {
            Action::Update
        };
        let is_peoples =
            |field: &FieldChange| field.overwrites.is_some() || field.cause == Cause::Drift;
        let shows_theirs = action == Action::Adopt || decision.fields.iter().any(is_peoples);
        self.changes.push(Change {
            action,
            key: Some(wanted.key.clone()),
            cause: cause(&decision.fields),
            tracker: project.clone(),
            issue: Some(issue.to_address()),
            title: wanted.title.clone(),
            fields: decision.fields,
            confidential: confidential || (for_fewer && shows_theirs),
            operation: Operation::Write {
                desired: Box::new(wanted.clone()),
            },
        });
    }

    fn is_for_fewer(&self, issue: &ObservedIssue) -> bool {
        self.observed
            .is_for_fewer(&issue.project, self.policy.readers)
    }

    /// A change whose title is the one that GitLab shows.
    fn confined(&self, issue: &ObservedIssue, change: Change) -> Change {
        Change {
            confidential: change.confidential || self.is_for_fewer(issue),
            ..change
        }
    }

    /// Whether the issue is to be moved to another tracker. A move that people made is kept.
    fn moves(
        wanted: &DesiredIssue,
        issue: &ObservedIssue,
        managed: Option<&Managed<'_>>,
        decision: &mut Decision,
    ) -> bool {
        let applied = managed.map(|managed| &managed.marker.applied.tracker);
        match compare(&wanted.tracker, applied, &issue.project) {
            Verdict::Same => false,
            Verdict::Drift => {
                let message = format!(
                    "it was moved to {} in GitLab, declared is {}",
                    issue.project, wanted.tracker
                );
                let notice = Remark::drift(Field::Tracker, message)
                    .on(&wanted.key)
                    .at(&issue.address());
                decision
                    .notices
                    .push(notice.help("it is kept there; change the team's tracker to agree"));
                false
            }
            // An adopted issue stays where people have it.
            Verdict::Pending if managed.is_none() => false,
            Verdict::Pending | Verdict::Conflict => {
                let (before, after) = (issue.project.clone(), wanted.tracker.clone());
                decision.fields.insert(
                    0,
                    FieldChange::new(Field::Tracker, Some(before), Some(after)),
                );
                true
            }
        }
    }

    /// Counts whom GitLab Free drops, and says which accounts do not exist.
    fn remember_people(&mut self, wanted: &DesiredIssue, project: &str) {
        for person in &wanted.assignees {
            if self.observed.user(person).is_none() {
                let folded = person.as_str().to_ascii_lowercase();
                let person = person.clone();
                let obstacle = match self.observed.inactive.get(&folded).cloned() {
                    Some(state) => Obstacle::AccountOff { person, state },
                    None => Obstacle::NoAccount { person },
                };
                self.notices.push(obstacle.remark());
            }
        }
        let several = self
            .observed
            .trackers
            .get(project)
            .map(|tracker| &tracker.several_assignees);
        if !matches!(several, Some(Knowledge::Known(true))) {
            for person in not_kept_on_free(wanted) {
                *self.dropped.entry(person.clone()).or_default() += 1;
            }
        }
    }

    fn links(&mut self, desired: &[DesiredIssue]) {
        let mut renamed = BTreeMap::new();
        for wanted in desired {
            for earlier in &wanted.previously {
                renamed.insert(earlier.clone(), wanted.key.clone());
            }
        }
        let touched = std::mem::take(&mut self.touched);
        let decided = links::decide(
            &touched,
            &renamed,
            &self.to_create,
            self.matching,
            self.observed,
            self.policy.config,
        );
        self.notices.extend(decided.notices);
        let by_key: BTreeMap<&Key, &DesiredIssue> = touched
            .iter()
            .map(|wanted| (&wanted.key, *wanted))
            .collect();
        for (key, step) in decided.steps {
            let Some(wanted) = by_key.get(&key) else {
                continue;
            };
            let managed = self.matching.by_key.get(&key).map(|managed| managed.issue);
            let issue = managed.or(self.matching.adopt.get(&key).copied());
            let (action, field, operation) = match step {
                LinkStep::Make { to, again } => {
                    let mut field = FieldChange::new(Field::Link, None, Some(to.name()));
                    if again {
                        field.cause = Cause::Drift;
                    }
                    (Action::Link, field, Operation::Link { to })
                }
                LinkStep::Remove { link, to } => {
                    let field = FieldChange::new(Field::Link, Some(to.clone()), None);
                    (Action::Unlink, field, Operation::Unlink { link, to })
                }
            };
            self.changes.push(Change {
                action,
                key: Some(key),
                cause: field.cause,
                tracker: issue
                    .map_or_else(|| wanted.tracker.clone(), |issue| issue.project.clone()),
                issue: issue.map(ObservedIssue::to_address),
                title: wanted.title.clone(),
                fields: vec![field],
                confidential: wanted.confidential || issue.is_some_and(|issue| issue.confidential),
                operation,
            });
        }
    }

    /// Issues that nobody declares any more, and twins.
    fn closes(&mut self) {
        let scope = self.policy.scope;
        for managed in &self.matching.undeclared {
            let key = &managed.marker.key;
            let frozen = self.policy.config.quarter_state(key.quarter) == QuarterState::Closed;
            // A person who reopened what we closed is not fought.
            let reopened = !managed.marker.applied.open;
            if frozen || !managed.issue.open || !scope.contains(key) {
                continue;
            }
            if reopened {
                let notice = Remark::drift(
                    Field::State,
                    "it is no longer declared, and was reopened in GitLab",
                );
                self.notices
                    .push(notice.on(key).at(&managed.issue.address()));
                continue;
            }
            let field = FieldChange::new(Field::State, Some("open".into()), Some("closed".into()));
            self.changes.push(self.confined(
                managed.issue,
                close(managed, key, vec![field], Operation::Prune),
            ));
        }
        for (twin, stays) in &self.matching.twins {
            let key = &twin.marker.key;
            if scope.contains(key) {
                let field =
                    FieldChange::new(Field::State, Some("open".into()), Some("closed".into()));
                let operation = Operation::CloseTwin {
                    stays: stays.address(),
                    id: stays.id,
                };
                let change = close(twin, key, vec![field], operation);
                self.changes.push(self.confined(twin.issue, change));
            }
        }
    }

    fn finish(mut self, desired: &[DesiredIssue]) -> Plan {
        let config = self.policy.config;
        let (labels, unknown) = missing_labels(&self.needs_labels, self.observed, config, desired);
        self.changes.extend(labels);
        self.notices.extend(unknown);
        for (quarter, count) in std::mem::take(&mut self.drafts) {
            let message = format!(
                "{quarter} is a draft: {} would be created",
                safety::counted(count, "issue")
            );
            let notice = Remark::new("draft", message);
            self.notices.push(notice.help(format!(
                "set quarters.\"{quarter}\".state to \"active\" to create them"
            )));
        }
        for (quarter, count) in std::mem::take(&mut self.reopened) {
            let message = format!(
                "{quarter} was closed and is not any more: {} would be reopened",
                safety::counted(count, "issue")
            );
            let notice = Remark::new("quarter-reopened", message);
            self.notices.push(notice.help(format!(
                "if that is not meant, set quarters.\"{quarter}\".state to \"closed\" again"
            )));
        }
        for (person, issues) in std::mem::take(&mut self.dropped) {
            let obstacle = Obstacle::OneAssignee { person, issues };
            self.notices.push(obstacle.remark());
        }
        self.notices
            .extend(unwritable_trackers(&self.changes, self.observed));
        self.changes.sort_by(in_order);
        self.notices.sort();
        self.notices.dedup();
        let scope = self.policy.scope;
        let mut conflicts = std::mem::take(&mut self.conflicts);
        conflicts.retain(|conflict| conflict.key.as_ref().is_none_or(|key| scope.contains(key)));
        conflicts.sort();
        conflicts.dedup();
        // What is about no single key explains the others.
        conflicts.splice(0..0, self.stranger());
        let summary = summarise(&self.changes, self.matching.managed);
        let mut refusals = safety::check(
            &self.changes,
            &summary,
            &self.policy.judge().safety,
            self.policy.paused,
        );
        refusals.extend(safety::drift(&self.notices, config));
        Plan {
            format: PLAN_FORMAT,
            owner: self.policy.ownership.owner.clone(),
            forecast: forecast::of(&self.changes),
            base: None,
            own: None,
            summary,
            goals: Vec::new(),
            changes: self.changes,
            conflicts,
            notices: self.notices,
            refusals,
        }
    }
}

/// What carrying these changes out would fail of, in the trackers in which they happen.
pub(super) fn unwritable_trackers(changes: &[Change], observed: &ObservedState) -> Vec<Remark> {
    let concerned: BTreeSet<&String> = changes.iter().map(|change| &change.tracker).collect();
    let mut remarks = Vec::new();
    for path in concerned {
        let Some(tracker) = observed.trackers.get(path) else {
            continue;
        };
        if tracker.archived {
            let tracker = path.clone();
            remarks.push(Obstacle::Archived { tracker }.remark());
        }
        if let Knowledge::Known(role) = tracker.role
            && role < ROLE_NEEDED
        {
            let tracker = path.clone();
            remarks.push(Obstacle::RoleTooLow { tracker, role }.remark());
        }
    }
    remarks
}

/// The strongest cause of a change's fields. What has none is to do like everything that was declared.
pub(super) fn cause(fields: &[FieldChange]) -> Cause {
    let causes = fields.iter().map(|field| field.cause);
    causes.max().unwrap_or(Cause::Pending)
}

fn close(
    managed: &Managed<'_>,
    key: &Key,
    fields: Vec<FieldChange>,
    operation: Operation,
) -> Change {
    Change {
        action: Action::Close,
        key: Some(key.clone()),
        cause: Cause::Pending,
        tracker: managed.issue.project.clone(),
        issue: Some(managed.issue.to_address()),
        title: managed.issue.title.clone(),
        fields,
        confidential: managed.issue.confidential,
        operation,
    }
}
