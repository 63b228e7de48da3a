use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::git::{Checkout, Git, Heard, RAW_LOG, item};
use super::object_id::ObjectId;
use super::{NoHistory, Wanted, quarter_of};
use crate::workspace::OKR_DIR;

/// Which versions of which files there are; their texts have not been read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// By path, each oldest first.
    pub(super) files: BTreeMap<String, Vec<Version>>,
    /// The day before which commits are missing, where that matters.
    pub(super) complete_since: Option<Date>,
}

/// A file as a commit left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) commit: ObjectId,
    pub(super) date: Date,
    pub(super) blob: ObjectId,
}

/// Looks for the versions of files, from the newest commit back until enough is known. `there` are the paths of files
/// that exist.
pub(super) fn find(
    git: &Git<'_>,
    checkout: &Checkout,
    wanted: &[Wanted],
    there: &BTreeSet<&str>,
) -> Result<Found, NoHistory> {
    let dirs: Vec<String> = wanted
        .iter()
        .map(|wanted| format!("{OKR_DIR}/{}", wanted.quarter))
        .collect();
    let of_head = |arguments: &[&'static str]| -> Vec<&str> {
        let mut all = arguments.to_vec();
        all.extend([checkout.head.as_str(), "--"]);
        all.extend(dirs.iter().map(String::as_str));
        all
    };
    let mut walk = Walk::new(wanted, there);
    let tree = of_head(&["ls-tree", "-r", "-z"]);
    git.ask(&tree, "", |answer| {
        while let Some(entry) = item(answer, 0)? {
            walk.checked_out(&entry);
        }
        Ok(((), Heard::All))
    })?;
    if walk.open == 0 && there.iter().any(|path| walk.wanted(path).is_some()) {
        in_this_repository(git, checkout)?;
    }
    // Also commits that change none of these files: they tell how far back the walk is.
    let log = of_head(&[&RAW_LOG[..], &["--sparse"]].concat());
    git.ask(&log, "", |answer| {
        while let Some(token) = item(answer, 0)? {
            let token = String::from_utf8_lossy(&token).into_owned();
            match token.trim_start_matches('\n').strip_prefix(':') {
                Some(change) => {
                    let path = item(answer, 0)?.ok_or_else(NoHistory::not_understood)?;
                    walk.change(change, &path)?;
                }
                None if walk.knows_enough() => return Ok(((), Heard::Enough)),
                None => walk.commit(&token)?,
            }
        }
        Ok(((), Heard::All))
    })?;
    let reached = walk.commit.as_ref().map(|(_, date)| *date);
    Ok(Found {
        complete_since: reached.filter(|_| checkout.shallow && !walk.knows_enough()),
        files: walk.found(),
    })
}

/// Sees that the directory of the files, where none of them is in the newest commit, is at least no other repository's and
/// no link: git would know nothing of what is in it, and that is not the same as that there was nothing.
fn in_this_repository(git: &Git<'_>, checkout: &Checkout) -> Result<(), NoHistory> {
    let arguments = ["ls-tree", "-z", checkout.head.as_str(), "--", OKR_DIR];
    git.ask(&arguments, "", |answer| match item(answer, 0)? {
        Some(entry) if !entry.starts_with(b"040000 ") => Err(NoHistory::Elsewhere),
        _ => Ok(((), Heard::All)),
    })
}

/// A walk back through the commits.
struct Walk<'a> {
    wanted: BTreeMap<&'a str, &'a Wanted>,
    there: &'a BTreeSet<&'a str>,
    files: BTreeMap<String, Sought>,
    /// How many files were there before the commits that have been looked at, and have no version before their day yet.
    open: usize,
    /// The day before which nothing matters but the last version before it.
    since: Option<Date>,
    /// Where the walk is.
    commit: Option<(ObjectId, Date)>,
}

/// A file whose versions are looked for.
#[derive(Default)]
struct Sought {
    /// Newest first.
    versions: Vec<Version>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// It was not there before the commits that have been looked at.
    #[default]
    New,
    /// It was there, so there are earlier versions.
    Open,
    /// The last version before the day is known.
    Done,
}

impl<'a> Walk<'a> {
    fn new(wanted: &'a [Wanted], there: &'a BTreeSet<&'a str>) -> Self {
        Self {
            wanted: wanted
                .iter()
                .map(|wanted| (wanted.quarter.as_str(), wanted))
                .collect(),
            there,
            files: BTreeMap::new(),
            open: 0,
            since: wanted.iter().map(|wanted| wanted.since).min(),
            commit: None,
        }
    }

    /// What is wanted of a file, if anything.
    fn wanted(&self, path: &str) -> Option<&'a Wanted> {
        let wanted = *self.wanted.get(quarter_of(path)?)?;
        (!wanted.gone_only || !self.there.contains(path)).then_some(wanted)
    }

    /// A file of the newest commit: `100644 blob <id>`, a tab, the path.
    fn checked_out(&mut self, entry: &[u8]) {
        let entry = str::from_utf8(entry).ok();
        let Some((about, path)) = entry.and_then(|entry| entry.split_once('\t')) else {
            return;
        };
        if is_file(about) && self.wanted(path).is_some() {
            self.set(path, State::Open);
        }
    }

    /// The walk comes to a commit: its id and time.
    fn commit(&mut self, head: &str) -> Result<(), NoHistory> {
        self.commit = Some(commit_of(head)?);
        Ok(())
    }

    /// What the commit did to a file: modes and ids before and after, without the leading colon.
    fn change(&mut self, change: &str, path: &[u8]) -> Result<(), NoHistory> {
        let words: Vec<&str> = change.split(' ').collect();
        let (Some((commit, date)), [old_mode, new_mode, _, blob, _]) =
            (self.commit.clone(), words.as_slice())
        else {
            return Err(NoHistory::not_understood());
        };
        // A path that is no text is the path of no OKR file.
        let Ok(path) = str::from_utf8(path) else {
            return Ok(());
        };
        let Some(wanted) = self.wanted(path) else {
            return Ok(());
        };
        let file = self.files.entry(path.to_owned()).or_default();
        if file.state == State::Done {
            return Ok(());
        }
        if is_file(new_mode) {
            let blob = ObjectId::parse(blob).ok_or_else(NoHistory::not_understood)?;
            file.versions.push(Version { commit, date, blob });
        }
        let state = match (date < wanted.since, is_file(old_mode)) {
            (true, _) => State::Done,
            (false, true) => State::Open,
            (false, false) => State::New,
        };
        self.set(path, state);
        Ok(())
    }

    fn set(&mut self, path: &str, state: State) {
        let file = self.files.entry(path.to_owned()).or_default();
        self.open -= usize::from(file.state == State::Open);
        self.open += usize::from(state == State::Open);
        file.state = state;
    }

    /// Whether no earlier commit matters. The commit where the walk is has been looked at completely.
    fn knows_enough(&self) -> bool {
        let before = self.commit.as_ref().zip(self.since);
        self.open == 0 && before.is_some_and(|((_, date), since)| *date < since)
    }

    fn found(self) -> BTreeMap<String, Vec<Version>> {
        let files = self.files.into_iter().filter_map(|(path, mut file)| {
            file.versions.reverse();
            (!file.versions.is_empty()).then_some((path, file.versions))
        });
        files.collect()
    }
}

/// Whether a mode is that of a file: not of a link, a directory or another repository.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

/// A commit and its day, from the line that a log has of it.
pub(super) fn commit_of(head: &str) -> Result<(ObjectId, Date), NoHistory> {
    let (id, seconds) = head
        .trim_start_matches('\n')
        .split_once(' ')
        .ok_or_else(NoHistory::not_understood)?;
    let id = ObjectId::parse(id).ok_or_else(NoHistory::not_understood)?;
    Ok((id, day(seconds)))
}

/// The day of a commit; a time that is none counts as the first day there is.
pub(super) fn day(seconds: &str) -> Date {
    let time = seconds.trim().parse().ok();
    let time = time.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or(Date::MIN, |time| time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "okrs/2026-q4/sre.toml";

    fn wanted(quarter: &str, since: &str, gone_only: bool) -> Wanted {
        Wanted {
            quarter: quarter.to_owned(),
            since: since.parse().unwrap(),
            gone_only,
        }
    }

    fn id(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    fn at(walk: &mut Walk<'_>, commit: char, day: &str) {
        let seconds = format!("{day}T23:59:59Z")
            .parse::<Timestamp>()
            .unwrap()
            .as_second();
        walk.commit(&format!("{} {seconds}", id(commit))).unwrap();
    }

    fn change(walk: &mut Walk<'_>, path: &str, modes: &str, blob: char) {
        let change = format!("{modes} {} {} X", id('0'), id(blob));
        walk.change(&change, path.as_bytes()).unwrap();
    }

    /// Commit, day and blob of every version, oldest first.
    fn versions(walk: Walk<'_>) -> Vec<String> {
        let found = walk.found();
        let all = found
            .iter()
            .flat_map(|(path, of)| of.iter().map(move |v| (path, v)));
        all.map(|(path, v)| {
            let (commit, blob) = (&v.commit.as_str()[..1], &v.blob.as_str()[..1]);
            format!("{path} {commit} {} {blob}", v.date)
        })
        .collect()
    }

    #[test]
    fn the_last_version_before_the_day_is_looked_for_and_none_before_it() {
        let (quarters, there) = ([wanted("2026-q4", "2026-10-01", false)], BTreeSet::new());
        let mut walk = Walk::new(&quarters, &there);
        walk.checked_out(format!("100644 blob {}\t{FILE}", id('9')).as_bytes());
        at(&mut walk, 'c', "2026-10-01");
        change(&mut walk, FILE, "100644 100644", '9');
        assert!(!walk.knows_enough());
        at(&mut walk, 'b', "2026-09-30");
        assert!(!walk.knows_enough(), "the version before is not known yet");
        at(&mut walk, 'a', "2026-09-01");
        change(&mut walk, FILE, "100644 100755", '8');
        assert!(walk.knows_enough());
        change(&mut walk, FILE, "000000 100644", '7');
        assert_eq!(
            versions(walk),
            [
                "okrs/2026-q4/sre.toml a 2026-09-01 8",
                "okrs/2026-q4/sre.toml c 2026-10-01 9"
            ]
        );
    }

    #[test]
    fn a_file_that_was_made_later_has_no_version_before() {
        let (quarters, there) = ([wanted("2026-q4", "2026-10-01", false)], BTreeSet::new());
        let mut walk = Walk::new(&quarters, &there);
        walk.checked_out(format!("100644 blob {}\t{FILE}", id('9')).as_bytes());
        at(&mut walk, 'b', "2026-10-02");
        change(&mut walk, FILE, "000000 100644", '9');
        assert!(
            !walk.knows_enough(),
            "another file may have been there on the day"
        );
        at(&mut walk, 'a', "2026-09-30");
        assert!(walk.knows_enough());
    }

    #[test]
    fn a_file_that_is_gone_is_found_and_a_link_is_none() {
        let there = BTreeSet::from(["okrs/2026-q3/sre.toml"]);
        let quarters = [wanted("2026-q3", "2026-07-01", true)];
        let mut walk = Walk::new(&quarters, &there);
        for path in ["okrs/2026-q3/sre.toml", "okrs/2026-q3/link.toml"] {
            walk.checked_out(format!("120000 blob {}\t{path}", id('9')).as_bytes());
        }
        at(&mut walk, 'b', "2026-08-01");
        change(&mut walk, "okrs/2026-q3/old.toml", "100644 000000", '0');
        change(&mut walk, "okrs/2026-q3/sre.toml", "100644 100644", '2');
        change(&mut walk, "okrs/2026-q3/link.toml", "100644 120000", '3');
        change(
            &mut walk,
            "okrs/2026-q3/deep/er/old.toml",
            "100644 000000",
            '0',
        );
        change(&mut walk, "okrs/2026-q2/old.toml", "100644 000000", '0');
        at(&mut walk, 'a', "2026-06-01");
        assert!(!walk.knows_enough());
        change(&mut walk, "okrs/2026-q3/old.toml", "000000 100644", '4');
        change(&mut walk, "okrs/2026-q3/link.toml", "000000 100644", '5');
        assert!(walk.knows_enough());
        assert_eq!(
            versions(walk),
            [
                "okrs/2026-q3/link.toml a 2026-06-01 5",
                "okrs/2026-q3/old.toml a 2026-06-01 4"
            ]
        );
    }

    #[test]
    fn days_are_those_of_utc() {
        assert_eq!(day("1790812799").to_string(), "2026-09-30");
        assert_eq!(day("1790812800").to_string(), "2026-10-01");
        for none in ["", "soon", "99999999999999999"] {
            assert_eq!(day(none), Date::MIN);
        }
    }

    #[test]
    fn an_answer_that_is_no_log_is_not_understood() {
        let (quarters, there) = ([wanted("2026-q4", "2026-10-01", false)], BTreeSet::new());
        let mut walk = Walk::new(&quarters, &there);
        for wrong in ["", "abc 1", &id('a')] {
            assert!(walk.commit(wrong).is_err(), "{wrong}");
        }
        let before_any_commit = format!("000000 100644 {} {} A", id('0'), id('1'));
        assert!(walk.change(&before_any_commit, FILE.as_bytes()).is_err());
    }
}
