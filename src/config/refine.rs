use crate::diag::Diagnostic;
use crate::syntax::{Document, Problem, Violation};

/// Says violations in the words of `okr.toml`; nothing where general words do.
pub(super) fn say(_: &Document<'_>, violation: &Violation<'_>) -> Option<Diagnostic> {
    let path: Vec<&str> = violation.path.iter().map(String::as_str).collect();
    match (violation.problem, path.as_slice()) {
        (Problem::MissingKey("gitlab"), []) => Some(
            Diagnostic::error("missing-key", "nothing says whose OKRs these are")
                .at(violation.span, "")
                .with_help("add [gitlab] with owner = \"group/project\", the path of this project"),
        ),
        (Problem::MissingKey("tracker"), ["teams", team]) => Some(
            Diagnostic::error("missing-key", format!("team `{team}` has no `tracker`"))
                .at(violation.span, "")
                .with_help(
                    "add tracker = \"group/project\", the project that holds the team's issues",
                ),
        ),
        (Problem::Other, ["scoring", "over_achievement"]) => Some(
            Diagnostic::error(
                "wrong-value",
                "`over_achievement` wants a percentage or \"uncapped\"",
            )
            .at(violation.span, "")
            .with_help("write 100 or more, like 120, or \"uncapped\""),
        ),
        (Problem::Other, ["rules", rule] | ["teams", _, "rules", rule]) => Some(
            Diagnostic::error("wrong-value", format!("this is no level for the rule `{rule}`"))
                .at(violation.span, "")
                .with_help("write \"off\", \"info\", \"warn\" or \"error\", or { draft = \"info\", active = \"error\" }"),
        ),
        _ => None,
    }
}
