//! Where the sandbox takes the time from.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The system's time, or one that a test moves.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The time of the machine.
    #[default]
    System,
    /// A time that stands still but for one millisecond a reading, so that no two things happen at the same instant.
    Manual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// A clock that a test moves, and where it begins.
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(Mutex::new(start)))
    }

    /// The time now.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is where the sandbox's time is injected"
    )]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Manual(time) => {
                let mut time = time.lock().unwrap_or_else(PoisonError::into_inner);
                *time = later(*time, SignedDuration::from_millis(1));
                *time
            }
        }
    }

    /// Moves a manual clock on; the system's cannot be moved, and stays.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Manual(time) = self {
            let mut time = time.lock().unwrap_or_else(PoisonError::into_inner);
            *time = later(*time, by);
        }
    }
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_goes_on_only_by_hand() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let first = clock.now();
        clock.clone().advance(SignedDuration::from_secs(60));
        assert_eq!(
            clock.now().duration_since(first),
            SignedDuration::from_millis(60_001)
        );
    }
}
