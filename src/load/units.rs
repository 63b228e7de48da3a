use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::syntax::{Document, header_above, number_with_unit, path_at};
use crate::text::{SourceMap, Span};

/// Keys whose value is percent whatever the unit of the measure.
const PERCENT: [&str; 3] = ["share", "confidence", "score"];

/// Keys that have the unit of the measure.
const MEASURED: [&str; 4] = ["from", "to", "at_least", "at_most"];

/// Adds a change to what was found about units that stand with their numbers: the unit is left out where `unit` says it
/// already or percent is meant anyway, and moves into `unit` where none is given.
pub(super) fn mend(sources: &SourceMap, document: &Document<'_>, diagnostics: &mut Diagnostics) {
    if !diagnostics.iter().any(is_about_units) {
        return;
    }
    let all = std::mem::take(diagnostics);
    diagnostics.extend(all.into_iter().map(|found| {
        let place = found.primary.as_ref().map(|label| label.span);
        let fix = place
            .filter(|_| is_about_units(&found))
            .and_then(|place| fix(sources, document, place));
        match fix {
            Some(fix) => found.with_fix(fix),
            None => found,
        }
    }));
}

fn is_about_units(found: &Diagnostic) -> bool {
    found.rule == "unit-in-number"
}

fn fix(sources: &SourceMap, document: &Document<'_>, place: Span) -> Option<Fix> {
    let written = sources.slice(place);
    let (number, unit) = number_with_unit(written.trim_matches(['"', '\'']))?;
    let text = sources.file(place.file).text();
    let path = path_at(text, place.range().start)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (item, field) = match path.as_slice() {
        ["objective", _, "kr", _, field @ ..] => (&path[..4], field),
        ["objective", _, field @ ..] => (&path[..2], field),
        _ => return None,
    };
    let last = field.last()?;
    let only = || Fix::new(place, number, "write the number alone");
    if PERCENT.contains(last) {
        return (unit == "%").then(only);
    }
    let measured =
        MEASURED.contains(last) && field.len() == 1 || matches!(field, ["check_in", _, "value"]);
    if !measured || item.len() < 4 {
        return None;
    }
    let declared = [item, &["unit"]].concat();
    match document.value_span(&declared) {
        Some(declared) => (sources.slice(declared).trim_matches(['"', '\'']) == unit).then(only),
        None if document.poison().has(&declared.join(".")) => None,
        None => with_unit(text, place, number, unit, item),
    }
}

/// The number alone, and a line above it that says the unit. That line must belong to the key result, so the header must
/// be its own.
fn with_unit(text: &str, place: Span, number: &str, unit: &str, item: &[&str]) -> Option<Fix> {
    let range = place.range();
    let header = text[header_above(text, range.start)..].lines().next()?;
    if header.split('#').next()?.trim() != format!("[{}]", item.join(".")) {
        return None;
    }
    let begin = text[..range.start].rfind('\n')? + 1;
    let line_end = if text[..begin].ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let before = &text[begin..range.start];
    let indent = &before[..before.len() - before.trim_start().len()];
    Some(Fix::new(
        Span::new(place.file, begin..range.end),
        format!("{indent}unit = \"{unit}\"{line_end}{before}{number}"),
        "write the unit once, in `unit`",
    ))
}
