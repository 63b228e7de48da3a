//! Tables of days as lines: `check_in.2026-10-05 = { … }`, whether they were headers or dotted keys.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::Key;

use super::comments::Blocks;
use super::order::Node;
use super::section::{Content, Entry, Section};

/// Puts what stands below headers of days into the tables that the days belong to, and makes one line of each day.
pub(super) fn days<'d>(sections: Vec<Section<'d>>, root: Node<'_>) -> Vec<Section<'d>> {
    let folds = foldable(&sections, root);
    let kept = sections
        .iter()
        .zip(&folds)
        .filter(|(_, fold)| fold.is_none());
    let mut declared: BTreeSet<Path<'d>> =
        kept.flat_map(|(section, _)| tables_of(section)).collect();
    let mut kept: Vec<Section<'d>> = Vec::new();
    let mut folded: Vec<(Section<'d>, usize)> = Vec::new();
    for (section, fold) in sections.into_iter().zip(folds) {
        let Some(depth) = fold else {
            kept.push(section);
            continue;
        };
        let home = section.header[..depth - 1].to_vec();
        if declared.insert(names(&home)) {
            kept.push(Section::bare(home));
        }
        folded.push((section, depth));
    }
    let own = |(_, section): &(usize, &Section<'d>)| !section.is_list;
    let headers = kept.iter().enumerate().filter(own);
    let headers: BTreeMap<Path<'d>, usize> = headers
        .map(|(at, section)| (names(&section.header), at))
        .collect();
    for (section, depth) in folded {
        // The nearest header above: the table's own, or the one below which dotted keys declare it.
        let table = names(&section.header[..depth - 1]);
        let above = (0..=table.len()).rev();
        let home = above
            .into_iter()
            .find_map(|length| headers.get(&table[..length]));
        if let Some(&home) = home {
            let home = &mut kept[home];
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

/// The names of the keys that lead to something.
type Path<'d> = Vec<&'d str>;

fn names<'d>(path: &[&'d Key]) -> Vec<&'d str> {
    path.iter().map(|key| key.get()).collect()
}

/// For each section, how many keys of its header lead to a table of days, where what stands below it can be lines: lists of
/// tables, and headers below a day, cannot.
fn foldable(sections: &[Section<'_>], root: Node<'_>) -> Vec<Option<usize>> {
    let depths: Vec<Option<usize>> = sections
        .iter()
        .map(|section| days_below(root, &names(&section.header)))
        .collect();
    let with_depth = || sections.iter().zip(&depths);
    let deep: BTreeSet<Path<'_>> = with_depth()
        .filter_map(|(section, depth)| {
            let is_deep = section.is_list || section.header.len() > (*depth)? + 1;
            is_deep.then_some(names(&section.header[..(*depth)?]))
        })
        .collect();
    with_depth()
        .map(|(section, depth)| {
            depth.filter(|&depth| !deep.contains(&names(&section.header[..depth])))
        })
        .collect()
}

/// How many keys of a path lead to a table of days.
fn days_below(table: Node<'_>, path: &[&str]) -> Option<usize> {
    (1..=path.len()).find(|&depth| table.at(path[..depth].iter().copied()).has_days())
}

/// The tables that a section declares: by its header, and by the dotted keys below it.
fn tables_of<'d>(section: &Section<'d>) -> Vec<Path<'d>> {
    let header = names(&section.header);
    let dotted = section.entries.iter().flat_map(|entry| {
        let path = names(&entry.path);
        let header = &header;
        (1..path.len()).map(move |depth| [header, &path[..depth]].concat())
    });
    let mut declared: Vec<Path<'d>> = dotted.collect();
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
    let mut gathered: BTreeMap<Path<'d>, usize> = BTreeMap::new();
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
        let at = *gathered.entry(names(&entry.path)).or_insert(kept.len());
        let Some(same) = kept.get_mut(at) else {
            kept.push(Entry {
                content: Content::Table(pairs),
                ..entry
            });
            continue;
        };
        let above = &mut same.above.touching;
        above.extend(same.behind.take());
        above.extend(entry.above.into_block());
        above.extend(entry.behind);
        if let Content::Table(known) = &mut same.content {
            known.extend(pairs);
        }
    }
    without_empty_maps(kept, table)
}

/// Leaves out a table of days that stood under a header of its own and holds nothing, where days of it stand elsewhere.
fn without_empty_maps<'d>(mut kept: Vec<Entry<'d>>, table: Node<'_>) -> Vec<Entry<'d>> {
    while let Some(at) = kept.iter().position(|entry| {
        let path = names(&entry.path);
        let is_above = |other: &Entry<'_>| {
            other.path.len() > path.len() && names(&other.path).starts_with(&path)
        };
        let is_map = matches!(entry.content, Content::Table(_))
            && days_below(table, &path) == Some(path.len());
        is_map && kept.iter().any(is_above)
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
