use std::collections::BTreeMap;

use crate::config::Teams;
use crate::diag::closest;
use crate::model::Id;

/// Who is meant by the owners that a text names, and how teams are named in one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owners {
    /// By name in lower case.
    by_name: BTreeMap<String, Id>,
    labels: BTreeMap<Id, String>,
    /// The team of what has no owner in the text.
    only: Option<Id>,
}

impl Owners {
    /// The teams by their ids, and by their names where only one has that name.
    pub fn of(teams: &Teams) -> Self {
        let mut owners = Self::default();
        for team in teams.iter() {
            owners
                .by_name
                .insert(folded(team.id.as_str()), team.id.clone());
        }
        let mut names: BTreeMap<String, Vec<&Id>> = BTreeMap::new();
        for team in teams.iter() {
            names.entry(folded(&team.name)).or_default().push(&team.id);
        }
        for team in teams.iter() {
            let name = folded(&team.name);
            let is_own = names.get(&name).is_some_and(|ids| ids.len() == 1)
                && owners.by_name.get(&name).is_none_or(|id| *id == team.id)
                && !name.is_empty();
            let label = if is_own {
                owners.by_name.insert(name, team.id.clone());
                one_line(&team.name)
            } else {
                team.id.to_string()
            };
            owners.labels.insert(team.id.clone(), label);
        }
        owners
    }

    /// The same with one more name for a team, which wins over names in okr.toml.
    #[must_use]
    pub fn with(mut self, name: &str, team: Id) -> Self {
        self.by_name.insert(folded(name), team);
        self
    }

    /// The same, with a team for what has no owner in the text.
    #[must_use]
    pub fn with_only(mut self, team: Id) -> Self {
        self.only = Some(team);
        self
    }

    /// The team of what has no owner in the text.
    pub(super) fn only(&self) -> Option<&Id> {
        self.only.as_ref()
    }

    /// The team that a name means; upper and lower case do not count.
    pub(super) fn find(&self, name: &str) -> Option<&Id> {
        self.by_name.get(&folded(name))
    }

    /// A known name that is much like this one.
    pub(super) fn near(&self, name: &str) -> Option<&str> {
        closest(name, self.by_name.keys().map(String::as_str))
    }

    /// How a text names a team: so that it is found again.
    pub(super) fn label<'a>(&'a self, team: &'a Id) -> &'a str {
        self.labels.get(team).map_or(team.as_str(), String::as_str)
    }
}

fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folded(name: &str) -> String {
    one_line(name).to_lowercase()
}
