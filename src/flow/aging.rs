use jiff::SignedDuration;

use super::item::{Ending, Flow};
use super::metrics::Times;
use super::period::Period;

/// How far back flow times go against which ages are held: thirteen weeks, about a quarter.
const PAST: SignedDuration = SignedDuration::from_hours(13 * 7 * 24);

/// The time whose items say how long work takes: the period, and at least the thirteen weeks before its end, so that the
/// first weeks of a quarter have something to go by.
pub fn aging_period(period: &Period) -> Period {
    let begin = period.end.checked_sub(PAST).unwrap_or(period.begin);
    Period {
        begin: begin.min(period.begin),
        ..*period
    }
}

/// How long the items took that were done lately, in the time that [`aging_period`] says: what the age of work in progress is
/// held against. `None` where none was done that had been in progress.
pub fn aging_times(flows: &[Flow], period: &Period) -> Option<Times> {
    let lately = aging_period(period);
    let done = flows.iter().filter(|flow| {
        flow.ended
            .is_some_and(|(at, ending)| ending == Ending::Done && lately.contains(at))
    });
    let times: Vec<SignedDuration> = done.filter_map(Flow::flow_time).collect();
    Times::of(&times)
}

/// The highest of 50, 85 and 95 percent of past items that took less time than an age; nothing where it is below all of them.
pub fn older_than(age: SignedDuration, past: &Times) -> Option<u8> {
    let lines = [(95, past.p95), (85, past.p85), (50, past.median)];
    let passed = lines.into_iter().find(|(_, line)| age > *line);
    passed.map(|(percent, _)| percent)
}
