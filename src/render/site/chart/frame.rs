use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive as _;
use std::fmt::Write as _;

use super::super::text;
use crate::model::{Date, Number};

/// The size of a chart in its own units.
pub(in super::super) const WIDTH: f64 = 560.0;
pub(in super::super) const HEIGHT: f64 = 250.0;
/// The place of the first day and of the last.
pub(in super::super) const LEFT: f64 = 52.0;
pub(in super::super) const RIGHT: f64 = 548.0;
/// The place of the highest value and of the lowest.
pub(in super::super) const TOP: f64 = 22.0;
pub(in super::super) const BOTTOM: f64 = 222.0;

/// Where days and values lie in a chart.
pub(in super::super) struct Frame {
    pub(in super::super) first: Date,
    pub(in super::super) last: Date,
    /// The lowest value that is drawn, and the distance to the highest, more than 0.
    pub(in super::super) low: f64,
    pub(in super::super) span: f64,
}

/// A number to draw. What is compared or printed stays exact.
pub(in super::super) fn float(number: Number) -> f64 {
    number.decimal().to_f64().unwrap_or(0.0)
}

impl Frame {
    /// Around all of these values, with some room above and below. `None` without any.
    pub(in super::super) fn around(
        first: Date,
        last: Date,
        values: impl Iterator<Item = f64>,
    ) -> Option<Self> {
        let bounds = values.fold(None, |bounds, value| match bounds {
            None => Some((value, value)),
            Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
        });
        let (low, high) = bounds?;
        let room = if high > low {
            (high - low) * 0.08
        } else {
            f64::max(high.abs() * 0.1, 1.0)
        };
        Some(Self {
            first,
            last,
            low: low - room,
            span: (high - low) + 2.0 * room,
        })
    }

    /// From zero to the highest of these values, or to `floor` where none is as high, with some room above.
    pub(in super::super) fn from_zero(
        first: Date,
        last: Date,
        values: impl Iterator<Item = f64>,
        floor: f64,
    ) -> Self {
        Self {
            first,
            last,
            low: 0.0,
            span: values.fold(floor, f64::max) * 1.08,
        }
    }

    pub(in super::super) fn x(&self, day: Date) -> f64 {
        let days = |until: Date| f64::from((until - self.first).get_days());
        let part = days(day) / f64::max(days(self.last), 1.0);
        LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    pub(in super::super) fn y(&self, value: f64) -> f64 {
        BOTTOM - ((value - self.low) / self.span).clamp(0.0, 1.0) * (BOTTOM - TOP)
    }

    /// A line through corners; as stairs it stays level until the day of the next.
    pub(in super::super) fn path(&self, corners: &[(Date, f64)], stairs: bool) -> String {
        let mut path = String::new();
        for (at, (day, value)) in corners.iter().enumerate() {
            let (x, y) = (self.x(*day), self.y(*value));
            // Writing to a String cannot fail.
            let _always = match (at, stairs) {
                (0, _) => write!(path, "M{x:.1} {y:.1}"),
                (_, true) => write!(path, "H{x:.1}V{y:.1}"),
                (_, false) => write!(path, "L{x:.1} {y:.1}"),
            };
        }
        path
    }

    /// A line from the first day to the last.
    pub(in super::super) fn level(&self, value: f64) -> String {
        format!("M{LEFT:.1} {:.1}H{RIGHT:.1}", self.y(value))
    }

    /// The side of a bound where it is kept.
    pub(in super::super) fn band(&self, bound: f64, above: bool) -> Markup {
        let bound = self.y(bound);
        let (top, bottom) = if above { (TOP, bound) } else { (bound, BOTTOM) };
        let width = RIGHT - LEFT;
        html! {
            rect.band x=(format!("{LEFT:.1}")) y=(format!("{top:.1}"))
                width=(format!("{width:.1}")) height=(format!("{:.1}", bottom - top)) {}
        }
    }

    /// A word at the left end of a level line, above it where there is room.
    pub(in super::super) fn label(&self, value: f64, label: &str) -> Markup {
        let y = self.y(value);
        let y = if y < TOP + 12.0 { y + 16.0 } else { y - 6.0 };
        html! {
            text.goal-name x=(format!("{:.1}", LEFT + 4.0)) y=(format!("{y:.1}")) { (text(label)) }
        }
    }

    pub(in super::super) fn today(&self, today: Date) -> Markup {
        let x = self.x(today);
        // Near the right end the word goes to the left of its line.
        let (anchor, word) = if x > RIGHT - 60.0 {
            ("end", x - 4.0)
        } else {
            ("start", x + 4.0)
        };
        html! {
            path.today d=(format!("M{x:.1} {:.1}V{BOTTOM:.1}", TOP - 12.0)) {}
            text.today-name x=(format!("{word:.1}")) y=(format!("{:.1}", TOP - 4.0)) text-anchor=(anchor) { "today" }
        }
    }

    pub(in super::super) fn point(&self, day: Date, value: f64, is_open: bool) -> Markup {
        let class = if is_open { "open" } else { "point" };
        html! {
            circle class=(class) cx=(format!("{:.1}", self.x(day))) cy=(format!("{:.1}", self.y(value))) r="4" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_and_values_lie_in_the_frame() {
        let (first, last) = (date(2026, 10, 1), date(2026, 12, 31));
        let frame = Frame::around(first, last, [96.0, 240.0].into_iter()).unwrap();
        assert!((frame.x(first) - LEFT).abs() < 0.01 && (frame.x(last) - RIGHT).abs() < 0.01);
        assert!((frame.x(date(2030, 1, 1)) - RIGHT).abs() < 0.01);
        assert!(frame.y(240.0) > TOP && frame.y(96.0) < BOTTOM && frame.y(240.0) < frame.y(96.0));
        let corners = [(first, 96.0), (last, 240.0)];
        assert_eq!(frame.path(&corners, false), "M52.0 208.2L548.0 35.8");
        assert_eq!(frame.path(&corners, true), "M52.0 208.2H548.0V35.8");
        // One value, or one day, needs no division by nothing.
        let flat = Frame::around(first, first, [0.0].into_iter()).unwrap();
        assert!((flat.x(first) - LEFT).abs() < 0.01 && flat.y(0.0) < BOTTOM);
        assert!(Frame::around(first, last, std::iter::empty()).is_none());
    }
}
