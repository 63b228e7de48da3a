use okrsync::model::{Health, Key, Kind, Lifecycle, Measure, Scoring};

use super::{OKR_TOML, load};

const SRE: &str = include_str!("good.toml");

const OTHERS: [(&str, &str); 2] = [
    (
        "okrs/2026-q4/infrastructure.toml",
        "[objective.mission-critical]\ntitle = \"Mission critical\"\n",
    ),
    (
        "okrs/2026-q4/delivery.toml",
        "\u{feff}[objective.deploys]\r\ntitle = \"Deploy\"\r\n",
    ),
];

#[test]
fn a_good_tree_is_read_without_a_word() {
    let mut files = vec![("okrs/2026-q4/sre.toml", SRE)];
    files.extend(OTHERS);
    let outcome = load(OKR_TOML, &files);
    assert_eq!(outcome.shown(), "");
    let key = |text: &str| -> Key { text.parse().unwrap() };
    let hours = outcome.tree.get(&key("2026-q4/sre/mtbf/hours")).unwrap();
    let item = hours.item();
    assert_eq!(
        item.title.value,
        "Raise GitLab.com's MTBF from 96 h to 240 h"
    );
    assert_eq!(item.due.as_ref().unwrap().value.to_string(), "2026-12-18");
    assert_eq!(item.depends_on[0].value, key("2026-q4/delivery/deploys"));
    assert_eq!(item.work.len(), 2);
    assert_eq!(item.amendments[0].by.value.as_str(), "director");
    assert_eq!(item.allow[0].rule.value, "title-has-numbers");
    assert_eq!(
        outcome.sources.locate(item.span),
        "okrs/2026-q4/sre.toml:10:1"
    );
    let objective = outcome
        .tree
        .objectives()
        .find(|o| o.item.key == key("2026-q4/sre/mtbf"))
        .unwrap();
    assert_eq!(
        objective.supports[0].value,
        key("2026-q4/infrastructure/mission-critical")
    );
    assert_eq!(objective.retrospective.try_next[0].value, "Fewer alerts");
    let [hours, budget, rollout] = objective.key_results.as_slice() else {
        panic!("three key results");
    };
    assert_eq!(hours.kind.as_ref().unwrap().value, Kind::Business);
    let Measure::Linear { from, to } = &hours.measure else {
        panic!("linear")
    };
    assert_eq!(from.as_ref().unwrap().value.to_string(), "96");
    assert_eq!(to.value.to_string(), "240.5");
    let days: Vec<String> = hours.check_ins.iter().map(|c| c.date.to_string()).collect();
    assert_eq!(days, ["2026-10-05", "2026-10-12"]);
    let first = &hours.check_ins[0];
    assert_eq!(first.value.as_ref().unwrap().value.to_string(), "120.1");
    assert_eq!(first.health.as_ref().unwrap().value, Health::OnTrack);
    assert_eq!(outcome.sources.slice(first.span), "2026-10-05");
    assert!(matches!(budget.measure, Measure::AtMost(_)));
    assert_eq!(budget.scoring.as_ref().unwrap().value, Scoring::BudgetLeft);
    let Lifecycle::Dropped { reason } = &budget.item.lifecycle else {
        panic!("dropped")
    };
    assert_eq!(reason.value, "Measured elsewhere");
    let former: Vec<String> = budget
        .item
        .previously
        .iter()
        .map(|k| k.value.to_string())
        .collect();
    assert_eq!(
        former,
        ["2026-q4/sre/mtbf/errors", "2026-q3/sre/slo/errors"]
    );
    let Measure::Milestones(steps) = &rollout.measure else {
        panic!("milestones")
    };
    assert_eq!(
        steps[1].done.as_ref().unwrap().value.to_string(),
        "2026-11-28"
    );
    assert_eq!(
        outcome
            .config
            .teams
            .director(&key("2026-q4/sre/mtbf").team)
            .unwrap()
            .as_str(),
        "director"
    );
}
