//! What OKRs look like as issues.

use super::super::{Block, Body, Description, desired_issues, digest};
use super::fixture::{config, objective, text, tree};
use super::markdown::{generated, may_run, mentions};
use proptest::prelude::*;

fn definition(key: &str) -> String {
    let issues = desired_issues(&tree(objective()), &config());
    let issue = issues
        .iter()
        .find(|issue| issue.key.to_string() == key)
        .unwrap();
    if issue.is_key_result {
        Body::with_rows(&issue.definition, issue.rows.clone(), vec![]).render()
    } else {
        issue.definition.clone()
    }
}

#[test]
fn a_rich_key_result() {
    insta::assert_snapshot!(definition("2026-q4/sre/mtbf/hours"));
}

#[test]
fn a_key_result_measured_by_steps() {
    insta::assert_snapshot!(definition("2026-q4/sre/mtbf/patroni"));
}

#[test]
fn a_rich_objective() {
    insta::assert_snapshot!(definition("2026-q4/sre/mtbf"));
}

#[test]
fn another_title_of_a_key_result_re_renders_itself_only() {
    let mut changed = objective();
    changed.key_results[0].item.title = text("Another title");
    let before = desired_issues(&tree(objective()), &config());
    let after = desired_issues(&tree(changed), &config());
    let differing: Vec<String> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| digest(&before.definition) != digest(&after.definition))
        .map(|(before, _)| before.key.to_string())
        .collect();
    assert_eq!(differing, ["2026-q4/sre/mtbf/hours"]);
}

#[test]
fn rows_come_back_out_of_a_rendered_body() {
    for issue in desired_issues(&tree(objective()), &config()) {
        if issue.is_key_result {
            let body = Body::with_rows(&issue.definition, issue.rows.clone(), vec![]);
            let read = Body::parse(&body.render());
            assert_eq!(read, body, "{}", issue.key);
        }
        assert!(!may_run(&issue.definition), "{}", issue.key);
        assert!(!mentions(&issue.definition), "{}", issue.key);
    }
}

/// A block's body and the description around it agree about where it ends.
#[test]
fn a_body_survives_its_description() {
    let body = definition("2026-q4/sre/mtbf/hours");
    let marker = serde_json::from_value(serde_json::json!({
        "key": "2026-q4/sre/mtbf/hours", "owner": "o", "birth": "b",
        "applied": {"renderer": 1, "title": "t", "due": null, "open": true, "tracker": "a/b",
            "labels": [], "assignees": {"asked": [], "kept": []}, "links": [], "digest": ""},
    }))
    .unwrap();
    let description = Description::default().with_block(Block {
        body: body.clone(),
        marker,
    });
    let read = Description::parse(&description.render().unwrap()).unwrap();
    assert_eq!(read.block.unwrap().body, body);
}

proptest! {
    /// Whatever people write into any field, the block stays whole, runs nothing and notifies nobody.
    #[test]
    fn hostile_text_stays_in_its_place(words in generated(), line in generated()) {
        let line = line.replace('\n', " ");
        let mut hostile = objective();
        hostile.item.description = Some(text(&words));
        hostile.item.title = text(&line);
        hostile.item.evidence = vec![text(&words), text(&line)];
        hostile.item.outcome = Some(text(&words));
        hostile.retrospective.good = vec![text(&line), text(&words)];
        let hours = &mut hostile.key_results[0];
        hours.item.title = text(&line);
        hours.item.description = Some(text(&words));
        hours.metric = Some(text(&line));
        hours.unit = Some(text(&line));
        hours.check_ins[0].note = Some(text(&words));
        for issue in desired_issues(&tree(hostile), &config()) {
            let body = Body::with_rows(&issue.definition, issue.rows.clone(), vec![]);
            let rendered = body.render();
            prop_assert!(!may_run(&rendered), "runs: {}", rendered);
            prop_assert!(!mentions(&rendered), "mentions: {}", rendered);
            prop_assert_eq!(Body::parse(&rendered), body);
        }
    }
}
