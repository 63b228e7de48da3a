use super::path::Place;
use crate::diag::{Diagnostic, Fix, closest};
use crate::syntax::{Document, Problem, Violation};
use crate::text::{SourceMap, Span};

const OBJECTIVE_ONLY: [&str; 3] = ["supports", "retrospective", "kr"];

const KEY_RESULT_ONLY: [&str; 14] = [
    "area",
    "share",
    "kind",
    "flow_metric",
    "metric",
    "unit",
    "from",
    "to",
    "at_least",
    "at_most",
    "milestone",
    "scoring",
    "measure",
    "check_in",
];

/// Names that people write for keys, and what the format calls them.
pub(super) const OTHER_NAMES: &[(&str, &str)] = &[
    ("baseline", "from"),
    ("start", "from"),
    ("target", "to"),
    ("goal", "to"),
    ("min", "at_least"),
    ("max", "at_most"),
    ("milestones", "milestone"),
    ("name", "title"),
    ("due_date", "due"),
    ("deadline", "due"),
    ("assignee", "owner"),
    ("issues", "work"),
    ("key_result", "kr"),
    ("key_results", "kr"),
];

/// Says violations in the words of the format; nothing where general words do.
pub(super) fn say(
    sources: &SourceMap,
    document: &Document<'_>,
    violation: &Violation<'_>,
) -> Option<Diagnostic> {
    let path: Vec<&str> = violation.path.iter().map(String::as_str).collect();
    match (violation.problem, path.as_slice()) {
        (Problem::UnknownKey(key), []) => unknown_root(sources, document, violation, key),
        (Problem::UnknownKey(key), ["objective", objective]) => {
            misplaced_in_objective(violation, key, objective)
        }
        (Problem::UnknownKey(key), ["objective", objective, "kr", key_result]) => {
            misplaced_in_key_result(violation, key, objective, key_result)
        }
        (Problem::MissingKey("title"), ["objective", objective]) => {
            stray(sources, document, violation, objective)
        }
        (Problem::MissingKey("title"), ["objective", objective, "kr", key_result]) => {
            stray_key_result(sources, document, violation, objective, key_result)
        }
        (Problem::WrongType, ["objective", rest @ ..]) if violation.is_list => {
            let header = match rest {
                [] => "[objective.<id>]".to_owned(),
                [objective, "kr"] => format!("[objective.{objective}.kr.<id>]"),
                _ => return None,
            };
            Some(
                Diagnostic::error(
                    "wrong-type",
                    "this is a list, but every entry needs an id of its own",
                )
                .at(violation.span, "")
                .with_help(format!(
                    "write {header} instead of a header in double brackets"
                )),
            )
        }
        _ => None,
    }
}

/// The removal of a line that says what the file's path says, too.
fn said_by_path(sources: &SourceMap, document: &Document<'_>, key: &str) -> Option<Fix> {
    let file = sources.file(document.file());
    let place = Place::parse(file.path())?;
    let said = match key {
        "quarter" => place.quarter.to_string(),
        _ => place.team.to_string(),
    };
    let begin = document.key_span(&[key])?.range().start;
    let value = document.value_span(&[key])?;
    let text = file.text();
    let line = text.get(value.range().end..)?;
    let end = line.find('\n').map_or(line.len(), |end| end + 1);
    let alone = text[..begin].is_empty() || text[..begin].ends_with('\n');
    let same = sources.slice(value).trim_matches(['"', '\'']) == said;
    let whole = begin..value.range().end + end;
    (same && alone && line[..end].trim().is_empty()).then(|| {
        let title = format!("remove the line: the path says the {key}");
        Fix::new(Span::new(document.file(), whole), "", title)
    })
}

fn unknown_root(
    sources: &SourceMap,
    document: &Document<'_>,
    violation: &Violation<'_>,
    key: &str,
) -> Option<Diagnostic> {
    let meant = match key {
        "objectives" | "Objective" | "okr" | "o" => "objective",
        "quarter" | "team" => {
            return Some(
                Diagnostic::error("unknown-key", format!("a file does not repeat its {key}"))
                    .at(violation.span, "")
                    .with_help("remove the line: the path okrs/<quarter>/<team>.toml says it")
                    .with_fix(said_by_path(sources, document, key)),
            );
        }
        "kr" => {
            return Some(
                Diagnostic::error("unknown-key", "a key result belongs to an objective")
                    .at(violation.span, "")
                    .with_help("write [objective.<id>.kr.<id>]"),
            );
        }
        key if KEY_RESULT_ONLY.contains(&key)
            || matches!(key, "title" | "description" | "supports" | "owner" | "due") =>
        {
            return Some(
                Diagnostic::error(
                    "misplaced-key",
                    format!("`{key}` stands above the first header"),
                )
                .at(violation.span, "")
                .with_help("move it below [objective.<id>] or [objective.<id>.kr.<id>]"),
            );
        }
        _ => return None,
    };
    Some(
        Diagnostic::error("unknown-key", format!("`{key}` is not a key of this file"))
            .at(violation.span, format!("did you mean `{meant}`?"))
            .with_help(format!("write [{meant}.<id>]")),
    )
}

fn misplaced_in_objective(
    violation: &Violation<'_>,
    key: &str,
    objective: &str,
) -> Option<Diagnostic> {
    if KEY_RESULT_ONLY.contains(&key) {
        return Some(
            Diagnostic::error(
                "misplaced-key",
                format!("`{key}` belongs to a key result, not to an objective"),
            )
            .at(violation.span, "")
            .with_help(format!(
                "move it below the header of a key result, [objective.{objective}.kr.<id>]"
            )),
        );
    }
    // The most used keys that both may have; a word that is near to one of them was meant for the objective.
    let own = OBJECTIVE_ONLY.into_iter().chain([
        "title",
        "description",
        "owner",
        "due",
        "status",
        "work",
    ]);
    let near = closest(key, own.clone().chain(KEY_RESULT_ONLY));
    if let Some(meant) = near.filter(|near| KEY_RESULT_ONLY.contains(near)) {
        return Some(
            Diagnostic::error(
                "misplaced-key",
                format!("`{key}` is not a key of an objective"),
            )
            .at(violation.span, format!("did you mean `{meant}`?"))
            .with_help(format!(
                "`{meant}` belongs to a key result: move it below [objective.{objective}.kr.<id>]"
            )),
        );
    }
    other_name(violation, key)
}

fn misplaced_in_key_result(
    violation: &Violation<'_>,
    key: &str,
    objective: &str,
    key_result: &str,
) -> Option<Diagnostic> {
    if OBJECTIVE_ONLY.contains(&key) {
        return Some(
            Diagnostic::error(
                "misplaced-key",
                format!("`{key}` belongs to the objective, not to its key result"),
            )
            .at(
                violation.span,
                format!("this is below [objective.{objective}.kr.{key_result}]"),
            )
            .with_help(format!(
                "move it up, below [objective.{objective}] and above its first key result"
            )),
        );
    }
    other_name(violation, key)
}

fn other_name(violation: &Violation<'_>, key: &str) -> Option<Diagnostic> {
    let (_, meant) = OTHER_NAMES.iter().find(|(other, _)| *other == key)?;
    Some(
        Diagnostic::error("unknown-key", format!("`{key}` is called `{meant}` here"))
            .at(violation.span, format!("write `{meant}`"))
            .with_help(format!("write `{meant}`")),
    )
}

/// An objective without a title that has nothing but key results: its id is probably misspelt.
fn stray(
    sources: &SourceMap,
    document: &Document<'_>,
    violation: &Violation<'_>,
    objective: &str,
) -> Option<Diagnostic> {
    let own = document.keys(&["objective", objective]);
    if !own.map(|(key, _)| key).eq(["kr"]) || sources.slice(violation.span).starts_with('[') {
        return None;
    }
    let others = document.keys(&["objective"]);
    let titled = others
        .map(|(id, _)| id)
        .filter(|id| *id != objective && document.key_span(&["objective", id, "title"]).is_some());
    let first = document
        .keys(&["objective", objective, "kr"])
        .next()
        .map_or("", |(id, _)| id);
    let found = Diagnostic::error(
        "stray-objective",
        format!("there is no [objective.{objective}], only a key result of it"),
    );
    Some(match closest(objective, titled) {
        Some(near) => found
            .at(violation.span, format!("did you mean `{near}`?"))
            .with_help(format!("write [objective.{near}.kr.{first}]")),
        None => found.at(violation.span, "").with_help(format!(
            "write [objective.{objective}] with a title above its key results"
        )),
    })
}

/// A key result without a header of its own, of which only check-ins or milestones are there.
fn stray_key_result(
    sources: &SourceMap,
    document: &Document<'_>,
    violation: &Violation<'_>,
    objective: &str,
    key_result: &str,
) -> Option<Diagnostic> {
    if sources.slice(violation.span).starts_with(['[', '{']) {
        return None;
    }
    let path = ["objective", objective, "kr"];
    let at = document.key_span(&[&path[..], &[key_result]].concat())?;
    let titled = document.keys(&path).map(|(id, _)| id).filter(|id| {
        let title = [&path[..], &[*id, "title"]].concat();
        *id != key_result && document.key_span(&title).is_some()
    });
    let found = Diagnostic::error(
        "stray-objective",
        format!("there is no [objective.{objective}.kr.{key_result}], only parts of it"),
    );
    Some(match closest(key_result, titled) {
        Some(near) => found
            .at(at, format!("did you mean `{near}`?"))
            .with_help(format!("write {near} instead of {key_result}")),
        None => found.at(at, "").with_help(format!(
            "write [objective.{objective}.kr.{key_result}] with a title and a measure above it"
        )),
    })
}
