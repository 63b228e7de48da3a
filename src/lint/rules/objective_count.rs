use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::count;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "objective-count",
        summary: "a team with too few or too many objectives",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "What is one of many is not important. Dropped objectives do not count. More than five are an error.",
        guide: Some(Guide {
            source: "GitLab's handbook: no more than three objectives per person or team; Infrastructure's blueprint: one; \
                     Kersten: around three to five",
            bad: r#"
# okr.toml
[policy]
objectives = { min = 1, max = 1 }
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.hiring]
title = "Have a team that can sleep at night"
"#,
            good: r#"
# okr.toml
[policy]
objectives = { min = 1, max = 1 }
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
"#,
            settings: "`[policy] objectives = { min = 1, max = 1 }`, for one team `[teams.sre] policy = { … }`. Default: 0 to 3.",
        }),
    },
    check: Check::File(check),
};

/// More than this is an error: no source of the rules knows a team that needed more.
const FAR_TOO_MANY: usize = 5;

fn check(scope: &Scope<'_>) -> Vec<Finding> {
    let bounds = scope.policy.objectives;
    let found = scope.objectives().count();
    if bounds.contains(found) {
        return Vec::new();
    }
    let few = found < bounds.min as usize;
    let wanted = if few {
        format!("at least {} asked for", are(bounds.min))
    } else {
        format!("at most {} asked for", are(bounds.max))
    };
    let message = format!(
        "{} has {}; {wanted}",
        scope.name(),
        count(found, "objective")
    );
    let first_too_many = scope.objectives().nth(bounds.max as usize);
    let place = first_too_many.or_else(|| scope.okrs.objectives.first());
    let finding = match place {
        Some(objective) => Finding::about(&objective.item, message),
        None => Finding::in_file(scope.okrs, message),
    };
    let finding = finding
        .field("count")
        .with(bounds.span, "asked for here")
        .grave(found > FAR_TOO_MANY);
    let mut finding = if few {
        finding.help("add one: [objective.<id>]")
    } else {
        finding.help("keep what matters most this quarter; the others can wait, or be dropped")
    };
    for other in scope.objectives() {
        finding = finding.concerns(&other.item.key);
    }
    vec![finding]
}

fn are(number: u32) -> String {
    if number == 1 {
        "1 is".to_owned()
    } else {
        format!("{number} are")
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::lint::testing::finds;

    #[test]
    fn dropped_ones_do_not_count_and_many_are_an_error() {
        let objectives = |number: usize, dropped: usize| {
            let mut text = String::new();
            for at in 0..number {
                let status = if at < dropped {
                    "status = \"dropped\"\nreason = \"r\"\n"
                } else {
                    ""
                };
                write!(text, "[objective.o{at}]\ntitle = \"T\"\n{status}").unwrap();
            }
            finds("objective-count", &text)
        };
        let one = "# okr.toml\n[policy]\nobjectives = { min = 1 }\n# okrs/2026-q4/sre.toml\n\n";
        let empty = format!("{one}# nothing yet\n");
        assert_eq!(
            finds("objective-count", &empty),
            ["1: warning: sre has no objectives; at least 1 is asked for"]
        );
        assert_eq!(objectives(3, 0), [""; 0]);
        assert_eq!(objectives(5, 2), [""; 0]);
        assert_eq!(
            objectives(4, 0),
            ["8: warning: sre has 4 objectives; at most 3 are asked for"]
        );
        assert_eq!(
            objectives(6, 0),
            ["8: error: sre has 6 objectives; at most 3 are asked for"]
        );
    }
}
