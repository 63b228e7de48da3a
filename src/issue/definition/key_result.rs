use super::{
    Ending, Facts, code, common_sections, description, escape_plain, join, owner, percent,
};
use crate::config::{Config, Team};
use crate::model::{KeyResult, Measure, MilestoneStep, Number, round_half_up};
use crate::text::Spanned;

/// The line above the check-in table.
const CHECK_INS: &str = "**Check-ins**\n\nAdd a row, or change one: rows written here are kept, and wait to be taken into the files.";

/// The same once the quarter is closed.
const LAST_CHECK_INS: &str = "**Check-ins**\n\nThe quarter is closed: rows written here are kept, and no longer taken into the files.";

/// What a key result's block says above its check-in table.
pub(super) fn definition(
    config: &Config,
    team: &Team,
    key_result: &KeyResult,
    ending: &Ending,
) -> String {
    let item = &key_result.item;
    let mut facts = Facts::new("Key result", &item.key);
    facts.add("Objective", Some(code(item.key.of_objective())));
    facts.add_people(config, team, item);
    facts.add("Area", plain(key_result.area.as_ref()));
    let share = key_result.share;
    facts.add(
        "Share",
        share.map(|share| format!("{} % of the team's bandwidth", share.value)),
    );
    facts.add("Kind", kind(key_result));
    facts.add("Metric", plain(key_result.metric.as_ref()));
    facts.add("Goal", Some(goal(key_result)));
    let scoring = key_result.scoring;
    facts.add(
        "Scoring",
        scoring.map(|scoring| code(scoring.value.as_str())),
    );
    let gauge = key_result.gauge.as_deref();
    facts.add(
        "Measured by",
        gauge.map(|gauge| escape_plain(&gauge.to_string())),
    );
    let carried = item.carried_from.as_ref();
    facts.add("Carried from", carried.map(|key| code(&key.value)));
    facts.add_due(config, item);
    let worth = config.scoring.key_result(key_result);
    facts.add(ending.score_name(item), worth.map(percent));

    let mut sections = vec![
        Some(facts.render()),
        Some(format_line(team, key_result, worth)),
        description(item),
        steps(key_result),
    ];
    sections.extend(common_sections(item, ending));
    let check_ins = if ending.quarter_closed {
        LAST_CHECK_INS
    } else {
        CHECK_INS
    };
    sections.push(Some(check_ins.to_owned()));
    join(sections)
}

/// The key result in the line format of GitLab's published OKRs: `Owner: Key result => 24%`.
fn format_line(team: &Team, key_result: &KeyResult, worth: Option<Number>) -> String {
    let item = &key_result.item;
    let owner = owner(team, item).map_or_else(|| code(&team.id), code);
    let outcome = worth.map(|worth| format!(" => {}%", round_half_up(worth, 0)));
    format!(
        "> {owner}: {}{}",
        escape_plain(&item.title.value),
        outcome.unwrap_or_default()
    )
}

fn plain(text: Option<&Spanned<String>>) -> Option<String> {
    text.map(|text| escape_plain(&text.value))
}

fn kind(key_result: &KeyResult) -> Option<String> {
    let kind = key_result.kind?.value.as_str();
    Some(match &key_result.flow_metric {
        Some(metric) => format!("{kind}: {}", escape_plain(&metric.value)),
        None => kind.to_owned(),
    })
}

fn goal(key_result: &KeyResult) -> String {
    let unit = key_result
        .unit
        .as_ref()
        .map(|unit| escape_plain(&unit.value));
    let with_unit = |number: &Spanned<Number>| match &unit {
        Some(unit) => format!("{} {unit}", number.value),
        None => number.value.to_string(),
    };
    match &key_result.measure {
        Measure::Linear {
            from: Some(from),
            to,
        } => format!("from {} to {}", with_unit(from), with_unit(to)),
        Measure::Linear { from: None, to } => {
            format!("to {}, from a baseline not yet measured", with_unit(to))
        }
        Measure::AtLeast(bound) => format!("at least {}", with_unit(bound)),
        Measure::AtMost(bound) => format!("at most {}", with_unit(bound)),
        Measure::Milestones(steps) => match steps.len() {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        },
    }
}

/// The steps as a task list.
fn steps(key_result: &KeyResult) -> Option<String> {
    let Measure::Milestones(steps) = &key_result.measure else {
        return None;
    };
    let lines: Vec<String> = steps.iter().map(step).collect();
    Some(format!("**Steps**\n\n{}", lines.join("\n")))
}

fn step(step: &MilestoneStep) -> String {
    let tick = if step.done.is_some() { 'x' } else { ' ' };
    let facts: Vec<String> = [
        step.weight.map(|weight| format!("weight {}", weight.value)),
        step.due.map(|due| format!("due {}", due.value)),
        step.done.map(|done| format!("done {}", done.value)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let title = escape_plain(&step.title.value);
    if facts.is_empty() {
        format!("- [{tick}] {title}")
    } else {
        format!("- [{tick}] {title} ({})", facts.join(", "))
    }
}
