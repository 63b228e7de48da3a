use super::{Row, Table};

/// The line that begins the check-in table within a block. Nobody's Markdown can forge it: comments that begin like ours
/// are escaped.
const TABLE: &str = "<!-- okrsync:check-ins -->";

/// What stands inside a managed block: the rendered definition, and for key results the check-in table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The definition, and whatever people wrote around the table.
    pub definition: String,
    /// The check-in table; absent in an objective's block, or where somebody removed it.
    pub table: Option<Table>,
}

impl Body {
    /// Reads what stands inside a block. Where somebody has copied the line that begins the table, the rows behind each
    /// count, and one table is left.
    pub fn parse(text: &str) -> Self {
        let mut begins = line_starts(text, TABLE);
        begins.push(text.len());
        let mut parts = vec![&text[..begins[0]]];
        let mut table: Option<Table> = None;
        for pair in begins.windows(2) {
            let (more, below) = Table::parse(&text[pair[0] + TABLE.len()..pair[1]]);
            let table = table.get_or_insert_default();
            table.rows.extend(more.rows);
            table.unreadable.extend(more.unreadable);
            parts.push(below);
        }
        let parts = parts.into_iter().map(|part| part.trim_matches('\n'));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        Self {
            definition: parts.join("\n\n"),
            table,
        }
    }

    /// The Markdown that [`parse`](Self::parse) reads: the definition, then the table.
    pub fn render(&self) -> String {
        match &self.table {
            None => self.definition.clone(),
            Some(table) => format!("{}\n\n{TABLE}\n\n{}", self.definition, table.render()),
        }
    }

    /// A block with a check-in table of these rows.
    pub fn with_rows(definition: &str, rows: Vec<Row>, unreadable: Vec<String>) -> Self {
        Self {
            definition: definition.to_owned(),
            table: Some(Table { rows, unreadable }),
        }
    }
}

/// What stands above and below the line that begins the table.
pub(super) fn split_at_table(body: &str) -> Option<(&str, &str)> {
    let at = line_starts(body, TABLE).first().copied()?;
    Some((&body[..at], &body[at + TABLE.len()..]))
}

/// The body without the lines that begin the table; the table itself stays.
pub(super) fn without_table_mark(body: &str) -> String {
    let mut rest = body;
    let mut parts = Vec::new();
    while let Some((above, below)) = split_at_table(rest) {
        parts.push(above.trim_end_matches('\n'));
        rest = below.trim_start_matches('\n');
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// Where a line begins with `start`.
pub(super) fn line_starts(text: &str, start: &str) -> Vec<usize> {
    text.match_indices(start)
        .map(|(at, _)| at)
        .filter(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n')
        .collect()
}
