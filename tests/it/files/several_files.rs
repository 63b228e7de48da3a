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
    insta::assert_snapshot!(outcome.shown(), @"");
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
    insta::assert_snapshot!(outcome.shown(), @"");
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
    insta::assert_snapshot!(outcome.shown(), @"");
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
    insta::assert_snapshot!(outcome.shown(), @"");
}

#[test]
fn no_files_are_an_error() {
    insta::assert_snapshot!(load(OKR_TOML, &[]).shown(), @"");
}

/// What a mistake hides is not called missing by those who refer to it.
#[test]
fn one_cause_is_one_finding() {
    let good = "[objective.g]\ntitle = \"G\"\nsupports = [\"delivery/deploys\"]\ndepends_on = [\"delivery/deploys/x\"]\n";
    for (spoilt, rule) in [
        ("[objective.deploys]\nowner = \"x\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 1\n", "missing-key"),
        ("[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 99,95\n", "decimal-comma"),
        ("[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x\ntitle = \"X\"\nto = 1\n", "toml-syntax"),
        ("[objective.deploys]\ntitle = Deploy\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = 1\n", "unquoted-text"),
        ("[objective.deploys]\ntitle = \"D\"\n[objective.deploys.kr.x]\ntitle = \"X\"\nto = \"1\"\n", "quoted-number"),
    ] {
        let outcome = load(
            OKR_TOML,
            &[("okrs/2026-q4/sre.toml", good), ("okrs/2026-q4/delivery.toml", spoilt)],
        );
        assert_eq!(outcome.rules(), [rule], "{}", outcome.shown());
    }
    let broken_config = OKR_TOML.replace("[teams.delivery]", "[teams.delivery");
    let outcome = load(&broken_config, &[("okrs/2026-q4/delivery.toml", "[objective.a]\ntitle = \"A\"\n")]);
    assert_eq!(outcome.rules(), ["toml-syntax"], "{}", outcome.shown());
}
