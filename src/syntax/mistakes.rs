use std::ops::Range;

use toml::de::DeValue;

use super::line::{key_of, line_of, lines_from, looks_like_header};
use super::newer_toml::after_text;
use super::recover::section_end;
use super::{ways_out, words};
use crate::diag::{Diagnostic, Fix, misspelt};
use crate::text::{FileId, Span};

/// A syntax error by its name, and what it spoils.
pub(super) struct Mistake {
    pub diagnostic: Diagnostic,
    pub damage: Damage,
}

/// What a syntax error spoils.
pub(super) enum Damage {
    /// Nothing: the first of two keys counts.
    Ignored(Range<usize>),
    /// The keys of this line's table that are there twice.
    DuplicateHeader(Range<usize>),
    /// This line only: the parser goes on behind it.
    Line(Range<usize>),
    /// These lines, and whatever the parser made of what follows.
    Lines(Range<usize>),
}

const QUOTES: [char; 6] = ['“', '”', '„', '‘', '’', '«'];

/// Names the error that the parser reports `at` a place of the patched text.
pub(super) fn name(
    file: FileId,
    text: &str,
    patched: &str,
    at: Range<usize>,
    message: &str,
) -> Mistake {
    let case = Case {
        file,
        text,
        patched,
        line: line_of(text, at.start),
        at,
        message,
    };
    if message == "duplicate key" {
        return case.duplicate();
    }
    if let Some(open) = case.unclosed_list() {
        return open;
    }
    if looks_like_header(case.line_text()) {
        return case.header();
    }
    case.quotes()
        .or_else(|| case.value())
        .or_else(|| case.unclosed_long_text())
        .or_else(|| case.list())
        .unwrap_or_else(|| case.other())
}

struct Case<'t> {
    file: FileId,
    text: &'t str,
    patched: &'t str,
    at: Range<usize>,
    line: Range<usize>,
    message: &'t str,
}

impl Case<'_> {
    fn line_text(&self) -> &str {
        &self.text[self.line.clone()]
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn fix(&self, (range, replacement): ways_out::Change, title: &str) -> Fix {
        Fix::new(self.span(range), replacement, title)
    }

    fn whole_line(&self, diagnostic: Diagnostic) -> Mistake {
        // Inside a list over several lines the parser reads on by itself; a blanked bracket would open it.
        Mistake {
            diagnostic,
            damage: if self.recovers() {
                Damage::Line(self.line.clone())
            } else {
                Damage::Lines(self.line.clone())
            },
        }
    }

    /// Whether the parser is known to go on well behind this kind of error.
    fn recovers(&self) -> bool {
        [
            "string values must be quoted",
            "unexpected leading zero",
            "invalid date",
            "invalid float",
            "invalid boolean",
            "invalid fraction",
            "invalid mantissa",
            "missing escaped value",
        ]
        .iter()
        .any(|start| self.message.starts_with(start))
    }

    /// The line's value: what stands between its `=` and its end or comment.
    fn written_value(&self) -> Option<Range<usize>> {
        let line = self.line_text();
        let (_, equals) = key_of(line)?;
        let value = &line[equals + 1..];
        let end = if value.trim_start().starts_with(['"', '\'']) {
            value.len()
        } else {
            value.find('#').unwrap_or(value.len())
        };
        let value = &value[..end];
        let start = self.line.start + equals + 1 + (value.len() - value.trim_start().len());
        Some(start..start + value.trim().len())
    }

    fn duplicate(&self) -> Mistake {
        let key = &self.text[self.at.clone()];
        let line = self.line_text();
        if looks_like_header(line) {
            let wanted = header_name(line);
            let first = lines_from(self.text, 0)
                .take_while(|before| before.start < self.line.start)
                .find(|before| header_name(&self.text[before.clone()]) == wanted);
            let shown = line.trim();
            let mut found = Diagnostic::error(
                "duplicate-key",
                format!("the table `{shown}` is there twice"),
            )
            .at(self.span(trimmed(self.text, &self.line)), "the second time")
            .with_help("put the keys of both under one header, or give one another id");
            if let Some(first) = first {
                found = found.with_label(self.span(trimmed(self.text, &first)), "the first time");
            }
            return Mistake {
                diagnostic: found,
                damage: Damage::DuplicateHeader(self.line.clone()),
            };
        }
        let header = super::line::header_above(self.text, self.line.start);
        let full = key_of(line).map_or(key, |(full, _)| full);
        let first = lines_from(self.text, header)
            .take_while(|before| before.start < self.line.start)
            .find(|before| {
                key_of(&self.text[before.clone()]).is_some_and(|(other, _)| same_key(other, full))
            });
        let mut found = Diagnostic::error("duplicate-key", format!("`{full}` is there twice"))
            .at(self.span(self.at.clone()), "the second time")
            .with_help("keep one of the two lines");
        if let Some(first) = first {
            let line = trimmed(self.text, &first);
            let end = line.start + key_of(&self.text[line.clone()]).map_or(0, |(key, _)| key.len());
            found = found.with_label(self.span(line.start..end), "the first time");
        }
        Mistake {
            diagnostic: found,
            damage: Damage::Ignored(self.at.clone()),
        }
    }

    fn header(&self) -> Mistake {
        let shown = trimmed(self.text, &self.line);
        let written = &self.text[shown.clone()];
        let inside = written
            .trim_start_matches('[')
            .split([']', '#'])
            .next()
            .unwrap_or_default()
            .trim();
        let found = if !written.contains(']') {
            let begin = shown.start + (written.len() - written.trim_start_matches('[').len());
            let behind =
                begin + written[begin - shown.start..].find(inside).unwrap_or(0) + inside.len();
            let brackets = written.starts_with("[[");
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let fix = (!brackets && inside.chars().all(plain))
                .then(|| self.fix((behind..behind, "]".to_owned()), "close the header"));
            Diagnostic::error("toml-syntax", "the header is not closed")
                .at(self.span(shown), "")
                .with_help(format!("write [{inside}]"))
                .with_fix(fix)
        } else if inside
            .chars()
            .any(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '"' | '\'')))
        {
            Diagnostic::error("toml-syntax", "this header cannot be read")
                .at(self.span(shown), "")
                .with_help(format!(
                    "ids are lower-case letters, digits and hyphens: [{}]",
                    words::as_ids(inside)
                ))
        } else {
            Diagnostic::error("toml-syntax", "this header cannot be read")
                .at(self.span(shown), "")
                .with_note(self.message.to_owned())
                .with_help("a header is a line of its own, like [objective.mtbf]")
        };
        let end = if self.line.len() >= "['!00']".len() {
            self.line.end
        } else {
            section_end(self.text, &self.line)
        };
        Mistake {
            diagnostic: found,
            damage: Damage::Lines(self.line.start..end),
        }
    }

    /// Curly quotation marks, which word processors write.
    fn quotes(&self) -> Option<Mistake> {
        let line = self.line_text();
        let in_value = self.message.starts_with("string values must be quoted")
            && self.text[self.at.clone()].contains(QUOTES);
        let unclosed =
            self.message.starts_with("invalid basic string") && line.trim_end().ends_with(QUOTES);
        if !in_value && !unclosed {
            return None;
        }
        let (offset, curly) = line.char_indices().find(|(_, c)| QUOTES.contains(c))?;
        let start = self.line.start + offset;
        let found = Diagnostic::error(
            "curly-quotes",
            format!("`{curly}` does not begin or end a text"),
        )
        .at(
            self.span(start..start + curly.len_utf8()),
            "a quotation mark of a word processor",
        )
        .with_help("use the straight quotation mark \" on both sides");
        // The finding is about the first one; what opens the text may be a straight one before it.
        let change = ways_out::straight_quotes(self.text, start).or_else(|| {
            let value = self.written_value()?;
            ways_out::straight_quotes(self.text, value.start).filter(|_| unclosed)
        });
        let fix = change.map(|change| self.fix(change, "write straight quotation marks"));
        Some(self.whole_line(found.with_fix(fix)))
    }

    /// Mistakes in how a value is written.
    fn value(&self) -> Option<Mistake> {
        if let Some(comma) = self.decimal_comma() {
            let written = self.text[comma.clone()].to_owned();
            let found = Diagnostic::error(
                "decimal-comma",
                format!("`{written}` has a comma where TOML wants a point"),
            )
            .at(self.span(comma.clone()), "");
            let meant = words::comma(&written).unwrap_or(words::Comma::Unclear);
            let found = found.with_help(meant.help());
            let fix = meant
                .certain()
                .map(|number| self.fix((comma, number), "write the number with a point"));
            return Some(self.whole_line(found.with_fix(fix)));
        }
        let value = self.token()?;
        let written = self.text[value.clone()].to_owned();
        let at = self.span(value.clone());
        let is = |start: &str| self.message.starts_with(start);
        let scalar = self.recovers() || is("unexpected key or value") || is("extra");
        if scalar && let Some(day) = words::day(&written) {
            let found = Diagnostic::error(
                "date-format",
                format!("`{written}` is not how TOML writes a day"),
            )
            .at(at, "year, month, day")
            .with_help(day.help());
            let fix = day
                .certain()
                .map(|day| self.fix((value, day), "write the day as year-month-day"));
            return Some(self.whole_line(found.with_fix(fix)));
        }
        if is("invalid date") || is("invalid time") || is("invalid datetime") {
            let found = Diagnostic::error(
                "date-format",
                format!("`{written}` is not a day of the calendar"),
            )
            .at(at, "")
            .with_note(self.message.to_owned())
            .with_help("write year-month-day, like 2026-12-18");
            return Some(self.whole_line(found));
        }
        if scalar && let Some((number, unit)) = words::number_with_unit(&written) {
            let found = Diagnostic::error(
                "unit-in-number",
                format!("`{written}` is a number and a unit"),
            )
            .at(at, "")
            .with_help(words::drop_unit(number, unit));
            return Some(self.whole_line(found));
        }
        let choice = misspelt(&written, ["true", "false"]);
        if is("string values must be quoted") || (is("invalid boolean") && choice.is_none()) {
            if written.is_empty() {
                let found = Diagnostic::error("toml-syntax", "the value is missing")
                    .at(at, "nothing stands behind the =")
                    .with_help("write a value, or remove the line");
                return Some(self.whole_line(found));
            }
            let fix = ways_out::is_bare_text(self.text, value.clone()).then(|| {
                let quoted = format!("\"{written}\"");
                self.fix((value, quoted), "put the text in quotation marks")
            });
            let found = Diagnostic::error("unquoted-text", "text needs quotation marks")
                .at(at, "")
                .with_help("put it in \"straight quotation marks\"")
                .with_fix(fix);
            return Some(self.whole_line(found));
        }
        if is("unexpected leading zero") {
            let bare = ways_out::without_zeros(&written);
            let found = Diagnostic::error("toml-syntax", format!("`{written}` begins with a zero"))
                .at(at, "")
                .with_help(match &bare {
                    Some(bare) => format!("write {bare}"),
                    None => "write it without the zero, or put text in quotation marks".to_owned(),
                })
                .with_fix(bare.map(|bare| self.fix((value, bare), "leave out the zeros")));
            return Some(self.whole_line(found));
        }
        if is("invalid boolean") {
            let found = Diagnostic::error(
                "toml-syntax",
                format!("`{written}` is neither true nor false"),
            )
            .at(at, "")
            .with_help("write true or false, in lower case, without quotation marks");
            let lower = written.to_ascii_lowercase();
            let fix = matches!(lower.as_str(), "true" | "false").then(|| {
                let title = format!("write {lower}");
                self.fix((value, lower), &title)
            });
            return Some(self.whole_line(found.with_fix(fix)));
        }
        if is("missing escaped value") || is("invalid escape") {
            let found = Diagnostic::error(
                "toml-syntax",
                "a backslash stands for something special in text",
            )
            .at(self.span(self.at.clone()), "behind this backslash")
            .with_help("write \\\\ for one backslash, or put the text in 'single quotation marks'");
            let before = self.text[..self.at.start].ends_with('\\');
            let place = self.at.start..self.at.start;
            let fix = (before && is("missing escaped value"))
                .then(|| self.fix((place, "\\".to_owned()), "write the backslash twice"));
            return Some(self.whole_line(found.with_fix(fix)));
        }
        let hidden = self
            .line_text()
            .char_indices()
            .find(|(_, c)| c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n'));
        if is("invalid basic string")
            && let Some((offset, control)) = hidden
        {
            let start = self.line.start + offset;
            let at = self.span(start..start + control.len_utf8());
            let found = Diagnostic::error(
                "toml-syntax",
                format!(
                    "a control character (U+{:04X}) stands in the text",
                    u32::from(control)
                ),
            )
            .at(at, "it cannot be seen in most editors")
            .with_help("remove it")
            .with_fix(Fix::new(at, "", "remove the control character"));
            return Some(self.whole_line(found));
        }
        let has_quotes = self.line_text().contains(['"', '\'']);
        if has_quotes && (is("invalid basic string") || is("invalid literal string")) {
            let found = Diagnostic::error("unclosed-quote", "the closing quotation mark is missing")
                .at(at, "this text has no end")
                .with_help("end the text with a quotation mark on the same line, or use \"\"\" for several lines")
                .with_fix(
                    ways_out::closing_quote(self.text, value.start)
                        .map(|change| self.fix(change, "end the text with its line")),
                );
            return Some(self.whole_line(found));
        }
        if is("unexpected key or value") && written.starts_with(['"', '\'']) {
            let found =
                Diagnostic::error("quote-in-text", "the text ended before the end of the line")
                    .at(self.span(self.at.clone()), "this is behind the text")
                    .with_help("write \\\" for a quotation mark inside \"text\"")
                    .with_fix(
                        ways_out::inner_quotes(self.text, self.at.start)
                            .map(|change| self.fix(change, "escape the quotation marks inside")),
                    );
            return Some(self.whole_line(found));
        }
        None
    }

    /// The value that the error is about: up to a comma or bracket where the value stands in a list.
    fn token(&self) -> Option<Range<usize>> {
        let value = self.written_value();
        let nested = value
            .as_ref()
            .is_none_or(|value| self.text[value.clone()].starts_with(['[', '{']));
        if !nested {
            return value;
        }
        let start = self.at.start.clamp(self.line.start, self.line.end);
        let rest = &self.text[start..self.line.end];
        let end = if rest.starts_with(['"', '\'']) {
            rest.len()
        } else {
            rest.find([',', '}', ']', '#']).unwrap_or(rest.len())
        };
        Some(start..start + rest[..end].trim_end().len())
    }

    fn decimal_comma(&self) -> Option<Range<usize>> {
        let line = self.line_text();
        let from = key_of(line).map_or(0, |(_, equals)| equals + 1);
        let mut quoted = false;
        let mut list = 0_u32;
        let mut number: Option<usize> = None;
        for (at, c) in line.char_indices().skip_while(|(at, _)| *at < from) {
            match c {
                '"' | '\'' => quoted = !quoted,
                '[' => list += 1,
                ']' => list = list.saturating_sub(1),
                '#' if !quoted => break,
                _ => {}
            }
            if quoted || list > 0 {
                number = None;
                continue;
            }
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            match c {
                '0'..='9' | '_' => {
                    number = number.or(Some(at));
                }
                '.' if number.is_some() && digit(line[at + 1..].chars().next()) => {}
                ',' if number.is_some() && digit(line[at + 1..].chars().next()) => {
                    let start = number?;
                    let before = line[..start].trim_end_matches(['+', '-']).trim_end();
                    if before.ends_with('=') {
                        let start = line[..start].trim_end_matches(['+', '-']).len();
                        let rest = &line[at + 1..];
                        let inside = |&(at, c): &(usize, char)| {
                            c.is_ascii_digit() || (c == ',' && digit(rest[at + 1..].chars().next()))
                        };
                        let end = at + 1 + rest.char_indices().take_while(inside).count();
                        let value = line[end..].trim_start();
                        let ends = value.is_empty() || value.starts_with([',', '}', '#']);
                        return ends.then(|| self.line.start + start..self.line.start + end);
                    }
                }
                _ => number = None,
            }
        }
        None
    }

    fn unclosed_long_text(&self) -> Option<Mistake> {
        if !self.message.starts_with("invalid multi-line") {
            return None;
        }
        let quote = if self.message.contains("literal") {
            "'''"
        } else {
            "\"\"\""
        };
        let open = self.patched.get(..self.at.start)?.rfind(quote)?;
        let line = line_of(self.text, open);
        let found = Diagnostic::error("unclosed-quote", format!("the closing {quote} is missing"))
            .at(self.span(open..open + 3), "this text has no end")
            .with_help(format!(
                "write {quote} on a line of its own where the text ends"
            ));
        Some(Mistake {
            diagnostic: found,
            damage: Damage::Lines(line.start..section_end(self.text, &line)),
        })
    }

    /// A list that is still open where the next key or header begins.
    fn unclosed_list(&self) -> Option<Mistake> {
        let (open, first) = self.list_start(self.line.start)?;
        let braces = self.text[open..].starts_with('{');
        let says_so = self.message.contains("inline table") || self.message.contains("key-value");
        let header = looks_like_header(self.line_text());
        let meant = header || (key_of(self.line_text()).is_some() && (!braces || says_so));
        let before = self.patched.get(open..self.line.start)?;
        let open_still = meant && open_brackets(before);
        open_still.then(|| self.open_list(open, first.start..self.line.start))
    }

    /// Errors inside a list or a table in braces.
    fn list(&self) -> Option<Mistake> {
        let table =
            self.message.contains("inline table") || self.message.contains("key-value pairs");
        if !self.message.contains("array") && !table {
            return None;
        }
        let (open, first) = self.list_start(self.line.end)?;
        let own_line = key_of(self.line_text()).is_some() && first.start == self.line.start;
        if self.message.starts_with("unclosed") && own_line {
            return Some(self.open_list(open, self.line.clone()));
        }
        let before = self.text[..self.at.start].trim_end().len();
        let end = lines_from(self.text, self.line.start)
            .skip(1)
            .find(|next| {
                let next = &self.text[next.clone()];
                next.trim().is_empty() || looks_like_header(next) || key_of(next).is_some()
            })
            .map_or(self.text.len(), |next| next.start);
        let line = line_of(self.text, before);
        let comment = self.text[line.start..before].find('#');
        let found = if self.message.starts_with("missing comma") {
            Diagnostic::error("toml-syntax", "a comma is missing")
                .at(self.span(before..before), "here")
                .with_help("put a comma between any two entries")
                .with_fix(
                    comment
                        .is_none()
                        .then(|| self.fix((before..before, ",".to_owned()), "add the comma")),
                )
        } else {
            Diagnostic::error("toml-syntax", "this list cannot be read")
                .at(self.span(self.at.clone()), "")
                .with_note(self.message.to_owned())
                .with_help("a list is [\"one\", \"two\"], a table in braces { key = 1, other = 2 }")
        };
        Some(Mistake {
            diagnostic: found,
            damage: Damage::Lines(first.start..end.max(self.line.end)),
        })
    }

    /// The bracket that opens the value which `before` stands in or behind, and its line.
    fn list_start(&self, before: usize) -> Option<(usize, Range<usize>)> {
        let mut line = line_of(self.text, before.min(self.at.start).min(self.text.len()));
        if line.start >= before && line.start > 0 {
            line = line_of(self.text, line.start - 1);
        }
        loop {
            let written = &self.text[line.clone()];
            if let Some((_, equals)) = key_of(written)
                && let value = written[equals + 1..].trim_start()
                && value.starts_with(['[', '{'])
            {
                return Some((line.start + written.len() - value.len(), line));
            }
            if line.start == 0 || looks_like_header(written) {
                return None;
            }
            line = line_of(self.text, line.start - 1);
        }
    }

    fn open_list(&self, open: usize, lines: Range<usize>) -> Mistake {
        let (what, close) = if self.text[open..].starts_with('{') {
            ("the table in braces", "}")
        } else {
            ("the list", "]")
        };
        let found = Diagnostic::error("toml-syntax", format!("{what} that begins here has no end"))
            .at(self.span(open..open + 1), "")
            .with_help(format!("close it with {close}"))
            .with_fix(
                ways_out::closing_bracket(self.text, open, lines.end)
                    .map(|change| self.fix(change, &format!("close it with {close}"))),
            );
        Mistake {
            diagnostic: found,
            damage: Damage::Lines(lines),
        }
    }

    fn other(&self) -> Mistake {
        let line = trimmed(self.text, &self.line);
        let written = &self.text[line.clone()];
        if let Some((key, value)) = written.split_once(':')
            && key_of(&format!("{key}=")).is_some()
            && !key.contains('=')
        {
            let begin = line.start + key.trim_end().len();
            let end = line.end - value.trim_start().len();
            let fix = self.fix(
                (begin..end, " = ".to_owned()),
                "write = between key and value",
            );
            let found = Diagnostic::error("toml-syntax", "a key and its value are joined with =")
                .at(self.span(line), "")
                .with_help(format!("write {} = {}", key.trim(), value.trim()))
                .with_fix(DeValue::parse(value.trim()).is_ok().then_some(fix));
            return self.whole_line(found);
        }
        if self.message.starts_with("key with no value") {
            let found = Diagnostic::error("toml-syntax", "this line is neither a key nor a header")
                .at(self.span(line), "")
                .with_help("write key = value; a comment begins with #; text over several lines stands between \"\"\"");
            return self.whole_line(found);
        }
        let found = Diagnostic::error("toml-syntax", "this cannot be read as TOML")
            .at(self.span(self.at.clone()), "")
            .with_note(self.message.to_owned())
            .with_help("write key = value");
        self.whole_line(found)
    }
}

/// Whether a text that begins with a bracket ends before all its brackets are closed.
fn open_brackets(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => {
                at = after_text(bytes, at);
                continue;
            }
            b'#' => {
                while bytes.get(at).is_some_and(|&next| next != b'\n') {
                    at += 1;
                }
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return false;
                }
            }
            _ => {}
        }
        at += 1;
    }
    depth > 0
}

/// A line without the white space around it.
fn trimmed(text: &str, line: &Range<usize>) -> Range<usize> {
    let written = &text[line.clone()];
    let start = line.start + (written.len() - written.trim_start().len());
    start..(start + written.trim().len())
}

/// What a header names, without regard to spaces and quotation marks.
fn header_name(line: &str) -> Option<String> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if !looks_like_header(line) {
        return None;
    }
    let inside = line.split('#').next()?.trim().trim_matches(['[', ']']);
    Some(plain_key(inside))
}

fn plain_key(key: &str) -> String {
    key.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
        .collect()
}

fn same_key(one: &str, other: &str) -> bool {
    plain_key(one) == plain_key(other)
}
