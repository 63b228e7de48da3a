pub(in crate::render) mod fixture;
mod goals;
pub(in crate::render) mod hostile;

use super::{
    HtmlOptions, HumanOptions, MarkdownOptions, html, human, json, markdown, plan_schema,
    terraform_report,
};
use crate::plan::{Action, Plan, Remark};

const PLAIN: HumanOptions = HumanOptions {
    color: false,
    width: 100,
    details: false,
    brief: false,
    confidential_visible: true,
};

const NOTE: MarkdownOptions<'_> = MarkdownOptions {
    max_bytes: 900_000,
    marker: None,
    confidential_visible: false,
};

#[test]
fn an_empty_plan_says_so_even_with_notices() {
    let mut plan = fixture::plan(Vec::new());
    assert_eq!(
        human(&plan, &PLAIN),
        "No changes. GitLab holds what the files say.\n"
    );
    assert_eq!(
        markdown(&plan, &NOTE),
        "**No changes. GitLab holds what the files say.**\n"
    );
    plan.notices.push(Remark::new("awaits-pull", "a row waits"));
    let text = human(&plan, &PLAIN);
    assert!(text.starts_with("No changes. GitLab holds"), "{text}");
    assert!(text.contains("awaits-pull"), "{text}");
    plan.conflicts
        .push(Remark::new("copied", "a marker was copied"));
    let text = human(&plan, &PLAIN);
    assert!(text.starts_with("No changes, but 1 conflict"), "{text}");
}

#[test]
fn only_rerendering_is_no_count() {
    let again = fixture::change(Action::Rerender, "2026-q4/sre/mtbf", "MTBF");
    let plan = fixture::plan(vec![again]);
    let text = human(&plan, &PLAIN);
    assert!(
        text.starts_with("No goal changes: only text that is rendered anew.\n"),
        "{text}"
    );
    assert_eq!(
        terraform_report(&plan),
        "{\"create\":0,\"update\":0,\"delete\":0}\n"
    );
}

#[test]
fn everything_on_a_terminal() {
    insta::assert_snapshot!(human(&fixture::everything(), &PLAIN));
}

#[test]
fn everything_on_a_narrow_terminal_in_full() {
    let options = HumanOptions {
        width: 60,
        details: true,
        ..PLAIN
    };
    insta::assert_snapshot!(human(&fixture::everything(), &options));
}

#[test]
fn everything_in_a_note() {
    let options = MarkdownOptions {
        marker: Some("okr:plan"),
        ..NOTE
    };
    insta::assert_snapshot!(markdown(&fixture::everything(), &options));
}

#[test]
fn a_merge_request_on_a_terminal() {
    insta::assert_snapshot!(human(&fixture::merge_request(), &PLAIN));
}

#[test]
fn a_merge_request_on_a_terminal_in_full() {
    let options = HumanOptions {
        details: true,
        ..PLAIN
    };
    let text = human(&fixture::merge_request(), &options);
    let others = text.find("Already pending before").unwrap();
    insta::assert_snapshot!(text[others..]);
}

#[test]
fn a_merge_request_in_a_note() {
    insta::assert_snapshot!(markdown(&fixture::merge_request(), &NOTE));
}

#[test]
fn a_merge_request_that_changes_nothing_says_so() {
    let mut plan = fixture::everything();
    plan.refusals.clear();
    plan.base = Some("main at 1a2b3c4d".to_owned());
    plan.conflicts.clear();
    let said = "No changes by this merge request.";
    assert!(human(&plan, &PLAIN).starts_with(said));
    assert!(markdown(&plan, &NOTE).starts_with(&format!("**{said}**\n")));
    assert_eq!(
        terraform_report(&plan),
        "{\"create\":0,\"update\":0,\"delete\":0}\n"
    );
    let mut plan = fixture::plan(Vec::new());
    plan.base = Some("main at 1a2b3c4d".to_owned());
    assert!(human(&plan, &PLAIN).starts_with("No changes. GitLab holds what the files say."));
}

#[test]
fn colour_changes_no_text() {
    let plan = fixture::everything();
    let colored = human(
        &plan,
        &HumanOptions {
            color: true,
            ..PLAIN
        },
    );
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, code)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = code.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, human(&plan, &PLAIN));
}

#[test]
fn five_hundred_creates_take_a_line_each() {
    let text = human(&fixture::many(500), &PLAIN);
    assert!(text.lines().count() < 520, "{}", text.lines().count());
    let head: Vec<&str> = text.lines().take(24).collect();
    insta::assert_snapshot!(head.join("\n"));
    let details = HumanOptions {
        details: true,
        ..PLAIN
    };
    let full = human(&fixture::many(500), &details);
    assert!(full.lines().count() > 5_000);
}

#[test]
fn a_note_leaves_out_what_does_not_fit_and_says_so() {
    let plan = fixture::many(500);
    let mut seen = Vec::new();
    for max_bytes in [1_000_000, 200_000, 75_000, 40_000, 2_000, 80, 60] {
        let options = MarkdownOptions {
            max_bytes,
            marker: Some("okr:plan"),
            ..NOTE
        };
        let text = markdown(&plan, &options);
        assert!(text.len() <= max_bytes, "{} > {max_bytes}", text.len());
        assert!(
            text.contains("3 teams set") || text.contains("3 teams add"),
            "{text}"
        );
        assert!(text.ends_with("\n<!-- okr:plan -->\n"), "{text}");
        let said = text
            .lines()
            .find(|line| line.contains("Left out") || line.contains("the rest"));
        seen.push(said.unwrap_or("all").to_owned());
    }
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn confidential_issues_appear_by_their_key_only() {
    let plan = fixture::everything();
    let hidden = HumanOptions {
        details: true,
        confidential_visible: false,
        ..PLAIN
    };
    let page = HtmlOptions {
        confidential_visible: false,
    };
    for text in [
        human(&plan, &hidden),
        markdown(&plan, &NOTE),
        html(&plan, &page),
    ] {
        assert!(text.contains("2026-q4/sae/staff"), "{text}");
        for told in ["vendor", "2026-11-15", "has the same title", "adopt = "] {
            assert!(!text.contains(told), "{told}: {text}");
        }
    }
    let visible = MarkdownOptions {
        confidential_visible: true,
        ..NOTE
    };
    assert!(markdown(&plan, &visible).contains("Replace the vendor"));
    assert!(human(&plan, &PLAIN).contains("Replace the vendor"));
}

#[test]
fn json_reads_back_as_the_same_plan() {
    let plan = fixture::everything();
    let text = json(&plan);
    assert!(text.ends_with("}\n"));
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    assert_eq!(json(&plan), text);
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = jsonschema::validator_for(&plan_schema()).unwrap();
    for plan in [
        fixture::everything(),
        fixture::merge_request(),
        fixture::many(3),
    ] {
        let plan = serde_json::to_value(&plan).unwrap();
        schema.validate(&plan).unwrap();
    }
    let mut plan = serde_json::to_value(fixture::everything()).unwrap();
    plan["changes"][0]["action"] = "destroy".into();
    assert!(!schema.is_valid(&plan));
}

#[test]
fn a_plan_that_was_saved_before_goals_were_told_is_read() {
    let plan = fixture::everything();
    let mut saved = serde_json::to_value(&plan).unwrap();
    saved.as_object_mut().unwrap().remove("goals");
    saved["summary"]
        .as_object_mut()
        .unwrap()
        .remove("check_ins");
    let read: Plan = serde_json::from_value(saved).unwrap();
    assert_eq!(
        read,
        Plan {
            goals: Vec::new(),
            ..plan
        }
    );
}

#[test]
fn the_widget_counts_issues() {
    assert_eq!(
        terraform_report(&fixture::everything()),
        "{\"create\":1,\"update\":5,\"delete\":2}\n"
    );
    assert_eq!(
        terraform_report(&fixture::merge_request()),
        "{\"create\":1,\"update\":1,\"delete\":0}\n"
    );
    assert_eq!(
        terraform_report(&fixture::plan(Vec::new())),
        "{\"create\":0,\"update\":0,\"delete\":0}\n"
    );
}

#[test]
fn a_page_tells_what_the_terminal_does() {
    let options = HtmlOptions {
        confidential_visible: true,
    };
    for plan in [fixture::everything(), fixture::merge_request()] {
        let page = html(&plan, &options);
        let plain = human(&plan, &PLAIN);
        let mut first = plain.lines().take(2);
        assert!(
            page.contains(&format!("<h1>{}</h1>", first.next().unwrap())),
            "{page}"
        );
        assert!(page.contains(first.next().unwrap()), "{page}");
        assert!(page.contains("<mark>300</mark> h |</ins>"), "{page}");
        for told in [
            "created twice by a race",
            "awaits-pull",
            "re-rendered",
            "block-damaged",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(
            !page.contains("<script") && !page.contains("src="),
            "{page}"
        );
    }
}

#[test]
fn a_page_of_many_changes_is_folded() {
    let options = HtmlOptions {
        confidential_visible: true,
    };
    let page = html(&fixture::many(500), &options);
    assert_eq!(
        page.matches("<details class=\"entry create\">").count(),
        500
    );
    assert!(!page.contains(" open>"));
    assert!(html(&fixture::many(5), &options).contains(" open>"));
}
