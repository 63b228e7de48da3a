//! A team's work, made up: what happens to issues, merge requests, deployments and incidents, each at its minute.
//!
//! Developers and one reviewer take what waits in the order in which it came, so that queues grow where they do in a real team.
//! The same seed gives the same work.

/// A minute since the beginning.
pub(super) type Minute = i64;

const HOUR: Minute = 60;
const DAY: Minute = 24 * HOUR;

/// How many work at the same time.
const DEVELOPERS: usize = 5;
/// How many review at the same time.
const REVIEWERS: usize = 1;

/// Something that happens to one piece of work, or to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Happening {
    /// When.
    pub(super) at: Minute,
    /// The number of the piece of work.
    pub(super) item: usize,
    /// What.
    pub(super) what: What,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Its issue is made.
    Opened {
        /// The title.
        title: String,
        /// Its labels.
        labels: Vec<&'static str>,
        /// How severe it is, where it is an incident: 1 to 4.
        severity: Option<u8>,
    },
    /// A label comes and another one goes.
    Labelled {
        /// The label that comes; empty for none.
        add: &'static str,
        /// The label that goes; empty for none.
        remove: &'static str,
    },
    /// Its change is merged.
    Merged,
    /// Its issue is closed.
    Closed,
    /// Its issue is reopened.
    Reopened,
    /// What was merged last is deployed.
    Deployed {
        /// Whether that succeeds.
        succeeds: bool,
    },
}

/// Numbers without a pattern, the same for a seed (`SplitMix64`, Steele, Lea and Flood 2014).
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A time from the first one up to the second.
    fn between(&mut self, least: Minute, most: Minute) -> Minute {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or_default();
        let drawn = self.next() % (span + 1);
        least + Minute::try_from(drawn).unwrap_or_default()
    }

    /// Whether what is so of `percent` of a hundred is so of this one.
    fn is(&mut self, percent: Minute) -> bool {
        self.between(1, 100) <= percent
    }

    fn one_of<T: Copy>(&mut self, all: &[T], other: T) -> T {
        let last = Minute::try_from(all.len()).unwrap_or_default() - 1;
        let index = usize::try_from(self.between(0, last)).unwrap_or_default();
        all.get(index).copied().unwrap_or(other)
    }
}

/// People who take what waits one after the other.
#[derive(Debug)]
struct People(Vec<Minute>);

impl People {
    fn new(count: usize) -> Self {
        Self(vec![0; count])
    }

    /// Whoever is free first takes what is there from a time on: when that begins and ends.
    fn take(&mut self, from: Minute, takes: Minute) -> (Minute, Minute) {
        let Some(free) = self.0.iter_mut().min() else {
            return (from, from + takes);
        };
        let begins = from.max(*free);
        *free = begins + takes;
        (begins, *free)
    }
}

/// A piece of work that was worked on and waits for its review.
#[derive(Debug)]
struct Reviewed {
    item: usize,
    from: Minute,
}

/// What happened.
#[derive(Debug)]
struct Story {
    draw: Draw,
    happenings: Vec<Happening>,
    items: usize,
}

/// The work of some days, in the order in which it happens.
pub(super) fn work(seed: u64, days: i64) -> Vec<Happening> {
    let end = days * DAY;
    let mut story = Story {
        draw: Draw(seed),
        happenings: Vec::new(),
        items: 0,
    };
    let mut reviews = story.developed(end);
    reviews.sort_by_key(|one| (one.from, one.item));
    story.reviewed(&reviews);
    story.deployed(end);
    let mut happenings = story.happenings;
    happenings.retain(|one| one.at < end);
    // Of what happens at the same minute, what was told first comes first.
    happenings.sort_by_key(|one| one.at);
    happenings
}

impl Story {
    fn tell(&mut self, at: Minute, item: usize, what: What) {
        self.happenings.push(Happening { at, item, what });
    }

    fn label(&mut self, at: Minute, item: usize, add: &'static str, remove: &'static str) {
        self.tell(at, item, What::Labelled { add, remove });
    }

    fn open(&mut self, at: Minute, labels: Vec<&'static str>, severity: Option<u8>) -> usize {
        let item = self.items;
        self.items += 1;
        let title = if severity.is_some() {
            format!("{} fail", self.draw.one_of(&PARTS, "Payments"))
        } else {
            let deed = self.draw.one_of(&DEEDS, "Improve");
            let part = self.draw.one_of(&PARTS, "Payments");
            format!("{deed} {}", part.to_lowercase())
        };
        self.tell(
            at,
            item,
            What::Opened {
                title,
                labels,
                severity,
            },
        );
        item
    }

    /// Everything up to the reviews, which it gives.
    fn developed(&mut self, end: Minute) -> Vec<Reviewed> {
        let mut developers = People::new(DEVELOPERS);
        let mut reviews = Vec::new();
        let mut now = 9 * HOUR;
        while now < end {
            now += self.draw.between(2 * HOUR, 26 * HOUR);
            let kind = self.draw.one_of(&KINDS, "");
            let labels = if kind.is_empty() { vec![] } else { vec![kind] };
            let item = self.open(now, labels, None);
            if self.draw.is(4) {
                // A question: answered, and never worked on.
                let answered = now + self.draw.between(HOUR, DAY);
                self.tell(answered, item, What::Closed);
                continue;
            }
            let committed = now + self.draw.between(HOUR, 2 * DAY);
            self.label(committed, item, "workflow::todo", "");
            if self.draw.is(5) {
                let given_up = committed + self.draw.between(DAY, 9 * DAY);
                self.label(given_up, item, "wontfix", "");
                self.tell(given_up + 1, item, What::Closed);
                continue;
            }
            let work = self.draw.between(4 * HOUR, 4 * DAY);
            let (begins, mut ends) = developers.take(committed, work);
            self.label(begins, item, "workflow::doing", "workflow::todo");
            if self.draw.is(15) {
                // Somebody else is waited for, halfway, and the developer goes on with something else.
                let stopped = begins + work / 2;
                let waited = self.draw.between(DAY, 8 * DAY);
                self.label(stopped, item, "workflow::blocked", "");
                self.label(stopped + waited, item, "", "workflow::blocked");
                ends += waited;
            }
            self.label(ends, item, "workflow::waiting", "workflow::doing");
            reviews.push(Reviewed { item, from: ends });
        }
        reviews
    }

    fn reviewed(&mut self, reviews: &[Reviewed]) {
        let mut reviewers = People::new(REVIEWERS);
        for one in reviews {
            let takes = self.draw.between(4 * HOUR, 32 * HOUR);
            let (begins, ends) = reviewers.take(one.from, takes);
            self.label(begins, one.item, "workflow::review", "workflow::waiting");
            self.tell(ends, one.item, What::Merged);
            self.tell(ends + 1, one.item, What::Closed);
            if self.draw.is(6) {
                let back = ends + self.draw.between(HOUR, 3 * DAY);
                self.tell(back, one.item, What::Reopened);
                self.label(back + 1, one.item, "workflow::doing", "workflow::review");
                let again = back + self.draw.between(3 * HOUR, 2 * DAY);
                self.tell(again, one.item, What::Closed);
            }
        }
    }

    /// Deployments, and the incidents that follow some of them.
    fn deployed(&mut self, end: Minute) {
        let mut now = 2 * DAY;
        while now < end {
            now += self.draw.between(10 * HOUR, 3 * DAY);
            let succeeds = !self.draw.is(10);
            self.tell(now, 0, What::Deployed { succeeds });
            if !succeeds || !self.draw.is(18) {
                continue;
            }
            let began = now + self.draw.between(10, 3 * HOUR);
            let severity = self.draw.one_of(&[1, 2, 2, 3], 2);
            let item = self.open(began, vec![], Some(severity));
            let mitigated = began + self.draw.between(10, 2 * HOUR);
            self.label(mitigated, item, "incident::mitigated", "");
            let resolved = mitigated + self.draw.between(30, 8 * HOUR);
            self.label(resolved, item, "incident::resolved", "");
            let closed = resolved + self.draw.between(HOUR, DAY);
            self.tell(closed, item, What::Closed);
        }
    }
}

/// What the labels say of the kinds of work, each as often as there is work of it.
const KINDS: [&str; 10] = [
    "feature",
    "feature",
    "feature",
    "feature",
    "bug",
    "bug",
    "bug",
    "maintenance",
    "security",
    "",
];

const DEEDS: [&str; 8] = [
    "Speed up", "Rework", "Show", "Retry", "Test", "Explain", "Simplify", "Log",
];

const PARTS: [&str; 9] = [
    "Refunds",
    "Invoices",
    "Card payments",
    "Payouts",
    "Direct debits",
    "Reminders",
    "Exchange rates",
    "Receipts",
    "Tax reports",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_work_in_order() {
        let once = work(7, 30);
        assert_eq!(once, work(7, 30));
        assert_ne!(once, work(8, 30));
        assert!(once.is_sorted_by_key(|one| one.at));
        let last = once.last().map(|one| one.at);
        assert!(last < Some(30 * DAY) && last > Some(29 * DAY), "{last:?}");
    }

    /// How many pieces of work have a label at once, at the most; a review ends with the merge.
    fn most_at_once(label: &str, happenings: &[Happening]) -> usize {
        let mut now = BTreeSet::new();
        let mut most = 0;
        for one in happenings {
            match &one.what {
                What::Labelled { add, .. } if *add == label => {
                    now.insert(one.item);
                }
                What::Labelled { remove, .. } if *remove == label => {
                    now.remove(&one.item);
                }
                What::Merged => {
                    now.remove(&one.item);
                }
                _ => {}
            }
            most = most.max(now.len());
        }
        most
    }

    #[test]
    fn the_reviewer_does_one_thing_at_a_time_and_the_rest_waits() {
        let happenings = work(7, 80);
        assert_eq!(most_at_once("workflow::review", &happenings), 1);
        assert!(most_at_once("workflow::waiting", &happenings) > 2);
    }
}
