//! `okr flow` of deployments and incidents that happened in the sandbox at known times: every figure equals the truth, which is
//! computed here apart from the product.

#![expect(
    clippy::cast_precision_loss,
    reason = "minutes of two months are far below what a float holds"
)]

use std::collections::BTreeMap;

use okrsync::sandbox::state::{Merged, Push, Role};
use okrsync::sandbox::{WorldToken, WorldUser};
use serde_json::{Value, json};

use super::flow::{WORK, as_json, bench_of};
use crate::support::bench::{self, Bench, project};
use crate::support::okr::Ran;

/// The period: 30 days.
pub(super) const DAYS: [&str; 4] = ["--from", "2026-10-05", "--to", "2026-11-03"];
/// The minutes of the period.
pub(super) const PERIOD: std::ops::Range<i64> = 0..30 * 24 * 60;

/// A time, in minutes since the beginning of the period.
pub(super) fn at(minute: i64) -> jiff::Timestamp {
    let begin: jiff::Timestamp = "2026-10-05T00:00:00Z".parse().unwrap();
    begin + jiff::SignedDuration::from_mins(minute)
}

/// Numbers without a pattern, the same each time.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn below(&mut self, end: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What truly happened: deployments with the merges that they brought, and incidents.
#[derive(Debug, Default)]
struct Truth {
    /// When each deployment to production that succeeded was finished, and when what it brought was merged.
    deployments: Vec<(i64, Vec<i64>)>,
    incidents: Vec<Incident>,
}

#[derive(Debug, Clone, Copy)]
struct Incident {
    began: i64,
    mitigated: Option<i64>,
    resolved: Option<i64>,
    closed: Option<i64>,
    severity: Option<u8>,
    duplicate: bool,
}

impl Incident {
    fn ended(&self) -> Option<i64> {
        self.resolved.or(self.closed)
    }
}

/// A bench with someone who may read deployments: a Reporter, which the bot, a Planner, is not.
fn with_reader() -> Bench {
    bench_of(|world| {
        world.users.push(WorldUser {
            username: "reader".to_owned(),
            ..WorldUser::default()
        });
        for group in &mut world.groups {
            group.members.insert("reader".to_owned(), Role::REPORTER);
        }
        let token = WorldToken {
            user: "reader".to_owned(),
            scopes: vec![okrsync::sandbox::state::Scope::ReadApi],
            ..WorldToken::default()
        };
        world.tokens.insert("reader".to_owned(), token);
    })
}

fn ask(bench: &Bench, minute: i64, method: &str, path: &str, body: &Value) -> Value {
    let path = format!("{}{path}", project(WORK));
    bench::ask(&bench.sandbox, at(minute), method, &path, body)
}

fn deploy(bench: &Bench, minute: i64, environment: &str, sha: &str, status: &str) {
    let body = json!({
        "environment": environment, "sha": sha, "ref": "main", "tag": false, "status": status,
    });
    ask(bench, minute, "POST", "/deployments", &body);
}

fn merge(bench: &Bench, minute: i64, sha: &str) {
    let push = Push {
        project: WORK.to_owned(),
        sha: sha.to_owned(),
        merged: Some(Merged {
            title: format!("Change {sha}"),
            source_branch: sha.to_owned(),
            author: "sre-manager".to_owned(),
            labels: Vec::new(),
            created_at: at(minute - 60),
            merged_at: at(minute),
        }),
    };
    bench.sandbox.with_state(|state| state.push(&push)).unwrap();
}

/// Two months of merges and deployments: of every seven deployments one fails and one goes to another environment, and once in
/// a while an earlier commit comes back.
fn deployed(bench: &Bench, draw: &mut Draw, truth: &mut Truth) {
    let mut minute = -15 * 24 * 60;
    let mut waiting: Vec<i64> = Vec::new();
    let mut newest = String::new();
    let mut deployed = String::new();
    let mut number = 0;
    while minute < 40 * 24 * 60 {
        for _ in 0..draw.below(4) {
            minute += 30 + draw.below(600);
            number += 1;
            newest = format!("{number:040x}");
            merge(bench, minute, &newest);
            waiting.push(minute);
        }
        minute += 20 + draw.below(900);
        if newest.is_empty() {
            continue;
        }
        match draw.below(7) {
            0 => deploy(bench, minute, "production", &newest, "failed"),
            1 => deploy(bench, minute, "staging", &newest, "success"),
            2 if !deployed.is_empty() => {
                deploy(bench, minute, "production", &deployed, "success");
                truth.deployments.push((minute, Vec::new()));
            }
            _ => {
                deploy(bench, minute, "production", &newest, "success");
                deployed.clone_from(&newest);
                truth
                    .deployments
                    .push((minute, std::mem::take(&mut waiting)));
            }
        }
    }
}

fn broken(bench: &Bench, draw: &mut Draw, truth: &mut Truth) {
    let mut minute = -10 * 24 * 60;
    let mut first = None;
    for number in 0..40_i64 {
        minute += 60 + draw.below(2 * 24 * 60);
        let severity = u8::try_from(draw.below(5)).unwrap();
        let duplicate = number % 9 == 8;
        let mut incident = Incident {
            began: minute,
            mitigated: None,
            resolved: None,
            closed: None,
            severity: (severity > 0).then_some(severity),
            duplicate,
        };
        // How severe it is, is said at once or later, in one word or another.
        let (at_once, later) = match severity {
            1 => ("/severity S1", None),
            2 => ("Down.\n\n/severity High", None),
            3 => ("", Some("/severity 3")),
            4 => ("", Some("/severity low")),
            _ => ("", None),
        };
        let body = json!({
            "title": format!("Incident {number}"), "issue_type": "incident",
            "description": at_once,
        });
        let iid = ask(bench, minute, "POST", "/issues", &body)["iid"].clone();
        let issue = format!("/issues/{iid}");
        let notes = format!("{issue}/notes");
        if let Some(text) = later {
            ask(bench, minute + 5, "POST", &notes, &json!({ "body": text }));
        }
        if duplicate {
            let text = format!("/duplicate #{}", first.clone().unwrap_or(Value::Null));
            ask(bench, minute + 10, "POST", &notes, &json!({ "body": text }));
            incident.closed = Some(minute + 10);
        } else {
            first.get_or_insert(iid);
            let label = |minute: i64, name: &str| {
                ask(bench, minute, "PUT", &issue, &json!({ "add_labels": name }));
            };
            let mut now = minute + 15;
            if draw.below(3) > 0 {
                now += draw.below(300);
                label(now, "incident::mitigated");
                incident.mitigated = Some(now);
            }
            if draw.below(3) > 0 {
                now += 1 + draw.below(700);
                label(now, "incident::resolved");
                incident.resolved = Some(now);
            }
            if draw.below(8) > 0 {
                now += 1 + draw.below(900);
                ask(
                    bench,
                    now,
                    "PUT",
                    &issue,
                    &json!({ "state_event": "close" }),
                );
                incident.closed = Some(now);
            }
        }
        truth.incidents.push(incident);
    }
}

fn mean(values: &[i64]) -> f64 {
    let sum: i64 = values.iter().sum();
    sum as f64 / values.len() as f64
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        values[half]
    } else {
        f64::midpoint(values[half - 1], values[half])
    }
}

/// The median of the medians of the days.
fn of_days(values: impl Iterator<Item = (i64, i64)>) -> f64 {
    let mut days: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (minute, value) in values {
        let day = minute.div_euclid(24 * 60);
        days.entry(day).or_default().push(value as f64);
    }
    median(&days.values().map(|day| median(day)).collect::<Vec<_>>())
}

/// Equal to the second; the truth is in minutes.
fn same(found: &Value, truth: f64, what: &str) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{what}: {found}"));
    assert!(
        (found - truth * 60.0).abs() <= 1.0,
        "{what}: {found} s, truly {truth} min"
    );
}

/// Equal to a hundredth.
fn rounded(found: &Value, truth: f64, what: &str) {
    let number: f64 = found.as_str().unwrap().parse().unwrap();
    assert!(
        (number - truth).abs() <= 0.005_001,
        "{what}: {number}, truly {truth}"
    );
}

fn flow(bench: &Bench, token: &str, arguments: &[&str]) -> Ran {
    let arguments = [&["flow", "--team", "sre"], &DAYS[..], arguments].concat();
    let ran = bench.okr(&arguments).env("OKR_TOKEN", token).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    ran
}

#[test]
fn deployments_and_incidents_are_told_as_they_truly_were() {
    let bench = with_reader();
    let mut truth = Truth::default();
    let mut draw = Draw(20_261_005);
    deployed(&bench, &mut draw, &mut truth);
    broken(&bench, &mut draw, &mut truth);
    let report = as_json(&flow(&bench, "reader", &["--format", "json"]));

    let found = &report["deployments"];
    let deployments: Vec<_> = truth
        .deployments
        .iter()
        .filter(|(finished, _)| PERIOD.contains(finished))
        .collect();
    assert!(deployments.len() > 20, "{truth:?}");
    assert_eq!(found["count"], deployments.len());
    rounded(
        &found["frequency"],
        deployments.len() as f64 / 30.0,
        "frequency",
    );
    let leads = deployments.iter().flat_map(|(finished, merged)| {
        merged
            .iter()
            .map(move |merged| (*finished, finished - merged))
    });
    let leads: Vec<(i64, i64)> = leads.collect();
    assert!(leads.len() > 20, "{truth:?}");
    let times: Vec<f64> = leads.iter().map(|(_, lead)| *lead as f64).collect();
    assert_eq!(found["lead_time"]["count"], leads.len());
    same(&found["lead_time"]["median"], median(&times), "lead time");
    same(
        &found["lead_time_gitlab"],
        of_days(leads.into_iter()),
        "lead time of GitLab",
    );

    let real: Vec<&Incident> = truth
        .incidents
        .iter()
        .filter(|one| !one.duplicate)
        .collect();
    let restored: Vec<f64> = real
        .iter()
        .filter_map(|one| Some((one.ended()?, one.ended()? - one.began)))
        .filter(|(ended, _)| PERIOD.contains(ended))
        .map(|(_, time)| time as f64)
        .collect();
    assert_eq!(found["time_to_restore"]["count"], restored.len());
    same(
        &found["time_to_restore"]["median"],
        median(&restored),
        "time to restore",
    );
    let closed = truth
        .incidents
        .iter()
        .filter_map(|one| Some((one.closed?, one.closed? - one.began)));
    let closed = closed.filter(|(closed, _)| PERIOD.contains(closed));
    same(
        &found["time_to_restore_gitlab"],
        of_days(closed),
        "time to restore of GitLab",
    );
    let failed = deployments
        .iter()
        .enumerate()
        .filter(|(index, (finished, _))| {
            let next = deployments
                .get(index + 1)
                .map_or(PERIOD.end, |(next, _)| *next);
            real.iter()
                .any(|one| (*finished..next).contains(&one.began))
        });
    let failed = failed.count() as f64;
    assert!(failed > 3.0, "{truth:?}");
    let count = deployments.len() as f64;
    rounded(
        &found["change_failure_rate"],
        100.0 * failed / count,
        "failure rate",
    );
    let made = real
        .iter()
        .filter(|one| PERIOD.contains(&one.began))
        .count();
    let made = made as f64;
    rounded(
        &found["change_failure_rate_gitlab"],
        100.0 * made / count,
        "failure rate of GitLab",
    );

    let found = &report["incidents"];
    let severe = |one: &&&Incident| matches!(one.severity, Some(1 | 2));
    let severe: Vec<&&Incident> = real.iter().filter(severe).collect();
    let began: Vec<i64> = severe
        .iter()
        .map(|one| one.began)
        .filter(|began| PERIOD.contains(began))
        .collect();
    assert!(began.len() > 3, "{truth:?}");
    assert_eq!(found["count"], began.len());
    let unknown = real
        .iter()
        .filter(|one| one.severity.is_none() && PERIOD.contains(&one.began));
    assert_eq!(found["without_severity"], unknown.count());
    let until = |end: fn(&Incident) -> Option<i64>| -> Vec<i64> {
        let ends = severe.iter().filter_map(|one| Some((one.began, end(one)?)));
        let inside = ends.filter(|(_, end)| PERIOD.contains(end));
        inside.map(|(began, end)| end - began).collect()
    };
    same(&found["to_resolve"], mean(&until(Incident::ended)), "MTTR");
    let mitigated = until(|one| one.mitigated.or(one.resolved));
    same(&found["to_mitigate"], mean(&mitigated), "MTTM");
    let span = began.last().unwrap() - began.first().unwrap();
    same(
        &found["between"],
        span as f64 / (began.len() - 1) as f64,
        "MTBI",
    );
    // Minute by minute: was one of them going on?
    let down = PERIOD.filter(|minute| {
        let mut severe = severe.iter();
        severe.any(|one| one.began <= *minute && one.ended().is_none_or(|ended| *minute < ended))
    });
    let up = (PERIOD.end - i64::try_from(down.count()).unwrap()) as f64;
    same(&found["between_failures"], up / began.len() as f64, "MTBF");

    insta::assert_snapshot!(flow(&bench, "reader", &[]).stdout);
}

/// GitLab lets Reporters see deployments, which Planners are not: the rest is told all the same.
#[test]
fn who_may_not_see_deployments_is_told_so() {
    let bench = with_reader();
    merge(&bench, 0, "a");
    deploy(&bench, 10, "production", "a", "success");
    let ran = flow(&bench, bench::TOKEN, &[]);
    assert!(
        ran.stderr
            .contains("deployments of sre could not be read, since GitLab shows them to Reporters"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("1 deployment"), "{}", ran.stdout);
    let ran = flow(&bench, "reader", &[]);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.contains("1 deployment"), "{}", ran.stdout);
}
