use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cli::allowed::Allowed;
use crate::cli::check_ins::{Edited, Said};
use crate::cli::committed::committed;
use crate::cli::connect::certificates;
use crate::cli::format::Format;
use crate::cli::keys::named;
use crate::cli::measuring::{Measuring, Moment, Unmeasured, Value};
use crate::cli::planning::{Declared, runtime};
use crate::cli::project::known_team;
use crate::cli::told::Told;
use crate::cli::value_stream;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect};
use crate::config::{Config, QuarterState};
use crate::model::{Date, Gauge, GaugeSource, Id, ItemRef, Key, KeyResult, Number, Quarter};
use crate::render::measure::{human, json, message, summary};
use crate::render::terminal_text::line;
use crate::report::{
    LastValue, MEASURED_FORMAT, MeasureOutcome, MeasuredKeyResult, MeasuredReport,
};

/// `okr measure`
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  okr measure                      reads all values of today, writes check-ins
  okr measure sre/mtbf/hours --check
  okr measure --due --format json  only what waits for a check-in

A key result says where its value is read from:
  measure = { flow = \"time\" }
  measure = { prometheus = \"sum(up)\", aggregate = \"mean\" }
docs/measuring.md has all sources. Servers besides GitLab are asked only if
okr.toml lists them, and on a branch only if the branch that it goes to does.

What cannot be read is said with the reason, and nothing is written for it. A
value that somebody checked in for the same day stays, and so does their note.

Exit status: 1 when something could not be measured, after everything else is
written.")]
pub struct MeasureCommand {
    /// Only these key results; without a quarter in front, of the quarter of today
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
    /// Write nothing; show what was read
    #[arg(long)]
    check: bool,
    /// Only key results that wait for a check-in
    #[arg(long)]
    due: bool,
    /// Also write into files with changes that are not committed
    #[arg(long)]
    allow_dirty: bool,
    /// Only this team's key results; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<Id>,
    /// Of this quarter, like 2026-q4 [default: the one of today]
    #[arg(long, value_name = "QUARTER", conflicts_with = "keys")]
    quarter: Option<Quarter>,
    #[command(flatten)]
    told: Told,
    /// Where what was read of work is kept [default: .okr/flow.sqlite]
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

/// A key result that measures itself.
struct Wanted<'p> {
    key: &'p Key,
    key_result: &'p KeyResult,
    gauge: &'p Gauge,
    confidential: bool,
}

impl MeasureCommand {
    /// Reads, shows and writes.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        for team in &self.teams {
            known_team(team, &declared.config)?;
        }
        let moment = Moment {
            today: clock::today(env),
            now: clock::moment(env)?,
        };
        let wanted = self.wanted(&project, &declared.config, moment.today)?;
        let read = self.read(&wanted, &project, &declared, (env, moment), ui)?;
        let said: Vec<(Key, Said)> = wanted
            .iter()
            .zip(&read)
            .filter_map(|(wanted, read)| {
                let value = read.as_ref().ok()?.number;
                let outcome = outcome(wanted.key_result, moment.today, value);
                let said = Said::Measured(moment.today, value);
                (outcome == MeasureOutcome::CheckedIn).then(|| (wanted.key.clone(), said))
            })
            .collect();
        let (edited, outcomes) = Edited::new(&project, &said)?;
        let refused: Vec<(&Key, &String)> = said
            .iter()
            .zip(&outcomes)
            .filter_map(|((key, _), outcome)| Some((key, outcome.as_ref().err()?)))
            .collect();
        let report = MeasuredReport {
            format: MEASURED_FORMAT,
            date: moment.today,
            written: !self.check,
            key_results: wanted
                .iter()
                .zip(read)
                .map(|(wanted, read)| {
                    let refused = refused.iter().find(|(key, _)| *key == wanted.key);
                    let visible = !(wanted.confidential && ui.is_public());
                    reported(
                        wanted,
                        read,
                        moment.today,
                        refused.map(|(_, why)| *why),
                        visible,
                    )
                })
                .collect(),
        };
        if !self.check {
            if !self.allow_dirty {
                let written: Vec<&str> = edited.files().map(|(path, ..)| path).collect();
                committed(&project, &written, "okr measure", env)?;
            }
            edited.write(ui)?;
        }
        let teams = said.iter().map(|(key, _)| &key.team);
        self.told
            .write(|| json(&report), teams, |team| message(&report, team))?;
        ui.result(&match self.told.format {
            Format::Json => json(&report),
            Format::Human => human(&report, ui.width(), ui.colour()),
        });
        ui.status(&summary(&report));
        let failed = [MeasureOutcome::Unmeasured, MeasureOutcome::NotWritten];
        let failed = failed.map(|outcome| report.count(outcome));
        Ok(if failed == [0, 0] {
            ExitStatus::Success
        } else {
            ExitStatus::Failure
        })
    }

    /// The key results to be measured, by their keys.
    fn wanted<'p>(
        &self,
        project: &'p Project,
        config: &Config,
        today: Date,
    ) -> Result<Vec<Wanted<'p>>, CliError> {
        let keys: BTreeSet<Key> = (self.keys.iter())
            .map(|text| named(text, today, config))
            .collect::<Result<_, _>>()?;
        let quarter = match (self.quarter, keys.is_empty()) {
            (Some(quarter), _) => Some(quarter),
            (None, true) => Some(config.calendar.quarter_of(today).ok_or_else(|| {
                CliError::usage(format!("{today} is in no quarter"))
                    .hint("name one: --quarter 2026-q4")
            })?),
            (None, false) => None,
        };
        let mut wanted = Vec::new();
        for item in project.tree.items() {
            let ItemRef::KeyResult(objective, key_result) = item else {
                continue;
            };
            let key = &key_result.item.key;
            let is_chosen = keys.contains(key)
                || (keys.is_empty() && quarter == Some(key.quarter))
                    && (self.teams.is_empty() || self.teams.contains(&key.team));
            let Some(gauge) = key_result.gauge.as_deref().filter(|_| is_chosen) else {
                continue;
            };
            let is_open = config.quarter_state(key.quarter) == QuarterState::Active
                && key_result.item.lifecycle.is_active()
                && objective.item.lifecycle.is_active();
            if is_open && (!self.due || is_due(key_result, config, today)) {
                wanted.push(Wanted {
                    key,
                    key_result,
                    gauge,
                    confidential: key_result.item.confidential || objective.item.confidential,
                });
            }
        }
        for key in keys {
            if wanted.iter().any(|wanted| *wanted.key == key) || self.due {
                continue;
            }
            return Err(match project.tree.get(&key) {
                None => CliError::failure(format!("no file declares {key}")),
                Some(ItemRef::Objective(_)) => CliError::failure(format!(
                    "{key} is an objective, and key results are measured"
                )),
                Some(ItemRef::KeyResult(_, it)) if it.gauge.is_none() => {
                    CliError::failure(format!("{key} does not say where its value is read from"))
                        .hint("add measure = { … }: docs/measuring.md has all sources")
                }
                Some(ItemRef::KeyResult(..)) => CliError::failure(format!(
                    "{key} is not active, so nothing more is checked in"
                )),
            });
        }
        Ok(wanted)
    }

    /// What there is to read, of each key result.
    fn read(
        &self,
        wanted: &[Wanted<'_>],
        project: &Project,
        declared: &Declared,
        (env, moment): (&Env, Moment),
        ui: &Ui,
    ) -> Result<Vec<Result<Value, Unmeasured>>, CliError> {
        let asks = |of_work: bool| {
            wanted.iter().any(|wanted| match wanted.gauge.source {
                GaugeSource::Work { .. } => true,
                GaugeSource::Count { .. } => !of_work,
                _ => false,
            })
        };
        let connection = if asks(false) {
            connect(env, &declared.config, ui).map_err(|error| unreachable(&error))
        } else {
            Err(Unmeasured {
                reason: "GitLab was not asked".to_owned(),
                hint: None,
            })
        };
        let mut store = match &connection {
            Ok(connection) if asks(true) => {
                let path = self.store.as_deref();
                Some(value_stream::store(project, connection, path)?)
            }
            _ => None,
        };
        let asks_others = wanted.iter().any(|wanted| {
            let source = &wanted.gauge.source;
            matches!(
                source,
                GaugeSource::Prometheus { .. } | GaugeSource::Http { .. }
            )
        });
        let allowed = if asks_others {
            Allowed::of(project, &declared.config, env, ui)
        } else {
            Allowed::default()
        };
        let mut measuring = Measuring::new(
            project,
            declared,
            connection.as_ref().map_err(Clone::clone),
            store.as_mut(),
            (allowed, certificates(env)?),
            env,
            moment,
        );
        let read = runtime()?.block_on(async {
            let gauges = wanted.iter().map(|wanted| wanted.gauge);
            measuring.read_work(gauges, ui).await;
            let bar = ui.bar(wanted.len());
            let mut read = Vec::new();
            for wanted in wanted {
                let value = measuring.read(wanted.gauge, wanted.key.quarter).await;
                bar.step(&format!("{} read", wanted.key), value.is_ok());
                read.push(value);
            }
            bar.finish();
            read
        });
        Ok(read)
    }
}

/// Whether a key result waits for a check-in.
fn is_due(key_result: &KeyResult, config: &Config, today: Date) -> bool {
    let team = config.teams.get(&key_result.item.key.team);
    let policy = team.map_or(&config.policy, |team| &team.policy);
    key_result.is_due(today, policy.check_in_every.value)
}

/// What becomes of a value that was read.
fn outcome(key_result: &KeyResult, today: Date, value: Number) -> MeasureOutcome {
    let there = key_result
        .check_ins
        .iter()
        .find(|there| there.date == today);
    match there.and_then(|there| Some((there.value?.value, there.measured))) {
        Some((there, _)) if there == value => MeasureOutcome::Unchanged,
        Some((_, false)) => MeasureOutcome::PersonsValueStays,
        _ => MeasureOutcome::CheckedIn,
    }
}

fn reported(
    wanted: &Wanted<'_>,
    read: Result<Value, Unmeasured>,
    today: Date,
    refused: Option<&String>,
    visible: bool,
) -> MeasuredKeyResult {
    let key_result = wanted.key_result;
    let earlier = key_result.check_ins.iter().rev();
    let mut earlier = earlier.filter(|there| there.date < today);
    let last = earlier.find_map(|there| {
        Some(LastValue {
            date: there.date,
            value: there.value?.value,
        })
    });
    let mut measured = MeasuredKeyResult {
        key: wanted.key.to_string(),
        confidential: wanted.confidential,
        title: visible.then(|| key_result.item.title.value.clone()),
        unit: key_result.unit.as_ref().map(|unit| unit.value.clone()),
        source: wanted.gauge.to_string(),
        asked: asked(wanted.gauge).filter(|_| visible),
        value: None,
        at: None,
        evidence: None,
        remarks: Vec::new(),
        last: last.filter(|_| visible),
        outcome: MeasureOutcome::Unmeasured,
        reason: None,
        hint: None,
    };
    match read {
        Ok(value) => {
            measured.outcome = outcome(key_result, today, value.number);
            measured.at = Some(value.at);
            if visible {
                measured.value = Some(value.number);
                measured.evidence = Some(value.evidence);
                measured.remarks = value.remarks;
            } else {
                measured.remarks = vec!["confidential: its value is not shown here".to_owned()];
            }
        }
        Err(why) => {
            measured.reason = Some(why.reason);
            measured.hint = why.hint;
        }
    }
    if let Some(why) = refused {
        measured.outcome = MeasureOutcome::NotWritten;
        measured.reason = Some(why.clone());
    }
    measured
}

/// What people wrote that is asked for.
fn asked(gauge: &Gauge) -> Option<String> {
    match &gauge.source {
        GaugeSource::Work { .. } => None,
        GaugeSource::Count { labels, .. } => {
            (!labels.is_empty()).then(|| format!("with {}", labels.join(", ")))
        }
        GaugeSource::Prometheus { query, .. } => Some(query.value.clone()),
        GaugeSource::Http { address, pointer } => Some(format!("{} {pointer}", address.value)),
        GaugeSource::File { path, pointer } => Some(match pointer {
            Some(pointer) => format!("{} {pointer}", path.value),
            None => path.value.clone(),
        }),
    }
}

/// Why GitLab cannot be asked.
fn unreachable(error: &CliError) -> Unmeasured {
    let lines = error.lines();
    let text = |wanted: &str| {
        let mut lines = lines.iter();
        let found = lines.find(|(word, _)| *word == wanted);
        found.map(|(_, text)| line(text).into_owned())
    };
    Unmeasured {
        reason: text("error").unwrap_or_else(|| "GitLab cannot be asked".to_owned()),
        hint: text("hint"),
    }
}
