use proptest::prelude::*;

use super::{OKR_TOML, Outcome, load, sre};

const GOOD: &str = include_str!("good.toml");

/// Every place named lies in its file, on character boundaries.
fn places_fit(outcome: &Outcome) {
    let fits = |span: okrsync::text::Span| {
        let text = outcome.sources.file(span.file).text();
        assert!(
            text.get(span.range()).is_some(),
            "{span:?} of {} bytes",
            text.len()
        );
    };
    for found in &outcome.found {
        found.primary.iter().for_each(|label| fits(label.span));
        found.secondary.iter().for_each(|label| fits(label.span));
        found.fix.iter().for_each(|fix| fits(fix.span));
        assert!(
            !found.help.is_empty(),
            "{}: a finding without a way out",
            found.message
        );
    }
}

fn file(text: &str) -> Outcome {
    let outcome = sre(text);
    places_fit(&outcome);
    outcome
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}") {
        file(&text);
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        file(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn toml_like_text_is_survived(
        parts in proptest::collection::vec(
            prop::sample::select(vec![
                "[", "]", "[objective.a]", "[objective.a.kr.b]", "\n", "\r\n", "title", " = ", "\"", "\"\"\"", "'", "'''",
                "{", "}", ",", "1", "9,5", "2026-10-05", "check_in.", "true", "“", "é", "#", "\\", "\u{feff}", "x", ".",
            ]),
            0..60,
        )
    ) {
        file(&parts.concat());
    }

    #[test]
    fn a_good_file_with_a_change_is_survived(at in 0..GOOD.len(), length in 0..40_usize, insert in "[\\[\\]{}\"'=,.\n #“a0-]{0,4}") {
        let floor = |mut at: usize| {
            at = at.min(GOOD.len());
            while !GOOD.is_char_boundary(at) { at -= 1; }
            at
        };
        let (start, end) = (floor(at), floor(at + length));
        file(&format!("{}{insert}{}", &GOOD[..start], &GOOD[end..]));
    }

    #[test]
    fn okr_toml_with_a_change_is_survived(at in 0..OKR_TOML.len(), length in 0..40_usize, insert in "[\\[\\]{}\"'=,.\n #“a0-]{0,4}") {
        let end = (at + length).min(OKR_TOML.len());
        let text = format!("{}{insert}{}", &OKR_TOML[..at], &OKR_TOML[end..]);
        places_fit(&load(&text, &[("okrs/2026-q4/sre.toml", GOOD)]));
    }
}

#[test]
fn huge_nesting_and_huge_garbage_are_survived() {
    file(&format!("a = {}", "[".repeat(20_000)));
    file(&format!("a = {}", "{a=".repeat(20_000)));
    file(&"x".repeat(300_000));
    file(&"= [\n".repeat(10_000));
    file(&"\"\"\"".repeat(10_000));
}
