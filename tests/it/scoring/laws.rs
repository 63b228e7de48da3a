//! What holds for every number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use okrsync::issue::{Row, RowValues};
use okrsync::model::{Date, Key, Number, round_half_up};
use okrsync::plan::{IssueAddress, IssueOfKey};
use okrsync::report::{Origin, Standing, Verdict};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Okrs, find, objective, one, shown};

fn number(thousandths: i64) -> Number {
    Number::new(Decimal::new(thousandths, 3))
}

/// One key result that is measured so, with these values on Mondays.
fn with(measure: &str, values: &[Number]) -> String {
    let mut table = format!("{measure}\n");
    let first: Date = "2026-10-05".parse().unwrap();
    for (at, value) in values.iter().enumerate() {
        let day = first
            .checked_add(jiff::Span::new().weeks(i64::try_from(at).unwrap()))
            .unwrap();
        writeln!(table, "check_in.{day} = {{ value = {value} }}").unwrap();
    }
    table
}

fn score(scoring: &str, measure: &str, values: &[Number]) -> Option<Number> {
    one(scoring, &with(measure, values)).score.percent
}

fn way(from: i64, to: i64, scale: i64, method: &str) -> String {
    let scaled = |number_of: i64| Number::new(number(number_of).decimal() * Decimal::from(scale));
    format!("{method}from = {}\nto = {}", scaled(from), scaled(to))
}

const RATE: &str = "scoring = \"monthly-average\"\n";

fn differ() -> impl Strategy<Value = (i64, i64)> {
    (-99_999i64..99_999, -99_999i64..99_999).prop_filter("a way", |(from, to)| from != to)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_better_value_never_scores_less(
        (from, to) in differ(),
        value in -200_000i64..200_000,
        better in 0i64..50_000,
        rate in any::<bool>(),
    ) {
        let method = if rate { RATE } else { "" };
        let towards = if to > from { better } else { -better };
        let of = |value: i64| score("over_achievement = \"uncapped\"", &way(from, to, 1, method), &[number(value)]).unwrap();
        prop_assert!(of(value) <= of(value + towards));
    }

    #[test]
    fn a_better_value_never_scores_less_against_a_bound(
        bound in 1i64..99_999,
        mut values in prop::collection::vec(0i64..200_000, 1..6),
        which in any::<prop::sample::Index>(),
        better in 0i64..50_000,
    ) {
        let which = which.index(values.len());
        let of = |measure: &str, values: &[i64]| {
            let values: Vec<Number> = values.iter().copied().map(number).collect();
            score("", measure, &values).unwrap()
        };
        let bound = number(bound);
        let measures = [
            (format!("at_least = {bound}"), 1),
            (format!("at_least = {bound}\nscoring = \"periods-held\""), 1),
            (format!("at_most = {bound}"), -1),
            (format!("at_most = {bound}\nscoring = \"periods-held\""), -1),
            (format!("at_most = {bound}\nscoring = \"budget-left\""), -1),
        ];
        for (measure, direction) in measures {
            let before = of(&measure, &values);
            let was = values[which];
            values[which] = was + direction * better;
            prop_assert!(before <= of(&measure, &values), "{measure}");
            values[which] = was;
        }
    }

    #[test]
    fn a_step_that_is_done_or_done_sooner_never_scores_less(
        steps in prop::collection::vec((0u8..20, prop::option::of(1u8..28)), 1..6),
        which in any::<prop::sample::Index>(),
        late_per_week in 0u8..=100,
    ) {
        let which = which.index(steps.len());
        let of = |steps: &[(u8, Option<u8>)]| {
            let lines: Vec<String> = steps.iter().enumerate().map(|(at, (weight, done))| {
                let done = done.map_or_else(String::new, |day| format!(", done = 2026-11-{day:02}"));
                format!("milestone.s{at} = {{ title = \"T\", weight = {}, due = 2026-11-10{done} }}", weight + 1)
            }).collect();
            let rules = format!("late_per_week = {late_per_week}");
            one(&rules, &lines.join("\n")).score.percent.unwrap()
        };
        let before = of(&steps);
        prop_assert!((Number::ZERO..=Number::HUNDRED).contains(&before), "{before}");
        let mut sooner = steps.clone();
        sooner[which].1 = Some(sooner[which].1.map_or(28, |day| day.div_ceil(2)));
        prop_assert!(before <= of(&sooner));
    }

    #[test]
    fn scores_stay_within_what_is_declared(
        (from, to) in differ(),
        values in prop::collection::vec(-200_000i64..200_000, 1..6),
        cap in 100u32..200,
    ) {
        let values: Vec<Number> = values.into_iter().map(number).collect();
        let rules = format!("over_achievement = {cap}\nregression = \"zero\"");
        let zero_to = |most: Number| Number::ZERO..=most;
        for method in ["", RATE] {
            let score = score(&rules, &way(from, to, 1, method), &values).unwrap();
            prop_assert!(zero_to(Number::from(i64::from(cap))).contains(&score), "{score}");
        }
        for measure in ["at_least = 7", "at_most = 7\nscoring = \"periods-held\""] {
            let score = score(&rules, measure, &values).unwrap();
            prop_assert!(zero_to(Number::HUNDRED).contains(&score), "{score}");
        }
        let spent = score("", "at_most = 7\nscoring = \"budget-left\"", &values).unwrap();
        prop_assert!(zero_to(Number::HUNDRED).contains(&spent), "{spent}");
    }

    #[test]
    fn another_unit_is_the_same_score(
        (from, to) in differ(),
        values in prop::collection::vec(-200_000i64..200_000, 1..5),
        scale in prop::sample::select(vec![2i64, 60, 1000, -1]),
    ) {
        let own: Vec<Number> = values.iter().map(|value| number(*value)).collect();
        let scaled: Vec<Number> = own
            .iter()
            .map(|value| Number::new(value.decimal() * Decimal::from(scale)))
            .collect();
        for method in ["", RATE] {
            let one = score("", &way(from, to, 1, method), &own);
            let other = score("", &way(from, to, scale, method), &scaled);
            // Both are the same fraction; its last digits may be rounded at another place.
            prop_assert_eq!(
                one.map(|one| round_half_up(one, 12)),
                other.map(|other| round_half_up(other, 12))
            );
        }
    }

    #[test]
    fn the_order_of_key_results_makes_no_difference(
        (parts, shuffled) in prop::collection::vec((0i64..100, 0i64..5, any::<bool>()), 1..6)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
        weighted in any::<bool>(),
    ) {
        let rules = if weighted { "roll_up = \"weighted\"" } else { "" };
        let of = |parts: &[(i64, i64, bool)]| {
            let tables: Vec<String> = parts
                .iter()
                .map(|(value, weight, dropped)| {
                    let status = if *dropped { "status = \"dropped\"\nreason = \"R\"\n" } else { "" };
                    format!("{status}weight = {weight}\nfrom = 0\nto = 7\ncheck_in.2026-12-07 = {{ value = {value} }}")
                })
                .collect();
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            let okrs = Okrs::load(rules, &[("a", &objective("o", "", &tables))]);
            let status = okrs.on("2026-12-31");
            let of = find(&status, "2026-q4/a/o");
            (of.score.percent, of.standing)
        };
        prop_assert_eq!(of(&parts), of(&shuffled));
    }

    #[test]
    fn the_order_of_objectives_and_teams_makes_no_difference(
        (objectives, shuffled) in prop::collection::vec((0usize..2, 0i64..100), 1..6)
            .prop_map(|of| of.into_iter().enumerate().collect::<Vec<_>>())
            .prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())),
    ) {
        let of = |objectives: &[(usize, (usize, i64))], teams: [usize; 2]| {
            let mut files = [String::new(), String::new()];
            for (id, (team, value)) in objectives {
                let measure = format!("from = 0\nto = 7\ncheck_in.2026-12-07 = {{ value = {value} }}");
                files[*team] += &objective(&format!("o{id}"), "supports = [\"dep/all\"]", &[&measure]);
            }
            let department = objective("all", "", &[]);
            let [first, second] = teams.map(|team| (["a", "b"][team], files[team].as_str()));
            let status = Okrs::load("", &[first, ("dep", &department), second]).on("2026-12-31");
            let top = team(&status, "dep");
            let all = find(&status, "2026-q4/dep/all");
            (top.score.percent, top.standing, all.score.percent, all.standing)
        };
        prop_assert_eq!(of(&objectives, [0, 1]), of(&shuffled, [1, 0]));
    }

    #[test]
    fn what_is_not_measured_moves_no_mean(values in prop::collection::vec(0i64..100, 1..5)) {
        let mut tables: Vec<String> = values
            .iter()
            .map(|value| format!("from = 0\nto = 100\ncheck_in.2026-12-07 = {{ value = {value} }}"))
            .collect();
        let of = |tables: &[String]| {
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            let okrs = Okrs::load("", &[("a", &objective("o", "", &tables))]);
            find(&okrs.on("2026-12-31"), "2026-q4/a/o").score.clone()
        };
        let complete = of(&tables);
        tables.push("from = 0\nto = 100\ncheck_in.2026-12-07 = { confidence = 90, health = \"on-track\" }".to_owned());
        tables.push("to = 100\ncheck_in.2026-12-07 = { value = 50 }".to_owned());
        let partial = of(&tables);
        prop_assert_eq!(complete.percent, partial.percent);
        prop_assert!(complete.is_complete() && !partial.is_complete());
        prop_assert_eq!((partial.known, partial.counting), (complete.known, complete.counting + 2));
    }
}

const MEASURED: &str = "from = 0\nto = 100\ncheck_in.2026-11-16 = { value = 60 }";

fn team<'a>(status: &'a okrsync::report::Status, id: &str) -> &'a okrsync::report::TeamStatus {
    status
        .teams
        .iter()
        .find(|team| team.id.as_str() == id)
        .unwrap()
}

#[test]
fn nothing_known_is_no_number_and_never_fine() {
    let quiet = objective("o", "", &["from = 0\nto = 100"]);
    let status = Okrs::load("", &[("a", &quiet)]).on("2026-10-01");
    let key_result = &find(&status, "2026-q4/a/o").key_results[0];
    assert_eq!(key_result.score.percent, None);
    assert_eq!(key_result.standing, Standing::Unknown);
    assert_eq!(find(&status, "2026-q4/a/o").score.percent, None);
    assert_eq!(team(&status, "dep").score.percent, None);
    assert_eq!(status.answer.verdict, Verdict::Unknown);
}

#[test]
fn teams_roll_up_by_the_tree_and_nothing_counts_twice() {
    let department = objective("all", "", &[]);
    let a = objective("x", "supports = [\"dep/all\"]", &[MEASURED]);
    let b = objective(
        "y",
        "supports = [\"dep/all\"]",
        &["from = 0\nto = 100\ncheck_in.2026-11-16 = { value = 20 }"],
    );
    let okrs = Okrs::load("", &[("dep", &department), ("a", &a), ("b", &b)]);
    let status = okrs.on("2026-11-16");
    let all = find(&status, "2026-q4/dep/all");
    assert_eq!(shown(all.score.percent).as_deref(), Some("40 %"));
    assert_eq!(
        all.score.formula,
        "the mean of the objectives that support it"
    );
    assert_eq!(
        shown(team(&status, "dep").score.percent).as_deref(),
        Some("40 %")
    );
    assert_eq!(all.standing, Some(Standing::AtRisk));
    // Key results of the department's own are one more part.
    let own = objective(
        "own",
        "",
        &["from = 0\nto = 100\ncheck_in.2026-11-16 = { value = 100 }"],
    );
    let okrs = Okrs::load("", &[("dep", &(department + &own)), ("a", &a), ("b", &b)]);
    let status = okrs.on("2026-11-16");
    assert_eq!(
        shown(team(&status, "dep").score.percent).as_deref(),
        Some("60 %")
    );
    let order: Vec<(&str, u32)> = status
        .teams
        .iter()
        .map(|team| (team.id.as_str(), team.depth))
        .collect();
    assert_eq!(order, [("dep", 0), ("a", 1), ("b", 1)]);
}

#[test]
fn a_dropped_key_result_counts_as_declared() {
    let dropped = "status = \"dropped\"\nreason = \"R\"\nfrom = 0\nto = 100";
    let text = objective("o", "", &[MEASURED, dropped]);
    for (rule, expected) in [
        ("dropped = \"excluded\"", "60 %"),
        ("dropped = \"zero\"", "30 %"),
    ] {
        let status = Okrs::load(rule, &[("a", &text)]).on("2026-11-16");
        let objective = find(&status, "2026-q4/a/o");
        assert_eq!(shown(objective.score.percent).as_deref(), Some(expected));
        assert_eq!(objective.key_results[1].standing, Standing::Dropped);
    }
}

#[test]
fn every_input_names_its_line_or_that_it_awaits_a_pull() {
    let text = objective("o", "", &[MEASURED]);
    let okrs = Okrs::load("", &[("a", &text)]);
    let key: Key = "2026-q4/a/o/k0".parse().unwrap();
    let issue = IssueOfKey {
        address: IssueAddress {
            project: "acme/a".to_owned(),
            iid: 7,
            id: 70,
            web_url: "https://gitlab.example.com/acme/a/-/issues/7".to_owned(),
        },
        confidential: false,
        unpulled: vec![Row {
            date: "2026-11-23".parse().unwrap(),
            values: RowValues {
                value: Some(Number::from(80)),
                ..RowValues::default()
            },
        }],
        conflicts: Vec::new(),
        unreadable: Vec::new(),
    };
    let issues = BTreeMap::from([(key, issue)]);
    let status = okrs.seen("2026-11-24", &issues);
    let key_result = &find(&status, "2026-q4/a/o").key_results[0];
    assert_eq!(shown(key_result.score.percent).as_deref(), Some("80 %"));
    assert_eq!(key_result.unpulled().count(), 1);
    assert_eq!(
        key_result.score.working.as_deref(),
        Some("(80 − 0) ÷ (100 − 0) = 80 %")
    );
    let origins: Vec<String> = key_result
        .score
        .inputs
        .iter()
        .map(|input| match &input.origin {
            Origin::File(place) => format!("{} {}:{}", input.name, place.file, place.line),
            other => format!("{} {other:?}", input.name),
        })
        .collect();
    assert_eq!(
        origins,
        [
            "value of 2026-11-23 UnpulledRow",
            "from okrs/2026-q4/a.toml:6",
            "to okrs/2026-q4/a.toml:7",
        ]
    );
    // The day before, nobody knew it.
    let before = okrs.seen("2026-11-22", &issues);
    let key_result = &find(&before, "2026-q4/a/o").key_results[0];
    assert_eq!(shown(key_result.score.percent).as_deref(), Some("60 %"));
}
