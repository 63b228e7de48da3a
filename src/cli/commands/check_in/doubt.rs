//! Values that can be, and are most likely slips: said, and written all the same.

use rust_decimal::Decimal;

use crate::model::{KeyResult, Measure, Number};

/// A value so many times the way or the limit beyond it is remarked on.
const FAR: i64 = 10;

/// What is strange about a value, if anything is: a fraction where percents are counted, or a value far outside of what the
/// measure goes by.
pub(super) fn doubt(value: Number, key_result: &KeyResult) -> Option<String> {
    let unit = key_result.unit.as_ref().map(|unit| unit.value.as_str());
    let (low, high) = match &key_result.measure {
        Measure::Linear { from, to } => {
            let from = from.as_ref().map_or(to.value, |from| from.value);
            (from.min(to.value), from.max(to.value))
        }
        Measure::AtLeast(limit) | Measure::AtMost(limit) => (limit.value, limit.value),
        Measure::Milestones(_) => return None,
    };
    let (low, high, given) = (low.decimal(), high.decimal(), value.decimal());
    // Of a guardrail the limit itself is what the distance is measured by.
    let span = match high.checked_sub(low)? {
        span if span.is_zero() => high.abs(),
        span => span,
    };
    let percent = given.checked_mul(Decimal::ONE_HUNDRED)?;
    let is_near = percent >= low.checked_sub(span)? && percent <= high.checked_add(span)?;
    // A rate that must not rise above its limit may well be that low.
    let may_be_fraction = matches!(unit, Some("%" | "percent"))
        && !matches!(key_result.measure, Measure::AtMost(_))
        && (given > Decimal::ZERO && given < Decimal::ONE && low > Decimal::ONE);
    if may_be_fraction && is_near {
        let meant = Number::new(percent);
        return Some(format!(
            "{value} % is less than one percent: was {meant} meant?"
        ));
    }
    let reach = span.checked_mul(Decimal::from(FAR))?;
    let is_far = given < low.checked_sub(reach)? || given > high.checked_add(reach)?;
    let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let goes = if low == high {
        format!("{}{unit}", Number::new(high))
    } else {
        format!("{} to {}{unit}", Number::new(low), Number::new(high))
    };
    (is_far && !span.is_zero())
        .then(|| format!("{value}{unit} is far from {goes}, which it is measured by"))
}
