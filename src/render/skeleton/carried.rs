use super::{Lines, SCHEMA, list, quoted};
use crate::config::Team;
use crate::model::{
    Item, Key, KeyResult, Lifecycle, Measure, Objective, OkrTree, Period, Quarter, TeamOkrs,
};
use crate::text::Spanned;

/// What a team's file is made of that goes on with an earlier quarter's.
#[derive(Debug, Clone, Copy)]
pub struct Carried<'a> {
    /// The team.
    pub team: &'a Team,
    /// The quarter.
    pub quarter: Quarter,
    /// Its days.
    pub period: Period,
    /// What goes on.
    pub from: &'a TeamOkrs,
    /// All OKRs, to see what there is to refer to.
    pub tree: &'a OkrTree,
}

/// A team's file with the objectives and key results of an earlier quarter that were neither dropped nor closed. Values
/// begin where they stood last; titles begin with `TODO`, since goals want to be thought of anew.
pub fn carried(carried: &Carried<'_>) -> String {
    let Carried {
        team,
        quarter,
        from,
        ..
    } = carried;
    let mut lines = Lines::default();
    lines.line(SCHEMA);
    lines.line("");
    lines.line(&format!(
        "# What {} wants to achieve in {quarter}: {} to {}. Carried over from {}.",
        team.name.replace(['\n', '\r'], " "),
        carried.period.start(),
        carried.period.end(),
        from.quarter
    ));
    lines.line("# Decide about every TODO: what is not worth another quarter goes, what stays gets a goal of its own.");
    for objective in goes_on(from) {
        write_objective(&mut lines, carried, objective);
    }
    lines.0
}

impl Carried<'_> {
    /// Whether there is anything that goes on.
    pub fn is_empty(&self) -> bool {
        goes_on(self.from).next().is_none()
    }
}

fn is_open(item: &Item) -> bool {
    matches!(item.lifecycle, Lifecycle::Active)
}

fn goes_on(okrs: &TeamOkrs) -> impl Iterator<Item = &Objective> {
    okrs.objectives
        .iter()
        .filter(|objective| is_open(&objective.item))
}

fn write_objective(lines: &mut Lines, carried: &Carried<'_>, objective: &Objective) {
    let id = &objective.item.key.objective;
    lines.line("");
    lines.line(&format!("[objective.{id}]"));
    beginning(lines, &objective.item);
    references(lines, carried, "supports", &objective.supports);
    end(lines, carried, &objective.item);
    for key_result in &objective.key_results {
        if is_open(&key_result.item)
            && let Some(own) = &key_result.item.key.key_result
        {
            lines.line("");
            lines.line(&format!("[objective.{id}.kr.{own}]"));
            write_key_result(lines, carried, key_result);
        }
    }
}

fn write_key_result(lines: &mut Lines, carried: &Carried<'_>, key_result: &KeyResult) {
    beginning(lines, &key_result.item);
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| quoted(&text.value));
    lines.maybe("area", text(&key_result.area));
    lines.maybe("share", key_result.share.map(|share| share.value));
    lines.maybe(
        "kind",
        key_result.kind.map(|kind| quoted(kind.value.as_str())),
    );
    lines.maybe("flow_metric", text(&key_result.flow_metric));
    lines.maybe("metric", text(&key_result.metric));
    lines.maybe("unit", text(&key_result.unit));
    measure(lines, key_result);
    let scoring = key_result
        .scoring
        .map(|scoring| quoted(scoring.value.as_str()));
    lines.maybe("scoring", scoring);
    end(lines, carried, &key_result.item);
}

fn measure(lines: &mut Lines, key_result: &KeyResult) {
    match &key_result.measure {
        Measure::Linear { from, to } => {
            let mut latest_first = key_result.check_ins.iter().rev();
            let last = latest_first.find_map(|check_in| check_in.value);
            // Where the goal was reached there would be no way to go.
            let last = last.filter(|last| last.value != to.value);
            lines.maybe("from", last.or(*from).map(|from| from.value));
            lines.pair("to", to.value);
        }
        Measure::AtLeast(limit) => lines.pair("at_least", limit.value),
        Measure::AtMost(limit) => lines.pair("at_most", limit.value),
        Measure::Milestones(steps) => {
            let open: Vec<_> = steps.iter().filter(|step| step.done.is_none()).collect();
            for step in &open {
                let weight = step
                    .weight
                    .map_or_else(String::new, |weight| format!(", weight = {}", weight.value));
                let title = quoted(&step.title.value);
                lines.pair(
                    &format!("milestone.{}", step.id),
                    format!("{{ title = {title}{weight} }}"),
                );
            }
            if open.is_empty() {
                lines.pair("milestone.next", "{ title = \"TODO: what comes next\" }");
            }
        }
    }
}

fn beginning(lines: &mut Lines, item: &Item) {
    let title = item.title.value.trim_start_matches("TODO: ");
    lines.pair("title", quoted(&format!("TODO: {title}")));
    let description = item.description.as_ref();
    lines.maybe("description", description.map(|text| quoted(&text.value)));
    let owner = item.owner.as_ref();
    lines.maybe("owner", owner.map(|owner| quoted(owner.value.as_str())));
}

fn end(lines: &mut Lines, carried: &Carried<'_>, item: &Item) {
    if item.confidential {
        lines.pair("confidential", true);
    }
    lines.maybe("weight", item.weight.map(|weight| weight.value));
    lines.pair("carried_from", quoted(&item.key.to_string()));
    references(lines, carried, "depends_on", &item.depends_on);
    references(lines, carried, "confirms", &item.confirms);
    if !item.work.is_empty() {
        lines.pair(
            "work",
            list(item.work.iter().map(|work| work.value.to_string())),
        );
    }
}

/// References within the old quarter, as they would be in the new one: those to what is not there yet as a comment.
fn references(lines: &mut Lines, carried: &Carried<'_>, field: &str, keys: &[Spanned<Key>]) {
    let old = carried.from.quarter;
    let (there, missing): (Vec<Key>, Vec<Key>) = keys
        .iter()
        .filter(|key| key.value.quarter == old)
        .map(|key| Key {
            quarter: carried.quarter,
            ..key.value.clone()
        })
        .partition(|key| carried.tree.get(key).is_some());
    let shown = |keys: Vec<Key>| {
        let prefix = format!("{}/", carried.quarter);
        list(
            keys.iter()
                .map(|key| key.to_string().trim_start_matches(&prefix).to_owned()),
        )
    };
    if !there.is_empty() {
        lines.pair(field, shown(there));
    }
    if !missing.is_empty() {
        lines.line(&format!(
            "# {field} = {} # not there yet in {}",
            shown(missing),
            carried.quarter
        ));
    }
}
