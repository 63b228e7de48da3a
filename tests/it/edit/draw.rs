//! Files as people may write them: keys in any order, every spelling that TOML allows, and comments wherever they may stand.

use std::fmt::Write as _;

/// Makes a file out of a list of numbers: the same list gives the same file.
pub(crate) struct Draw<'c> {
    choices: std::slice::Iter<'c, u16>,
    text: String,
    comments: u32,
    line_end: &'static str,
}

/// The keys of a key result apart from its measure, each in one spelling.
const FIELDS: [&str; 12] = [
    "title = \"Raise it\"",
    "owner = 'ines'",
    "area=\"availability\"",
    "share = 40.0",
    "kind = \"flow\"",
    "metric = 'time'",
    "unit = \"h\"",
    "due = 2026-12-18",
    "confidential = true",
    "weight = +1_0.50",
    "outcome = '''It \"was\"",
    "score=7e1",
];

const DAYS: [&str; 4] = ["2026-10-05", "2026-10-12", "2026-11-02", "2026-11-16"];

impl<'c> Draw<'c> {
    /// A file of team `sre` in 2026-q4, and how many comments are in it: `#1#`, `#2#` and so on.
    pub(crate) fn file(choices: &'c [u16]) -> (String, u32) {
        let mut draw = Self {
            choices: choices.iter(),
            text: String::new(),
            comments: 0,
            line_end: "\n",
        };
        if draw.chance(4) {
            draw.text.push('\u{feff}');
        }
        if draw.chance(3) {
            draw.line_end = "\r\n";
        }
        draw.between();
        if draw.chance(2) {
            draw.text.push_str("#:schema ../../schema/okr.schema.json");
            draw.end_line();
        }
        for objective in ["mtbf", "zz", "a1"] {
            if objective == "mtbf" || draw.chance(3) {
                draw.objective(objective);
            }
        }
        draw.between();
        if draw.chance(3) {
            draw.note();
        }
        (draw.text, draw.comments)
    }

    fn next(&mut self) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0))
    }

    /// One time in `in_how_many`.
    fn chance(&mut self, in_how_many: usize) -> bool {
        self.next() % in_how_many == 1
    }

    fn note(&mut self) {
        self.comments += 1;
        let _always = write!(self.text, "#{}#", self.comments);
    }

    fn end_line(&mut self) {
        let end = self.line_end;
        self.text.push_str(end);
    }

    /// Empty lines and comments.
    fn between(&mut self) {
        while self.chance(3) {
            if self.chance(2) {
                self.space();
                self.note();
                self.space();
            }
            self.end_line();
        }
    }

    fn space(&mut self) {
        let space = ["", "", " ", "  ", "\t"][self.next() % 5];
        self.text.push_str(space);
    }

    /// White space within brackets, where lines may break.
    fn gap(&mut self, lines: bool) {
        self.space();
        if lines {
            while self.chance(4) {
                if self.chance(2) {
                    self.note();
                }
                self.end_line();
                self.space();
            }
        }
    }

    /// The end of a statement: perhaps a comment, and the line's end.
    fn end(&mut self) {
        self.space();
        if self.chance(4) {
            self.note();
        }
        self.end_line();
    }

    fn header(&mut self, path: &str) {
        self.between();
        self.space();
        self.text.push('[');
        self.space();
        self.text.push_str(path);
        self.space();
        self.text.push(']');
        self.end();
    }

    fn statement(&mut self, written: &str) {
        self.between();
        self.space();
        self.text.push_str(written);
        if written.contains("'''") {
            self.end_line();
            self.text.push_str("  trailing  ");
            self.end_line();
            self.text.push_str("'''");
        }
        self.end();
    }

    fn list(&mut self, key: &str, items: &[&str]) {
        self.between();
        self.text.push_str(key);
        self.text.push_str(" = [");
        self.gap(true);
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.text.push(',');
                self.gap(true);
            }
            self.text.push_str(item);
            self.gap(true);
        }
        if self.chance(2) && !items.is_empty() {
            self.text.push(',');
            self.gap(true);
        }
        self.text.push(']');
        self.end();
    }

    fn objective(&mut self, id: &str) {
        let path = format!("objective.{id}");
        self.header(&path);
        self.statement("description = 'About it'");
        if self.chance(2) {
            self.list("work", &["'a/b#1'", "'a/b%\"M\"'", "\"c/d#2\""]);
        }
        self.statement("title = 'Keep it running'");
        if self.chance(3) {
            self.list("evidence", &[]);
        }
        if self.chance(3) {
            self.statement("retrospective = { bad = ['x'], good = [] }");
        }
        if self.chance(3) {
            // A key result without a header of its own.
            self.statement("kr . dotted . to = 5");
            self.statement("kr.dotted.title = \"Dotted\"");
            if self.chance(2) {
                self.days(&format!("{path}."), "kr.dotted.check_in");
            }
        }
        for key_result in ["hours", "b2"] {
            if self.chance(2) {
                self.key_result(&format!("{path}.kr.{key_result}"));
            }
        }
    }

    fn key_result(&mut self, path: &str) {
        self.header(path);
        let first = self.next();
        for number in 0..FIELDS.len() {
            let field = FIELDS[(first + number * 5) % FIELDS.len()];
            if field.starts_with("title") || self.chance(2) {
                self.statement(field);
            }
        }
        match self.next() % 3 {
            0 => {
                self.statement("to = 240");
                self.statement("from=96.50");
            }
            1 => self.statement("at_least = 99.95"),
            _ => {
                self.statement("milestone.z = {title = 'Z', weight = 1}");
                self.statement("milestone.a.due = 2026-12-01");
                self.statement("milestone.a.title = 'A'");
            }
        }
        if self.chance(3) {
            self.list(
                "allow",
                &["{reason='r',rule = \"x\"}", "{ rule = 'y', reason = '\"' }"],
            );
        }
        self.days(&format!("{path}."), "check_in");
        if self.chance(3) {
            self.header(&format!("{path}.amendment.2026-11-03"));
            self.statement("reason = 'moved'");
            self.statement("by = 'director'");
        }
    }

    /// Check-ins in one of the ways in which they can be written; first all that are keys, then all that are headers.
    fn days(&mut self, path: &str, map: &str) {
        let mut headers = Vec::new();
        let turned = self.next();
        for number in 0..DAYS.len() {
            let day = DAYS[(number + turned) % DAYS.len()];
            match self.next() % 6 {
                0 => self.statement(&format!("{map}.{day} = {{note = 'n', value = 1.50}}")),
                1 => self.statement(&format!("{map} . \"{day}\" = {{ value=+2 }}")),
                2 => {
                    self.statement(&format!("{map}.{day}.value = 3"));
                    self.statement(&format!("{map}.{day}.health = 'on-track'"));
                }
                3 => headers.push(day),
                _ => {}
            }
        }
        for day in headers {
            self.header(&format!("{path}{map}.{day}"));
            self.statement("note = \"above\"");
            if self.chance(2) {
                self.statement("value = 4");
            }
        }
    }
}
