//! One key result over its quarter, drawn: what was measured against what is due.

pub(super) mod axis;
pub(super) mod frame;

use maud::{Markup, html};

use self::frame::{Frame, WIDTH, float};
use super::text;
use crate::model::{Date, Number, round_half_up};
use crate::report::{CheckInPoint, FlowPoint, FlowSeries, KeyResultStatus, MeasureStatus, Status};

/// A chart with its key. What it shows stands in tables beside it, and in a sentence within it.
pub(super) fn chart(key_result: &KeyResultStatus, status: &Status) -> Markup {
    let series = Series::of(key_result, status);
    let Some(frame) = series.frame(key_result, status) else {
        return html! {};
    };
    let id = match &key_result.key.key_result {
        Some(id) => format!("chart-{id}"),
        None => "chart".to_owned(),
    };
    let drawn = html! {
        (axis::axes(&frame))
        (series.draw(&frame, key_result, status))
    };
    figure(
        &Told {
            id: &id,
            name: &key_result.title,
            about: &told(key_result, status, &series),
        },
        frame::HEIGHT,
        &drawn,
        &series.key(key_result),
    )
}

/// The flow metric of a key result's team week by week, against its goal where both are in one unit.
pub(super) fn flow_chart(
    key_result: &KeyResultStatus,
    status: &Status,
    flow: &FlowSeries,
) -> Markup {
    let points = flow.points.iter();
    let points = points.map(|point| {
        // The running week has come as far as today.
        (point.last.min(status.today), float(point.value), false)
    });
    let goal = Series::of(key_result, status);
    let fits = flow.fits && !goal.stairs;
    let series = Series {
        points: points.collect(),
        plan: if fits { goal.plan } else { Vec::new() },
        goal: goal.goal.filter(|_| fits),
        holds: goal.holds.filter(|_| fits),
        projection: None,
        stairs: false,
    };
    let Some(frame) = series.frame(key_result, status) else {
        return html! {};
    };
    let drawn = html! {
        (axis::axes(&frame))
        (series.draw(&frame, key_result, status))
    };
    let name = key_result.key.key_result.as_ref();
    let told = |point: &FlowPoint| format!("{} in the week from {}", point.value, point.first);
    let ends = [flow.points.first(), flow.points.last()];
    let ends: Vec<String> = ends.into_iter().flatten().map(told).collect();
    figure(
        &Told {
            id: &format!("flow-{}", name.map_or("", |id| id.as_str())),
            name: &format!("{}: week by week, from the issues", key_result.title),
            about: &format!("In {}: {}.", flow.unit, ends.join(", ")),
        },
        frame::HEIGHT,
        &drawn,
        &series.samples("each week"),
    )
}

/// What a chart is called, and what it shows in words.
pub(super) struct Told<'a> {
    /// Its place on the page.
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) about: &'a str,
}

/// A chart so many units high, with what its kinds of lines mean.
pub(super) fn figure(told: &Told<'_>, height: f64, drawn: &Markup, key: &Markup) -> Markup {
    let (name, about) = (format!("{}-name", told.id), format!("{}-about", told.id));
    html! {
        figure.chart {
            svg role="img" aria-labelledby={ (name) " " (about) } viewBox=(format!("0 0 {WIDTH} {height}")) {
                title id=(name) { (text(told.name)) }
                desc id=(about) { (text(told.about)) }
                (drawn)
            }
            figcaption aria-hidden="true" { (key) }
        }
    }
}

/// What a kind of line means.
pub(super) fn line_sample(class: &str, name: &str) -> Markup {
    html! { span.sample { svg viewBox="0 0 24 8" { path class=(class) d="M1 4H23" {} } " " (text(name)) } " " }
}

/// What a kind of area means.
pub(super) fn area_sample(class: &str, name: &str) -> Markup {
    html! {
        span.sample { svg viewBox="0 0 24 8" { rect class=(class) width="24" height="8" {} } " " (text(name)) } " "
    }
}

/// What is drawn of a measure.
struct Series {
    /// Measured values by day, and whether each stands in the issue alone.
    points: Vec<(Date, f64, bool)>,
    /// What is planned, from corner to corner.
    plan: Vec<(Date, f64)>,
    /// The line that is to be reached, or that holds.
    goal: Option<f64>,
    /// The side of that line where it holds.
    holds: Option<Holds>,
    /// Where the values lead.
    projection: Option<(Date, f64)>,
    /// Steps: lines go level and then up.
    stairs: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Above,
    Below,
}

impl Series {
    fn of(key_result: &KeyResultStatus, status: &Status) -> Self {
        let measure = &key_result.measure;
        if !measure.steps.is_empty() {
            return Self::of_steps(measure, status);
        }
        let valued =
            |point: &CheckInPoint| Some((point.date, float(point.value?), point.is_unpulled()));
        let goal = measure.to.or(measure.at_least).or(measure.at_most);
        let until = key_result.due;
        let plan = match (measure.from, measure.to, measure.at_most) {
            (Some(from), Some(to), _) => vec![(status.start, float(from)), (until, float(to))],
            (_, _, Some(budget)) if measure.scoring == "budget-left" => {
                vec![(status.start, 0.0), (until, float(budget))]
            }
            _ => Vec::new(),
        };
        let projection = key_result.pace.as_ref();
        let projection = projection.and_then(|pace| pace.projection.as_ref());
        Self {
            points: key_result.check_ins.iter().filter_map(valued).collect(),
            plan,
            goal: goal.map(float),
            holds: match (measure.at_least, measure.at_most) {
                (Some(_), _) => Some(Holds::Above),
                (_, Some(_)) => Some(Holds::Below),
                _ => None,
            },
            projection: projection.map(|projection| (projection.by, float(projection.value))),
            stairs: false,
        }
    }

    /// The weight that is planned to be done, and the weight that is, in percent.
    fn of_steps(measure: &MeasureStatus, status: &Status) -> Self {
        let all: f64 = measure.steps.iter().map(|step| float(step.weight)).sum();
        let climb = |mut days: Vec<(Date, f64)>| {
            days.sort_by_key(|(day, _)| *day);
            let mut sum = 0.0;
            let mut corners = vec![(status.start, 0.0)];
            for (day, weight) in days {
                sum += weight;
                corners.push((day, if all > 0.0 { 100.0 * sum / all } else { 0.0 }));
            }
            corners
        };
        let steps = || measure.steps.iter();
        let plan = climb(steps().map(|step| (step.due, float(step.weight))).collect());
        let done = steps().filter_map(|step| Some((step.done?, float(step.weight))));
        let mut points: Vec<(Date, f64, bool)> = climb(done.collect())
            .into_iter()
            .map(|(day, percent)| (day, percent, false))
            .collect();
        // Nothing has happened since the last step, and that is known until today.
        let until = status.today.min(status.end);
        if let Some((last, percent, _)) = points.last().copied()
            && last < until
        {
            points.push((until, percent, false));
        }
        Self {
            points,
            plan,
            goal: Some(100.0),
            holds: None,
            projection: None,
            stairs: true,
        }
    }

    /// The days and values that fit everything.
    fn frame(&self, key_result: &KeyResultStatus, status: &Status) -> Option<Frame> {
        let days = self.points.iter().map(|(day, ..)| *day);
        let planned = self.plan.iter().map(|(day, _)| *day);
        let days: Vec<Date> = days
            .chain(planned)
            .chain([status.start, status.end.max(key_result.due)])
            .collect();
        let values = self.points.iter().map(|(_, value, _)| *value);
        let values = values
            .chain(self.plan.iter().map(|(_, value)| *value))
            .chain(self.goal)
            .chain(self.projection.map(|(_, value)| value));
        Frame::around(*days.iter().min()?, *days.iter().max()?, values)
    }

    fn draw(&self, frame: &Frame, key_result: &KeyResultStatus, status: &Status) -> Markup {
        let line = |corners: &[(Date, f64)]| frame.path(corners, self.stairs);
        let measured: Vec<(Date, f64)> = self
            .points
            .iter()
            .map(|(day, value, _)| (*day, *value))
            .collect();
        let unit = key_result.unit.as_deref();
        let unit = if self.stairs { Some("%") } else { unit };
        html! {
            @if let (Some(goal), Some(holds)) = (self.goal, self.holds) {
                (frame.band(goal, holds == Holds::Above))
            }
            @if let Some(goal) = self.goal {
                path.goal d=(frame.level(goal)) {}
                @if !self.stairs { (frame.label(goal, &goal_label(&key_result.measure, unit))) }
            }
            @if !self.plan.is_empty() { path.pace d=(line(&self.plan)) {} }
            @if (status.start..=status.end.max(key_result.due)).contains(&status.today) {
                (frame.today(status.today))
            }
            @if let (Some((by, value)), Some(last)) = (self.projection, measured.last()) {
                path.leads d=(frame.path(&[*last, (by, value)], false)) {}
            }
            @if measured.len() > 1 { path.measured d=(line(&measured)) {} }
            @if !self.stairs {
                @for (day, value, unpulled) in &self.points { (frame.point(*day, *value, *unpulled)) }
            }
        }
    }

    /// What each kind of line means, where values are `measured`.
    fn samples(&self, measured: &str) -> Markup {
        html! {
            (line_sample("measured", measured))
            @if !self.plan.is_empty() {
                (line_sample("pace", if self.stairs { "planned" } else { "due at an even pace" }))
            }
            @if self.goal.is_some() {
                (line_sample("goal", if self.holds.is_some() { "bound" } else { "target" }))
            }
            @if self.holds.is_some() { (area_sample("band", "kept here")) }
        }
    }

    /// What each kind of line means, and that there is none yet.
    fn key(&self, key_result: &KeyResultStatus) -> Markup {
        let has_open = self.points.iter().any(|(_, _, unpulled)| *unpulled);
        html! {
            (self.samples(if self.stairs { "done" } else { "measured" }))
            @if self.projection.is_some() { (line_sample("leads", "where it leads")) }
            @if has_open {
                span.sample { svg viewBox="0 0 24 8" { circle.open cx="12" cy="4" r="3" {} } " in the issue only" } " "
            }
            @if key_result.check_ins.is_empty() && !self.stairs { span { "No check-in yet." } }
        }
    }
}

fn goal_label(measure: &MeasureStatus, unit: Option<&str>) -> String {
    let number = |word: &str, number: Number| match unit {
        Some(unit) => format!("{word} {number} {unit}"),
        None => format!("{word} {number}"),
    };
    match (measure.to, measure.at_least, measure.at_most) {
        (Some(to), ..) => number("target", to),
        (_, Some(bound), _) => number("at least", bound),
        (_, _, Some(bound)) => number("at most", bound),
        _ => String::new(),
    }
}

/// What the chart shows, in words.
fn told(key_result: &KeyResultStatus, status: &Status, series: &Series) -> String {
    let unit = key_result.unit.as_ref();
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let mut told = vec![format!("Goal: {} by {}.", key_result.goal, key_result.due)];
    if series.stairs {
        let steps = &key_result.measure.steps;
        let done = steps.iter().filter(|step| step.done.is_some()).count();
        told.push(format!("{done} of {} steps are done.", steps.len()));
    }
    let points = key_result.check_ins.iter();
    let mut measured = points.filter_map(|point| Some((point.date, point.value?)));
    if let Some((from_day, from)) = measured.next() {
        told.push(match measured.next_back() {
            None => format!("Measured: {from}{unit} on {from_day}."),
            Some((day, to)) => {
                format!("Measured: {from}{unit} on {from_day}, {to}{unit} on {day}.")
            }
        });
    } else if !series.stairs {
        told.push("Nothing was measured yet.".to_owned());
    }
    if let Some(pace) = &key_result.pace {
        if let Some(value) = pace.expected_value {
            let value = round_half_up(value, 2);
            told.push(format!("Due on {}: {value}{unit}.", status.today));
        }
        if let Some(projection) = &pace.projection {
            let (value, by) = (round_half_up(projection.value, 2), projection.by);
            told.push(format!("It leads to {value}{unit} by {by}."));
        }
    }
    told.join(" ")
}
