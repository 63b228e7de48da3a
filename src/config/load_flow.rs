use std::collections::BTreeMap;

use super::load::Reader;
use super::{
    FlowSettings, FlowStates, FlowTypes, IncidentSettings, Labels, Reopened, ValueStream, raw,
};
use crate::syntax::At;
use crate::text::Span;

/// Reads `[flow]`; `labels` tell the issues of objectives and key results from work.
pub(super) fn flow(reader: &mut Reader<'_>, raw: raw::Flow, labels: &Labels) -> FlowSettings {
    let default = FlowSettings::default();
    let states = raw.states.unwrap_or_default();
    let types = raw.types.unwrap_or_default();
    let incidents = raw.incidents.unwrap_or_default();
    let mut once = Once::new("flow.states");
    let states = FlowStates {
        cancelled: once.labels(reader, states.cancelled, "cancelled"),
        done: once.labels(reader, states.done, "done"),
        blocked: once.labels(reader, states.blocked, "blocked"),
        active: once.labels(reader, states.active, "active"),
        waiting: once.labels(reader, states.waiting, "waiting"),
    };
    let mut once = Once::new("flow.types");
    let types = FlowTypes {
        ignore: once.labels(reader, types.ignore, "ignore"),
        risk: once.labels(reader, types.risk, "risk"),
        defect: once.labels(reader, types.defect, "defect"),
        debt: once.labels(reader, types.debt, "debt"),
        feature: once.labels(reader, types.feature, "feature"),
    };
    let mut once = Once::new("flow.incidents");
    let mut given = |texts: Option<Vec<At<String>>>, key, default: Vec<String>| match texts {
        None => default,
        texts => once.labels(reader, texts, key),
    };
    let incidents = IncidentSettings {
        mitigated: given(
            incidents.mitigated,
            "mitigated",
            default.incidents.mitigated,
        ),
        resolved: given(incidents.resolved, "resolved", default.incidents.resolved),
        severities: incidents
            .severities
            .map_or(default.incidents.severities, |given| {
                given.iter().map(|severity| *severity.get()).collect()
            }),
    };
    FlowSettings {
        states,
        types,
        managed: [labels.of_objectives(), labels.of_key_results()]
            .into_iter()
            .filter(|labels| !labels.is_empty())
            .collect(),
        reopened: match raw.reopened {
            None | Some(raw::Reopened::Waiting) => Reopened::Waiting,
            Some(raw::Reopened::Excluded) => Reopened::Excluded,
        },
        incidents,
        environment: raw
            .environment
            .map(|name| name.spanned(reader.file).value)
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(default.environment),
    }
}

/// Reads `[teams.<id>.flow]`; without projects of its own the work is where the team's issues are.
pub(super) fn value_stream(
    reader: &mut Reader<'_>,
    raw: Option<raw::TeamFlow>,
    trackers: [&str; 2],
    subject: &str,
) -> ValueStream {
    let raw = raw.unwrap_or_default();
    let mut projects: Vec<String> = match raw.projects {
        Some(given) => given
            .into_iter()
            .filter_map(|path| reader.project(path, &format!("{subject}.projects")))
            .collect(),
        None => trackers.iter().map(|&path| path.to_owned()).collect(),
    };
    projects.retain(|path| !path.is_empty());
    projects.sort();
    projects.dedup();
    ValueStream {
        projects,
        labels: Once::new(subject).labels(reader, raw.labels, "labels"),
    }
}

/// Labels that may stand in one list of several only.
struct Once<'a> {
    table: &'a str,
    seen: BTreeMap<String, Span>,
}

impl<'a> Once<'a> {
    fn new(table: &'a str) -> Self {
        Self {
            table,
            seen: BTreeMap::new(),
        }
    }

    fn labels(
        &mut self,
        reader: &mut Reader<'_>,
        texts: Option<Vec<At<String>>>,
        key: &str,
    ) -> Vec<String> {
        let mut labels = Vec::new();
        let subject = format!("{}.{key}", self.table);
        for text in texts.unwrap_or_default() {
            let text = text.spanned(reader.file);
            if text.value.trim() != text.value || text.value.is_empty() || text.value.contains(',')
            {
                let message = format!("\"{}\" cannot be a label", text.value);
                let help = "write the label's name as GitLab shows it";
                reader.error("wrong-value", text.span, &subject, message, help);
                continue;
            }
            if self.seen.insert(text.value.clone(), text.span).is_some() {
                let message = format!("the label \"{}\" stands here twice", text.value);
                let help = format!("let it stand in one list of [{}]", self.table);
                reader.error("wrong-value", text.span, &subject, message, help);
                continue;
            }
            labels.push(text.value);
        }
        labels
    }
}
