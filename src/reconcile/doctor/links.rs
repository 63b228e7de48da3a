//! Links between projects: both ends must be readable, and the account must be somebody in both.

use std::collections::{BTreeMap, BTreeSet};

use super::examine::{counted, listed};
use super::facts::{Facts, ProjectFacts};
use crate::plan::{Area, Check, Obstacle, ROLE_TO_LINK, Verdict, role_name};

/// One line for all pairs that can be linked, and one for each end that cannot.
pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    if facts.projects.is_empty() || facts.wanted.links.is_empty() {
        return Vec::new();
    }
    let is_admin = matches!(&facts.user, Some(Ok(user)) if user.is_admin);
    let mut trouble: BTreeMap<&str, (Verdict, String)> = BTreeMap::new();
    let (mut linkable, mut links) = (Vec::new(), 0);
    for ((from, to), count) in &facts.wanted.links {
        let wrong = [from, to].into_iter().filter_map(|end| {
            let known = facts.projects.get(end)?;
            Some((end.as_str(), wrong_with(end, known, is_admin)?))
        });
        let wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() {
            linkable.push(format!("{from} → {to}"));
            links += count;
        }
        trouble.extend(wrong);
    }
    let mut checks = Vec::new();
    if !linkable.is_empty() {
        let found = format!(
            "{} can be linked: {}",
            counted(linkable.len(), "pair of projects", "pairs of projects"),
            listed(linkable.iter().map(String::as_str))
        );
        let check = Check::new(Area::Links, "link-pairs", Verdict::Good, found);
        checks.push(check.means(counted(
            links as usize,
            "link goes between them",
            "links go between them",
        )));
    }
    for (end, (verdict, found)) in trouble {
        let pairs = facts
            .wanted
            .links
            .iter()
            .filter(|((from, to), _)| from == end || to == end);
        let partners: BTreeSet<&str> = pairs
            .clone()
            .map(|((from, to), _)| if from == end { to } else { from })
            .map(String::as_str)
            .collect();
        let count: u32 = pairs.map(|(_, count)| count).sum();
        let check = Check::new(Area::Links, "link-end", verdict, found).about(end);
        checks.push(
            check
                .means(format!(
                    "{} with {} cannot be made; the references stay in the descriptions",
                    counted(count as usize, "link", "links"),
                    listed(partners)
                ))
                .help(format!(
                    "let the token's account read {end}, as Guest or above"
                )),
        );
    }
    checks
}

/// Why no link can end there. An end that cannot be read is left out by the plan (recorded: links/private-target); one that
/// can be read and not linked is refused when the link is made (facts §3.2).
fn wrong_with(end: &str, known: &ProjectFacts, is_admin: bool) -> Option<(Verdict, String)> {
    if known.project.is_err() {
        let end = end.to_owned();
        let obstacle = Obstacle::EndUnreadable { end };
        return Some((obstacle.verdict(), obstacle.found()));
    }
    let role = known
        .role()
        .filter(|role| !is_admin && *role < ROLE_TO_LINK)?;
    let found = format!(
        "the token's account is {} of {end}, and Guest is needed to link",
        role_name(role)
    );
    Some((Verdict::Blocking, found))
}
