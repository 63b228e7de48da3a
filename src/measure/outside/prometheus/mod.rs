//! Prometheus's HTTP API: one value of a query, at an instant or over a period.
//!
//! Source: Prometheus's documentation, "HTTP API" (querying/api): `/api/v1/query` and `/api/v1/query_range`, the envelope, the
//! formats of results; "at most 11,000 points" is what its server refuses beyond.

mod answer;
mod error;
mod period;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use url::Url;

pub use error::QueryError;
pub use period::MAX_POINTS;

use super::Outside;
use super::decimal::{sample, without_noise};
use super::error::OutsideError;
use super::server::{Listed, Server};
use crate::model::Number;
use answer::{Data, Envelope, Labels, Point};
use period::Points;

/// Remarks of a server that are passed on.
const MAX_REMARKS: usize = 5;
/// Labels that are named at the most.
const MAX_LABELS: usize = 8;
/// Characters of a text of a server that are passed on.
const MAX_TEXT: usize = 300;

/// When a query is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// At an instant.
    At(Timestamp),
    /// Over a period, at the end of each step of it, and the values aggregated here. A query over a window as long as the step
    /// (`increase(deployments_total[1h])` with a step of an hour) looks at each moment once. Steps are counted back from `to`;
    /// what is left of the period before the first whole step is not looked at.
    Over {
        /// The begin.
        from: Timestamp,
        /// The end, which should not lie in the future.
        to: Timestamp,
        /// Whole seconds; without one the shortest of 1 min, 5 min, 15 min, 1 h, 6 h and 1 day of which the period has at most
        /// 5,000.
        step: Option<Duration>,
        /// What becomes of the values.
        aggregate: Aggregate,
    },
}

/// What becomes of the values of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Their arithmetic mean, each counted once.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// Their sum. It goes with the number of steps, so the step has to be given.
    Sum,
    /// The last.
    Last,
}

/// A value with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// The value. Prometheus computes with binary numbers of 64 bits: fractions are rounded to the 15 digits that those keep.
    pub value: Number,
    /// When: the instant or the end of the period; of [`Aggregate::Last`] when that value was there.
    pub at: Timestamp,
    /// The page on which people see the query at that time.
    pub evidence: Url,
    /// What Prometheus remarked, and gaps in the period: text of a server, to be escaped where it is shown.
    pub remarks: Vec<String>,
}

impl Outside {
    /// The value of a query, which must give a scalar or exactly one series.
    ///
    /// # Errors
    /// The server is not of the list, fails or refuses; or there is no value, or more than one: [`QueryError`].
    pub async fn prometheus(
        &self,
        server: &Server,
        query: &str,
        ask: Ask,
    ) -> Result<Measured, OutsideError> {
        let listed = self.listed(&server.url)?;
        match ask {
            Ask::At(at) => self.at_instant(listed, query, at).await,
            Ask::Over {
                from,
                to,
                step,
                aggregate,
            } => {
                if aggregate == Aggregate::Sum && step.is_none() {
                    return Err(QueryError::SumWithoutStep.into());
                }
                let points = Points::of(from, to, step)?;
                self.over(listed, query, points, aggregate).await
            }
        }
    }

    async fn at_instant(
        &self,
        server: &Listed,
        query: &str,
        at: Timestamp,
    ) -> Result<Measured, OutsideError> {
        let parameters = [("query", query), ("time", &at.to_string())];
        let (data, remarks) = self.ask(server, "api/v1/query", &parameters).await?;
        let point = match data {
            Data::Scalar(point) => point,
            Data::Vector(series) => {
                let one = only(series, |series| &series.metric)?;
                one.value.ok_or(QueryError::Histogram)?
            }
            Data::Matrix(_) => return Err(QueryError::Samples.into()),
            Data::String(_) => return Err(QueryError::Text.into()),
        };
        Ok(Measured {
            value: without_noise(sample(point.value())?),
            at,
            evidence: page(server, query, at, None),
            remarks,
        })
    }

    async fn over(
        &self,
        server: &Listed,
        query: &str,
        points: Points,
        aggregate: Aggregate,
    ) -> Result<Measured, OutsideError> {
        let step = points.step.to_string();
        let parameters = [
            ("query", query),
            ("start", &points.first().to_string()),
            ("end", &points.end.to_string()),
            ("step", &step),
        ];
        let (data, mut remarks) = self.ask(server, "api/v1/query_range", &parameters).await?;
        let Data::Matrix(series) = data else {
            return Err(QueryError::NoPeriod.into());
        };
        let one = only(series, |series| &series.metric)?;
        if !one.histograms.is_empty() {
            return Err(QueryError::Histogram.into());
        }
        let mut values = Vec::with_capacity(one.values.len());
        for point in &one.values {
            match sample(point.value()) {
                Ok(value) => values.push((point, value)),
                // Nothing divided by nothing, as where there was no traffic: as good as no point.
                Err(QueryError::NotFinite(text)) if text == "NaN" => {}
                Err(error) => return Err(error.into()),
            }
        }
        let Some((last, last_value)) = values.last().copied() else {
            let nothing = if one.values.is_empty() {
                QueryError::NoData
            } else {
                QueryError::NotFinite("NaN".to_owned())
            };
            return Err(nothing.into());
        };
        remarks.extend(gaps(values.len(), points));
        let value = match aggregate {
            Aggregate::Last => Some(last_value),
            Aggregate::Min => values.iter().map(|(_, value)| *value).min(),
            Aggregate::Max => values.iter().map(|(_, value)| *value).max(),
            Aggregate::Sum => sum(&values),
            Aggregate::Mean => {
                sum(&values).and_then(|sum| sum.checked_div(Decimal::from(values.len())))
            }
        };
        let value = value.ok_or_else(|| QueryError::Unkept("the sum".to_owned()))?;
        let end = points.end_time();
        let at = match aggregate {
            Aggregate::Last => last.at().filter(|at| *at <= end),
            _ => None,
        };
        Ok(Measured {
            value: without_noise(value),
            at: at.unwrap_or(end),
            evidence: page(server, query, end, Some(points)),
            remarks,
        })
    }

    /// One question, and what the answer holds with the remarks about it.
    async fn ask(
        &self,
        server: &Listed,
        endpoint: &str,
        parameters: &[(&str, &str)],
    ) -> Result<(Data, Vec<String>), OutsideError> {
        let mut address = below(server, endpoint);
        address
            .query_pairs_mut()
            .extend_pairs(parameters)
            // The server need not go on once nobody waits any more.
            .append_pair("timeout", &format!("{}s", self.timeout.as_secs().max(1)));
        let fetched = self.fetch(server, &address).await?;
        match serde_json::from_slice(fetched.body()) {
            // Along with a status that is no success.
            Ok(Envelope::Error { kind, message }) => Err(OutsideError::from(QueryError::Refused {
                kind: brief(&server.scrub(&kind)),
                message: brief(&server.scrub(&message)),
            })),
            Ok(Envelope::Success {
                data,
                warnings,
                infos,
            }) => {
                fetched.expect_success()?;
                let said: Vec<String> = warnings.into_iter().chain(infos).flatten().collect();
                Ok((data, remarks(server, &said)))
            }
            Err(source) => {
                // A proxy may say anything along with its failure.
                fetched.expect_success()?;
                fetched.json()?;
                let address = fetched.address;
                Err(OutsideError::NotPrometheus { address, source })
            }
        }
    }
}

/// The only series of a result.
fn only<T>(mut series: Vec<T>, labels: impl Fn(&T) -> &Labels) -> Result<T, QueryError> {
    let count = series.len();
    match (series.pop(), count) {
        (None, _) => Err(QueryError::NoData),
        (Some(one), 1) => Ok(one),
        (Some(one), _) => Err(QueryError::Several {
            count,
            apart: apart(labels(&one), series.iter().map(&labels)),
        }),
    }
}

/// The labels in which some of the others differ from one.
fn apart<'a>(one: &'a Labels, others: impl Iterator<Item = &'a Labels>) -> Vec<String> {
    let mut apart = BTreeSet::new();
    for other in others {
        let names = one.keys().chain(other.keys());
        apart.extend(names.filter(|name| one.get(*name) != other.get(*name)));
    }
    apart
        .into_iter()
        .take(MAX_LABELS)
        .map(|name| brief(name))
        .collect()
}

fn sum(values: &[(&Point, Decimal)]) -> Option<Decimal> {
    let mut values = values.iter();
    values.try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value))
}

/// How much of a period has values, where it is not all of it.
fn gaps(values: usize, points: Points) -> Option<String> {
    let (values, of) = (i64::try_from(values).ok()?, points.count);
    let percent = values.checked_mul(100)?.checked_div(of)?;
    (values < of)
        .then(|| format!("{values} of {of} steps of the period have a value ({percent} %)"))
}

/// What a server remarked, not all of it where it is much.
fn remarks(server: &Listed, said: &[String]) -> Vec<String> {
    let more = said.len().saturating_sub(MAX_REMARKS);
    let shown = said.iter().take(MAX_REMARKS);
    let mut remarks: Vec<String> = shown.map(|text| brief(&server.scrub(text))).collect();
    if more > 0 {
        remarks.push(format!("and {more} more remarks of Prometheus"));
    }
    remarks
}

/// A text of a server in one line, cut where it is long.
fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// An address of the API or of a page.
fn below(server: &Listed, path: &str) -> Url {
    let mut address = server.url().clone();
    address.set_path(&format!("{}{path}", server.url().path()));
    address
}

/// The page of Prometheus that shows a query as it was asked: a table at an instant, a graph over a period. Its parameters are
/// those that the pages of Prometheus 2 and 3 write themselves; 3 leads from `graph` to `query`.
fn page(server: &Listed, query: &str, at: Timestamp, points: Option<Points>) -> Url {
    let time = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let mut page = below(server, "graph");
    let mut parameters = page.query_pairs_mut();
    parameters.append_pair("g0.expr", query);
    match points {
        None => {
            parameters
                .append_pair("g0.tab", "1")
                .append_pair("g0.moment_input", &time);
        }
        Some(points) => {
            parameters
                .append_pair("g0.tab", "0")
                .append_pair("g0.range_input", &format!("{}s", points.length()))
                .append_pair("g0.end_input", &time)
                .append_pair("g0.step_input", &points.step.to_string());
        }
    }
    drop(parameters);
    page
}
