use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Number, progress, round_half_up};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "score-mismatch",
        summary: "a score that the values do not give",
        levels: Levels::always(Level::ERROR),
        doc: "A declared `score` is computed again: a key result's from its check-ins or milestones, as its scoring and the cap \
              on over-achievement in `[scoring]` say, an objective's from its key results. More than one point of difference is \
              an error of arithmetic, or says something that the values do not show; then it belongs into `outcome`, or an \
              `allow` with its reason.",
        guide: Some(Guide {
            source: "GitLab's published OKRs print 105 of 150 as 105 %, `10/10 (110%)`, and 6 of 3 once as 100 % and once as more",
            bad: r#"
[objective.hiring]
title = "Have a team that can sleep at night"
[objective.hiring.kr.sourced]
title = "Source 150 candidates"
unit = "candidates"
from = 0
to = 150
score = 105
check_in.2026-12-31 = { value = 105 }
"#,
            good: r#"
[objective.hiring]
title = "Have a team that can sleep at night"
[objective.hiring.kr.sourced]
title = "Source 150 candidates"
unit = "candidates"
from = 0
to = 150
score = 70
check_in.2026-12-31 = { value = 105 }
"#,
            settings: "`[scoring] over_achievement`, `regression`, `late_per_week`, `dropped` and `roll_up`.",
        }),
    },
    check: Check::Item(check),
};

/// Points that rounding may account for.
const TOLERANCE: i64 = 1;

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    let Some(declared) = item.score else {
        return Vec::new();
    };
    let scoring = &scope.config.scoring;
    let (computed, from) = match entry {
        ItemRef::KeyResult(_, key_result) => {
            (progress(key_result, &scoring.rules()), "its values give")
        }
        ItemRef::Objective(objective) => (scoring.objective(objective), "its key results give"),
    };
    let Some(computed) = computed else {
        return Vec::new();
    };
    let difference = declared.value.decimal() - computed.decimal();
    if difference.abs() <= Number::from(TOLERANCE).decimal() {
        return Vec::new();
    }
    let shown = round_half_up(computed, 0);
    vec![
        Finding::at(
            item,
            declared.span,
            format!("the score is {}, but {from} {shown}", declared.value),
        )
        .field("score")
        .help(format!(
            "write score = {shown}, or leave it out: it is computed"
        ))
        .help("if the values tell less than is known, add the check-in that is missing"),
    ]
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::lint::testing::finds;

    /// Key results' scores, as published, and what their objective's score was said to be.
    fn objective(scores: &[&str], said: &str) -> Vec<String> {
        let mut text = format!("[objective.a]\ntitle = \"T\"\nscore = {said}\n");
        for (at, score) in scores.iter().enumerate() {
            write!(text, "[objective.a.kr.k{at}]\ntitle = \"T\"\nfrom = 0\nto = 100\nscore = {score}\ncheck_in.2026-12-31 = {{ value = {score} }}\n").unwrap();
        }
        finds("score-mismatch", &text)
    }

    #[test]
    fn published_roll_ups_hold() {
        for (scores, said) in [
            (vec!["100", "40", "90"], "77"),
            (vec!["100", "100", "0"], "67"),
            (vec!["100", "100"], "100"),
            (vec!["100", "100", "100"], "100"),
        ] {
            assert_eq!(objective(&scores, said), [""; 0]);
        }
        assert_eq!(
            objective(&["100", "40", "90"], "80"),
            ["3: error: the score is 80, but its key results give 77"]
        );
    }

    #[test]
    fn over_achievement_is_capped_as_declared() {
        let key_result = "[objective.a]\ntitle = \"T\"\n[objective.a.kr.b]\ntitle = \"T\"\nfrom = 0\nto = 3\nscore = 200\n\
                          check_in.2026-12-31 = { value = 6 }\n";
        assert_eq!(
            finds("score-mismatch", key_result),
            ["7: error: the score is 200, but its values give 100"]
        );
        let uncapped = format!(
            "# okr.toml\n[scoring]\nover_achievement = \"uncapped\"\n# okrs/2026-q4/sre.toml\n{key_result}"
        );
        assert_eq!(finds("score-mismatch", &uncapped), [""; 0]);
        let unmeasured = key_result.replace("check_in.2026-12-31 = { value = 6 }\n", "");
        assert_eq!(finds("score-mismatch", &unmeasured), [""; 0]);
    }
}
