use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Key, Objective, OkrTree};
use crate::text::Span;

/// Cycles that are reported in one run: whoever mends these sees the rest.
const MOST_CYCLES: usize = 100;

/// Links of a cycle that are shown. A longer one says how many there are.
const MOST_LINKS: usize = 50;

/// Objectives that support themselves over others. Each cycle is reported once, at its smallest key, with every link.
pub(super) fn check(tree: &OkrTree, diagnostics: &mut Diagnostics) {
    let mut objectives: Vec<&Objective> = tree.objectives().collect();
    objectives.sort_unstable_by_key(|objective| &objective.item.key);
    let links: Vec<Vec<Link>> = objectives
        .par_iter()
        .map(|objective| links(objective, &objectives))
        .collect();
    let mut state = vec![State::New; objectives.len()];
    let mut cycles: Vec<Vec<Link>> = Vec::new();
    for start in 0..objectives.len() {
        walk(start, &links, &mut state, &mut cycles);
    }
    for cycle in cycles {
        let cycle: Vec<(&Key, Span)> = cycle
            .into_iter()
            .map(|(at, span)| (&objectives[at].item.key, span))
            .collect();
        report(&cycle, diagnostics);
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

/// A depth-first walk with a stack of its own: chains may be longer than the call stack. A cycle is its objectives, each
/// with the place of the link that leads on.
fn walk(start: usize, links: &[Vec<Link>], state: &mut [State], cycles: &mut Vec<Vec<Link>>) {
    if state[start] != State::New || cycles.len() == MOST_CYCLES {
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
                let steps = path[from..].iter();
                cycles.push(
                    steps
                        .map(|&(at, next)| (at, links[at][next - 1].1))
                        .collect(),
                );
                if cycles.len() == MOST_CYCLES {
                    return;
                }
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
    let mut shown: Vec<String> = ordered
        .iter()
        .take(MOST_LINKS)
        .map(|(key, ..)| key.to_string())
        .collect();
    if ordered.len() > MOST_LINKS {
        shown.push("…".to_owned());
    }
    shown.push(head.to_string());
    let mut found = Diagnostic::error(
        "supports-cycle",
        format!(
            "these objectives support each other in a circle: {}",
            shown.join(" → ")
        ),
    )
    .with_help("remove one of the links: what is supported stands above what supports it")
    .about(format!("{head}.supports"));
    if ordered.len() > MOST_LINKS {
        found = found.with_note(format!("the circle has {} links", ordered.len()));
    }
    for (at, (_, span)) in ordered.iter().enumerate().take(MOST_LINKS) {
        let next = ordered.get(at + 1).map_or(head, |(next, ..)| next);
        let text = format!("supports {next}");
        found = if at == 0 {
            found.at(*span, text)
        } else {
            found.with_label(*span, text)
        };
    }
    diagnostics.push(found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    fn links_of(supports: &[&[usize]]) -> Vec<Vec<Link>> {
        let file = SourceMap::new().add("okrs/2026-q4/sre.toml", "");
        let link = |target: &usize| (*target, Span::new(file, *target..*target));
        supports
            .iter()
            .map(|targets| targets.iter().map(link).collect())
            .collect()
    }

    fn cycles(links: &[Vec<Link>]) -> Vec<Vec<usize>> {
        let mut state = vec![State::New; links.len()];
        let mut cycles = Vec::new();
        for start in 0..links.len() {
            walk(start, links, &mut state, &mut cycles);
        }
        let objectives = |cycle: Vec<Link>| cycle.into_iter().map(|(at, _)| at).collect();
        cycles.into_iter().map(objectives).collect()
    }

    #[test]
    fn every_cycle_is_found_once() {
        let links = links_of(&[&[1], &[2], &[1, 3], &[], &[0, 5], &[4]]);
        assert_eq!(cycles(&links), [vec![1, 2], vec![4, 5]]);
    }

    #[test]
    fn cycles_are_counted_and_a_long_one_is_short_to_read() {
        // Everything supports the next one and the first: as many cycles as objectives.
        let all: Vec<[usize; 2]> = (0..5_000).map(|at| [(at + 1) % 5_000, 0]).collect();
        let all: Vec<&[usize]> = all.iter().map(<[usize; 2]>::as_slice).collect();
        assert_eq!(cycles(&links_of(&all)).len(), MOST_CYCLES);

        let file = SourceMap::new().add("okrs/2026-q4/sre.toml", "");
        let keys: Vec<Key> = (0..1_000)
            .map(|at| format!("2026-q4/sre/o{at:04}").parse().unwrap())
            .collect();
        let cycle: Vec<(&Key, Span)> = keys
            .iter()
            .map(|key| (key, Span::new(file, 0..0)))
            .collect();
        let mut diagnostics = Diagnostics::new();
        report(&cycle, &mut diagnostics);
        let found = diagnostics.into_iter().next().unwrap();
        assert!(found.message.ends_with("/o0049 → … → 2026-q4/sre/o0000"));
        assert_eq!(found.secondary.len() + 1, MOST_LINKS);
        assert_eq!(found.secondary[48].text, "supports 2026-q4/sre/o0050");
        assert_eq!(found.notes, ["the circle has 1000 links"]);
    }
}
