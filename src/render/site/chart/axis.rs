use jiff::ToSpan as _;
use maud::{Markup, html};

use super::frame::{BOTTOM, Frame, LEFT, RIGHT};
use crate::model::Date;

/// Distances of lines that people can read, within ten.
const ROUND: [f64; 5] = [1.0, 2.0, 2.5, 5.0, 10.0];
/// The most lines across.
const LINES: f64 = 5.0;

/// Lines across with their values, and the first day of each month.
pub(in super::super) fn axes(frame: &Frame) -> Markup {
    html! {
        @for (value, name) in levels(frame.low, frame.span) {
            @let y = frame.y(value);
            path.grid d=(format!("M{LEFT:.1} {y:.1}H{RIGHT:.1}")) {}
            text.tick x=(format!("{:.1}", LEFT - 6.0)) y=(format!("{:.1}", y + 4.0)) text-anchor="end" { (name) }
        }
        path.axis d=(format!("M{LEFT:.1} {BOTTOM:.1}H{RIGHT:.1}")) {}
        @for day in months(frame.first, frame.last) {
            @let x = frame.x(day);
            path.axis d=(format!("M{x:.1} {BOTTOM:.1}v5")) {}
            // The last one would run out of the picture.
            @let anchor = if x > RIGHT - 20.0 { "end" } else if x < LEFT + 20.0 { "start" } else { "middle" };
            text.tick x=(format!("{x:.1}")) y=(format!("{:.1}", BOTTOM + 20.0)) text-anchor=(anchor) {
                (day.strftime("%-d %b").to_string())
            }
        }
    }
}

/// Round values from the lowest over a span, as text.
pub(in super::super) fn levels(low: f64, span: f64) -> Vec<(f64, String)> {
    let raw = span / LINES;
    let ten = 10_f64.powf(raw.log10().floor());
    let round = ROUND.iter().map(|round| round * ten);
    let step = round
        .clone()
        .find(|step| *step >= raw)
        .unwrap_or(10.0 * ten);
    let first = (low / step).ceil();
    (0..12_u8)
        .map(|at| (first + f64::from(at)) * step)
        .take_while(|value| *value <= low + span)
        // Beyond what a float tells apart there are no lines between.
        .filter(|value| value.is_finite())
        .map(|value| (value, name(value, step, low.abs().max((low + span).abs()))))
        .collect()
}

/// As many digits as the step needs; thousands and more by their sign.
fn name(value: f64, step: f64, largest: f64) -> String {
    const SIGNS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    if largest >= 1e15 {
        return format!("{value:.1e}");
    }
    // Five digits are as short as a sign.
    let sign = SIGNS.iter().find(|(size, _)| largest >= *size * 100.0);
    let (size, sign) = sign.copied().unwrap_or((1.0, ""));
    let (value, step) = (value / size, step / size);
    let digits = (0..9_usize).find(|digits| {
        let shifted = step * 10_f64.powf(f64::from(u8::try_from(*digits).unwrap_or(0)));
        (shifted - shifted.round()).abs() < 1e-6 && shifted > 0.5
    });
    let text = format!("{value:.*}{sign}", digits.unwrap_or(9));
    // Nothing below zero rounds to a zero with a sign.
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|char| matches!(char, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// The first days of months from the first day on, at most eight: of years, every so many.
fn months(first: Date, last: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = first.first_of_month();
    while day <= last && days.len() < 60 {
        if day >= first {
            days.push(day);
        }
        match day.checked_add(1.month()) {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    let every = days.len().div_ceil(8).max(1);
    days.into_iter().step_by(every).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn lines_have_round_values() {
        let names = |low: f64, high: f64| -> Vec<String> {
            levels(low, high - low)
                .into_iter()
                .map(|(_, name)| name)
                .collect()
        };
        assert_eq!(names(84.0, 252.0), ["100", "150", "200", "250"]);
        assert_eq!(names(-0.3, 0.9), ["-0.25", "0.00", "0.25", "0.50", "0.75"]);
        assert_eq!(
            names(99.5, 100.0),
            ["99.5", "99.6", "99.7", "99.8", "99.9", "100.0"]
        );
        assert_eq!(names(0.0, 2e6), ["0k", "500k", "1000k", "1500k", "2000k"]);
        assert_eq!(names(0.0, 4e20).len(), 5);
        // So close together that a float cannot tell them apart.
        assert!(levels(1e20, 1.0).len() <= 12);
    }

    #[test]
    fn months_are_few() {
        let of = |first, last| months(first, last).len();
        assert_eq!(of(date(2026, 10, 1), date(2026, 12, 31)), 3);
        assert_eq!(of(date(2026, 10, 2), date(2026, 12, 31)), 2);
        assert!(of(date(2020, 1, 1), date(2026, 12, 31)) <= 8);
    }
}
