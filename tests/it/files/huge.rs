//! Files that nobody writes by hand: what they say is found as in small ones, and what is wrong is said so often and no
//! more.

use std::fmt::Write as _;

use super::{OKR_TOML, load};

/// Text made of so many pieces.
fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn what_a_long_file_declares_is_found_by_its_key() {
    let mut text = "[objective.o]\ntitle = \"T\"\n".to_owned();
    text += &many(100, |at| {
        format!(
            "[objective.o.kr.k{at}]\ntitle = \"T\"\nto = 1\ndepends_on = [\"sre/o/k{}\"]\n",
            at + 1
        )
    });
    text += &many(100, |at| {
        format!(
            "[objective.p{at}]\ntitle = \"T\"\nsupports = [\"sre/p{}\"]\n",
            at + 1
        )
    });
    let outcome = load(OKR_TOML, &[("okrs/2026-q4/sre.toml", &text)]);
    insta::assert_snapshot!(outcome.shown(), @r#"
    okrs/2026-q4/sre.toml:402:15 unknown-reference: there is no 2026-q4/sre/o/k100
      at `"sre/o/k100"` ← did you mean "sre/o/k10"?
      help: write "sre/o/k10", or remove it
    okrs/2026-q4/sre.toml:702:13 unknown-reference: there is no 2026-q4/sre/p100
      at `"sre/p100"` ← did you mean "sre/p10"?
      help: write "sre/p10", or remove it
    "#);
    for entry in outcome.tree.items() {
        assert_eq!(outcome.tree.get(entry.key()).unwrap().key(), entry.key());
    }
}

#[test]
fn values_that_cannot_be_used_are_counted() {
    let teams = many(150, |at| {
        format!(
            "[teams.t{at}]\ntracker = \"a/b\"\npolicy = {{ key_results = {{ min = 1.0, max = 3 }} }}\n"
        )
    });
    let okr_toml = format!("{OKR_TOML}{teams}");
    let outcome = load(
        &okr_toml,
        &[("okrs/2026-q4/sre.toml", "[objective.o]\ntitle = \"T\"\n")],
    );
    let found: Vec<&str> = outcome
        .found
        .iter()
        .filter(|found| found.rule == "wrong-type")
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(found.len(), 101, "{found:?}");
    assert_eq!(found[99], "`min` cannot be used");
    assert_eq!(found[100], "too much of this file cannot be used to go on");
}

#[test]
fn a_long_way_up_is_no_circle_and_a_long_circle_is_one() {
    let mut okr_toml = OKR_TOML.to_owned();
    let mut team = |id: &str, parent: &str| {
        write!(
            okr_toml,
            "[teams.{id}]\ntracker = \"a/b\"\nparent = \"{parent}\"\n"
        )
        .unwrap();
    };
    for at in 0..300 {
        let above = at + 1;
        let top = if at == 299 {
            "sre"
        } else {
            &format!("up{above}")
        };
        team(&format!("up{at}"), top);
        team(&format!("round{at}"), &format!("round{}", above % 300));
    }
    team("aside", "round7");
    let outcome = load(
        &okr_toml,
        &[("okrs/2026-q4/sre.toml", "[objective.o]\ntitle = \"T\"\n")],
    );
    let found: Vec<_> = outcome.found.iter().collect();
    let [cycle] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(cycle.rule, "parent-cycle");
    assert!(
        cycle
            .message
            .starts_with("team `round0` is above itself: round0 → round1 → round2 → "),
        "{}",
        cycle.message
    );
    assert_eq!(cycle.secondary.len() + 1, 300);
    assert_eq!(
        outcome.config.teams.lineage(&"up0".parse().unwrap()).len(),
        302
    );
    let aside = outcome.config.teams.lineage(&"aside".parse().unwrap());
    assert_eq!(aside.last().unwrap().id.as_str(), "round0");
}
