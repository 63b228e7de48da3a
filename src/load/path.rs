use crate::config::Config;
use crate::diag::{Diagnostic, Diagnostics, closest};
use crate::model::{Id, Quarter};
use crate::text::{FileId, SourceMap, Span};

/// What a file's path says: whose OKRs it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The quarter: the folder's name.
    pub quarter: Quarter,
    /// The team: the file's name.
    pub team: Id,
}

impl Place {
    /// Reads a path like `okrs/2026-q4/sre.toml`, whatever folders come before.
    pub fn parse(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/')?;
        let quarter = folder.rsplit('/').next()?.parse().ok()?;
        let team = name.strip_suffix(".toml")?.parse().ok()?;
        Some(Self { quarter, team })
    }

    /// Turns paths in the file (`objective.mtbf.kr.hours.share`) into keys (`2026-q4/sre/mtbf/hours.share`).
    pub(super) fn name_subjects(&self, diagnostics: Diagnostics) -> Diagnostics {
        let mut named = Diagnostics::new();
        named.extend(diagnostics.into_iter().map(|mut found| {
            found.subject = self.subject(&found.subject);
            found
        }));
        named
    }

    fn subject(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('.').collect();
        let (key, rest) = match parts.as_slice() {
            ["objective", objective, "kr", key_result, rest @ ..] => {
                (format!("/{objective}/{key_result}"), rest)
            }
            ["objective", objective, rest @ ..] => (format!("/{objective}"), rest),
            [""] => (String::new(), [].as_slice()),
            rest => (String::new(), rest),
        };
        let mut subject = format!("{}/{}{key}", self.quarter, self.team);
        for part in rest {
            subject.push('.');
            subject.push_str(part);
        }
        subject
    }
}

/// Reads the place of a file and says what is wrong with its path.
pub(super) fn read(
    sources: &SourceMap,
    file: FileId,
    config: &Config,
    teams_known: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Place> {
    let path = sources.file(file).path();
    let top = Span::new(file, 0..0);
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let folder = parts.next().unwrap_or_default();
    let mut say = |message: String, help: String| {
        diagnostics.push(
            Diagnostic::error("bad-path", message)
                .at(top, "")
                .with_help(help)
                .about(path),
        );
    };
    let quarter = folder.parse::<Quarter>().ok();
    if quarter.is_none() {
        let near = near_quarter(folder).unwrap_or_else(|| "2026-q4".to_owned());
        say(
            format!("the folder `{folder}` is not a quarter"),
            format!("move the file to okrs/{near}/{name}"),
        );
    }
    let stem = name.strip_suffix(".toml").unwrap_or(name);
    let team = stem.parse::<Id>().ok();
    if team.is_none() {
        let id = near_id(stem);
        say(
            format!("`{stem}` is not the id of a team"),
            format!("name the file {id}.toml: ids are lower-case letters, digits and hyphens"),
        );
    }
    let (quarter, team) = (quarter?, team?);
    if config.calendar.period(quarter).is_none() {
        say(
            format!("the calendar has no days for {quarter}"),
            "give them in okr.toml under [calendar.quarters]".to_owned(),
        );
    }
    if teams_known && config.teams.get(&team).is_none() {
        let near = closest(
            team.as_str(),
            config.teams.iter().map(|team| team.id.as_str()),
        );
        let mut found = Diagnostic::error("unknown-team", format!("okr.toml has no team `{team}`"))
            .at(top, "")
            .about(path);
        if let Some(near) = near {
            found = found.with_help(format!(
                "did you mean `{near}`? Then name the file {near}.toml"
            ));
        }
        diagnostics.push(found.with_help(format!(
            "declare the team in okr.toml: [teams.{team}] with tracker = \"group/project\""
        )));
    }
    Some(Place { quarter, team })
}

/// Two files of one team and quarter.
pub(super) fn twice(
    sources: &SourceMap,
    file: FileId,
    before: FileId,
    quarter: Quarter,
    team: &Id,
) -> Diagnostic {
    let other = sources.file(before).path();
    Diagnostic::error(
        "bad-path",
        format!("the OKRs of `{team}` in {quarter} are in two files"),
    )
    .at(Span::new(file, 0..0), "")
    .with_label(Span::new(before, 0..0), "the other file")
    .with_help(format!("put both into one file; the other is {other}"))
    .about(format!("{quarter}/{team}"))
}

/// `2026-Q4`, `Q4-2026`, `2026q4`, `fy26-q4`: the quarter that was probably meant.
fn near_quarter(folder: &str) -> Option<String> {
    let lower = folder.to_lowercase();
    let (before, after) = lower.split_once('q')?;
    let number = after.chars().next().filter(|c| ('1'..='4').contains(c))?;
    let rest = &after[1..];
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let year = [digits(before), digits(rest)]
        .into_iter()
        .find(|year| !year.is_empty())?;
    let year = if year.len() == 2 {
        format!("20{year}")
    } else {
        year
    };
    let name = format!("{year}-q{number}");
    name.parse::<Quarter>().is_ok().then_some(name)
}

fn near_id(stem: &str) -> String {
    let mut id = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() {
        "team".to_owned()
    } else {
        id.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_quarter_and_team() {
        let place = Place::parse("okrs/2026-q4/sre.toml").unwrap();
        assert_eq!(
            (place.quarter.to_string(), place.team.as_str()),
            ("2026-q4".to_owned(), "sre")
        );
        for wrong in [
            "sre.toml",
            "okrs/sre.toml",
            "okrs/2026-q4/SRE.toml",
            "okrs/2026-q4/sre.tml",
        ] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
        assert_eq!(
            place.subject("objective.mtbf.kr.hours.share"),
            "2026-q4/sre/mtbf/hours.share"
        );
        assert_eq!(
            place.subject("objective.mtbf.title"),
            "2026-q4/sre/mtbf.title"
        );
        assert_eq!(place.subject(""), "2026-q4/sre");
    }

    #[test]
    fn quarters_in_other_notations_are_recognised() {
        for name in ["2026-Q4", "Q4-2026", "2026q4", "FY26-Q4", "q4_2026"] {
            assert_eq!(near_quarter(name).as_deref(), Some("2026-q4"), "{name}");
        }
        assert_eq!(near_quarter("drafts"), None);
        assert_eq!(near_id("Site Reliability"), "site-reliability");
    }
}
