use crate::diag::{Level, Levels, RuleMeta};

/// A line, or a part of one, that is no OKR or cannot be one.
pub(super) const NOT_READ: &str = "handbook-not-read";
/// An owner whom nobody knows.
pub(super) const OWNER: &str = "handbook-owner";
/// Outcomes that cannot be told whose they are.
pub(super) const OUTCOMES: &str = "handbook-outcomes";
/// A score that is not what the ratio beside it gives.
pub(super) const RATIO: &str = "handbook-ratio";

/// What `okr import` can find in a text of the handbook.
pub const RULES: &[RuleMeta] = &[
    RuleMeta {
        levels: Levels::always(Level::INFO),
        ..RuleMeta::notice(
            NOT_READ,
            "a line of an imported text that is no OKR",
            "`okr import` reads objectives, key results and outcomes. Of everything else it says that it was left out, so \
             that nothing is lost unnoticed.",
        )
    },
    RuleMeta::notice(
        OWNER,
        "an imported objective of an owner whom okr.toml does not know",
        "An objective in the handbook begins with its owner, `SAE: Minimize GitLab.com's MTTR`. The owner is a team of \
         okr.toml, by its name or id, or `okr import --owner \"SAE=sae\"` says which one is meant.",
    ),
    RuleMeta::notice(
        OUTCOMES,
        "imported outcomes that are not as many as the key results",
        "Outcomes behind an arrow go by their position: `=> 17%, 100%, 100%` are those of three key results. One alone is the \
         objective's. Of any other number it cannot be told whose they are: they are imported as the objective's outcome, \
         in words.",
    ),
    RuleMeta::notice(
        RATIO,
        "an imported score that is not what its ratio gives",
        "GitLab's published OKRs print `10/10 (110%)`, and 105 of 150 as 105 %. A score beside `actual/target` is held against \
         the ratio, capped or not, and against what is left of a budget.",
    ),
];
