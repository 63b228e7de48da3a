//! A department with one team, and OKRs built by hand.

use crate::config::{
    Assign, Config, GitLabSettings, Labels, Policy, Safety, ScoringSettings, Team, Teams,
};
use crate::model::{
    Calendar, CheckIn, Health, Item, Key, KeyResult, Lifecycle, Measure, MilestoneStep, Number,
    Objective, OkrTree, Retrospective, TeamOkrs,
};
use crate::text::{FileId, SourceMap, Span, Spanned};

fn file() -> FileId {
    SourceMap::new().add("okrs/2026-q4/sre.toml", "")
}

pub(super) fn span() -> Span {
    Span::new(file(), 0..0)
}

pub(super) fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, span())
}

pub(super) fn text(value: &str) -> Spanned<String> {
    at(value.to_owned())
}

pub(super) fn key(value: &str) -> Key {
    value.parse().unwrap()
}

pub(super) fn number(value: &str) -> Spanned<Number> {
    at(value.parse().unwrap())
}

fn team(id: &str, manager: &str, parent: Option<&str>) -> Team {
    Team {
        id: id.parse().unwrap(),
        span: span(),
        name: id.to_uppercase(),
        manager: Some(manager.parse().unwrap()),
        parent: parent.map(|parent| parent.parse().unwrap()),
        tracker: "gl-infra/infrastructure".to_owned(),
        key_result_tracker: format!("gl-infra/{id}"),
        individual: false,
        flow: crate::config::ValueStream::default(),
        policy: Policy::default(),
        rules: std::collections::BTreeMap::new(),
        previously: Vec::new(),
    }
}

pub(super) fn config() -> Config {
    let mut sre = team("sre", "sre-manager", Some("infrastructure"));
    sre.previously = vec!["reliability".parse().unwrap()];
    Config {
        file: None,
        required_version: None,
        gitlab: GitLabSettings {
            url: None,
            owner: "gl-infra/okrs".to_owned(),
            previous_owners: Vec::new(),
            bots: Vec::new(),
        },
        calendar: Calendar::default(),
        quarters: std::collections::BTreeMap::new(),
        labels: Labels::default(),
        assign: Assign::default(),
        teams: Teams::new([team("infrastructure", "director", None), sre]),
        policy: Policy::default(),
        safety: Safety::default(),
        scoring: ScoringSettings::default(),
        flow: crate::config::FlowSettings::default(),
        servers: std::collections::BTreeMap::new(),
        rules: std::collections::BTreeMap::new(),
        rules_url: None,
    }
}

pub(super) fn item(item_key: &str, title: &str) -> Item {
    Item {
        key: key(item_key),
        span: span(),
        title: text(title),
        description: None,
        owner: None,
        due: None,
        confidential: false,
        weight: None,
        lifecycle: Lifecycle::Active,
        previously: Vec::new(),
        adopt: None,
        carried_from: None,
        depends_on: Vec::new(),
        confirms: Vec::new(),
        work: Vec::new(),
        allow: Vec::new(),
        amendments: Vec::new(),
        outcome: None,
        score: None,
        evidence: Vec::new(),
    }
}

pub(super) fn key_result(item: Item, measure: Measure) -> KeyResult {
    KeyResult {
        item,
        area: None,
        share: None,
        kind: None,
        flow_metric: None,
        metric: None,
        unit: None,
        measure,
        scoring: None,
        gauge: None,
        check_ins: Vec::new(),
    }
}

pub(super) fn linear(from: &str, to: &str) -> Measure {
    Measure::Linear {
        from: Some(number(from)),
        to: number(to),
    }
}

pub(super) fn step(id: &str, done: Option<&str>) -> MilestoneStep {
    MilestoneStep {
        id: id.parse().unwrap(),
        title: text(&format!("The {id} of <it> | all")),
        weight: None,
        due: Some(at("2026-11-01".parse().unwrap())),
        done: done.map(|day| at(day.parse().unwrap())),
    }
}

pub(super) fn check_in(day: &str, value: &str, note: Option<&str>) -> CheckIn {
    CheckIn {
        date: day.parse().unwrap(),
        span: span(),
        value: Some(number(value)),
        confidence: note.map(|_| number("60")),
        health: note.map(|_| at(Health::OnTrack)),
        note: note.map(text),
        measured: false,
    }
}

/// A rich objective with a rich key result and one that is measured by steps.
pub(super) fn objective() -> Objective {
    let mut hours = key_result(
        item(
            "2026-q4/sre/mtbf/hours",
            "Raise GitLab.com's MTBF from 96 h to 240 h, *really*, @all",
        ),
        linear("96", "240"),
    );
    hours.item.description = Some(text(
        "Count user-visible services.\n\n/estimate of the work: none, ask @owner\n\n```\n/close\n@all",
    ));
    hours.item.owner = Some(at("sre-lead".parse().unwrap()));
    hours.item.due = Some(at("2026-12-18".parse().unwrap()));
    hours.item.depends_on = vec![at(key("2026-q4/delivery/deploys"))];
    hours.item.work = vec![
        at("gl-infra/infrastructure#123".parse().unwrap()),
        at("gl-infra/infrastructure%\"Patroni rollout\""
            .parse()
            .unwrap()),
    ];
    hours.item.evidence = vec![text("https://dashboards.example.com/mtbf")];
    hours.item.outcome = Some(text("Held through\ntwo failovers."));
    hours.area = Some(text("availability"));
    hours.share = Some(number("40"));
    hours.kind = Some(at(crate::model::Kind::Business));
    hours.metric = Some(text("MTBF of user-visible services"));
    hours.unit = Some(text("h"));
    hours.check_ins = vec![
        check_in("2026-10-12", "131", None),
        check_in(
            "2026-10-05",
            "120",
            Some("Two failovers, both | < 1 min, thanks @owner."),
        ),
    ];

    let steps = Measure::Milestones(vec![
        step("plan", Some("2026-10-20")),
        step("rollout", None),
    ]);
    let mut patroni = key_result(item("2026-q4/sre/mtbf/patroni", "Roll Patroni out"), steps);
    patroni.item.lifecycle = Lifecycle::Dropped {
        reason: text("/close says @all"),
    };

    let mut item = item("2026-q4/sre/mtbf", "Maximize user-visible services' MTBF");
    item.description = Some(text("So that customers can rely on us."));
    item.previously = vec![at(key("2026-q4/sre/uptime"))];
    Objective {
        item,
        supports: vec![at(key("2026-q4/infrastructure/mission-critical"))],
        retrospective: Retrospective {
            good: vec![text("Failovers were drilled.")],
            bad: Vec::new(),
            try_next: vec![text("Drill them weekly.")],
        },
        key_results: vec![hours, patroni],
    }
}

pub(super) fn tree(objective: Objective) -> OkrTree {
    let mut tree = OkrTree::new();
    tree.insert(TeamOkrs {
        quarter: objective.item.key.quarter,
        team: objective.item.key.team.clone(),
        file: file(),
        objectives: vec![objective],
    });
    tree
}
