use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::edits::Edit;
use super::forecast::Forecast;
use super::goal::GoalChange;
use super::own::OwnChanges;
use crate::config::QuarterState;
use crate::issue::{DesiredIssue, LinkTarget, same_but_progress};
use crate::model::{Date, IssueReference, Key};

/// The version of the plan's JSON. It goes up when a reader of the old form would misread the new one: since 2 not every
/// change that is to do is `pending`, some are `this_merge_request`.
pub const PLAN_FORMAT: u32 = 2;

/// Everything that apply would do, in the order in which it does it, and everything that people should know first.
///
/// A plan is data: rendering it is the dry run, carrying it out is the apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "plan of okr")]
pub struct Plan {
    /// The version of this form. It goes up when a reader of the old one would misread the new one; fields, and words where
    /// one of several stands, may be added without.
    pub format: u32,
    /// Whose markers are ours.
    pub owner: String,
    /// What this merge request is told apart from, as people name it; absent where that is not known, and then no change
    /// is said to be its own.
    pub base: Option<String>,
    /// What the merge request itself changes, where there is a base: by it an apply is compared with what was reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnChanges>,
    /// Counts, for the first line.
    pub summary: PlanSummary,
    /// What the changes do to goals, the weightiest first.
    #[serde(default)]
    pub goals: Vec<GoalChange>,
    /// The changes in the order of apply: labels, objectives, key results, links, closes.
    pub changes: Vec<Change>,
    /// What stops single keys until somebody decides.
    pub conflicts: Vec<Remark>,
    /// What is not changed and should be known: kept drift, rows that await a pull, links that cannot be.
    pub notices: Vec<Remark>,
    /// Why the plan as a whole may not be applied.
    pub refusals: Vec<Refusal>,
    /// What an apply would cause beside the changes themselves.
    #[serde(default)]
    pub forecast: Forecast,
}

impl Plan {
    /// Whether nothing would change. Notices do not count.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// How much a plan would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Issues created.
    pub create: u32,
    /// Issues changed, adopted and reopened ones among them.
    pub update: u32,
    /// Issues closed, but for those that end with their quarter.
    pub close: u32,
    /// Issues closed because their quarter is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub end: u32,
    /// Issues moved to another tracker.
    pub moves: u32,
    /// Links made.
    pub link: u32,
    /// Links of ours removed.
    pub unlink: u32,
    /// Labels made.
    pub labels: u32,
    /// Issues that are managed no longer: only what `okr release` plans has any.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub release: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The counts of a plan, whole and per team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlanSummary {
    /// All together.
    pub total: Counts,
    /// By team id; labels belong to no team.
    pub teams: BTreeMap<String, Counts>,
    /// The same, told apart by why changes are due.
    pub causes: CountsByCause,
    /// Of the updates, issues that take in check-ins, and the progress that follows from them, and nothing else.
    #[serde(default)]
    pub check_ins: u32,
    /// Issues whose block is only rendered anew, by a newer `okr`: in no other count.
    pub rerendered: u32,
    /// Issues that carry our marker.
    pub managed: u32,
}

/// The counts of a plan by why changes are due; a change counts for the strongest of its fields' causes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CountsByCause {
    /// What this merge request brings.
    pub this_merge_request: Tally,
    /// What was to do already.
    pub pending: Tally,
    /// What is changed back in GitLab.
    pub drift: Tally,
}

impl CountsByCause {
    pub(crate) fn of_mut(&mut self, cause: Cause) -> &mut Tally {
        match cause {
            Cause::ThisMergeRequest => &mut self.this_merge_request,
            Cause::Pending => &mut self.pending,
            Cause::Drift => &mut self.drift,
        }
    }
}

/// Counts, whole and per team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// All together.
    pub total: Counts,
    /// By team id; labels belong to no team.
    pub teams: BTreeMap<String, Counts>,
}

/// What a change does to its object.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A label is made.
    CreateLabel,
    /// An issue is created.
    Create,
    /// An existing issue is put under management.
    Adopt,
    /// An issue is moved to another tracker.
    Move,
    /// An issue is changed.
    Update,
    /// Only the text of its block is rendered anew; no field changes.
    Rerender,
    /// A link is made.
    Link,
    /// A link of ours is removed.
    Unlink,
    /// An issue is closed: its key is no longer declared, was dropped or closed, its quarter was closed, or it is the twin of
    /// another.
    Close,
    /// An issue is managed no longer, and left as it is.
    Release,
}

impl Action {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateLabel => "make",
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Move => "move",
            Self::Update => "update",
            Self::Rerender => "re-render",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Close => "close",
            Self::Release => "release",
        }
    }
}

/// Why a change is due, the weakest first: a change has the strongest cause of its fields.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// GitLab differs from what was last applied, and the policy says to change it back.
    Drift,
    /// What is declared differs from what was last applied. Where a base is known, it is so without this
    /// merge request, too.
    Pending,
    /// It would not be due, or not with this value, without this merge request.
    ThisMergeRequest,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What it does.
    pub action: Action,
    /// The objective or key result; absent for labels.
    #[schemars(with = "Option<String>")]
    pub key: Option<Key>,
    /// Why it is due: the strongest cause of its fields.
    pub cause: Cause,
    /// The full path of the project in which it happens; a group's for a group label.
    pub tracker: String,
    /// The issue, once there is one.
    pub issue: Option<IssueAddress>,
    /// What people call the object: the OKR's title as declared, or the label's name.
    pub title: String,
    /// What differs, field by field, as people should see it.
    pub fields: Vec<FieldChange>,
    /// Whether the issue is or becomes confidential: its title is then not for everybody.
    pub confidential: bool,
    /// What apply does.
    #[schemars(schema_with = "operation_schema")]
    pub operation: Operation,
}

impl Change {
    /// Whether it closes an issue because its quarter is closed.
    pub fn is_end_of_quarter(&self) -> bool {
        self.action == Action::Close
            && matches!(&self.operation, Operation::Write { desired }
                if desired.quarter_state == QuarterState::Closed)
    }

    /// Whether it takes in check-ins and what follows from them, progress, and nothing else.
    pub fn is_check_in(&self) -> bool {
        self.action == Action::Update
            && self
                .fields
                .iter()
                .all(|field| match (&field.before, &field.after) {
                    _ if field.cause == Cause::Drift || field.overwrites.is_some() => false,
                    _ if matches!(field.field, Field::CheckIn(_)) => true,
                    (Some(before), Some(after)) if field.field == Field::Definition => {
                        same_but_progress(before, after)
                    }
                    _ => false,
                })
    }
}

/// Where an issue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssueAddress {
    /// The full path of its project.
    pub project: String,
    /// Its number there.
    pub iid: u64,
    /// Its id in the instance.
    pub id: u64,
    /// Its address in a browser.
    pub web_url: String,
}

impl IssueAddress {
    /// `group/project#12`.
    pub fn reference(&self) -> IssueReference {
        IssueReference {
            project: self.project.clone(),
            iid: self.iid,
        }
    }
}

/// Which part of an issue differs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title.
    Title,
    /// The due date.
    Due,
    /// Open or closed.
    State,
    /// Confidential or not.
    Confidential,
    /// Labels of ours.
    Labels,
    /// Assignees.
    Assignees,
    /// The definition in the managed block.
    Definition,
    /// The check-in of one day.
    CheckIn(#[schemars(with = "String")] Date),
    /// The project that holds the issue.
    Tracker,
    /// The key in the marker.
    Key,
    /// The owner in the marker.
    Owner,
    /// What an interrupted apply left unfinished.
    Unfinished,
    /// The link to another issue.
    Link,
    /// A new label's colour.
    Color,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// What differs.
    pub field: Field,
    /// What GitLab holds, where it holds anything.
    pub before: Option<String>,
    /// What it shall hold.
    pub after: Option<String>,
    /// What was last applied, where people changed it since: both sides differ, and the reviewed one wins.
    pub overwrites: Option<String>,
    /// Why it is due.
    pub cause: Cause,
    /// Who changed it in GitLab last, where people did and GitLab tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
}

impl FieldChange {
    /// A [pending](Cause::Pending) difference that nobody else made.
    pub fn new(field: Field, before: Option<String>, after: Option<String>) -> Self {
        Self {
            field,
            before,
            after,
            overwrites: None,
            cause: Cause::Pending,
            edited: None,
        }
    }
}

/// What readers may rely on of an operation: that it says what it does. The rest is between plan and apply, and may change
/// with every version.
fn operation_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "What apply does. Its form is okr's own: it may change without a new version of the plan.",
        "properties": { "do": { "type": "string", "description": "Which kind of step it is." } },
        "required": ["do"]
    })
}

/// What apply does for one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Operation {
    /// Makes a label.
    CreateLabel {
        /// Its name.
        name: String,
        /// `#rrggbb`.
        color: String,
        /// What it is for.
        description: String,
        /// Whether it is made in the group that `tracker` names instead of a project.
        in_group: bool,
    },
    /// Creates, adopts, moves or updates the issue of a key until it is as desired. It is read again right before.
    Write {
        /// How the issue shall be.
        desired: Box<DesiredIssue>,
    },
    /// Makes a link from the key's issue.
    Link {
        /// To which issue.
        to: LinkEnd,
    },
    /// Removes a link of the key's issue that we made.
    Unlink {
        /// The link's id.
        link: u64,
        /// What it led to, as the marker calls it.
        to: String,
    },
    /// Closes an issue whose key is no longer declared, with a note.
    Prune,
    /// Closes the younger of two issues that a race created for one key.
    CloseTwin {
        /// The issue that stays.
        stays: IssueReference,
        /// Its global id.
        id: u64,
    },
    /// Takes our marker out of an issue's description, and nothing else.
    Release {
        /// The birth mark of that marker: another one stays.
        birth: String,
    },
}

/// The other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkEnd {
    /// The issue of another key.
    Key(Key),
    /// An issue of somebody else's, with its global id.
    Issue {
        /// Its reference.
        reference: IssueReference,
        /// Its global id.
        id: u64,
    },
}

impl LinkEnd {
    /// What files and markers call it.
    pub fn target(&self) -> LinkTarget {
        match self {
            Self::Key(key) => LinkTarget::Key(key.clone()),
            Self::Issue { reference, .. } => LinkTarget::Issue(reference.clone()),
        }
    }

    /// What files and markers call it, as text.
    pub fn name(&self) -> String {
        self.target().to_string()
    }
}

/// Something that people should know about a key or an issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// What kind it is: a stable kebab-case id.
    pub id: String,
    /// The objective or key result, where it is about one.
    #[schemars(with = "Option<String>")]
    pub key: Option<Key>,
    /// The issue, as `group/project#12`.
    pub issue: Option<String>,
    /// What is so.
    pub message: String,
    /// What to do about it, where something can be done.
    pub help: Option<String>,
    /// Whether the message quotes a confidential issue: it is then not for everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// The field that people changed, in a remark about drift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The label or the account that it is about, where the field is a set of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Who changed the field in GitLab last, where GitLab tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
}

impl Remark {
    /// A remark of a kind.
    pub fn new(id: &str, message: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            key: None,
            issue: None,
            message: message.into(),
            help: None,
            confidential: false,
            field: None,
            item: None,
            edited: None,
        }
    }

    /// What is so, and who made it so.
    pub fn told(&self) -> Cow<'_, str> {
        match &self.edited {
            Some(edit) => Cow::Owned(format!("{} ({edit})", self.message)),
            None => Cow::Borrowed(&self.message),
        }
    }

    /// A field that people changed in GitLab, and that is kept so.
    pub(crate) fn drift(field: Field, message: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new("drift", message)
        }
    }

    /// Says which label or account it is about.
    #[must_use]
    pub(crate) fn of(mut self, item: &impl ToString) -> Self {
        self.item = Some(item.to_string());
        self
    }

    /// Says which key it is about.
    #[must_use]
    pub fn on(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Says which issue it is about.
    #[must_use]
    pub fn at(mut self, issue: &IssueReference) -> Self {
        self.issue = Some(issue.to_string());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a plan may not be applied as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// Which limit: the key in `[safety]`.
    pub limit: String,
    /// What is so, with the number and the limit.
    pub message: String,
    /// The way to allow it once.
    pub help: String,
}

impl Field {
    /// What people call the field.
    pub fn name(self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::Due => "due date".to_owned(),
            Self::State => "state".to_owned(),
            Self::Confidential => "confidentiality".to_owned(),
            Self::Labels => "labels".to_owned(),
            Self::Assignees => "assignees".to_owned(),
            Self::Definition => "description".to_owned(),
            Self::CheckIn(date) => format!("check-in {date}"),
            Self::Tracker => "tracker".to_owned(),
            Self::Key => "key".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Unfinished => "unfinished apply".to_owned(),
            Self::Link => "link".to_owned(),
            Self::Color => "colour".to_owned(),
        }
    }
}
