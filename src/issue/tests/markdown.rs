//! Text that people wrote is never executed and notifies nobody, by checks that share nothing with the escaping but the
//! parser that GitLab uses.

use comrak::nodes::NodeValue;
use comrak::{Arena, format_html, parse_document};
use proptest::prelude::*;

use super::super::dialect::{close, leaves_open, options};
use super::super::{escape_markdown, normalise, unescape_markdown};

/// Whether GitLab may run a line of the text: a line of a top-level paragraph, outside code spans, that begins with `/`
/// and a word, then ends or goes on behind a space. Which words are commands changes between releases.
pub(super) fn may_run(text: &str) -> bool {
    let text = text.replace('\r', "");
    let arena = Arena::new();
    let root = parse_document(&arena, &text, &options());
    let lines: Vec<&str> = text.split('\n').collect();
    root.children().any(|block| {
        let data = block.data();
        if !matches!(data.value, NodeValue::Paragraph) {
            return false;
        }
        let spans: Vec<_> = block
            .descendants()
            .filter(|node| matches!(node.data().value, NodeValue::Code(_)))
            .map(|node| node.data().sourcepos)
            .collect();
        (data.sourcepos.start.line..=data.sourcepos.end.line).any(|number| {
            let in_code = spans
                .iter()
                .any(|span| span.start.line < number && number <= span.end.line);
            !in_code && lines.get(number - 1).is_some_and(|line| is_command(line))
        })
    })
}

fn is_command(line: &str) -> bool {
    line.strip_prefix('/').is_some_and(|rest| {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        word.len() < rest.len() && (word.is_empty() || word.starts_with(' '))
    })
}

/// The text in which GitLab looks for mentions: the page without comments, code, links and tags.
fn scanned(text: &str) -> String {
    let mut options = options();
    options.render.r#unsafe = true;
    options.render.escaped_char_spans = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut html = String::new();
    format_html(root, &options, &mut html).unwrap();
    for (open, shut) in [
        ("<!--", "-->"),
        ("<pre", "</pre>"),
        ("<code", "</code>"),
        ("<a ", "</a>"),
    ] {
        while let Some(start) = html.find(open)
            && let Some(length) = html[start..].find(shut)
        {
            html.replace_range(start..start + length + shut.len(), "\0");
        }
    }
    while let Some(start) = html.find('<')
        && let Some(length) = html[start..].find('>')
    {
        html.replace_range(start..=start + length, "\0");
    }
    html.replace("&#64;", "@")
        .replace("&#x40;", "@")
        .replace("&commat;", "@")
}

pub(super) fn mentions(text: &str) -> bool {
    let scanned = scanned(text);
    scanned.match_indices('@').any(|(at, _)| {
        let before = scanned[..at].chars().next_back();
        let after = scanned[at + 1..].chars().next();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
    })
}

#[test]
fn every_recorded_text_with_quick_actions() {
    let recording = include_str!("../../../tests/recordings/create.jsonl");
    let mut seen = 0;
    for line in recording.lines() {
        let exchange: serde_json::Value = serde_json::from_str(line).unwrap();
        let step = exchange["step"].as_str().unwrap();
        if !step.starts_with("quick:") {
            continue;
        }
        seen += 1;
        let sent = exchange["request"]["body"]["description"].as_str().unwrap();
        let kept = exchange["response"]["body"]["description"].as_str();
        let ran = kept != Some(normalise(sent).as_str());
        assert!(
            !ran || may_run(sent),
            "{step}: the check must see what GitLab ran"
        );
        let escaped = escape_markdown(sent);
        assert!(!may_run(&escaped), "{step}: {escaped:?}");
        assert_eq!(
            unescape_markdown(&escaped),
            unescape_markdown(sent),
            "{step}"
        );
        if !ran {
            assert_eq!(normalise(sent), kept.unwrap(), "{step}");
        }
    }
    assert_eq!(seen, 59);
}

#[test]
fn escapes_show_nothing() {
    for (text, escaped) in [
        (
            "/close\n\nSome\n/estimate of the work",
            "\\/close\n\nSome\n\\/estimate of the work",
        ),
        ("```\n/close @all\n```", "```\n/close @all\n```"),
        ("`a\n/close`", "`a\n /close`"),
        ("ask @all, a@b.c, `@all`", "ask \\@all, a@b.c, `@all`"),
        ("\\@all and \\\\@all", "\\@all and \\\\\\@all"),
        ("<div>@all</div>", "<div>@\u{200b}all</div>"),
        ("&#64;all", "&#64;\u{200b}all"),
        (
            "https://a.test/@b and <https://a.test/@b>",
            "https://a.test/@b and <https://a.test/@b>",
        ),
        ("#12 stays", "#12 stays"),
        (
            "<!-- okrsync -->\n<!--  OKRsync:v1",
            "<!-- \\okrsync -->\n<!--  \\OKRsync:v1",
        ),
    ] {
        assert_eq!(escape_markdown(text), escaped);
    }
}

#[test]
fn what_is_left_open_is_closed() {
    for text in [
        "```\ncode",
        "~~~~ x\n```",
        "<!-- a\n\nb",
        ">>>\nquote",
        "<script>\nx",
        "- a\n\n  ```\n  x",
    ] {
        assert!(!leaves_open(&close(text)), "{text}");
    }
    assert_eq!(close("- a\n- b"), "- a\n- b");
    assert_eq!(close("```\ncode"), "```\ncode\n```");
}

const PIECES: &[&str] = &[
    "/close",
    "/estimate of the work",
    "```",
    "~~~",
    "`a",
    "b`",
    "`@all`",
    "> q",
    "> [!note]",
    "> [!note] @all",
    ">>> [!tip] `@all`",
    "- item",
    "",
    "",
    "<div>",
    "</div>",
    "<!-- x",
    "-->",
    "<!-- okrsync -->",
    "<!-- okrsync:v1",
    "| a |",
    "|-|",
    "@all",
    "ping @acme/team",
    "a@b.c",
    "&#64;all",
    "&commat;all",
    "$$",
    "$@all$",
    "$`@all`$",
    "![@all](x)",
    "[[@all]]",
    ": @all",
    "| @all | `/x |",
    ">>>",
    "    /close",
    " /close",
    "\\/close",
    "[x](https://a.b/@b)",
    "https://a.b/@c",
    "<https://a.b/@b>",
    "<b>@all</b>",
    "*@all*",
    "[^1]: /close",
    "# H",
    "---",
    "===",
    "<pre>",
    "<a href=\"@all\">",
    "\\@all",
    "\\\\@all",
    "(@all)",
    "@*all*",
    "text",
    "<!-- okrsync:check-ins -->",
    "`<!-- okrsync:check-ins -->`",
    "  @all",
    "\t/close",
    "!@[",
    "<@all>",
    "<x@all",
];

pub(super) fn generated() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES);
    let line = proptest::collection::vec(piece, 1..3).prop_map(|pieces| pieces.join(" "));
    proptest::collection::vec(line, 0..7).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn generated_text_runs_nothing_and_notifies_nobody(text in generated()) {
        let escaped = escape_markdown(&text);
        prop_assert!(!may_run(&escaped), "runs: {:?}", escaped);
        prop_assert!(!mentions(&escaped), "mentions: {:?}", scanned(&escaped));
        prop_assert_eq!(normalise(&escaped), escaped);
    }

    #[test]
    fn generated_text_comes_back(text in generated()) {
        let escaped = escape_markdown(&text);
        prop_assert_eq!(escape_markdown(&escaped), escaped.clone());
        prop_assert_eq!(unescape_markdown(&escaped), unescape_markdown(&text));
    }

    #[test]
    fn closed_text_leaves_nothing_open(text in generated()) {
        prop_assert!(!leaves_open(&close(&escape_markdown(&text))));
    }
}
