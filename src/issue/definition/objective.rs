use super::{
    Ending, Facts, code, common_sections, description, escape_plain, final_score, join, percent,
    texts,
};
use crate::config::{Config, Team};
use crate::model::{ItemRef, Objective};

/// What an objective's block says.
pub(super) fn definition(
    config: &Config,
    team: &Team,
    objective: &Objective,
    ending: &Ending,
) -> String {
    let item = &objective.item;
    let mut facts = Facts::new("Objective", &item.key);
    facts.add("Quarter", Some(code(item.key.quarter)));
    let name = escape_plain(&team.name);
    facts.add("Team", Some(format!("{name} ({})", code(&team.id))));
    facts.add_people(config, team, item);
    let supports: Vec<String> = objective
        .supports
        .iter()
        .map(|key| code(&key.value))
        .collect();
    facts.add(
        "Supports",
        (!supports.is_empty()).then(|| supports.join(", ")),
    );
    let carried = item.carried_from.as_ref();
    facts.add("Carried from", carried.map(|key| code(&key.value)));
    facts.add_due(config, item);
    let linked = match objective.key_results.len() {
        0 => "none of its own: it rolls up from what supports it".to_owned(),
        1 => "1, a linked issue".to_owned(),
        count => format!("{count}, linked issues"),
    };
    facts.add("Key results", Some(linked));
    let score = final_score(config, ItemRef::Objective(objective));
    facts.add(ending.score_name(item), score.map(percent));
    let retrospective = &objective.retrospective;
    let mut sections = vec![Some(facts.render()), description(item)];
    sections.extend(common_sections(item, ending));
    sections.extend([
        texts("Good", &retrospective.good),
        texts("Bad", &retrospective.bad),
        texts("Try", &retrospective.try_next),
    ]);
    join(sections)
}
