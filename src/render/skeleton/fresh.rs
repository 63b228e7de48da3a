use super::{Lines, SCHEMA, list, quoted};
use crate::config::{Policy, Team};
use crate::model::{Date, Objective, Period, Quarter};

/// What a team's new file is made of.
#[derive(Debug, Clone, Copy)]
pub struct Fresh<'a> {
    /// The team.
    pub team: &'a Team,
    /// The quarter.
    pub quarter: Quarter,
    /// Its days.
    pub period: Period,
    /// Today.
    pub today: Date,
    /// The objective above that the team's is most likely to support.
    pub above: Option<&'a Objective>,
    /// Whether the team has others below it.
    pub has_teams_below: bool,
}

/// Names for what has none yet.
const ORDINALS: [&str; 9] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
];

/// How many key results make one that customers notice, one that shows how work flows, and one of the team's own.
const BALANCED: u32 = 3;

/// A team's file with as many objectives and key results as the policy asks for. Apart from what keeps a place, there is
/// nothing in it to find fault with.
pub fn fresh(fresh: &Fresh<'_>) -> String {
    let Fresh { team, quarter, .. } = fresh;
    let mut lines = Lines::default();
    lines.line(SCHEMA);
    lines.line("");
    lines.line(&format!(
        "# What {} wants to achieve in {quarter}: {} to {}.",
        team.name.replace(['\n', '\r'], " "),
        fresh.period.start(),
        fresh.period.end()
    ));
    lines.line("# Write something for every TODO. The names in the headers are ids, by which others refer to what stands below");
    lines.line("# them: choose them before the first apply.");
    let (objectives, each) = counts(&team.policy);
    let mut plan = KeyResults::new(fresh, objectives * each);
    for number in 0..objectives {
        objective(&mut lines, fresh, number, each, &mut plan);
    }
    lines.0
}

/// How many objectives, and how many key results of each.
fn counts(policy: &Policy) -> (u32, u32) {
    let objectives = policy.objectives.min.max(1);
    let wanted = policy.key_results;
    if wanted.min == 0 {
        return (objectives, 0);
    }
    let areas = u32::try_from(policy.areas.value.len()).unwrap_or(u32::MAX);
    let fitting = policy.all_key_results.value / objectives;
    let each = wanted.min.max(BALANCED).max(areas.div_ceil(objectives));
    (
        objectives,
        each.min(fitting).min(wanted.max).max(wanted.min),
    )
}

fn objective(
    lines: &mut Lines,
    fresh: &Fresh<'_>,
    number: u32,
    each: u32,
    plan: &mut KeyResults<'_>,
) {
    let id = ordinal(number);
    lines.line("");
    lines.line(&format!("[objective.{id}]"));
    let title = match number {
        0 => "TODO: what shall be different at the end of the quarter".to_owned(),
        _ => format!("TODO: what else shall be different at the end of the quarter, {id}"),
    };
    lines.pair("title", quoted(&title));
    match &fresh.team.manager {
        Some(manager) => lines.line(&format!("# owner = \"username\" # default: {manager}")),
        None => lines.pair(
            "owner",
            "\"TODO\" # the username of the one person who answers for it",
        ),
    }
    supports(lines, fresh);
    if each == 0 {
        lines.line("# No key results are asked for: this stands where what supports it stands. One would be");
        lines.line(&format!(
            "# [objective.{id}.kr.name] with title, unit, from and to."
        ));
    }
    for at in 0..each {
        // All on the last day would leave nothing to look at before.
        let due = two_weeks_before(fresh.period).filter(|_| at == 0);
        key_result(lines, fresh, &id, due, plan);
    }
}

/// What an objective of the team most likely supports.
pub(super) fn supports(lines: &mut Lines, fresh: &Fresh<'_>) {
    if let Some(above) = fresh.above {
        let key = &above.item.key;
        let reference = list([format!("{}/{}", key.team, key.objective)]);
        let title = above.item.title.value.replace(['\n', '\r'], " ");
        lines.pair("supports", format!("{reference} # {title}"));
    } else if let Some(parent) = &fresh.team.parent {
        lines.line(&format!(
            "# supports = [\"{parent}/id\"] # an objective of {parent}, once it has one"
        ));
    }
}

pub(super) fn key_result(
    lines: &mut Lines,
    fresh: &Fresh<'_>,
    objective: &str,
    due: Option<Date>,
    plan: &mut KeyResults<'_>,
) {
    let is_first = plan.number == 0;
    let KeyResult {
        id,
        area,
        share,
        kind,
        again,
    } = plan.next();
    lines.line("");
    lines.line(&format!("[objective.{objective}.kr.{id}]"));
    let subject = match (area, kind) {
        (Some(area), _) => format!("what is raised or lowered for {area}"),
        (None, "business") => "what users or the company notice".to_owned(),
        (None, "flow") => "how long work waits".to_owned(),
        (None, _) => "what the team itself sees".to_owned(),
    };
    // Titles and metrics differ from each other: else they would count the same thing.
    let turn = if again {
        format!(", {id}")
    } else {
        String::new()
    };
    let title = format!("TODO: {subject}{turn}, from which value to which");
    lines.pair("title", quoted(&title));
    if fresh.team.manager.is_none() {
        lines.pair("owner", "\"TODO\"");
    }
    lines.maybe("area", area.map(quoted));
    lines.pair("share", share);
    lines.pair("kind", quoted(kind));
    if kind == "flow" {
        lines.maybe("flow_metric", flow_metric(&fresh.team.policy).map(quoted));
    }
    let (team, shown) = (&fresh.team.name, area.unwrap_or(kind));
    let metric = format!("TODO: what {team} measures for {shown}{turn}");
    lines.pair("metric", quoted(&metric));
    lines.pair("unit", "\"TODO\"");
    if is_first {
        let end = fresh.period.end();
        lines.line(
            "# A value that shall move; for a limit write at_least or at_most instead, for steps",
        );
        lines.line(&format!(
            "# milestone.design = {{ title = \"…\", due = {end} }}."
        ));
    }
    lines.pair("from", 0);
    lines.pair("to", 100);
    let due = due.map(|due| format!("{due} # default: the quarter's last day"));
    lines.maybe("due", due);
    if is_first {
        lines.line(
            "# Every week a line: how it stands, and how sure you are to get there, in percent.",
        );
    }
    let today = fresh.today;
    let written = "{ value = 0, confidence = 50 }";
    if fresh.period.contains(today) {
        lines.pair(&format!("check_in.{today}"), written);
    } else if is_first {
        lines.line(&format!("# check_in.{} = {written}", fresh.period.start()));
    }
}

fn two_weeks_before(period: Period) -> Option<Date> {
    use jiff::ToSpan as _;
    let early = period.end().checked_sub(14.days()).ok()?;
    period.contains(early).then_some(early)
}

/// The flow metric that says most about how long users wait; velocity alone would need a counterpart.
fn flow_metric(policy: &Policy) -> Option<&str> {
    let known = policy.flow_metrics.value.iter().map(String::as_str);
    known
        .clone()
        .find(|metric| *metric == "time")
        .or_else(|| known.clone().find(|metric| *metric != "velocity"))
        .or_else(|| known.clone().next())
}

fn ordinal(number: u32) -> String {
    let name = usize::try_from(number).ok().and_then(|at| ORDINALS.get(at));
    name.map_or_else(
        || format!("number-{}", number + 1),
        |name| (*name).to_owned(),
    )
}

/// What the file's key results have among them.
pub(super) struct KeyResults<'a> {
    areas: &'a [String],
    kinds: &'static [&'static str],
    total: u32,
    number: u32,
}

struct KeyResult<'a> {
    id: String,
    area: Option<&'a str>,
    share: u32,
    kind: &'static str,
    /// Whether another one has the same area, or the same kind where there are no areas.
    again: bool,
}

impl<'a> KeyResults<'a> {
    pub(super) fn new(fresh: &Fresh<'a>, total: u32) -> Self {
        let policy = &fresh.team.policy;
        let kinds: &[&str] = match (
            total,
            fresh.has_teams_below,
            policy.flow_metrics.value.len(),
        ) {
            (_, _, 0) => &["business", "team"],
            (1, _, _) => &["flow"],
            (_, true, _) => &["business", "flow"],
            (_, false, _) => &["business", "flow", "team"],
        };
        Self {
            areas: &policy.areas.value,
            kinds,
            total,
            number: 0,
        }
    }

    fn next(&mut self) -> KeyResult<'a> {
        let at = self.number;
        self.number += 1;
        let turn = |length: usize| (at as usize) % length;
        let area = (!self.areas.is_empty()).then(|| self.areas[turn(self.areas.len())].as_str());
        let id = area
            .filter(|_| (at as usize) < self.areas.len())
            .and_then(id_of)
            .unwrap_or_else(|| ordinal(at));
        let distinct = match self.areas.len() {
            0 => self.kinds.len(),
            areas => areas,
        };
        // What is left over of 100 goes to the first ones.
        let share = 100 / self.total + u32::from(at < 100 % self.total);
        KeyResult {
            id,
            area,
            share,
            kind: self.kinds[turn(self.kinds.len())],
            again: at as usize >= distinct,
        }
    }
}

/// An area's name as an id, where it can be one.
fn id_of(area: &str) -> Option<String> {
    let lower = area.to_lowercase().replace([' ', '_'], "-");
    lower
        .parse::<crate::model::Id>()
        .ok()
        .map(|id| id.to_string())
}
