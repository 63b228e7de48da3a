//! Descriptions with a managed block: people's bytes come back, and broken ends are explained.

use proptest::prelude::*;

use super::super::{
    Applied, AppliedAssignees, AppliedLink, Block, BlockConflict, Body, Description, Marker, Row,
    RowValues, normalise,
};
use super::fixture::key;

fn marker() -> Marker {
    Marker {
        key: key("2026-q4/sre/mtbf/hours"),
        owner: "gl-infra/okrs".to_owned(),
        birth: "b1".to_owned(),
        applied: Applied {
            renderer: 1,
            title: "a --> b <!-- okrsync -->".to_owned(),
            due: Some("2026-12-18".parse().unwrap()),
            open: true,
            tracker: "gl-infra/sre".to_owned(),
            labels: ["okr:kr".to_owned()].into(),
            taken_away: crate::issue::TakenAway::default(),
            assignees: AppliedAssignees {
                asked: vec!["a".parse().unwrap(), "b".parse().unwrap()],
                kept: vec!["a".parse().unwrap()],
            },
            links: vec![AppliedLink {
                to: "2026-q4/sre/mtbf".parse().unwrap(),
                id: Some(7),
            }],
            check_ins: [(
                "2026-10-05".parse().unwrap(),
                RowValues {
                    value: Some("120".parse().unwrap()),
                    health: Some(crate::model::Health::OnTrack),
                    ..RowValues::default()
                },
            )]
            .into(),
            digest: "d".to_owned(),
            ..Applied::default()
        },
        pending: false,
        duplicate_of: None,
        unknown: serde_json::Map::new(),
    }
}

fn block() -> Block {
    Block {
        body: "| Key result | `k` |\n| --- | --- |".to_owned(),
        marker: marker(),
    }
}

#[test]
fn a_new_issue_has_only_the_block() {
    let text = Description::default().with_block(block()).render().unwrap();
    insta::assert_snapshot!(text);
    let read = Description::parse(&text).unwrap();
    assert_eq!(read, Description::default().with_block(block()));
}

#[test]
fn what_a_newer_version_wrote_is_kept() {
    let text = Description::default().with_block(block()).render().unwrap();
    let newer = text
        .replace("\"owner\"", "\"colour\":\"red\",\"owner\"")
        .replace("\"renderer\"", "\"mood\":1,\"renderer\"");
    let read = Description::parse(&newer).unwrap();
    let again = read.render().unwrap();
    assert_eq!(Description::parse(&again).unwrap(), read);
    assert!(
        again.contains("\"colour\":\"red\"") && again.contains("\"mood\":1"),
        "{again}"
    );
}

#[test]
fn a_pending_marker_says_so() {
    let mut pending = block();
    pending.marker.pending = true;
    pending.marker.duplicate_of = Some(12);
    let text = Description::default()
        .with_block(pending.clone())
        .render()
        .unwrap();
    assert!(
        text.contains("\"pending\":true,\"duplicate_of\":12"),
        "{text}"
    );
    assert_eq!(Description::parse(&text).unwrap().block, Some(pending));
}

#[test]
fn broken_ends_are_explained() {
    let whole = Description::default().with_block(block()).render().unwrap();
    let begin = "<!-- okrsync -->\n";
    let cases = [
        (
            whole.replacen(begin, "", 1),
            "begins the managed block is missing",
        ),
        (begin.to_owned(), "missing or unclosed"),
        (whole.replace("\n-->", ""), "missing or unclosed"),
        (format!("{begin}{whole}"), "is there 2 times"),
        (format!("{whole}\n{whole}"), "is there 2 times"),
        (
            format!("{}\n{begin}", whole.replacen(begin, "", 1)),
            "stands above",
        ),
        (whole.replace("okrsync:v1", "okrsync:v2"), "version 2"),
        (whole.replace("\"key\"", "\"kay\""), "JSON cannot be read"),
    ];
    for (text, says) in cases {
        let conflict: BlockConflict = Description::parse(&text).unwrap_err();
        let message = conflict.to_string();
        assert!(message.contains(says), "{message}: {text}");
    }
}

#[test]
fn text_without_a_block_stays_as_it_is() {
    let text = "We call it `<!-- okrsync -->`.\n\n> <!-- okrsync -->\n> <!-- okrsync:v1\n";
    let read = Description::parse(text).unwrap();
    assert_eq!(read.block, None);
    assert_eq!(read.render().unwrap(), normalise(text));
    let with = read.with_block(block()).render().unwrap();
    assert!(
        with.starts_with(&format!("{}\n\n<!-- okrsync -->\n", normalise(text))),
        "{with}"
    );
}

#[test]
fn behind_an_open_fence_nothing_counts_as_code() {
    let body = Body::with_rows(
        "```\n/close @all\n```",
        vec![Row {
            date: "2026-10-05".parse().unwrap(),
            values: RowValues {
                note: Some("`@all` is code".to_owned()),
                ..RowValues::default()
            },
        }],
        vec!["| odd |".to_owned()],
    );
    let block = Block {
        body: body.render(),
        marker: marker(),
    };
    let description = Description {
        above: "```\nnever closed\n\n".to_owned(),
        block: Some(block),
        below: String::new(),
    };
    let text = description.render().unwrap();
    assert!(text.contains("\n /close @\u{200b}all\n"), "{text}");
    let read = Body::parse(&Description::parse(&text).unwrap().block.unwrap().body);
    assert_eq!(read.table, body.table);
    assert_eq!(
        super::super::digest(&read.definition),
        super::super::digest(&body.definition)
    );
}

#[test]
fn a_body_without_a_table_and_with_text_below_it() {
    let plain = Body::parse("just text");
    assert_eq!(
        (plain.definition.as_str(), plain.table),
        ("just text", None)
    );
    let body = Body::with_rows("facts", vec![], vec![]);
    assert_eq!(Body::parse(&body.render()), body);
    let edited = Body::parse(&format!("{}\n\nsomebody's text", body.render()));
    assert_eq!(edited.definition, "facts\n\nsomebody's text");
    assert_eq!(edited.table, body.table);
}

#[test]
fn a_copied_table_adds_its_rows_and_is_gone() {
    let rows = |date: &str| {
        vec![Row {
            date: date.parse().unwrap(),
            values: RowValues {
                value: Some(1.into()),
                ..RowValues::default()
            },
        }]
    };
    let odd = || vec!["| odd |".to_owned()];
    let one = Body::with_rows("facts", rows("2026-10-05"), odd()).render();
    let other = Body::with_rows("more facts", rows("2026-10-12"), Vec::new()).render();
    let read = Body::parse(&format!("{one}\n\n{other}\n\nbelow"));
    let both = [rows("2026-10-05"), rows("2026-10-12")].concat();
    let expected = Body::with_rows("facts\n\nmore facts\n\nbelow", both, odd());
    assert_eq!(read, expected);
    assert_eq!(Body::parse(&read.render()), expected);
}

fn peoples_text() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(
        &[
            "text",
            "",
            "```",
            "> <!-- okrsync -->",
            " <!-- okrsync:v1",
            "`<!-- okrsync -->`",
            "-->",
            "<!-- mine -->",
            "/etc/hosts",
            "- [ ] task",
            "| a | b |",
            "caf\u{e9} \u{202e}",
            "  ",
            "a\r",
        ][..],
    );
    proptest::collection::vec(piece, 0..6)
        .prop_map(|lines| lines.iter().flat_map(|line| [line, "\n"]).collect())
}

proptest! {
    #[test]
    fn peoples_bytes_come_back(above in peoples_text(), below in peoples_text()) {
        let description = Description { above, block: Some(block()), below: format!("\n{below}") };
        let text = description.render().unwrap();
        let read = Description::parse(&text).unwrap();
        prop_assert_eq!(&read.above, &description.above.replace('\r', ""));
        prop_assert_eq!(&read.below, &normalise(&description.below));
        prop_assert_eq!(read.block.as_ref().map(|b| &b.marker), description.block.as_ref().map(|b| &b.marker));
        prop_assert_eq!(read.render().unwrap(), text.clone());
        prop_assert_eq!(Description::parse(&text.replace('\n', "\r\n")).unwrap(), read);
    }
}

#[test]
fn a_released_description_keeps_its_text_and_no_sign() {
    let body = Body::with_rows(
        "| Key result | `k` |\n| --- | --- |",
        vec![Row {
            date: "2026-10-05".parse().unwrap(),
            values: RowValues {
                value: Some("120".parse().unwrap()),
                ..RowValues::default()
            },
        }],
        vec![],
    );
    let table = body.table.as_ref().unwrap().render();
    let ours = format!(
        "| Key result | `k` |\n| --- | --- |\n\n{}",
        table.trim_end()
    );
    let block = Block {
        body: body.render(),
        marker: marker(),
    };
    for (above, below, expected) in [
        ("", "", ours.clone()),
        ("Above.", "\nBelow.", format!("Above.\n\n{ours}\n\nBelow.")),
        (
            "Above.\n",
            "\n\nBelow.",
            format!("Above.\n\n{ours}\n\nBelow."),
        ),
        (
            "Above.\n\n",
            " Below.",
            format!("Above.\n\n{ours}\n\n Below."),
        ),
    ] {
        let description = Description {
            above: above.to_owned(),
            block: Some(block.clone()),
            below: below.to_owned(),
        };
        let released = description.released();
        assert_eq!(released, expected);
        assert_eq!(Description::parse(&released).unwrap().block, None);
    }
}

#[test]
fn released_code_stays_no_command_where_people_leave_a_fence_open() {
    let description = Description {
        above: "```\nTheirs.\n".to_owned(),
        block: Some(Block {
            body: "```\n/close\n```".to_owned(),
            marker: marker(),
        }),
        below: String::new(),
    };
    let released = description.released();
    assert!(
        !released.lines().any(|line| line.starts_with("/close")),
        "{released}"
    );
}
