//! The flow metric that a key result moves, week by week, as the issues of its team tell it.

use maud::{Markup, html};

use super::{Column, Row, folded};
use crate::model::KeyResult;
use crate::render::site::chart::flow_chart;
use crate::render::site::{Page, Site, text};
use crate::report::{FlowMetric, KeyResultStatus, flow_series};

/// The weekly values of the metric that a key result names, beside its check-ins; nothing where it names none, or where the flow
/// of its team is not known.
pub(in super::super) fn of_key_result(
    site: &Site<'_>,
    key_result: &KeyResultStatus,
    declared: Option<&KeyResult>,
    page: Page,
) -> Markup {
    let gauge = declared.and_then(|declared| declared.gauge.as_deref());
    let measured = gauge.and_then(FlowMetric::measured);
    let team = measured.map_or(&key_result.key.team, |(team, _)| team);
    let named = declared.and_then(|declared| declared.flow_metric.as_ref());
    let named = named.map(|named| named.value.as_str());
    let metric = match measured {
        Some((_, metric)) => Some(metric),
        None => named.and_then(FlowMetric::named),
    };
    let Some((of_flow, report)) = site
        .flow_of(team)
        .filter(|_| metric.is_some() || named.is_some())
    else {
        return html! {};
    };
    let unit = key_result.unit.as_deref();
    let series = metric.and_then(|metric| flow_series(site.flows, team, metric, unit));
    let link =
        html! { a href=(site.to(of_flow, page)) { "how work flows in " (text(&report.name)) } };
    html! {
        @match series {
            None => { p { "How its flow metric" @if let Some(named) = named { " (" (text(named)) ")" } " goes stands in " (link) "." } },
            Some(series) => {
                h3 { "Week by week, from the issues" }
                p.dim {
                    (what(series.metric)) ", in " (series.unit) ", of " (link) "; check-ins are what "
                    @if measured.is_some() { "was read over other days, or what people said." } @else { "people said." }
                    @if !series.fits { " It is another unit than that of the key result, so its goal is not drawn." }
                }
                @if series.points.is_empty() {
                    p { "No week has a value yet." }
                } @else {
                    (flow_chart(key_result, site.status, &series))
                    @let caption = format!("{}, by week", what(series.metric));
                    @let head = format!("In {}", series.unit);
                    (folded(&caption, &[("Week from", Column::Name), (&head, Column::Number)], series.points.iter().map(|point| Row {
                        name: point.first.to_string(),
                        cells: vec![point.value.to_string()],
                    }).collect()))
                }
            }
        }
    }
}

/// What the weekly value of a metric is.
fn what(metric: FlowMetric) -> &'static str {
    match metric {
        FlowMetric::Velocity => "Items done in each week",
        FlowMetric::Time => "The median flow time of what was done in each week",
        FlowMetric::Efficiency => "Flow efficiency of what was done in each week",
        FlowMetric::Load => "Items in progress at the end of each week",
    }
}
