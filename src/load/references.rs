use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::path::Place;
use crate::config::Config;
use crate::diag::{Diagnostic, Diagnostics, closest};
use crate::model::{Item, ItemRef, Key, OkrTree, Quarter, TeamOkrs};
use crate::syntax::Poison;
use crate::text::{FileId, Spanned};

/// Keys that may exist although the tree does not have them.
#[derive(Default)]
pub(super) struct Known {
    broken: BTreeSet<Key>,
    files: BTreeMap<Place, (FileId, Poison)>,
    quarters: BTreeSet<Quarter>,
}

impl Known {
    pub(super) fn add_file(
        &mut self,
        place: &Place,
        file: FileId,
        poison: &Poison,
        broken: Vec<Key>,
    ) {
        self.broken.extend(broken);
        self.quarters.insert(place.quarter);
        self.files.insert(place.clone(), (file, poison.clone()));
    }

    /// Whether a key may be declared in a part of a file that could not be read, or with mistakes.
    fn may_exist(&self, key: &Key) -> bool {
        let place = Place {
            quarter: key.quarter,
            team: key.team.clone(),
        };
        let Some((_, poison)) = self.files.get(&place) else {
            return false;
        };
        let objective = format!("objective.{}", key.objective);
        let own = key
            .key_result
            .as_ref()
            .map(|id| format!("{objective}.kr.{id}"));
        poison.is_incomplete()
            || poison.has(&objective)
            || poison.has("objective")
            || poison.has(&format!("{objective}.kr"))
            || own.is_some_and(|own| poison.has(&own))
            || self.broken.contains(key)
            || self.broken.contains(&key.of_objective())
    }
}

/// What a reference must name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Objective,
    Any,
}

/// Checks that every reference names what is there, as far as its quarter's files are there.
pub(super) fn check(tree: &OkrTree, known: &Known, config: &Config, diagnostics: &mut Diagnostics) {
    let files: Vec<&TeamOkrs> = tree.teams().collect();
    let found: Vec<Diagnostics> = files
        .par_iter()
        .map(|okrs| {
            let mut checker = Checker {
                tree,
                known,
                config,
                names: BTreeMap::new(),
                diagnostics: Diagnostics::new(),
            };
            for entry in okrs.items() {
                checker.item(entry);
            }
            checker.diagnostics
        })
        .collect();
    diagnostics.extend(found.into_iter().flatten());
}

struct Checker<'a> {
    tree: &'a OkrTree,
    known: &'a Known,
    config: &'a Config,
    /// What is declared in files in which something was looked for in vain, by its name in the file.
    names: BTreeMap<FileId, Vec<String>>,
    diagnostics: Diagnostics,
}

impl Checker<'_> {
    fn item(&mut self, entry: ItemRef<'_>) {
        let item = entry.item();
        if let ItemRef::Objective(objective) = entry {
            self.all(item, "supports", &objective.supports, Wanted::Objective);
        }
        self.all(item, "depends_on", &item.depends_on, Wanted::Any);
        self.all(item, "confirms", &item.confirms, Wanted::Any);
        if let Some(carried) = &item.carried_from {
            self.one(item, "carried_from", carried, Wanted::Any);
            self.earlier(item, carried);
        }
    }

    fn all(&mut self, item: &Item, field: &str, references: &[Spanned<Key>], wanted: Wanted) {
        let mut seen: BTreeMap<&Key, &Spanned<Key>> = BTreeMap::new();
        for reference in references {
            if let Some(first) = seen.insert(&reference.value, reference) {
                self.diagnostics.push(
                    Diagnostic::error(
                        "reference-twice",
                        format!("{} is named twice", reference.value),
                    )
                    .at(reference.span, "the second time")
                    .with_label(first.span, "the first time")
                    .with_help("remove one of them")
                    .about(format!("{}.{field}", item.key)),
                );
                continue;
            }
            self.one(item, field, reference, wanted);
        }
    }

    fn one(&mut self, item: &Item, field: &str, reference: &Spanned<Key>, wanted: Wanted) {
        let key = &reference.value;
        let subject = || format!("{}.{field}", item.key);
        if *key == item.key {
            self.diagnostics.push(
                Diagnostic::error(
                    "unknown-reference",
                    format!("{key} names itself in `{field}`"),
                )
                .at(reference.span, "")
                .with_help("name another one, or remove it")
                .about(subject()),
            );
            return;
        }
        if wanted == Wanted::Objective && key.is_key_result() {
            self.diagnostics.push(
                Diagnostic::error(
                    "unknown-reference",
                    format!("`{field}` names objectives, but {key} is a key result"),
                )
                .at(reference.span, "")
                .with_help(format!("write \"{}\"", short(&key.of_objective(), item)))
                .about(subject()),
            );
            return;
        }
        if self.tree.get(key).is_some()
            || !self.known.quarters.contains(&key.quarter)
            || self.known.may_exist(key)
        {
            return;
        }
        let mut found =
            Diagnostic::error("unknown-reference", format!("there is no {key}")).about(subject());
        found = if self.config.teams.get(&key.team).is_none() {
            let near = closest(
                key.team.as_str(),
                self.config.teams.iter().map(|team| team.id.as_str()),
            );
            match near {
                Some(near) => found.at(reference.span, format!("did you mean team `{near}`?")),
                None => found.at(reference.span, format!("there is no team `{}`", key.team)),
            }
            .with_help("name a team of okr.toml, one of its objectives, and perhaps a key result: team/objective/key-result")
        } else {
            let near = self.nearest(key, wanted);
            match near {
                Some(near) => {
                    let near = short(&near, item);
                    found
                        .at(reference.span, format!("did you mean \"{near}\"?"))
                        .with_help(format!("write \"{near}\", or remove it"))
                }
                None => found
                    .at(reference.span, "")
                    .with_help("declare it, or remove it here"),
            }
        };
        self.diagnostics.push(found);
    }

    /// What the named team has that is called most like it.
    fn nearest(&mut self, key: &Key, wanted: Wanted) -> Option<Key> {
        let okrs = self.tree.team(key.quarter, &key.team)?;
        let prefix = format!("{}/{}/", key.quarter, key.team);
        let rest = |key: &Key| key.to_string().split_off(prefix.len());
        let names = self
            .names
            .entry(okrs.file)
            .or_insert_with(|| okrs.items().map(|entry| rest(entry.key())).collect());
        // A key result's name has a slash in it.
        let fitting = names
            .iter()
            .filter(|name| wanted == Wanted::Any || !name.contains('/'));
        let near = closest(&rest(key), fitting)?;
        format!("{prefix}{near}").parse().ok()
    }

    fn earlier(&mut self, item: &Item, carried: &Spanned<Key>) {
        if carried.value.quarter < item.key.quarter {
            return;
        }
        self.diagnostics.push(
            Diagnostic::error(
                "unknown-reference",
                format!("{} is not of an earlier quarter", carried.value),
            )
            .at(carried.span, "")
            .with_help(
                "name what this continues with its quarter in front, like \"2026-q3/sre/mtbf\"",
            )
            .about(format!("{}.carried_from", item.key)),
        );
    }
}

/// A key as one writes it in an item's file.
fn short(key: &Key, item: &Item) -> String {
    let full = key.to_string();
    if key.quarter == item.key.quarter {
        let quarter = format!("{}/", key.quarter);
        full.strip_prefix(&quarter).unwrap_or(&full).to_owned()
    } else {
        full
    }
}
