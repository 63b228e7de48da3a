use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};

/// Found while findings are decided: see [`Allowances`](crate::lint::allowances::Allowances).
pub(in crate::lint) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "unused-allow",
        summary: "an `allow` that nothing needs",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "An entry of `allow` accepts a finding for a reason. Once the finding is gone, the entry says something that \
              is no longer true, and would hide the next finding of the rule. An entry whose time is over hides nothing; \
              what it hid is found again.",
        guide: Some(Guide {
            source: "ours: linters that count their suppressions stay honest",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
owner = "ines"
allow = [{ rule = "no-owner", reason = "the lead starts in November" }]
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
owner = "ines"
"#,
            settings: "",
        }),
    },
    check: Check::Bookkeeping,
};
