//! Tables of days as lines: `check_in.2026-10-05 = { … }`, whether they were headers or dotted keys.

use toml_edit::Key;

use super::comments::Blocks;
use super::order::Node;
use super::section::{Content, Entry, Section};

/// Puts what stands below headers of days into the tables that the days belong to, and makes one line of each day.
pub(super) fn days<'d>(sections: Vec<Section<'d>>, root: Node<'_>) -> Vec<Section<'d>> {
    let folds: Vec<Option<usize>> = sections
        .iter()
        .map(|section| foldable(section, &sections, root))
        .collect();
    let mut homes: Vec<Vec<&str>> = Vec::new();
    for (section, _) in sections
        .iter()
        .zip(&folds)
        .filter(|(_, fold)| fold.is_none())
    {
        homes.extend(declared(section));
    }
    let mut kept: Vec<Section<'d>> = Vec::new();
    let mut folded: Vec<(Section<'d>, usize)> = Vec::new();
    for (section, fold) in sections.into_iter().zip(folds) {
        let Some(depth) = fold else {
            kept.push(section);
            continue;
        };
        let home = section.header[..depth - 1].to_vec();
        if !homes.contains(&names(&home)) {
            homes.push(names(&home));
            kept.push(Section::bare(home));
        }
        folded.push((section, depth));
    }
    for (section, depth) in folded {
        let wanted = names(&section.header[..depth - 1]);
        let holders = kept
            .iter_mut()
            .filter(|home| !home.is_list && wanted.starts_with(&names(&home.header)));
        if let Some(home) = holders.max_by_key(|home| home.header.len()) {
            let depth = home.header.len();
            home.entries.extend(lines_of(section, depth));
        }
    }
    for section in &mut kept {
        let table = root.at(names(&section.header));
        section.entries = one_line_a_day(std::mem::take(&mut section.entries), table);
    }
    kept
}

fn names<'d>(path: &[&'d Key]) -> Vec<&'d str> {
    path.iter().map(|key| key.get()).collect()
}

/// How many keys of a header lead to a table of days, where what stands below it can be lines: lists of tables, and
/// headers below a day, cannot.
fn foldable(section: &Section<'_>, all: &[Section<'_>], root: Node<'_>) -> Option<usize> {
    let header = names(&section.header);
    let depth = days_below(root, &header)?;
    let map = &header[..depth];
    let is_deep = all.iter().any(|other| {
        let deep = other.is_list || other.header.len() > depth + 1;
        deep && names(&other.header).starts_with(map)
    });
    (!is_deep).then_some(depth)
}

/// How many keys of a path lead to a table of days.
fn days_below(table: Node<'_>, path: &[&str]) -> Option<usize> {
    (1..=path.len()).find(|&depth| table.at(path[..depth].iter().copied()).has_days())
}

/// The tables that a section declares: by its header, and by the dotted keys below it.
fn declared<'d>(section: &Section<'d>) -> Vec<Vec<&'d str>> {
    let header = names(&section.header);
    let dotted = section.entries.iter().flat_map(|entry| {
        let path = names(&entry.path);
        let header = &header;
        (1..path.len()).map(move |depth| [header, &path[..depth]].concat())
    });
    let mut declared: Vec<Vec<&str>> = dotted.collect();
    if !header.is_empty() {
        declared.push(header.clone());
    }
    declared
}

/// What stands below a header, as lines of the table that `depth` keys of the header lead to. All its comments come along.
fn lines_of(section: Section<'_>, depth: usize) -> Vec<Entry<'_>> {
    let prefix = &section.header[depth..];
    let mut entries = section.entries;
    for entry in &mut entries {
        entry.path.splice(0..0, prefix.iter().copied());
    }
    if entries.is_empty() {
        entries.push(Entry {
            path: prefix.to_vec(),
            content: Content::Table(Vec::new()),
            above: Blocks::default(),
            behind: None,
        });
    }
    let mut above = section.above.into_block();
    above.extend(section.behind);
    above.extend(section.head.into_iter().flatten());
    if let Some(first) = entries.first_mut() {
        first.above.touching.splice(0..0, above);
    }
    if let Some(last) = entries.last_mut() {
        last.above.touching.extend(section.tail);
    }
    entries
}

/// Gathers the dotted keys of each day into one table in braces.
fn one_line_a_day<'d>(entries: Vec<Entry<'d>>, table: Node<'_>) -> Vec<Entry<'d>> {
    let mut kept: Vec<Entry<'d>> = Vec::new();
    for mut entry in entries {
        let day = days_below(table, &names(&entry.path)).map(|depth| depth + 1);
        let pairs = match (day, &entry.content) {
            (Some(day), Content::Value(value)) if entry.path.len() > day => {
                vec![(entry.path.split_off(day), *value)]
            }
            (Some(day), Content::Table(_)) if entry.path.len() == day => Vec::new(),
            _ => {
                kept.push(entry);
                continue;
            }
        };
        let same = kept
            .iter_mut()
            .find(|other| names(&other.path) == names(&entry.path));
        match same {
            Some(same) => {
                let above = &mut same.above.touching;
                above.extend(same.behind.take());
                above.extend(entry.above.into_block());
                above.extend(entry.behind);
                if let Content::Table(known) = &mut same.content {
                    known.extend(pairs);
                }
            }
            None => kept.push(Entry {
                content: Content::Table(pairs),
                ..entry
            }),
        }
    }
    without_empty_maps(kept)
}

/// Leaves out a table of days that stood under a header of its own and holds nothing, where days of it stand elsewhere.
fn without_empty_maps(entries: Vec<Entry<'_>>) -> Vec<Entry<'_>> {
    let mut kept = entries;
    while let Some(at) = kept.iter().position(|entry| {
        let path = names(&entry.path);
        let is_above = |other: &Entry<'_>| {
            other.path.len() > path.len() && names(&other.path).starts_with(&path)
        };
        matches!(&entry.content, Content::Table(pairs) if pairs.is_empty())
            && kept.iter().any(is_above)
    }) {
        let empty = kept.remove(at);
        let path = names(&empty.path);
        let heir = kept
            .iter_mut()
            .find(|other| names(&other.path).starts_with(&path));
        if let Some(heir) = heir {
            let mut above = empty.above.into_block();
            above.extend(empty.behind);
            heir.above.touching.splice(0..0, above);
        }
    }
    kept
}
