use std::ops::Range;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::ending;
use super::entry::{self, Beginning, beginning, may_be_owner, owner_of_key_result};
use super::inline::{Glyph, Inline, Source, range, text, trim};
use super::owners::Owners;
use super::rules::{NOT_READ, OUTCOMES, OWNER, RATIO};
use super::{Ending, ListedObjective, Listing};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::model::{Id, Number, Quarter, round_half_up};
use crate::text::{FileId, SourceMap};

/// What a text of the handbook gave.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What could be read.
    pub listing: Listing,
    /// What could not, and what cannot be right: every line with something in it is in the listing or in one of these.
    pub findings: Diagnostics,
}

/// Reads a text in any of the [forms](super::Form), Markdown as GitLab writes it. It never fails.
pub fn read(sources: &SourceMap, file: FileId, owners: &Owners) -> Reading {
    let source = Source::new(file, sources.file(file).text());
    let mut options = Options::default();
    options.parse.escaped_char_spans = true;
    let arena = Arena::new();
    let root = parse_document(&arena, source.text, &options);
    let mut reader = Reader {
        accounted: vec![false; source.lines() + 1],
        source,
        owners,
        section: None,
        objective: None,
        reading: Reading::default(),
    };
    for node in root.children() {
        reader.block(node);
    }
    reader.account();
    let mut reading = reader.reading;
    reading.findings.sort(sources);
    reading
}

/// What an item of a list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Above {
    /// Nothing.
    Nothing,
    /// An objective.
    Objective(usize),
    /// A key result of an objective.
    KeyResult(usize),
    /// Something that could not be read.
    Unread,
}

struct Reader<'a> {
    source: Source<'a>,
    owners: &'a Owners,
    /// Which lines were read or reported, from 1.
    accounted: Vec<bool>,
    /// Whose section it is, and the level of its heading.
    section: Option<(Id, u8)>,
    /// The objective of the last heading or paragraph, to which the list behind it belongs.
    objective: Option<usize>,
    reading: Reading,
}

impl Reader<'_> {
    fn block(&mut self, node: Node<'_>) {
        let value = node.data().value.clone();
        match value {
            NodeValue::Heading(heading) => self.heading(node, heading.level),
            NodeValue::Paragraph => self.paragraph(node),
            NodeValue::List(_) => {
                let above = self.objective.map_or(Above::Nothing, Above::Objective);
                self.list(node, above);
            }
            _ => self.objective = None,
        }
    }

    fn heading(&mut self, node: Node<'_>, level: u8) {
        let inline = Inline::of(node, &self.source);
        let glyphs = trim(&inline.glyphs);
        let was_in = self.section.take();
        self.section = was_in.filter(|(_, of)| *of < level);
        self.objective = None;
        let place = self.source.block(node);
        match beginning(glyphs) {
            Beginning::Label { label, behind } => {
                let name = text(label);
                if let Some(team) = self.owners.find(&name).cloned() {
                    self.taken(&inline);
                    self.lines(place);
                    let at = self.objective(&team, behind, &inline, None, true);
                    (self.section, self.objective) = (Some((team, level)), Some(at));
                    return;
                }
                if may_be_owner(&name) && !behind.is_empty() {
                    self.unknown_owner(label);
                    return;
                }
            }
            Beginning::Objective { pillar, behind } => {
                if let Some(team) = self.team_here(glyphs) {
                    self.pillar(pillar);
                    self.taken(&inline);
                    self.objective = Some(self.objective(&team, behind, &inline, None, true));
                }
                self.lines(place);
                return;
            }
            Beginning::KeyResult(_) | Beginning::Other => {}
        }
        if let Some(team) = self.named(&text(glyphs)) {
            self.section = Some((team, level));
            self.taken(&inline);
            self.lines(place);
        }
    }

    /// The team that a heading names: `FY21-Q3 Infrastructure Department OKRs`.
    fn named(&self, heading: &str) -> Option<Id> {
        let words: Vec<&str> = heading.split_whitespace().collect();
        let words = match words.split_last() {
            Some((last, before)) if matches!(*last, "OKRs" | "OKR") => before,
            _ => words.as_slice(),
        };
        let without_quarter = match words.split_first() {
            Some((first, behind)) if is_quarter(first) => behind,
            _ => words,
        };
        let without_kind = match without_quarter.split_last() {
            Some((last, before)) if matches!(*last, "Department" | "Team") => before,
            _ => without_quarter,
        };
        let known = |words: &&[&str]| self.owners.find(&words.join(" "));
        let found = [words, without_quarter, without_kind];
        found.iter().find_map(known).cloned()
    }

    fn paragraph(&mut self, node: Node<'_>) {
        self.objective = None;
        let inline = Inline::of(node, &self.source);
        let lines: Vec<&[Glyph]> = inline.glyphs.split(|glyph| glyph.c == '\n').collect();
        let begins = |line: &[Glyph]| matches!(beginning(line), Beginning::Objective { .. });
        match beginning(&inline.glyphs) {
            Beginning::Objective { .. } => {
                let mut at = 0;
                while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
                    let more = rest.iter().skip(1).take_while(|line| !begins(line)).count();
                    let start: usize = lines.iter().take(at).map(|line| line.len() + 1).sum();
                    let length: usize = rest.iter().take(more + 1).map(|line| line.len() + 1).sum();
                    let end = (start + length).min(inline.glyphs.len());
                    let entry = trim(inline.glyphs.get(start..end).unwrap_or_default());
                    self.objective_entry(entry, &inline);
                    at += more + 1;
                }
                self.others(&inline);
            }
            Beginning::Label { label, behind } => {
                if let Some(team) = self.owners.find(&text(label)).cloned() {
                    self.taken(&inline);
                    self.objective = Some(self.objective(&team, behind, &inline, None, false));
                }
            }
            Beginning::KeyResult(_) | Beginning::Other => {}
        }
    }

    /// `Objective (Product): …` of the section's team.
    fn objective_entry(&mut self, entry: &[Glyph], inline: &Inline) {
        let Beginning::Objective { pillar, behind } = beginning(entry) else {
            return;
        };
        self.objective = None;
        if let Some(team) = self.team_here(entry) {
            self.pillar(pillar);
            self.lines_of(entry);
            self.objective = Some(self.objective(&team, behind, inline, None, false));
        }
    }

    fn list(&mut self, node: Node<'_>, above: Above) {
        for item in node.children() {
            self.item(item, above);
        }
    }

    fn item(&mut self, node: Node<'_>, above: Above) {
        let mut children = node.children().peekable();
        let is_paragraph = |child: &Node<'_>| matches!(child.data().value, NodeValue::Paragraph);
        let is_list = |child: Node<'_>| matches!(child.data().value, NodeValue::List(_));
        let mut below = above;
        if let Some(first) = children.next_if(is_paragraph) {
            let has_list = node.children().any(is_list);
            let inline = Inline::of(first, &self.source);
            below = self.entry(&inline, above, has_list);
        }
        for child in children {
            if is_list(child) {
                self.list(child, below);
            } else if is_paragraph(&child) {
                self.second_paragraph(child, below);
            }
        }
    }

    /// An item's own text; what stands below it belongs to what is answered.
    fn entry(&mut self, inline: &Inline, above: Above, has_list: bool) -> Above {
        let glyphs = trim(&inline.glyphs);
        let supports = match above {
            Above::Objective(at) | Above::KeyResult(at) => Some(at),
            Above::Nothing | Above::Unread => None,
        };
        match beginning(glyphs) {
            Beginning::KeyResult(behind) => self.key_result(behind, glyphs, inline, above),
            Beginning::Objective { pillar, behind } => match self.team_here(glyphs) {
                Some(team) => {
                    self.pillar(pillar);
                    self.taken(inline);
                    Above::Objective(self.objective(&team, behind, inline, supports, false))
                }
                None => Above::Unread,
            },
            Beginning::Label { label, behind } => {
                let name = text(label);
                if let Some(team) = self.owners.find(&name).cloned() {
                    self.taken(inline);
                    return Above::Objective(
                        self.objective(&team, behind, inline, supports, false),
                    );
                }
                if let Some(owner) = owner_of_key_result(label) {
                    let below = self.key_result(behind, glyphs, inline, above);
                    if let (Above::KeyResult(of), false) = (below, owner.is_empty()) {
                        self.owner_of(of, owner);
                    }
                    return below;
                }
                let is_owner = may_be_owner(&name) && !ending::is_certain(behind);
                match above {
                    Above::Objective(_) if !(is_owner && has_list) => {
                        let below = self.key_result(glyphs, glyphs, inline, above);
                        if is_owner && below != Above::Unread {
                            let finding = self.finding(
                                NOT_READ,
                                Severity::Info,
                                format!("“{name}” is read as a part of the title"),
                                label,
                            );
                            self.reading.findings.push(finding.with_help(format!(
                                "if it is an owner, say which team is meant: --owner \"{name}=team\""
                            )));
                        }
                        below
                    }
                    _ if is_owner => {
                        self.unknown_owner(label);
                        Above::Unread
                    }
                    _ => self.key_result(glyphs, glyphs, inline, above),
                }
            }
            Beginning::Other => self.key_result(glyphs, glyphs, inline, above),
        }
    }

    /// A key result of what stands above; elsewhere there can be none.
    fn key_result(
        &mut self,
        behind: &[Glyph],
        whole: &[Glyph],
        inline: &Inline,
        above: Above,
    ) -> Above {
        let at = match above {
            Above::Objective(at) => at,
            Above::KeyResult(_) => {
                self.left_out(
                    whole,
                    "this stands below a key result, which can have nothing below it",
                );
                return above;
            }
            Above::Unread => {
                self.left_out(whole, "this belongs to an objective that could not be read");
                return Above::Unread;
            }
            // Any list in a page of words; the lines are accounted for at the end.
            Above::Nothing => return Above::Nothing,
        };
        let (before, outcome) = entry::at_arrow(behind);
        let Some(read) = entry::key_result(before, outcome) else {
            self.left_out(whole, "this key result has no title");
            return Above::Unread;
        };
        self.taken(inline);
        self.add(at, read, outcome, inline);
        Above::KeyResult(at)
    }

    /// Adds a key result to an objective.
    fn add(
        &mut self,
        at: usize,
        mut read: entry::Read<'_>,
        outcome: Option<&[Glyph]>,
        inline: &Inline,
    ) {
        read.key_result.links = inline.links_in(&range(read.title));
        if let Some(outcome) = outcome {
            read.key_result.ending.links = inline.links_in(&range(outcome));
        }
        self.ratio(
            &read.key_result.ending,
            read.ratio,
            outcome.unwrap_or(read.title),
        );
        if let Some(objective) = self.reading.listing.objectives.get_mut(at) {
            objective.key_results.push(read.key_result);
        }
    }

    /// Adds an objective; gives its place.
    fn objective(
        &mut self,
        team: &Id,
        behind: &[Glyph],
        inline: &Inline,
        supports: Option<usize>,
        is_heading: bool,
    ) -> usize {
        let (before, outcome) = entry::at_arrow(behind);
        let (mut title, key_results) = entry::sentences(before, is_heading);
        let mut ending = Ending::default();
        if key_results.is_empty()
            && let Some((before, score)) = ending::trailing_percent(title)
        {
            title = trim(before);
            ending.score = Some(score);
        }
        let parts = match (key_results.as_slice(), outcome) {
            (_, None) => Vec::new(),
            ([_], Some(outcome)) => vec![outcome],
            (_, Some(outcome)) => entry::outcomes(outcome),
        };
        let is_positional = !key_results.is_empty() && parts.len() == key_results.len();
        if let (Some(outcome), false) = (outcome, is_positional) {
            let read = ending::read(outcome);
            let later = parts.iter().skip(1).any(|part| ending::is_certain(part));
            let behind = if later && !key_results.is_empty() {
                self.outcomes(outcome, parts.len(), key_results.len());
                Ending {
                    outcome: Some(text(outcome)),
                    ..Ending::default()
                }
            } else {
                self.ratio(&read.ending, read.ratio, outcome);
                read.ending
            };
            ending = entry::joined(ending, behind);
            ending.links = inline.links_in(&range(outcome));
        }
        let at = self.reading.listing.objectives.len();
        let title_text = text(title);
        self.reading.listing.objectives.push(ListedObjective {
            team: team.clone(),
            title: (!title_text.is_empty()).then_some(title_text),
            supports,
            ending,
            links: inline.links_in(&range(title)),
            key_results: Vec::new(),
        });
        for (number, key_result) in key_results.iter().enumerate() {
            let own = parts.get(number).copied().filter(|_| is_positional);
            match entry::key_result(key_result, own) {
                Some(read) => self.add(at, read, own, inline),
                None => self.left_out(key_result, "this key result has no title"),
            }
        }
        at
    }

    /// A paragraph below an item's own: its outcome, where it begins with an arrow.
    fn second_paragraph(&mut self, node: Node<'_>, below: Above) {
        let inline = Inline::of(node, &self.source);
        let glyphs = trim(&inline.glyphs);
        let (before, outcome) = entry::at_arrow(glyphs);
        let ending = match below {
            Above::Objective(at) => self.objective_mut(at).map(|of| &mut of.ending),
            Above::KeyResult(at) => self
                .objective_mut(at)
                .and_then(|of| of.key_results.last_mut())
                .map(|of| &mut of.ending),
            Above::Nothing | Above::Unread => None,
        };
        match (outcome, ending) {
            (Some(outcome), Some(ending)) if before.is_empty() => {
                let read = ending::read(outcome);
                *ending = entry::joined(std::mem::take(ending), read.ending.clone());
                ending.links.extend(inline.links_in(&range(outcome)));
                self.taken(&inline);
                self.ratio(&read.ending, read.ratio, outcome);
            }
            _ if below == Above::Nothing => {}
            _ => self.left_out(glyphs, "this text below an entry has no place in the files"),
        }
    }

    fn objective_mut(&mut self, at: usize) -> Option<&mut ListedObjective> {
        self.reading.listing.objectives.get_mut(at)
    }

    /// The team of an objective that names no owner.
    fn team_here(&mut self, entry: &[Glyph]) -> Option<Id> {
        let section = self.section.as_ref().map(|(team, _)| team);
        let team = section.or(self.owners.only()).cloned();
        if team.is_none() {
            self.lines_of(entry);
            let finding = self.finding(
                OWNER,
                Severity::Warning,
                "nothing says whose objective this is",
                entry,
            );
            self.reading.findings.push(
                finding.with_help("name the team with --team, or in a heading above: ## TEAM OKRs"),
            );
        }
        team
    }

    /// Says of a label that nobody knows it. What stands on the lines behind it is accounted for at the end.
    fn unknown_owner(&mut self, label: &[Glyph]) {
        self.lines_of(label);
        let name = text(label);
        let finding = self.finding(
            OWNER,
            Severity::Warning,
            format!("“{name}” is no team of okr.toml"),
            label,
        );
        let near = self.owners.near(&name).map(ToOwned::to_owned);
        let finding = match near {
            Some(near) => finding.with_help(format!("did you mean {near}?")),
            None => finding,
        };
        self.reading
            .findings
            .push(finding.with_help(format!("if it is one, say which: --owner \"{name}=team\"")));
    }

    /// The owner of a key result that is not its objective's has no place.
    fn owner_of(&mut self, objective: usize, owner: &[Glyph]) {
        let name = text(owner);
        let team = self.reading.listing.objectives.get(objective);
        let is_own = team.is_some_and(|of| self.owners.find(&name) == Some(&of.team));
        if !is_own {
            let finding = self.finding(
                NOT_READ,
                Severity::Info,
                format!("“{name}” is not whose objective this is, and is left out"),
                owner,
            );
            self.reading.findings.push(
                finding.with_help("a key result's `owner` in a file is one person's username"),
            );
        }
    }

    fn pillar(&mut self, pillar: &[Glyph]) {
        if !trim(pillar).is_empty() {
            let message = format!("“{}” of an objective is left out", text(pillar));
            let finding = self.finding(NOT_READ, Severity::Info, message, pillar);
            self.reading
                .findings
                .push(finding.with_help("areas are those of key results"));
        }
    }

    fn outcomes(&mut self, outcome: &[Glyph], outcomes: usize, key_results: usize) {
        let message =
            format!("these are {outcomes} outcomes, but there are {key_results} key results");
        let finding = self.finding(OUTCOMES, Severity::Warning, message, outcome);
        self.reading.findings.push(finding.with_help(
            "they become the objective's outcome, in words: say in the file what came of which key result",
        ));
    }

    fn ratio(&mut self, ending: &Ending, ratio: Option<(Number, Number)>, at: &[Glyph]) {
        let (Some(score), Some((actual, target))) = (ending.score, ratio) else {
            return;
        };
        if ending::agrees(score, (actual, target)) {
            return;
        }
        let share = actual.decimal().checked_div(target.decimal());
        let share = share.and_then(|share| share.checked_mul(Number::HUNDRED.decimal()));
        let Some(share) = share.map(|share| round_half_up(Number::new(share), 0)) else {
            return;
        };
        let message = format!("{actual} of {target} is {share} %, but {score} % is printed");
        let finding = self.finding(RATIO, Severity::Warning, message, at);
        self.reading.findings.push(
            finding.with_help("the score is imported as it is printed: put it right in the file"),
        );
    }

    fn left_out(&mut self, glyphs: &[Glyph], why: &str) {
        self.lines_of(glyphs);
        let finding = self.finding(NOT_READ, Severity::Warning, why, glyphs);
        self.reading.findings.push(finding);
    }

    fn finding(
        &self,
        rule: &'static str,
        severity: Severity,
        message: impl Into<String>,
        at: &[Glyph],
    ) -> Diagnostic {
        let span = self.source.span(range(trim(at)));
        Diagnostic::new(rule, severity, message).at(span, "")
    }

    /// Says of a text that it was read, except for what is no text in it.
    fn taken(&mut self, inline: &Inline) {
        self.lines_of(&inline.glyphs);
        self.others(inline);
    }

    fn others(&mut self, inline: &Inline) {
        for other in &inline.others {
            let finding = Diagnostic::new(
                NOT_READ,
                Severity::Info,
                "a picture, a tag or a link's definition is left out",
            );
            let span = self.source.span(other.clone());
            self.reading.findings.push(finding.at(span, ""));
            self.lines(other.clone());
        }
    }

    /// Accounts for the lines on which characters stand.
    fn lines_of(&mut self, glyphs: &[Glyph]) {
        let mut known = 0..0;
        for glyph in glyphs.iter().filter(|glyph| glyph.c != '\n') {
            if !known.contains(&glyph.at) {
                let line = self.source.line_of(glyph.at);
                known = self.source.line(line);
                if let Some(accounted) = self.accounted.get_mut(line) {
                    *accounted = true;
                }
            }
        }
    }

    /// Accounts for all lines of a range.
    fn lines(&mut self, range: Range<usize>) {
        let (first, last) = (
            self.source.line_of(range.start),
            self.source.line_of(range.end),
        );
        for line in first..=last {
            if let Some(accounted) = self.accounted.get_mut(line) {
                *accounted = true;
            }
        }
    }

    /// Says of every line that is not accounted for that it is no OKR; of lines that follow each other in one finding.
    fn account(&mut self) {
        let mut run: Option<(Range<usize>, usize)> = None;
        for line in 1..=self.source.lines() {
            let place = self.source.line(line);
            let content = self.source.text.get(place.clone()).unwrap_or_default();
            let trimmed = content.trim();
            if trimmed.is_empty() {
                continue;
            }
            if self.accounted.get(line).copied().unwrap_or_default() {
                self.unread(run.take());
                continue;
            }
            let start = place.start + (content.len() - content.trim_start().len());
            let end = start + trimmed.len();
            run = Some(match run {
                Some((before, count)) => (before.start..end, count + 1),
                None => (start..end, 1),
            });
        }
        self.unread(run);
    }

    fn unread(&mut self, run: Option<(Range<usize>, usize)>) {
        let Some((range, count)) = run else { return };
        let message = match count {
            1 => "this line is no objective, key result or outcome".to_owned(),
            _ => format!("these {count} lines are no objectives, key results or outcomes"),
        };
        let finding = Diagnostic::new(NOT_READ, Severity::Info, message);
        let span = self.source.span(range);
        self.reading.findings.push(finding.at(span, ""));
    }
}

/// Whether a word names a quarter: `2018-Q4`, `CY18-Q4`, `FY21-Q3`.
fn is_quarter(word: &str) -> bool {
    let lower = word.to_lowercase();
    let short = lower
        .strip_prefix("fy")
        .or_else(|| lower.strip_prefix("cy"));
    let whole = match short {
        Some(short) if short.len() == 5 => format!("20{short}"),
        _ => short.unwrap_or(&lower).to_owned(),
    };
    whole.parse::<Quarter>().is_ok()
}
