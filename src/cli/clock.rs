use super::{CliError, Env};
use crate::flow::Period;
use crate::model::Date;

/// The moment at which an apply begins.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the clock is read; every library call is given the time"
)]
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Now: the end of the day that `OKR_TODAY` names, else what the clock says.
///
/// # Errors
/// The calendar ends with that day.
pub(super) fn moment(env: &Env) -> Result<jiff::Timestamp, CliError> {
    let Some(today) = env.okr_today else {
        return Ok(now());
    };
    let day = Period::days(today, today);
    let day = day.ok_or_else(|| {
        CliError::usage(format!("OKR_TODAY is at the end of the calendar: {today}"))
    })?;
    Ok(day.end)
}

/// Today: the day that `OKR_TODAY` names, else that of the system's time zone.
pub(super) fn today(env: &Env) -> Date {
    env.okr_today
        .unwrap_or_else(|| now().to_zoned(jiff::tz::TimeZone::system()).date())
}
