use jiff::SignedDuration;

/// The value below which a share of the values lies, in percent from 0 to 100: between two values by the line that joins them,
/// as `PERCENTILE_CONT` of SQL has it, with which GitLab computes its DORA metrics. Exact to the millisecond, halves up.
/// `None` of no values.
pub fn quantile(values: &[SignedDuration], percent: u8) -> Option<SignedDuration> {
    let mut sorted: Vec<i128> = values.iter().map(SignedDuration::as_millis).collect();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    let place = last * usize::from(percent.min(100));
    let (index, hundredths) = (place / 100, place % 100);
    let low = *sorted.get(index)?;
    let high = sorted.get(index + 1).copied().unwrap_or(low);
    let above = (high - low) * i128::try_from(hundredths).ok()?;
    milliseconds(low + divide(above, 100)?)
}

/// The value in the middle.
pub fn median(values: &[SignedDuration]) -> Option<SignedDuration> {
    quantile(values, 50)
}

/// The mean, to the millisecond, halves up. `None` of no values.
pub fn mean(values: &[SignedDuration]) -> Option<SignedDuration> {
    let sum: i128 = values.iter().map(SignedDuration::as_millis).sum();
    milliseconds(divide(sum, i128::try_from(values.len()).ok()?)?)
}

/// A quotient of whole numbers, halves up. `None` for a divisor that is not above zero.
fn divide(sum: i128, by: i128) -> Option<i128> {
    (by > 0).then(|| (2 * sum + by).div_euclid(2 * by))
}

fn milliseconds(value: i128) -> Option<SignedDuration> {
    i64::try_from(value).ok().map(SignedDuration::from_millis)
}
