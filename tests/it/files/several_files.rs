use super::{OKR_TOML, load};

#[test]
fn references_are_checked_across_files() {
    let outcome = load(
        OKR_TOML,
        &[
            (
                "okrs/2026-q4/sre.toml",
                r#"[objective.a]
title = "A"
supports = ["delivery/deploy", "delivery/deploys/lead-time", "infrastucture/x", "2026-q3/sre/old", "sre/a"]
[objective.a.kr.x]
title = "X"
to = 1
depends_on = ["delivery/deploys/leadtime", "delivery/nothing-like-it", "delivery/deploys", "delivery/deploys"]
carried_from = "delivery/deploys/lead-time"
"#,
            ),
            (
                "okrs/2026-q4/delivery.toml",
                "[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.lead-time]\ntitle = \"L\"\nat_most = 3\n",
            ),
        ],
    );
    insta::assert_snapshot!(outcome.shown(), @r###"okrs/2026-q4/sre.toml:3:13 unknown-reference: there is no 2026-q4/delivery/deploy
  at `"delivery/deploy"` ← did you mean "delivery/deploys"?
  help: write "delivery/deploys", or remove it
okrs/2026-q4/sre.toml:3:32 unknown-reference: `supports` names objectives, but 2026-q4/delivery/deploys/lead-time is a key result
  at `"delivery/deploys/lead-time"`
  help: write "delivery/deploys"
okrs/2026-q4/sre.toml:3:62 unknown-reference: there is no 2026-q4/infrastucture/x
  at `"infrastucture/x"` ← did you mean team `infrastructure`?
  help: name a team of okr.toml, one of its objectives, and perhaps a key result: team/objective/key-result
okrs/2026-q4/sre.toml:3:100 unknown-reference: 2026-q4/sre/a names itself in `supports`
  at `"sre/a"`
  help: name another one, or remove it
okrs/2026-q4/sre.toml:7:15 unknown-reference: there is no 2026-q4/delivery/deploys/leadtime
  at `"delivery/deploys/leadtime"` ← did you mean "delivery/deploys/lead-time"?
  help: write "delivery/deploys/lead-time", or remove it
okrs/2026-q4/sre.toml:7:44 unknown-reference: there is no 2026-q4/delivery/nothing-like-it
  at `"delivery/nothing-like-it"`
  help: declare it, or remove it here
okrs/2026-q4/sre.toml:7:92 reference-twice: 2026-q4/delivery/deploys is named twice
  at `"delivery/deploys"` ← the second time
  and okrs/2026-q4/sre.toml:7:72 the first time
  help: remove one of them
okrs/2026-q4/sre.toml:8:16 unknown-reference: 2026-q4/delivery/deploys/lead-time is not of an earlier quarter
  at `"delivery/deploys/lead-time"`
  help: name what this continues with its quarter in front, like "2026-q3/sre/mtbf""###);
}

#[test]
fn a_circle_is_shown_whole_and_once() {
    let file = |to: &str| format!("[objective.o]\ntitle = \"O\"\nsupports = [\"{to}/o\"]\n");
    let outcome = load(
        OKR_TOML,
        &[
            ("okrs/2026-q4/sre.toml", &file("delivery")),
            ("okrs/2026-q4/delivery.toml", &file("infrastructure")),
            ("okrs/2026-q4/infrastructure.toml", &file("sre")),
        ],
    );
    insta::assert_snapshot!(outcome.shown(), @r###"okrs/2026-q4/delivery.toml:3:13 supports-cycle: these objectives support each other in a circle: 2026-q4/delivery/o → 2026-q4/infrastructure/o → 2026-q4/sre/o → 2026-q4/delivery/o
  at `"infrastructure/o"` ← supports 2026-q4/infrastructure/o
  and okrs/2026-q4/infrastructure.toml:3:13 supports 2026-q4/sre/o
  and okrs/2026-q4/sre.toml:3:13 supports 2026-q4/delivery/o
  help: remove one of the links: what is supported stands above what supports it"###);
}

#[test]
fn former_keys_and_adopted_issues_are_claimed_once() {
    let outcome = load(
        OKR_TOML,
        &[(
            "okrs/2026-q4/sre.toml",
            r#"[objective.a]
title = "A"
previously = ["b", "old"]
adopt = "g/p#1"
[objective.b]
title = "B"
previously = ["old", "b"]
adopt = "G/p#1"
[objective.b.kr.x]
title = "X"
to = 1
previously = ["2026-q4/sre/old"]
"#,
        )],
    );
    insta::assert_snapshot!(outcome.shown(), @r###"okrs/2026-q4/sre.toml:3:15 previously-exists: 2026-q4/sre/b still exists, so it cannot be what this was before
  at `"b"`
  and okrs/2026-q4/sre.toml:5:1 declared here
  help: remove the old one, or remove it from `previously`
okrs/2026-q4/sre.toml:7:15 previously-twice: 2026-q4/sre/old cannot have become both 2026-q4/sre/a and 2026-q4/sre/b
  at `"old"` ← the second claim
  and okrs/2026-q4/sre.toml:3:20 the first claim
  help: keep it in the `previously` of one of them
okrs/2026-q4/sre.toml:7:22 previously-exists: 2026-q4/sre/b is its own former key
  at `"b"`
  help: remove it: it says nothing
okrs/2026-q4/sre.toml:8:9 adopted-twice: G/p#1 cannot become the issue of both 2026-q4/sre/a and 2026-q4/sre/b
  at `"G/p#1"` ← the second claim
  and okrs/2026-q4/sre.toml:4:9 the first claim
  help: adopt the issue in one place
okrs/2026-q4/sre.toml:12:15 previously-other-kind: a key result cannot have been an objective
  at `"2026-q4/sre/old"` ← this is the key of an objective
  help: name the former key of the same kind, or remove it"###);
}

#[test]
fn paths_say_whose_okrs_they_are() {
    let text = "[objective.a]\ntitle = \"A\"\n";
    let outcome = load(
        OKR_TOML,
        &[
            ("okrs/2026-Q4/sre.toml", text),
            ("okrs/2026-q4/Site Reliability.toml", text),
            ("okrs/2026-q4/deliver.toml", text),
            ("okrs/2026-q4/sre.toml", text),
            ("more/okrs/2026-q4/sre.toml", text),
        ],
    );
    insta::assert_snapshot!(outcome.shown(), @r###"more/okrs/2026-q4/sre.toml:1:1 bad-path: the OKRs of `sre` in 2026-q4 are in two files
  at ``
  and okrs/2026-q4/sre.toml:1:1 the other file
  help: put both into one file; the other is okrs/2026-q4/sre.toml
okrs/2026-Q4/sre.toml:1:1 bad-path: the folder `2026-Q4` is not a quarter
  at ``
  help: move the file to okrs/2026-q4/sre.toml
okrs/2026-q4/Site Reliability.toml:1:1 bad-path: `Site Reliability` is not the id of a team
  at ``
  help: name the file site-reliability.toml: ids are lower-case letters, digits and hyphens
okrs/2026-q4/deliver.toml:1:1 unknown-team: okr.toml has no team `deliver`
  at ``
  help: did you mean `delivery`? Then name the file delivery.toml
  help: declare the team in okr.toml: [teams.deliver] with tracker = "group/project""###);
}

#[test]
fn no_files_are_an_error() {
    insta::assert_snapshot!(load(OKR_TOML, &[]).shown(), @r###"- no-files: there are no OKR files
  help: write the first one: okrs/<quarter>/<team>.toml, like okrs/2026-q4/sre.toml"###);
}

/// What a mistake hides is not called missing by those who refer to it.
#[test]
fn one_cause_is_one_finding() {
    let good = "[objective.g]\ntitle = \"G\"\nsupports = [\"delivery/deploys\"]\ndepends_on = [\"delivery/deploys/x\"]\n";
    for (spoilt, rule) in [
        (
            "[objective.deploys]\nowner = \"x\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 1\n",
            "missing-key",
        ),
        (
            "[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 99,95\n",
            "decimal-comma",
        ),
        (
            "[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x\ntitle = \"X\"\nto = 1\n",
            "toml-syntax",
        ),
        (
            "[objective.deploys]\ntitle = Deploy\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 1\n",
            "unquoted-text",
        ),
        (
            "[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = \"1\"\n",
            "quoted-number",
        ),
    ] {
        let outcome = load(
            OKR_TOML,
            &[
                ("okrs/2026-q4/sre.toml", good),
                ("okrs/2026-q4/delivery.toml", spoilt),
            ],
        );
        assert_eq!(outcome.rules(), [rule], "{}", outcome.shown());
    }
    let broken_config = OKR_TOML.replace("[teams.delivery]", "[teams.delivery");
    let outcome = load(
        &broken_config,
        &[(
            "okrs/2026-q4/delivery.toml",
            "[objective.a]\ntitle = \"A\"\n",
        )],
    );
    assert_eq!(outcome.rules(), ["toml-syntax"], "{}", outcome.shown());
}
