//! Why the issue of one key is as it is, and what a plan does about it: field by field, from three sides.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{Action, Cause, Change, Field, IssueAddress, Plan, Remark};
use super::decide::observed_title;
use super::edits::{self, Edit};
use super::matching::{self, Managed, Matching, Ownership};
use super::observed::{Knowledge, ObservedIssue, ObservedState};
use super::rows;
use super::sets::{listed, listed_people};
use crate::issue::{Body, DesiredIssue, LinkTarget, Row, digest};
use crate::model::{Date, Key, Username};

/// One objective or key result, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Which.
    pub key: Key,
    /// Its title: the declared one, else the one that GitLab shows.
    pub title: String,
    /// Whether files declare it.
    pub declared: bool,
    /// Its issue, if there is one.
    pub issue: Option<IssueAddress>,
    /// Whether the issue is or becomes confidential.
    pub confidential: bool,
    /// Every part of the issue that files have a say in.
    pub fields: Vec<ExplainedField>,
    /// What a plan does to the issue as a whole.
    pub actions: Vec<Action>,
    /// What stops it until somebody decides.
    pub conflicts: Vec<Remark>,
    /// What is left alone and should be known.
    pub notices: Vec<Remark>,
}

/// One part of an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedField {
    /// Which.
    pub field: Field,
    /// What files declare.
    pub declared: Option<String>,
    /// What was last applied.
    pub applied: Option<String>,
    /// What GitLab holds.
    pub observed: Option<String>,
    /// Whose it is.
    pub owner: Owner,
    /// What a plan does about it.
    pub verdict: FieldVerdict,
    /// Who changed it in GitLab last, where people did and GitLab tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
}

/// Who has the say about a part of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The files; what people change in GitLab is drift.
    Files,
    /// The files for what they declare and made, people for everything else of the kind.
    Shared,
    /// Both sides may add, and neither's is lost.
    Both,
}

impl Owner {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Files => "the files",
            Self::Shared => "the files for what they declare, people for the rest",
            Self::Both => "both sides, and neither's is lost",
        }
    }
}

/// What is done about a part of an issue, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldVerdict {
    /// GitLab holds what the files declare.
    Same,
    /// It is written: the files changed it, or nothing was applied yet.
    Written,
    /// It is written over: both sides changed it, and the reviewed one wins.
    WrittenOver,
    /// What people changed in GitLab is changed back, by policy.
    Reverted,
    /// What people changed in GitLab stays.
    Kept,
    /// This token or path does not see it.
    Unknown,
    /// It is stopped by a conflict, or nothing declares it.
    LeftAlone,
}

impl FieldVerdict {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "as declared",
            Self::Written => "will be written: the files changed it",
            Self::WrittenOver => {
                "will be written: both sides changed it, and the declared one wins"
            }
            Self::Reverted => {
                "will be changed back: people changed it, and the policy says to revert"
            }
            Self::Kept => "stays: people changed it, and the policy says to keep it",
            Self::Unknown => "unknown: this token or path does not see it",
            Self::LeftAlone => "left alone",
        }
    }
}

/// Explains a key by the plan of the same arguments; `None` where nobody declares it and no issue of ours carries it.
pub fn explain(
    key: &Key,
    desired: &[DesiredIssue],
    observed: &ObservedState,
    ownership: &Ownership,
    plan: &Plan,
) -> Option<Explanation> {
    let matching = matching::find(desired, observed, ownership);
    let wanted = desired.iter().find(|wanted| wanted.key == *key);
    let managed = matching.by_key.get(key).or_else(|| {
        let undeclared = &mut matching.undeclared.iter();
        undeclared.find(|managed| managed.marker.key == *key)
    });
    let adopted = matching.adopt.get(key).copied();
    let issue = managed.map(|managed| managed.issue).or(adopted);
    if wanted.is_none() && issue.is_none() {
        return None;
    }
    let changes: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| change.key.as_ref() == Some(key))
        .collect();
    let about = |remarks: &[Remark]| -> Vec<Remark> {
        let about = remarks
            .iter()
            .filter(|remark| remark.key.as_ref() == Some(key));
        about.cloned().collect()
    };
    let (conflicts, notices) = (about(&plan.conflicts), about(&plan.notices));
    let sides = Sides {
        remarks: &notices,
        wanted,
        managed,
        issue,
        changes: &changes,
        stopped: !conflicts.is_empty(),
        names: names(observed, &matching),
    };
    let fields = sides.fields();
    let actions: BTreeSet<Action> = changes.iter().map(|change| change.action).collect();
    Some(Explanation {
        key: key.clone(),
        title: wanted
            .map(|wanted| wanted.title.clone())
            .or_else(|| Some(issue?.title.clone()))
            .unwrap_or_default(),
        declared: wanted.is_some(),
        issue: issue.map(ObservedIssue::to_address),
        confidential: wanted.is_some_and(|wanted| wanted.confidential)
            || issue.is_some_and(|issue| issue.confidential),
        fields,
        actions: actions.into_iter().collect(),
        conflicts,
        notices,
    })
}

/// What the issues at the ends of links are called, by their global ids.
fn names(observed: &ObservedState, matching: &Matching<'_>) -> BTreeMap<u64, String> {
    let mut names: BTreeMap<u64, String> = observed
        .issues
        .iter()
        .map(|issue| (issue.id, issue.address().to_string()))
        .collect();
    for (reference, found) in &observed.references {
        if let super::ReferencedIssue::Found(id) = found {
            names.insert(*id, reference.to_string());
        }
    }
    let managed = matching.by_key.iter();
    names.extend(managed.map(|(key, managed)| (managed.issue.id, key.to_string())));
    names
}

struct Sides<'a> {
    wanted: Option<&'a DesiredIssue>,
    managed: Option<&'a Managed<'a>>,
    issue: Option<&'a ObservedIssue>,
    changes: &'a [&'a Change],
    remarks: &'a [Remark],
    stopped: bool,
    names: BTreeMap<u64, String>,
}

impl Sides<'_> {
    fn fields(&self) -> Vec<ExplainedField> {
        let (wanted, issue) = (self.wanted, self.issue);
        let applied = self.managed.map(|managed| &managed.marker.applied);
        let state = |open: bool| if open { "open" } else { "closed" }.to_owned();
        let secrecy = |confidential: bool| {
            if confidential {
                "confidential"
            } else {
                "public"
            }
            .to_owned()
        };
        let mut fields = vec![
            self.field(
                Field::Tracker,
                Owner::Files,
                wanted.map(|wanted| wanted.tracker.clone()),
                applied.map(|applied| applied.tracker.clone()),
                issue.map(|issue| issue.project.clone()),
            ),
            self.field(
                Field::Title,
                Owner::Files,
                wanted.map(|wanted| wanted.title.clone()),
                applied.map(|applied| applied.title.clone()),
                issue.map(|issue| {
                    let declared = wanted.map_or("", |wanted| &wanted.title);
                    observed_title(
                        declared,
                        applied.map(|applied| &applied.title),
                        &issue.title,
                    )
                }),
            ),
            self.field(
                Field::Due,
                Owner::Files,
                wanted.map(|wanted| wanted.due.to_string()),
                applied
                    .and_then(|applied| applied.due)
                    .map(|due| due.to_string()),
                issue.and_then(|issue| issue.due).map(|due| due.to_string()),
            ),
            self.field(
                Field::State,
                Owner::Files,
                wanted.map(|wanted| state(wanted.open)),
                applied.map(|applied| state(applied.open)),
                issue.map(|issue| state(issue.open)),
            ),
            self.field(
                Field::Confidential,
                Owner::Both,
                wanted.map(|wanted| secrecy(wanted.confidential)),
                applied.map(|applied| secrecy(applied.confidential)),
                issue.map(|issue| secrecy(issue.confidential)),
            ),
            self.labels(),
            self.assignees(),
        ];
        fields.push(self.links());
        fields.push(self.definition());
        fields.extend(self.check_ins());
        for field in &mut fields {
            field.edited = self.edited(field.field);
        }
        fields
    }

    /// Who changed a field in GitLab, where all that is said of it names the same.
    fn edited(&self, field: Field) -> Option<Edit> {
        let planned = self.changes.iter().flat_map(|change| &change.fields);
        let planned = planned.filter(|planned| planned.field == field && edits::is_drift(planned));
        let told = self.remarks.iter();
        let told = told.filter(|remark| remark.field == Some(field));
        let planned = planned.map(|planned| planned.edited.clone());
        edits::common(planned.chain(told.map(|remark| remark.edited.clone())))
    }

    /// What the plan does about a field whose sides are equal or not.
    fn verdict(&self, field: Field, same: bool) -> FieldVerdict {
        let planned = self.changes.iter().flat_map(|change| &change.fields);
        match planned.into_iter().find(|planned| planned.field == field) {
            Some(planned) if planned.overwrites.is_some() => FieldVerdict::WrittenOver,
            Some(planned) if planned.cause == Cause::Drift => FieldVerdict::Reverted,
            Some(_) => FieldVerdict::Written,
            None if same => FieldVerdict::Same,
            None if self.stopped || self.wanted.is_none() || self.issue.is_none() => {
                FieldVerdict::LeftAlone
            }
            None => FieldVerdict::Kept,
        }
    }

    fn field(
        &self,
        field: Field,
        owner: Owner,
        declared: Option<String>,
        applied: Option<String>,
        observed: Option<String>,
    ) -> ExplainedField {
        let verdict = self.verdict(field, declared == observed);
        ExplainedField {
            field,
            declared,
            applied,
            observed,
            owner,
            verdict,
            edited: None,
        }
    }

    fn labels(&self) -> ExplainedField {
        self.shared(
            Field::Labels,
            self.wanted.map(|wanted| &wanted.labels),
            self.managed.map(|managed| &managed.marker.applied.labels),
            self.issue.map(|issue| &issue.labels),
        )
    }

    /// A set to which people may add; `observed` is absent where there is no issue.
    fn shared(
        &self,
        field: Field,
        declared: Option<&BTreeSet<String>>,
        applied: Option<&BTreeSet<String>>,
        observed: Option<&Knowledge<BTreeSet<String>>>,
    ) -> ExplainedField {
        let seen = observed.and_then(Knowledge::known);
        let is_there = |name: &String| seen.is_some_and(|seen| seen.contains(name));
        let same = declared.into_iter().flatten().all(is_there);
        let list = |names: &BTreeSet<String>| listed(names.iter().map(String::as_str));
        ExplainedField {
            field,
            declared: declared.map(list),
            applied: applied.map(list),
            observed: seen.map(list),
            owner: Owner::Shared,
            verdict: if observed.is_some() && seen.is_none() {
                FieldVerdict::Unknown
            } else {
                self.verdict(field, same)
            },
            edited: None,
        }
    }

    fn assignees(&self) -> ExplainedField {
        let declared = self.wanted.map(|wanted| &wanted.assignees);
        let applied = self
            .managed
            .map(|managed| &managed.marker.applied.assignees.kept);
        let observed = self.issue.map(|issue| &issue.assignees);
        let list = |people: &Vec<Username>| listed_people(people);
        // What GitLab did not keep the last time is not asked for again.
        let same = declared == observed || (observed.is_some() && applied == observed);
        ExplainedField {
            field: Field::Assignees,
            declared: declared.map(list),
            applied: applied.map(list),
            observed: observed.map(list),
            owner: Owner::Shared,
            verdict: self.verdict(Field::Assignees, same),
            edited: None,
        }
    }

    fn links(&self) -> ExplainedField {
        let name = |id: u64| {
            let known = self.names.get(&id).cloned();
            known.unwrap_or_else(|| format!("issue {id}"))
        };
        let declared = self.wanted.map(|wanted| {
            let targets = wanted.links.iter();
            targets.map(LinkTarget::to_string).collect()
        });
        let applied = self.managed.map(|managed| {
            let links = managed.marker.applied.links.iter();
            links.map(|link| link.to.to_string()).collect()
        });
        let observed = self.issue.map(|issue| match &issue.links {
            Knowledge::Known(links) => {
                Knowledge::Known(links.iter().map(|link| name(link.other)).collect())
            }
            Knowledge::Unknown(reason) => Knowledge::Unknown(reason.clone()),
        });
        self.shared(
            Field::Link,
            declared.as_ref(),
            applied.as_ref(),
            observed.as_ref(),
        )
    }

    /// Texts of many lines are told by what they are equal to; the plan shows how they differ.
    fn definition(&self) -> ExplainedField {
        let declared = self.wanted.map(|wanted| digest(&wanted.definition));
        let applied = self
            .managed
            .map(|managed| managed.marker.applied.digest.clone());
        let observed = self.managed.map(|managed| digest(&managed.body.definition));
        let told = |side: &Option<String>| {
            let side = side.as_ref()?;
            Some(
                if Some(side) == declared.as_ref() {
                    "the text that is declared"
                } else if Some(side) == observed.as_ref() {
                    "the text that is there"
                } else {
                    "another text"
                }
                .to_owned(),
            )
        };
        ExplainedField {
            field: Field::Definition,
            declared: told(&declared),
            applied: told(&applied),
            observed: told(&observed),
            owner: Owner::Files,
            verdict: self.verdict(Field::Definition, declared == observed),
            edited: None,
        }
    }

    fn check_ins(&self) -> Vec<ExplainedField> {
        let by_day = |rows: &[Row]| -> BTreeMap<Date, String> {
            rows.iter()
                .map(|row| (row.date, rows::show(&row.values)))
                .collect()
        };
        let declared = self
            .wanted
            .map(|wanted| by_day(&wanted.rows))
            .unwrap_or_default();
        let applied: BTreeMap<Date, String> = self
            .managed
            .map(|managed| &managed.marker.applied.check_ins)
            .into_iter()
            .flatten()
            .map(|(date, values)| (*date, rows::show(values)))
            .collect();
        let body: Option<&Body> = self.managed.map(|managed| &managed.body);
        let table = body.and_then(|body| body.table.as_ref());
        let observed = table.map(|table| by_day(&table.rows)).unwrap_or_default();
        let days: BTreeSet<Date> = declared.keys().chain(observed.keys()).copied().collect();
        days.into_iter()
            .map(|day| {
                self.field(
                    Field::CheckIn(day),
                    Owner::Both,
                    declared.get(&day).cloned(),
                    applied.get(&day).cloned(),
                    observed.get(&day).cloned(),
                )
            })
            .collect()
    }
}
