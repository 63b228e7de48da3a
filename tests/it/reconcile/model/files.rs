//! The files of a model: what they declare, and how somebody edits them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use okrsync::config::Config;
use okrsync::issue::{DesiredIssue, desired_issues};
use proptest::prelude::*;

use super::super::scene::{DELIVERY, TRACKER};

/// What somebody does to the files; `at` counts through the OKRs that there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum FileEdit {
    Title(u8),
    Describe(u8),
    Target(u8),
    Due(u8),
    CheckIn(u8, u8),
    AddKeyResult,
    AddObjective,
    Remove,
    BringBack,
    Rename,
    End(bool),
    GoOn,
    Confide,
    Work,
    Support,
    AdoptTheirs,
    Label,
    Director,
    Elsewhere,
    Quarter(u8),
    NextQuarter,
}

pub(super) fn file_edit() -> impl Strategy<Value = FileEdit> {
    prop_oneof![
        4 => (0..9_u8).prop_map(FileEdit::Title),
        2 => (0..9_u8).prop_map(FileEdit::Describe),
        2 => (0..9_u8).prop_map(FileEdit::Target),
        2 => (0..9_u8).prop_map(FileEdit::Due),
        4 => (0..3_u8, 0..9_u8).prop_map(|(day, value)| FileEdit::CheckIn(day, value)),
        2 => Just(FileEdit::AddKeyResult),
        2 => Just(FileEdit::AddObjective),
        3 => Just(FileEdit::Remove),
        2 => Just(FileEdit::BringBack),
        3 => Just(FileEdit::Rename),
        3 => any::<bool>().prop_map(FileEdit::End),
        2 => Just(FileEdit::GoOn),
        2 => Just(FileEdit::Confide),
        2 => Just(FileEdit::Work),
        2 => Just(FileEdit::Support),
        1 => Just(FileEdit::AdoptTheirs),
        2 => Just(FileEdit::Label),
        1 => Just(FileEdit::Director),
        1 => Just(FileEdit::Elsewhere),
        3 => (0..3_u8).prop_map(FileEdit::Quarter),
        1 => Just(FileEdit::NextQuarter),
    ]
}

const QUARTERS: [&str; 2] = ["2026-q4", "2027-q1"];
/// The first month of each, and the last.
const MONTHS: [[&str; 2]; 2] = [["2026-10", "2026-12"], ["2027-01", "2027-03"]];
const STATES: [&str; 3] = ["draft", "active", "closed"];
const MISSION: &str = "[objective.mission]\ntitle = \"Mission critical\"\n";

#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    title: String,
    description: Option<u8>,
    due: Option<u8>,
    previously: Vec<String>,
    /// Dropped or closed.
    end: Option<bool>,
    confidential: bool,
    pub(super) adopt: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct KeyResult {
    item: Item,
    to: u8,
    check_ins: BTreeMap<u8, u8>,
    work: bool,
}

#[derive(Debug, Clone, Default)]
struct Objective {
    item: Item,
    supports: bool,
    key_results: BTreeMap<String, KeyResult>,
}

#[derive(Debug, Clone)]
enum Removed {
    Objective(usize, String, Objective),
    KeyResult(usize, String, String, KeyResult),
}

/// Where an OKR is: the quarter, the objective, the key result.
type Place = (usize, String, Option<String>);

/// Two quarters of the team `sre`, and the settings.
#[derive(Debug, Clone)]
pub(super) struct Files {
    quarters: Vec<BTreeMap<String, Objective>>,
    states: [usize; 2],
    label: bool,
    director: bool,
    /// The project of key results.
    tracker: &'static str,
    adopted: bool,
    removed: Vec<Removed>,
    /// The next id, which was never used before.
    next: u32,
}

impl Files {
    /// One objective with a key result and its check-in.
    pub(super) fn new() -> Self {
        let mut files = Self {
            quarters: vec![BTreeMap::new()],
            states: [1, 1],
            label: false,
            director: false,
            tracker: DELIVERY,
            adopted: false,
            removed: Vec::new(),
            next: 0,
        };
        files.edit(0, FileEdit::AddObjective);
        files.edit(0, FileEdit::AddKeyResult);
        files.edit(1, FileEdit::CheckIn(0, 5));
        files
    }

    fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for (quarter, objectives) in self.quarters.iter().enumerate() {
            for (id, objective) in objectives {
                places.push((quarter, id.clone(), None));
                let of = |key_result: &String| (quarter, id.clone(), Some(key_result.clone()));
                places.extend(objective.key_results.keys().map(of));
            }
        }
        places
    }

    fn id(&mut self) -> String {
        self.next += 1;
        format!("x{}", self.next)
    }

    fn new_item(id: &str) -> Item {
        Item {
            title: format!("Title of {id}"),
            ..Item::default()
        }
    }

    fn item(&mut self, (quarter, objective, key_result): &Place) -> &mut Item {
        let objective = self.quarters[*quarter].get_mut(objective).unwrap();
        match key_result {
            None => &mut objective.item,
            Some(id) => &mut objective.key_results.get_mut(id).unwrap().item,
        }
    }

    fn key_result(&mut self, (quarter, objective, id): &Place) -> Option<&mut KeyResult> {
        let objective = self.quarters[*quarter].get_mut(objective)?;
        objective.key_results.get_mut(id.as_ref()?)
    }

    /// The OKR that counting comes to, under its key without the team.
    pub(super) fn item_at(&mut self, at: usize) -> Option<(String, &mut Item)> {
        let places = self.places();
        let place = places.get(at % places.len().max(1))?;
        let (quarter, objective, key_result) = place;
        let below = key_result.as_ref().map(|id| format!("/{id}"));
        let quarter = QUARTERS[*quarter];
        let key = format!("{quarter}/sre/{objective}{}", below.unwrap_or_default());
        Some((key, self.item(place)))
    }

    /// The OKR of a key, where it is declared.
    pub(super) fn item_of(&mut self, key: &str) -> Option<&mut Item> {
        let count = self.places().len();
        let at = (0..count).find(|at| self.item_at(*at).is_some_and(|(other, _)| other == key))?;
        self.item_at(at).map(|(_, item)| item)
    }

    /// Does it, where it can be done.
    pub(super) fn edit(&mut self, at: usize, edit: FileEdit) {
        match edit {
            FileEdit::Label => self.label = !self.label,
            FileEdit::Director => self.director = !self.director,
            FileEdit::Elsewhere if self.tracker == TRACKER => self.tracker = DELIVERY,
            FileEdit::Elsewhere => self.tracker = TRACKER,
            FileEdit::Quarter(state) => {
                self.states[at % self.quarters.len()] = usize::from(state);
            }
            FileEdit::NextQuarter if self.quarters.len() == 1 => {
                self.quarters.push(BTreeMap::new());
                self.add_objective(1);
            }
            FileEdit::NextQuarter => {}
            FileEdit::AddObjective => {
                let quarter = at % self.quarters.len();
                self.add_objective(quarter);
            }
            FileEdit::BringBack => self.bring_back(),
            _ => {
                let places = self.places();
                if let Some(place) = places.get(at % places.len().max(1)) {
                    self.edit_at(place, edit);
                }
            }
        }
    }

    fn add_objective(&mut self, quarter: usize) {
        let id = self.id();
        let objective = Objective {
            item: Self::new_item(&id),
            ..Objective::default()
        };
        self.quarters[quarter].insert(id, objective);
    }

    fn edit_at(&mut self, place: &Place, edit: FileEdit) {
        let (quarter, objective_id, _) = place;
        match edit {
            FileEdit::Title(n) => {
                let item = self.item(place);
                let (title, _) = item.title.split_once(", ").unwrap_or((&item.title, ""));
                item.title = format!("{title}, {n}");
            }
            FileEdit::Describe(n) => self.item(place).description = Some(n),
            FileEdit::Due(n) => self.item(place).due = Some(n),
            FileEdit::Confide => {
                let item = self.item(place);
                item.confidential = !item.confidential;
            }
            FileEdit::End(dropped) => self.item(place).end = Some(dropped),
            FileEdit::GoOn => self.item(place).end = None,
            FileEdit::Target(n) => {
                if let Some(key_result) = self.key_result(place) {
                    key_result.to = n;
                }
            }
            FileEdit::CheckIn(day, value) => {
                if let Some(key_result) = self.key_result(place) {
                    let row = &mut key_result.check_ins;
                    // The same again takes it away.
                    if row.insert(day, value) == Some(value) {
                        row.remove(&day);
                    }
                }
            }
            FileEdit::Work => {
                if let Some(key_result) = self.key_result(place) {
                    key_result.work = !key_result.work;
                }
            }
            FileEdit::AdoptTheirs if self.adopted => {}
            FileEdit::AddKeyResult | FileEdit::AdoptTheirs => {
                let id = self.id();
                let mut key_result = KeyResult {
                    item: Self::new_item(&id),
                    ..KeyResult::default()
                };
                if matches!(edit, FileEdit::AdoptTheirs) {
                    self.adopted = true;
                    key_result.item.adopt = Some("acme/delivery#2".to_owned());
                }
                let objective = self.quarters[*quarter].get_mut(objective_id).unwrap();
                objective.key_results.insert(id, key_result);
            }
            FileEdit::Support => {
                let objective = self.quarters[*quarter].get_mut(objective_id).unwrap();
                objective.supports = !objective.supports;
            }
            FileEdit::Remove => self.remove(place.clone()),
            FileEdit::Rename => self.rename(place),
            _ => unreachable!("{edit:?} is about no single OKR"),
        }
    }

    fn remove(&mut self, (quarter, objective, key_result): Place) {
        let objectives = &mut self.quarters[quarter];
        self.removed.push(if let Some(id) = key_result {
            let of = objectives.get_mut(&objective).unwrap();
            let key_result = of.key_results.remove(&id).unwrap();
            Removed::KeyResult(quarter, objective, id, key_result)
        } else {
            let removed = objectives.remove(&objective).unwrap();
            Removed::Objective(quarter, objective, removed)
        });
    }

    fn bring_back(&mut self) {
        match self.removed.pop() {
            Some(Removed::Objective(quarter, id, objective)) => {
                self.quarters[quarter].insert(id, objective);
            }
            Some(Removed::KeyResult(quarter, objective, id, key_result)) => {
                if let Some(objective) = self.quarters[quarter].get_mut(&objective) {
                    objective.key_results.insert(id, key_result);
                }
            }
            None => {}
        }
    }

    fn rename(&mut self, (quarter, objective, key_result): &Place) {
        let new = self.id();
        let objectives = &mut self.quarters[*quarter];
        if let Some(id) = key_result {
            let of = objectives.get_mut(objective).unwrap();
            let mut renamed = of.key_results.remove(id).unwrap();
            renamed.item.previously.push(id.clone());
            of.key_results.insert(new, renamed);
        } else {
            let mut renamed = objectives.remove(objective).unwrap();
            renamed.item.previously.push(objective.clone());
            objectives.insert(new, renamed);
        }
    }

    /// Reads the files as okr does.
    pub(super) fn declared(&self) -> (Config, Vec<DesiredIssue>) {
        let mut texts = vec![("okrs/2026-q4/infra.toml".to_owned(), MISSION.to_owned())];
        for (quarter, objectives) in self.quarters.iter().enumerate() {
            let mut text = String::new();
            for (id, objective) in objectives {
                objective.write(&mut text, id, MONTHS[quarter]);
            }
            texts.push((format!("okrs/{}/sre.toml", QUARTERS[quarter]), text));
        }
        let texts: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (&**p, &**t)).collect();
        let outcome = crate::files::load(&self.okr_toml(), &texts);
        assert!(!outcome.found.has_errors(), "{}", outcome.shown());
        let desired = desired_issues(&outcome.tree, &outcome.config);
        (outcome.config, desired)
    }

    fn okr_toml(&self) -> String {
        let label = if self.label { ", \"goal\"" } else { "" };
        let director = if self.director {
            ", \"{director}\""
        } else {
            ""
        };
        let mut text = format!(
            "[gitlab]\nowner = \"acme/okrs\"\n\
             [labels]\nobjective = [\"okr:o\", \"team:{{team}}\", \"{{quarter}}\"{label}]\n\
             [assign]\nobjective = [\"{{manager}}\"{director}]\nkey_result = [\"{{manager}}\"]\n\
             [teams.infra]\nmanager = \"dan\"\ntracker = \"acme/okrs\"\n\
             [teams.sre]\nparent = \"infra\"\nmanager = \"mia\"\ntracker = \"acme/okrs\"\n\
             key_result_tracker = \"{tracker}\"\n",
            tracker = self.tracker
        );
        for (quarter, state) in QUARTERS.iter().zip(self.states) {
            writeln!(
                text,
                "[quarters.\"{quarter}\"]\nstate = \"{}\"",
                STATES[state]
            )
            .unwrap();
        }
        text
    }
}

impl Item {
    fn write(&self, text: &mut String, last: &str) {
        writeln!(text, "title = {:?}", self.title).unwrap();
        if let Some(n) = self.description {
            writeln!(text, "description = \"Words, {n}.\"").unwrap();
        }
        if let Some(n) = self.due {
            writeln!(text, "due = {last}-1{n}").unwrap();
        }
        if !self.previously.is_empty() {
            writeln!(text, "previously = {:?}", self.previously).unwrap();
        }
        if let Some(dropped) = self.end {
            let status = if dropped { "dropped" } else { "closed" };
            writeln!(text, "status = \"{status}\"\nreason = \"So it is.\"").unwrap();
        }
        if self.confidential {
            writeln!(text, "confidential = true").unwrap();
        }
        if let Some(issue) = &self.adopt {
            writeln!(text, "adopt = \"{issue}\"").unwrap();
        }
    }
}

impl Objective {
    fn write(&self, text: &mut String, id: &str, [first, last]: [&str; 2]) {
        writeln!(text, "[objective.{id}]").unwrap();
        self.item.write(text, last);
        if self.supports {
            writeln!(text, "supports = [\"2026-q4/infra/mission\"]").unwrap();
        }
        for (key_result_id, key_result) in &self.key_results {
            writeln!(text, "[objective.{id}.kr.{key_result_id}]").unwrap();
            key_result.item.write(text, last);
            writeln!(text, "from = 0\nto = 1{}", key_result.to).unwrap();
            if key_result.work {
                writeln!(text, "work = [\"acme/delivery#1\"]").unwrap();
            }
            for (day, value) in &key_result.check_ins {
                writeln!(text, "check_in.{first}-1{day} = {{ value = {value} }}").unwrap();
            }
        }
    }
}
