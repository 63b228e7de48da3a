use okrsync::diag::Severity;
use okrsync::edit::{Judged, Order, Unformatted, format, mend};
use okrsync::{config, load};

use super::scene::{Scene, two_texts};

/// Any file is formatted without a loss and comes to rest, or is no TOML; and mending it leaves no more errors than it had.
pub fn edit(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    for (text, schema) in [(&okr_toml, config::schema()), (&okrs, load::schema())] {
        let order = Order::of(schema);
        match format(text, &order) {
            Ok(formatted) => assert_eq!(format(&formatted, &order).as_ref(), Ok(&formatted)),
            Err(Unformatted::Syntax(at)) => assert!(at <= text.len()),
            Err(Unformatted::Lossy) => panic!("formatting loses something of {text:?}"),
        }
    }
    let judge = |text: &str| {
        let scene = Scene::of(&okr_toml, text);
        Judged {
            file: scene.files[1],
            sources: scene.sources,
            findings: scene.found,
        }
    };
    let errors = |judged: &Judged| {
        let own = judged.findings.iter().filter(|found| {
            let place = found.primary.as_ref();
            place.is_some_and(|label| label.span.file == judged.file)
        });
        own.filter(|found| found.severity == Severity::Error)
            .count()
    };
    if let Some(mended) = mend(&okrs, &judge) {
        assert!(
            errors(&judge(&mended.text)) <= errors(&judge(&okrs)),
            "{}",
            mended.text
        );
    }
}
