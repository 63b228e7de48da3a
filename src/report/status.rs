use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Answer;
use super::check_ins::CheckInPoint;
use super::contradiction::Contradiction;
use super::decision::Decision;
use super::pace::Pace;
use super::score::{Place, Score};
use super::standing::Standing;
use super::work::WorkStatus;
use crate::model::{Date, Id, Key, Number, Quarter};

/// The version of the JSON. It goes up when a reader of the old form would misread the new one.
pub const STATUS_FORMAT: u32 = 1;

/// How a quarter goes.
///
/// While `format` stays the same, no field goes, changes its type or its meaning, or becomes null where it was not. New
/// fields and new words where the schema has one of several may come: pass over what you do not know. Numbers are text, so
/// that no reader rounds them. Sentences for people may be worded anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "status of okr")]
pub struct Status {
    /// The version of this form: 1.
    pub format: u32,
    /// Which quarter.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub quarter: Quarter,
    /// Its state: draft, active or closed.
    pub state: String,
    /// Its first day.
    #[schemars(with = "String")]
    pub start: Date,
    /// Its last day.
    #[schemars(with = "String")]
    pub end: Date,
    /// The day on which it is looked at.
    #[schemars(with = "String")]
    pub today: Date,
    /// Changes are those since the end of this day.
    #[schemars(with = "String")]
    pub since: Date,
    /// Whether GitLab was asked what people wrote into issues; without it, rows that are not yet pulled and links are not
    /// known.
    pub observed: bool,
    /// Whether it goes well, and where not.
    pub answer: Answer,
    /// What somebody has to decide, weightiest first.
    pub decisions: Vec<Decision>,
    /// The teams that have OKRs or teams below them that do, in the order of their tree: each after the one above it.
    pub teams: Vec<TeamStatus>,
    /// What the open milestones of the trackers support, where that was asked for.
    pub work: Option<WorkStatus>,
}

impl Status {
    /// An objective or key result of the quarter by its key.
    pub fn find(&self, key: &Key) -> Option<Found<'_>> {
        let objectives = self.teams.iter().flat_map(|team| &team.objectives);
        let mut objectives = objectives.filter(|objective| objective.key == key.of_objective());
        let objective = objectives.next()?;
        if !key.is_key_result() {
            return Some(Found::Objective(objective));
        }
        let mut own = objective.key_results.iter();
        own.find(|own| own.key == *key).map(Found::KeyResult)
    }
}

/// What a key names in a status.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum Found<'a> {
    /// An objective.
    Objective(&'a ObjectiveStatus),
    /// A key result.
    KeyResult(&'a KeyResultStatus),
}

/// How a team's quarter goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TeamStatus {
    /// Its id.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Whether it is a person, not a team.
    pub individual: bool,
    /// The team that it belongs to.
    #[serde(serialize_with = "option_as_text")]
    #[schemars(with = "Option<String>")]
    pub parent: Option<Id>,
    /// How many teams are above it.
    pub depth: u32,
    /// Its score: the mean of its objectives', and where teams are below it, of theirs and its own.
    pub score: Score,
    /// What it should be by today, over what has a score, in percent, exact.
    #[schemars(with = "Option<String>")]
    pub expected: Option<Number>,
    /// How the score has changed.
    pub movement: Movement,
    /// How the weakest stands of what is asked for something here and below; absent where nothing is.
    pub standing: Option<Standing>,
    /// Whether its score would tell a confidential one: outputs for others leave it out.
    pub withheld: bool,
    /// Its objectives in the order of its file.
    pub objectives: Vec<ObjectiveStatus>,
}

/// How an objective goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectiveStatus {
    /// Which.
    #[schemars(with = "String")]
    pub key: Key,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it shall be reached.
    #[schemars(with = "String")]
    pub due: Date,
    /// Whether its issue is or becomes confidential.
    pub confidential: bool,
    /// Where it is declared.
    pub place: Place,
    /// Its issue, where GitLab was asked and there is one.
    pub issue: Option<IssueLink>,
    /// The objectives that it supports.
    #[schemars(with = "Vec<String>")]
    pub supports: Vec<Key>,
    /// The objectives of the same quarter that support it.
    #[schemars(with = "Vec<String>")]
    pub supported_by: Vec<Key>,
    /// Its score.
    pub score: Score,
    /// What it should be by today, over what has a score, in percent, exact.
    #[schemars(with = "Option<String>")]
    pub expected: Option<Number>,
    /// How the score has changed.
    pub movement: Movement,
    /// As its weakest key result stands, or the weakest objective that it rolls up from; absent where nothing says.
    pub standing: Option<Standing>,
    /// Whether its score would tell a confidential one: outputs for others leave it out.
    pub withheld: bool,
    /// Its key results in the order of the file.
    pub key_results: Vec<KeyResultStatus>,
}

/// How a key result goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyResultStatus {
    /// Which.
    #[schemars(with = "String")]
    pub key: Key,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it shall be reached.
    #[schemars(with = "String")]
    pub due: Date,
    /// Whether its issue is or becomes confidential.
    pub confidential: bool,
    /// Where it is declared.
    pub place: Place,
    /// Its issue, where GitLab was asked and there is one.
    pub issue: Option<IssueLink>,
    /// What is to be reached, in words: "from 96 h to 240 h".
    pub goal: String,
    /// Its numbers.
    pub measure: MeasureStatus,
    /// The area of work that it belongs to.
    pub area: Option<String>,
    /// business, flow or team.
    pub kind: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The share of the team's bandwidth that it may take, in percent.
    #[schemars(with = "Option<String>")]
    pub share: Option<Number>,
    /// Its score.
    pub score: Score,
    /// How the score has changed.
    pub movement: Movement,
    /// Its score against what the calendar asks for; absent once it was dropped or closed.
    pub pace: Option<Pace>,
    /// How it stands.
    pub standing: Standing,
    /// Why it stands so, where that is not on track.
    pub reasons: Vec<String>,
    /// Where words and data disagree.
    pub contradictions: Vec<Contradiction>,
    /// Everything that was said of it until today, by date.
    pub check_ins: Vec<CheckInPoint>,
    /// The latest day about which something is known: a check-in, or a step that was done.
    #[schemars(with = "Option<String>")]
    pub last_word: Option<Date>,
    /// How old that is by how often a check-in is asked for: fresh, due, late or stale. Absent where none is asked for.
    pub freshness: Option<String>,
    /// The latest confidence in percent.
    #[schemars(with = "Option<String>")]
    pub confidence: Option<Number>,
    /// The confidence before [`Status::since`] was over, in percent.
    #[schemars(with = "Option<String>")]
    pub confidence_before: Option<Number>,
    /// Days about which the file and its issue say different things.
    #[schemars(with = "Vec<String>")]
    pub conflicts: Vec<Date>,
    /// How many lines of its issue's check-in table cannot be read.
    pub unreadable_rows: u32,
    /// Key results and objectives of the same quarter that depend on it.
    #[schemars(with = "Vec<String>")]
    pub needed_by: Vec<Key>,
}

impl KeyResultStatus {
    /// The check-ins that are news since a day.
    pub fn news(&self, since: Date) -> impl Iterator<Item = &CheckInPoint> {
        self.check_ins
            .iter()
            .filter(move |point| point.date > since)
    }

    /// The check-ins that stand in its issue alone.
    pub fn unpulled(&self) -> impl Iterator<Item = &CheckInPoint> {
        self.check_ins.iter().filter(|point| point.is_unpulled())
    }

    /// Whether a check-in is asked for that is late or missing altogether.
    pub fn is_stale(&self) -> bool {
        matches!(self.freshness.as_deref(), Some("late" | "stale"))
    }
}

/// The numbers of a measure: a way from a baseline to a target, a bound, or steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct MeasureStatus {
    /// Where it began.
    #[schemars(with = "Option<String>")]
    pub from: Option<Number>,
    /// Where it shall end.
    #[schemars(with = "Option<String>")]
    pub to: Option<Number>,
    /// What it must not fall below.
    #[schemars(with = "Option<String>")]
    pub at_least: Option<Number>,
    /// What it must not rise above.
    #[schemars(with = "Option<String>")]
    pub at_most: Option<Number>,
    /// end-value, monthly-average, periods-held or budget-left.
    pub scoring: String,
    /// The latest value.
    #[schemars(with = "Option<String>")]
    pub value: Option<Number>,
    /// The steps in the order of the file.
    pub steps: Vec<StepStatus>,
}

/// One step of a key result that is measured by milestones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepStatus {
    /// Its id.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub id: Id,
    /// What is done when it is done.
    pub title: String,
    /// Its weight.
    #[schemars(with = "String")]
    pub weight: Number,
    /// When it shall be done: its own day, else the key result's.
    #[schemars(with = "String")]
    pub due: Date,
    /// When it was done, if that was until today.
    #[schemars(with = "Option<String>")]
    pub done: Option<Date>,
}

/// A score then and now, in percent, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Movement {
    /// At the end of the day since which changes are told.
    #[schemars(with = "Option<String>")]
    pub before: Option<Number>,
    /// Now.
    #[schemars(with = "Option<String>")]
    pub now: Option<Number>,
}

impl Movement {
    /// Whether it is another one.
    pub fn is_any(self) -> bool {
        self.before != self.now
    }
}

/// The issue of an objective or key result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssueLink {
    /// `group/project#12`.
    pub reference: String,
    /// Its address.
    pub web_url: String,
}

fn as_text<T: std::fmt::Display, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn option_as_text<S: serde::Serializer>(id: &Option<Id>, serializer: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.serialize_some(id.as_str()),
        None => serializer.serialize_none(),
    }
}
