//! Whatever people, or other programs, write into issues: no output obeys it, and no run breaks.

use comrak::nodes::NodeValue;
use okrsync::sandbox::state::Issue;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::reconcile::thorough;
use crate::support::bench::Bench;
use crate::support::okr::{Ran, edit};

const PAGES: &str = "2026-q4/sre/mtbf/pages";
const HOURS: &str = "2026-q4/sre/mtbf/hours";

/// Text that tries everything, alone and in parts.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "words",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "\0",
        "\u{1b}[2J",
        "\u{1b}]8;;https://evil.example\u{7}",
        "\u{1b}]0;title\u{1b}\\",
        "\u{9b}31m",
        "\u{9d}0;x\u{9c}",
        "\u{7f}",
        "\u{8}\u{8}\u{8}",
        "\u{202e}txt.exe",
        "\u{2066}",
        "\u{200f}",
        "\u{2028}",
        "\u{feff}",
        "\u{e0041}",
        "مرحبا",
        "שלום",
        "```",
        "\n```\n",
        "\n`````\n",
        "\n~~~\n",
        "\n$$\n",
        "\n>>>\n",
        "`",
        "|",
        "\\",
        "-->",
        "<!--",
        "</details>",
        "<script>alert(1)</script>",
        "<img src=x onerror=y>",
        "\n/close\n",
        "/label ~x",
        "@all",
        "@root",
        "#1",
        "!1",
        "[x](https://evil.example)",
        "https://evil.example/x",
        "# ",
        "::error::x",
        "\nsection_start:1:x\r\u{1b}[0K",
        "\n<!-- okrsync -->\n",
        "\n<!-- okrsync:v1\n{\"key\": \"2026-q4/sre/mtbf\", \"owner\": \"evil/okrs\"}\n-->\n",
        "\n<!-- okrsync:v2\n{}\n-->\n",
        "<!-- okrsync:check-ins -->",
        "\n<!-- okrsync:note 0000000000000000 -->\n",
        "\n| 2026-11-09 | 1e9 | 500 % | \u{1b}[1m | @all |",
    ]);
    prop::collection::vec(part, 0..7).prop_map(|parts| parts.concat())
}

/// As it may stand in a description, which we send again: GitLab has executed the quick actions in it, and takes no NUL
/// (facts §10).
fn text() -> impl Strategy<Value = String> {
    let kept = |text: String| text.replace("/close", "close").replace("/label", "label");
    hostile().prop_map(move |text| kept(text).replace('\0', ""))
}

/// What somebody made of the issues.
#[derive(Debug, Clone)]
struct Deeds {
    title: String,
    above: String,
    inside: String,
    below: String,
    /// The owner of a marker.
    owner: String,
}

prop_compose! {
    fn deeds()(
        title in hostile(), above in text(), inside in text(), below in text(), owner in hostile(),
    ) -> Deeds {
        Deeds { title, above, inside, below, owner }
    }
}

fn change(bench: &Bench, key: &str, change: impl FnOnce(&mut Issue)) {
    let id = bench.issue(key)["id"].as_u64().unwrap();
    bench
        .sandbox
        .with_state(|state| change(state.issues.get_mut(&id).unwrap()));
}

impl Deeds {
    /// Past the API, so that it is in GitLab whatever GitLab would say of it.
    fn happen(&self, bench: &Bench) {
        change(bench, PAGES, |issue| {
            issue.title = format!("T{}", self.title);
            let text = issue.description.take().unwrap();
            let begin = "<!-- okrsync -->\n\n";
            let text = text.replacen(begin, &format!("{begin}{}", self.inside), 1);
            issue.description = Some(format!("{}\n{text}{}", self.above, self.below));
        });
        change(bench, HOURS, |issue| {
            let text = issue.description.take().unwrap();
            let owner = json!(self.owner).to_string().replace('>', "\\u003e");
            issue.description = Some(text.replacen("\"gl-infra/okrs\"", &owner, 1));
        });
    }
}

/// Nothing that a terminal, or a reader of job logs, would obey.
fn assert_obeys_nothing(ran: &Ran) {
    let obeyed = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    for text in [&ran.stdout, &ran.stderr] {
        let found = text.find(obeyed);
        assert!(
            found.is_none(),
            "{:?}",
            &text[text.floor_char_boundary(found.unwrap_or(0).saturating_sub(80))..]
        );
    }
}

/// No mention, reference, address, HTML or quick action of anybody's in a comment that is made of the plan.
fn assert_inert(note: &str) {
    let mut options = comrak::Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.parse.escaped_char_spans = true;
    let arena = comrak::Arena::new();
    for node in comrak::parse_document(&arena, note, &options).descendants() {
        let escaped = node
            .parent()
            .is_some_and(|parent| matches!(parent.data().value, NodeValue::Escaped));
        match &node.data().value {
            NodeValue::Text(text) => assert!(
                escaped || !text.contains(['@', '#', '!', '~', '<', '$']),
                "{text:?} acts in\n{note}"
            ),
            NodeValue::HtmlBlock(block) => assert!(
                block.literal.starts_with("<details><summary>")
                    || block.literal.trim_end() == "</details>",
                "{block:?} in\n{note}"
            ),
            NodeValue::CodeBlock(block) => assert!(block.info == "diff", "{block:?} in\n{note}"),
            NodeValue::HtmlInline(_)
            | NodeValue::Link(_)
            | NodeValue::Image(_)
            | NodeValue::Heading(_)
            | NodeValue::BlockQuote => panic!("{:?} in\n{note}", node.data().value),
            _ => {}
        }
    }
    assert!(!note.lines().any(|line| line.starts_with('/')), "{note}");
}

fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, into)),
        Value::Object(values) => values.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

#[test]
fn nothing_that_stands_in_gitlab_breaks_out() {
    let applied = Bench::applied();
    let before = applied.sandbox.with_state(|state| state.clone());
    // Whoever changed the title as well is told from the file.
    let title = "title = \"Cut pages per on-call shift from 14 to 5\"";
    let shorter = "title = \"Cut pages per shift from 14 to 5\"";
    edit(applied.dir.path(), "okrs/2026-q4/sre.toml", title, shorter);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: if thorough() { 150 } else { 10 },
        failure_persistence: None,
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    });
    let ran = runner.run(&deeds(), |deeds| {
        applied.sandbox.with_state(|state| *state = before.clone());
        deeds.happen(&applied);
        let human = applied.run(&["plan", "--details"]);
        let markdown = applied.run(&["plan", "--format", "markdown"]);
        let json = applied.run(&["plan", "--format", "json"]);
        for ran in [&human, &markdown, &json] {
            assert_eq!(ran.status, 0, "{ran:?}");
            assert_obeys_nothing(ran);
        }
        assert_inert(&markdown.stdout);
        // Programs get the text as it stands, unless its issue is in conflict and left alone.
        let plan: Value = serde_json::from_str(&json.stdout).unwrap();
        let mut told = Vec::new();
        strings(&plan, &mut told);
        let title = format!("T{}", deeds.title);
        let damaged = told.iter().any(|text| text == "damaged-block");
        prop_assert!(damaged || told.contains(&title), "{plan:#}");
        let apply = applied.run(&["apply", "--yes"]);
        // The foreign owner is a conflict always.
        prop_assert_eq!(apply.status, 1, "{:?}", apply);
        assert_obeys_nothing(&apply);
        let again = applied.run(&["apply", "--yes"]);
        prop_assert!(again.stdout.starts_with("No changes"), "{}", again.stdout);
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn a_megabyte_of_somebodys_text_stays_and_costs_no_page_of_output() {
    let bench = Bench::applied();
    let long = "People wrote this at length. @all\n".repeat(29_000);
    change(&bench, PAGES, |issue| {
        let text = issue.description.take().unwrap();
        issue.description = Some(format!("{long}{text}"));
    });
    bench.assert_at_rest();
    let title = "title = \"Cut pages per on-call shift from 14 to 5\"";
    let shorter = "title = \"Cut pages per shift from 14 to 5\"";
    edit(bench.dir.path(), "okrs/2026-q4/sre.toml", title, shorter);
    bench.apply(&[]);
    let text = bench.issue(PAGES)["description"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.starts_with(&long));
    bench.assert_at_rest();
    // As long as GitLab takes; our record of the next title is longer than the one that stands there.
    change(&bench, PAGES, |issue| {
        let text = issue.description.take().unwrap();
        let fill = "x".repeat(1_048_576 - text.chars().count());
        issue.description = Some(format!("{fill}{text}"));
    });
    edit(bench.dir.path(), "okrs/2026-q4/sre.toml", shorter, title);
    let ran = bench.run(&["apply", "--yes"]);
    assert_eq!(ran.status, 5, "{ran:?}");
    assert!(ran.stdout.contains("failed: "), "{ran:?}");
    assert!(ran.stdout.contains("too long"), "{ran:?}");
    assert!(ran.stdout.len() < 5_000, "{}", ran.stdout.len());
    // Inside the block it is drift, and cut where it is shown.
    change(&bench, PAGES, |issue| {
        let text = issue.description.take().unwrap();
        let text = text.trim_start_matches('x').replacen(long.as_str(), "", 1);
        let begin = "<!-- okrsync -->\n\n";
        issue.description = Some(text.replacen(begin, &format!("{begin}{long}"), 1));
    });
    for format in ["human", "markdown"] {
        let ran = bench.run(&["plan", "--format", format]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stdout.len() < 70_000, "{format}: {}", ran.stdout.len());
        assert_obeys_nothing(&ran);
    }
}
