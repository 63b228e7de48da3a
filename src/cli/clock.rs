/// The moment at which an apply begins.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the clock is read; every library call is given the time"
)]
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
