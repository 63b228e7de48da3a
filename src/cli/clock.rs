use super::Env;
use crate::model::Date;

/// The moment at which an apply begins.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the clock is read; every library call is given the time"
)]
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Today: the day that `OKR_TODAY` names, else that of the system's time zone.
pub(super) fn today(env: &Env) -> Date {
    env.okr_today
        .unwrap_or_else(|| now().to_zoned(jiff::tz::TimeZone::system()).date())
}
