use std::collections::BTreeSet;

use crate::config::{Config, LabelTemplate};
use crate::model::{Id, Quarter};

/// Every label text that our templates make for these quarters and any team, under its earlier names too: by these,
/// issues of ours are found, even when they were labelled before a team was renamed.
pub fn label_namespace(config: &Config, quarters: &BTreeSet<Quarter>) -> BTreeSet<String> {
    let templates = || {
        config
            .labels
            .objective
            .iter()
            .chain(&config.labels.key_result)
    };
    let teams = config
        .teams
        .iter()
        .flat_map(|team| std::iter::once(&team.id).chain(&team.previously));
    teams
        .flat_map(|team| quarters.iter().map(move |quarter| (team, *quarter)))
        .flat_map(|(team, quarter)| templates().map(move |label| label.fill(team, quarter)))
        .collect()
}

/// The labels that an issue carried under an earlier name of its team: the ones to look for, and to remove where we set
/// them.
pub fn previous_labels(
    config: &Config,
    team: &Id,
    quarter: Quarter,
    is_key_result: bool,
) -> BTreeSet<String> {
    let current = labels(config, team, quarter, is_key_result);
    config
        .teams
        .get(team)
        .into_iter()
        .flat_map(|team| &team.previously)
        .flat_map(|previous| labels(config, previous, quarter, is_key_result))
        .filter(|label| !current.contains(label))
        .collect()
}

/// The labels that an issue of a team shall carry.
pub(super) fn labels(
    config: &Config,
    team: &Id,
    quarter: Quarter,
    is_key_result: bool,
) -> BTreeSet<String> {
    let templates: &[LabelTemplate] = if is_key_result {
        &config.labels.key_result
    } else {
        &config.labels.objective
    };
    templates
        .iter()
        .map(|label| label.fill(team, quarter))
        .collect()
}
