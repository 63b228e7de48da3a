use std::collections::BTreeMap;

use super::load::Reader;
use super::raw;
use crate::diag::Diagnostic;
use crate::model::{Calendar, Period, Quarter, YearNaming};
use crate::text::Span;

/// Reads `[calendar]`.
pub(super) fn calendar(reader: &mut Reader<'_>, raw: raw::Calendar) -> Calendar {
    let first_month = match raw.year_starts {
        None | Some(raw::Month::January) => 1,
        Some(raw::Month::February) => 2,
        Some(raw::Month::March) => 3,
        Some(raw::Month::April) => 4,
        Some(raw::Month::May) => 5,
        Some(raw::Month::June) => 6,
        Some(raw::Month::July) => 7,
        Some(raw::Month::August) => 8,
        Some(raw::Month::September) => 9,
        Some(raw::Month::October) => 10,
        Some(raw::Month::November) => 11,
        Some(raw::Month::December) => 12,
    };
    let naming = match raw.year_named_after {
        None | Some(raw::NamedAfter::Start) => YearNaming::Start,
        Some(raw::NamedAfter::End) => YearNaming::End,
    };
    let mut explicit: BTreeMap<Quarter, (Period, Span)> = BTreeMap::new();
    for (name, days) in raw.quarters {
        let Some(quarter) = reader.parse::<Quarter>(name, "calendar.quarters", "write yyyy-qn")
        else {
            continue;
        };
        let days = days.spanned(reader.file).value;
        let (Some(start), Some(end)) = (days.start, days.end) else {
            continue;
        };
        let subject = format!("calendar.quarters.{}", quarter.value);
        let (start, end) = (start.spanned(reader.file), end.spanned(reader.file));
        match Period::new(start.value.0, end.value.0) {
            Some(period) => {
                explicit.insert(quarter.value, (period, quarter.span));
            }
            None => reader.diagnostics.push(
                Diagnostic::error(
                    "bad-period",
                    format!("{} ends before it starts", quarter.value),
                )
                .at(end.span, "the last day")
                .with_label(start.span, "the first day")
                .with_help("write the earlier day as `start`")
                .about(subject),
            ),
        }
    }
    overlaps(reader, &explicit);
    let explicit = explicit
        .into_iter()
        .map(|(quarter, (period, _))| (quarter, period))
        .collect();
    Calendar::new(first_month, naming, explicit).unwrap_or_default()
}

fn overlaps(reader: &mut Reader<'_>, explicit: &BTreeMap<Quarter, (Period, Span)>) {
    let mut by_start: Vec<_> = explicit.iter().collect();
    by_start.sort_by_key(|(quarter, (period, _))| (period.start(), **quarter));
    for pair in by_start.windows(2) {
        let [
            (before, (first, first_span)),
            (after, (second, second_span)),
        ] = pair
        else {
            continue;
        };
        if second.start() <= first.end() {
            reader.diagnostics.push(
                Diagnostic::error("bad-period", format!("{before} and {after} share days"))
                    .at(*second_span, format!("begins on {}", second.start()))
                    .with_label(*first_span, format!("ends on {}", first.end()))
                    .with_help("a day belongs to one quarter; let the later one begin the day after the earlier one ends")
                    .about(format!("calendar.quarters.{after}")),
            );
        }
    }
}
