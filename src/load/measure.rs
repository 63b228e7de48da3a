use super::fields::Reader;
use super::subject::Subject;
use super::{raw, schedule};
use crate::diag::Diagnostic;
use crate::model::{Id, Measure, MilestoneStep};
use crate::syntax::{At, Decimal, Entries, IdKey};
use crate::text::Span;

/// The keys that say how a key result is measured.
pub(super) struct Raw {
    pub from: Option<At<Decimal>>,
    pub to: Option<At<Decimal>>,
    pub at_least: Option<At<Decimal>>,
    pub at_most: Option<At<Decimal>>,
    pub milestone: Entries<IdKey, raw::Milestone>,
}

const KEYS: [&str; 5] = ["from", "to", "at_least", "at_most", "milestone"];

/// Reads exactly one measure; nothing where there is none or more than one.
pub(super) fn read(
    reader: &mut Reader<'_>,
    table: Span,
    path: &Subject<'_>,
    raw: Raw,
) -> Option<Measure> {
    let from = reader.number(raw.from);
    let to = reader.number(raw.to);
    let at_least = reader.number(raw.at_least);
    let at_most = reader.number(raw.at_most);
    let any_milestone = !raw.milestone.is_empty();
    let milestones = milestones(reader, path, raw.milestone);
    let spoiled = KEYS
        .iter()
        .any(|key| reader.poison.excuses(table, &path.key(key)));
    let first_milestone = milestones.first().map(|step| step.title.span);
    let given: Vec<(&str, Span)> = [
        ("to", to.or(from).map(|number| number.span)),
        ("at_least", at_least.map(|number| number.span)),
        ("at_most", at_most.map(|number| number.span)),
        ("milestone", first_milestone),
    ]
    .into_iter()
    .filter_map(|(key, span)| Some((key, span?)))
    .collect();
    if let [(first, first_span), (second, second_span), ..] = given.as_slice() {
        reader.diagnostics.push(
            Diagnostic::error("two-measures", "a key result is measured in one way only")
                .at(*second_span, format!("this is `{second}`"))
                .with_label(*first_span, format!("this is `{first}`"))
                .with_help("keep `from` and `to`, or `at_least`, or `at_most`, or milestones; make the other a key result of its own")
                .about(path.to_string()),
        );
        return None;
    }
    let measure = match (to, at_least, at_most) {
        (Some(to), ..) => Some(Measure::Linear { from, to }),
        (_, Some(limit), _) => Some(Measure::AtLeast(limit)),
        (_, _, Some(limit)) => Some(Measure::AtMost(limit)),
        _ if !milestones.is_empty() => Some(Measure::Milestones(milestones)),
        _ => None,
    };
    // A table without a header of its own is a key result that is not there, which is said of its title.
    let is_declared = reader.sources.slice(table).starts_with(['[', '{']);
    if measure.is_none() && !spoiled && !any_milestone && is_declared {
        match from {
            Some(from) => reader.error(
                "no-measure",
                from.span,
                path,
                "`from` stands without `to`",
                "add to = …, the value to be reached",
            ),
            None => reader.error(
                "no-measure",
                table,
                path,
                "nothing says how this key result is measured",
                "add `from` and `to`, `at_least`, `at_most`, or milestone.<id> = { title = \"…\" }",
            ),
        }
    }
    measure
}

fn milestones(
    reader: &mut Reader<'_>,
    path: &Subject<'_>,
    raw: Entries<IdKey, raw::Milestone>,
) -> Vec<MilestoneStep> {
    let mut steps = Vec::new();
    for (name, step) in raw {
        let name = name.spanned(reader.file);
        let steps_table = path.key("milestone");
        let subject = steps_table.key(&name.value);
        let Ok(id) = name.value.parse::<Id>() else {
            let message = format!("`{}` is too long for an id", name.value);
            reader.error(
                "bad-id",
                name.span,
                &subject,
                message,
                "use at most 63 characters",
            );
            continue;
        };
        let step = step.spanned(reader.file).value;
        let due = reader.day(step.due);
        if let Some(due) = &due {
            schedule::due(reader, due, &subject.key("due"));
        }
        if let Some(title) = reader.text(step.title, &subject.key("title")) {
            steps.push(MilestoneStep {
                id,
                title,
                weight: reader.number(step.weight),
                due,
                done: reader.day(step.done),
            });
        }
    }
    steps
}
