use std::collections::{BTreeMap, BTreeSet};

use super::Past;
use crate::config::Config;
use crate::diag::{Diagnostics, RuleMeta, Severity};
use crate::model::{Date, Key, OkrTree};
use crate::text::FileId;

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The OKRs.
    pub tree: &'a OkrTree,
    /// What is asked of them.
    pub config: &'a Config,
    /// What reading the files has found: what is spoiled by it is not judged.
    pub read: &'a Diagnostics,
    /// Today.
    pub today: Date,
    /// Earlier versions of the files.
    pub past: &'a Past,
    /// All rules there are, of every room: what `allow` may name.
    pub rules: &'a [&'static RuleMeta],
}

/// What cannot be judged, since something in it could not be read.
#[derive(Debug, Default)]
pub(super) struct Spoiled {
    files: BTreeSet<FileId>,
    items: BTreeSet<Key>,
}

impl Spoiled {
    /// Attributes every error to the file it is in and to the objective or key result in whose lines it stands.
    pub(super) fn by(material: &Material<'_>) -> Self {
        let mut spoiled = Self::default();
        let errors = material
            .read
            .iter()
            .filter(|found| found.severity == Severity::Error);
        let mut places: BTreeMap<FileId, Vec<u32>> = BTreeMap::new();
        for label in errors.filter_map(|found| found.primary.as_ref()) {
            places
                .entry(label.span.file)
                .or_default()
                .push(label.span.start);
        }
        if places.is_empty() {
            return spoiled;
        }
        for okrs in material.tree.teams() {
            let Some(places) = places.get(&okrs.file) else {
                continue;
            };
            spoiled.files.insert(okrs.file);
            let mut headers: Vec<(u32, &Key)> = Vec::new();
            for objective in &okrs.objectives {
                headers.push((objective.item.span.start, &objective.item.key));
                for key_result in &objective.key_results {
                    headers.push((key_result.item.span.start, &key_result.item.key));
                }
            }
            headers.sort_unstable();
            for place in places {
                let before = headers.partition_point(|(start, _)| start <= place);
                if let Some((_, key)) = before.checked_sub(1).and_then(|at| headers.get(at)) {
                    spoiled.items.insert((*key).clone());
                }
            }
        }
        spoiled
    }

    /// Whether an objective or key result has something in it that could not be read.
    pub(super) fn item(&self, key: &Key) -> bool {
        self.items.contains(key)
    }

    /// Whether a file has something in it that could not be read.
    pub(super) fn file(&self, file: FileId) -> bool {
        self.files.contains(&file)
    }
}
