use super::cell::{escape_cell, unescape_cell};
use super::normalise::collapse;
use super::{Row, RowValues};
use crate::model::{Date, Health, Number};

const HEADER: &str =
    "| Date | Value | Confidence | Health | Note |\n| --- | ---: | ---: | --- | --- |";

/// The check-in table: the one place inside a managed block where people may write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The rows, as they stand in the table; one date may have several.
    pub rows: Vec<Row>,
    /// Lines that are no check-in, white space at their ends apart: kept below the rows until somebody mends them.
    pub unreadable: Vec<String>,
}

/// What in a line keeps it from being a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misread {
    /// The first cell is no day.
    Date,
    /// The second cell is no number, or one that may mean two.
    Value,
    /// The third cell is no percentage from 0 to 100.
    Confidence,
    /// The fourth cell is no word for how it goes.
    Health,
    /// Nothing stands behind the day.
    Nothing,
}

impl Misread {
    /// Finds it in a line of [`Table::unreadable`]; `None` for a line that can be read.
    pub fn of(line: &str) -> Option<Self> {
        parse_row(line).err()
    }
}

impl Table {
    /// Reads the table at the beginning of `text`, and gives back what follows it. Layout does not matter: padding, pipes
    /// at the ends, the alignment row, missing cells at the end, `12 %`, `1,5`, `On track`. The table ends at a blank line,
    /// as in GitLab.
    pub(super) fn parse(text: &str) -> (Self, &str) {
        let mut table = Self::default();
        let text = text.trim_start_matches('\n');
        let end = text.find("\n\n").unwrap_or(text.len());
        let (lines, below) = text.split_at(end);
        for line in lines.lines() {
            if line.trim().is_empty() || is_header(line) || is_alignment(line) {
                continue;
            }
            match parse_row(line) {
                Ok(row) => table.rows.push(row),
                Err(_) => table.unreadable.push(line.trim_end().to_owned()),
            }
        }
        (table, below)
    }

    /// The table in Markdown: a header also without rows, so that people see where to write.
    pub(super) fn render(&self) -> String {
        let mut text = HEADER.to_owned();
        for line in self
            .rows
            .iter()
            .map(render_row)
            .chain(self.unreadable.iter().cloned())
        {
            text.push('\n');
            text.push_str(&line);
        }
        text
    }
}

fn render_row(row: &Row) -> String {
    let values = &row.values;
    let cell = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_default();
    let cells = [
        row.date.to_string(),
        cell(values.value.map(|value| value.to_string())),
        cell(values.confidence.map(|percent| format!("{percent} %"))),
        cell(values.health.map(|health| health.as_str().to_owned())),
        cell(values.note.as_deref().map(escape_cell)),
    ];
    let mut line = String::from("|");
    for text in cells {
        line.push(' ');
        line.push_str(&text);
        line.push_str(if text.is_empty() { "|" } else { " |" });
    }
    line
}

/// The cells of a line, split where GitLab splits them: at pipes without a backslash.
pub(super) fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if c == '|' && !escaped {
            cells.push(&line[start..at]);
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    if !line[start..].trim().is_empty() {
        cells.push(&line[start..]);
    }
    cells
}

fn is_header(line: &str) -> bool {
    let cells = cells(line);
    let is = |at: usize, name: &str| {
        cells
            .get(at)
            .is_some_and(|cell| cell.trim().eq_ignore_ascii_case(name))
    };
    is(0, "date") && is(1, "value")
}

fn is_alignment(line: &str) -> bool {
    line.contains('-')
        && line
            .chars()
            .all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// Reads one line.
fn parse_row(line: &str) -> Result<Row, Misread> {
    let cells = cells(line);
    let cell = |at: usize| {
        let text = unescape_cell(cells.get(at).copied().unwrap_or_default());
        let empty = matches!(text.as_str(), "" | "-" | "–" | "—");
        (!empty).then_some(text)
    };
    let date = cell(0).and_then(|text| text.trim_matches(['*', '`', ' ']).parse().ok());
    let date: Date = date.ok_or(Misread::Date)?;
    // What follows the fifth cell was a pipe within a note.
    let note = collapse(&unescape_cell(
        &cells.get(4..).unwrap_or_default().join("|"),
    ));
    let values = RowValues {
        value: read(cell(1), parse_number).ok_or(Misread::Value)?,
        confidence: read(cell(2), |text| {
            parse_number(text).filter(|n| (Number::ZERO..=Number::HUNDRED).contains(n))
        })
        .ok_or(Misread::Confidence)?,
        health: read(cell(3), parse_health).ok_or(Misread::Health)?,
        note: (!note.is_empty()).then_some(note),
    };
    if values == RowValues::default() {
        return Err(Misread::Nothing);
    }
    Ok(Row { date, values })
}

/// An absent cell is fine; one that cannot be read is not.
#[expect(
    clippy::option_option,
    reason = "an absent cell and an unreadable one are two things"
)]
fn read<T>(cell: Option<String>, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match cell {
        None => Some(None),
        Some(text) => parse(&text).map(Some),
    }
}

/// A number with a percent sign or not, with a decimal comma or not. `1,500` may mean two things, so it means nothing.
fn parse_number(text: &str) -> Option<Number> {
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    if let Some((whole, fraction)) = text.split_once(',') {
        let ambiguous = fraction.len() == 3 && whole.trim_start_matches(['+', '-']) != "0";
        let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
        if ambiguous || !digits || whole.contains('.') {
            return None;
        }
        return format!("{whole}.{fraction}").parse().ok();
    }
    text.parse().ok()
}

fn parse_health(text: &str) -> Option<Health> {
    Health::parse(&text.to_lowercase().replace([' ', '_'], "-"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(date: &str, value: &str, confidence: &str, health: &str, note: &str) -> Row {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Row {
            date: date.parse().unwrap(),
            values: RowValues {
                value: some(value).map(|n| n.parse().unwrap()),
                confidence: some(confidence).map(|n| n.parse().unwrap()),
                health: some(health).map(|h| Health::parse(&h).unwrap()),
                note: some(note),
            },
        }
    }

    #[test]
    fn layout_does_not_matter() {
        let text = "\n\n|date|  Value |confidence|Health|note|\n|:--|-:|-|-|-|\n\
            |2026-10-05|120|60%|On track|ok|\n\
            2026-10-12 | 1,5 %\n\
            |`2026-10-19`| - | |needs attention|a \\| b | c|\n\nbelow";
        let (table, below) = Table::parse(text);
        assert_eq!(
            table.rows,
            [
                row("2026-10-05", "120", "60", "on-track", "ok"),
                row("2026-10-12", "1.5", "", "", ""),
                row("2026-10-19", "", "", "needs-attention", "a | b | c"),
            ]
        );
        assert_eq!(table.unreadable, Vec::<String>::new());
        assert_eq!(below.trim(), "below");
    }

    #[test]
    fn what_is_no_check_in_is_kept_to_the_byte() {
        let misread = [
            ("| 5 October | 12 |", Misread::Date),
            ("| 2026-10-05 | 1,500 |", Misread::Value),
            ("| 2026-10-05 | 3 of 5 |", Misread::Value),
            ("| 2026-10-05 | 5k |", Misread::Value),
            ("| 2026-10-05 | 1 | 120 % |", Misread::Confidence),
            ("| 2026-10-05 | 1 | 50 | fine |", Misread::Health),
            ("| 2026-10-05 |  |  |", Misread::Nothing),
            ("just text", Misread::Date),
        ];
        for (line, what) in misread {
            assert_eq!(Misread::of(line), Some(what), "{line}");
        }
        assert_eq!(Misread::of("| 2026-10-05 | 1 |"), None);
        let lines = misread.map(|(line, _)| line);
        let (table, _) = Table::parse(&format!("{HEADER}\n{}", lines.join("\n")));
        assert_eq!(table.rows, []);
        assert_eq!(table.unreadable, lines);
        assert_eq!(Table::parse(&table.render()).0, table);
        // The last line of a block loses the white space at its end: no line has any.
        let (padded, _) = Table::parse(&format!("{HEADER}\n{}", lines.join(" \t\n")));
        assert_eq!(padded, table);
    }

    #[test]
    fn an_empty_table_has_a_header() {
        assert_eq!(Table::default().render(), HEADER);
        assert_eq!(Table::parse(HEADER), (Table::default(), ""));
    }

    proptest! {
        #[test]
        fn rows_come_back(
            value in proptest::option::of(-9999i64..9999),
            confidence in proptest::option::of(0i64..=100),
            health in proptest::option::of(0usize..3),
            note in r"[a-c |@<`\\&.]{0,20}",
            day in 1i8..29,
        ) {
            let note = unescape_cell(&note);
            let values = RowValues {
                value: value.map(|n| Number::new(rust_decimal::Decimal::new(n, 2))),
                confidence: confidence.map(Number::from),
                health: health.map(|at| Health::ALL[at]),
                note: (!note.is_empty()).then_some(note),
            };
            prop_assume!(values != RowValues::default());
            let rows = vec![Row { date: Date::constant(2026, 10, day), values }];
            let table = Table { rows, unreadable: vec![] };
            prop_assert_eq!(Table::parse(&table.render()).0, table);
        }
    }
}
