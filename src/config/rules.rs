use crate::diag::RuleMeta;

/// What reading `okr.toml` can find, besides what reading any file can.
pub const RULES: &[RuleMeta] = &[
    RuleMeta::form(
        "unknown-team",
        "a team that `okr.toml` does not declare",
        "A team's file, a reference or a `parent` names a team that is not there. Declare it in `okr.toml` as \
         `[teams.<id>]` with its `tracker`.",
    ),
    RuleMeta::form(
        "parent-cycle",
        "a team is above itself",
        "Following `parent` from a team leads back to it. Teams form trees; the topmost has no `parent`.",
    ),
    RuleMeta::form(
        "bad-period",
        "the days of a quarter cannot be used",
        "A quarter ends before it starts, or two quarters share days.",
    ),
    RuleMeta::form(
        "bad-bounds",
        "a minimum is greater than its maximum",
        "`min` and `max` are both included; nothing can satisfy them when `min` is greater.",
    ),
    RuleMeta::form(
        "unknown-rule",
        "`[rules]` names a rule that does not exist",
        "`okr rules` lists all rules.",
    ),
    RuleMeta::form(
        "fixed-rule",
        "`[rules]` switches off a rule that cannot be",
        "Rules whose findings are errors by themselves say that a file cannot be understood. Nothing could be planned from \
         such a file, so they cannot be switched off or lowered.",
    ),
    RuleMeta::form(
        "previously-exists",
        "a former id that is still in use",
        "`previously` says what something was called before. What still exists cannot have been renamed.",
    ),
    RuleMeta::form(
        "previously-twice",
        "two claim the same former id",
        "One thing cannot have become two. Keep the former id in the `previously` of one of them.",
    ),
];
