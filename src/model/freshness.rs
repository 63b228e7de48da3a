use jiff::civil::Date;

/// Days after which a check-in that is asked for is late.
pub const GRACE_DAYS: i32 = 3;

/// Days after which a check-in that is asked for is missed, and what was known is out of date.
pub const STALE_DAYS: i32 = 7;

/// How old the last word about a key result is, by how often one is asked for. Silence is not green.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freshness {
    /// The last word is recent.
    Fresh,
    /// A check-in is asked for.
    Due,
    /// It is asked for since more than [`GRACE_DAYS`].
    Late,
    /// It is asked for since more than [`STALE_DAYS`]: how it goes is unknown.
    Stale,
}

impl Freshness {
    /// How fresh a word of a day is today, where one is asked for every so many days. Before the first, the day on which the
    /// quarter began counts.
    pub fn of(last: Date, today: Date, every: u32) -> Self {
        let days = (today - last).get_days();
        let every = i32::try_from(every).unwrap_or(i32::MAX);
        if days < every {
            Self::Fresh
        } else if days <= every.saturating_add(GRACE_DAYS) {
            Self::Due
        } else if days <= every.saturating_add(STALE_DAYS) {
            Self::Late
        } else {
            Self::Stale
        }
    }

    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::Late => "late",
            Self::Stale => "stale",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_ladder_has_four_steps() {
        let last = date(2026, 10, 5);
        let after = |days: i32| Freshness::of(last, last + days.days(), 7);
        assert_eq!(after(-1), Freshness::Fresh);
        assert_eq!((after(6), after(7)), (Freshness::Fresh, Freshness::Due));
        assert_eq!((after(10), after(11)), (Freshness::Due, Freshness::Late));
        assert_eq!((after(14), after(15)), (Freshness::Late, Freshness::Stale));
        assert_eq!(
            Freshness::of(last, date(9999, 1, 1), u32::MAX),
            Freshness::Fresh
        );
    }
}
