//! What the key results are about: kinds of measure, areas of work, and the bandwidth that they may take.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::layout::wide;
use super::overview::share;
use super::{Site, parts, text};
use crate::model::{Id, Kind, Number, round_half_up};
use crate::render::status::words::percent;
use crate::report::{KeyResultStatus, Standing};

/// The most areas that are told apart.
const AREAS: usize = 20;

/// Key results that have something in common, and the bandwidth that they may take together, in percent of their teams'.
#[derive(Default)]
struct Group {
    count: usize,
    shares: Decimal,
}

/// The balance of what is worked on. What is confidential is not counted, nor what was dropped: its bandwidth is free.
pub(super) fn section(site: &Site<'_>) -> Markup {
    let all: Vec<&KeyResultStatus> = site
        .key_results()
        .filter(|key_result| !key_result.confidential && key_result.standing != Standing::Dropped)
        .collect();
    // A share is of one team's bandwidth: over several teams it is their mean.
    let teams: BTreeSet<&Id> = all
        .iter()
        .filter(|key_result| key_result.share.is_some())
        .map(|key_result| &key_result.key.team)
        .collect();
    let known = Kind::ALL.map(Kind::as_str);
    let kinds = grouped(&all, |key_result| key_result.kind.as_deref());
    let areas = grouped(&all, |key_result| key_result.area.as_deref());
    html! {
        @if !all.is_empty() {
            section aria-labelledby="balance" {
                h2 id="balance" { "Balance" }
                p.dim {
                    "Business results come late, flow tells early, a team's own telemetry earlier still: a quarter needs all of them. \
                     Bandwidth is the mean over the teams that declare shares."
                }
                div.columns {
                    (table("By kind", "Kind", &known, &kinds, all.len(), teams.len()))
                    (table("By area", "Area", &[], &areas, all.len(), teams.len()))
                }
            }
        }
    }
}

fn grouped<'k>(
    all: &[&'k KeyResultStatus],
    of: impl Fn(&'k KeyResultStatus) -> Option<&'k str>,
) -> BTreeMap<Option<&'k str>, Group> {
    let mut groups: BTreeMap<Option<&str>, Group> = BTreeMap::new();
    for key_result in all {
        let group = groups.entry(of(key_result)).or_default();
        group.count += 1;
        if let Some(share) = key_result.share {
            let sum = group.shares.checked_add(share.decimal());
            group.shares = sum.unwrap_or(group.shares);
        }
    }
    groups
}

/// A row for each group: those that should be there first, also where there is none, then the others, then what has none.
fn table(
    caption: &str,
    what: &str,
    known: &[&str],
    groups: &BTreeMap<Option<&str>, Group>,
    all: usize,
    teams: usize,
) -> Markup {
    let empty = Group::default();
    let others = groups.iter().filter_map(|(name, group)| {
        let name = (*name)?;
        (!known.contains(&name)).then_some((name, group))
    });
    let mut rows: Vec<(&str, &Group)> = known
        .iter()
        .map(|name| (*name, groups.get(&Some(*name)).unwrap_or(&empty)))
        .chain(others)
        .take(AREAS)
        .collect();
    rows.extend(groups.get(&None).map(|group| ("not declared", group)));
    wide(
        caption,
        &html! {
            table {
                caption { (caption) }
                thead { tr {
                    th scope="col" { (what) }
                    th.number scope="col" { "Key results" }
                    th.bars scope="col" { span.hidden { "Part of all key results" } }
                    th.number scope="col" { "Bandwidth" }
                } }
                tbody { @for (name, group) in rows {
                    @let part = share(group.count, all);
                    tr {
                        th.name scope="row" { (text(name)) }
                        td.number { (group.count) " (" (percent(part)) ")" }
                        td.bars { (parts::bar(part, None, None)) }
                        td.number { (bandwidth(group, teams)) }
                    }
                } }
            }
        },
    )
}

fn bandwidth(group: &Group, teams: usize) -> String {
    let teams = Decimal::from(teams);
    let mean = group.shares.checked_div(teams);
    mean.map_or_else(
        || "–".to_owned(),
        |mean| format!("{} %", round_half_up(Number::new(mean), 0)),
    )
}
