//! How findings are decided: levels, allowances, what is not judged.

use super::testing::{Case, finds};

const NO_KIND: &str = r#"
[objective.a]
title = "Keep users working"
ALLOW_OBJECTIVE
[objective.a.kr.b]
title = "T"
to = 1
ALLOW
"#;

fn with(objective: &str, key_result: &str) -> String {
    NO_KIND
        .replace("ALLOW_OBJECTIVE", objective)
        .replace("ALLOW", key_result)
}

fn allow(rule: &str, until: &str) -> String {
    format!("allow = [{{ rule = \"{rule}\", reason = \"r\"{until} }}]")
}

#[test]
fn an_allowance_hides_a_finding_until_its_day_is_over() {
    assert_eq!(finds("no-baseline", &with("", "")).len(), 1);
    for text in [
        with("", &allow("no-baseline", "")),
        with("", &allow("no-baseline", ", until = 2026-11-16")),
        with(&allow("no-baseline", ""), ""),
    ] {
        assert_eq!(finds("no-baseline", &text), [""; 0], "{text}");
        assert_eq!(finds("unused-allow", &text), [""; 0], "{text}");
    }
    let over = Case::new(&with("", &allow("no-baseline", ", until = 2026-11-15")));
    assert_eq!(over.finds("no-baseline").len(), 1);
    assert_eq!(over.finds("unused-allow"), [""; 0]);
    let (outcome, _) = over.run();
    let found = outcome
        .findings
        .iter()
        .find(|found| found.rule == "no-baseline")
        .unwrap();
    assert_eq!(
        found.notes,
        ["it was allowed until 2026-11-15, which is over"]
    );
    assert_eq!(found.secondary.len(), 1);
}

#[test]
fn allowances_that_nothing_needs_or_that_name_nothing_are_found() {
    assert_eq!(
        finds("unused-allow", &with("", &allow("ticket-talk", ""))),
        ["8: warning: `ticket-talk` finds nothing here that would have to be allowed"]
    );
    assert_eq!(
        finds("unknown-rule", &with("", &allow("no-basline", ""))),
        ["8: error: there is no rule `no-basline`"]
    );
    // What could not be checked may be needed.
    let unknown = Case::new(&with("", &allow("moved-goal", ""))).without_past();
    assert_eq!(unknown.finds("unused-allow"), [""; 0]);
    let off = format!(
        "# okr.toml\n[rules]\nticket-talk = \"off\"\n# okrs/2026-q4/sre.toml\n{}",
        with("", &allow("ticket-talk", ""))
    );
    assert_eq!(finds("unused-allow", &off), [""; 0]);
}

#[test]
fn levels_go_by_state_and_team() {
    let severity = |okr_toml: &str| {
        let text = format!(
            "# okr.toml\n{okr_toml}\n# okrs/2026-q4/sre.toml\n{}",
            with("", "")
        );
        let found = finds("no-baseline", &text);
        found
            .first()
            .map(|line| line.split(": ").nth(1).unwrap().to_owned())
    };
    let draft = "[quarters.\"2026-q4\"]\nstate = \"draft\"\n";
    let closed = draft.replace("draft", "closed");
    for (okr_toml, wanted) in [
        ("", Some("error")),
        (draft, Some("warning")),
        (&closed, None),
        ("[rules]\nno-baseline = \"info\"", Some("info")),
        ("[rules]\nno-baseline = \"off\"", None),
        ("[rules]\nno-baseline = { draft = \"off\" }", Some("error")),
        (
            &format!("{draft}[rules]\nno-baseline = {{ draft = \"off\" }}"),
            None,
        ),
        (
            &format!("{closed}[rules]\nno-baseline = \"warn\""),
            Some("warning"),
        ),
        (
            "[teams.sre.rules]\nno-baseline = \"info\"\n[rules]\nno-baseline = \"warn\"",
            Some("info"),
        ),
        (
            "[teams.delivery.rules]\nno-baseline = \"info\"",
            Some("error"),
        ),
    ] {
        assert_eq!(severity(okr_toml).as_deref(), wanted, "{okr_toml}");
    }
}

#[test]
fn the_worse_form_is_an_error_only_where_nothing_else_was_asked_for() {
    let grave = |okr_toml: &str| {
        finds(
            "key-result-count",
            &format!(
                "# okr.toml\n{okr_toml}\n# okrs/2026-q4/sre.toml\n[objective.a]\ntitle = \"Keep users working\"\n"
            ),
        )
    };
    assert!(grave("")[0].contains(": error: "));
    assert!(grave("[rules]\nkey-result-count = \"warn\"")[0].contains(": warning: "));
    assert!(grave("[quarters.\"2026-q4\"]\nstate = \"draft\"")[0].contains(": warning: "));
}

#[test]
fn what_could_not_be_read_is_not_judged() {
    // The baseline is there, but written so that it cannot be read: that is said once.
    let spoiled = with("", "").replace("to = 1", "from = \"96 h\"\nto = 1");
    assert_eq!(finds("no-baseline", &spoiled), [""; 0]);
    let comma = with("", "").replace("to = 1", "from = 99,95\nto = 1");
    assert_eq!(finds("no-baseline", &comma), [""; 0]);
    // A key result of the same file that can be read is judged; what counts them all is not.
    let other = format!("{spoiled}[objective.a.kr.c]\ntitle = \"T\"\nshare = 50\nto = 1\n");
    assert_eq!(finds("no-baseline", &other).len(), 1);
    assert_eq!(finds("share-sum", &other), [""; 0]);
    let whole = other.replace("from = \"96 h\"", "from = 96");
    assert_eq!(finds("share-sum", &whole).len(), 1);
}
