//! `okr fmt` without the command: what it must never change, and that it comes to rest.

use okrsync::edit::{Order, Unformatted, format};
use okrsync::load;
use proptest::prelude::*;

use super::draw::Draw;
use crate::files::{Outcome, sre};

fn order() -> Order {
    Order::of(load::schema())
}

/// What a file means: everything that is read from it but where it stands.
fn meaning(text: &str) -> String {
    let Outcome { tree, found, .. } = sre(text);
    let of_form = ["check-in-header", "newer-toml"];
    let mut others = found.iter().filter(|found| !of_form.contains(&found.rule));
    assert!(others.next().is_none(), "{found:#?}\n{text}");
    let shown = format!("{tree:?}");
    let mut parts = shown.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |meaning, part| {
        let (_, rest) = part.split_once('}').unwrap();
        meaning + rest
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_keeps_its_meaning_and_its_comments(choices in prop::collection::vec(any::<u16>(), 0..400)) {
        let (text, comments) = Draw::file(&choices);
        let formatted = format(&text, &order()).unwrap();
        prop_assert_eq!(meaning(&formatted), meaning(&text), "{}", formatted);
        prop_assert!(sre(&formatted).found.is_empty(), "{}", formatted);
        for number in 1..=comments {
            prop_assert_eq!(formatted.matches(&format!("#{number}#")).count(), 1, "{}", formatted);
        }
        prop_assert_eq!(format(&formatted, &order()).unwrap(), formatted);
    }

    #[test]
    fn a_formatted_file_looks_so(choices in prop::collection::vec(any::<u16>(), 0..400)) {
        let (text, _) = Draw::file(&choices);
        let formatted = format(&text, &order()).unwrap();
        let body = formatted.trim_start_matches('\u{feff}');
        prop_assert_eq!(text.starts_with('\u{feff}'), formatted.starts_with('\u{feff}'));
        prop_assert_eq!(text.contains("\r\n"), formatted.contains("\r\n"));
        prop_assert!(!body.replace("\r\n", "").contains('\r'));
        prop_assert!(body.ends_with('\n') && !body.ends_with("\n\n") && !body.ends_with("\n\r\n"));
        prop_assert_eq!(text.contains("#:schema"), body.starts_with("#:schema "));
        let mut before = "";
        for line in body.lines() {
            let in_text = line == "  trailing  ";
            prop_assert!(in_text || line == line.trim_end(), "{line:?}");
            prop_assert!(!(line.is_empty() && before.is_empty()), "two empty lines: {body}");
            if line.starts_with('[') {
                prop_assert!(before.is_empty() || before.starts_with('#'), "{body}");
                let key = line.trim_start_matches('[').split(']').next().unwrap();
                prop_assert!(!key.contains("2026"), "{line}");
            }
            before = line;
        }
    }

    #[test]
    fn any_text_is_survived(text in "(\\[|\\]|\\{|\\}|=|,|\\.|\"|'|#|\n|\r\n| |a|1|title|objective|check_in|2026-10-05){0,60}") {
        match format(&text, &order()) {
            Ok(formatted) => prop_assert_eq!(format(&formatted, &order()), Ok(formatted.clone())),
            Err(Unformatted::Syntax(at)) => prop_assert!(at <= text.len()),
            Err(Unformatted::Lossy) => prop_assert!(false, "{text:?}"),
        }
    }
}

#[test]
fn the_good_file_becomes_one_that_stays() {
    let good = include_str!("../files/good.toml");
    let formatted = format(good, &order()).unwrap();
    assert_eq!(
        format(&formatted, &order()).as_deref(),
        Ok(formatted.as_str())
    );
    let order = |text: &str| text.find("check_in.2026-10-05") < text.find("check_in.2026-10-12");
    assert!(
        !order(good) && order(&formatted),
        "check-ins come by their dates"
    );
}
