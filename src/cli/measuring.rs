//! Reads the values of key results from where they say that they are.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use secrecy::SecretString;
use url::Url;

use super::allowed::Allowed;
use super::planning::Declared;
use super::{Connection, Env, Project, Ui, value_stream};
use crate::config::{Config, MeasureServer, Team};
use crate::flow::{Deployment, FigureMaterial, Flow, Incident, Period, figure, flow_of};
use crate::measure::{
    Aggregate as OutsideAggregate, Ask, Outside, OutsideSettings, Server, file_value, pointed,
};
use crate::measure::{Collected, Count, MeasureError, Reader, Store, count, deployments};
use crate::model::{
    Aggregate, Counted, CountedState, Date, Gauge, GaugeSource, Id, Number, Quarter, Scale, Window,
    WorkFigure,
};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) number: Number,
    /// When it was so.
    pub(crate) at: Timestamp,
    /// Where people see it for themselves.
    pub(crate) evidence: String,
    /// What there is to know about it.
    pub(crate) remarks: Vec<String>,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmeasured {
    pub(crate) reason: String,
    pub(crate) hint: Option<String>,
}

impl Unmeasured {
    fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            hint: Some(hint.into()),
        }
    }

    fn because(error: &(dyn std::error::Error + 'static), hint: String) -> Self {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            source = error.source();
        }
        Self {
            reason,
            hint: Some(hint),
        }
    }
}

/// When is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) today: Date,
    pub(crate) now: Timestamp,
}

/// Reads values, each team's work and each list of deployments once.
pub(crate) struct Measuring<'a> {
    project: &'a Project,
    declared: &'a Declared,
    /// GitLab, or why it cannot be asked.
    gitlab: Result<&'a Connection, Unmeasured>,
    reader: Option<Reader<'a>>,
    allowed: Allowed,
    outside: Result<Outside, Unmeasured>,
    servers: BTreeMap<Id, Server>,
    moment: Moment,
    work: BTreeMap<Id, Result<Work, Unmeasured>>,
    /// By the team, and since when.
    deployed: BTreeMap<(Id, Timestamp), Result<Vec<Deployment>, Unmeasured>>,
}

/// A team's work.
#[derive(Debug, Default)]
struct Work {
    flows: Vec<Flow>,
    incidents: Vec<Incident>,
}

impl<'a> Measuring<'a> {
    /// Ready to read. `gitlab` and `store` are there as far as something is to be asked of them.
    pub(crate) fn new(
        project: &'a Project,
        declared: &'a Declared,
        gitlab: Result<&'a Connection, Unmeasured>,
        store: Option<&'a mut Store>,
        (allowed, ca_file): (Allowed, Option<Vec<u8>>),
        env: &Env,
        moment: Moment,
    ) -> Self {
        let servers: BTreeMap<Id, Server> = allowed
            .servers
            .values()
            .map(|server| (server.name.clone(), to_ask(server, env)))
            .collect();
        let settings = OutsideSettings {
            ca_file,
            allow_plain_http: env.allow_http,
            ..OutsideSettings::new(servers.values().cloned().collect())
        };
        let outside = Outside::new(settings).map_err(|error| {
            Unmeasured::because(&error, "mend [measure.servers] in okr.toml".to_owned())
        });
        let reader = match (&gitlab, store) {
            (Ok(connection), Some(store)) => {
                Some(Reader::new(&connection.client, store, moment.now))
            }
            _ => None,
        };
        Self {
            project,
            declared,
            gitlab,
            reader,
            allowed,
            outside,
            servers,
            moment,
            work: BTreeMap::new(),
            deployed: BTreeMap::new(),
        }
    }

    /// Reads the work of every team that one of these is about, and shows how far it is. What fails is told by the key results
    /// that it is about.
    pub(crate) async fn read_work<'g>(&mut self, gauges: impl Iterator<Item = &'g Gauge>, ui: &Ui) {
        let Some(reader) = &mut self.reader else {
            return;
        };
        let config = &self.declared.config;
        for gauge in gauges {
            let GaugeSource::Work { team, figure, .. } = &gauge.source else {
                continue;
            };
            let Some(team) = config.teams.get(team).filter(|_| figure.needs_issues()) else {
                continue;
            };
            if self.work.contains_key(&team.id) {
                continue;
            }
            let work = work_of(team, config, reader, ui).await;
            let work = work.map_err(|error| of_gitlab(&error));
            self.work.insert(team.id.clone(), work);
        }
    }

    /// The value of a key result of a quarter.
    pub(crate) async fn read(
        &mut self,
        gauge: &Gauge,
        quarter: Quarter,
    ) -> Result<Value, Unmeasured> {
        match &gauge.source {
            GaugeSource::Work {
                team,
                figure,
                window,
                scale,
            } => {
                let period = self.period(*window, quarter)?;
                self.figure(team, (*figure, *scale), period).await
            }
            GaugeSource::Count {
                what,
                project,
                state,
                labels,
                window,
            } => {
                let period = self.period(*window, quarter)?;
                let what = Count {
                    what: *what,
                    project,
                    state: *state,
                    labels,
                };
                self.count(what, period).await
            }
            GaugeSource::Prometheus {
                server,
                query,
                aggregate,
            } => {
                let ask = match aggregate {
                    None => Ask::At(self.moment.now),
                    Some((aggregate, window)) => {
                        let period = self.period(*window, quarter)?;
                        Ask::Over {
                            from: period.begin,
                            to: period.end,
                            step: None,
                            aggregate: match aggregate {
                                Aggregate::Mean => OutsideAggregate::Mean,
                                Aggregate::Min => OutsideAggregate::Min,
                                Aggregate::Max => OutsideAggregate::Max,
                            },
                        }
                    }
                };
                let Some(of) = self.servers.get(server) else {
                    return Err(self.not_asked(Some(server)));
                };
                let outside = self.outside.as_ref().map_err(Clone::clone)?;
                let measured = outside.prometheus(of, &query.value, ask).await;
                let measured =
                    measured.map_err(|error| Unmeasured::because(&error, error.hint()))?;
                Ok(Value {
                    number: measured.value,
                    at: measured.at,
                    evidence: measured.evidence.to_string(),
                    remarks: measured.remarks,
                })
            }
            GaugeSource::Http { address, pointer } => {
                let url = Url::parse(&address.value)
                    .map_err(|error| Unmeasured::because(&error, "mend the address".to_owned()))?;
                let covers = |server: &&MeasureServer| server.covers(&url);
                if !self.allowed.servers.values().any(|server| covers(&server)) {
                    let servers = &self.declared.config.servers;
                    let of = servers.values().find(covers);
                    return Err(self.not_asked(of.map(|of| &of.name)));
                }
                let outside = self.outside.as_ref().map_err(Clone::clone)?;
                let answer = outside.json(&url).await;
                let answer = answer.map_err(|error| Unmeasured::because(&error, error.hint()))?;
                let value = pointed(&answer.document, pointer)
                    .map_err(|error| Unmeasured::because(&error, error.hint()))?;
                Ok(Value {
                    number: value,
                    at: self.moment.now,
                    evidence: answer.address.to_string(),
                    remarks: Vec::new(),
                })
            }
            GaugeSource::File { path, pointer } => {
                let text = self.project.root.read_measure_file(&path.value);
                let text = text.map_err(|error| {
                    let hint = "name a file within the directory of okr.toml, of 1 MB at the most";
                    Unmeasured::because(&error, hint.to_owned())
                })?;
                let text = text.ok_or_else(|| {
                    let hint = "write it, or let the job that makes it come before; its path goes from the directory of okr.toml";
                    Unmeasured::new(format!("there is no file {}", path.value), hint)
                })?;
                let value = file_value(&text, pointer.as_deref())
                    .map_err(|error| Unmeasured::because(&error, error.hint()))?;
                Ok(Value {
                    number: value,
                    at: self.moment.now,
                    evidence: path.value.clone(),
                    remarks: Vec::new(),
                })
            }
        }
    }

    fn not_asked(&self, server: Option<&Id>) -> Unmeasured {
        let why = server.and_then(|server| self.allowed.refused(server));
        let why = why.unwrap_or("okr.toml does not list this server");
        let server = server.map_or("the server", Id::as_str);
        let hint = "once its [measure.servers] table is merged, it is asked";
        Unmeasured::new(format!("{server} is not asked: {why}"), hint)
    }

    /// The time until now that a window means in a quarter.
    fn period(&self, window: Window, quarter: Quarter) -> Result<Period, Unmeasured> {
        let Moment { today, now } = self.moment;
        let first = match window {
            Window::Quarter => {
                let days = self.declared.config.calendar.period(quarter);
                let days = days.ok_or_else(|| {
                    let hint = "give them under [calendar.quarters] in okr.toml";
                    Unmeasured::new(format!("the calendar has no days for {quarter}"), hint)
                })?;
                // After its end, a quarter is measured over itself.
                let last = days.end().min(today);
                let period = Period::days(days.start(), last).and_then(|it| it.until(now));
                return period.ok_or_else(|| {
                    Unmeasured::new(format!("{quarter} has not begun"), "wait until it has")
                });
            }
            Window::Days(days) => {
                let before = (i64::from(days) - 1).days();
                today.checked_sub(before).unwrap_or(today)
            }
        };
        let period = Period::days(first, today).and_then(|period| period.until(now));
        period.ok_or_else(|| Unmeasured::new("the day has not begun", "measure later"))
    }

    fn team(&self, id: &Id) -> Result<&'a Team, Unmeasured> {
        self.declared.config.teams.get(id).ok_or_else(|| {
            Unmeasured::new(format!("okr.toml has no team {id}"), "name one that it has")
        })
    }

    async fn figure(
        &mut self,
        team: &Id,
        (which, scale): (WorkFigure, Scale),
        period: Period,
    ) -> Result<Value, Unmeasured> {
        let team = self.team(team)?;
        let flow = &self.declared.config.flow;
        if flow.is_empty() && which.is_of_items() {
            let reason = "okr.toml does not say what labels mean for the flow of work";
            let hint = "put what `okr flow init` proposes into okr.toml, and look at each label";
            return Err(Unmeasured::new(reason, hint));
        }
        let connection = self.gitlab.clone()?;
        if which.needs_deployments() {
            self.read_deployments(team, connection, period.begin).await;
        }
        let none = Work::default();
        let work = if which.needs_issues() {
            known(self.work.get(&team.id))?
        } else {
            &none
        };
        let deployed = if which.needs_deployments() {
            let of = (team.id.clone(), period.begin);
            Some(known(self.deployed.get(&of))?.as_slice())
        } else {
            None
        };
        let material = FigureMaterial {
            flows: &work.flows,
            incidents: (&work.incidents, &flow.incidents),
            deployments: deployed,
            period,
        };
        let value = figure(which, scale, &material).map_err(|why| {
            let hint = format!("okr flow --team {} shows what there is", team.id);
            Unmeasured::new(why.to_string(), hint)
        })?;
        let uncertain = work.flows.iter().filter(|flow| !flow.is_certain()).count();
        let mut remarks = Vec::new();
        if uncertain > 0 && which.is_of_items() {
            remarks.push(format!(
                "of {uncertain} of {} work items GitLab does not tell the whole past",
                work.flows.len()
            ));
        }
        Ok(Value {
            number: value,
            at: period.end,
            evidence: evidence(team, period),
            remarks,
        })
    }

    async fn read_deployments(&mut self, team: &Team, connection: &Connection, since: Timestamp) {
        let of = (team.id.clone(), since);
        if self.deployed.contains_key(&of) {
            return;
        }
        let environment = &self.declared.config.flow.environment;
        let projects = &team.flow.projects;
        let read = deployments(&connection.client, projects, environment, since).await;
        self.deployed
            .insert(of, read.map_err(|error| of_gitlab(&error)));
    }

    async fn count(&self, what: Count<'_>, period: Period) -> Result<Value, Unmeasured> {
        let connection = self.gitlab.clone()?;
        let counted = count(&connection.client, what, &period).await;
        let counted = counted.map_err(|error| of_gitlab(&error))?;
        let value = i64::try_from(counted).unwrap_or(i64::MAX);
        Ok(Value {
            number: Number::from(value),
            at: self.moment.now,
            evidence: list_page(connection.client.base_url(), what),
            remarks: Vec::new(),
        })
    }
}

/// A server with its token, if there is one.
fn to_ask(server: &MeasureServer, env: &Env) -> Server {
    let token: Option<SecretString> = server
        .token_env
        .as_deref()
        .and_then(|name| env.others.get(name))
        .cloned();
    Server {
        name: server.name.to_string(),
        url: server.url.clone(),
        token,
    }
}

/// A team's work, read with a sign of how far that is.
async fn work_of(
    team: &Team,
    config: &Config,
    reader: &mut Reader<'_>,
    ui: &Ui,
) -> Result<Work, MeasureError> {
    value_stream::read([team], reader, ui).await?;
    let read = reader.work(&team.flow, &config.flow.incidents, |_| {});
    let Collected {
        items, incidents, ..
    } = read.await?;
    let flows = items.iter().filter_map(|item| flow_of(item, &config.flow));
    Ok(Work {
        flows: flows.collect(),
        incidents,
    })
}

/// What was read, or why it could not be.
fn known<T>(read: Option<&Result<T, Unmeasured>>) -> Result<&T, Unmeasured> {
    match read {
        Some(Ok(read)) => Ok(read),
        Some(Err(why)) => Err(why.clone()),
        None => Err(Unmeasured::new("it was not read", "report this as a bug")),
    }
}

fn of_gitlab(error: &MeasureError) -> Unmeasured {
    let hint = match error {
        MeasureError::GitLab { source, .. } => source.hint(),
        MeasureError::Store(_) => "delete .okr/flow.sqlite: it is read anew".to_owned(),
    };
    Unmeasured::because(error, hint)
}

/// The command that shows what a figure is made of.
fn evidence(team: &Team, period: Period) -> String {
    let first = period.begin.to_zoned(jiff::tz::TimeZone::UTC).date();
    // The end is the first instant that is not in it any more.
    let last = period.end.checked_sub(1.nanosecond()).unwrap_or(period.end);
    let last = last.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!(
        "okr flow explain --team {} --from {first} --to {last}",
        team.id
    )
}

/// The page on which GitLab lists what was counted, as near as its filters come.
fn list_page(base: &Url, what: Count<'_>) -> String {
    let (list, state) = match (what.what, what.state) {
        (Counted::Issues, CountedState::Open) => ("issues", "opened"),
        (Counted::Issues, CountedState::Closed) => ("issues", "closed"),
        (Counted::Issues, _) => ("issues", "all"),
        (Counted::MergeRequests, CountedState::Open) => ("merge_requests", "opened"),
        (Counted::MergeRequests, CountedState::Merged) => ("merge_requests", "merged"),
        (Counted::MergeRequests, _) => ("merge_requests", "all"),
    };
    let mut page = base.clone();
    let path = format!(
        "{}/{}/-/{list}",
        base.path().trim_end_matches('/'),
        what.project
    );
    page.set_path(&path);
    let mut query = page.query_pairs_mut();
    query.append_pair("state", state);
    for label in what.labels {
        query.append_pair("label_name[]", label);
    }
    drop(query);
    page.to_string()
}
