//! `okr flow` of work that was made up here and written through the API at its times: arrivals, waits, blocks, reviews, reopenings,
//! moves to another team's project. Every figure equals the truth, which is computed here apart from the product.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "minutes of two months are far below what a float holds"
)]

use std::ops::Range;

use serde_json::{Value, json};

use super::dora::{DAYS, Draw, PERIOD, at};
use super::flow::{WORK, as_json, bench};
use crate::support::bench::{self, Bench, project};

/// How many pieces of work.
const PIECES: usize = 60;
/// The minute after which nothing happens: the tests' today is later.
const LAST: i64 = 41 * 24 * 60;
/// A project that is not the team's.
const ELSEWHERE: &str = "gl-infra/delivery";

/// Where a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    New,
    Waiting,
    Doing,
    Review,
    Blocked,
    Closed,
    Dropped,
    Moved,
}

impl Place {
    /// The labels that say so.
    fn labels(self) -> &'static [&'static str] {
        match self {
            Self::New | Self::Closed | Self::Moved => &[],
            Self::Waiting => &["workflow::todo"],
            Self::Doing => &["workflow::doing"],
            Self::Review => &["workflow::review"],
            Self::Blocked => &["workflow::doing", "workflow::blocked"],
            Self::Dropped => &["wontfix"],
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Dropped | Self::Moved)
    }

    fn is_active(self) -> bool {
        matches!(self, Self::Doing | Self::Review)
    }

    fn is_in_progress(self) -> bool {
        self.is_active() || matches!(self, Self::Waiting | Self::Blocked)
    }
}

/// A piece of work: what kind it is, and since when it was where.
#[derive(Debug)]
struct Piece {
    kind: Option<&'static str>,
    walk: Vec<(i64, Place)>,
}

impl Piece {
    fn new(draw: &mut Draw) -> Self {
        const OPEN: [Place; 7] = [
            Place::New,
            Place::Waiting,
            Place::Doing,
            Place::Doing,
            Place::Review,
            Place::Blocked,
            Place::Closed,
        ];
        const KINDS: [Option<&str>; 5] = [
            Some("feature"),
            Some("bug"),
            Some("security"),
            Some("maintenance"),
            None,
        ];
        let drawn = |draw: &mut Draw, of: usize| draw.below(of as i64) as usize;
        let kind = KINDS[drawn(draw, KINDS.len())];
        let mut minute = draw.below(42 * 24 * 60) - 12 * 24 * 60;
        let mut walk = vec![(minute, OPEN[drawn(draw, 3)])];
        for _ in 0..draw.below(7) {
            minute += 30 + draw.below(4_000);
            let next = OPEN[drawn(draw, OPEN.len())];
            if minute < LAST && walk.last().is_some_and(|(_, place)| *place != next) {
                walk.push((minute, next));
            }
        }
        let end = match draw.below(10) {
            0 => Some(Place::Dropped),
            1 => Some(Place::Moved),
            2 | 3 => None,
            _ => Some(Place::Closed),
        };
        minute += 30 + draw.below(4_000);
        let is_over = walk.last().is_some_and(|(_, place)| place.is_over());
        if let Some(end) = end.filter(|_| minute < LAST && !is_over) {
            walk.push((minute, end));
        }
        Self { kind, walk }
    }

    /// Each stay with its begin and end.
    fn stays(&self) -> Vec<(Place, Range<i64>)> {
        let ends = self.walk.iter().skip(1).map(|(minute, _)| *minute);
        let ends = ends.chain([i64::MAX]);
        let begins = self.walk.iter().zip(ends);
        begins
            .map(|(&(begin, place), end)| (place, begin..end))
            .collect()
    }

    fn started(&self) -> Option<i64> {
        let mut stays = self.walk.iter();
        let first = stays.find(|(_, place)| place.is_in_progress())?;
        Some(first.0)
    }

    /// When it ended for good, and whether it was done.
    fn ended(&self) -> Option<(i64, bool)> {
        let (minute, place) = *self.walk.last()?;
        place.is_over().then_some((minute, place == Place::Closed))
    }

    /// From the first commitment to the end.
    fn time(&self) -> Option<i64> {
        let (ended, _) = self.ended()?;
        let started = self.started().filter(|started| *started < ended)?;
        Some(ended - started)
    }

    fn active(&self) -> i64 {
        let end = self.ended().map_or(i64::MAX, |(minute, _)| minute);
        let stays = self.stays().into_iter();
        let active = stays.filter(|(place, _)| place.is_active());
        active.map(|(_, span)| span.end.min(end) - span.start).sum()
    }

    /// How long it was in progress within a time.
    fn load(&self, within: &Range<i64>) -> i64 {
        let Some(started) = self.started() else {
            return 0;
        };
        let ended = self.ended().map_or(i64::MAX, |(minute, _)| minute);
        (ended.min(within.end) - started.max(within.start)).max(0)
    }

    /// Writes it through the API, each change at its time.
    fn write(&self, bench: &Bench, number: usize, elsewhere: &Value) {
        let issues = format!("{}/issues", project(WORK));
        let ask = |minute: i64, method: &str, path: &str, body: &Value| {
            bench::ask(&bench.sandbox, at(minute), method, path, body)
        };
        let (begin, first) = self.walk[0];
        let labels: Vec<&str> = self.kind.iter().chain(first.labels()).copied().collect();
        let body = json!({ "title": format!("Piece {number}"), "labels": labels.join(",") });
        let issue = ask(begin, "POST", &issues, &body);
        let own = format!("{issues}/{}", issue["iid"]);
        let mut has: Vec<&str> = first.labels().to_vec();
        for pair in self.walk.windows(2) {
            let ((_, before), (minute, now)) = (pair[0], pair[1]);
            if now == Place::Moved {
                let to = json!({ "to_project_id": elsewhere });
                ask(minute, "POST", &format!("{own}/move"), &to);
                continue;
            }
            let mut body = json!({});
            if now != Place::Closed {
                // A close leaves the labels as they are; what comes after it does not.
                let wanted = now.labels();
                let gone: Vec<&str> = has
                    .iter()
                    .filter(|it| !wanted.contains(it))
                    .copied()
                    .collect();
                let come: Vec<&str> = wanted
                    .iter()
                    .filter(|it| !has.contains(it))
                    .copied()
                    .collect();
                body["remove_labels"] = json!(gone.join(","));
                body["add_labels"] = json!(come.join(","));
                has = wanted.to_vec();
            }
            match (before.is_over(), now.is_over()) {
                (false, true) => body["state_event"] = json!("close"),
                (true, false) => body["state_event"] = json!("reopen"),
                _ => {}
            }
            ask(minute, "PUT", &own, &body);
        }
    }
}

/// What so many percent did not exceed, by the line between two values.
fn quantile(sorted: &[i64], percent: f64) -> f64 {
    let place = (sorted.len() - 1) as f64 * percent / 100.0;
    let (below, part) = (place.floor() as usize, place.fract());
    let next = sorted.get(below + 1).unwrap_or(&sorted[below]);
    sorted[below] as f64 + part * (next - sorted[below]) as f64
}

#[track_caller]
fn near(found: &Value, expected: f64, what: &str) {
    let found = match found {
        Value::String(text) => text.parse().unwrap(),
        number => number.as_f64().unwrap(),
    };
    let difference: f64 = found - expected;
    assert!(
        difference.abs() <= 1.0_f64.min(expected.abs() / 100.0 + 0.006),
        "{what}: {found}, truly {expected}"
    );
}

#[test]
fn every_figure_of_generated_work_is_the_truth() {
    let mut draw = Draw(20_261_005);
    let pieces: Vec<Piece> = (0..PIECES).map(|_| Piece::new(&mut draw)).collect();
    let reopened = |piece: &&Piece| {
        let inner = piece.walk.len() - 1;
        piece.walk[..inner].iter().any(|(_, place)| place.is_over())
    };
    // There is something of everything.
    assert!(pieces.iter().filter(reopened).count() >= 5);
    for place in [Place::Blocked, Place::Dropped, Place::Moved, Place::Review] {
        let has = |piece: &&Piece| piece.walk.iter().any(|(_, at)| *at == place);
        assert!(pieces.iter().filter(has).count() >= 3, "{place:?}");
    }
    let bench = bench();
    let elsewhere = bench.get(&project(ELSEWHERE))["id"].clone();
    for (number, piece) in pieces.iter().enumerate() {
        piece.write(&bench, number, &elsewhere);
    }
    let arguments = [&["flow", "--team", "sre", "--format", "json"], &DAYS[..]].concat();
    let ran = bench.run(&arguments);
    assert_eq!(ran.status, 0, "{ran:?}");
    let report = as_json(&ran);

    let ended = |done: bool| {
        pieces.iter().filter(move |piece| {
            let ended = piece.ended();
            ended.is_some_and(|(minute, was_done)| was_done == done && PERIOD.contains(&minute))
        })
    };
    let done: Vec<&Piece> = ended(true).collect();
    assert!(done.len() >= 15, "{}", done.len());
    assert_eq!(report["velocity"], done.len());
    assert_eq!(report["cancelled"], ended(false).count());
    assert_eq!(report["uncertain"], 0);
    let mut times: Vec<i64> = done.iter().filter_map(|piece| piece.time()).collect();
    times.sort_unstable();
    assert_eq!(report["never_started"], done.len() - times.len());
    assert_eq!(report["time"]["count"], times.len());
    for (name, percent) in [("median", 50.0), ("p85", 85.0), ("p95", 95.0)] {
        near(
            &report["time"][name],
            quantile(&times, percent) * 60.0,
            name,
        );
    }
    let total: i64 = times.iter().sum();
    near(
        &report["time"]["mean"],
        total as f64 * 60.0 / times.len() as f64,
        "mean",
    );
    let worked = done.iter().filter(|piece| piece.time().is_some());
    let active: i64 = worked.map(|piece| piece.active()).sum();
    near(
        &report["efficiency"],
        active as f64 * 100.0 / total as f64,
        "efficiency",
    );
    let loads: i64 = pieces.iter().map(|piece| piece.load(&PERIOD)).sum();
    near(
        &report["load"]["mean"],
        loads as f64 / PERIOD.end as f64,
        "mean load",
    );
    let last = PERIOD.end - 1..PERIOD.end;
    let in_progress = pieces.iter().filter(|piece| piece.load(&last) > 0).count();
    assert_eq!(
        report["load"]["items"].as_array().unwrap().len(),
        in_progress
    );
    for (label, kind) in [
        ("feature", "feature"),
        ("bug", "defect"),
        ("security", "risk"),
        ("maintenance", "debt"),
    ] {
        let expected = done
            .iter()
            .filter(|piece| piece.kind == Some(label))
            .count();
        let kinds = report["distribution"]["kinds"].as_array().unwrap();
        let found = kinds.iter().find(|found| found["kind"] == kind).unwrap();
        assert_eq!(found["count"], expected, "{kind}");
    }
    let unmapped = done.iter().filter(|piece| piece.kind.is_none()).count();
    assert_eq!(report["distribution"]["unmapped"], unmapped);
}
