use std::collections::{BTreeMap, BTreeSet};

use super::load::{RawTeams, Reader};
use super::{
    AssigneePolicy, Bounds, DriftPolicies, DriftPolicy, Policy, Pullable, Setting, Team, Teams, raw,
};
use super::{load_flow, load_rules};
use crate::diag::{Diagnostic, closest};
use crate::model::Id;
use crate::syntax::At;
use crate::text::{Span, Spanned};

/// Reads `[policy]`.
pub(super) fn general_policy(reader: &mut Reader<'_>, raw: Option<raw::Policy>) -> Policy {
    policy(reader, raw, &Policy::default(), "policy")
}

fn policy(
    reader: &mut Reader<'_>,
    raw: Option<raw::Policy>,
    base: &Policy,
    subject: &str,
) -> Policy {
    let raw = raw.unwrap_or_default();
    let file = reader.file;
    let texts = |texts: Option<At<Vec<At<String>>>>, base: &Setting<Vec<String>>| {
        texts.map_or_else(
            || base.clone(),
            |texts| {
                let texts = texts.spanned(file);
                let each = texts.value.into_iter();
                Setting {
                    value: each.map(|text| text.spanned(file).value).collect(),
                    span: Some(texts.span),
                }
            },
        )
    };
    let count = |count: Option<At<u32>>, base: Setting<u32>| {
        count.map_or(base, |count| Setting {
            value: *count.get(),
            span: Some(count.span(file)),
        })
    };
    Policy {
        objectives: bounds(
            reader,
            raw.objectives,
            base.objectives,
            &format!("{subject}.objectives"),
        ),
        key_results: bounds(
            reader,
            raw.key_results,
            base.key_results,
            &format!("{subject}.key_results"),
        ),
        all_key_results: count(raw.all_key_results, base.all_key_results),
        objectives_per_owner: count(raw.objectives_per_owner, base.objectives_per_owner),
        levels: count(raw.levels, base.levels),
        check_in_every: count(raw.check_in_every, base.check_in_every),
        areas: texts(raw.areas, &base.areas),
        flow_metrics: texts(raw.flow_metrics, &base.flow_metrics),
        drift: raw.drift.map_or(base.drift, |raw| drift(raw, base.drift)),
        assignees: match raw.assignees {
            None => base.assignees,
            Some(raw::Assignees::Additive) => AssigneePolicy::Additive,
            Some(raw::Assignees::Exact) => AssigneePolicy::Exact,
        },
        pull: raw.pull.map_or_else(
            || base.pull.clone(),
            |pulled| pulled.into_iter().map(pullable).collect(),
        ),
    }
}

fn pullable(raw: raw::Pulled) -> Pullable {
    match raw {
        raw::Pulled::CheckIns => Pullable::CheckIns,
        raw::Pulled::Title => Pullable::Title,
        raw::Pulled::Due => Pullable::Due,
        raw::Pulled::Description => Pullable::Description,
    }
}

/// What a table leaves open goes by its `others`, else stays as it was.
fn drift(raw: raw::Drift, base: DriftPolicies) -> DriftPolicies {
    let course = |course| match course {
        raw::Course::Keep => DriftPolicy::Keep,
        raw::Course::Revert => DriftPolicy::Revert,
        raw::Course::Fail => DriftPolicy::Fail,
    };
    match raw {
        raw::Drift::All(all) => DriftPolicies::all(course(all)),
        raw::Drift::ByClass(raw) => {
            let open = raw
                .others
                .map_or(base, |others| DriftPolicies::all(course(others)));
            let of = |class: Option<raw::Course>, open| class.map_or(open, course);
            DriftPolicies {
                title: of(raw.title, open.title),
                description: of(raw.description, open.description),
                due: of(raw.due, open.due),
                state: of(raw.state, open.state),
                labels: of(raw.labels, open.labels),
                assignees: of(raw.assignees, open.assignees),
                links: of(raw.links, open.links),
                check_ins: of(raw.check_ins, open.check_ins),
                others: open.others,
            }
        }
    }
}

/// A bound that is not given stays as it was, unless the other one passes it.
fn bounds(
    reader: &mut Reader<'_>,
    raw: Option<At<raw::Bounds>>,
    base: Bounds,
    subject: &str,
) -> Bounds {
    let Some(raw) = raw else { return base };
    let span = raw.span(reader.file);
    let (min, max) = match (raw.get().min, raw.get().max) {
        (Some(min), Some(max)) if min > max => {
            let message = format!("at least {min} and at most {max} cannot both hold");
            reader.error(
                "bad-bounds",
                span,
                subject,
                message,
                "let `min` be no greater than `max`",
            );
            return base;
        }
        (Some(min), Some(max)) => (min, max),
        (Some(min), None) => (min, base.max.max(min)),
        (None, Some(max)) => (base.min.min(max), max),
        (None, None) => return base,
    };
    Bounds {
        min,
        max,
        span: Some(span),
    }
}

/// Reads `[teams]`. A team with a mistake is still a team, so that its files are not called strangers.
pub(super) fn teams(
    reader: &mut Reader<'_>,
    raw: RawTeams,
    general: &Policy,
    known_rules: &[&str],
) -> Teams {
    let mut teams: BTreeMap<Id, (Team, Option<Span>)> = BTreeMap::new();
    for (name, raw) in raw {
        let Some(id) = reader.parse::<Id>(
            name,
            "teams",
            "write the id in lower case, like site-reliability",
        ) else {
            continue;
        };
        let (team, parent) = team(reader, id.as_ref(), raw, general, known_rules);
        teams.insert(id.value, (team, parent));
    }
    parents(reader, &mut teams);
    previously(reader, &teams);
    Teams::new(teams.into_values().map(|(team, _)| team))
}

fn team(
    reader: &mut Reader<'_>,
    Spanned { value: id, span }: Spanned<&Id>,
    raw: At<raw::Team>,
    general: &Policy,
    known_rules: &[&str],
) -> (Team, Option<Span>) {
    let raw = raw.spanned(reader.file).value;
    let subject = |key: &str| format!("teams.{id}.{key}");
    let name = raw
        .name
        .map(|name| name.spanned(reader.file).value)
        .filter(|name| !name.trim().is_empty());
    let manager = raw
        .manager
        .and_then(|text| reader.username(text, &subject("manager")));
    let parent = raw.parent.and_then(|text| {
        reader.parse::<Id>(text, &subject("parent"), "write the id of another team")
    });
    let tracker = raw
        .tracker
        .and_then(|text| reader.project(text, &subject("tracker")));
    let tracker = tracker.unwrap_or_default();
    let key_result_tracker = raw
        .key_result_tracker
        .and_then(|text| reader.project(text, &subject("key_result_tracker")));
    let previously = raw
        .previously
        .into_iter()
        .filter_map(|text| reader.parse::<Id>(text, &subject("previously"), "write the old id"))
        .map(|id| id.value)
        .collect();
    let key_result_tracker = key_result_tracker.unwrap_or_else(|| tracker.clone());
    let trackers = [tracker.as_str(), key_result_tracker.as_str()];
    let flow = load_flow::value_stream(reader, raw.flow, trackers, &subject("flow"));
    let parent_span = parent.as_ref().map(|parent| parent.span);
    let team = Team {
        id: id.clone(),
        span,
        name: name.unwrap_or_else(|| id.to_string()),
        manager,
        parent: parent.map(|parent| parent.value),
        key_result_tracker,
        tracker,
        flow,
        individual: raw.individual,
        policy: policy(reader, raw.policy, general, &subject("policy")),
        rules: load_rules::rules(reader, raw.rules, &subject("rules"), known_rules),
        previously,
    };
    (team, parent_span)
}

/// Parents that are not there, and teams that are above themselves.
fn parents(reader: &mut Reader<'_>, teams: &mut BTreeMap<Id, (Team, Option<Span>)>) {
    let ids: Vec<Id> = teams.keys().cloned().collect();
    for id in &ids {
        let Some((team, Some(span))) = teams.get(id) else {
            continue;
        };
        let Some(parent) = &team.parent else { continue };
        if teams.contains_key(parent) {
            continue;
        }
        let declared_with_mistakes = reader.poison.lost_header(parent.as_str())
            || reader.poison.has(&format!("teams.{parent}"));
        if !declared_with_mistakes {
            let help = closest(parent.as_str(), ids.iter().map(Id::as_str)).map_or_else(
                || format!("declare it: [teams.{parent}]"),
                |near| format!("did you mean \"{near}\"?"),
            );
            let (span, subject) = (*span, format!("teams.{id}.parent"));
            reader.error(
                "unknown-team",
                span,
                &subject,
                format!("there is no team `{parent}`"),
                help,
            );
        }
        if let Some((team, _)) = teams.get_mut(id) {
            team.parent = None;
        }
    }
    // Each cycle is reported at its first team and cut there.
    let mut seen: BTreeSet<Id> = BTreeSet::new();
    for id in &ids {
        let mut walk: Vec<Id> = Vec::new();
        let mut next = Some(id.clone());
        while let Some(id) = next {
            next = teams.get(&id).and_then(|(team, _)| team.parent.clone());
            if !seen.insert(id.clone()) {
                cut_cycle(reader, teams, &walk, &id);
                break;
            }
            walk.push(id);
        }
    }
}

/// Reports and cuts the cycle that a walk upwards has run into when it came to a team for the second time; there is none
/// where an earlier walk has been at that team.
fn cut_cycle(
    reader: &mut Reader<'_>,
    teams: &mut BTreeMap<Id, (Team, Option<Span>)>,
    walk: &[Id],
    again: &Id,
) {
    let Some(from) = walk.iter().position(|id| id == again) else {
        return;
    };
    let mut circle = walk[from..].to_vec();
    let first = (0..circle.len()).min_by_key(|&at| &circle[at]);
    circle.rotate_left(first.unwrap_or(0));
    cycle(reader, teams, &circle);
    if let Some((team, _)) = circle.first().and_then(|first| teams.get_mut(first)) {
        team.parent = None;
    }
}

fn cycle(reader: &mut Reader<'_>, teams: &BTreeMap<Id, (Team, Option<Span>)>, walk: &[Id]) {
    let Some(first) = walk.first() else { return };
    let shown: Vec<&str> = walk.iter().chain([first]).map(Id::as_str).collect();
    let mut found = Diagnostic::error(
        "parent-cycle",
        format!("team `{first}` is above itself: {}", shown.join(" → ")),
    )
    .with_help("let the topmost team have no `parent`")
    .about(format!("teams.{first}.parent"));
    for (at, id) in walk.iter().enumerate() {
        if let Some((_, Some(span))) = teams.get(id) {
            found = if at == 0 {
                found.at(*span, "")
            } else {
                found.with_label(*span, "and on")
            };
        }
    }
    reader.diagnostics.push(found);
}

/// An old id that is another team's id, or the old id of two.
fn previously(reader: &mut Reader<'_>, teams: &BTreeMap<Id, (Team, Option<Span>)>) {
    let mut claimed: BTreeMap<&Id, &Team> = BTreeMap::new();
    for (team, _) in teams.values() {
        for old in &team.previously {
            let subject = format!("teams.{}.previously", team.id);
            if let Some((other, _)) = teams.get(old) {
                reader.diagnostics.push(
                    Diagnostic::error(
                        "previously-exists",
                        format!(
                            "team `{old}` still exists, so it cannot be the former `{}`",
                            team.id
                        ),
                    )
                    .at(team.span, "")
                    .with_label(other.span, "declared here")
                    .with_help(format!(
                        "remove [teams.{old}], or remove it from `previously`"
                    ))
                    .about(subject),
                );
            } else if let Some(other) = claimed.insert(old, team) {
                reader.diagnostics.push(
                    Diagnostic::error(
                        "previously-twice",
                        format!(
                            "team `{old}` cannot have become both `{}` and `{}`",
                            other.id, team.id
                        ),
                    )
                    .at(team.span, "")
                    .with_label(other.span, "claimed here, too")
                    .with_help("keep it in the `previously` of one team")
                    .about(subject),
                );
            }
        }
    }
}
