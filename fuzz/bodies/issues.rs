use okrsync::issue::{Applied, Block, Body, Description, DesiredIssue, Marker, desired_issues};
use okrsync::plan::{ObservedState, Ownership, PlanPolicy, Scope, plan};
use okrsync::render::plan::{
    HumanOptions, MarkdownOptions, human, json, markdown, terraform_report,
};

use super::gitlab::assert_inert;
use super::scene::{Scene, assert_no_controls, two_texts};

/// Whatever the files say becomes issues that GitLab neither executes nor changes, and a plan that nothing obeys.
pub fn issues(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    let scene = Scene::of(&okr_toml, &okrs);
    let desired = desired_issues(&scene.tree, &scene.config);
    for issue in &desired {
        assert!(!issue.title.contains(char::is_control), "{:?}", issue.title);
        written(issue);
    }
    let (scope, ownership) = (
        Scope::default(),
        Ownership {
            owner: "acme/okrs".to_owned(),
            previous_owners: Vec::new(),
            bots: Vec::new(),
        },
    );
    let policy = PlanPolicy {
        readers: None,
        config: &scene.config,
        ownership: &ownership,
        scope: &scope,
        paused: false,
        base: None,
    };
    let plan = plan(&desired, &ObservedState::default(), policy);
    let shown = human(
        &plan,
        &HumanOptions {
            color: false,
            width: 80,
            details: true,
            brief: false,
            confidential_visible: true,
        },
    );
    assert_no_controls(&shown);
    for max_bytes in [2_000, 100_000] {
        let note = markdown(
            &plan,
            &MarkdownOptions {
                max_bytes,
                marker: Some("plan"),
                confidential_visible: false,
            },
        );
        assert!(note.len() <= max_bytes);
        assert_no_controls(&note);
        assert_inert(&note);
    }
    for report in [json(&plan), terraform_report(&plan)] {
        serde_json::from_str::<serde_json::Value>(&report).expect("JSON");
    }
}

/// A description reads back as what was written.
fn written(issue: &DesiredIssue) {
    let body = if issue.is_key_result {
        Body::with_rows(&issue.definition, issue.rows.clone(), Vec::new())
    } else {
        Body {
            definition: issue.definition.clone(),
            table: None,
        }
    };
    let block = Block {
        body: body.render(),
        marker: Marker {
            key: issue.key.clone(),
            owner: "acme/okrs".to_owned(),
            birth: "0123456789abcdef".to_owned(),
            applied: Applied {
                title: issue.title.clone(),
                labels: issue.labels.clone(),
                ..Applied::default()
            },
            pending: false,
            duplicate_of: None,
            unknown: serde_json::Map::new(),
        },
    };
    let text = Description::default()
        .with_block(block.clone())
        .render()
        .expect("JSON");
    assert_inert(&text);
    let read = Description::parse(&text).expect("what was written can be read");
    let read = read.block.expect("a block");
    assert_eq!(read.marker, block.marker);
    assert_eq!(Body::parse(&read.body).table, body.table, "{text}");
}
