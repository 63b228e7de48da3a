use toml_edit::{Document, Item, Key, Table, Value};

use super::comments::{Block, Blocks, comment, last_lines, lines};
use super::value::Writer;

/// A file as its headers part it, in the order in which they stand.
pub(super) struct File<'d> {
    /// What stands above the first header comes first, even where it is nothing.
    pub(super) sections: Vec<Section<'d>>,
    /// Comments at the end that stand apart from what comes before.
    pub(super) last: Blocks,
}

/// A header with what stands below it.
pub(super) struct Section<'d> {
    /// The keys of the header; none above the first one.
    pub(super) header: Vec<&'d Key>,
    /// Whether the header is in double brackets.
    pub(super) is_list: bool,
    /// Comments above the header.
    pub(super) above: Blocks,
    /// The comment behind the header.
    pub(super) behind: Option<String>,
    /// Comments at the top that belong to no key.
    pub(super) head: Vec<Block>,
    /// The keys and values, as they stand in the file.
    pub(super) entries: Vec<Entry<'d>>,
    /// Comments right below the last key.
    pub(super) tail: Block,
}

impl<'d> Section<'d> {
    /// A header with nothing below it yet.
    pub(super) fn bare(header: Vec<&'d Key>) -> Self {
        Self {
            header,
            is_list: false,
            above: Blocks::default(),
            behind: None,
            head: Vec::new(),
            entries: Vec::new(),
            tail: Block::new(),
        }
    }
}

/// A key and its value.
pub(super) struct Entry<'d> {
    /// The dotted key, seen from the header.
    pub(super) path: Vec<&'d Key>,
    pub(super) content: Content<'d>,
    /// Comments above it.
    pub(super) above: Blocks,
    /// The comment behind it.
    pub(super) behind: Option<String>,
}

/// What stands behind a key.
pub(super) enum Content<'d> {
    /// A value as it was written.
    Value(&'d Value),
    /// A table in braces that was made of dotted keys or of what stood below a header.
    Table(Vec<(Vec<&'d Key>, &'d Value)>),
}

impl<'d> File<'d> {
    pub(super) fn read(document: &'d Document<&str>, writer: Writer<'_>) -> Self {
        let mut found = Vec::new();
        collect(document.as_table(), &mut Vec::new(), false, &mut found);
        found.sort_by_key(|section| section.position);
        let mut file = Self {
            sections: Vec::new(),
            last: Blocks::default(),
        };
        for Found {
            table,
            header,
            is_list,
            ..
        } in found
        {
            let mut above = Blocks::of(lines(writer.space(table.decor().prefix())));
            file.take_tail(&mut above);
            let mut entries = entries(table, writer);
            let head = entries.first_mut().map(|first| {
                first.above.apart = false;
                std::mem::take(&mut first.above.floating)
            });
            file.sections.push(Section {
                header,
                is_list,
                above,
                behind: comment(writer.space(table.decor().suffix())),
                head: head.unwrap_or_default(),
                entries,
                tail: Block::new(),
            });
        }
        let mut last = Blocks::of(last_lines(writer.space(Some(document.trailing()))));
        let touching = std::mem::take(&mut last.touching);
        if !touching.is_empty() {
            last.floating.push(touching);
        }
        file.take_tail(&mut last);
        file.last = last;
        file
    }

    /// Comments right below the last key of the file so far belong to it, where something else follows them.
    fn take_tail(&mut self, next: &mut Blocks) {
        if let Some(before) = self.sections.last_mut()
            && !(before.header.is_empty() && before.entries.is_empty())
        {
            before.tail = next.take_tail();
        }
    }
}

struct Found<'d> {
    position: isize,
    table: &'d Table,
    header: Vec<&'d Key>,
    is_list: bool,
}

/// Every table with a header of its own, and the root.
fn collect<'d>(
    table: &'d Table,
    path: &mut Vec<&'d Key>,
    is_list: bool,
    found: &mut Vec<Found<'d>>,
) {
    if path.is_empty() || !(table.is_dotted() || table.is_implicit()) {
        found.push(Found {
            position: table.position().unwrap_or(0),
            table,
            header: path.clone(),
            is_list,
        });
    }
    for (name, item) in table {
        let Some(key) = table.key(name) else { continue };
        path.push(key);
        match item {
            Item::Table(inner) => collect(inner, path, false, found),
            Item::ArrayOfTables(list) => {
                for inner in list {
                    collect(inner, path, true, found);
                }
            }
            Item::Value(_) | Item::None => {}
        }
        path.pop();
    }
}

fn entries<'d>(table: &'d Table, writer: Writer<'_>) -> Vec<Entry<'d>> {
    let mut entries: Vec<(usize, Entry<'d>)> = Vec::new();
    for (path, value) in table.get_values() {
        let Some(key) = path.last() else { continue };
        let place = key.span().map_or(0, |span| span.start);
        let above = Blocks::of(lines(writer.space(key.leaf_decor().prefix())));
        let behind = comment(writer.space(value.decor().suffix()));
        let content = Content::Value(value);
        entries.push((
            place,
            Entry {
                path,
                content,
                above,
                behind,
            },
        ));
    }
    // Dotted keys of one table were gathered; here they are back where they stand.
    entries.sort_by_key(|(place, _)| *place);
    entries.into_iter().map(|(_, entry)| entry).collect()
}
