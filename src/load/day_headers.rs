use crate::diag::{Diagnostic, Diagnostics, Fix};
use crate::syntax::{Document, header_above};
use crate::text::{SourceMap, Span};

/// Headers that are TOML, but that the most used editor plug-in cannot read: `[….check_in.2026-10-05]`.
pub(super) fn check(sources: &SourceMap, document: &Document<'_>, diagnostics: &mut Diagnostics) {
    let text = sources.file(document.file()).text();
    if !text.contains(".check_in.") && !text.contains(".amendment.") {
        return;
    }
    for (objective, _) in document.keys(&["objective"]) {
        of_item(sources, document, &["objective", objective], diagnostics);
        for (key_result, _) in document.keys(&["objective", objective, "kr"]) {
            let item = ["objective", objective, "kr", key_result];
            of_item(sources, document, &item, diagnostics);
        }
    }
}

fn of_item(
    sources: &SourceMap,
    document: &Document<'_>,
    item: &[&str],
    diagnostics: &mut Diagnostics,
) {
    for map in ["check_in", "amendment"] {
        let mut path = item.to_vec();
        path.push(map);
        for (day, span) in document.keys(&path) {
            let header = sources.slice(span);
            if !header.starts_with('[') || header.contains(['"', '\'']) {
                continue;
            }
            let fix = as_line(sources, document, span, item, (map, day));
            diagnostics.push(
                Diagnostic::error(
                    "check-in-header",
                    "editors cannot read a header that ends in a date",
                )
                .at(span, "")
                .with_help(format!(
                    "write {map}.{day} = {{ … }} below [{}]",
                    item.join(".")
                ))
                .with_fix(fix)
                .about(format!("{}.{day}", path.join("."))),
            );
        }
    }
}

/// What stands below the header as one line in its place, where that line then belongs to the same table: the header above
/// is the table's own. Nothing where anything but keys with values on lines of their own would be touched.
fn as_line(
    sources: &SourceMap,
    document: &Document<'_>,
    header: Span,
    item: &[&str],
    (map, day): (&str, &str),
) -> Option<Fix> {
    let text = sources.file(document.file()).text();
    let begin = header.range().start;
    let above = header_above(text, begin.checked_sub(1)?);
    let home = text[above..].lines().next()?.trim();
    let is_whole = !document.poison().has_syntax_errors();
    if !is_whole || home.split('#').next()?.trim() != format!("[{}]", item.join(".")) {
        return None;
    }
    let rest_of_line = |at: usize| text[at..].lines().next().unwrap_or_default().trim();
    let mut end = header.range().end;
    let mut pairs = Vec::new();
    for (key, value) in document.keys(&[item, &[map, day]].concat()) {
        let name = document
            .key_span(&[item, &[map, day, key]].concat())?
            .range();
        let value = value.range();
        let line = text[..name.start].rfind('\n').map_or(0, |found| found + 1);
        let is_pair = text[line..name.start].trim().is_empty()
            && text.get(name.end..value.start)?.trim() == "="
            && !text[value.clone()].contains('\n')
            && rest_of_line(value.end).is_empty();
        if !is_pair {
            return None;
        }
        end = end.max(value.end);
        pairs.push((name.start, text[name.start..value.end].trim()));
    }
    pairs.sort_unstable();
    let lines = text[header.range().end..end].lines();
    let written = lines.filter(|line| !line.trim().is_empty()).count();
    if written != pairs.len() || !(pairs.is_empty() || rest_of_line(header.range().end).is_empty())
    {
        return None;
    }
    let pairs: Vec<&str> = pairs.into_iter().map(|(_, pair)| pair).collect();
    let table = if pairs.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", pairs.join(", "))
    };
    Some(Fix::new(
        Span::new(document.file(), begin..end),
        format!("{map}.{day} = {table}"),
        "write it as a line instead of a header",
    ))
}
