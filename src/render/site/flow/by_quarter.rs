//! What kinds of work were done, quarter by quarter.

use maud::{Markup, html};

use super::by_week::{counts, kind_heads, kinds_key, series, size};
use super::{Column, Row, folded, share};
use crate::render::site::chart::frame::RIGHT;
use crate::render::site::chart::{Told, figure};
use crate::render::site::text;
use crate::report::{FlowQuarter, FlowReport};

/// The place where bars begin, and the height of each with the room below it.
const BEGIN: f64 = 84.0;
const ROW: f64 = 34.0;
const BAR: f64 = 24.0;

/// The share of each kind in each quarter, drawn where there is more than one.
pub(super) fn distribution(report: &FlowReport) -> Markup {
    let quarters = &report.quarters;
    let rows = quarters.iter().map(|quarter| {
        let of = &quarter.distribution;
        let kinds = of.kinds.iter().map(|kind| (kind.count, kind.share));
        let all = kinds.chain([(of.unmapped, of.unmapped_share)]);
        let cells = all.map(|(count, part)| match count {
            0 => "0".to_owned(),
            count => format!("{count} ({})", share(part)),
        });
        Row {
            name: quarter.quarter.clone(),
            cells: cells.chain([quarter.velocity.to_string()]).collect(),
        }
    });
    let mut heads = kind_heads("Quarter").to_vec();
    heads.push(("All", Column::Number));
    let height = ROW * size(quarters.len()) + 4.0;
    let drawn = html! { @for (at, quarter) in quarters.iter().enumerate() { (bar(at, quarter)) } };
    html! {
        @if quarters.iter().any(|quarter| quarter.velocity > 0) {
            @if quarters.len() > 1 {
                h3 { "By quarter" }
                (figure(&Told {
                    id: "quarters-chart",
                    name: "The share of each kind among what was done, quarter by quarter",
                    about: &format!("{} quarters, the last one as far as it has gone.", quarters.len()),
                }, height, &drawn, &kinds_key(&report.distribution)))
            }
            (folded("Flow distribution by quarter", &heads, rows.collect()))
        }
    }
}

fn bar(at: usize, quarter: &FlowQuarter) -> Markup {
    let top = ROW * size(at) + 4.0;
    let all = size(quarter.velocity);
    let mut left = BEGIN;
    let counts = counts(&quarter.distribution).into_iter();
    let parts: Vec<(f64, f64, String)> = counts
        .filter(|(_, count, _)| *count > 0)
        .map(|(_, count, colour)| {
            let width = (RIGHT - BEGIN) * size(count) / all;
            let part = (left, width, series(colour));
            left += width;
            part
        })
        .collect();
    html! {
        text.tick x="0" y=(format!("{:.1}", top + 17.0)) { (text(&quarter.quarter)) }
        @if parts.is_empty() {
            text.tick x=(format!("{BEGIN:.1}")) y=(format!("{:.1}", top + 17.0)) { "nothing was done" }
        }
        @for (left, width, class) in &parts {
            rect class=(class) x=(format!("{left:.1}")) y=(format!("{top:.1}"))
                width=(format!("{:.1}", (width - 2.0).max(1.0))) height=(format!("{BAR:.1}")) {}
        }
    }
}
