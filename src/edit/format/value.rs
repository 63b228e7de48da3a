use std::collections::BTreeMap;

use toml_edit::{Array, InlineTable, Key, RawString, Value};

use super::comments::{Block, comment, comments};
use super::order::{Node, Rank};

/// Writes the values of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'t> {
    pub(super) text: &'t str,
    /// How the text ends its lines.
    pub(super) line_end: &'static str,
}

/// How far the items of a list over several lines are indented.
const INDENT: &str = "  ";

impl<'t> Writer<'t> {
    /// White space and comments as they are written.
    pub(super) fn space(self, raw: Option<&RawString>) -> &'t str {
        raw.and_then(RawString::span)
            .and_then(|span| self.text.get(span))
            .unwrap_or_default()
    }

    /// A key as it is written; a day needs no quotation marks.
    pub(super) fn key(self, key: &Key, table: Node<'_>) -> String {
        if table.has_days() && key.get().bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return key.get().to_owned();
        }
        let span = key.as_repr().and_then(toml_edit::Repr::span);
        let written = span.and_then(|span| self.text.get(span));
        written.unwrap_or_else(|| key.get()).to_owned()
    }

    /// A value that stands behind its key. A list that was written over several lines stays so. Comments for which the
    /// value leaves no place are added to `above`.
    pub(super) fn value(self, value: &Value, node: Node<'_>, above: &mut Block) -> String {
        self.indented(value, node, "", above)
    }

    fn indented(self, value: &Value, node: Node<'_>, indent: &str, above: &mut Block) -> String {
        match value {
            Value::Array(list) if self.is_long(list) => self.long_list(list, node, indent),
            _ => self.on_one_line(value, node, above),
        }
    }

    /// A value on one line, apart from texts that have several.
    fn on_one_line(self, value: &Value, node: Node<'_>, above: &mut Block) -> String {
        match value {
            Value::Array(list) => {
                let mut items = Vec::new();
                for item in list {
                    above.extend(comments(self.space(item.decor().prefix())));
                    items.push(self.on_one_line(item, node.items(), above));
                    above.extend(comments(self.space(item.decor().suffix())));
                }
                above.extend(comments(self.space(Some(list.trailing()))));
                format!("[{}]", items.join(", "))
            }
            Value::InlineTable(table) => self.braces(table, node, above),
            scalar => {
                let written = scalar.span().and_then(|span| self.text.get(span));
                plain_text(written.unwrap_or_default())
            }
        }
    }

    /// A table in braces.
    fn braces(self, table: &InlineTable, node: Node<'_>, above: &mut Block) -> String {
        let pairs = table.get_values();
        for (path, value) in &pairs {
            let key = path.last().map(|key| key.leaf_decor());
            for decor in key.into_iter().chain([value.decor()]) {
                above.extend(comments(self.space(decor.prefix())));
                above.extend(comments(self.space(decor.suffix())));
            }
        }
        let text = self.table(&pairs, node, above);
        above.extend(comments(self.space(Some(table.trailing()))));
        text
    }

    /// Keys and values as a table in braces, in their order. What stands around them is the caller's.
    pub(super) fn table(
        self,
        pairs: &[(Vec<&Key>, &Value)],
        node: Node<'_>,
        above: &mut Block,
    ) -> String {
        let mut written: Vec<(Vec<Rank>, String)> = Vec::new();
        let mut ranks = Ranks::default();
        for (path, value) in pairs {
            let names: Vec<&str> = path.iter().map(|key| key.get()).collect();
            let inner = node.at(names.iter().copied());
            let text = self.on_one_line(value, inner, above);
            let rank = ranks.of(node, &names);
            written.push((rank, format!("{} = {text}", self.path(path, node))));
        }
        written.sort_by(|(one, _), (other, _)| one.cmp(other));
        let written: Vec<String> = written.into_iter().map(|(_, pair)| pair).collect();
        if written.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", written.join(", "))
        }
    }

    /// A dotted key.
    pub(super) fn path(self, path: &[&Key], mut table: Node<'_>) -> String {
        let mut parts = Vec::new();
        for key in path {
            parts.push(self.key(key, table));
            table = table.child(key.get());
        }
        parts.join(".")
    }

    /// Whether a list has a line break between its items, or holds nothing but comments.
    fn is_long(self, list: &Array) -> bool {
        if list.is_empty() {
            return self.space(Some(list.trailing())).contains('#');
        }
        let around = list.iter().flat_map(|item| {
            let decor = item.decor();
            [decor.prefix(), decor.suffix()]
        });
        around
            .chain([Some(list.trailing())])
            .any(|space| self.space(space).contains('\n'))
    }

    /// A list with each item on a line of its own, and every comment at what it stands at.
    fn long_list(self, list: &Array, node: Node<'_>, indent: &str) -> String {
        let mut items: Vec<Item> = Vec::new();
        let mut opening = None;
        let mut own = Block::new();
        for value in list {
            let (same_line, lines) = split(self.space(value.decor().prefix()));
            attach(&mut items, &mut opening, &mut own, same_line);
            own.extend(lines);
            let inner = format!("{indent}{INDENT}");
            let text = self.indented(value, node.items(), &inner, &mut own);
            items.push(Item {
                above: std::mem::take(&mut own),
                text,
                behind: None,
            });
            let (same_line, lines) = split(self.space(value.decor().suffix()));
            attach(&mut items, &mut opening, &mut own, same_line);
            own.extend(lines);
        }
        let (same_line, lines) = split(self.space(Some(list.trailing())));
        attach(&mut items, &mut opening, &mut own, same_line);
        own.extend(lines);

        let end = self.line_end;
        let mut text = "[".to_owned();
        if let Some(opening) = opening {
            text.extend([" ", &opening]);
        }
        for item in items {
            for comment in &item.above {
                text.extend([end, indent, INDENT, comment]);
            }
            text.extend([end, indent, INDENT, &item.text, ","]);
            if let Some(comment) = &item.behind {
                text.extend([" ", comment]);
            }
        }
        for comment in &own {
            text.extend([end, indent, INDENT, comment]);
        }
        text.extend([end, indent, "]"]);
        text
    }
}

/// An item of a list over several lines.
struct Item {
    above: Block,
    text: String,
    behind: Option<String>,
}

/// Puts a comment behind the last item, or behind the opening bracket; where one stands there already, above what follows.
fn attach(
    items: &mut [Item],
    opening: &mut Option<String>,
    own: &mut Block,
    comment: Option<String>,
) {
    let place = items.last_mut().map_or(opening, |last| &mut last.behind);
    if place.is_none() {
        *place = comment;
    } else {
        own.extend(comment);
    }
}

/// The comment before the first line break, and those behind it.
fn split(space: &str) -> (Option<String>, Block) {
    match space.split_once('\n') {
        Some((line, rest)) => (comment(line), comments(rest)),
        None => (comment(space), Block::new()),
    }
}

/// A text in `"` where it was in `'`, unless that would need a backslash. Everything else stays as it was written.
fn plain_text(written: &str) -> String {
    let inside = written
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .filter(|inside| !inside.contains(['"', '\\', '\'']));
    inside.map_or_else(|| written.to_owned(), |inside| format!("\"{inside}\""))
}

/// The ranks of dotted keys. Names that somebody chose are counted as they appear.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    seen: BTreeMap<Vec<String>, usize>,
}

impl Ranks {
    /// Where a dotted key belongs in a table.
    pub(super) fn of(&mut self, mut table: Node<'_>, names: &[&str]) -> Vec<Rank> {
        let mut prefix = Vec::new();
        let mut ranks = Vec::new();
        for name in names {
            prefix.push((*name).to_owned());
            let count = self.seen.len();
            let before = *self.seen.entry(prefix.clone()).or_insert(count);
            ranks.push(table.rank(name, before));
            table = table.child(name);
        }
        ranks
    }
}
