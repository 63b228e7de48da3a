//! Whatever people write, a rendering shows it and does nothing else.

use comrak::nodes::NodeValue;
use proptest::prelude::*;

use super::{NOTE, PLAIN, fixture};
use crate::plan::{
    Action, Cause, Change, Edit, Field, FieldChange, GoalChange, GoalKind, GoalPart, Operation,
    Plan, Refusal, Remark,
};
use crate::render::plan::{HtmlOptions, HumanOptions, MarkdownOptions, html, human, markdown};

/// Text that tries everything, alone and in parts.
pub(in crate::render) fn hostile() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "/close",
        "\n/close\n",
        "\n\n/label ~x",
        "@all",
        "@root",
        "&#64;all",
        "<!--",
        "-->",
        "<script>",
        "</details>",
        "<img src=x>",
        "```",
        "\n```\n",
        "`````",
        "~~~",
        "`",
        "``",
        "|",
        "\\",
        "\\@",
        "[x](y)",
        "![x](y)",
        "#1",
        "!2",
        "gl-infra/okrs#3",
        "~bug",
        "%\"1\"",
        "$`x`$",
        "$$",
        ">>>",
        "> ",
        "- ",
        "1. ",
        "# ",
        "---",
        "===",
        "*",
        "__",
        "{+x+}",
        "[-x-]",
        ":smile:",
        "https://evil.example/x",
        "\u{1b}[2J",
        "\u{1b}]8;;x\u{7}",
        "\u{202e}",
        "\u{2066}",
        "\u{9b}31m",
        "\0",
        "\r",
        "\r\n",
        "\t",
        " ",
        "\u{200b}",
        "\u{feff}",
        "word",
        "okr:kr, team",
        "成長",
        "[[@all]]",
        "[ ] ",
        "www.evil.example",
        "a@b.example",
        "\n: @all",
        "> [!note]\n",
        "$@all$",
        "^",
        "👩‍🚀",
        "[[_TOC_]]",
        "[^1]",
        "::include{file=x}",
        "\n    ",
        "\n  ```\n",
    ]);
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn some_field() -> impl Strategy<Value = FieldChange> {
    let fields = prop::sample::select(vec![
        Field::Title,
        Field::Due,
        Field::Labels,
        Field::Assignees,
        Field::Definition,
        Field::CheckIn("2026-10-05".parse().unwrap()),
        Field::Unfinished,
        Field::Tracker,
    ]);
    let text = || prop::option::of(hostile());
    (fields, text(), text(), text(), some_cause(), some_edit()).prop_map(
        |(field, before, after, overwrites, cause, edited)| FieldChange {
            overwrites,
            cause,
            edited,
            ..FieldChange::new(field, before, after)
        },
    )
}

fn some_edit() -> impl Strategy<Value = Option<Edit>> {
    prop::option::of(any::<bool>().prop_map(|one_day| Edit {
        by: "a_b.c-d".parse().unwrap(),
        on: one_day.then(|| "2026-11-10".parse().unwrap()),
    }))
}

fn some_cause() -> impl Strategy<Value = Cause> {
    prop::sample::select(vec![Cause::Drift, Cause::Pending, Cause::ThisMergeRequest])
}

pub(in crate::render) fn some_change() -> impl Strategy<Value = Change> {
    let actions = prop::sample::select(vec![
        Action::CreateLabel,
        Action::Create,
        Action::Adopt,
        Action::Move,
        Action::Update,
        Action::Rerender,
        Action::Unlink,
        Action::Close,
    ]);
    let fields = prop::collection::vec(some_field(), 0..4);
    let texts = (hostile(), hostile(), hostile());
    (
        actions,
        texts,
        fields,
        prop::bool::weighted(0.1),
        some_cause(),
    )
        .prop_map(
            |(action, (title, tracker, to), fields, confidential, cause)| {
                let made = match action {
                    Action::CreateLabel => fixture::label(&title),
                    _ => fixture::change(action, "2026-q4/sre/mtbf/hours", &title),
                };
                let mut made = Change {
                    cause,
                    tracker,
                    fields,
                    confidential,
                    ..made
                };
                if action == Action::Unlink {
                    made.operation = Operation::Unlink { link: 1, to };
                } else if let Operation::Write { desired } = &mut made.operation {
                    desired.closing_reason = Some(to);
                }
                made
            },
        )
}

pub(in crate::render) fn some_remark() -> impl Strategy<Value = Remark> {
    (
        prop_oneof![hostile(), Just("drift".to_owned())],
        hostile(),
        prop::option::of(hostile()),
        prop::option::of(hostile()),
        any::<bool>(),
        some_edit(),
    )
        .prop_map(|(id, message, issue, help, keyed, edited)| Remark {
            confidential: false,
            field: None,
            item: None,
            edited,
            id,
            key: keyed.then(|| fixture::key("2026-q4/sre/mtbf")),
            issue,
            message,
            help,
        })
}

fn some_goal() -> impl Strategy<Value = GoalChange> {
    use GoalKind::{Added, Dropped, Eased, Ended, Raised, Redefined, Resumed, Reworded};
    use GoalPart::{Due, Steps, Target, Title, Whole};
    let kinds = vec![
        Added, Dropped, Eased, Ended, Raised, Redefined, Resumed, Reworded,
    ];
    (
        prop::sample::select(kinds),
        prop::sample::select(vec![Due, Steps, Target, Title, Whole]),
        (
            hostile(),
            hostile(),
            prop::option::of(hostile()),
            prop::option::of(hostile()),
        ),
        prop::option::of(any::<i32>()),
        prop::bool::weighted(0.2),
        some_cause(),
    )
        .prop_map(
            |(kind, part, (team, title, from, to), days, confidential, cause)| GoalChange {
                key: fixture::key("2026-q4/sre/mtbf/hours"),
                team,
                title,
                kind,
                part,
                from,
                to,
                days,
                amendment: None,
                cause,
                confidential,
            },
        )
}

prop_compose! {
    pub(in crate::render) fn some_plan()(
        goals in prop::collection::vec(some_goal(), 0..4),

        changes in prop::collection::vec(some_change(), 0..6),
        conflicts in prop::collection::vec(some_remark(), 0..3),
        notices in prop::collection::vec(some_remark(), 0..3),
        refusal in prop::option::of((hostile(), hostile(), hostile())),
        base in prop::option::of(hostile()),
    ) -> Plan {
        let refusals = refusal.map(|(limit, message, help)| Refusal { limit, message, help });
        Plan { conflicts, notices, refusals: refusals.into_iter().collect(), base, goals, ..fixture::plan(changes) }
    }
}

/// Holds a note against how GitLab reads it: the only HTML is ours, no text could be a mention, a reference, a label or
/// an address, and no line could be a quick action.
fn assert_inert(note: &str) {
    assert_inert_but(note, |_| false);
}

/// As [`assert_inert`], with links of ours, by their address.
pub(in crate::render) fn assert_inert_but(note: &str, is_ours: impl Fn(&str) -> bool) {
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    extension.alerts = true;
    extension.autolink = true;
    extension.description_lists = true;
    extension.footnotes = true;
    extension.math_code = true;
    extension.math_dollars = true;
    extension.multiline_block_quotes = true;
    extension.strikethrough = true;
    extension.table = true;
    extension.tasklist = true;
    extension.wikilinks_title_before_pipe = true;
    options.parse.escaped_char_spans = true;
    options.parse.relaxed_autolinks = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, note, &options);
    let mut bold: Option<comrak::Node<'_>> = None;
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::HtmlBlock(block) => {
                let ours = block.literal.trim_end();
                let summary = ours
                    .strip_prefix("<details><summary>")
                    .and_then(|rest| rest.strip_suffix("</summary>"));
                let fits = ours == "</details>"
                    || summary.is_some_and(|text| !text.contains(['<', '@', '&', '/', '#']));
                assert!(fits, "HTML {ours:?} in\n{note}");
            }
            NodeValue::Text(text) => {
                // Escaped characters are nodes of their own: what is left is what GitLab's filters see.
                let escaped = node
                    .parent()
                    .is_some_and(|parent| matches!(parent.data().value, NodeValue::Escaped));
                let active = text.contains(['@', '#', '!', '~', '%', '<', '&', '$', '[']);
                assert!(escaped || !active, "{text:?} acts in\n{note}");
            }
            NodeValue::Link(link) if is_ours(&link.url) => {}
            // What differs is bold, within one text.
            NodeValue::HtmlInline(tag) if tag == "<b>" && bold.is_none() => bold = node.parent(),
            NodeValue::HtmlInline(tag) if tag == "</b>" => {
                let opened = bold.take();
                assert!(
                    opened.is_some_and(|parent| Some(parent.data().sourcepos)
                        == node.parent().map(|parent| parent.data().sourcepos)),
                    "{tag} in\n{note}"
                );
            }
            NodeValue::HtmlInline(_)
            | NodeValue::Link(_)
            | NodeValue::Image(_)
            | NodeValue::Math(_)
            | NodeValue::Heading(_)
            | NodeValue::BlockQuote
            | NodeValue::MultilineBlockQuote(_)
            | NodeValue::Alert(_)
            | NodeValue::WikiLink(_)
            | NodeValue::TaskItem(_)
            | NodeValue::DescriptionList
            | NodeValue::ThematicBreak
            | NodeValue::FootnoteReference(_)
            | NodeValue::Strikethrough => panic!("{:?} in\n{note}", node.data().value),
            NodeValue::CodeBlock(block) => {
                assert!(block.fenced && block.info == "diff", "{block:?} in\n{note}");
            }
            _ => {}
        }
    }
    assert!(bold.is_none(), "an open <b> in\n{note}");
    let command = |line: &str| line.starts_with('/');
    assert!(!note.lines().any(command), "a quick action in\n{note}");
    assert_no_controls(note);
}

/// Holds a page against how a browser reads it: every tag is one of ours with attributes of ours, each is closed in order,
/// and every address is of the web.
fn assert_only_ours(page: &str) {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    let mut open: Vec<&str> = vec!["html", "head"];
    assert!(head.contains("default-src 'none'"), "{head}");
    for part in body.split('<').skip(1) {
        let (tag, text) = part
            .split_once('>')
            .unwrap_or_else(|| panic!("<{part} in {page}"));
        assert!(!text.contains('>'), "{text:?} in\n{page}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{page}");
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let is_known = [
            "a", "body", "code", "dd", "del", "details", "div", "dl", "dt", "h1", "h2", "ins",
            "li", "main", "mark", "p", "pre", "section", "span", "strong", "summary", "table",
            "td", "th", "tr", "ul",
        ]
        .contains(&name);
        let is_plain = attributes
            .split('"')
            .step_by(2)
            .all(|name| matches!(name.trim(), "" | "class=" | "open" | "href=" | "rel="));
        let is_safe = !attributes.contains("href=")
            || attributes.starts_with("href=\"https://gitlab.example.com/");
        assert!(is_known && is_plain && is_safe, "<{tag}> in\n{page}");
        open.push(name);
    }
    assert!(open.is_empty(), "{open:?} in\n{page}");
    assert_no_controls(page);
}

fn assert_no_controls(text: &str) {
    let obeyed = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    assert!(!text.contains(obeyed), "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn a_note_is_inert(plan in some_plan(), confidential_visible in any::<bool>(), max_bytes in 0_usize..6_000) {
        let options = MarkdownOptions { confidential_visible, ..NOTE };
        assert_inert(&markdown(&plan, &options));
        let short = markdown(&plan, &MarkdownOptions { max_bytes, ..options });
        prop_assert!(short.len() <= max_bytes);
        assert_inert(&short);
    }

    #[test]
    fn a_page_holds_no_markup_but_ours(plan in some_plan(), confidential_visible in any::<bool>()) {
        assert_only_ours(&html(&plan, &HtmlOptions { confidential_visible }));
    }

    #[test]
    fn a_marker_stays_one_comment(marker in hostile(), max_bytes in 0_usize..200) {
        let plan = fixture::plan(Vec::new());
        let text = markdown(&plan, &MarkdownOptions { marker: Some(&marker), ..NOTE });
        let (answer, comment) = text.split_once("\n\n<!-- ").unwrap();
        prop_assert_eq!(answer, "**No changes. GitLab holds what the files say.**");
        prop_assert!(comment.ends_with(" -->\n") && comment.matches("--").count() == 1, "{}", text);
        let short = markdown(&plan, &MarkdownOptions { marker: Some(&marker), max_bytes, ..NOTE });
        prop_assert!(short.len() <= max_bytes);
    }

    #[test]
    fn a_terminal_obeys_nothing(plan in some_plan(), details in any::<bool>(), width in 0_usize..130) {
        let text = human(&plan, &HumanOptions { width, details, ..PLAIN });
        assert_no_controls(&text);
        let colored = human(&plan, &HumanOptions { color: true, width, details, ..PLAIN });
        // Only colours of ours, each ended.
        for code in colored.split('\u{1b}').skip(1) {
            let code = code.split_once('m').map(|(code, _)| code);
            let fits = code.and_then(|code| code.strip_prefix('['));
            prop_assert!(fits.is_some_and(|code| code.bytes().all(|b| b.is_ascii_digit() || b == b';')));
        }
    }
}
