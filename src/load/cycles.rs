use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Key, Objective, OkrTree};
use crate::text::Span;

/// Objectives that support themselves over others. Each cycle is reported once, at its smallest key, with every link.
pub(super) fn check(tree: &OkrTree, diagnostics: &mut Diagnostics) {
    let mut objectives: Vec<&Objective> = tree.objectives().collect();
    objectives.sort_unstable_by_key(|objective| &objective.item.key);
    let links: Vec<Vec<Link>> = objectives
        .par_iter()
        .map(|objective| links(objective, &objectives))
        .collect();
    let mut state = vec![State::New; objectives.len()];
    for start in 0..objectives.len() {
        walk(start, &links, &mut state, |cycle| {
            let cycle: Vec<(&Key, Span)> = cycle
                .iter()
                .map(|(at, span)| (&objectives[*at].item.key, *span))
                .collect();
            report(&cycle, diagnostics);
        });
    }
}

/// A place among the sorted objectives, and where it is said that it is supported.
type Link = (usize, Span);

/// The other objectives that one supports, as far as they are there.
fn links(objective: &Objective, all: &[&Objective]) -> Vec<Link> {
    let others = objective
        .supports
        .iter()
        .filter(|target| target.value != objective.item.key);
    others
        .filter_map(|target| {
            let at = all.binary_search_by_key(&&target.value, |other| &other.item.key);
            Some((at.ok()?, target.span))
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// A depth-first walk with a stack of its own: chains may be longer than the call stack. A cycle is told as its
/// objectives, each with the link that leads on.
fn walk(
    start: usize,
    links: &[Vec<Link>],
    state: &mut [State],
    mut found: impl FnMut(&[(usize, Span)]),
) {
    if state[start] != State::New {
        return;
    }
    state[start] = State::Open;
    // Each step: an objective, and the link that is followed from it next.
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    while let Some((at, next)) = path.last_mut() {
        let Some(&(target, _)) = links[*at].get(*next) else {
            state[*at] = State::Done;
            path.pop();
            continue;
        };
        *next += 1;
        match state[target] {
            State::Done => {}
            State::Open => {
                let from = path.iter().position(|(at, _)| *at == target).unwrap_or(0);
                let cycle: Vec<(usize, Span)> = path[from..]
                    .iter()
                    .map(|&(at, next)| (at, links[at][next - 1].1))
                    .collect();
                found(&cycle);
            }
            State::New => {
                state[target] = State::Open;
                path.push((target, 0));
            }
        }
    }
}

fn report(cycle: &[(&Key, Span)], diagnostics: &mut Diagnostics) {
    let first = cycle
        .iter()
        .enumerate()
        .min_by_key(|(_, (key, ..))| *key)
        .map_or(0, |(at, _)| at);
    let ordered: Vec<&(&Key, Span)> = cycle[first..].iter().chain(&cycle[..first]).collect();
    let Some((head, ..)) = ordered.first() else {
        return;
    };
    let shown: Vec<String> = ordered
        .iter()
        .map(|(key, ..)| key.to_string())
        .chain([head.to_string()])
        .collect();
    let mut found = Diagnostic::error(
        "supports-cycle",
        format!(
            "these objectives support each other in a circle: {}",
            shown.join(" → ")
        ),
    )
    .with_help("remove one of the links: what is supported stands above what supports it")
    .about(format!("{head}.supports"));
    for (at, (_, span)) in ordered.iter().enumerate() {
        let text = format!("supports {}", shown[at + 1]);
        found = if at == 0 {
            found.at(*span, text)
        } else {
            found.with_label(*span, text)
        };
    }
    diagnostics.push(found);
}
