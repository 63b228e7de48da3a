use jiff::ToSpan as _;

use super::fields::Reader;
use super::subject::Subject;
use crate::diag::Diagnostic;
use crate::model::Date;
use crate::text::Spanned;

/// How long after a quarter's end its last check-in may be written, in days.
const LATEST_CHECK_IN: i32 = 45;

/// A day that names an entry. Its form was checked by the schema; whether the calendar has it was not.
pub(super) fn day_key(
    reader: &mut Reader<'_>,
    name: &Spanned<String>,
    subject: &Subject<'_>,
) -> Option<Spanned<Date>> {
    if let Ok(date) = name.value.parse() {
        return Some(Spanned::new(date, name.span));
    }
    let message = format!("`{}` is not a day of the calendar", name.value);
    let help = "write year-month-day, like 2026-10-05";
    reader.error("date-format", name.span, subject, message, help);
    None
}

/// A due date lies in its quarter.
pub(super) fn due(reader: &mut Reader<'_>, due: &Spanned<Date>, subject: &Subject<'_>) {
    let Some(period) = reader.period else { return };
    if period.contains(due.value) {
        return;
    }
    let quarter = reader.place.quarter;
    reader.diagnostics.push(
        Diagnostic::error(
            "due-outside-quarter",
            format!("{} is not a day of {quarter}", due.value),
        )
        .at(due.span, "")
        .with_note(format!(
            "{quarter} is {} to {}",
            period.start(),
            period.end()
        ))
        .with_help("give a day of the quarter, or carry the rest over to the next one")
        .about(subject.to_string()),
    );
}

/// A check-in belongs to its quarter, or to the weeks after it in which the quarter is closed.
pub(super) fn check_in(reader: &mut Reader<'_>, date: &Spanned<Date>, subject: &Subject<'_>) {
    let Some(period) = reader.period else { return };
    let latest = period
        .end()
        .checked_add(LATEST_CHECK_IN.days())
        .unwrap_or(period.end());
    let quarter = reader.place.quarter;
    let when = if date.value < period.start() {
        format!("before {quarter} begins on {}", period.start())
    } else if date.value > latest {
        format!("long after {quarter} has ended on {}", period.end())
    } else {
        return;
    };
    reader.diagnostics.push(
        Diagnostic::error(
            "check-in-outside-quarter",
            format!("the check-in of {} is {when}", date.value),
        )
        .at(date.span, "")
        .with_help("mend the date, or write the check-in into the file of its quarter")
        .about(subject.to_string()),
    );
}
