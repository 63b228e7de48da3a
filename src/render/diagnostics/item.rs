use super::Report;
use crate::diag::Diagnostic;
use crate::model::{Id, Key, Quarter};
use crate::text::{BYTE_ORDER_MARK, SourceFile};

/// The objective or key result that a finding is about, also one that could not be understood: the one that its subject
/// names, else the one in whose lines it stands.
pub(super) fn item(finding: &Diagnostic, report: &Report<'_>) -> Option<Key> {
    let named = finding.subject.split('.').next();
    named.and_then(|key| key.parse().ok()).or_else(|| {
        let file = report.file_of(finding)?;
        let (quarter, team) = team_of(file)?;
        let start = finding.primary.as_ref()?.span.start;
        key_of(header_above(file.text(), start)?, quarter, team)
    })
}

/// The quarter and team whose OKRs a file holds.
pub(super) fn team_of(file: &SourceFile) -> Option<(Quarter, Id)> {
    let mut parts = file.own_path().strip_suffix(".toml")?.rsplit('/');
    let (team, quarter) = (parts.next()?, parts.next()?);
    Some((quarter.parse().ok()?, team.parse().ok()?))
}

/// What a table in a team's file is about: `objective.mtbf.kr.hours`.
fn key_of(table: &str, quarter: Quarter, team: Id) -> Option<Key> {
    let parts: Vec<&str> = table.split('.').map(str::trim).collect();
    let objective =
        |id: &str| -> Option<Key> { Some(Key::objective(quarter, team, id.parse().ok()?)) };
    match parts.as_slice() {
        ["objective", id, "kr", key_result, ..] => {
            Some(objective(id)?.with_key_result(key_result.parse().ok()?))
        }
        ["objective", id, ..] => objective(id),
        _ => None,
    }
}

/// The header of the table in whose lines a byte of a TOML text stands, without its brackets.
///
/// It is read from the text alone: where a file cannot be understood, a finding has no other hold.
fn header_above(text: &str, byte: u32) -> Option<&str> {
    let at = (byte as usize).min(text.len());
    let rest = text.get(at..)?;
    let end = rest.find('\n').map_or(text.len(), |length| at + length);
    text.get(..end)?.lines().rev().find_map(header)
}

fn header(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(BYTE_ORDER_MARK).trim();
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    // A line of an array may begin with a bracket too.
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let rest = rest.trim_start();
    let ends = rest.is_empty() || rest.starts_with('#');
    (ends && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_header_before_a_place_counts() {
        let text = "\u{feff}[objective.a] # one\r\nwork = [\n  ['x'],\n  ['y', 1],\n]\n[ objective.a.kr.b ]\nto = 1\n";
        let at = |part: &str| u32::try_from(text.find(part).unwrap()).unwrap();
        assert_eq!(header_above(text, at("one")), Some("objective.a"));
        assert_eq!(header_above(text, at("'x'")), Some("objective.a"));
        assert_eq!(header_above(text, at("a.kr")), Some(" objective.a.kr.b "));
        assert_eq!(header_above(text, 999), Some(" objective.a.kr.b "));
        assert_eq!(header_above("to = 1\n", 3), None);
        assert_eq!(header_above("", 0), None);
    }

    #[test]
    fn a_table_is_about_an_objective_or_a_key_result() {
        let key = |table| {
            let key = key_of(table, "2026-q4".parse().unwrap(), "sre".parse().unwrap());
            key.map(|key| key.to_string())
        };
        let objective = Some("2026-q4/sre/mtbf".to_owned());
        assert_eq!(key("objective.mtbf"), objective);
        assert_eq!(key("objective.mtbf.retrospective"), objective);
        let key_result = Some("2026-q4/sre/mtbf/hours".to_owned());
        assert_eq!(key(" objective . mtbf.kr.hours "), key_result);
        assert_eq!(key("objective.mtbf.kr.hours.check_in"), key_result);
        for none in ["objective", "objective.MTBF", "policy", ""] {
            assert_eq!(key(none), None, "{none}");
        }
    }
}
