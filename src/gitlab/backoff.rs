//! How long to wait before trying again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(16);

/// Exponential waits with jitter from an injected seed: many jobs that failed together do not come back together.
#[derive(Debug)]
pub(super) struct Backoff(AtomicU64);

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The wait after the `attempt`th try (from 1) failed: between half and all of 0.5 s, 1 s, 2 s, … 16 s.
    pub(super) fn after(&self, attempt: u32) -> Duration {
        let whole = FIRST
            .saturating_mul(1 << attempt.saturating_sub(1).min(16))
            .min(LONGEST);
        let half = whole / 2;
        // 1,024 steps are plenty of difference, and a u32 keeps the arithmetic exact.
        let step = u32::try_from(self.next() % 1024).unwrap_or(0);
        half + half * step / 1024
    }

    /// `SplitMix64`: one step of the sequence that the seed began.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_stay_bounded_and_follow_the_seed() {
        let waits = |seed| {
            let backoff = Backoff::new(seed);
            (1..=9)
                .map(|attempt| backoff.after(attempt))
                .collect::<Vec<_>>()
        };
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
        for (index, wait) in waits(7).into_iter().enumerate() {
            let whole = Duration::from_millis(500 << index).min(LONGEST);
            assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
        }
    }
}
