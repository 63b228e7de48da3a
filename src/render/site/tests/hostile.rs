use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{OKR_TOML, assert_links, flow, pages_of, site_of};
use crate::render::plan::tests::hostile::hostile;
use crate::report::{
    DependenciesReport, DependencyReport, FlowReport, IssueLink, Origin, Place, Status,
};

const FILE: &str = r#"
[objective.o]
title = "TITLE"
description = "TEXT"
[objective.o.kr.way]
title = "TITLE"
description = "TEXT"
owner = "ines"
metric = "TEXT"
unit = "TEXT"
area = "TEXT"
kind = "flow"
flow_metric = "time"
from = 96
to = 240
check_in.2026-10-05 = { value = 102, note = "TEXT" }
check_in.2026-11-16 = { value = 171, note = "TEXT" }
[objective.o.kr.steps]
title = "TITLE"
milestone.one = { title = "TITLE", done = 2026-11-12 }
[objective.o.kr.gone]
title = "TITLE"
at_most = 5
status = "dropped"
reason = "TEXT"
evidence = ["TEXT"]
"#;

/// Puts a text wherever people write any, also where files or GitLab would hardly let it through.
fn spoil(status: &mut Status, text: &str) {
    for team in &mut status.teams {
        text.clone_into(&mut team.name);
        for objective in &mut team.objectives {
            text.clone_into(&mut objective.title);
            objective.owner = Some(text.to_owned());
            objective.issue = Some(IssueLink {
                reference: text.to_owned(),
                web_url: text.to_owned(),
            });
            for key_result in &mut objective.key_results {
                for own in [
                    &mut key_result.title,
                    &mut key_result.goal,
                    &mut key_result.score.formula,
                ] {
                    text.clone_into(own);
                }
                for own in [
                    &mut key_result.owner,
                    &mut key_result.area,
                    &mut key_result.kind,
                    &mut key_result.unit,
                    &mut key_result.score.working,
                    &mut key_result.score.missing,
                ] {
                    *own = Some(text.to_owned());
                }
                key_result.reasons.push(text.to_owned());
                key_result.place.file = text.to_owned();
                for input in &mut key_result.score.inputs {
                    text.clone_into(&mut input.name);
                    input.origin = Origin::File(Place {
                        file: text.to_owned(),
                        line: 1,
                    });
                }
                for point in &mut key_result.check_ins {
                    point.note = Some(text.to_owned());
                }
                for step in &mut key_result.measure.steps {
                    text.clone_into(&mut step.title);
                }
            }
        }
    }
    for decision in &mut status.decisions {
        text.clone_into(&mut decision.question);
    }
}

/// The same for what labels and issues say.
fn spoil_flow(report: &mut FlowReport, text: &str) {
    let own = || Some(text.to_owned());
    text.clone_into(&mut report.name);
    for stage in report
        .stages
        .iter_mut()
        .chain(report.weeks.iter_mut().flat_map(|week| &mut week.stages))
    {
        stage.stage = own();
    }
    if let Some(found) = &mut report.bottleneck {
        found.stage.stage = own();
        if let Some(next) = &mut found.next {
            next.stage = own();
        }
    }
    for item in &mut report.load.items {
        text.clone_into(&mut item.issue);
        (item.title, item.stage) = (own(), own());
    }
    report.dependencies = Some(DependenciesReport {
        read: 1,
        links: vec![DependencyReport {
            issue: text.to_owned(),
            link: "relates-to",
            other: text.to_owned(),
            teams: vec![text.to_owned()],
            state: "in-progress",
            stage: own(),
            age: Some(1),
        }],
    });
    for item in &mut report.done {
        text.clone_into(&mut item.issue);
        item.title = own();
    }
}

/// The tags of a page with their attributes' names, and nothing else: what is shown may differ, what it is made of may not.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        let mut parts = tag.split('"');
        let mut own = String::new();
        while let Some(name) = parts.next() {
            own.push_str(name);
            let Some(value) = parts.next() else { break };
            if name.ends_with(" href=") {
                let is_safe = value.starts_with("https://")
                    || !value.contains(':') && !value.starts_with("//");
                assert!(is_safe, "{value}");
            }
        }
        tags.push(own);
    }
    tags
}

fn pages(text: Option<&str>) -> BTreeMap<String, String> {
    let file = FILE.replace("TITLE", "A title").replace("TEXT", "a text");
    let files = [("okrs/2026-q4/sre.toml".to_owned(), file)];
    let mut flows = flow::flows();
    for report in &mut flows {
        spoil_flow(report, text.unwrap_or("words"));
    }
    site_of(OKR_TOML, &files, None, &flows, |status| {
        spoil(status, text.unwrap_or("words"));
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn a_page_is_made_of_nothing_but_ours(text in hostile()) {
        let (plain, spoilt) = (pages(None), pages(Some(&text)));
        assert_links(&spoilt);
        prop_assert!(plain.keys().eq(spoilt.keys()));
        for (path, page) in &spoilt {
            let obeyed = |character: char| {
                (character.is_control() && character != '\n')
                    || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            prop_assert!(!page.contains(obeyed), "{path}");
            // An issue's address that a browser may follow is the one thing that a text may add.
            if !text.starts_with("https://") {
                prop_assert_eq!(skeleton(&plain[path]), skeleton(page), "{}", path);
            }
        }
    }
}

#[test]
fn files_may_say_anything_too() {
    let evil =
        r#"</td><script>alert(1)</script><img src=x onerror=\"x\"> [a](javascript:x) \u001b[2J"#;
    let file = FILE
        .replace("TITLE", "From 96 <b>h</b> to 240")
        .replace("TEXT", evil);
    let pages = pages_of(
        OKR_TOML,
        &[("okrs/2026-q4/sre.toml".to_owned(), file)],
        None,
        |_| (),
    );
    assert_links(&pages);
    let page = &pages["objectives/sre.o.html"];
    assert!(page.contains("&lt;script&gt;") && page.contains("␛[2J"));
    for (path, page) in &pages {
        for tag in ["<script", "<img", "<b>", "\u{1b}"] {
            assert!(!page.contains(tag), "{path}: {tag}");
        }
    }
}
