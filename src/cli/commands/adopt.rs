//! `okr adopt`: issues that exist already become those of objectives and key results.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::new::{Place, canonical};
use crate::cli::connect::Connection;
use crate::cli::planning::{Declared, planned, runtime, unobserved};
use crate::cli::project::known_team;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect};
use crate::config::{Config, Team};
use crate::diag::{Fix, closest};
use crate::edit::{self, Order};
use crate::issue::desired_issues;
use crate::load;
use crate::model::{Id, IssueReference, Item, ItemRef, Key, Quarter};
use crate::plan::{Adoptable, ObservedIssue, Plan, Remark, Scope, addresses, adoptable};
use crate::reconcile::{Observation, labelled};
use crate::render::skeleton::{Proposed, proposed};
use crate::render::terminal_text::line;
use crate::render::unified;
use crate::text::{FileId, Span};

/// `okr adopt`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr adopt 2026-q4/sre/mtbf acme/sre#12    writes adopt = \"acme/sre#12\" where that key is declared
  okr adopt --label okr > proposal.toml     tables for all open issues with that label
  okr adopt --label okr --team sre --quarter 2027-q1 --tracker acme/sre

Only issues in the trackers of teams can be adopted. GitLab is not changed: okr plan shows what the
next apply makes of an adopted issue. Text around the block that it gets stays, and so do comments,
labels and links of people's.

--label writes nothing. What it prints goes into the file that its first comment names; every TODO
is yours to decide.")]
pub struct AdoptCommand {
    /// The objective or key result, like 2026-q4/sre/mtbf
    #[arg(
        value_name = "KEY",
        requires = "issue",
        required_unless_present = "label"
    )]
    key: Option<Key>,
    /// Its issue, like group/project#12
    #[arg(value_name = "ISSUE", value_parser = reference)]
    issue: Option<IssueReference>,
    /// Propose tables for the open issues with this label
    #[arg(long, value_name = "LABEL", conflicts_with = "key")]
    label: Option<String>,
    /// With --label: only issues of this tracker; may be repeated
    #[arg(
        long = "tracker",
        value_name = "PROJECT",
        requires = "label",
        conflicts_with = "key"
    )]
    trackers: Vec<String>,
    /// With --label: only issues in this team's trackers; may be repeated
    #[arg(
        long = "team",
        value_name = "TEAM",
        requires = "label",
        conflicts_with = "key"
    )]
    teams: Vec<Id>,
    /// With --label: for this quarter's files [default: the quarter that today is in]
    #[arg(
        long,
        value_name = "QUARTER",
        requires = "label",
        conflicts_with = "key"
    )]
    quarter: Option<Quarter>,
}

impl AdoptCommand {
    /// Writes one `adopt`, or proposes many.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        if let Some(label) = &self.label {
            return self.propose(label, &project, &declared, env, ui);
        }
        let (Some(key), Some(issue)) = (&self.key, &self.issue) else {
            return Err(CliError::usage("a key and an issue belong together"));
        };
        adopt(key, issue, &project, &declared, env, ui)
    }

    fn propose(
        &self,
        label: &str,
        project: &Project,
        declared: &Declared,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let config = &declared.config;
        let today = clock::today(env);
        let Some(quarter) = self.quarter.or_else(|| config.calendar.quarter_of(today)) else {
            return Err(CliError::usage(format!("{today} is in no quarter"))
                .hint("name one with --quarter"));
        };
        let teams = self.of_teams(config, ui)?;
        let trackers: Vec<String> = teams.keys().map(|path| (*path).to_owned()).collect();
        let connection = connect(env, config, ui)?;
        let issues = runtime()?
            .block_on(labelled(&connection.client, &trackers, label))
            .map_err(|error| unobserved(error, &connection))?;
        let sorted = adoptable(&issues, &declared.desired);
        let mut by_team: BTreeMap<&Id, Vec<&ObservedIssue>> = BTreeMap::new();
        for issue in &sorted.issues {
            if let Some(team) = teams.get(issue.project.as_str()) {
                by_team.entry(&team.id).or_default().push(issue);
            }
        }
        let mut taken: BTreeSet<Id> = by_team
            .keys()
            .filter_map(|team| project.tree.team(quarter, team))
            .flat_map(|okrs| &okrs.objectives)
            .map(|objective| objective.item.key.objective.clone())
            .collect();
        let mut parts = Vec::new();
        for (team, issues) in by_team {
            let place = Place::of(config, quarter, team)?;
            let file = place.path();
            let text = proposed(
                &Proposed {
                    place: place.material(config, &project.tree, today),
                    // What stands on its own has a first line for editors; of several files only people tell which.
                    exists: !parts.is_empty() || project.root.read_text(&file)?.is_some(),
                    file,
                    issues,
                    confidential_visible: !ui.is_public(),
                },
                &mut taken,
            );
            parts.push(canonical(&text));
        }
        ui.result(&parts.join("\n"));
        ui.status(&counted(label, issues.len(), &sorted));
        Ok(ExitStatus::Success)
    }

    /// The trackers to look into, each with the team whose file its issues are proposed for; says where others have it too.
    fn of_teams<'c>(
        &self,
        config: &'c Config,
        ui: &Ui,
    ) -> Result<BTreeMap<&'c str, &'c Team>, CliError> {
        for team in &self.teams {
            known_team(team, config)?;
        }
        let mut teams: Vec<&Team> = config
            .teams
            .iter()
            .filter(|team| self.teams.is_empty() || self.teams.contains(&team.id))
            .collect();
        // Whose objectives are in a tracker comes before whose key results are, and teams before single people.
        teams.sort_by_key(|team| team.individual);
        let mut all: BTreeMap<&str, Vec<&Team>> = BTreeMap::new();
        for team in &teams {
            all.entry(&team.tracker).or_default().push(team);
        }
        for team in &teams {
            let sharing = all.entry(&team.key_result_tracker).or_default();
            if !sharing.iter().any(|other| other.id == team.id) {
                sharing.push(team);
            }
        }
        if !self.trackers.is_empty() {
            let mut named = BTreeSet::new();
            for tracker in &self.trackers {
                named.insert(spelt(tracker, all.keys().copied())?);
            }
            all.retain(|path, _| named.contains(*path));
        }
        let mut first = BTreeMap::new();
        for (path, sharing) in all {
            let [team, others @ ..] = sharing.as_slice() else {
                continue;
            };
            if !others.is_empty() {
                let others: Vec<&str> = others.iter().map(|team| team.id.as_str()).collect();
                ui.status(&format!(
                    "{path} is {}'s tracker, and also that of {}: --team names another",
                    team.id,
                    others.join(", ")
                ));
            }
            first.insert(path, *team);
        }
        Ok(first)
    }
}

/// An issue as a person writes it.
fn reference(text: &str) -> Result<IssueReference, &'static str> {
    text.parse()
        .map_err(|_| "write it like group/project#12, with the project's full path")
}

fn counted(label: &str, open: usize, sorted: &Adoptable<'_>) -> String {
    let mut text = format!(
        "{} of {open} open issues with the label {} proposed",
        sorted.issues.len(),
        line(label)
    );
    for (count, what) in [
        (sorted.marked, "with a marker of okr's already"),
        (sorted.adopted, "adopted by a file already"),
    ] {
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(text, "; {count} {what}");
        }
    }
    text
}

/// A tracker as okr.toml spells it.
fn spelt<'c>(
    named: &str,
    trackers: impl Iterator<Item = &'c str> + Clone,
) -> Result<String, CliError> {
    if let Some(path) = trackers
        .clone()
        .find(|path| path.eq_ignore_ascii_case(named))
    {
        return Ok(path.to_owned());
    }
    let hint = match closest(named, trackers.clone()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("trackers are {}", trackers.collect::<Vec<_>>().join(", ")),
    };
    Err(CliError::failure(format!("{named} is no tracker of a team")).hint(hint))
}

fn adopt(
    key: &Key,
    issue: &IssueReference,
    project: &Project,
    declared: &Declared,
    env: &Env,
    ui: &mut Ui,
) -> Result<ExitStatus, CliError> {
    let Some(item) = project.tree.get(key).map(ItemRef::item) else {
        return Err(declared.not_found(key, "no file declares"));
    };
    let issue = IssueReference {
        project: spelt(&issue.project, declared.config.teams.trackers().into_iter())?,
        iid: issue.iid,
    };
    let adopts = |item: &Item| item.adopt.as_ref().map(|adopt| adopt.value.clone());
    if adopts(item).as_ref() == Some(&issue) {
        ui.status(&format!("{key} adopts {issue} already"));
        return Ok(ExitStatus::Success);
    }
    let other = project.tree.items().find(|other| {
        let adopted = adopts(other.item());
        let is_it = |other: IssueReference| {
            other.iid == issue.iid && other.project.eq_ignore_ascii_case(&issue.project)
        };
        other.key() != key && adopted.is_some_and(is_it)
    });
    if let Some(other) = other {
        return Err(
            CliError::failure(format!("{} adopts {issue} already", other.key()))
                .hint("an issue can be adopted in one place: remove it there first"),
        );
    }
    let file = item.span.file;
    let path = project.sources.file(file).path().to_owned();
    let before = project.sources.file(file).text();
    let (title, earlier) = (item.title.span, item.adopt.as_ref().map(|adopt| adopt.span));
    let holds = |text: &str| {
        let changed = changed(project, file, text).ok();
        let item = changed
            .as_ref()
            .filter(|changed| !changed.findings.has_errors())
            .and_then(|changed| changed.tree.get(key));
        item.is_some_and(|item| adopts(item.item()).as_ref() == Some(&issue))
    };
    let Some(after) = written(before, title, earlier, &issue, &holds) else {
        return Err(
            CliError::failure(format!("{path} cannot be changed for certain"))
                .hint(format!("write it by hand: adopt = \"{issue}\"")),
        );
    };
    let then = Declared {
        config: declared.config.clone(),
        desired: desired_issues(&changed(project, file, &after)?.tree, &declared.config),
    };
    let unseen = match seen(&then, env, ui) {
        Ok((plan, observation)) => {
            possible(key, &plan, &observation, &then)?;
            None
        }
        Err(error) => Some(error),
    };
    if project.root.read_text(&path)?.as_deref() != Some(before) {
        return Err(CliError::failure(format!("{path} was changed meanwhile")).hint("run it again"));
    }
    project.root.write(&path, &after)?;
    ui.result(&unified(&path, before, &after, ui.colour()));
    if let Some(error) = unseen {
        let why = error.lines().into_iter().next().map(|(_, text)| text);
        ui.status(&format!(
            "nobody looked whether {issue} can be adopted, or whether {key} has an issue: {}",
            why.unwrap_or_default()
        ));
    }
    ui.status(&format!(
        "wrote {}: okr plan shows what becomes of {issue}",
        line(&path)
    ));
    Ok(ExitStatus::Success)
}

/// The text in which `adopt` names the issue. A file in the canonical form stays in it.
fn written(
    before: &str,
    title: Span,
    earlier: Option<Span>,
    issue: &IssueReference,
    holds: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let value = toml::Value::from(issue.to_string()).to_string();
    let after = match earlier {
        Some(span) => {
            let fix = Fix {
                span,
                replacement: value,
                title: String::new(),
            };
            Some(edit::apply(before, &[&fix]).text).filter(|text| holds(text))
        }
        None => edit::add(before, title.range(), "title", ("adopt", &value), holds),
    }?;
    let order = Order::of(load::schema());
    let is_canonical = edit::format(before, &order).is_ok_and(|text| text == before);
    match edit::format(&after, &order) {
        Ok(formatted) if is_canonical => Some(formatted),
        _ => Some(after),
    }
}

/// The project with another text in one file.
fn changed(project: &Project, file: FileId, text: &str) -> Result<Project, CliError> {
    let mut files = project.root.read();
    let path = project.sources.file(file).path();
    let same = files
        .sources
        .files()
        .find(|(_, other)| other.path() == path);
    let Some((there, _)) = same else {
        return Err(CliError::failure(format!("{path} is gone")).hint("run it again"));
    };
    files.sources.replace(there, text.to_owned());
    Project::of(project.root.clone(), files)
}

/// What a plan with the adoption in it says.
fn seen(then: &Declared, env: &Env, ui: &Ui) -> Result<(Plan, Observation), CliError> {
    let connection: Connection = connect(env, &then.config, ui)?;
    let scope = Scope::default();
    runtime()?.block_on(planned(then, None, None, &connection, &scope, env, ui))
}

/// Refuses what a plan would not do.
fn possible(
    key: &Key,
    plan: &Plan,
    observation: &Observation,
    then: &Declared,
) -> Result<(), CliError> {
    let about = |remark: &&Remark| remark.key.as_ref() == Some(key);
    if let Some(conflict) = plan.conflicts.iter().find(about) {
        let refused = CliError::failure(conflict.message.clone());
        return Err(conflict.help.iter().cloned().fold(refused, CliError::hint));
    }
    let ignored =
        |remark: &Remark| remark.id == "adopt-ignored" && remark.key.as_ref() == Some(key);
    if !plan.notices.iter().any(ignored) {
        return Ok(());
    }
    let places = addresses(&then.desired, &observation.state, &observation.ownership);
    let message = match places.get(key) {
        Some(place) => format!(
            "{key} has an issue already: {}#{}",
            place.project, place.iid
        ),
        None => format!("{key} has an issue already"),
    };
    Err(CliError::failure(message).hint(format!(
        "to take another one, release this one first: okr release {key}"
    )))
}
