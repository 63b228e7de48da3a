use std::collections::BTreeMap;

use super::Outcome;
use super::human::name;
use crate::model::{Id, Key};
use crate::plan::Statement;

/// The message of the commit that brings what people wrote about a team's OKRs into its files, and the text of its merge
/// request: a line for each key with what it gets.
///
/// It quotes nothing but days. GitLab runs what such texts say: `Closes #12` in a commit that is merged closes the issue, and a
/// mention notifies.
pub fn message(outcome: &Outcome<'_>, team: &Id) -> String {
    let mut by_key: BTreeMap<&Key, Vec<String>> = BTreeMap::new();
    for (pulled, _) in outcome.pulled {
        if pulled.key.team != *team {
            continue;
        }
        let part = name(pulled.says.part());
        let what = match (&pulled.says, &pulled.replaces) {
            (Statement::Due(day), Some(Statement::Due(before))) if !pulled.confidential => {
                format!("{part} {day}, was {before}")
            }
            (Statement::CheckIn(_), Some(_)) => format!("{part}, changed"),
            _ => part,
        };
        by_key.entry(&pulled.key).or_default().push(what);
    }
    let lines: Vec<String> = by_key
        .into_iter()
        .map(|(key, parts)| format!("`{key}`: {}.", parts.join("; ")))
        .collect();
    format!(
        "Edits of {team} from GitLab\n\nWhat people wrote in the issues:\n{}\n",
        lines.join("\n")
    )
}
