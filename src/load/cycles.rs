use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Key, OkrTree};
use crate::text::Span;

/// Objectives that support themselves over others. Each cycle is reported once, at its smallest key, with every link.
pub(super) fn check(tree: &OkrTree, diagnostics: &mut Diagnostics) {
    let links: BTreeMap<&Key, Vec<(&Key, Span)>> = tree
        .objectives()
        .map(|objective| {
            let targets = objective
                .supports
                .iter()
                .filter(|target| target.value != objective.item.key)
                .map(|target| (&target.value, target.span))
                .collect();
            (&objective.item.key, targets)
        })
        .collect();
    let mut state: BTreeMap<&Key, State> = BTreeMap::new();
    for start in links.keys() {
        walk(start, &links, &mut state, diagnostics);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
}

/// A depth-first walk with a stack of its own: chains may be longer than the call stack.
fn walk<'t>(
    start: &'t Key,
    links: &BTreeMap<&'t Key, Vec<(&'t Key, Span)>>,
    state: &mut BTreeMap<&'t Key, State>,
    diagnostics: &mut Diagnostics,
) {
    if state.contains_key(start) {
        return;
    }
    state.insert(start, State::Open);
    // Each step: a key, the link that is followed from it next, and the place of the link that is being followed.
    let mut path: Vec<(&Key, usize, Option<Span>)> = vec![(start, 0, None)];
    while let Some((key, next, followed)) = path.last_mut() {
        let Some(&(target, span)) = links.get(*key).and_then(|targets| targets.get(*next)) else {
            state.insert(*key, State::Done);
            path.pop();
            continue;
        };
        *next += 1;
        *followed = Some(span);
        match state.get(target) {
            Some(State::Done) => {}
            Some(State::Open) => {
                let from = path
                    .iter()
                    .position(|(key, ..)| *key == target)
                    .unwrap_or(0);
                report(&path[from..], diagnostics);
            }
            None => {
                state.insert(target, State::Open);
                path.push((target, 0, None));
            }
        }
    }
}

fn report(cycle: &[(&Key, usize, Option<Span>)], diagnostics: &mut Diagnostics) {
    let first = cycle
        .iter()
        .enumerate()
        .min_by_key(|(_, (key, ..))| *key)
        .map_or(0, |(at, _)| at);
    let ordered: Vec<&(&Key, usize, Option<Span>)> =
        cycle[first..].iter().chain(&cycle[..first]).collect();
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
    for (at, (_, _, span)) in ordered.iter().enumerate() {
        let Some(span) = span else { continue };
        let text = format!("supports {}", shown[at + 1]);
        found = if at == 0 {
            found.at(*span, text)
        } else {
            found.with_label(*span, text)
        };
    }
    diagnostics.push(found);
}
