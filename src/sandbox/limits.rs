//! Rate limits: fixed windows, aligned to the clock.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Requests counted per limit and key, each in the window that is now open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows(BTreeMap<String, (i64, u64)>);

/// What counting one request gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Requests in this window, this one included.
    pub(crate) observed: u64,
    /// When the window ends, in seconds since 1970.
    pub(crate) resets_at: i64,
}

impl Windows {
    /// Counts one request under `key` in a window of `period` seconds: windows begin at whole multiples of the period
    /// since 1970, as GitLab's do, so that waiting for the next multiple is exact.
    pub(crate) fn count(&mut self, key: String, period: u64, now: Timestamp) -> Count {
        let period = i64::try_from(period.max(1)).unwrap_or(i64::MAX);
        let window = now.as_second().div_euclid(period);
        let slot = self.0.entry(key).or_insert((window, 0));
        if slot.0 != window {
            *slot = (window, 0);
        }
        slot.1 += 1;
        Count {
            observed: slot.1,
            resets_at: (window + 1).saturating_mul(period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_at_multiples_of_the_period() {
        let mut windows = Windows::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        let count = |windows: &mut Windows, second| windows.count("a".into(), 60, at(second));
        assert_eq!(
            count(&mut windows, 119),
            Count {
                observed: 1,
                resets_at: 120
            }
        );
        assert_eq!(
            count(&mut windows, 120),
            Count {
                observed: 1,
                resets_at: 180
            }
        );
        assert_eq!(
            count(&mut windows, 179),
            Count {
                observed: 2,
                resets_at: 180
            }
        );
        assert_eq!(windows.count("b".into(), 60, at(179)).observed, 1);
    }
}
