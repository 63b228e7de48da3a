//! `measure = { … }`: where a key result's value is read from.

use super::fields::Reader;
use super::raw;
use super::subject::Subject;
use crate::diag::{Diagnostic, closest};
use crate::model::{
    Aggregate, Counted, CountedState, Dimension, Gauge, GaugeSource, Id, ItemType, Measure, Scale,
    Window, WorkFigure, pointer_steps,
};
use crate::syntax::At;
use crate::text::{Span, Spanned};

/// The keys that name a source.
const SOURCES: [&str; 8] = [
    "flow",
    "dora",
    "incidents",
    "issues",
    "merge_requests",
    "prometheus",
    "http",
    "file",
];

/// What else of the key result has a say.
pub(super) struct Surroundings<'a> {
    pub measure: Option<&'a Measure>,
    pub unit: Option<&'a Spanned<String>>,
}

/// Reads where a value comes from; nothing where that is not certain.
pub(super) fn read(
    reader: &mut Reader<'_>,
    raw: At<raw::Gauge>,
    subject: &Subject<'_>,
    around: &Surroundings<'_>,
) -> Option<Box<Gauge>> {
    let raw = raw.spanned(reader.file);
    let (span, mut raw) = (raw.span, raw.value);
    if let Some(Measure::Milestones(_)) = around.measure {
        let message = "steps are done or not: nothing measures them";
        let help = "remove `measure`, or measure by `from` and `to`, `at_least` or `at_most`";
        reader.error("measure-source", span, subject, message, help);
        return None;
    }
    let mut reading = Reading {
        reader,
        subject,
        around,
        span,
    };
    let source = reading.source(&mut raw)?;
    reading
        .left_over(&raw)
        .then(|| Box::new(Gauge { span, source }))
}

struct Reading<'r, 'a> {
    reader: &'r mut Reader<'a>,
    subject: &'r Subject<'r>,
    around: &'r Surroundings<'r>,
    span: Span,
}

impl Reading<'_, '_> {
    fn source(&mut self, raw: &mut raw::Gauge) -> Option<GaugeSource> {
        let file = self.reader.file;
        let spans = [
            self.place(raw.flow.as_ref()),
            self.place(raw.dora.as_ref()),
            self.place(raw.incidents.as_ref()),
            self.place(raw.issues.as_ref()),
            self.place(raw.merge_requests.as_ref()),
            self.place(raw.prometheus.as_ref()),
            self.place(raw.http.as_ref()),
            self.place(raw.file.as_ref()),
        ];
        let given: Vec<(&str, Span)> = SOURCES
            .into_iter()
            .zip(spans)
            .filter_map(|(key, span)| Some((key, span?)))
            .collect();
        match given.as_slice() {
            [] => {
                let spoiled = SOURCES.iter().any(|key| {
                    self.reader
                        .poison
                        .excuses(self.span, &self.subject.key(key))
                });
                if !spoiled {
                    let message = "nothing says where the value is read from";
                    self.error(
                        "measure-source",
                        self.span,
                        message,
                        format!("name one of {}", SOURCES.join(", ")),
                    );
                }
                return None;
            }
            [_] => {}
            [(first, first_span), (second, second_span), ..] => {
                self.reader.diagnostics.push(
                    Diagnostic::error("measure-source", "a value is read from one place only")
                        .at(*second_span, format!("this is `{second}`"))
                        .with_label(*first_span, format!("this is `{first}`"))
                        .with_help("keep one of them; make the other a key result of its own")
                        .about(self.subject.to_string()),
                );
                return None;
            }
        }
        if let Some(metric) = raw.flow.take() {
            let figure = self.flow(metric, raw)?;
            return self.work(figure, raw);
        }
        if let Some(metric) = raw.dora.take() {
            let figure = match metric.spanned(file).value {
                raw::DoraMetric::DeploymentFrequency => WorkFigure::DeploymentFrequency,
                raw::DoraMetric::LeadTime => WorkFigure::LeadTime,
                raw::DoraMetric::TimeToRestore => WorkFigure::TimeToRestore,
                raw::DoraMetric::ChangeFailureRate => WorkFigure::ChangeFailureRate,
            };
            return self.work(figure, raw);
        }
        if let Some(metric) = raw.incidents.take() {
            let figure = match metric.spanned(file).value {
                raw::IncidentMetric::Count => WorkFigure::Incidents,
                raw::IncidentMetric::Mttr => WorkFigure::MeanTimeToResolve,
                raw::IncidentMetric::Mttm => WorkFigure::MeanTimeToMitigate,
                raw::IncidentMetric::Mtbi => WorkFigure::MeanTimeBetweenIncidents,
                raw::IncidentMetric::Mtbf => WorkFigure::MeanTimeBetweenFailures,
            };
            return self.work(figure, raw);
        }
        if let Some(project) = raw.issues.take() {
            return self.count(Counted::Issues, project, raw);
        }
        if let Some(project) = raw.merge_requests.take() {
            return self.count(Counted::MergeRequests, project, raw);
        }
        if let Some(query) = raw.prometheus.take() {
            return self.prometheus(query, raw);
        }
        if let Some(address) = raw.http.take() {
            return self.http(address, raw);
        }
        self.file(raw.file.take()?, raw)
    }

    fn flow(&mut self, metric: At<raw::FlowMetric>, raw: &mut raw::Gauge) -> Option<WorkFigure> {
        let metric = metric.spanned(self.reader.file);
        Some(match metric.value {
            raw::FlowMetric::Velocity => WorkFigure::Velocity,
            raw::FlowMetric::Efficiency => WorkFigure::Efficiency,
            raw::FlowMetric::Load => WorkFigure::Load,
            raw::FlowMetric::Time => {
                let percentile = self.reader.at(raw.percentile.take());
                match percentile.map(|it| (it.value, it.span)) {
                    None => WorkFigure::Time(50),
                    Some((percent @ (50 | 85 | 95), _)) => WorkFigure::Time(percent),
                    Some((percent, span)) => {
                        let message =
                            format!("{percent} is none of the percentiles that are computed");
                        self.error(
                            "measure-key",
                            span,
                            message,
                            "write 50 (the median), 85 or 95",
                        );
                        return None;
                    }
                }
            }
            raw::FlowMetric::Distribution => {
                let Some(kind) = self.reader.at(raw.r#type.take()) else {
                    let message = "nothing says the share of which work is meant";
                    let help = "add type = \"feature\", \"defect\", \"risk\" or \"debt\"";
                    self.error("measure-key", metric.span, message, help);
                    return None;
                };
                WorkFigure::Distribution(match kind.value {
                    raw::WorkType::Feature => ItemType::Feature,
                    raw::WorkType::Defect => ItemType::Defect,
                    raw::WorkType::Risk => ItemType::Risk,
                    raw::WorkType::Debt => ItemType::Debt,
                })
            }
        })
    }

    fn work(&mut self, figure: WorkFigure, raw: &mut raw::Gauge) -> Option<GaugeSource> {
        let team = match self.reader.at(raw.team.take()) {
            None => self.reader.place.team.clone(),
            Some(text) => self.team(&text)?,
        };
        let window = if figure == WorkFigure::Load {
            Window::Quarter
        } else {
            self.window(raw)?
        };
        let dimension = figure.dimension();
        let unit = self.around.unit;
        let Some(scale) = Scale::of(unit.map(|unit| unit.value.as_str()), dimension) else {
            let (what, help) = match dimension {
                Dimension::Count => return None,
                Dimension::Share => ("a share", "write unit = \"%\""),
                Dimension::Duration => {
                    ("a time", "write unit = \"min\", \"h\", \"d\" or \"weeks\"")
                }
                Dimension::Rate => (
                    "so many in a time",
                    "write unit = \"deployments/day\" or \"deployments/week\"",
                ),
            };
            let span = unit.map_or(self.span, |unit| unit.span);
            let message = match unit {
                Some(unit) => format!("the {figure} is {what}, and not in \"{}\"", unit.value),
                None => format!("the {figure} is {what}, and the key result has no unit"),
            };
            self.error("measure-unit", span, message, help);
            return None;
        };
        Some(GaugeSource::Work {
            team,
            figure,
            window,
            scale,
        })
    }

    fn team(&mut self, text: &Spanned<String>) -> Option<Id> {
        let teams = &self.reader.config.teams;
        let known = text
            .value
            .parse::<Id>()
            .ok()
            .filter(|id| teams.get(id).is_some());
        if known.is_some() || !self.reader.config_known {
            return known;
        }
        let message = format!("okr.toml has no team `{}`", text.value);
        let names: Vec<&str> = teams.iter().map(|team| team.id.as_str()).collect();
        let help = near(&text.value, &names, "add it there as [teams.<id>]");
        self.error("measure-source", text.span, message, help);
        None
    }

    /// Over which days; a number that cannot be is a finding.
    fn window(&mut self, raw: &mut raw::Gauge) -> Option<Window> {
        match self
            .reader
            .at(raw.days.take())
            .map(|it| (it.value, it.span))
        {
            None => Some(Window::Quarter),
            Some((days @ 1..=366, _)) => Some(Window::Days(days)),
            Some((days, span)) => {
                let message = format!("nothing can be measured over {days} days");
                self.error("measure-key", span, message, "write a number from 1 to 366");
                None
            }
        }
    }

    fn count(
        &mut self,
        what: Counted,
        project: At<String>,
        raw: &mut raw::Gauge,
    ) -> Option<GaugeSource> {
        let project = project.spanned(self.reader.file);
        if format!("{}#1", project.value)
            .parse::<crate::model::IssueReference>()
            .is_err()
        {
            let message = format!("`{}` is not the path of a project", project.value);
            let help =
                "write the full path, like \"group/project\", without the instance's address";
            self.error("measure-source", project.span, message, help);
            return None;
        }
        let state = self
            .reader
            .at(raw.count.take())
            .map(|it| (it.value, it.span));
        let state = match (state, what) {
            (None | Some((raw::CountedState::Open, _)), _) => CountedState::Open,
            (Some((raw::CountedState::Created, _)), _) => CountedState::Created,
            (Some((raw::CountedState::Closed, _)), Counted::Issues) => CountedState::Closed,
            (Some((raw::CountedState::Merged, _)), Counted::MergeRequests) => CountedState::Merged,
            (Some((_, span)), Counted::Issues) => {
                self.error(
                    "measure-key",
                    span,
                    "issues are not merged",
                    "write \"open\", \"created\" or \"closed\"",
                );
                return None;
            }
            (Some((_, span)), Counted::MergeRequests) => {
                let message =
                    "merge requests that were closed without being merged changed nothing";
                self.error(
                    "measure-key",
                    span,
                    message,
                    "write \"open\", \"created\" or \"merged\"",
                );
                return None;
            }
        };
        let labels = std::mem::take(&mut raw.labels);
        let labels: Vec<Spanned<String>> = self.reader.texts(labels, &self.subject.key("labels"));
        if let Some(label) = labels.iter().find(|label| label.value.contains(',')) {
            let message = format!("\"{}\" cannot be a label", label.value);
            self.error(
                "measure-key",
                label.span,
                message,
                "write each label as a text of its own",
            );
            return None;
        }
        let mut labels: Vec<String> = labels.into_iter().map(|label| label.value).collect();
        // Asked for twice, a label finds nothing (facts §1.2).
        labels.sort();
        labels.dedup();
        let window = if state == CountedState::Open {
            Window::Quarter
        } else {
            self.window(raw)?
        };
        Some(GaugeSource::Count {
            what,
            project: project.value,
            state,
            labels,
            window,
        })
    }

    fn prometheus(&mut self, query: At<String>, raw: &mut raw::Gauge) -> Option<GaugeSource> {
        let query = self
            .reader
            .text(Some(query), &self.subject.key("prometheus"))?;
        let server = if let Some(text) = self.reader.at(raw.server.take()) {
            self.server(&text)?
        } else {
            self.only_server(query.span)?
        };
        let aggregate = match raw.aggregate.take() {
            None => None,
            Some(aggregate) => {
                let aggregate = match aggregate.spanned(self.reader.file).value {
                    raw::Aggregate::Mean => Aggregate::Mean,
                    raw::Aggregate::Min => Aggregate::Min,
                    raw::Aggregate::Max => Aggregate::Max,
                };
                Some((aggregate, self.window(raw)?))
            }
        };
        Some(GaugeSource::Prometheus {
            server,
            query,
            aggregate,
        })
    }

    /// The server that is meant where none is named.
    fn only_server(&mut self, at: Span) -> Option<Id> {
        let names: Vec<&str> = self.reader.config.servers.keys().map(Id::as_str).collect();
        let (message, help) = match names.as_slice() {
            [_] => return self.reader.config.servers.keys().next().cloned(),
            _ if !self.reader.config_known => return None,
            [] => (
                "okr.toml lists no server that could be asked",
                "add it there: [measure.servers.prometheus] with url = \"https://…\"".to_owned(),
            ),
            names => (
                "okr.toml lists several servers, and nothing says which to ask",
                format!("add server = \"…\": {}", names.join(", ")),
            ),
        };
        self.error("measure-server", at, message, help);
        None
    }

    fn server(&mut self, text: &Spanned<String>) -> Option<Id> {
        let servers = &self.reader.config.servers;
        let known = text
            .value
            .parse::<Id>()
            .ok()
            .filter(|id| servers.contains_key(id));
        if known.is_some() || !self.reader.config_known {
            return known;
        }
        let message = format!("okr.toml lists no server `{}`", text.value);
        let names: Vec<&str> = servers.keys().map(Id::as_str).collect();
        let help = near(
            &text.value,
            &names,
            "add it there as [measure.servers.<name>] with a url",
        );
        self.error("measure-server", text.span, message, help);
        None
    }

    fn http(&mut self, address: At<String>, raw: &mut raw::Gauge) -> Option<GaugeSource> {
        let address = self.reader.text(Some(address), &self.subject.key("http"))?;
        let Some(url) = url::Url::parse(&address.value)
            .ok()
            .filter(url::Url::has_host)
        else {
            let message = "this is not the address of a document";
            self.error(
                "measure-server",
                address.span,
                message,
                "write something like \"https://data.example.com/nps.json\"",
            );
            return None;
        };
        if !url.username().is_empty() || url.password().is_some() {
            let message =
                "an address with a user name or password in it would be in everybody's hands";
            let help = "take it out and change it; the server's token_env in okr.toml names the variable that holds a token";
            self.error("measure-server", address.span, message, help);
            return None;
        }
        let listed = self
            .reader
            .config
            .servers
            .values()
            .any(|server| server.covers(&url));
        if !listed && self.reader.config_known {
            let message = format!(
                "okr.toml does not list {}, so it is never asked",
                url.origin().ascii_serialization()
            );
            let help = "add it there: [measure.servers.<name>] with a url above this address";
            self.error("measure-server", address.span, message, help);
            return None;
        }
        let Some(pointer) = self.pointer(raw)? else {
            let message = "nothing says where the number is in the document";
            self.error(
                "measure-key",
                address.span,
                message,
                "add pointer = \"/…\", a JSON Pointer",
            );
            return None;
        };
        listed.then_some(GaugeSource::Http { address, pointer })
    }

    fn file(&mut self, path: At<String>, raw: &mut raw::Gauge) -> Option<GaugeSource> {
        let path = self.reader.text(Some(path), &self.subject.key("file"))?;
        let inside = !path.value.contains(['\\', '\0', ':'])
            && !path.value.starts_with('/')
            && path
                .value
                .split('/')
                .all(|part| !part.is_empty() && part != ".." && part != "." && part != ".git");
        if !inside {
            let message = "files are read from within the directory of okr.toml only";
            let help = "write the path from there with slashes, like \"metrics/nps.json\"";
            self.error("measure-file", path.span, message, help);
            return None;
        }
        let pointer = self.pointer(raw)?;
        Some(GaugeSource::File { path, pointer })
    }

    /// Where in a document the number is; the outer nothing is a finding.
    #[expect(clippy::option_option, reason = "absent and wrong differ")]
    fn pointer(&mut self, raw: &mut raw::Gauge) -> Option<Option<String>> {
        let Some(pointer) = self.reader.at(raw.pointer.take()) else {
            return Some(None);
        };
        if pointer_steps(&pointer.value).is_none() {
            let message = format!("\"{}\" is not a JSON Pointer", pointer.value);
            let help = "write the way to the number with slashes, like \"/data/0/value\"; a slash in a name is ~1, a tilde ~0";
            self.error("measure-key", pointer.span, message, help);
            return None;
        }
        Some(Some(pointer.value))
    }

    /// Whether no key is left that does not go with the source; those are findings.
    fn left_over(&mut self, raw: &raw::Gauge) -> bool {
        let left = [
            (
                "team",
                self.place(raw.team.as_ref()),
                "flow, dora and incidents",
            ),
            (
                "percentile",
                self.place(raw.percentile.as_ref()),
                "flow = \"time\"",
            ),
            (
                "type",
                self.place(raw.r#type.as_ref()),
                "flow = \"distribution\"",
            ),
            (
                "days",
                self.place(raw.days.as_ref()),
                "what is measured over days, not as of now",
            ),
            (
                "count",
                self.place(raw.count.as_ref()),
                "issues and merge_requests",
            ),
            (
                "labels",
                self.place(raw.labels.first()),
                "issues and merge_requests",
            ),
            ("server", self.place(raw.server.as_ref()), "prometheus"),
            (
                "aggregate",
                self.place(raw.aggregate.as_ref()),
                "prometheus",
            ),
            ("pointer", self.place(raw.pointer.as_ref()), "http and file"),
        ];
        let mut none = true;
        for (key, span, goes_with) in left {
            let Some(span) = span else { continue };
            let message = format!("`{key}` says nothing here");
            let help = format!("remove it: it goes with {goes_with}");
            self.error("measure-key", span, message, help);
            none = false;
        }
        none
    }

    /// Where a value stands that is given.
    fn place<T>(&self, value: Option<&At<T>>) -> Option<Span> {
        value.map(|value| value.span(self.reader.file))
    }

    fn error(
        &mut self,
        rule: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.reader.error(rule, span, self.subject, message, help);
    }
}

/// What to do about a name that is not there: the nearest that is, or else something to do.
fn near(text: &str, names: &[&str], otherwise: &str) -> String {
    match closest(text, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    }
}
