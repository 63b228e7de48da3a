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
    /// Reads what stands inside a block.
    pub fn parse(text: &str) -> Self {
        let Some((above, rest)) = split_at_table(text) else {
            return Self {
                definition: text.trim_matches('\n').to_owned(),
                table: None,
            };
        };
        let (table, below) = Table::parse(rest);
        let mut definition = above.trim_matches('\n').to_owned();
        let below = below.trim_matches('\n');
        if !below.is_empty() {
            definition.push_str("\n\n");
            definition.push_str(below);
        }
        Self {
            definition,
            table: Some(table),
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

/// Where a line begins with `start`.
pub(super) fn line_starts(text: &str, start: &str) -> Vec<usize> {
    text.match_indices(start)
        .map(|(at, _)| at)
        .filter(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n')
        .collect()
}
