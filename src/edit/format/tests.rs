use super::*;

/// The order of the schema of teams' files, in short.
fn order() -> Order {
    let days = |entry: serde_json::Value| serde_json::json!({ "patternProperties": { "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": entry } });
    let check_in = serde_json::json!({ "properties": { "value": {}, "health": {}, "note": {} } });
    let key_result = serde_json::json!({ "properties": {
        "title": {}, "unit": {}, "to": {},
        "milestone": { "patternProperties": { "^[a-z]+$": { "properties": { "title": {}, "due": {} } } } },
        "work": {}, "allow": { "items": { "properties": { "rule": {}, "reason": {} } } },
        "check_in": days(check_in),
    } });
    let objective = serde_json::json!({ "properties": {
        "title": {}, "supports": {}, "amendment": days(serde_json::json!({})),
        "kr": { "patternProperties": { "^[a-z]+$": key_result } },
    } });
    Order::of(serde_json::json!({ "properties": {
        "objective": { "patternProperties": { "^[a-z]+$": objective } },
    } }))
}

/// Formats a text, and holds the result to be stable.
fn formatted(text: &str) -> String {
    let formatted = format(text, &order()).unwrap();
    assert_eq!(format(&formatted, &order()).as_ref(), Ok(&formatted));
    formatted
}

#[test]
fn keys_come_in_order_and_their_comments_with_them() {
    insta::assert_snapshot!(formatted(r#"
# About this file.

#:schema ../../schema/okr.schema.json
  # about a
[ objective . a ]# behind a

# about the keys of a

supports=['x/y',  "z/ü"]   # whom
# the title
title='A "quoted" one'

  # about b
owner   = 'me'# unknown keys go last
# tail of a


# floating



[objective.a.kr.b]
check_in.2026-10-12={note='n',value=96.0}
to   = +1_000
unit = "h"
  check_in . "2026-10-05" = {value = 1 , }

title = "B"
milestone.z = {due = 2026-10-05, title = 'Z'}
milestone.y = {}
# the end"#), @r#"
    #:schema ../../schema/okr.schema.json

    # About this file.

    # about a
    [objective.a] # behind a
    # about the keys of a

    # the title
    title = 'A "quoted" one'
    supports = ["x/y", "z/ü"] # whom

    # about b
    owner = "me" # unknown keys go last
    # tail of a

    # floating

    [objective.a.kr.b]
    title = "B"
    unit = "h"
    to = +1_000
    milestone.z = { title = "Z", due = 2026-10-05 }
    milestone.y = {}
    check_in.2026-10-05 = { value = 1 }
    check_in.2026-10-12 = { value = 96.0, note = "n" }
    # the end
    "#);
}

#[test]
fn days_become_lines_of_their_table() {
    insta::assert_snapshot!(formatted(r#"[objective.a]
title = "A"
amendment.2026-11-02.reason = "why" # one
amendment.2026-11-02.by = "who" # two
[objective.a.kr.b.check_in.2026-10-12]
value = 2
# floating above

# above the header
[objective.a.kr.b.check_in.2026-10-05] # behind the header
# head

# above the note
note = """
Two
lines""" # behind the note
health = "on-track"
# tail

[objective.a.kr.b]
# the title
title = "B"

[objective.a.kr.c.check_in]
# two days
2026-10-12 = { value = 1 }
2026-10-05.value = 3
[objective.a.kr.d.check_in]
# none
[objective.a.kr.d.check_in.2026-10-05]
"#), @r#"
    [objective.a]
    title = "A"
    # one
    # two
    amendment.2026-11-02 = { reason = "why", by = "who" }

    [objective.a.kr.b]
    # the title
    title = "B"
    # above the header
    # behind the header
    # head
    # above the note
    # behind the note
    # tail
    check_in.2026-10-05 = { health = "on-track", note = """
    Two
    lines""" }
    # floating above
    check_in.2026-10-12 = { value = 2 }

    [objective.a.kr.c]
    check_in.2026-10-05 = { value = 3 }
    # two days
    check_in.2026-10-12 = { value = 1 }

    [objective.a.kr.d]
    # none
    check_in.2026-10-05 = {}
    "#);
}

#[test]
fn headers_below_a_day_are_left_alone() {
    let text = "[objective.a.kr.b.check_in.2026-10-05]\nvalue = 1\n\n[objective.a.kr.b.check_in.2026-10-05.more]\nx = 1\n";
    assert_eq!(formatted(text), text);
    let list = text.replace(
        "[objective.a.kr.b.check_in.2026-10-05.more]",
        "[[objective.a.kr.b.check_in.2026-10-05.more]]",
    );
    assert_eq!(formatted(&list), list);
}

#[test]
fn a_table_that_dotted_keys_make_gets_its_days_there() {
    insta::assert_snapshot!(formatted(r#"[objective.a]
kr.b.title = "B"
[objective.a.kr.b.check_in.2026-10-05]
value = 1
[objective.a.kr.c]
title = "C"
"#), @r#"
    [objective.a]
    kr.b.title = "B"
    kr.b.check_in.2026-10-05 = { value = 1 }

    [objective.a.kr.c]
    title = "C"
    "#);
}

#[test]
fn lists_stay_on_one_line_or_on_several() {
    insta::assert_snapshot!(formatted(r#"[objective.a.kr.b]
work=[ 'a/b#1','a/b%"M"' ,]
supports = [ # open

  "one" # one
  , # one more
  # above two
  "two", "three", [1,
  2 # inner
  ], { a = 1,
   # within
   b = [
     3 # three
   ] }
  # end
] # behind
allow = [
  {reason = 'r', rule = 'x'}]
empty = [
]
bare = [ # nothing
]
table = { # first
  b = 1, # second
  # third
} # fourth
"#), @r#"
    [objective.a.kr.b]
    work = ["a/b#1", 'a/b%"M"']
    allow = [
      { rule = "x", reason = "r" },
    ]
    supports = [ # open
      "one", # one
      # one more
      # above two
      "two",
      "three",
      [
        1,
        2, # inner
      ],
      # within
      # three
      { a = 1, b = [3] },
      # end
    ] # behind
    empty = []
    bare = [ # nothing
    ]
    # first
    # second
    # third
    table = { b = 1 } # fourth
    "#);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let text = "\u{feff}[objective.a]\r\ntitle='A'\r\nnote = \"\"\"\r\none  \r\ntwo\"\"\"\r\nsupports = [\r\n'x']\r\n[b]";
    insta::assert_debug_snapshot!(formatted(text), @r#""\u{feff}[objective.a]\r\ntitle = \"A\"\r\nsupports = [\r\n  \"x\",\r\n]\r\nnote = \"\"\"\r\none  \r\ntwo\"\"\"\r\n\r\n[b]\r\n""#);
    let mixed = "a = \"\"\"\r\n\"\"\"\nb=1\r\n";
    assert_eq!(formatted(mixed), "a = \"\"\"\r\n\"\"\"\nb = 1\n");
}

#[test]
fn texts_keep_the_quotation_marks_that_they_need() {
    for (written, kept) in [
        ("'a/b#1'", "\"a/b#1\""),
        (r#"'a/b%"M"'"#, r#"'a/b%"M"'"#),
        (r"'a\b'", r"'a\b'"),
        ("''", "\"\""),
        ("'''it's'''", "'''it's'''"),
        (r#""a \"b\" \u00e9""#, r#""a \"b\" \u00e9""#),
        ("'é\tü'", "\"é\tü\""),
    ] {
        assert_eq!(
            formatted(&format!("x = {written}\n")),
            format!("x = {kept}\n")
        );
    }
}

#[test]
fn files_of_comments_or_of_nothing() {
    for (text, shown) in [
        ("", ""),
        ("\n\n", ""),
        ("# a", "# a\n"),
        ("\n# a\n\n\n#:schema x\n# b\n\n", "#:schema x\n# a\n\n# b\n"),
        ("#:schema x\n[a]\n", "#:schema x\n\n[a]\n"),
        (
            "#:schema x\n# about b\nb = 1\n",
            "#:schema x\n# about b\nb = 1\n",
        ),
        ("#:schema x\n\nb = 1\n", "#:schema x\n\nb = 1\n"),
    ] {
        assert_eq!(formatted(text), shown, "{text:?}");
    }
}

#[test]
fn what_is_no_toml_is_not_formatted() {
    for (text, at) in [
        ("a = 1\nb = \n", 10),
        ("\u{feff}a = = 1", 7),
        ("a = 1\na = 2\n", 6),
    ] {
        let Err(Unformatted::Syntax(place)) = format(text, &order()) else {
            panic!("{text}")
        };
        assert_eq!(place, at, "{text}");
    }
}
