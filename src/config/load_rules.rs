use std::collections::BTreeMap;

use super::load::Reader;
use super::{RuleSetting, raw};
use crate::diag::{Diagnostic, Fix, Level, closest, misspelt};
use crate::syntax::{Entries, NameKey};

/// Reads `[rules]`, or a team's own. `known` are the ids of all rules there are; where empty, any id is taken.
pub(super) fn rules(
    reader: &mut Reader<'_>,
    raw: Entries<NameKey, raw::Levels>,
    subject: &str,
    known: &[&str],
) -> BTreeMap<String, RuleSetting> {
    let mut settings = BTreeMap::new();
    let raw: Vec<_> = raw.into_iter().collect();
    let names: Vec<String> = raw.iter().map(|(rule, _)| rule.get().clone()).collect();
    for (rule, levels) in raw {
        let rule = rule.spanned(reader.file);
        if !known.is_empty() && !known.contains(&rule.value.as_str()) {
            let subject = format!("{subject}.{}", rule.value);
            let message = format!("there is no rule `{}`", rule.value);
            let help = closest(&rule.value, known.iter().copied()).map_or_else(
                || "`okr rules` lists all rules".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let taken = |id: &str| names.iter().any(|name| name == id);
            let fix = misspelt(&rule.value, known.iter().copied())
                .filter(|near| !taken(near))
                .map(|near| Fix::new(rule.span, near, format!("write `{near}`")));
            reader.diagnostics.push(
                Diagnostic::error("unknown-rule", message)
                    .at(rule.span, "")
                    .with_help(help)
                    .with_fix(fix)
                    .about(subject),
            );
            continue;
        }
        let levels = levels.spanned(reader.file);
        let setting = match levels.value {
            raw::Levels::Always(level) => {
                let level = Some(level_of(level));
                RuleSetting {
                    draft: level,
                    active: level,
                    closed: level,
                    span: levels.span,
                }
            }
            raw::Levels::ByState(states) => RuleSetting {
                draft: states.draft.map(level_of),
                active: states.active.map(level_of),
                closed: states.closed.map(level_of),
                span: levels.span,
            },
        };
        settings.insert(rule.value, setting);
    }
    settings
}

fn level_of(level: raw::Level) -> Level {
    match level {
        raw::Level::Off => Level::OFF,
        raw::Level::Info => Level::INFO,
        raw::Level::Warn => Level::WARNING,
        raw::Level::Error => Level::ERROR,
    }
}
