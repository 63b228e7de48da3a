//! Links between issues: made where they are declared, removed only where we made them.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Field, LinkEnd, Remark};
use super::decide::drift_policies;
use super::matching::Matching;
use super::observed::{Knowledge, ObservedState, ReferencedIssue};
use super::obstacle::Obstacle;
use crate::config::{Config, DriftPolicy};
use crate::issue::{DesiredIssue, LinkTarget};
use crate::model::Key;

/// GitLab's limit of links per issue, counted at both ends (recorded: hublimit).
pub(crate) const MAX_LINKS: usize = 100;

/// A link of one issue that is to be made or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkStep {
    Make {
        to: LinkEnd,
        /// Whether we had made it, and people removed it.
        again: bool,
    },
    Remove {
        link: u64,
        to: String,
    },
}

/// What becomes of the links of every issue.
#[derive(Debug, Default)]
pub(crate) struct LinkDecision {
    pub(crate) steps: Vec<(Key, LinkStep)>,
    pub(crate) notices: Vec<Remark>,
}

/// Where an issue is, or will be.
enum Resolved {
    Exists(u64),
    WillExist,
    Impossible(String),
}

/// Decides about the links of the issues that this plan may touch. `to_create` are the keys that get a new issue.
pub(crate) fn decide(
    touched: &[&DesiredIssue],
    renamed: &BTreeMap<Key, Key>,
    to_create: &BTreeSet<Key>,
    matching: &Matching<'_>,
    observed: &ObservedState,
    config: &Config,
) -> LinkDecision {
    let mut deciding = Deciding {
        renamed,
        to_create,
        matching,
        observed,
        config,
        counts: BTreeMap::new(),
        decision: LinkDecision::default(),
    };
    for desired in touched {
        deciding.issue(desired);
    }
    deciding.decision
}

struct Deciding<'d, 'a> {
    renamed: &'d BTreeMap<Key, Key>,
    to_create: &'d BTreeSet<Key>,
    matching: &'d Matching<'a>,
    observed: &'d ObservedState,
    config: &'d Config,
    /// Links per end, as the marker calls it, with those of this plan.
    counts: BTreeMap<String, usize>,
    decision: LinkDecision,
}

impl Deciding<'_, '_> {
    fn resolve(&self, target: &LinkTarget) -> Resolved {
        match target {
            LinkTarget::Key(key) => {
                if let Some(managed) = self.matching.by_key.get(key) {
                    Resolved::Exists(managed.issue.id)
                } else if let Some(issue) = self.matching.adopt.get(key) {
                    Resolved::Exists(issue.id)
                } else if self.to_create.contains(key) {
                    Resolved::WillExist
                } else if self.matching.stopped.contains(key) {
                    Resolved::Impossible(format!("a conflict stops {key}"))
                } else {
                    Resolved::Impossible(format!("{key} has no issue"))
                }
            }
            LinkTarget::Issue(reference) => match self.observed.references.get(reference) {
                Some(ReferencedIssue::Found(id)) => Resolved::Exists(*id),
                Some(ReferencedIssue::NotReadable) => {
                    let end = reference.to_string();
                    Resolved::Impossible(Obstacle::EndUnreadable { end }.found())
                }
                None => Resolved::Impossible(format!("{reference} was not looked up")),
            },
        }
    }

    fn count(&mut self, key: &Key) -> &mut usize {
        let known = self
            .matching
            .by_key
            .get(key)
            .and_then(|managed| managed.issue.links.known());
        self.counts
            .entry(key.to_string())
            .or_insert(known.map_or(0, Vec::len))
    }

    fn notice(&mut self, desired: &DesiredIssue, id: &str, message: String, help: &str) {
        self.decision
            .notices
            .push(Remark::new(id, message).on(&desired.key).help(help));
    }

    fn issue(&mut self, desired: &DesiredIssue) {
        let managed = self.matching.by_key.get(&desired.key);
        let adopted = self.matching.adopt.get(&desired.key);
        let issue = managed.map(|managed| managed.issue).or(adopted.copied());
        let links = match issue.map(|issue| &issue.links) {
            None => Vec::new(),
            Some(Knowledge::Known(links)) => links.clone(),
            Some(Knowledge::Unknown(reason)) => {
                if !desired.links.is_empty() {
                    let message = format!("its links are unknown: {reason}");
                    self.notice(
                        desired,
                        "links-unknown",
                        message,
                        "plan with a token that may read links",
                    );
                }
                return;
            }
        };
        let record = managed
            .map(|managed| managed.marker.applied.links.as_slice())
            .unwrap_or_default();
        let settled = managed.is_none_or(|managed| !managed.marker.pending);
        let revert = drift_policies(desired, self.config).links == DriftPolicy::Revert;
        let current = |target: &LinkTarget| match target {
            LinkTarget::Key(key) => self.renamed.get(key).unwrap_or(key).to_string(),
            LinkTarget::Issue(reference) => reference.to_string(),
        };
        // What an unsettled marker names without an id was only announced; with one it was made before, whatever became of
        // the apply.
        let made: BTreeSet<String> = record
            .iter()
            .filter(|link| settled || link.id.is_some())
            .map(|link| current(&link.to))
            .collect();
        let recorded: Vec<(String, Option<u64>)> = record
            .iter()
            .map(|link| {
                let id = link.id.or_else(|| match self.resolve(&link.to) {
                    Resolved::Exists(id) => Some(id),
                    Resolved::WillExist | Resolved::Impossible(_) => None,
                });
                (current(&link.to), id)
            })
            .collect();
        // The issue at the other end may be there without being found by its key: its marker may be damaged.
        let stands = |name: &str| {
            let ends = recorded.iter().filter(|(to, _)| to == name);
            let mut ids = ends.filter_map(|(_, id)| *id);
            ids.any(|id| links.iter().any(|link| link.other == id))
        };
        for target in &desired.links {
            let name = target.to_string();
            let end = match (self.resolve(target), target) {
                (Resolved::Impossible(_), _) if stands(&name) => continue,
                (Resolved::Impossible(reason), _) => {
                    let message = format!("the link to {name} cannot be made: {reason}");
                    self.notice(
                        desired,
                        "link-impossible",
                        message,
                        "the reference stays in the description",
                    );
                    continue;
                }
                (Resolved::Exists(id), _) if links.iter().any(|link| link.other == id) => continue,
                (_, LinkTarget::Key(key)) => LinkEnd::Key(key.clone()),
                (Resolved::Exists(id), LinkTarget::Issue(reference)) => LinkEnd::Issue {
                    reference: reference.clone(),
                    id,
                },
                (Resolved::WillExist, LinkTarget::Issue(_)) => continue,
            };
            let again = made.contains(&name);
            if again && !revert {
                let message = format!("the link to {name} was removed in GitLab");
                let notice = Remark::drift(Field::Link, message).on(&desired.key);
                let help = "it stays removed; link the issues again to end this notice";
                self.decision.notices.push(notice.help(help));
                continue;
            }
            let far = match &end {
                LinkEnd::Key(key) => *self.count(key),
                LinkEnd::Issue { .. } => 0,
            };
            if *self.count(&desired.key) >= MAX_LINKS || far >= MAX_LINKS {
                let message = format!(
                    "the link to {name} cannot be made: an issue has at most {MAX_LINKS} links"
                );
                self.notice(
                    desired,
                    "link-impossible",
                    message,
                    "the reference stays in the description",
                );
                continue;
            }
            *self.count(&desired.key) += 1;
            if let LinkEnd::Key(key) = &end {
                *self.count(key) += 1;
            }
            let step = LinkStep::Make { to: end, again };
            self.decision.steps.push((desired.key.clone(), step));
        }
        for (to, id) in recorded {
            let wanted = desired.links.iter().any(|target| target.to_string() == to);
            if let (false, Some(link)) = (wanted, links.iter().find(|link| Some(link.other) == id))
            {
                self.decision
                    .steps
                    .push((desired.key.clone(), LinkStep::Remove { link: link.id, to }));
            }
        }
    }
}
