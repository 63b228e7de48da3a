//! A row of bars, one a week: how a score went.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::model::{Date, Number};
use crate::report::CheckInPoint;

/// From nothing or less to all or more.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Of longer quarters the last weeks are shown.
pub(super) const WEEKS: usize = 14;

/// A bar for each week since the quarter began that has begun until today: what the score was at the week's last check-in,
/// or a dot where nobody has said anything.
pub(super) fn spark(check_ins: &[CheckInPoint], start: Date, end: Date, today: Date) -> String {
    let until = today.min(end);
    let week = |day: Date| usize::try_from((day - start).get_days() / 7).unwrap_or(0);
    if until < start {
        return String::new();
    }
    let mut weeks = vec!['·'; week(until).saturating_add(1)];
    for point in check_ins {
        let at = week(point.date.max(start).min(until));
        if let (Some(score), Some(bar)) = (point.score, weeks.get_mut(at)) {
            *bar = height(score);
        }
    }
    let skipped = weeks.len().saturating_sub(WEEKS);
    weeks.into_iter().skip(skipped).collect()
}

fn height(score: Number) -> char {
    let steps = Decimal::from(BARS.len());
    let part = score
        .decimal()
        .checked_mul(steps)
        .and_then(|part| part.checked_div(Decimal::ONE_HUNDRED));
    let at = part.and_then(|part| part.max(Decimal::ZERO).to_usize());
    let at = at.unwrap_or(BARS.len()).min(BARS.len() - 1);
    BARS.get(at).copied().unwrap_or('█')
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::Origin;

    fn point(day: &str, score: Option<i64>) -> CheckInPoint {
        CheckInPoint {
            date: day.parse().unwrap(),
            value: None,
            measured: false,
            score: score.map(Number::from),
            confidence: None,
            health: None,
            note: None,
            origin: Origin::UnpulledRow,
        }
    }

    #[test]
    fn every_week_has_a_bar_or_a_dot() {
        let points = [
            point("2026-10-05", Some(-20)),
            point("2026-10-06", Some(13)),
            point("2026-10-19", Some(50)),
            point("2026-10-26", None),
            point("2026-11-02", Some(250)),
        ];
        let (start, end) = (date(2026, 10, 1), date(2026, 12, 31));
        assert_eq!(spark(&points, start, end, date(2026, 11, 16)), "▂·▅·█··");
        assert_eq!(spark(&points[..1], start, end, date(2026, 10, 5)), "▁");
        assert_eq!(spark(&[], start, end, date(2026, 9, 30)), "");
        let all = spark(&points, start, end, date(2027, 3, 1));
        assert_eq!(all.chars().count(), WEEKS);
    }
}
