use crate::diag::{RuleMeta, Severity};

const fn error(id: &'static str, summary: &'static str, doc: &'static str) -> RuleMeta {
    RuleMeta {
        id,
        summary,
        severity: Severity::Error,
        doc,
    }
}

/// What reading teams' files can find, besides what reading any file can.
pub const RULES: &[RuleMeta] = &[
    error(
        "no-files",
        "there are no OKR files",
        "A check of nothing would always pass. OKRs stand in `okrs/<quarter>/<team>.toml`.",
    ),
    error(
        "bad-path",
        "a file's path does not say whose OKRs it holds",
        "The path is the identity: `okrs/2026-q4/sre.toml` holds what team `sre` wants in the fourth quarter of 2026.",
    ),
    error(
        "misplaced-key",
        "a key stands in the wrong table",
        "In TOML a key belongs to the header above it. What stands below a key result's header belongs to that key \
         result, so an objective's keys stand above its first key result.",
    ),
    error(
        "stray-objective",
        "a key result of an objective that is not there",
        "`[objective.mtfb.kr.hours]` silently begins an objective `mtfb`. Usually its id is misspelt.",
    ),
    error(
        "check-in-header",
        "a header ends in a date",
        "`[….check_in.2026-10-05]` is TOML, but the most used editor plug-in cannot read it. Write \
         `check_in.2026-10-05 = { … }`.",
    ),
    error(
        "empty-text",
        "a text says nothing",
        "A key that has nothing to say is left out.",
    ),
    error(
        "title-lines",
        "a title has more than one line",
        "A title becomes an issue's title, which is one line. The rest belongs into `description`.",
    ),
    error(
        "title-too-long",
        "a title is longer than GitLab keeps",
        "GitLab refuses titles over 255 characters.",
    ),
    error(
        "no-measure",
        "nothing says how a key result is measured",
        "A key result is measured by `from` and `to`, by `at_least`, by `at_most`, or by milestones.",
    ),
    error(
        "two-measures",
        "a key result is measured in more than one way",
        "Two measures are two key results.",
    ),
    error(
        "scoring-mismatch",
        "a way of scoring does not suit the measure",
        "`monthly-average` needs `from` and `to`; `periods-held` a limit; `budget-left` an `at_most`.",
    ),
    error(
        "flow-metric-kind",
        "a flow metric without kind \"flow\"",
        "`flow_metric` says which of the flow metrics a key result of kind \"flow\" moves.",
    ),
    error(
        "dropped-without-reason",
        "dropped, but nobody says why",
        "What was given up needs a reason: whoever plans the next quarter reads it.",
    ),
    error(
        "reason-without-status",
        "a reason for something that is still active",
        "`reason` goes with `status = \"dropped\"` or `\"closed\"`.",
    ),
    error(
        "empty-check-in",
        "a check-in that says nothing",
        "A check-in has at least one of `value`, `confidence`, `health`, `note`.",
    ),
    error(
        "due-outside-quarter",
        "a due date is not in the quarter",
        "What is due later belongs to a later quarter, or is carried over.",
    ),
    error(
        "check-in-outside-quarter",
        "a check-in before its quarter or long after it",
        "Usually the year or the month is mistyped, or the check-in stands in the wrong quarter's file.",
    ),
    error(
        "unknown-reference",
        "a reference names nothing",
        "References are `team/objective`, `team/objective/key-result`, or the same with a quarter in front. They are \
         checked where the quarter's files are there.",
    ),
    error(
        "reference-twice",
        "a list names the same thing twice",
        "One of the two is enough, or was meant to be another.",
    ),
    error(
        "supports-cycle",
        "objectives support each other in a circle",
        "Support goes upwards. In a circle nothing could be rolled up.",
    ),
    error(
        "previously-other-kind",
        "a former key of another kind",
        "An objective's issue cannot become a key result's, nor the other way round.",
    ),
    error(
        "adopted-twice",
        "one issue is adopted in two places",
        "An issue belongs to one objective or key result.",
    ),
];
