//! The grammar of one entry: `owner: objective. key result, key result => outcome, outcome`.

use super::ending::{self, trailing_percent};
use super::inline::{Glyph, text, trim};
use super::{Ending, ListedKeyResult};
use crate::model::Number;

/// What an entry begins with.
pub(super) enum Beginning<'g> {
    /// `KR:`, `Key Result:`.
    KeyResult(&'g [Glyph]),
    /// `Objective:`, `Objective (Product):`.
    Objective {
        /// What stands in the parentheses.
        pillar: &'g [Glyph],
        behind: &'g [Glyph],
    },
    /// Anything else before a colon: an owner, perhaps.
    Label {
        label: &'g [Glyph],
        behind: &'g [Glyph],
    },
    /// No colon.
    Other,
}

/// Words that mark an objective or key result, in lower case.
pub(super) fn is_marker(label: &str) -> bool {
    let plain = label
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    matches!(plain, "kr" | "key result" | "objective")
}

/// What an entry begins with.
pub(super) fn beginning(glyphs: &[Glyph]) -> Beginning<'_> {
    let glyphs = trim(glyphs);
    let Some((label, behind)) = labelled(glyphs) else {
        return Beginning::Other;
    };
    let lower = text(label).to_lowercase();
    // A team of that name has its first letter escaped.
    let is_plain = label.first().is_some_and(|first| first.plain);
    if is_plain && is_marker(&lower) {
        return if lower.starts_with("objective") {
            Beginning::Objective {
                pillar: &[],
                behind,
            }
        } else {
            Beginning::KeyResult(behind)
        };
    }
    if is_plain
        && let Some(open) = label.iter().position(|glyph| glyph.is('('))
        && label.last().is_some_and(|last| last.is(')'))
        && let Some((word, pillar)) = label.split_at_checked(open)
        && text(word).eq_ignore_ascii_case("objective")
    {
        let pillar = pillar.get(1..pillar.len() - 1).unwrap_or_default();
        return Beginning::Objective { pillar, behind };
    }
    Beginning::Label { label, behind }
}

/// What stands before the first colon that ends a word, and behind it.
fn labelled(glyphs: &[Glyph]) -> Option<(&[Glyph], &[Glyph])> {
    let at = (1..glyphs.len()).find(|&at| ends_word(glyphs, at, ':'))?;
    Some((glyphs.get(..at)?, trim(glyphs.get(at + 1..)?)))
}

/// Whether this punctuation stands at a place, and a space or nothing behind it.
fn ends_word(glyphs: &[Glyph], at: usize, c: char) -> bool {
    glyphs.get(at).is_some_and(|glyph| glyph.is(c))
        && glyphs.get(at + 1).is_none_or(|next| next.c.is_whitespace())
}

/// The owner of `Owner KR:`.
pub(super) fn owner_of_key_result(label: &[Glyph]) -> Option<&[Glyph]> {
    let label = trim(label);
    let (owner, word) = label.split_at_checked(label.len().checked_sub(3)?)?;
    let is_marked = text(word).eq_ignore_ascii_case("kr")
        && word.first().is_some_and(|first| first.c.is_whitespace());
    is_marked.then(|| trim(owner))
}

/// Whether a label may be somebody's name or role, as the handbook writes them.
pub(super) fn may_be_owner(label: &str) -> bool {
    const NONE: [&str; 6] = ["good", "bad", "try", "note", "retrospective", "retro"];
    let words = label.split_whitespace().count();
    (1..=6).contains(&words)
        && label.starts_with(char::is_uppercase)
        && !NONE.contains(&label.to_lowercase().as_str())
}

/// What stands before the arrow and behind it: the first arrow, unless it leads from one figure to another and a later one
/// leads to the outcome.
pub(super) fn at_arrow(glyphs: &[Glyph]) -> (&[Glyph], Option<&[Glyph]>) {
    let mut found: Option<(&[Glyph], &[Glyph])> = None;
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(length) = arrow(rest) else {
            at += 1;
            continue;
        };
        let before = glyphs.get(..at).unwrap_or_default();
        let behind = glyphs.get(at + length..).unwrap_or_default();
        if found.is_none_or(|(before, behind)| is_way(before, behind)) {
            found = Some((before, behind));
        }
        at += length;
    }
    match found {
        Some((before, behind)) => (trim(before), Some(trim(behind))),
        None => (trim(glyphs), None),
    }
}

/// The length of `=>`, `==>` or `-->` at the beginning.
fn arrow(glyphs: &[Glyph]) -> Option<usize> {
    let first = glyphs
        .first()
        .filter(|glyph| glyph.is('=') || glyph.is('-'))?;
    let stem = glyphs.iter().take_while(|glyph| glyph.is(first.c)).count();
    let is_long = stem >= if first.c == '=' { 1 } else { 2 };
    let points = glyphs.get(stem).is_some_and(|glyph| glyph.is('>'));
    (is_long && points).then_some(stem + 1)
}

/// Whether figures stand on both sides of an arrow.
fn is_way(before: &[Glyph], behind: &[Glyph]) -> bool {
    let last = text(before);
    let last = last.split_whitespace().next_back().unwrap_or_default();
    trim(behind)
        .first()
        .is_some_and(|glyph| glyph.c.is_ascii_digit())
        && last.contains(|c: char| c.is_ascii_digit())
}

/// The objective, which is the first sentence, and the key results that follow it.
pub(super) fn sentences(glyphs: &[Glyph], is_heading: bool) -> (&[Glyph], Vec<&[Glyph]>) {
    let glyphs = trim(glyphs);
    let end = (1..glyphs.len()).find(|&at| ends_sentence(glyphs, at));
    let (objective, rest) = match end {
        Some(at) => (
            glyphs.get(..at).unwrap_or_default(),
            glyphs.get(at + 1..).unwrap_or_default(),
        ),
        None => (glyphs, &[] as &[Glyph]),
    };
    let by_comma = split(rest, |at| ends_word(rest, at, ','));
    let by_sentence = || split(rest, |at| at > 0 && ends_sentence(rest, at));
    let key_results = if by_comma.len() > 1 && !(is_heading && by_sentence().len() > 1) {
        by_comma
    } else {
        by_sentence()
    };
    (trim(objective), key_results)
}

/// Outcomes that commas separate.
pub(super) fn outcomes(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    split(glyphs, |at| ends_word(glyphs, at, ','))
}

/// Whether a full stop ends a sentence here, not an abbreviation.
fn ends_sentence(glyphs: &[Glyph], at: usize) -> bool {
    if !ends_word(glyphs, at, '.') {
        return false;
    }
    let before = at.checked_sub(3).and_then(|start| glyphs.get(start..at));
    let abbreviates = before.is_some_and(|before| match before {
        [first, point, last] => {
            point.is('.') && matches!((first.c, last.c), ('e', 'g') | ('i', 'e'))
        }
        _ => false,
    });
    !abbreviates
}

/// The parts between these places, without those in which nothing stands and without the full stop at their ends.
fn split(glyphs: &[Glyph], is_end: impl Fn(usize) -> bool) -> Vec<&[Glyph]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 0..=glyphs.len() {
        if at == glyphs.len() || is_end(at) {
            parts.push(without_full_stop(glyphs.get(start..at).unwrap_or_default()));
            start = at + 1;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn without_full_stop(glyphs: &[Glyph]) -> &[Glyph] {
    let glyphs = trim(glyphs);
    match glyphs.split_last() {
        Some((last, before)) if last.is('.') => trim(before),
        _ => glyphs,
    }
}

/// A key result as read.
pub(super) struct Read<'g> {
    /// Its title, for where it stands.
    pub(super) title: &'g [Glyph],
    pub(super) key_result: ListedKeyResult,
    /// A ratio that its score can be held against.
    pub(super) ratio: Option<(Number, Number)>,
}

/// Reads a key result; without a title there is none.
pub(super) fn key_result<'g>(
    glyphs: &'g [Glyph],
    outcome: Option<&'g [Glyph]>,
) -> Option<Read<'g>> {
    let (area, rest) = area(trim(glyphs));
    let (mut title, mut ending, mut ratio) = (rest, Ending::default(), None);
    let colon = (1..rest.len()).rev().find(|&at| ends_word(rest, at, ':'));
    let certain = colon
        .and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)))
        .filter(|(_, behind)| ending::is_certain(behind));
    if let Some((before, behind)) = certain {
        let read = ending::read(behind);
        (title, ending, ratio) = (trim(before), read.ending, read.ratio);
    } else if let Some((before, score)) = trailing_percent(rest) {
        title = trim(before);
        ending.score = Some(score);
    }
    if let Some(outcome) = outcome {
        let behind = ending::read(outcome);
        ratio = behind.ratio.or(ratio);
        ending = joined(ending, behind.ending);
    }
    let title = without_full_stop(title);
    let key_result = ListedKeyResult {
        title: text(title),
        area: area.map(text),
        ending,
        links: Vec::new(),
    };
    (!key_result.title.is_empty()).then_some(Read {
        title,
        key_result,
        ratio,
    })
}

/// Two endings of one: what the second one says goes before.
pub(super) fn joined(first: Ending, second: Ending) -> Ending {
    let outcomes: Vec<String> = [first.outcome, second.outcome]
        .into_iter()
        .flatten()
        .collect();
    Ending {
        score: second.score.or(first.score),
        outcome: (!outcomes.is_empty()).then(|| outcomes.join(", ")),
        dropped: second.dropped.or(first.dropped),
        links: [first.links, second.links].concat(),
    }
}

/// The area in brackets that a key result begins with.
fn area(glyphs: &[Glyph]) -> (Option<&[Glyph]>, &[Glyph]) {
    let is_open = glyphs.first().is_some_and(|first| first.is('['));
    let close = glyphs.iter().position(|glyph| glyph.is(']'));
    if let (true, Some(close)) = (is_open, close)
        && let (Some(area), Some(rest)) = (glyphs.get(1..close), glyphs.get(close + 1..))
        && rest.first().is_some_and(|next| next.c.is_whitespace())
        && !trim(area).is_empty()
        && !trim(rest).is_empty()
    {
        return (Some(trim(area)), trim(rest));
    }
    (None, glyphs)
}
