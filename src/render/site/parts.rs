//! Small things that many pages show: how something stands, a score against what is due, weeks.

use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive as _;

use crate::model::{Date, Number, Quarter, round_half_up};
use crate::render::status::words::{incomplete, movement, percent};
use crate::report::{CheckInPoint, Movement, Score, Standing};

/// Text from outside in which no line breaks within a date or a quarter.
pub(super) fn flowing(text: &str) -> Markup {
    let text = super::text(text);
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, whole, after)) = split_at_date(rest) {
        parts.push((before, whole));
        rest = after;
    }
    html! {
        @for (before, whole) in parts { (before) span.whole { (whole) } }
        (rest)
    }
}

/// A text before its first date or quarter, that, and the text behind it.
fn split_at_date(text: &str) -> Option<(&str, &str, &str)> {
    let begins = |at: &usize| {
        let before = text
            .get(..*at)
            .and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    let digits = text.match_indices(|c: char| c.is_ascii_digit());
    digits.map(|(at, _)| at).filter(begins).find_map(|at| {
        let (before, from) = text.split_at(at);
        let date = |word: &str| word.parse::<Date>().is_ok();
        let quarter = |word: &str| word.parse::<Quarter>().is_ok();
        let length = match (from.get(..10), from.get(..7)) {
            (Some(word), _) if date(word) => 10,
            (_, Some(word)) if quarter(word) => 7,
            _ => return None,
        };
        let (whole, after) = from.split_at(length);
        Some((before, whole, after))
    })
}

/// How something stands, by a sign and in words; colour only repeats it.
pub(super) fn standing(standing: Option<Standing>) -> Markup {
    html! {
        @match standing {
            Some(standing) => {
                span class={ "standing " (class(standing)) } {
                    span aria-hidden="true" { (sign(standing)) } " " (standing.name())
                }
            }
            None => { span.dim { "–" } }
        }
    }
}

/// The sign of a standing.
pub(super) fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Dropped => "×",
        Standing::Ended => "■",
        Standing::NotBegun => "○",
        Standing::Reached => "✓",
        Standing::OnTrack => "●",
        Standing::NeedsAttention => "▲",
        Standing::Unknown => "?",
        Standing::AtRisk => "◆",
    }
}

/// The class of a standing in the stylesheet.
pub(super) fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Reached => "reached",
        Standing::OnTrack => "on-track",
        Standing::NeedsAttention => "attention",
        Standing::AtRisk => "at-risk",
        Standing::Unknown => "unknown",
        Standing::Dropped | Standing::Ended | Standing::NotBegun => "quiet",
    }
}

/// A score as a bar with a mark where it should be. The numbers stand beside it.
pub(super) fn bar(score: Option<Number>, due: Option<Number>, how: Option<Standing>) -> Markup {
    html! {
        svg.bar viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" {
            rect.track y="2" width="100" height="8" rx="2" {}
            @if let Some(score) = score {
                rect class={ "fill " (how.map_or("quiet", class)) } y="2" width=(length(score)) height="8" rx="2" {}
            }
            @if let Some(due) = due { path.due d=(format!("M{} 0v12", length(due))) {} }
        }
    }
}

/// A percentage as a length of at most 100.
fn length(percent: Number) -> String {
    let part = percent.decimal().to_f64().unwrap_or(0.0);
    format!("{:.0}", part.clamp(0.0, 100.0))
}

/// The cells of a row that show a score: the score and what moved, what is due, and both as a bar.
pub(super) fn score_cells(
    score: &Score,
    due: Option<Number>,
    moved: Movement,
    how: Option<Standing>,
) -> Markup {
    html! {
        td.number {
            strong { (percent(score.percent)) }
            @if let Some(change) = changed(moved) { div.dim.small { (change) } }
            @if let Some(missing) = incomplete(score) { div.dim.small { (missing) } }
        }
        td.number { @if let Some(due) = due { (percent(Some(due))) } @else { "–" } }
        td.bars { (bar(score.percent, due, how)) }
    }
}

/// By how much a score changed, if by anything that is shown: `+7 since last`.
pub(super) fn changed(moved: Movement) -> Option<String> {
    let (before, now) = (moved.before?, moved.now?);
    let (before, now) = (round_half_up(before, 0), round_half_up(now, 0));
    let by = now.decimal().checked_sub(before.decimal())?;
    let by = Number::new(by);
    if by == Number::ZERO {
        return None;
    }
    let sign = if by > Number::ZERO { "+" } else { "−" };
    Some(format!("{sign}{}", Number::new(by.decimal().abs())))
}

/// A number in percent before and now, if it differs.
pub(super) fn moved(before: Option<Number>, now: Option<Number>) -> String {
    movement(before, now)
}

/// The first days of the weeks of a quarter that have begun, the last fourteen of them.
pub(super) fn weeks(start: Date, end: Date, today: Date) -> Vec<Date> {
    let mut weeks = Vec::new();
    let until = today.min(end);
    let mut week = start;
    while week <= until {
        weeks.push(week);
        match week.checked_add(jiff::Span::new().days(7)) {
            Ok(next) => week = next,
            Err(_) => break,
        }
    }
    weeks.split_off(weeks.len().saturating_sub(14))
}

/// The last word of each of these weeks.
pub(super) fn by_week<'a>(
    points: &'a [CheckInPoint],
    weeks: &[Date],
) -> Vec<Option<&'a CheckInPoint>> {
    weeks
        .iter()
        .map(|week| {
            let days = |point: &CheckInPoint| (point.date - *week).get_days();
            points
                .iter()
                .rev()
                .find(|point| (0..7).contains(&days(point)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_quarters_stay_whole_and_nothing_else_is_touched() {
        for (text, html) in [
            ("", ""),
            ("on 1 of 3 days", "on 1 of 3 days"),
            (
                "since 2026-11-09; 2026-q4/data/x-1 <waits>",
                "since <span class=\"whole\">2026-11-09</span>; <span class=\"whole\">2026-q4</span>/data/x-1 &lt;waits&gt;",
            ),
            ("2026-11-0é, x2026-11-09", "2026-11-0é, x2026-11-09"),
        ] {
            assert_eq!(flowing(text).into_string(), html);
        }
    }
}
