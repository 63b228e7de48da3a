//! How many requests of one kind a clock minute allows, where no answer says so.

use jiff::Timestamp;

use super::Bucket;

/// The limits that GitLab is known to have: gitlab.com's, then what other instances begin with (facts §8.1).
const NEW_ISSUES: &[u64] = &[200, 300];
const NEW_NOTES: &[u64] = &[60, 300];

/// The requests of one kind in the present minute, and how many are believed to be allowed.
#[derive(Debug)]
pub(super) struct Quota {
    known: &'static [u64],
    limit: u64,
    /// The limit was met in a minute that was counted from its first second: it is waited for, not tried again.
    firm: bool,
    first: Option<i64>,
    minute: i64,
    sent: u64,
    under_way: u64,
    /// The minute in which a request was last refused.
    refused: Option<i64>,
}

/// Whether one more request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowance {
    Now,
    /// What is under way will tell.
    AfterAnswer,
    NextMinute,
}

impl Quota {
    /// A fresh count for the kinds that are counted.
    pub(super) fn of(bucket: &Bucket) -> Option<Self> {
        let known = match bucket {
            Bucket::CreateIssue(_) => NEW_ISSUES,
            Bucket::CreateNote => NEW_NOTES,
            Bucket::Endpoint(_) => return None,
        };
        Some(Self {
            known,
            limit: known.first().copied().unwrap_or(u64::MAX),
            firm: false,
            first: None,
            minute: i64::MIN,
            sent: 0,
            under_way: 0,
            refused: None,
        })
    }

    /// Counts a request that wants to go.
    pub(super) fn enter(&mut self, now: Timestamp) -> Allowance {
        let minute = now.as_second().div_euclid(60);
        if minute != self.minute {
            self.minute = minute;
            // What is still under way may be counted by the server in this minute.
            self.sent = self.under_way;
            self.first.get_or_insert(minute);
        }
        if self.sent >= self.limit {
            if self.firm {
                return Allowance::NextMinute;
            }
            if self.under_way > 0 {
                return Allowance::AfterAnswer;
            }
        }
        self.sent += 1;
        self.under_way += 1;
        Allowance::Now
    }

    /// One was let through: if it was beyond the limit, that is another one.
    pub(super) fn passed(&mut self) {
        if self.sent > self.limit && !self.firm {
            let higher = self.known.iter().find(|limit| **limit >= self.sent);
            self.limit = higher.copied().unwrap_or(u64::MAX);
        }
    }

    /// One was refused: what came before it is what a minute allows.
    pub(super) fn refused(&mut self) {
        if self.refused.replace(self.minute) == Some(self.minute) {
            return;
        }
        self.limit = self.sent.saturating_sub(self.under_way).max(1);
        self.firm = self.first.is_some_and(|first| first < self.minute);
    }

    /// The answer of one is here.
    pub(super) fn ended(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn quota() -> Quota {
        Quota::of(&Bucket::CreateNote).unwrap()
    }

    /// Sends so many, each answered before the next.
    fn send(quota: &mut Quota, count: u64, now: i64) {
        for _ in 0..count {
            assert_eq!(quota.enter(at(now)), Allowance::Now);
            quota.passed();
            quota.ended();
        }
    }

    #[test]
    fn beyond_a_known_limit_one_goes_at_a_time() {
        let mut quota = quota();
        for _ in 0..60 {
            assert_eq!(quota.enter(at(60)), Allowance::Now);
        }
        assert_eq!(quota.enter(at(61)), Allowance::AfterAnswer);
        for _ in 0..60 {
            quota.passed();
            quota.ended();
        }
        assert_eq!(quota.enter(at(62)), Allowance::Now, "it is tried");
        assert_eq!(quota.enter(at(62)), Allowance::AfterAnswer);
        quota.passed();
        assert_eq!(quota.limit, 300, "it was not the limit");
        quota.ended();
        send(&mut quota, 240, 63);
        assert_eq!(quota.limit, u64::MAX, "nor was that");
    }

    #[test]
    fn a_limit_that_was_met_twice_is_not_tried_again() {
        let mut quota = quota();
        for minute in [1, 2] {
            send(&mut quota, 60, minute * 60);
            assert_eq!(quota.enter(at(minute * 60 + 1)), Allowance::Now);
            quota.refused();
            quota.refused();
            quota.ended();
            assert_eq!(quota.limit, 60);
        }
        send(&mut quota, 60, 180);
        assert_eq!(quota.enter(at(181)), Allowance::NextMinute);
        send(&mut quota, 60, 240);
    }

    #[test]
    fn a_limit_that_others_used_up_too_is_found_again() {
        let mut quota = quota();
        send(&mut quota, 10, 60);
        assert_eq!(quota.enter(at(60)), Allowance::Now);
        quota.refused();
        quota.ended();
        assert_eq!(quota.limit, 10);
        send(&mut quota, 11, 120);
        assert_eq!(quota.limit, 60);
    }
}
