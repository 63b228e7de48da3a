use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::ClosedQuarter;
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::lint::vocabulary::list;
use crate::model::{
    CheckIn, ClosingField, Item, ItemRef, KeyResult, Lifecycle, Measure, Objective, TeamOkrs,
};
use crate::text::Spanned;

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "closed-quarter-changed",
        summary: "an edit of a quarter that is closed",
        levels: Levels {
            draft: Level::OFF,
            active: Level::OFF,
            closed: Level::ERROR,
        },
        doc: "A closed quarter is what was reviewed when it was closed, and its issues are left as they are. Its files are compared \
              with those of the commit that closed it: the oldest from which on okr.toml has said so without a break, on the \
              branch that merge requests go to. What its end needs may still be added where it is missing: outcome, score, \
              evidence, and good, bad and try; `allow` may always change. A file that is gone is not looked for.",
        guide: Some(Guide {
            source: "GitLab's handbook: scores are final once the retrospective is; of its published pages at least eight rows were \
                     edited afterwards and no longer agree",
            bad: r#"
# okr.toml
[quarters."2026-q4"]
state = "closed"
# okrs/2026-q4/sre.toml as of 2027-01-08
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
check_in.2026-12-28 = { value = 171 }
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
check_in.2026-12-28 = { value = 240 }
"#,
            good: r#"
# okr.toml
[quarters."2026-q4"]
state = "closed"
# okrs/2026-q4/sre.toml as of 2027-01-08
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
check_in.2026-12-28 = { value = 171 }
# okrs/2026-q4/sre.toml
[objective.mtbf]
title = "Keep users' work from being interrupted"
[objective.mtbf.kr.hours]
title = "Raise the MTBF from 96 h to 240 h"
from = 96
to = 240
outcome = "Half of the way: the second data centre came late"
check_in.2026-12-28 = { value = 171 }
"#,
            settings: "",
        }),
    },
    check: Check::Closed(check),
};

fn check(scope: &Scope<'_>, closed: &ClosedQuarter) -> Vec<Finding> {
    let Some(then) = closed.okrs.get(&scope.okrs.team) else {
        let message = format!(
            "this file was added after {} was closed",
            scope.okrs.quarter
        );
        return vec![explained(Finding::in_file(scope.okrs, message), closed)];
    };
    let mut findings = Vec::new();
    let before: BTreeMap<_, _> = then.items().map(|item| (item.key(), item)).collect();
    for now in scope.okrs.items() {
        let what = match before.get(now.key()) {
            None => "it was added".to_owned(),
            Some(then) => match changed(*then, now).as_slice() {
                [] => continue,
                [one] => format!("{one} was changed"),
                several => format!("{} were changed", list(several)),
            },
        };
        let message = format!("{what} after {} was closed", scope.okrs.quarter);
        findings.push(explained(Finding::about(now.item(), message), closed));
    }
    findings.extend(gone(then, scope.okrs, closed));
    findings
}

/// What was there and is not any more: said of its objective, else of the file.
fn gone(then: &TeamOkrs, now: &TeamOkrs, closed: &ClosedQuarter) -> Vec<Finding> {
    let there: BTreeSet<_> = now.items().map(ItemRef::key).collect();
    let gone = then.items().filter(|item| !there.contains(item.key()));
    gone.map(|item| {
        let key = item.key();
        let message = format!("{key} was taken away after {} was closed", now.quarter);
        let mut objectives = now.objectives.iter();
        let above = objectives.find(|objective| objective.item.key == key.of_objective());
        let finding = match above {
            Some(objective) => Finding::about(&objective.item, message),
            None => Finding::in_file(now, message),
        };
        explained(finding, closed)
    })
    .collect()
}

fn explained(finding: Finding, closed: &ClosedQuarter) -> Finding {
    finding
        .note(format!("closed by commit {} of {}", closed.commit, closed.date))
        .help("take the change back: what was closed was reviewed so")
        .help("if it must be, accept it where it is: allow = [{ rule = \"closed-quarter-changed\", reason = \"…\" }]")
}

/// The fields that differ, as the file names them.
fn changed(then: ItemRef<'_>, now: ItemRef<'_>) -> Vec<String> {
    let (then, now) = (fields(then), fields(now));
    let mut names: Vec<&String> = then.keys().chain(now.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differs = |name: &&&String| {
        let (before, after) = (then.get(**name), now.get(**name));
        let was_open = before.is_none_or(|text| text.contains("TODO")) && after.is_some();
        before != after && !(was_open && ENDING.iter().any(|field| field.as_str() == **name))
    };
    let names = names.iter().filter(differs);
    names.map(|name| format!("`{name}`")).collect()
}

/// What the end of a quarter needs.
const ENDING: [ClosingField; 6] = [
    ClosingField::Outcome,
    ClosingField::Score,
    ClosingField::Evidence,
    ClosingField::Good,
    ClosingField::Bad,
    ClosingField::Try,
];

/// Everything that is declared of an item, each with what it says, wherever it stands.
fn fields(entry: ItemRef<'_>) -> BTreeMap<String, String> {
    let mut said = Fields(BTreeMap::new());
    said.item(entry.item());
    match entry {
        ItemRef::Objective(objective) => said.objective(objective),
        ItemRef::KeyResult(_, key_result) => said.key_result(key_result),
    }
    said.0
}

struct Fields(BTreeMap<String, String>);

impl Fields {
    fn say(&mut self, name: impl Into<String>, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.0.insert(name.into(), value.to_string());
        }
    }

    fn one<T: ToString>(&mut self, name: &str, value: Option<&Spanned<T>>) {
        self.say(name, value.map(|value| value.value.to_string()));
    }

    fn all<T: ToString>(&mut self, name: &str, values: &[Spanned<T>]) {
        let values: Vec<String> = values.iter().map(|one| one.value.to_string()).collect();
        self.say(name, (!values.is_empty()).then(|| values.join("\n")));
    }

    fn item(&mut self, item: &Item) {
        self.one("title", Some(&item.title));
        self.one("description", item.description.as_ref());
        self.one("owner", item.owner.as_ref());
        self.one("due", item.due.as_ref());
        self.say("confidential", item.confidential.then_some(true));
        self.one("weight", item.weight.as_ref());
        match &item.lifecycle {
            Lifecycle::Active => {}
            Lifecycle::Dropped { reason } => {
                self.say("status", Some("dropped"));
                self.one("reason", Some(reason));
            }
            Lifecycle::Closed { reason } => {
                self.say("status", Some("closed"));
                self.one("reason", reason.as_ref());
            }
        }
        self.one("carried_from", item.carried_from.as_ref());
        self.all("depends_on", &item.depends_on);
        self.all("confirms", &item.confirms);
        self.all("work", &item.work);
        for amendment in &item.amendments {
            let said = format!("{}: {}", amendment.by.value, amendment.reason.value);
            self.say(format!("amendment.{}", amendment.date), Some(said));
        }
        self.one("outcome", item.outcome.as_ref());
        self.one("score", item.score.as_ref());
        self.all("evidence", &item.evidence);
    }

    fn objective(&mut self, objective: &Objective) {
        self.all("supports", &objective.supports);
        let learnt = &objective.retrospective;
        self.all("good", &learnt.good);
        self.all("bad", &learnt.bad);
        self.all("try", &learnt.try_next);
    }

    fn key_result(&mut self, own: &KeyResult) {
        self.one("area", own.area.as_ref());
        self.one("share", own.share.as_ref());
        self.say("kind", own.kind.map(|kind| kind.value.as_str()));
        self.one("flow_metric", own.flow_metric.as_ref());
        self.one("metric", own.metric.as_ref());
        self.one("unit", own.unit.as_ref());
        self.say("scoring", own.scoring.map(|it| it.value.as_str()));
        match &own.measure {
            Measure::Linear { from, to } => {
                self.one("from", from.as_ref());
                self.one("to", Some(to));
            }
            Measure::AtLeast(limit) => self.one("at_least", Some(limit)),
            Measure::AtMost(limit) => self.one("at_most", Some(limit)),
            Measure::Milestones(steps) => {
                for step in steps {
                    let day = |day: Option<Spanned<crate::model::Date>>| day.map(|it| it.value);
                    let said = format!(
                        "{} {:?} {:?} {:?}",
                        step.title.value,
                        step.weight.map(|weight| weight.value),
                        day(step.due),
                        day(step.done)
                    );
                    self.say(format!("milestone.{}", step.id), Some(said));
                }
            }
        }
        for check_in in &own.check_ins {
            self.say(format!("check_in.{}", check_in.date), Some(row(check_in)));
        }
    }
}

fn row(check_in: &CheckIn) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        check_in.value.map(|it| it.value),
        check_in.confidence.map(|it| it.value),
        check_in.health.map(|it| it.value),
        check_in.note.as_ref().map(|it| &it.value)
    )
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Case;

    const CLOSED: &str = "# okr.toml\n[quarters.\"2026-q4\"]\nstate = \"closed\"\n";
    const THEN: &str = "[objective.a]\ntitle = \"T\"\nretrospective = { good = [\"TODO: g\"] }\n[objective.a.kr.b]\ntitle = \"U\"\n\
                        from = 0\nto = 9\noutcome = \"o\"\ncheck_in.2026-12-28 = { value = 5 }\n";

    fn finds(now: &str) -> Vec<String> {
        let text = format!(
            "{CLOSED}# okrs/2026-q4/sre.toml as of 2027-01-08\n{THEN}# okrs/2026-q4/sre.toml\n{now}"
        );
        Case::new(&text).finds("closed-quarter-changed")
    }

    #[test]
    fn what_differs_is_named_and_layout_is_nothing() {
        assert_eq!(finds(THEN), [""; 0]);
        let laid_out = THEN.replace("to = 9\n", "\n# why\nto = 9.0\n");
        assert_eq!(finds(&laid_out), [""; 0]);
        for (from, to, said) in [
            (
                "to = 9",
                "to = 5",
                "5: error: `to` was changed after 2026-q4 was closed",
            ),
            (
                "\"o\"",
                "\"p\"",
                "5: error: `outcome` was changed after 2026-q4 was closed",
            ),
            (
                "title = \"U\"",
                "title = \"V\"\nowner = \"ann\"",
                "5: error: `owner` and `title` were changed after 2026-q4 was closed",
            ),
            (
                "value = 5 }",
                "value = 5 }\ncheck_in.2026-12-29 = { value = 9 }",
                "5: error: `check_in.2026-12-29` was changed after 2026-q4 was closed",
            ),
            ("\"TODO: g\"", "\"g\"", ""),
            (
                "outcome = \"o\"",
                "outcome = \"o\"\nscore = 56\nevidence = [\"x\"]",
                "",
            ),
            (
                "[objective.a.kr.b]",
                "[objective.a.kr.c]",
                "5: error: it was added after 2026-q4 was closed",
            ),
        ] {
            let found = finds(&THEN.replace(from, to));
            let first = found.last().map(String::as_str).unwrap_or_default();
            assert_eq!(first, said, "{to}");
        }
        let gone = finds(&THEN.replace("kr.b]", "kr.c]"));
        assert_eq!(
            gone[0],
            "2: error: 2026-q4/sre/a/b was taken away after 2026-q4 was closed"
        );
    }

    #[test]
    fn a_new_file_is_found_and_without_a_past_nobody_can_tell() {
        let text = format!(
            "{CLOSED}# okrs/2026-q4/sre.toml as of 2027-01-08\n{THEN}# okrs/2026-q4/delivery.toml\n{THEN}"
        );
        let found = Case::new(&text).finds("closed-quarter-changed");
        assert_eq!(
            found,
            ["1: error: this file was added after 2026-q4 was closed"]
        );
        let (outcome, _) = Case::new(&text).without_past().run();
        let mut skipped = outcome.skipped.iter();
        assert!(
            skipped.any(|it| it.rule == "closed-quarter-changed" && it.reason == "there is no git")
        );
    }
}
