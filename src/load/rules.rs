use crate::diag::RuleMeta;

/// What reading teams' files can find, besides what reading any file can.
pub const RULES: &[RuleMeta] = &[
    RuleMeta::form(
        "no-files",
        "there are no OKR files",
        "A check of nothing would always pass. OKRs stand in `okrs/<quarter>/<team>.toml`.",
    ),
    RuleMeta::form(
        "bad-path",
        "a file's path does not say whose OKRs it holds",
        "The path is the identity: `okrs/2026-q4/sre.toml` holds what team `sre` wants in the fourth quarter of 2026.",
    ),
    RuleMeta::form(
        "misplaced-key",
        "a key stands in the wrong table",
        "In TOML a key belongs to the header above it. What stands below a key result's header belongs to that key \
         result, so an objective's keys stand above its first key result.",
    ),
    RuleMeta::form(
        "stray-objective",
        "a key result of an objective that is not there",
        "`[objective.mtfb.kr.hours]` silently begins an objective `mtfb`. Usually its id is misspelt.",
    ),
    RuleMeta::form(
        "check-in-header",
        "a header ends in a date",
        "`[….check_in.2026-10-05]` is TOML, but the most used editor plug-in cannot read it. Write \
         `check_in.2026-10-05 = { … }`.",
    ),
    RuleMeta::form(
        "empty-text",
        "a text says nothing",
        "A key that has nothing to say is left out.",
    ),
    RuleMeta::form(
        "title-lines",
        "a title has more than one line",
        "A title becomes an issue's title, which is one line. The rest belongs into `description`.",
    ),
    RuleMeta::form(
        "title-too-long",
        "a title is longer than GitLab keeps",
        "GitLab refuses titles over 255 characters.",
    ),
    RuleMeta::form(
        "no-measure",
        "nothing says how a key result is measured",
        "A key result is measured by `from` and `to`, by `at_least`, by `at_most`, or by milestones.",
    ),
    RuleMeta::form(
        "two-measures",
        "a key result is measured in more than one way",
        "Two measures are two key results.",
    ),
    RuleMeta::form(
        "scoring-mismatch",
        "a way of scoring does not suit the measure",
        "`monthly-average` needs `from` and `to`; `periods-held` a limit; `budget-left` an `at_most`.",
    ),
    RuleMeta::form(
        "measure-source",
        "nothing, or too much, says where a value is read from",
        "`measure` names one source: `flow`, `dora`, `incidents`, `issues`, `merge_requests`, `prometheus`, `http` or `file`. \
         Steps are done or not, and nothing measures them.",
    ),
    RuleMeta::form(
        "measure-key",
        "a key of `measure` that does not go with its source",
        "Each source has keys of its own: `percentile` goes with `flow = \"time\"`, `pointer` with `http` and `file`. A key that \
         says nothing would be taken for one that does.",
    ),
    RuleMeta::form(
        "measure-unit",
        "a measured figure does not go with the unit",
        "A time is read in the key result's unit, and a share is percent. Which unit is meant is never guessed.",
    ),
    RuleMeta::form(
        "measure-server",
        "a server that okr.toml does not list",
        "`okr measure` asks GitLab and the servers in `[measure.servers]`, and no other: OKR files come from anybody who may \
         open a merge request. Nobody's password stands in an address.",
    ),
    RuleMeta::form(
        "measure-file",
        "a file outside the repository",
        "Values are read from files within the directory of okr.toml, so that an OKR file cannot show what else is on a machine.",
    ),
    RuleMeta::form(
        "flow-metric-kind",
        "a flow metric without kind \"flow\"",
        "`flow_metric` says which of the flow metrics a key result of kind \"flow\" moves.",
    ),
    RuleMeta::form(
        "dropped-without-reason",
        "dropped, but nobody says why",
        "What was given up needs a reason: whoever plans the next quarter reads it.",
    ),
    RuleMeta::form(
        "reason-without-status",
        "a reason for something that is still active",
        "`reason` goes with `status = \"dropped\"` or `\"closed\"`.",
    ),
    RuleMeta::form(
        "empty-check-in",
        "a check-in that says nothing",
        "A check-in has at least one of `value`, `confidence`, `health`, `note`.",
    ),
    RuleMeta::form(
        "due-outside-quarter",
        "a due date is not in the quarter",
        "What is due later belongs to a later quarter, or is carried over.",
    ),
    RuleMeta::form(
        "check-in-outside-quarter",
        "a check-in before its quarter or long after it",
        "Usually the year or the month is mistyped, or the check-in stands in the wrong quarter's file.",
    ),
    RuleMeta::form(
        "unknown-reference",
        "a reference names nothing",
        "References are `team/objective`, `team/objective/key-result`, or the same with a quarter in front. They are \
         checked where the quarter's files are there.",
    ),
    RuleMeta::form(
        "reference-twice",
        "a list names the same thing twice",
        "One of the two is enough, or was meant to be another.",
    ),
    RuleMeta::form(
        "supports-cycle",
        "objectives support each other in a circle",
        "Support goes upwards. In a circle nothing could be rolled up.",
    ),
    RuleMeta::form(
        "previously-other-kind",
        "a former key of another kind",
        "An objective's issue cannot become a key result's, nor the other way round.",
    ),
    RuleMeta::form(
        "adopted-twice",
        "one issue is adopted in two places",
        "An issue belongs to one objective or key result.",
    ),
];
