//! Charts with a place for each week, each with its numbers.

use jiff::ToSpan as _;
use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Column, Row, folded, share};
use crate::model::{Date, Number};
use crate::render::flow::words::{days, duration, stage};
use crate::render::site::chart::frame::{Frame, HEIGHT, float};
use crate::render::site::chart::{Told, area_sample, axis, figure, line_sample};
use crate::report::{DistributionReport, FlowReport, FlowWeek, StageReport};

/// The most stages that are told apart; the others are one.
const STAGES: usize = 5;
/// The colour of what is not told apart, after those of what is.
pub(super) const OTHERS: usize = 6;
/// The least that the axis of items goes up to, so that it has whole numbers.
const ITEMS: f64 = 5.0;

/// How many items were in each stage on average, week by week.
pub(super) fn stages(report: &FlowReport, today: Date) -> Markup {
    let told: Vec<&StageReport> = report.stages.iter().take(STAGES).collect();
    let has_others = report.stages.len() > told.len();
    let load_in = |week: &FlowWeek, of: &StageReport| {
        let mut own = week.stages.iter();
        own.find(|own| own.stage == of.stage && own.state == of.state)
            .and_then(|own| own.mean_load)
    };
    let others = |week: &FlowWeek| -> f64 {
        let all = week.stages.iter().filter_map(|own| own.mean_load);
        let known: f64 = told
            .iter()
            .filter_map(|of| load_in(week, of))
            .map(float)
            .sum();
        all.map(float).sum::<f64>() - known
    };
    let stack = |week: &FlowWeek| -> Vec<(f64, usize)> {
        let own = told
            .iter()
            .zip(1..)
            .map(|(of, colour)| (load_in(week, of).map_or(0.0, float), colour));
        own.chain(has_others.then(|| (others(week), OTHERS)))
            .collect()
    };
    let name_of = |of: &StageReport| format!("{} ({})", stage(of.stage.as_deref()), of.state);
    let key = html! {
        @for (of, colour) in told.iter().zip(1..) { (area_sample(&series(colour), &name_of(of))) }
        @if has_others { (area_sample(&series(OTHERS), "others")) }
    };
    let mut heads = vec![("Week from", Column::Name)];
    let names: Vec<String> = told.iter().map(|of| name_of(of)).collect();
    heads.extend(names.iter().map(|name| (name.as_str(), Column::Number)));
    if has_others {
        heads.push(("others", Column::Number));
    }
    let rows = report.weeks.iter().map(|week| {
        let own = told
            .iter()
            .map(|of| load_in(week, of).unwrap_or(Number::ZERO).to_string());
        Row {
            name: week_name(week, today),
            cells: own
                .chain(has_others.then(|| format!("{:.2}", others(week))))
                .collect(),
        }
    });
    html! {
        @if !told.is_empty() {
            (stacked(report, today, &stack, ITEMS, &Told {
                id: "stages-chart",
                name: "Items in each stage on average, week by week",
                about: &format!("The most time went to {}.", names.first().map_or("", String::as_str)),
            }, &key))
            (folded("Items in each stage on average, by week", &heads, rows.collect()))
            (folded("Time in each stage", &[
                ("Stage", Column::Name),
                ("State", Column::Short),
                ("Time of all items", Column::Number),
                ("Share", Column::Number),
                ("Items", Column::Number),
            ], report.stages.iter().map(|of| Row {
                name: stage(of.stage.as_deref()).to_owned(),
                cells: vec![of.state.to_owned(), duration(of.total), share(of.share), of.items.to_string()],
            }).collect()))
        }
    }
}

/// What was done in each week, against what was in progress at its end.
pub(super) fn load(report: &FlowReport, today: Date) -> Markup {
    let weeks = &report.weeks;
    let counts = weeks.iter().flat_map(|week| [week.velocity, week.load]);
    let frame = frame(report, counts.map(size), ITEMS);
    let line: Vec<(Date, Option<f64>)> = weeks
        .iter()
        .map(|week| (week.last.min(today), Some(size(week.load))))
        .collect();
    let drawn = html! {
        (axis::axes(&frame))
        @for week in weeks { (bar(&frame, week, 0.0, size(week.velocity), "done")) }
        (todays(&frame, report, today))
        (lines(&frame, &line, "measured", Some("point")))
    };
    let key = html! {
        (area_sample("done", "done in the week"))
        (line_sample("measured", "in progress at its end"))
    };
    let rows = weeks.iter().map(|week| Row {
        name: week_name(week, today),
        cells: vec![
            week.velocity.to_string(),
            week.cancelled.to_string(),
            week.load.to_string(),
            number(week.mean_load),
        ],
    });
    html! {
        @if weeks.iter().any(|week| week.velocity + week.load > 0) {
            (figure(&Told {
                id: "load-chart",
                name: "Items done in each week, and items in progress when it ended",
                about: &from_to(weeks, |week| Some(format!("{} done, {} in progress", week.velocity, week.load))),
            }, HEIGHT, &drawn, &key))
            (folded("Load and velocity by week", &[
                ("Week from", Column::Name),
                ("Done", Column::Number),
                ("Cancelled", Column::Number),
                ("In progress at its end", Column::Number),
                ("On average", Column::Number),
            ], rows.collect()))
        }
    }
}

/// The median of the flow times of each week, and what 85 percent did not exceed.
pub(super) fn times(report: &FlowReport, today: Date) -> Markup {
    let weeks = &report.weeks;
    let longest = weeks.iter().filter_map(|week| week.time);
    let longest = longest.map(|time| time.p85).max();
    // Hours where all of it is done within days.
    let (unit, name) = match longest {
        Some(longest) if longest < 3 * 86_400 => (3_600, "hours"),
        _ => (86_400, "days"),
    };
    let of = |seconds: i64| float_of(seconds) / float_of(unit);
    let value = |week: &FlowWeek, pick: fn(&crate::report::TimesReport) -> i64| {
        (middle(week), week.time.as_ref().map(|time| of(pick(time))))
    };
    let median: Vec<_> = weeks
        .iter()
        .map(|week| value(week, |time| time.median))
        .collect();
    let p85: Vec<_> = weeks
        .iter()
        .map(|week| value(week, |time| time.p85))
        .collect();
    let values = p85.iter().chain(&median).filter_map(|(_, value)| *value);
    let frame = frame(report, values, 1.0);
    let drawn = html! {
        (axis::axes(&frame))
        (todays(&frame, report, today))
        (lines(&frame, &p85, "leads", Some("open")))
        (lines(&frame, &median, "measured", Some("point")))
    };
    let key = html! {
        (line_sample("measured", &format!("median of the week, in {name}")))
        (line_sample("leads", "85 % took no longer"))
    };
    let time = |week: &FlowWeek, pick: fn(&crate::report::TimesReport) -> i64| {
        let time = week.time.as_ref();
        time.map_or_else(|| "–".to_owned(), |time| duration(pick(time)))
    };
    let rows = weeks.iter().map(|week| Row {
        name: week_name(week, today),
        cells: vec![
            time(week, |time| time.median),
            time(week, |time| time.p85),
            time(week, |time| time.p95),
            week.time.map_or(0, |time| time.count).to_string(),
        ],
    });
    html! {
        @if longest.is_some() {
            (figure(&Told {
                id: "time-chart",
                name: "Flow time of what was done, week by week",
                about: &from_to(weeks, |week| Some(format!("{} d median", days(week.time?.median)))),
            }, HEIGHT, &drawn, &key))
            (folded("Flow time by week", &[
                ("Week from", Column::Name),
                ("Median", Column::Number),
                ("85 %", Column::Number),
                ("95 %", Column::Number),
                ("Items", Column::Number),
            ], rows.collect()))
        }
    }
}

/// How much of the flow time of each week's items somebody worked.
pub(super) fn efficiency(report: &FlowReport, today: Date) -> Markup {
    let weeks = &report.weeks;
    let values: Vec<(Date, Option<f64>)> = weeks
        .iter()
        .map(|week| (middle(week), week.efficiency.map(float)))
        .collect();
    let frame = frame(report, std::iter::empty(), 100.0);
    let drawn = html! {
        (axis::axes(&frame))
        (todays(&frame, report, today))
        (lines(&frame, &values, "measured", Some("point")))
    };
    let rows = weeks.iter().map(|week| Row {
        name: week_name(week, today),
        cells: vec![share(week.efficiency), week.uncertain.to_string()],
    });
    html! {
        @if values.iter().any(|(_, value)| value.is_some()) {
            (figure(&Told {
                id: "efficiency-chart",
                name: "Flow efficiency of what was done, week by week, in percent",
                about: &from_to(weeks, |week| Some(share(Some(week.efficiency?)))),
            }, HEIGHT, &drawn, &line_sample("measured", "percent of the flow time that somebody worked")))
            (folded("Flow efficiency by week", &[
                ("Week from", Column::Name),
                ("Efficiency", Column::Number),
                ("Left out, not certain", Column::Number),
            ], rows.collect()))
        }
    }
}

/// What kinds of work were done in each week.
pub(super) fn distribution(report: &FlowReport, today: Date) -> Markup {
    let stack = |week: &FlowWeek| -> Vec<(f64, usize)> {
        let counts = counts(&week.distribution).into_iter();
        let counts = counts.map(|(_, count, colour)| (size(count), colour));
        counts.collect()
    };
    let rows = report.weeks.iter().map(|week| {
        let counts = counts(&week.distribution).into_iter();
        Row {
            name: week_name(week, today),
            cells: counts.map(|(_, count, _)| count.to_string()).collect(),
        }
    });
    html! {
        @if report.velocity > 0 {
            (stacked(report, today, &stack, ITEMS, &Told {
                id: "distribution-chart",
                name: "Kinds of what was done, week by week",
                about: "How many items of each kind were done in each week.",
            }, &kinds_key(&report.distribution)))
            (folded("Flow distribution by week", &kind_heads("Week from"), rows.collect()))
        }
    }
}

/// The heads of a table with a column for each kind.
pub(super) fn kind_heads(first: &str) -> [(&str, Column); 6] {
    [
        (first, Column::Name),
        ("Feature", Column::Number),
        ("Defect", Column::Number),
        ("Risk", Column::Number),
        ("Debt", Column::Number),
        ("Unmapped", Column::Number),
    ]
}

/// Each kind with its count and its colour, and what has none.
pub(super) fn counts(distribution: &DistributionReport) -> Vec<(&'static str, usize, usize)> {
    let kinds = distribution.kinds.iter().zip(1..);
    kinds
        .map(|(kind, colour)| (kind.kind, kind.count, colour))
        .chain([("unmapped", distribution.unmapped, OTHERS)])
        .collect()
}

/// What the colours of kinds mean.
pub(super) fn kinds_key(distribution: &DistributionReport) -> Markup {
    html! { @for (kind, _, colour) in counts(distribution) { (area_sample(&series(colour), kind)) } }
}

/// The class of a colour.
pub(super) fn series(colour: usize) -> String {
    format!("series-{colour}")
}

/// A chart with a stack of areas for each week.
fn stacked(
    report: &FlowReport,
    today: Date,
    stack: &impl Fn(&FlowWeek) -> Vec<(f64, usize)>,
    floor: f64,
    told: &Told<'_>,
    key: &Markup,
) -> Markup {
    let sums = report.weeks.iter();
    let sums = sums.map(|week| stack(week).iter().map(|(height, _)| height).sum());
    let frame = frame(report, sums, floor);
    let bars: Vec<Markup> = report
        .weeks
        .iter()
        .flat_map(|week| {
            let mut low = 0.0;
            let parts = stack(week).into_iter().filter(|(height, _)| *height > 0.0);
            let parts = parts.map(|(height, colour)| {
                let part = bar(&frame, week, low, low + height, &series(colour));
                low += height;
                part
            });
            parts.collect::<Vec<_>>()
        })
        .collect();
    let drawn = html! {
        (axis::axes(&frame))
        @for bar in &bars { (bar) }
        (todays(&frame, report, today))
    };
    figure(told, HEIGHT, &drawn, key)
}

/// Around all weeks of the time, and from zero to these values.
fn frame(report: &FlowReport, values: impl Iterator<Item = f64>, floor: f64) -> Frame {
    let first = report.weeks.first().map_or(report.first, |week| week.first);
    Frame::from_zero(first, after(report.last), values, floor)
}

/// The day after one.
fn after(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}

/// The middle of a week.
fn middle(week: &FlowWeek) -> Date {
    let half = (week.last - week.first).get_days() / 2;
    week.first
        .checked_add(i64::from(half).days())
        .unwrap_or(week.first)
}

/// A bar over the days of a week.
fn bar(frame: &Frame, week: &FlowWeek, low: f64, high: f64, class: &str) -> Markup {
    let (left, right) = (frame.x(week.first) + 1.5, frame.x(after(week.last)) - 1.5);
    let (top, bottom) = (frame.y(high), frame.y(low));
    html! {
        rect class=(class) x=(format!("{left:.1}")) y=(format!("{top:.1}"))
            width=(format!("{:.1}", (right - left).max(1.0))) height=(format!("{:.1}", bottom - top)) {}
    }
}

/// A line through weekly values, which ends where a week has none, with a mark for each.
fn lines(frame: &Frame, values: &[(Date, Option<f64>)], class: &str, mark: Option<&str>) -> Markup {
    let runs = values.split(|(_, value)| value.is_none());
    let runs: Vec<Vec<(Date, f64)>> = runs
        .map(|run| {
            run.iter()
                .filter_map(|(day, value)| Some((*day, (*value)?)))
                .collect()
        })
        .collect();
    html! {
        @for run in &runs {
            @if run.len() > 1 { path class=(class) d=(frame.path(run, false)) {} }
            @if let Some(mark) = mark {
                @for (day, value) in run { (frame.point(*day, *value, mark == "open")) }
            }
        }
    }
}

fn todays(frame: &Frame, report: &FlowReport, today: Date) -> Markup {
    html! { @if (report.first..=report.last).contains(&today) { (frame.today(today)) } }
}

/// A week by its first day; the one that has not ended says so.
fn week_name(week: &FlowWeek, today: Date) -> String {
    if (week.first..week.last).contains(&today) {
        format!("{}, until now", week.first)
    } else {
        week.first.to_string()
    }
}

/// What the first week with a value says, and the last one.
fn from_to(weeks: &[FlowWeek], told: impl Fn(&FlowWeek) -> Option<String>) -> String {
    let mut told = weeks
        .iter()
        .filter_map(|week| Some((week.first, told(week)?)));
    match (told.next(), told.next_back()) {
        (Some((first, then)), Some((last, now))) => {
            format!("In the week from {first}: {then}. In the week from {last}: {now}.")
        }
        (Some((first, then)), None) => format!("In the week from {first}: {then}."),
        _ => "Nothing yet.".to_owned(),
    }
}

fn number(number: Option<Number>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

/// A count to draw.
pub(super) fn size(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Seconds to draw.
pub(super) fn float_of(seconds: i64) -> f64 {
    Decimal::from(seconds).to_f64().unwrap_or(0.0)
}
