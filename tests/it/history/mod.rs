//! What files said earlier and say elsewhere, read from real repositories.

mod compare;
mod guarded;
mod missing;
mod versions;

use okrsync::workspace::{Earlier, NoHistory, Present, Root, VersionText, Wanted};

use crate::support::repository::{Repository, path};

const SRE: &str = "okrs/2026-q4/sre.toml";

/// What is wanted of a quarter, from its first day on.
fn since(quarter: &str, day: &str) -> Wanted {
    Wanted {
        quarter: quarter.to_owned(),
        since: day.parse().unwrap(),
        gone_only: false,
    }
}

/// The fourth quarter of 2026.
fn q4() -> Wanted {
    since("2026-q4", "2026-10-01")
}

fn ask(repository: &Repository, wanted: &[Wanted]) -> Result<Earlier, NoHistory> {
    let root = Root::at(&repository.dir()).unwrap();
    let files = root.read();
    let present = Present {
        sources: &files.sources,
        okrs: &files.okrs,
    };
    let environment: Vec<_> = path().into_iter().collect();
    root.history(wanted, present, &environment)
}

/// Path, day, subject of the commit, and text of every version.
fn shown(repository: &Repository, earlier: &Earlier) -> Vec<String> {
    let versions = earlier.versions.iter();
    versions
        .map(|version| {
            let plain = ["--no-show-signature", "--encoding=UTF-8"];
            let show = [
                &["show", "-s", "--format=%s"],
                &plain[..],
                &[&version.commit],
            ]
            .concat();
            let subject = repository.git(&show);
            let text = match version.text {
                VersionText::AsNow => "(as now)",
                VersionText::Earlier(at) => earlier.texts[at].trim_end_matches('\n'),
            };
            let (path, date, subject) = (&version.path, version.date, subject.trim_end());
            format!("{path} {date} {subject}: {text}")
        })
        .collect()
}

fn history(repository: &Repository, wanted: &[Wanted]) -> Vec<String> {
    let earlier = ask(repository, wanted).unwrap();
    assert_eq!(earlier.complete_since, None);
    shown(repository, &earlier)
}
