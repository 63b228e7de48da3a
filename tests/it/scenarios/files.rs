//! The files' side: TOML that begins as [`STANDARD`] and is edited.

use std::collections::BTreeMap;

use okrsync::config::Config;
use okrsync::issue::{DesiredIssue, desired_issues};

/// The files that every scenario begins with.
const STANDARD: &[(&str, &str)] = &[
    (
        "okr.toml",
        r#"
[gitlab]
owner = "acme/okrs"
previous_owners = ["acme/old"]
bots = ["bot"]
[assign]
objective = ["{manager}"]
key_result = ["{manager}"]
[teams.infra]
manager = "dan"
tracker = "acme/okrs"
[teams.sre]
parent = "infra"
manager = "mia"
tracker = "acme/okrs"
"#,
    ),
    (
        "2026-q4/sre",
        r#"
[objective.mtbf]
title = "Maximize MTBF"
[objective.mtbf.kr.hours]
title = "Raise MTBF to 240 h"
from = 96
to = 240
check_in.2026-10-05 = { value = 102 }
"#,
    ),
];

/// `okr.toml` and the OKR files, as tables by their names.
#[derive(Debug, Clone)]
pub(super) struct Files(BTreeMap<String, toml::Table>);

/// What files declare.
pub(super) struct Declared {
    pub(super) config: Config,
    pub(super) desired: Vec<DesiredIssue>,
}

impl Files {
    pub(super) fn standard() -> Self {
        let table = |&(name, text): &(&str, &str)| (name.to_owned(), text.parse().unwrap());
        Self(STANDARD.iter().map(table).collect())
    }

    /// `FILE remove PATH`, `FILE rename PATH PATH`, or `FILE` and TOML that is merged into it. OKR files are called by quarter
    /// and team, or by their team alone.
    pub(super) fn edit(&mut self, edit: &str) -> Result<(), String> {
        let (name, edit) = edit.split_once(' ').ok_or("an edit of what?")?;
        let name = match name {
            "okr.toml" => name.to_owned(),
            name if name.contains('/') => name.to_owned(),
            team => format!("2026-q4/{team}"),
        };
        if edit == "remove" {
            return self
                .0
                .remove(&name)
                .map(|_| ())
                .ok_or("there is no such file".into());
        }
        let file = self.0.entry(name).or_default();
        let words: Vec<&str> = edit.split(' ').collect();
        match words.as_slice() {
            ["remove", path] => take(file, path).map(|_| ()),
            ["rename", from, to] => {
                let value = take(file, from)?;
                let mut place = file;
                let mut parts: Vec<&str> = to.split('.').collect();
                let last = parts.pop().unwrap_or_default();
                for part in parts {
                    let inner = place.get_mut(part).and_then(toml::Value::as_table_mut);
                    place = inner.ok_or("there is no such place")?;
                }
                place.insert(last.to_owned(), value);
                Ok(())
            }
            _ => {
                let more: toml::Table = edit.parse().map_err(|e| format!("no TOML: {e}"))?;
                merge(file, more);
                Ok(())
            }
        }
    }

    /// Reads the files as okr does.
    pub(super) fn declared(&self) -> Result<Declared, String> {
        // All within one line a key: no header, since `check_in` has none.
        let text = |name: &str| -> String {
            let lines = self.0[name]
                .iter()
                .map(|(key, value)| format!("{key} = {value}\n"));
            lines.collect()
        };
        let others: Vec<(String, String)> = self
            .0
            .keys()
            .filter(|name| *name != "okr.toml")
            .map(|name| (format!("okrs/{name}.toml"), text(name)))
            .collect();
        let others: Vec<(&str, &str)> = others
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let loaded = crate::files::load(&text("okr.toml"), &others);
        if loaded.found.has_errors() {
            return Err(format!("the files are wrong:\n{}", loaded.shown()));
        }
        let desired = desired_issues(&loaded.tree, &loaded.config);
        Ok(Declared {
            config: loaded.config,
            desired,
        })
    }
}

fn merge(into: &mut toml::Table, more: toml::Table) {
    for (key, value) in more {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn take(from: &mut toml::Table, path: &str) -> Result<toml::Value, String> {
    let mut place = Some(from);
    let (above, last) = path.rsplit_once('.').unwrap_or(("", path));
    for part in above.split('.').filter(|part| !part.is_empty()) {
        place = place.and_then(|table| table.get_mut(part)?.as_table_mut());
    }
    let found = place.and_then(|table| table.remove(last));
    found.ok_or_else(|| format!("there is no {path}"))
}
