//! How flow is told in words, on a terminal and on pages.

use crate::model::{Number, round_half_up};
use crate::render::counted;
use crate::report::{
    BottleneckReport, DistributionReport, DoubtReport, LoadItem, PastReport, StageReport,
    TimesReport,
};

/// What is said of the flow time where nothing has one.
pub(in crate::render) const UNKNOWN_TIME: &str = "unknown: nothing that was in progress was done";
/// What stands in place of a title that is not told.
const CONFIDENTIAL: &str = "(confidential)";

/// Whole percent, halves up.
pub(in crate::render) fn percent(share: Number) -> String {
    format!("{} %", round_half_up(share, 0))
}

/// A time as people say it: to a tenth of a day, of an hour, or in minutes.
pub fn duration(seconds: i64) -> String {
    if seconds < 5_400 {
        format!("{} min", (seconds * 2 + 60).div_euclid(120))
    } else if seconds < 129_600 {
        format!("{} h", tenths(seconds, 3_600))
    } else {
        format!("{} d", tenths(seconds, 86_400))
    }
}

/// A time in days, to a tenth where that is less than ten.
pub(in crate::render) fn days(seconds: i64) -> String {
    if seconds < 860_000 {
        tenths(seconds, 86_400)
    } else {
        (seconds * 2 + 86_400).div_euclid(172_800).to_string()
    }
}

fn tenths(seconds: i64, unit: i64) -> String {
    let value = (seconds * 20 + unit).div_euclid(unit * 2);
    let (whole, tenth) = (value.div_euclid(10), value.rem_euclid(10));
    if tenth == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{tenth}")
    }
}

/// A median, and what 85 and 95 of a hundred did not exceed.
pub(in crate::render) fn spread(times: &TimesReport) -> String {
    format!(
        "{} median, {} for 85 %, {} for 95 % (of {})",
        duration(times.median),
        duration(times.p85),
        duration(times.p95),
        times.count
    )
}

/// The shares of the kinds there are, and of what has none.
pub(in crate::render) fn shares(distribution: &DistributionReport) -> String {
    let kinds = distribution
        .kinds
        .iter()
        .map(|kind| (kind.kind, kind.share, kind.count));
    let unmapped = [(
        "unmapped",
        distribution.unmapped_share,
        distribution.unmapped,
    )];
    let told: Vec<String> = kinds
        .chain(unmapped)
        .filter(|(.., count)| *count > 0)
        .filter_map(|(kind, share, _)| Some(format!("{kind} {}", percent(share?))))
        .collect();
    if told.is_empty() {
        "nothing was done".to_owned()
    } else {
        told.join(", ")
    }
}

/// What a stage is called: its label.
pub(in crate::render) fn stage(label: Option<&str>) -> &str {
    label.unwrap_or("without a label")
}

/// A stage with its share and its state: `workflow::review 75 % (active)`.
pub(in crate::render) fn stage_with_share(of: &StageReport) -> String {
    let share = of.share.map(percent).unwrap_or_default();
    format!("{} {share} ({})", stage(of.stage.as_deref()), of.state)
}

/// Whether there is a bottleneck, and why not.
pub(in crate::render) fn bottleneck(found: &BottleneckReport) -> String {
    let name = stage(found.stage.stage.as_deref());
    let share = found.stage.share.map(percent).unwrap_or_default();
    let load = |mean: Option<Number>| {
        mean.map_or_else(
            || "unknown".to_owned(),
            |mean| round_half_up(mean, 1).to_string(),
        )
    };
    let (before, after) = (load(found.load_before), load(found.load_after));
    match (found.verdict, &found.next) {
        ("stands-out", _) => format!(
            "{name} takes {share} of the time in progress, and more and more items are there: {before} on average in the first \
             half of the time, {after} in the second"
        ),
        ("close-second", Some(next)) => format!(
            "none stands out: {name} takes {share} of the time in progress, {} {}",
            stage(next.stage.as_deref()),
            next.share.map(percent).unwrap_or_default()
        ),
        ("not-growing", _) => format!(
            "none stands out: {name} takes {share} of the time in progress, but its load does not grow: {before} items there on \
             average in the first half of the time, {after} in the second"
        ),
        ("too-short", _) => "not told of less than two weeks: nobody can say what grows".to_owned(),
        _ => format!("none stands out: {name} is the only stage"),
    }
}

/// What is not certain of some items.
pub(in crate::render) fn doubt(doubt: &DoubtReport) -> String {
    let items = counted(doubt.items, "item");
    match doubt.doubt {
        "deleted-label" => {
            format!("{items} had a label that was deleted since: nobody knows what state it meant")
        }
        "since-the-beginning" => format!(
            "{items} carry a label that no event tells of: taken to have had it from the beginning"
        ),
        "hidden-label-events" => format!("{items} carry other labels than their events say"),
        _ => format!("{items} were closed or reopened and no event tells when"),
    }
}

/// Which items the age of others is held against.
pub(in crate::render) fn past(past: &PastReport) -> String {
    format!(
        "the {} done since {}",
        counted(past.time.count, "item"),
        past.since
    )
}

/// A title, or what stands in its place; nothing of an issue that is open to fewer people than this, whose reference says enough.
pub(in crate::render) fn title(title: Option<&str>, confidential: bool) -> Option<&str> {
    title.or(confidential.then_some(CONFIDENTIAL))
}

/// An item in progress: its reference, where it is, and its title.
pub(in crate::render) fn in_progress(item: &LoadItem) -> String {
    let place = match &item.stage {
        Some(stage) => format!("in {stage}"),
        None => stage(None).to_owned(),
    };
    match title(item.title.as_deref(), item.confidential) {
        Some(title) => format!("{} {place}: {title}", item.issue),
        None => format!("{} {place}", item.issue),
    }
}

#[cfg(test)]
mod tests {
    use super::{days, duration};

    #[test]
    fn times_are_said_as_people_say_them() {
        for (seconds, expected) in [
            (0, "0 min"),
            (89, "1 min"),
            (90, "2 min"),
            (5_399, "90 min"),
            (5_400, "1.5 h"),
            (36_000, "10 h"),
            (129_600, "1.5 d"),
            (864_000, "10 d"),
        ] {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
        for (seconds, expected) in [
            (0, "0"),
            (4_320, "0.1"),
            (86_400, "1"),
            (859_999, "10"),
            (993_600, "12"),
            (8_640_000, "100"),
        ] {
            assert_eq!(days(seconds), expected, "{seconds}");
        }
    }
}
