//! What the calendar asks for: how much of the way should be gone on a day, and for how long a value has not moved.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::score::percent;
use super::{Measure, MilestoneStep, Number, Reading, Scoring};

/// Days without any movement after which nobody believes that it goes well: four weeks.
pub const FLAT_DAYS: i32 = 28;

/// From this part of the way on, in percent, pace is judged: earlier, a day more or less decides.
pub const JUDGED_FROM: i64 = 25;

/// How much of the time from a first day to a due date is over on a day, in percent, 0 to 100: nothing on the first day,
/// all of it on the due date. Time that is none is over on its day.
pub fn elapsed(first: Date, due: Date, day: Date) -> Number {
    let all = (due - first).get_days();
    let gone = (day - first).get_days();
    if gone >= all {
        return if day < due {
            Number::ZERO
        } else {
            Number::HUNDRED
        };
    }
    let share = percent(Decimal::from(gone.max(0)), Decimal::from(all));
    share.unwrap_or(Number::ZERO)
}

/// What a key result should be worth on a day, in percent, if it goes as planned. What is measured over months is asked for
/// by [`expected_of_months`] instead.
///
/// The way from a baseline to a target is planned evenly. Steps are planned for their due dates, without one for the key
/// result's. A guardrail holds all the time, and a budget may be spent evenly.
pub fn expected(measure: &Measure, scoring: Scoring, first: Date, due: Date, day: Date) -> Number {
    let over = elapsed(first, due, day);
    match measure {
        Measure::Linear { .. } => over,
        Measure::Milestones(steps) => steps_due(steps, due, day),
        Measure::AtMost(_) if scoring == Scoring::BudgetLeft => {
            Number::new(Decimal::ONE_HUNDRED - over.decimal())
        }
        Measure::AtLeast(_) | Measure::AtMost(_) => Number::HUNDRED,
    }
}

/// What the mean over months should be worth: the mean of what was planned for the days of their values. `None` without any.
pub fn expected_of_months(months: &[Reading], first: Date, due: Date) -> Option<Number> {
    let planned: Vec<(Number, Number)> = months
        .iter()
        .map(|month| (elapsed(first, due, month.date), Number::from(1)))
        .collect();
    super::weighted_mean(&planned)
}

/// Since which day the value has been what it was on the latest day, where several days say so.
pub fn unmoved_since(readings: &[Reading]) -> Option<Reading> {
    let mut sorted: Vec<&Reading> = readings.iter().collect();
    sorted.sort_by_key(|reading| reading.date);
    let last = *sorted.last()?;
    let same = sorted
        .into_iter()
        .rev()
        .take_while(|reading| reading.value == last.value);
    same.last().filter(|first| first.date < last.date).copied()
}

/// The steps that are due by a day, by weight.
fn steps_due(steps: &[MilestoneStep], due: Date, day: Date) -> Number {
    let planned: Vec<(Number, Number)> = steps
        .iter()
        .map(|step| {
            let is_due = step.due.map_or(due, |due| due.value) <= day;
            let weight = step.weight.map_or(Number::from(1), |weight| weight.value);
            let counts = if is_due {
                Number::HUNDRED
            } else {
                Number::ZERO
            };
            (counts, weight)
        })
        .collect();
    super::weighted_mean(&planned).unwrap_or(Number::ZERO)
}

/// The line that values lie closest to, by least squares, and where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trend {
    /// How much the value changes a day.
    pub per_day: Number,
    /// Where the value will be on the day that was asked for.
    pub value: Number,
}

/// Where values lead by a day if they go on as they did: the line of least squares through them. `None` for fewer than two
/// days, or numbers that are too large.
pub fn trend(readings: &[Reading], by: Date) -> Option<Trend> {
    let first = readings.iter().map(|reading| reading.date).min()?;
    let day = |date: Date| Decimal::from((date - first).get_days());
    let count = Decimal::from(readings.len());
    let (mut days, mut values, mut squares, mut products) =
        (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for reading in readings {
        let (x, y) = (day(reading.date), reading.value.decimal());
        days = days.checked_add(x)?;
        values = values.checked_add(y)?;
        squares = squares.checked_add(x.checked_mul(x)?)?;
        products = products.checked_add(x.checked_mul(y)?)?;
    }
    let spread = count
        .checked_mul(squares)?
        .checked_sub(days.checked_mul(days)?)?;
    let together = count
        .checked_mul(products)?
        .checked_sub(days.checked_mul(values)?)?;
    let per_day = together.checked_div(spread)?;
    let start = values
        .checked_sub(per_day.checked_mul(days)?)?
        .checked_div(count)?;
    let value = start.checked_add(per_day.checked_mul(day(by))?)?;
    Some(Trend {
        per_day: Number::new(per_day),
        value: Number::new(value),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{Source, round_half_up};

    fn reading(day: &str, value: &str) -> Reading {
        Reading {
            date: day.parse().unwrap(),
            value: value.parse().unwrap(),
            source: Source::Issue,
        }
    }

    #[test]
    fn time_is_over_on_the_due_date() {
        let at = |day: &str| {
            let over = elapsed(date(2026, 10, 1), date(2026, 12, 18), day.parse().unwrap());
            round_half_up(over, 1).to_string()
        };
        assert_eq!(
            [
                "2026-09-01",
                "2026-10-01",
                "2026-11-16",
                "2026-12-18",
                "2027-01-01"
            ]
            .map(at),
            ["0", "0", "59", "100", "100"]
        );
        let day = date(2026, 10, 1);
        assert_eq!(elapsed(day, day, day), Number::HUNDRED);
        assert_eq!(elapsed(day, day, date(2026, 9, 30)), Number::ZERO);
    }

    #[test]
    fn a_trend_is_the_line_of_least_squares() {
        // GitLab.com's published availability of August to October 2020, by month: 99.87, 99.95, 99.74.
        let months = [
            reading("2020-08-31", "99.87"),
            reading("2020-09-30", "99.95"),
            reading("2020-10-31", "99.74"),
        ];
        let trend = trend(&months, date(2020, 11, 30)).unwrap();
        assert_eq!(round_half_up(trend.value, 2).to_string(), "99.72");
        let even = [reading("2026-10-05", "10"), reading("2026-10-12", "17")];
        let even = super::trend(&even, date(2026, 10, 26)).unwrap();
        assert_eq!((even.per_day, even.value), (1.into(), 31.into()));
        assert_eq!(super::trend(&months[..1], date(2020, 11, 30)), None);
        assert_eq!(super::trend(&[], date(2020, 11, 30)), None);
    }

    #[test]
    fn what_does_not_move_is_known_since_when() {
        let readings = [
            reading("2026-10-26", "3"),
            reading("2026-10-05", "2"),
            reading("2026-10-12", "3"),
        ];
        let since = unmoved_since(&readings).map(|reading| reading.date);
        assert_eq!(since, Some(date(2026, 10, 12)));
        assert_eq!(unmoved_since(&readings[..2]), None);
    }
}
