use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// A time for which metrics are computed: from its begin, up to and without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first instant.
    pub begin: Timestamp,
    /// The first instant after it; later than the begin.
    pub end: Timestamp,
}

impl Period {
    /// The days from the first to the last, both included, as UTC has them. `None` for days in the wrong order, and at the end
    /// of all calendars.
    pub fn days(first: Date, last: Date) -> Option<Self> {
        let midnight = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
        let period = Self {
            begin: midnight(first)?,
            end: midnight(last.checked_add(1.day()).ok()?)?,
        };
        (period.begin < period.end).then_some(period)
    }

    /// The period as far as it has gone by `now`; `None` where it has not begun.
    pub fn until(self, now: Timestamp) -> Option<Self> {
        let end = self.end.min(now);
        (self.begin < end).then_some(Self { end, ..self })
    }

    /// Whether an instant lies within it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.begin <= at && at < self.end
    }

    /// How long it is.
    pub fn length(&self) -> SignedDuration {
        self.end.duration_since(self.begin)
    }
}
