//! Styled text, wrapped to a width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;

use crate::render::terminal_text;

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Tone {
    Plain,
    Strong,
    Dim,
    Create,
    Change,
    Remove,
    Link,
    Alarm,
    Help,
    /// A word that goes, in a line that goes.
    RemovedWord,
    /// A word that comes, in a line that comes.
    AddedWord,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Create => AnsiColor::Green.on_default(),
            Self::Change => AnsiColor::Yellow.on_default(),
            Self::Remove => AnsiColor::Red.on_default(),
            Self::Link | Self::Help => AnsiColor::Cyan.on_default(),
            Self::Alarm => AnsiColor::Red.on_default().bold(),
            Self::RemovedWord => AnsiColor::Red.on_default().bold().underline(),
            Self::AddedWord => AnsiColor::Green.on_default().bold().underline(),
        }
    }
}

/// A piece of text in one tone.
pub(in crate::render) type Span = (Tone, String);

/// What is written so far, and how wide it may be.
#[derive(Debug)]
pub(in crate::render) struct Page {
    text: String,
    width: usize,
    color: bool,
}

/// A character with what decides where and how it is shown.
#[derive(Clone, Copy)]
struct Cell {
    character: char,
    width: usize,
    tone: Tone,
}

impl Page {
    /// An empty page, at least 40 columns wide.
    pub(in crate::render) fn new(width: usize, color: bool) -> Self {
        Self {
            text: String::new(),
            width: width.max(40),
            color,
        }
    }

    /// The page as text.
    pub(in crate::render) fn into_text(self) -> String {
        self.text
    }

    /// An empty line.
    pub(in crate::render) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// One line, wrapped at white space where it is too long; later rows begin at column `hanging`.
    pub(in crate::render) fn line(&mut self, indent: usize, hanging: usize, spans: &[Span]) {
        let cells = cells(spans);
        let mut rest = &cells[..];
        let mut column = indent;
        loop {
            let taken = fitting(rest, self.width.saturating_sub(column).max(20));
            let (row, later) = rest.split_at(taken);
            self.row(column, row);
            let skipped = later.iter().take_while(|cell| cell.character == ' ');
            rest = &later[skipped.count()..];
            if rest.is_empty() {
                break;
            }
            column = hanging;
        }
    }

    /// One line, however long: for what a script may read as the first line.
    pub(in crate::render) fn whole_line(&mut self, spans: &[Span]) {
        self.row(0, &cells(spans));
    }

    /// One line, cut where it is too long.
    pub(in crate::render) fn cut_line(&mut self, indent: usize, spans: &[Span]) {
        let mut cells = cells(spans);
        let room = self.width.saturating_sub(indent).max(20);
        if total(&cells) > room {
            while total(&cells) >= room {
                cells.pop();
            }
            cells.push(Cell {
                character: '…',
                width: 1,
                tone: Tone::Dim,
            });
        }
        self.row(indent, &cells);
    }

    fn row(&mut self, indent: usize, cells: &[Cell]) {
        let visible = cells.iter().rposition(|cell| cell.character != ' ');
        let cells = visible.map_or(&[][..], |last| &cells[..=last]);
        if !cells.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
        for run in cells.chunk_by(|a, b| a.tone == b.tone) {
            let characters: String = run.iter().map(|cell| cell.character).collect();
            match run.first() {
                Some(cell) if self.color => {
                    let style = cell.tone.style();
                    // Writing to a string cannot fail.
                    let _ = write!(self.text, "{style}{characters}{style:#}");
                }
                _ => self.text.push_str(&characters),
            }
        }
        self.text.push('\n');
    }
}

/// The characters of spans, each made safe for a terminal here, so that nothing reaches a page that was not.
fn cells(spans: &[Span]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (tone, text) in spans {
        cells.extend(terminal_text::line(text).chars().map(|character| Cell {
            character,
            width: character.width().unwrap_or(0),
            tone: *tone,
        }));
    }
    cells
}

fn total(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.width).sum()
}

/// How many cells stand on a row of `room` columns: all, up to the last white space that fits, or as many as fit.
fn fitting(cells: &[Cell], room: usize) -> usize {
    let mut width = 0;
    let mut last_space = None;
    for (index, cell) in cells.iter().enumerate() {
        width += cell.width;
        if width > room {
            if cell.character == ' ' {
                return index;
            }
            return last_space.unwrap_or(index.max(1));
        }
        if cell.character == ' ' && index > 0 {
            last_space = Some(index);
        }
    }
    cells.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(width: usize, text: &str) -> String {
        let mut page = Page::new(width, false);
        page.line(2, 4, &[(Tone::Plain, text.to_owned())]);
        page.into_text()
    }

    #[test]
    fn long_lines_break_at_white_space_and_never_overflow() {
        let text = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda";
        assert_eq!(
            wrapped(40, text),
            "  alpha beta gamma delta epsilon zeta eta\n    theta iota kappa lambda\n"
                .replace(" eta\n    theta", "\n    eta theta")
        );
        let long = wrapped(40, &"長".repeat(50));
        assert!(long.lines().count() > 2, "{long}");
        for line in long.lines() {
            let width: usize = line
                .chars()
                .filter_map(unicode_width::UnicodeWidthChar::width)
                .sum();
            assert!(width <= 40, "{line}");
        }
        assert_eq!(wrapped(40, ""), "\n");
    }

    #[test]
    fn a_cut_line_says_that_it_is_cut() {
        let mut page = Page::new(40, false);
        page.cut_line(0, &[(Tone::Plain, "x".repeat(41))]);
        page.cut_line(0, &[(Tone::Plain, "y".repeat(40))]);
        let expected = format!("{}…\n{}\n", "x".repeat(39), "y".repeat(40));
        assert_eq!(page.into_text(), expected);
    }

    #[test]
    fn colour_adds_codes_and_nothing_else() {
        let spans = [
            (Tone::Create, "+ ".to_owned()),
            (Tone::Strong, "key\u{1b}[2J".to_owned()),
        ];
        let mut page = Page::new(80, true);
        page.line(0, 0, &spans);
        assert_eq!(
            page.into_text(),
            "\u{1b}[32m+ \u{1b}[0m\u{1b}[1mkey␛[2J\u{1b}[0m\n"
        );
    }
}
