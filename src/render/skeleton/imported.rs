use std::collections::{BTreeMap, BTreeSet};

use super::{Lines, SCHEMA, list, quoted, slug};
use crate::config::{Config, Team};
use crate::handbook::{Ending, ListedKeyResult, ListedObjective, Listing};
use crate::lint::stated_way;
use crate::model::{Id, OkrTree, Quarter};

/// What files are made of that say what a text of the handbook says.
#[derive(Debug, Clone, Copy)]
pub struct Imported<'a> {
    /// What the text says.
    pub listing: &'a Listing,
    /// Whose files are wanted; all where there are none.
    pub teams: &'a BTreeSet<Id>,
    /// The quarter.
    pub quarter: Quarter,
    /// The teams, and the areas that they know.
    pub config: &'a Config,
    /// What files say already.
    pub tree: &'a OkrTree,
}

/// What a team's file gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFile {
    /// The team.
    pub team: Id,
    /// The tables of what its file does not have yet, with a `TODO` wherever somebody has to say what is meant; with a first
    /// line for editors. Absent where the file has everything.
    pub text: Option<String>,
    /// How many objectives the file has already, by their titles.
    pub there: usize,
}

/// Team by team, what files get. Ids are made from titles: the same title has the same id. An objective whose title the
/// team's file has already is not written again.
pub fn imported(imported: &Imported<'_>) -> Vec<ImportedFile> {
    let objectives = &imported.listing.objectives;
    let ids = ids(imported);
    let mut files: BTreeMap<&Id, ImportedFile> = BTreeMap::new();
    for (objective, id) in objectives.iter().zip(&ids) {
        let Some(team) = imported.config.teams.get(&objective.team) else {
            continue;
        };
        if !imported.wants(&team.id) {
            continue;
        }
        let file = files.entry(&team.id).or_insert_with(|| ImportedFile {
            team: team.id.clone(),
            text: None,
            there: 0,
        });
        if id.is_there {
            file.there += 1;
            continue;
        }
        let mut lines = Lines(
            file.text
                .take()
                .unwrap_or_else(|| beginning(imported, team)),
        );
        imported.objective(&mut lines, team, objective, id, &ids);
        file.text = Some(lines.0);
    }
    files.into_values().collect()
}

fn beginning(imported: &Imported<'_>, team: &Team) -> String {
    let mut lines = Lines::default();
    lines.line(SCHEMA);
    lines.line("");
    lines.line(&format!(
        "# okrs/{}/{}.toml: what {} wanted to achieve, read from the handbook's list.",
        imported.quarter,
        team.id,
        team.name.replace(['\n', '\r'], " ")
    ));
    lines.0
}

/// The id of an objective of the listing.
struct Named {
    id: Id,
    /// Whether a file has it already.
    is_there: bool,
}

fn ids(imported: &Imported<'_>) -> Vec<Named> {
    let mut taken: BTreeMap<&Id, BTreeSet<Id>> = BTreeMap::new();
    let mut ids = Vec::new();
    for objective in &imported.listing.objectives {
        let there = imported.tree.team(imported.quarter, &objective.team);
        let there = there
            .map(|okrs| okrs.objectives.as_slice())
            .unwrap_or_default();
        let own = taken.entry(&objective.team).or_insert_with(|| {
            let ids = there.iter().map(|of| of.item.key.objective.clone());
            ids.collect()
        });
        let same = there
            .iter()
            .find(|of| Some(&of.item.title.value) == objective.title.as_ref());
        ids.push(match same {
            Some(same) => Named {
                id: same.item.key.objective.clone(),
                is_there: true,
            },
            None => Named {
                id: unique(
                    objective.title.as_deref().unwrap_or_default(),
                    "objective",
                    own,
                ),
                is_there: false,
            },
        });
    }
    ids
}

/// An id that says what the title says, and that nothing else has.
fn unique(title: &str, kind: &str, taken: &mut BTreeSet<Id>) -> Id {
    let slug = slug(title);
    let stem = if slug.parse::<Id>().is_ok() {
        slug
    } else {
        kind.to_owned()
    };
    let mut numbers = 2_u32..;
    let mut text = stem.clone();
    loop {
        if let Ok(id) = text.parse::<Id>()
            && taken.insert(id.clone())
        {
            return id;
        }
        let number = numbers.next().unwrap_or(u32::MAX);
        // A title's own words may fill an id.
        let stem = stem.get(..stem.len().min(50)).unwrap_or(kind);
        text = format!("{}-{number}", stem.trim_end_matches('-'));
    }
}

impl Imported<'_> {
    fn wants(&self, team: &Id) -> bool {
        self.teams.is_empty() || self.teams.contains(team)
    }

    fn objective(
        &self,
        lines: &mut Lines,
        team: &Team,
        objective: &ListedObjective,
        named: &Named,
        ids: &[Named],
    ) {
        let id = &named.id;
        lines.line("");
        lines.line(&format!("[objective.{id}]"));
        let above = objective.supports.and_then(|at| {
            let parent = self.listing.objectives.get(at)?;
            Some((parent, ids.get(at)?))
        });
        let title = objective.title.clone().unwrap_or_else(|| {
            let towards = above.and_then(|(parent, _)| parent.title.as_deref());
            match towards {
                Some(towards) => format!("TODO: what {} does for “{towards}”", team.name),
                None => format!("TODO: what {} wants to achieve", team.name),
            }
        });
        lines.pair("title", quoted(&title));
        common(lines, team, &objective.links);
        if let Some((parent, named)) = above {
            let reference = list([format!("{}/{}", parent.team, named.id)]);
            if named.is_there || self.wants(&parent.team) {
                lines.pair("supports", reference);
            } else {
                lines.line(&format!("# supports = {reference} # not there yet"));
            }
        }
        ending(lines, &objective.ending);
        let mut taken = BTreeSet::new();
        for key_result in &objective.key_results {
            let own = unique(&key_result.title, "key-result", &mut taken);
            lines.line("");
            lines.line(&format!("[objective.{id}.kr.{own}]"));
            key_result_table(lines, team, key_result);
        }
    }
}

fn key_result_table(lines: &mut Lines, team: &Team, key_result: &ListedKeyResult) {
    lines.pair("title", quoted(&key_result.title));
    common(lines, team, &key_result.links);
    let area = key_result
        .area
        .as_deref()
        .map(|area| known_area(team, area));
    lines.maybe("area", area.map(quoted));
    if let Some(way) = stated_way(&key_result.title) {
        lines.pair("unit", quoted(way.unit.unwrap_or("TODO")));
        lines.pair("from", way.from);
        lines.pair("to", way.to);
    } else {
        lines.pair(
            "metric",
            "\"TODO: what is measured, from which value to which\"",
        );
        lines.pair("unit", "\"TODO\"");
        lines.pair("from", 0);
        lines.pair("to", 100);
    }
    ending(lines, &key_result.ending);
}

/// An area as okr.toml spells it. The handbook called the blueprint's area `infrastructure` introspective, too.
fn known_area<'a>(team: &'a Team, area: &'a str) -> &'a str {
    let known = &team.policy.areas.value;
    let find = |name: &str| known.iter().find(|known| known.eq_ignore_ascii_case(name));
    let blueprint = || {
        let is_it = area.eq_ignore_ascii_case("introspective");
        is_it.then(|| find("infrastructure")).flatten()
    };
    find(area).or_else(blueprint).map_or(area, String::as_str)
}

fn common(lines: &mut Lines, team: &Team, addresses: &[String]) {
    if !addresses.is_empty() {
        let written: Vec<String> = addresses.iter().map(|url| format!("<{url}>")).collect();
        lines.pair("description", quoted(&written.join(" ")));
    }
    if team.manager.is_none() {
        lines.pair("owner", "\"TODO\"");
    }
}

fn ending(lines: &mut Lines, ending: &Ending) {
    if let Some(reason) = &ending.dropped {
        lines.pair("status", "\"dropped\"");
        lines.pair("reason", quoted(reason));
    }
    lines.maybe("outcome", ending.outcome.as_deref().map(quoted));
    lines.maybe("score", ending.score);
    if !ending.links.is_empty() {
        lines.pair("evidence", list(ending.links.iter().cloned()));
    }
}
