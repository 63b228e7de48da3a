use crate::model::Id;
use crate::report::{MeasureOutcome, MeasuredReport};

/// The message of the commit that brings what was measured into a team's files, and the text of its merge request: a line for
/// each key result. It quotes no text of servers or people: GitLab runs what such texts say.
pub fn message(report: &MeasuredReport, team: &Id) -> String {
    let of_team = report.key_results.iter().filter(|measured| {
        let named = measured.key.split('/').nth(1);
        measured.outcome == MeasureOutcome::CheckedIn && named == Some(team.as_str())
    });
    let lines: Vec<String> = of_team
        .map(
            |measured| match measured.value.filter(|_| !measured.confidential) {
                Some(value) => format!("`{}`: {value}.", measured.key),
                None => format!("`{}`.", measured.key),
            },
        )
        .collect();
    format!(
        "Measurements of {team}\n\nRead on {}:\n{}\n",
        report.date,
        lines.join("\n")
    )
}
