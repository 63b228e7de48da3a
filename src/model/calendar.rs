use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::Quarter;

/// The days of a quarter, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    start: Date,
    end: Date,
}

impl Period {
    /// The days from `start` to `end`, both included; `None` when `end` comes first.
    pub fn new(start: Date, end: Date) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// The first day.
    pub fn start(self) -> Date {
        self.start
    }

    /// The last day.
    pub fn end(self) -> Date {
        self.end
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }
}

/// After which calendar year a fiscal year is named that touches two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YearNaming {
    /// After the one in which it starts.
    #[default]
    Start,
    /// After the one in which it ends: GitLab's fiscal 2020 began in February 2019.
    End,
}

/// Which days each quarter covers: twelve months in four parts from a first month on, with explicit quarters that win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    first_month: i8,
    naming: YearNaming,
    explicit: BTreeMap<Quarter, Period>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            first_month: 1,
            naming: YearNaming::Start,
            explicit: BTreeMap::new(),
        }
    }
}

impl Calendar {
    /// A calendar whose years start in `first_month` (1 to 12); `None` outside that range.
    pub fn new(
        first_month: i8,
        naming: YearNaming,
        explicit: BTreeMap<Quarter, Period>,
    ) -> Option<Self> {
        (1..=12).contains(&first_month).then_some(Self {
            first_month,
            naming,
            explicit,
        })
    }

    /// The days of a quarter. `None` only where dates end (the year 9999 and what lies beyond).
    pub fn period(&self, quarter: Quarter) -> Option<Period> {
        if let Some(period) = self.explicit.get(&quarter) {
            return Some(*period);
        }
        let first_year = match self.naming {
            YearNaming::End if self.first_month > 1 => quarter.year() - 1,
            YearNaming::Start | YearNaming::End => quarter.year(),
        };
        let months: Span = (i64::from(quarter.number()) - 1).checked_mul(3)?.months();
        let start = Date::new(first_year, self.first_month, 1)
            .ok()?
            .checked_add(months)
            .ok()?;
        let end = start.checked_add(3.months()).ok()?.yesterday().ok()?;
        Period::new(start, end)
    }

    /// The quarter that a day belongs to. `None` on a day that belongs to none: explicit quarters may leave gaps, as when
    /// a company moves its fiscal year.
    pub fn quarter_of(&self, day: Date) -> Option<Quarter> {
        if let Some((quarter, _)) = self
            .explicit
            .iter()
            .find(|(_, period)| period.contains(day))
        {
            return Some(*quarter);
        }
        (-1..=1)
            .filter_map(|offset| day.year().checked_add(offset))
            .flat_map(|year| (1..=4).filter_map(move |number| Quarter::new(year, number)))
            .filter(|quarter| !self.explicit.contains_key(quarter))
            .find(|&quarter| {
                self.period(quarter)
                    .is_some_and(|period| period.contains(day))
            })
    }

    /// The quarters whose days are given explicitly.
    pub fn explicit(&self) -> &BTreeMap<Quarter, Period> {
        &self.explicit
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn quarter(name: &str) -> Quarter {
        name.parse().unwrap()
    }

    #[test]
    fn calendar_quarters() {
        let calendar = Calendar::default();
        let period = calendar.period(quarter("2026-q4")).unwrap();
        assert_eq!(
            (period.start(), period.end()),
            (date(2026, 10, 1), date(2026, 12, 31))
        );
        assert_eq!(
            calendar.quarter_of(date(2026, 2, 28)),
            Some(quarter("2026-q1"))
        );
    }

    #[test]
    fn a_fiscal_year_named_after_its_end() {
        // GitLab's handbook: fiscal 2020 is 2019-02-01 to 2020-01-31.
        let calendar = Calendar::new(2, YearNaming::End, BTreeMap::new()).unwrap();
        let first = calendar.period(quarter("2020-q1")).unwrap();
        assert_eq!(
            (first.start(), first.end()),
            (date(2019, 2, 1), date(2019, 4, 30))
        );
        assert_eq!(
            calendar.quarter_of(date(2020, 1, 31)),
            Some(quarter("2020-q4"))
        );
        assert_eq!(
            calendar.quarter_of(date(2020, 2, 1)),
            Some(quarter("2021-q1"))
        );
    }

    #[test]
    fn explicit_quarters_win_and_may_leave_gaps() {
        let moved = Period::new(date(2019, 2, 1), date(2019, 4, 30)).unwrap();
        let explicit = BTreeMap::from([(quarter("2019-q1"), moved)]);
        let calendar = Calendar::new(1, YearNaming::Start, explicit).unwrap();
        assert_eq!(calendar.period(quarter("2019-q1")), Some(moved));
        assert_eq!(calendar.quarter_of(date(2019, 1, 15)), None);
        assert_eq!(
            calendar.quarter_of(date(2018, 12, 31)),
            Some(quarter("2018-q4"))
        );
    }
}
