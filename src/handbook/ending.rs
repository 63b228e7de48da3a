//! What stands behind an arrow: `90%, free text`, `30/15 (0%)`, `Done`, `OBE`.

use super::inline::{Glyph, text, trim};
use super::{Ending, NO_OUTCOME, OVERTAKEN};
use crate::model::Number;

/// A word that means something at the beginning of an outcome.
const DONE: &str = "done";
const OVERTAKEN_WORD: &str = "obe";

/// An outcome as read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) ending: Ending,
    /// An `actual/target`.
    pub(super) ratio: Option<(Number, Number)>,
}

/// Reads an outcome.
pub(super) fn read(glyphs: &[Glyph]) -> Read {
    let mut rest = trim(glyphs);
    let mut read = Read::default();
    if rest.len() == 1
        && rest
            .iter()
            .all(|glyph| ['-', '–', '—'].iter().any(|dash| glyph.is(*dash)))
    {
        return read;
    }
    if let Some(behind) = word(rest, OVERTAKEN_WORD) {
        let reason = text(without_separator(behind));
        read.ending.dropped = Some(if reason.is_empty() {
            OVERTAKEN.to_owned()
        } else {
            reason
        });
        return read;
    }
    if word(rest, DONE).is_some() {
        read.ending.score = Some(Number::HUNDRED);
    }
    let mut said: Vec<String> = Vec::new();
    if let Some((actual, target, behind)) = ratio(rest) {
        read.ratio = Some((actual, target));
        // Without a percentage behind it, a ratio is where the words begin.
        if leading_percent(behind).is_some() {
            let length = rest.len() - behind.len();
            said.push(text(rest.get(..length).unwrap_or_default()));
            rest = behind;
        }
    }
    if let Some((score, behind)) = leading_percent(rest) {
        read.ending.score = Some(score);
        rest = without_separator(behind);
    } else if let Some((before, score)) = trailing_percent(rest) {
        read.ending.score = Some(score);
        rest = trim(before);
        read.ratio = read.ratio.or_else(|| counted(rest));
    }
    let behind = text(rest);
    if !behind.is_empty() {
        said.push(behind);
    }
    if !said.is_empty() {
        read.ending.outcome = Some(said.join(", "));
    }
    read
}

/// Whether something is certainly an outcome, also without an arrow before it.
pub(super) fn is_certain(glyphs: &[Glyph]) -> bool {
    let glyphs = trim(glyphs);
    let whole = |word_: &str| word(glyphs, word_).is_some_and(|behind| trim(behind).is_empty());
    ratio(glyphs).is_some()
        || leading_percent(glyphs).is_some()
        || whole(DONE)
        || whole(OVERTAKEN_WORD)
        || whole("n/a")
}

/// Whether a text begins with a word that would mean something as an outcome, or is a dash, which means that there is none.
pub(super) fn begins_with_word(text: &str) -> bool {
    if matches!(text, "–" | "—") {
        return true;
    }
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    word == DONE || word == OVERTAKEN_WORD
}

/// What stands behind a word that an outcome begins with.
fn word<'g>(glyphs: &'g [Glyph], word: &str) -> Option<&'g [Glyph]> {
    let length = word.chars().count();
    let (head, behind) = glyphs.split_at_checked(length)?;
    let is_it = head
        .iter()
        .zip(word.chars())
        .all(|(glyph, c)| glyph.plain && glyph.c.eq_ignore_ascii_case(&c));
    let ends = behind.first().is_none_or(|next| !next.c.is_alphanumeric());
    (is_it && ends).then_some(behind)
}

/// Without the comma, colon or dash between a score and the words behind it.
fn without_separator(glyphs: &[Glyph]) -> &[Glyph] {
    let glyphs = trim(glyphs);
    match glyphs.split_first() {
        Some((first, behind))
            if [',', ':', ';', '|', '.'].iter().any(|c| first.is(*c))
                || (first.is('-') && behind.first().is_some_and(|next| next.c == ' ')) =>
        {
            trim(behind)
        }
        _ => glyphs,
    }
}

/// A number that characters begin with, and what stands behind it. Never one of which more digits follow than are exact.
fn number(glyphs: &[Glyph]) -> Option<(Number, &[Glyph])> {
    let glyphs = trim(glyphs);
    let mut written = String::new();
    let mut rest = glyphs;
    if let [sign, behind @ ..] = rest
        && (sign.is('-') || sign.is('+') || (sign.plain && sign.c == '\u{2212}'))
    {
        written.push(if sign.c == '+' { '+' } else { '-' });
        rest = behind;
    }
    let length = rest
        .iter()
        .take_while(|glyph| glyph.plain && (glyph.c.is_ascii_digit() || glyph.c == '.'))
        .count();
    let (digits, behind) = rest.split_at_checked(length)?;
    written.extend(digits.iter().map(|glyph| glyph.c));
    // A full stop behind a number ends the sentence.
    let points = written.len() - written.trim_end_matches('.').len();
    let behind = rest.get(length - points..).unwrap_or(behind);
    written.truncate(written.len() - points);
    let number = written.parse().ok()?;
    Some((number, behind))
}

/// `90%`, `(90 %)`.
fn leading_percent(glyphs: &[Glyph]) -> Option<(Number, &[Glyph])> {
    let glyphs = trim(glyphs);
    let (opened, inner) = match glyphs.split_first() {
        Some((first, behind)) if first.is('(') => (true, behind),
        _ => (false, glyphs),
    };
    let (score, behind) = number(inner)?;
    let (percent, behind) = trim(behind).split_first()?;
    if !percent.is('%') {
        return None;
    }
    if !opened {
        return Some((score, behind));
    }
    let (close, behind) = behind.split_first()?;
    close.is(')').then_some((score, behind))
}

/// `… (98%)`: what stands before it, and the score.
pub(super) fn trailing_percent(glyphs: &[Glyph]) -> Option<(&[Glyph], Number)> {
    let glyphs = trim(glyphs);
    let open = glyphs.iter().rposition(|glyph| glyph.is('('))?;
    let (before, score) = glyphs.split_at_checked(open)?;
    let (score, behind) = leading_percent(score)?;
    behind.is_empty().then_some((before, score))
}

/// `6/15`, `6 of 15`, and what stands behind it.
fn ratio(glyphs: &[Glyph]) -> Option<(Number, Number, &[Glyph])> {
    let (actual, behind) = number(glyphs)?;
    let behind = trim_start(behind);
    let behind = match behind {
        [slash, behind @ ..] if slash.is('/') => behind,
        [o, f, space, behind @ ..] if o.is('o') && f.is('f') && space.c == ' ' => behind,
        _ => return None,
    };
    let (target, behind) = number(behind)?;
    let ends = behind
        .first()
        .is_none_or(|next| !next.c.is_alphanumeric() && !next.is('/') && !next.is('%'));
    ends.then_some((actual, target, behind))
}

fn trim_start(glyphs: &[Glyph]) -> &[Glyph] {
    let start = glyphs.iter().position(|glyph| !glyph.c.is_whitespace());
    glyphs
        .get(start.unwrap_or(glyphs.len())..)
        .unwrap_or_default()
}

/// The first ratio within words.
fn counted(glyphs: &[Glyph]) -> Option<(Number, Number)> {
    (0..glyphs.len()).find_map(|at| {
        let begins = at
            .checked_sub(1)
            .and_then(|before| glyphs.get(before))
            .is_none_or(|before| before.c.is_whitespace() || before.c == '(');
        if !begins {
            return None;
        }
        let (actual, target, _) = ratio(glyphs.get(at..)?)?;
        Some((actual, target))
    })
}

/// Whether a score may stand beside a ratio: as the share that was reached, capped or not, or as what is left of a budget.
pub(super) fn agrees(score: Number, (actual, target): (Number, Number)) -> bool {
    let hundred = Number::HUNDRED.decimal();
    let Some(share) = actual.decimal().checked_div(target.decimal()) else {
        return true;
    };
    let Some(share) = share.checked_mul(hundred) else {
        return true;
    };
    let left = hundred - share;
    let zero = Number::ZERO.decimal();
    let one = Number::from(1).decimal();
    [share, share.min(hundred), left, left.max(zero)]
        .iter()
        .any(|counted| (score.decimal() - counted).abs() <= one)
}

/// How an outcome is written, where there is one.
pub(super) fn written(ending: &Ending, escape: &dyn Fn(&str) -> String) -> Option<String> {
    if let Some(reason) = &ending.dropped {
        return Some(if reason == OVERTAKEN {
            "OBE".to_owned()
        } else {
            format!("OBE {}", escape(reason))
        });
    }
    let score = ending.score.map(|score| format!("{score}%"));
    let outcome = ending.outcome.as_deref().map(escape);
    match (score, outcome) {
        (Some(score), Some(outcome)) => Some(format!("{score} {outcome}")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// How an outcome is written among others that go by their positions.
pub(super) fn written_or_none(ending: &Ending, escape: &dyn Fn(&str) -> String) -> String {
    written(ending, escape).unwrap_or_else(|| NO_OUTCOME.to_owned())
}
