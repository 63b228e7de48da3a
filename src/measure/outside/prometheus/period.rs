//! At which moments of a period a query is asked for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::QueryError;

/// The most points of a period that are asked for: beyond it Prometheus refuses.
pub const MAX_POINTS: i64 = 11_000;
/// The most points where the step is ours to choose; an answer of so many is some 200 KB long.
const FEW_POINTS: i64 = 5_000;
/// Steps to choose from, in seconds: 1 min, 5 min, 15 min, 1 h, 6 h, 1 day.
const STEPS: [i64; 6] = [60, 300, 900, 3_600, 21_600, DAY];
/// In seconds.
const DAY: i64 = 86_400;

/// The ends of the whole steps of a period, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Points {
    /// The last of them.
    pub(super) end: i64,
    pub(super) step: i64,
    /// At least 1.
    pub(super) count: i64,
}

impl Points {
    pub(super) fn of(
        from: Timestamp,
        to: Timestamp,
        step: Option<Duration>,
    ) -> Result<Self, QueryError> {
        let end = to.as_second();
        let length = end - from.as_second();
        let fitting = || STEPS.into_iter().find(|step| length / step <= FEW_POINTS);
        let step = step.map_or_else(
            || fitting().unwrap_or(DAY),
            |step| i64::try_from(step.as_secs()).unwrap_or(i64::MAX),
        );
        if step < 1 || length < step {
            return Err(QueryError::Period {
                length: SignedDuration::from_secs(length.max(0)),
                step: SignedDuration::from_secs(step),
            });
        }
        let count = length / step;
        if count > MAX_POINTS {
            return Err(QueryError::TooManyPoints { points: count });
        }
        Ok(Self { end, step, count })
    }

    /// The first of them.
    pub(super) fn first(self) -> i64 {
        self.end - (self.count - 1) * self.step
    }

    /// How long they reach back from the last to the begin of the first step, in seconds.
    pub(super) fn length(self) -> i64 {
        self.count * self.step
    }

    pub(super) fn end_time(self) -> Timestamp {
        Timestamp::from_second(self.end).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(from: &str, to: &str, step: Option<u64>) -> Result<(i64, i64), String> {
        let step = step.map(Duration::from_secs);
        let points = Points::of(from.parse().unwrap(), to.parse().unwrap(), step);
        points
            .map(|points| (points.step, points.count))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_shortest_step_that_is_not_too_many_is_taken() {
        for (to, step, count) in [
            ("2026-10-01T00:01:00Z", 60, 1),
            ("2026-10-04T11:20:00Z", 60, 5_000),
            ("2026-10-04T11:21:00Z", 300, 1_000),
            ("2026-10-31T00:00:00Z", 900, 2_880),
            ("2027-01-01T00:00:00Z", 3_600, 2_208),
            ("2027-10-01T00:00:00Z", 21_600, 1_460),
            ("2036-10-01T00:00:00Z", 86_400, 3_653),
        ] {
            let chosen = points("2026-10-01T00:00:00Z", to, None);
            assert_eq!(chosen, Ok((step, count)), "{to}");
        }
    }

    #[test]
    fn a_given_step_is_kept_or_refused() {
        let quarter = |step| points("2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z", Some(step));
        assert_eq!(quarter(86_400), Ok((86_400, 92)));
        assert_eq!(quarter(723), Ok((723, 10_994)));
        assert_eq!(
            quarter(60).unwrap_err(),
            "the period has 132480 steps, more than the 11000 that Prometheus answers"
        );
        assert!(quarter(0).is_err() && quarter(u64::MAX).is_err());
        let backwards = points("2026-10-02T00:00:00Z", "2026-10-01T00:00:00Z", None);
        assert_eq!(
            backwards.unwrap_err(),
            "the period of 0s is shorter than a step of 1m"
        );
    }

    proptest! {
        #[test]
        fn steps_lie_in_the_period_and_leave_less_than_one(
            from in -10_000_000_000_i64..10_000_000_000,
            length in 60_i64..1_000_000_000,
            step in proptest::option::of(1_u64..10_000_000),
        ) {
            let at = |second| Timestamp::from_second(second).unwrap();
            let asked = Points::of(at(from), at(from + length), step.map(Duration::from_secs));
            match asked {
                Ok(points) => {
                    prop_assert!((1..=MAX_POINTS).contains(&points.count));
                    prop_assert_eq!(points.end, from + length);
                    prop_assert_eq!(points.first() + (points.count - 1) * points.step, points.end);
                    let begin = points.first() - points.step;
                    prop_assert!(begin >= from && begin - from < points.step);
                    prop_assert_eq!(points.length(), points.end - begin);
                    prop_assert!(step.is_some() || points.count <= FEW_POINTS || points.step == DAY);
                }
                Err(QueryError::Period { .. }) => prop_assert!(step.is_some_and(|step| step > length.unsigned_abs())),
                Err(QueryError::TooManyPoints { points }) => prop_assert!(points > MAX_POINTS),
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }
}
