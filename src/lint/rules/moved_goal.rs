use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use jiff::ToSpan as _;

use crate::lint::History;
use crate::lint::finding::Finding;
use crate::lint::goal::Goal;
use crate::lint::scope::Scope;
use crate::model::{Date, ItemRef, Key, KeyResult, OkrTree, TeamOkrs};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "moved-goal",
        summary: "a goal that was eased after the quarter began",
        levels: Levels {
            draft: Level::OFF,
            active: Level::ERROR,
            closed: Level::OFF,
        },
        doc: "A target may turn out to be wrong, but moving it is said aloud: `amendment.2026-11-02 = { by = \"director\", reason \
              = \"…\" }` in the same change, with who allowed it and why. The goal is compared with what the file said on the \
              quarter's first day, or in its first version if that is later. Eased means: a target that is easier to reach, a \
              baseline further from it, a limit that allows more, a milestone that is gone, a later due date, another kind of \
              measure, unit or scoring. A new amendment accepts the goal as it stands in the same version; a target that is \
              harder needs none.",
        guide: Some(Guide {
            source: "GitLab's handbook: changes for a wrong indicator or a pivot, with approval, \"not lowering goalposts\"",
            bad: r#"
# okrs/2026-q4/sre.toml as of 2026-09-20
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 150 h"
unit = "h"
from = 96
to = 150
"#,
            good: r#"
# okrs/2026-q4/sre.toml as of 2026-09-20
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
unit = "h"
from = 96
to = 240
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 150 h"
unit = "h"
from = 96
to = 150
amendment.2026-11-02 = { by = "director", reason = "Half of the team helps with the data centre's fire" }
"#,
            settings: "",
        }),
    },
    check: Check::History { check, since },
};

/// Days after a quarter's end in which it is scored and closed.
const LATEST: i32 = 45;

fn check(scope: &Scope<'_>, history: Option<&History>) -> Vec<Finding> {
    let (Some(history), Some(start)) = (history, since(scope)) else {
        return Vec::new();
    };
    scope
        .key_results()
        .filter_map(|(_, key_result)| moved(scope, history, start, key_result))
        .collect()
}

/// From the day on which the quarter began, until it is long over: nobody moves a goal then.
fn since(scope: &Scope<'_>) -> Option<Date> {
    let period = scope.period?;
    let forgotten = period
        .end()
        .checked_add(LATEST.days())
        .unwrap_or(period.end());
    (scope.today > period.start() && scope.today <= forgotten).then_some(period.start())
}

/// The key result as an earlier version of a file had it, perhaps under a former key.
fn then<'a>(okrs: &'a TeamOkrs, keys: &[&Key]) -> Option<&'a KeyResult> {
    keys.iter()
        .filter(|key| key.quarter == okrs.quarter && key.team == okrs.team)
        .find_map(|key| {
            let objective = okrs
                .objectives
                .iter()
                .find(|objective| objective.item.key == key.of_objective())?;
            objective
                .key_results
                .iter()
                .find(|own| own.item.key == **key)
        })
}

fn moved(scope: &Scope<'_>, history: &History, start: Date, now: &KeyResult) -> Option<Finding> {
    let former: Vec<Key> = former_keys(scope.tree, now);
    let mut keys: Vec<&Key> = vec![&now.item.key];
    keys.extend(&former);
    let mut files: Vec<_> = keys.iter().map(|key| (key.quarter, &key.team)).collect();
    files.dedup();
    let mut versions: Vec<(Date, &str, &KeyResult)> = files
        .into_iter()
        .flat_map(|(quarter, team)| history.versions(quarter, team))
        .filter_map(|version| {
            Some((
                version.date,
                version.commit.as_str(),
                then(&version.okrs, &keys)?,
            ))
        })
        .collect();
    // Versions of one file are in order; those of a file under its former name came before.
    versions.sort_by_key(|(date, ..)| *date);
    let before = versions.partition_point(|(date, ..)| *date <= start);
    let (_, _, first) = versions.get(before.saturating_sub(1))?;
    let end = scope.period?.end();
    let mut agreed = Goal::of(first, end);
    let mut amended: Vec<Date> = first
        .item
        .amendments
        .iter()
        .map(|amendment| amendment.date)
        .collect();
    let mut eased = None;
    let later = versions[before.max(1)..]
        .iter()
        .map(|(date, commit, then)| (Some((*date, *commit)), *then));
    for (version, then) in later.chain([(None, now)]) {
        let goal = Goal::of(then, end);
        let fresh = then.item.amendments.iter().map(|amendment| amendment.date);
        let fresh: Vec<Date> = fresh.filter(|date| !amended.contains(date)).collect();
        if !fresh.is_empty() {
            amended.extend(fresh);
            agreed = goal;
            eased = None;
        } else if let Some(how) = agreed.eased_to(&goal) {
            eased = Some((how, eased.map_or(version, |(_, since)| since)));
        } else {
            eased = None;
        }
    }
    let (how, version) = eased?;
    let finding = Finding::at(
        &now.item,
        how.span.unwrap_or(now.item.title.span),
        format!("{} after {} began", how.what, scope.okrs.quarter),
    )
    .field("amendment");
    let finding = match version {
        Some((date, commit)) => finding.note(format!("since commit {commit} of {date}")),
        None => finding.note("by a change that is not committed yet"),
    };
    Some(
        finding
            .help(format!(
                "if it was allowed, say by whom and why: amendment.{} = {{ by = \"username\", reason = \"…\" }}",
                scope.today
            ))
            .help("if not, take the change back; a goal that is missed is scored as far as it was reached"),
    )
}

/// What the key result was called before, by itself or because its objective was.
fn former_keys(tree: &OkrTree, now: &KeyResult) -> Vec<Key> {
    let mut former: Vec<Key> = now
        .item
        .previously
        .iter()
        .map(|key| key.value.clone())
        .collect();
    if let Some(ItemRef::Objective(objective)) = tree.get(&now.item.key.of_objective()) {
        for above in &objective.item.previously {
            former.extend(
                now.item
                    .key
                    .key_result
                    .clone()
                    .map(|id| above.value.with_key_result(id)),
            );
        }
    }
    former
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Case;

    fn version(day: &str, measure: &str) -> String {
        let day = if day.is_empty() {
            String::new()
        } else {
            format!(" as of {day}")
        };
        format!(
            "# okrs/2026-q4/sre.toml{day}\n[objective.a]\ntitle = \"Keep users working\"\n[objective.a.kr.b]\n\
             title = \"T\"\n{measure}\n"
        )
    }

    fn finds(versions: &[(&str, &str)]) -> Vec<String> {
        let text: String = versions
            .iter()
            .map(|(day, measure)| version(day, measure))
            .collect();
        let found = Case::new(&text).finds("moved-goal");
        found
            .into_iter()
            .map(|line| line.split_once(": error: ").unwrap().1.to_owned())
            .collect()
    }

    #[test]
    fn what_is_easier_than_on_the_first_day_is_found() {
        let eased = [
            (
                "from = 96\nto = 240",
                "from = 96\nto = 200",
                "the target was eased from 240 to 200 after 2026-q4 began",
            ),
            (
                "from = 96\nto = 24",
                "from = 96\nto = 30",
                "the target was eased from 24 to 30 after 2026-q4 began",
            ),
            (
                "from = 96\nto = 240",
                "from = 60\nto = 240",
                "the baseline was moved from 96 to 60 after 2026-q4 began",
            ),
            (
                "at_least = 99.95",
                "at_least = 99.9",
                "the limit was eased from 99.95 to 99.9 after 2026-q4 began",
            ),
            (
                "at_most = 5",
                "at_most = 6",
                "the limit was eased from 5 to 6 after 2026-q4 began",
            ),
            (
                "to = 5\ndue = 2026-11-30",
                "to = 5",
                "the due date was moved from 2026-11-30 to 2026-12-31 after 2026-q4 began",
            ),
            (
                "to = 5\nunit = \"h\"",
                "to = 5\nunit = \"days\"",
                "the unit was changed from \"h\" to \"days\" after 2026-q4 began",
            ),
            (
                "to = 5",
                "at_least = 5",
                "the kind of measure was changed after 2026-q4 began",
            ),
            (
                "at_most = 5",
                "at_most = 5\nscoring = \"periods-held\"",
                "the scoring was changed from \"end-value\" to \"periods-held\" after 2026-q4 began",
            ),
            (
                "milestone.x = { title = \"x\" }\nmilestone.y = { title = \"y\" }",
                "milestone.x = { title = \"x\" }",
                "the milestone `y` was taken away after 2026-q4 began",
            ),
            (
                "milestone.x = { title = \"x\", due = 2026-11-01 }",
                "milestone.x = { title = \"x\", due = 2026-12-01 }",
                "the milestone `x` was moved from 2026-11-01 to 2026-12-01 after 2026-q4 began",
            ),
        ];
        for (then, now, said) in eased {
            assert_eq!(
                finds(&[("2026-09-20", then), ("", now)]),
                [said],
                "{then} → {now}"
            );
            assert_eq!(finds(&[("2026-09-20", now), ("", now)]), [""; 0], "{now}");
        }
        for (then, now) in [
            ("from = 96\nto = 240", "from = 96\nto = 300"),
            ("from = 96\nto = 240", "from = 100\nto = 240"),
            ("to = 240", "from = 96\nto = 240"),
            ("at_most = 5", "at_most = 4"),
            ("to = 5", "to = 5\ndue = 2026-11-30"),
            (
                "milestone.x = { title = \"x\" }",
                "milestone.x = { title = \"x\", done = 2026-11-01 }\nmilestone.y = { title = \"y\" }",
            ),
        ] {
            assert_eq!(
                finds(&[("2026-09-20", then), ("", now)]),
                [""; 0],
                "{then} → {now}"
            );
        }
    }

    #[test]
    fn the_first_day_counts_and_each_amendment_accepts_what_it_came_with() {
        let hard = "from = 0\nto = 100";
        let easy = "from = 0\nto = 80";
        let amended = "from = 0\nto = 80\namendment.2026-11-02 = { by = \"dan\", reason = \"r\" }";
        let again = "from = 0\nto = 60\namendment.2026-11-02 = { by = \"dan\", reason = \"r\" }";
        assert_eq!(
            finds(&[("2026-08-01", hard), ("2026-09-30", easy), ("", easy)]),
            [""; 0]
        );
        assert_eq!(finds(&[("2026-10-20", hard), ("", easy)]).len(), 1);
        assert_eq!(
            finds(&[("2026-09-20", hard), ("2026-11-02", amended), ("", amended)]),
            [""; 0]
        );
        assert_eq!(
            finds(&[("2026-09-20", hard), ("2026-11-02", amended), ("", again)]),
            ["the target was eased from 80 to 60 after 2026-q4 began"]
        );
        assert_eq!(
            finds(&[("2026-09-20", hard), ("2026-11-01", easy), ("", hard)]),
            [""; 0]
        );
        // Committed first, excused later: the amendment accepts what it comes with.
        assert_eq!(
            finds(&[("2026-09-20", hard), ("2026-11-01", easy), ("", amended)]),
            [""; 0]
        );
        assert_eq!(finds(&[]), [""; 0]);
    }

    #[test]
    fn a_rename_does_not_hide_a_move() {
        let text = "# okrs/2026-q4/sre.toml as of 2026-09-20\n[objective.old]\ntitle = \"Keep users working\"\n\
                    [objective.old.kr.b]\ntitle = \"T\"\nfrom = 0\nto = 100\n\
                    # okrs/2026-q4/sre.toml\n[objective.new]\ntitle = \"Keep users working\"\npreviously = [\"old\"]\n\
                    [objective.new.kr.b]\ntitle = \"T\"\nfrom = 0\nto = 80\n";
        assert_eq!(Case::new(text).finds("moved-goal").len(), 1);
        let (outcome, _) = Case::new(text).without_past().run();
        let skipped: Vec<_> = outcome
            .skipped
            .iter()
            .map(|skipped| (skipped.rule, skipped.reason.as_str()))
            .collect();
        assert!(skipped.contains(&("moved-goal", "there is no git")));
        assert_eq!(
            Case::new(text).on("2026-09-25").finds("moved-goal"),
            [""; 0]
        );
    }
}
