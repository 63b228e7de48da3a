use crate::diag::RuleMeta;

/// What reading TOML and holding it against a schema can find.
pub const RULES: &[RuleMeta] = &[
    RuleMeta::form(
        "toml-syntax",
        "something is not TOML",
        "A line cannot be read. What stands in it is left out; everything else is still checked, and nothing is \
         reported as missing because of it.",
    ),
    RuleMeta::form(
        "duplicate-key",
        "a key or table is there twice",
        "TOML allows each key and each `[table]` once. Both places are shown; the first is used for further checks.",
    ),
    RuleMeta::form(
        "decimal-comma",
        "a number is written with a comma",
        "TOML writes decimal numbers with a point: `99.95`, not `99,95`. Thousands may be parted with `_`: `10_000`.",
    ),
    RuleMeta::form(
        "unit-in-number",
        "a unit stands with its number",
        "A value is a number alone: `from = 96`. Its unit stands once, in `unit = \"h\"`. Percent need no sign.",
    ),
    RuleMeta::form(
        "quoted-number",
        "a number is in quotation marks",
        "`\"96\"` is text. Write `96`.",
    ),
    RuleMeta::form(
        "quoted-date",
        "a day is in quotation marks",
        "`\"2026-12-18\"` is text. Write `2026-12-18`.",
    ),
    RuleMeta::form(
        "date-format",
        "a day is not written as year-month-day",
        "Days are written `2026-12-18`: year, month, day, with hyphens and without quotation marks.",
    ),
    RuleMeta::form(
        "unquoted-text",
        "text has no quotation marks",
        "Text stands in straight quotation marks: `title = \"Raise MTBF\"`.",
    ),
    RuleMeta::form(
        "curly-quotes",
        "a text has the quotation marks of a word processor",
        "Word processors turn `\"` into `“` and `”`, which TOML does not take for quotation marks.",
    ),
    RuleMeta::form(
        "unclosed-quote",
        "a closing quotation mark is missing",
        "A text in `\"…\"` ends on its own line; text over several lines stands between `\"\"\"` and `\"\"\"`.",
    ),
    RuleMeta::form(
        "quote-in-text",
        "a quotation mark inside a text ends it",
        "Inside `\"…\"` write `\\\"` for a quotation mark.",
    ),
    RuleMeta::form(
        "invalid-number",
        "a number cannot be used",
        "Numbers are decimal, finite and have at most 28 digits, so that they are computed exactly.",
    ),
    RuleMeta::notice(
        "newer-toml",
        "something only TOML 1.1 allows",
        "Tables in braces over several lines, commas before `}`, `\\e`, `\\x41` and times without seconds are \
         TOML 1.1. Editors' plug-ins reject them.",
    ),
    RuleMeta::form(
        "unknown-key",
        "a key that does not exist",
        "The key is misspelt, stands in the wrong table, or does not exist.",
    ),
    RuleMeta::form(
        "bad-id",
        "an id, day or quarter used as a key is not well formed",
        "Ids are lower-case letters, digits and single hyphens; days are `2026-10-05`; quarters are `\"2026-q4\"`.",
    ),
    RuleMeta::form(
        "missing-key",
        "a key that must be there is not",
        "The table cannot be used without this key.",
    ),
    RuleMeta::form(
        "wrong-type",
        "a value is of the wrong kind",
        "The key wants another kind of value: text, a number, a day, true or false, a list, or a table.",
    ),
    RuleMeta::form(
        "wrong-value",
        "a value is none of those allowed",
        "The key takes one of a few values, which the message lists.",
    ),
    RuleMeta::form(
        "out-of-range",
        "a number is too small or too large",
        "The key has bounds, which the message names.",
    ),
];
