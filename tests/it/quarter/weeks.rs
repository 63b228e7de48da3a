//! Thirteen weeks of nine key results: what was said of each, by whose hand, and how it should stand on the Monday's meeting.
//!
//! The standings and scores are written down by hand from docs/scoring.md; they are not what the program printed.

/// How a person checks in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    /// A line in the file, and a commit.
    File,
    /// `okr check-in`.
    Command,
    /// A row in the table of the issue; `okr pull` brings it into the file every other week.
    Issue,
}

/// A week of a key result.
pub(super) struct Week {
    /// Value (`-` without one), confidence, and health; empty where nobody says anything.
    pub(super) said: &'static str,
    pub(super) note: &'static str,
    /// How it stands after that, as `okr status` names it.
    pub(super) stands: &'static str,
    /// The score that is shown.
    pub(super) score: &'static str,
}

/// A key result and its weeks.
pub(super) struct Story {
    pub(super) key: &'static str,
    pub(super) hand: Hand,
    pub(super) weeks: [Week; 13],
}

const fn week(
    said: &'static str,
    stands: &'static str,
    score: &'static str,
    note: &'static str,
) -> Week {
    Week {
        said,
        note,
        stands,
        score,
    }
}

/// The steps of `data/recovery/zone-loss` that are done, by week.
pub(super) const STEPS: [(usize, &str); 3] = [(3, "redis"), (8, "postgresql"), (10, "gitaly")];

/// All of them.
pub(super) const STORIES: [&Story; 9] = [
    &HOURS,
    &PAGES,
    &AVAILABILITY,
    &LEAD_TIME,
    &CHANGE_FAILURES,
    &MANUAL_STEPS,
    &RESTORE_TIME,
    &ZONE_LOSS,
    &BACKUPS,
];

/// Steady, and reached at the end.
#[rustfmt::skip]
const HOURS: Story = Story { key: "reliability/outages/hours", hand: Hand::File, weeks: [
    week("100 50 on-track", "on track",    "3 %", ""),
    week("110 50 on-track", "on track",   "10 %", ""),
    week("122 55 on-track", "on track",   "18 %", "First two clusters decide on failovers by themselves."),
    week("136 55 on-track", "on track",   "28 %", ""),
    week("145 60 on-track", "on track",   "34 %", ""),
    week("160 60 on-track", "on track",   "44 %", "Four clusters; no failure since 24 October."),
    week("171 65 on-track", "on track",   "52 %", ""),
    week("183 65 on-track", "on track",   "60 %", ""),
    week("195 70 on-track", "on track",   "69 %", "A disk failed at night and nobody noticed: as it should be."),
    week("208 75 on-track", "on track",   "78 %", ""),
    week("222 80 on-track", "on track",   "88 %", ""),
    week("236 90 on-track", "on track",   "97 %", ""),
    week("244 95 on-track", "reached",   "100 %", "Reached, with three days to spare."),
] };

/// Said to be on track while the value stands still, until somebody says so.
#[rustfmt::skip]
const PAGES: Story = Story { key: "reliability/outages/pages", hand: Hand::File, weeks: [
    week("14 60 on-track",        "on track",          "0 %", ""),
    week("13 65 on-track",        "on track",         "11 %", ""),
    week("12 70 on-track",        "on track",         "22 %", "The loudest alarm is gone."),
    week("12 75 on-track",        "needs attention",  "22 %", ""),
    week("12 75 on-track",        "needs attention",  "22 %", ""),
    week("12 75 on-track",        "at risk",          "22 %", ""),
    week("12 75 on-track",        "at risk",          "22 %", "All fine."),
    week("12 75 on-track",        "at risk",          "22 %", ""),
    week("11 30 at-risk",         "at risk",          "33 %", "We looked at the alarms, not at the pages. Two more sources found."),
    week("9 40 needs-attention",  "needs attention",  "56 %", ""),
    week("8 45 needs-attention",  "needs attention",  "67 %", "Both sources are gone."),
    week("8 45 needs-attention",  "needs attention",  "67 %", ""),
    week("7 40 needs-attention",  "at risk",          "78 %", "Ends at 7."),
] };

/// A bound that is broken twice.
#[rustfmt::skip]
const AVAILABILITY: Story = Story { key: "reliability/outages/availability", hand: Hand::Command, weeks: [
    week("99.97 70 on-track",          "on track",        "100 %", ""),
    week("99.96 70 on-track",          "on track",        "100 %", ""),
    week("99.98 75 on-track",          "on track",        "100 %", ""),
    week("99.91 60 needs-attention",   "needs attention",  "75 %", "A failover took the primary down for 9 min."),
    week("99.96 65 on-track",          "on track",         "80 %", ""),
    week("99.98 70 on-track",          "on track",         "83 %", ""),
    week("99.97 75 on-track",          "on track",         "86 %", ""),
    week("99.96 75 on-track",          "on track",         "88 %", ""),
    week("99.99 80 on-track",          "on track",         "89 %", ""),
    week("99.93 70 needs-attention",   "needs attention",  "80 %", "The certificate of one region had expired."),
    week("99.97 75 on-track",          "on track",         "82 %", ""),
    week("99.98 80 on-track",          "on track",         "83 %", ""),
    week("99.99 85 on-track",          "on track",         "85 %", ""),
] };

/// Written into the issue; its target is eased in the sixth week, with an amendment.
#[rustfmt::skip]
const LEAD_TIME: Story = Story { key: "delivery/flow/lead-time", hand: Hand::Issue, weeks: [
    week("70 50 on-track",         "on track",         "3 %", ""),
    week("66 50 on-track",         "on track",        "10 %", "Three deployments a day instead of one."),
    week("62 50 on-track",         "on track",        "17 %", ""),
    week("58 50 on-track",         "on track",        "23 %", ""),
    week("52 45 needs-attention",  "needs attention", "33 %", "What remains is waiting for a sign-off at night, and nobody may change that before January."),
    week("47 60 on-track",         "on track",        "48 %", ""),
    week("44 60 on-track",         "on track",        "54 %", ""),
    week("41 65 on-track",         "on track",        "60 %", ""),
    week("37 65 on-track",         "on track",        "67 %", ""),
    week("33 70 on-track",         "on track",        "75 %", ""),
    week("30 70 on-track",         "on track",        "81 %", ""),
    week("26 75 on-track",         "on track",        "88 %", ""),
    week("24 70 on-track",         "on track",        "92 %", "Ends a little above the target."),
] };

/// A bound that is broken once.
#[rustfmt::skip]
const CHANGE_FAILURES: Story = Story { key: "delivery/flow/change-failures", hand: Hand::Command, weeks: [
    week("4.6 65 on-track",          "on track",        "100 %", ""),
    week("4.2 65 on-track",          "on track",        "100 %", ""),
    week("6.2 55 needs-attention",   "needs attention",  "67 %", "Two rollbacks for one migration; such migrations now run before the deployment."),
    week("4.4 60 on-track",          "on track",         "75 %", ""),
    week("4.1 65 on-track",          "on track",         "80 %", ""),
    week("3.9 70 on-track",          "on track",         "83 %", ""),
    week("3.8 70 on-track",          "on track",         "86 %", ""),
    week("3.8 75 on-track",          "on track",         "88 %", ""),
    week("3.6 75 on-track",          "on track",         "89 %", ""),
    week("3.5 80 on-track",          "on track",         "90 %", ""),
    week("3.4 80 on-track",          "on track",         "91 %", ""),
    week("3.1 85 on-track",          "on track",         "92 %", ""),
    week("3.0 85 on-track",          "on track",         "92 %", ""),
] };

/// Goes nowhere, and is dropped in the ninth week.
#[rustfmt::skip]
const MANUAL_STEPS: Story = Story { key: "delivery/flow/manual-steps", hand: Hand::File, weeks: [
    week("42 50 on-track",         "on track",         "0 %", ""),
    week("41 45 on-track",         "on track",         "3 %", ""),
    week("40 40 needs-attention",  "needs attention",  "6 %", "Packaging needs a key that security has not released."),
    week("38 25 at-risk",          "at risk",         "13 %", "No answer from security."),
    week("38 20 at-risk",          "at risk",         "13 %", ""),
    week("38 15 at-risk",          "at risk",         "13 %", "The answer is: in spring."),
    week("38 10 at-risk",          "at risk",         "13 %", ""),
    week("38 10 at-risk",          "at risk",         "13 %", ""),
    week("",                       "dropped",         "13 %", ""),
    week("",                       "dropped",         "13 %", ""),
    week("",                       "dropped",         "13 %", ""),
    week("",                       "dropped",         "13 %", ""),
    week("",                       "dropped",         "13 %", ""),
] };

/// Falls behind its baseline, and comes back.
#[rustfmt::skip]
const RESTORE_TIME: Story = Story { key: "data/recovery/restore-time", hand: Hand::File, weeks: [
    week("92 50 on-track",          "on track",          "5 %", ""),
    week("90 50 on-track",          "on track",          "8 %", ""),
    week("101 40 needs-attention",  "needs attention",  "-9 %", "The new tool asks for every password twice."),
    week("99 40 needs-attention",   "at risk",          "-6 %", ""),
    week("84 50 needs-attention",   "at risk",          "17 %", "It asks once."),
    week("72 55 on-track",          "on track",         "35 %", ""),
    week("66 60 on-track",          "on track",         "45 %", "First stores found from the dashboards alone."),
    week("59 60 on-track",          "on track",         "55 %", ""),
    week("55 65 on-track",          "on track",         "62 %", ""),
    week("47 65 on-track",          "on track",         "74 %", ""),
    week("41 70 on-track",          "on track",         "83 %", ""),
    week("36 75 on-track",          "on track",         "91 %", ""),
    week("33 70 on-track",          "on track",         "95 %", ""),
] };

/// Steps, of which one comes late and one never.
#[rustfmt::skip]
const ZONE_LOSS: Story = Story { key: "data/recovery/zone-loss", hand: Hand::Command, weeks: [
    week("- 60 on-track",          "on track",         "0 %", ""),
    week("- 60 on-track",          "on track",         "0 %", ""),
    week("- 65 on-track",          "on track",        "20 %", "Redis took 11 min at the second attempt."),
    week("- 65 on-track",          "on track",        "20 %", ""),
    week("- 60 on-track",          "on track",        "20 %", ""),
    week("- 55 on-track",          "on track",        "20 %", ""),
    week("- 45 needs-attention",   "at risk",         "20 %", "PostgreSQL took 22 min, and 15 is the bound."),
    week("- 55 on-track",          "on track",        "60 %", "PostgreSQL took 14 min."),
    week("- 55 on-track",          "on track",        "60 %", ""),
    week("- 60 on-track",          "on track",        "90 %", "Gitaly took 13 min, four days early."),
    week("- 60 on-track",          "on track",        "90 %", ""),
    week("- 30 needs-attention",   "at risk",         "90 %", "The object store needs a second region."),
    week("- 10 needs-attention",   "at risk",         "90 %", "Not this year."),
] };

/// Forgotten for six weeks: due on the first of these Mondays, late on the second, and out of date from the third on.
#[rustfmt::skip]
const BACKUPS: Story = Story { key: "data/recovery/backups", hand: Hand::File, weeks: [
    week("62 60 on-track",  "on track",          "5 %", ""),
    week("65 60 on-track",  "on track",         "13 %", ""),
    week("",                "on track",         "13 %", ""),
    week("",                "on track",         "13 %", ""),
    week("",                "unknown",          "13 %", ""),
    week("",                "unknown",          "13 %", ""),
    week("",                "unknown",          "13 %", ""),
    week("",                "unknown",          "13 %", ""),
    week("86 55 on-track",  "on track",         "65 %", "Karl was away, and nobody stood in."),
    week("89 60 on-track",  "on track",         "73 %", ""),
    week("92 70 on-track",  "on track",         "80 %", ""),
    week("96 80 on-track",  "on track",         "90 %", ""),
    week("98 80 on-track",  "on track",         "95 %", ""),
] };
