use super::comments::Block;
use super::fold;
use super::order::{Node, Rank};
use super::section::{Content, Entry, File, Section};
use super::value::{Ranks, Writer};

/// What the first line of a file begins with that names its schema.
const SCHEMA: &str = "#:schema";

/// A file that is being written.
struct Page<'t> {
    writer: Writer<'t>,
    text: String,
    /// Whether the next line stands apart from the one before.
    apart: bool,
}

/// Writes a file.
pub(super) fn write(mut file: File<'_>, root: Node<'_>, writer: Writer<'_>) -> String {
    let mut page = Page {
        writer,
        text: String::new(),
        apart: false,
    };
    if let Some((schema, apart)) = take_schema(&mut file) {
        page.line(&schema);
        page.apart = apart;
    }
    let before = page.text.len();
    for section in fold::days(file.sections, root) {
        page.section(section, root);
    }
    page.apart |= page.text.len() > before;
    page.floating(&file.last.floating);
    page.text
}

/// Takes the line that names the schema out of the comments at the top of the file, and says whether it stood apart.
fn take_schema(file: &mut File<'_>) -> Option<(String, bool)> {
    let (floating, touching) = match file.sections.as_mut_slice() {
        [first, ..] if !first.entries.is_empty() => {
            let entry = first.entries.first_mut();
            (
                &mut first.head,
                entry.map(|entry| &mut entry.above.touching),
            )
        }
        [_, second, ..] => (&mut second.above.floating, Some(&mut second.above.touching)),
        _ => (&mut file.last.floating, None),
    };
    let is_schema = |line: &String| line.starts_with(SCHEMA);
    for block in floating {
        if let Some(at) = block.iter().position(is_schema) {
            let apart = block.len() == 1;
            return Some((block.remove(at), apart));
        }
    }
    let touching = touching?;
    let at = touching.iter().position(is_schema)?;
    Some((touching.remove(at), false))
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        let end = self.writer.line_end;
        if std::mem::take(&mut self.apart) && !self.text.is_empty() {
            self.text.push_str(end);
        }
        self.text.push_str(line);
        self.text.push_str(end);
    }

    fn block(&mut self, block: &Block) {
        for line in block {
            self.line(line);
        }
    }

    /// Comments that stand apart, each followed by an empty line.
    fn floating(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            self.apart |= !block.is_empty();
        }
    }

    fn section(&mut self, section: Section<'_>, root: Node<'_>) {
        let names: Vec<&str> = section.header.iter().map(|key| key.get()).collect();
        let mut table = root.at(names.iter().copied());
        if section.is_list {
            table = table.items();
        }
        if !section.header.is_empty() {
            self.apart = true;
            self.floating(&section.above.floating);
            self.block(&section.above.touching);
            let path = self.writer.path(&section.header, root);
            let header = if section.is_list {
                format!("[[{path}]]")
            } else {
                format!("[{path}]")
            };
            self.line(&with_comment(header, section.behind.as_deref()));
        }
        self.floating(&section.head);
        for (number, entry) in sorted(section.entries, table).into_iter().enumerate() {
            self.apart |= number > 0 && entry.above.apart;
            self.entry(&entry, table);
        }
        self.block(&section.tail);
    }

    fn entry(&mut self, entry: &Entry<'_>, table: Node<'_>) {
        let node = table.at(entry.path.iter().map(|key| key.get()));
        let mut above = Block::new();
        let value = match &entry.content {
            Content::Value(value) => self.writer.value(value, node, &mut above),
            Content::Table(pairs) => self.writer.table(pairs, node, &mut above),
        };
        self.floating(&entry.above.floating);
        self.block(&entry.above.touching);
        self.block(&above);
        let line = format!("{} = {value}", self.writer.path(&entry.path, table));
        self.line(&with_comment(line, entry.behind.as_deref()));
    }
}

fn with_comment(mut line: String, comment: Option<&str>) -> String {
    if let Some(comment) = comment {
        line.extend([" ", comment]);
    }
    line
}

/// Entries in the order of the schema; those without a place in it keep theirs, at the end.
fn sorted<'d>(entries: Vec<Entry<'d>>, table: Node<'_>) -> Vec<Entry<'d>> {
    let mut ranks = Ranks::default();
    let mut ranked: Vec<(Vec<Rank>, Entry<'_>)> = entries
        .into_iter()
        .map(|entry| {
            let names: Vec<&str> = entry.path.iter().map(|key| key.get()).collect();
            (ranks.of(table, &names), entry)
        })
        .collect();
    ranked.sort_by(|(one, _), (other, _)| one.cmp(other));
    ranked.into_iter().map(|(_, entry)| entry).collect()
}
