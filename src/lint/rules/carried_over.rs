use std::collections::HashMap;

use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::History;
use crate::lint::finding::Finding;
use crate::lint::scope::{Scope, items};
use crate::lint::vocabulary::normalised;
use crate::model::{Date, ItemRef, TeamOkrs};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "carried-over",
        summary: "a title that was there last quarter, without a word about it",
        levels: Levels::planning(Level::WARNING, Level::WARNING),
        doc: "What was not reached may go on, but explicitly: `carried_from` links it with its past, so that everybody sees how \
              long it has been going on. The same title without it was mostly copied. Last quarter's file is looked for among \
              the files, and where it was deleted, in the history of the repository.",
        guide: Some(Guide {
            source: "GitLab's handbook: what is planned every quarter is a KPI; puzzle and Google's re:Work ask what was learnt \
                     before a goal is repeated",
            bad: r#"
# okrs/2026-q3/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
# okrs/2026-q4/sre.toml
[objective.stability]
title = "Keep users' work from being interrupted"
"#,
            good: r#"
# okrs/2026-q3/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
# okrs/2026-q4/sre.toml
[objective.stability]
title = "Keep users' work from being interrupted"
carried_from = "2026-q3/sre/mtbf"
"#,
            settings: "",
        }),
    },
    check: Check::History { check, since },
};

fn check(scope: &Scope<'_>, history: Option<&History>) -> Vec<Finding> {
    let Some(before) = last_quarter(scope, history).filter(|_| !is_over(scope)) else {
        return Vec::new();
    };
    let mut by_title: HashMap<(bool, String), ItemRef<'_>> = HashMap::new();
    for other in before.items() {
        let title = normalised(&other.item().title.value);
        let is_key_result = other.key().is_key_result();
        by_title.entry((is_key_result, title)).or_insert(other);
    }
    let mut findings = Vec::new();
    for entry in items(scope) {
        let item = entry.item();
        if item.carried_from.is_some() {
            continue;
        }
        let title = normalised(&item.title.value);
        let same = by_title.get(&(item.key.is_key_result(), title));
        if let Some(same) = same {
            let key = same.key();
            findings.push(
                Finding::about(
                    item,
                    format!("{} had the same title in {}", key.team, key.quarter),
                )
                .field("title")
                .with(same.item().title.span, "last quarter's")
                .help(format!("if it goes on, add carried_from = \"{key}\""))
                .help("if it is new, say what is different this time"),
            );
        }
    }
    findings
}

fn is_over(scope: &Scope<'_>) -> bool {
    scope
        .period
        .is_some_and(|period| period.end() < scope.today)
}

fn last_quarter<'a>(scope: &Scope<'a>, history: Option<&'a History>) -> Option<&'a TeamOkrs> {
    let quarter = scope.okrs.quarter.previous()?;
    let former = scope.team.iter().flat_map(|team| &team.previously);
    std::iter::once(&scope.okrs.team)
        .chain(former)
        .find_map(|team| {
            let now = scope.tree.team(quarter, team);
            now.or_else(|| Some(&history?.versions(quarter, team).last()?.okrs))
        })
}

/// Without last quarter's file, the history of that quarter is needed. A quarter that is over cannot be planned better.
fn since(scope: &Scope<'_>) -> Option<Date> {
    if is_over(scope) || last_quarter(scope, None).is_some() {
        return None;
    }
    let quarter = scope.okrs.quarter.previous()?;
    Some(scope.config.calendar.period(quarter)?.start())
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{Case, finds};

    #[test]
    fn a_deleted_file_is_remembered_and_other_numbers_are_progress() {
        let now = "# okrs/2026-q4/sre.toml\n[objective.a]\ntitle = \"Keep users working\"\n[objective.a.kr.b]\n\
                   title = \"Raise the MTBF to 240 h\"\nto = 240\n";
        let deleted = format!(
            "# okrs/2026-q3/sre.toml as of 2026-09-01\n[objective.x]\ntitle = \"Keep  users working!\"\n\
             [objective.x.kr.y]\ntitle = \"Raise the MTBF to 120 h\"\nto = 120\n{now}"
        );
        let found = ["2: warning: sre had the same title in 2026-q3"];
        assert_eq!(finds("carried-over", &deleted), found);
        let (outcome, _) = Case::new(now).without_past().run();
        assert!(
            outcome
                .skipped
                .iter()
                .any(|skipped| skipped.rule == "carried-over")
        );
        let (outcome, _) = Case::new(&deleted.replace(" as of 2026-09-01", ""))
            .without_past()
            .run();
        assert!(
            outcome
                .skipped
                .iter()
                .all(|skipped| skipped.rule != "carried-over")
        );
    }
}
