use super::{CliError, Env};
use crate::model::Date;

/// The day that counts as today: `OKR_TODAY`, else the system's date where the computer stands.
pub fn today(env: &Env) -> Result<Date, CliError> {
    match &env.okr_today {
        Some(text) => text.trim().parse().map_err(|error: jiff::Error| {
            CliError::usage(format!("OKR_TODAY is no date: {text}"))
                .because(error)
                .hint("write it like 2026-11-16, or unset it")
        }),
        None => Ok(system_date()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the clock is read; every library call is given the day"
)]
fn system_date() -> Date {
    jiff::Zoned::now().date()
}

/// The moment at which an apply begins.
#[expect(
    clippy::disallowed_methods,
    reason = "beside the date, the one reading of the clock"
)]
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_fixes_the_day() {
        let env = |text: &str| Env {
            okr_today: Some(text.to_owned()),
            ..Env::default()
        };
        assert_eq!(
            today(&env("2026-11-16")).unwrap(),
            jiff::civil::date(2026, 11, 16)
        );
        let error = today(&env("16.11.2026")).unwrap_err();
        assert_eq!(error.status().code(), 2);
    }
}
