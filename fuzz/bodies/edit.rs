use std::sync::LazyLock;

use okrsync::diag::Severity;
use okrsync::edit::{Judged, Order, Unformatted, format, mend};
use okrsync::render::unified;
use okrsync::{config, load};

use super::scene::{Scene, assert_no_controls, two_texts};

static OKR_TOML: LazyLock<Order> = LazyLock::new(|| Order::of(config::schema()));
static OKRS: LazyLock<Order> = LazyLock::new(|| Order::of(load::schema()));

/// Any file that is TOML is formatted, means what it meant, and stays so; what is mended has no more errors than before.
pub fn edit(data: &[u8]) {
    let (okr_toml, okrs) = two_texts(data);
    if let Some(formatted) = formatted(&okr_toml, &OKR_TOML) {
        assert_eq!(meaning(&formatted, &okrs), meaning(&okr_toml, &okrs));
    }
    if let Some(formatted) = formatted(&okrs, &OKRS) {
        assert_eq!(meaning(&okr_toml, &formatted), meaning(&okr_toml, &okrs));
    }
    let judge = |text: &str| judge(&okr_toml, text);
    if let Some(mended) = mend(&okrs, &judge) {
        assert!(errors(&judge(&mended.text)) <= errors(&judge(&okrs)));
        assert_no_controls(&unified(
            "okrs/2026-q4/sre.toml",
            &okrs,
            &mended.text,
            false,
        ));
    }
}

/// The canonical form, where there is one; it is its own.
fn formatted(text: &str, order: &Order) -> Option<String> {
    match format(text, order) {
        Ok(formatted) => {
            assert_eq!(format(&formatted, order).as_ref(), Ok(&formatted));
            Some(formatted)
        }
        Err(Unformatted::Syntax(at)) => {
            assert!(at <= text.len());
            None
        }
        Err(Unformatted::Lossy) => panic!("formatting would lose something of {text:?}"),
    }
}

fn judge(okr_toml: &str, text: &str) -> Judged {
    let scene = Scene::of(okr_toml, text);
    Judged {
        file: scene.files[1],
        sources: scene.sources,
        findings: scene.found,
    }
}

/// How many errors are in the text itself.
fn errors(judged: &Judged) -> usize {
    let in_it = judged.findings.iter().filter(|found| {
        let place = found.primary.as_ref();
        place.is_some_and(|label| label.span.file == judged.file)
    });
    in_it
        .filter(|found| found.severity == Severity::Error)
        .count()
}

/// All that is read from two files but where it stands.
fn meaning(okr_toml: &str, okrs: &str) -> String {
    let scene = Scene::of(okr_toml, okrs);
    let shown = format!("{:?} {:?}", scene.config, scene.tree);
    let mut parts = shown.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |meaning, part| {
        let rest = part.split_once('}').map_or("", |(_, rest)| rest);
        meaning + rest
    })
}
