//! Which issue stands for which key: by marker, author and owner, never by title.

mod doubles;

use std::collections::{BTreeMap, BTreeSet};

use super::change::{IssueAddress, Remark};
use super::observed::{ObservedIssue, ObservedState};
use crate::config::{Config, GitLabSettings};
use crate::issue::{Body, Description, DesiredIssue, LinkTarget, Marker};
use crate::model::{IssueReference, Key, Username};

/// Whose issues and markers count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The owner written into our markers.
    pub owner: String,
    /// Owners whose markers are taken over.
    pub previous_owners: Vec<String>,
    /// The accounts whose markers count.
    pub bots: Vec<Username>,
}

impl Ownership {
    /// What the settings say, with the account that looks where they name no other; `None` where nobody knows whose that
    /// would be.
    pub fn of(config: &Config, viewer: Option<&Username>) -> Option<Self> {
        let GitLabSettings {
            owner,
            previous_owners,
            bots,
            ..
        } = &config.gitlab;
        let bots = match bots.as_slice() {
            [] => vec![viewer?.clone()],
            bots => bots.to_vec(),
        };
        Some(Self {
            owner: owner.clone(),
            previous_owners: previous_owners.clone(),
            bots,
        })
    }

    /// Whether a marker is ours, under this owner's name or a previous one's.
    pub fn is_ours(&self, marker: &Marker) -> bool {
        marker.owner == self.owner || self.previous_owners.contains(&marker.owner)
    }
}

/// An issue that carries our marker, read.
#[derive(Debug, Clone)]
pub(crate) struct Managed<'a> {
    pub(crate) issue: &'a ObservedIssue,
    pub(crate) body: Body,
    pub(crate) marker: Marker,
}

/// What was found out about every key.
#[derive(Debug, Default)]
pub(crate) struct Matching<'a> {
    /// The issue of each declared key that has one.
    pub(crate) by_key: BTreeMap<Key, Managed<'a>>,
    /// Issues to adopt, by the key that does so.
    pub(crate) adopt: BTreeMap<Key, &'a ObservedIssue>,
    /// Issues of keys that are no longer declared.
    pub(crate) undeclared: Vec<Managed<'a>>,
    /// Twins to close, each with the issue that stays.
    pub(crate) twins: Vec<(Managed<'a>, &'a ObservedIssue)>,
    /// Keys that are stopped until somebody decides.
    pub(crate) stopped: BTreeSet<Key>,
    /// Why they are stopped.
    pub(crate) conflicts: Vec<Remark>,
    /// What should be known beside that.
    pub(crate) notices: Vec<Remark>,
    /// How many issues carry our marker, twins and moved originals apart.
    pub(crate) managed: u32,
}

/// Finds the issue of every key.
pub(crate) fn find<'a>(
    desired: &[DesiredIssue],
    observed: &'a ObservedState,
    ownership: &Ownership,
) -> Matching<'a> {
    let mut finder = Finder::new(desired, ownership);
    for issue in &observed.issues {
        finder.read(issue);
    }
    finder.resolve(observed)
}

struct Finder<'d, 'a> {
    desired: &'d [DesiredIssue],
    ownership: &'d Ownership,
    /// Every key that is or was a declared one's, with the declared one.
    declared: BTreeMap<&'d Key, &'d Key>,
    adopted: BTreeMap<&'d IssueReference, &'d Key>,
    candidates: BTreeMap<Key, Vec<Managed<'a>>>,
    /// Issues by our accounts that carry no block: somebody may have removed it.
    bare: Vec<&'a ObservedIssue>,
    /// The keys of issues as the markers of others recorded them beside links, by global id.
    recorded: BTreeMap<u64, Key>,
    matching: Matching<'a>,
}

impl<'d, 'a> Finder<'d, 'a> {
    fn new(desired: &'d [DesiredIssue], ownership: &'d Ownership) -> Self {
        let mut declared = BTreeMap::new();
        let mut adopted = BTreeMap::new();
        for issue in desired {
            for earlier in &issue.previously {
                declared.entry(earlier).or_insert(&issue.key);
            }
            if let Some(reference) = &issue.adopt {
                adopted.insert(reference, &issue.key);
            }
        }
        // A declared key is its own, whatever another one was called before.
        for issue in desired {
            declared.insert(&issue.key, &issue.key);
        }
        Self {
            desired,
            ownership,
            declared,
            adopted,
            candidates: BTreeMap::new(),
            bare: Vec::new(),
            recorded: BTreeMap::new(),
            matching: Matching::default(),
        }
    }

    fn stop(&mut self, key: &Key, conflict: Remark) {
        self.matching.stopped.insert(key.clone());
        self.matching.conflicts.push(conflict.on(key));
    }

    fn read(&mut self, issue: &'a ObservedIssue) {
        let address = issue.address();
        let adopter = self.adopted.get(&address).copied();
        let trusted = adopter.is_some() || self.ownership.bots.contains(&issue.author);
        let (body, marker) = match Description::parse(&issue.description) {
            Ok(description) => {
                if let Some(block) = description.block {
                    (Body::parse(&block.body), block.marker)
                } else {
                    if let Some(key) = adopter {
                        self.matching.adopt.insert(key.clone(), issue);
                    } else if trusted {
                        self.bare.push(issue);
                    }
                    return;
                }
            }
            Err(conflict) => {
                if trusted {
                    self.damaged(issue, adopter, &conflict);
                }
                return;
            }
        };
        let declared = self.declared.get(&marker.key).copied();
        if !self.ownership.is_ours(&marker) {
            if let Some(key) = declared.or(adopter) {
                let conflict = Remark::new(
                    "foreign-owner",
                    format!(
                        "{address} carries this key for another owner, “{}”",
                        marker.owner
                    ),
                )
                .at(&address)
                .help(
                    "add it to gitlab.previous_owners if it is ours now, or rename the objective",
                );
                self.stop(key, conflict);
            }
            return;
        }
        if !trusted {
            let notice = Remark::new(
                "copied-marker",
                format!(
                    "{address} carries the marker of {} but was written by {}: it does not count",
                    marker.key, issue.author
                ),
            )
            .at(&address)
            .help("remove the marker from the copy, or adopt it by name");
            self.matching.notices.push(notice);
            return;
        }
        if marker.duplicate_of.is_some() {
            return;
        }
        if let (Some(key), true) = (adopter, declared != adopter) {
            let conflict = Remark::new(
                "adopted-elsewhere",
                format!("{address} is already the issue of {}", marker.key),
            )
            .at(&address)
            .help("declare `previously` if the objective was renamed, or adopt another issue");
            self.stop(key, conflict);
            // It stays the other key's; where nobody declares that one, it waits for the decision, too.
            if declared.is_none() {
                return;
            }
        }
        for link in &marker.applied.links {
            if let (LinkTarget::Key(to), Some(id)) = (&link.to, link.id) {
                self.recorded.insert(id, to.clone());
            }
        }
        let key = declared.unwrap_or(&marker.key).clone();
        self.candidates.entry(key).or_default().push(Managed {
            issue,
            body,
            marker,
        });
    }

    /// A block that cannot be read is never written to; the key it probably belongs to is stopped, so that no second
    /// issue is made for it.
    fn damaged(
        &mut self,
        issue: &ObservedIssue,
        adopter: Option<&Key>,
        conflict: &crate::issue::BlockConflict,
    ) {
        let address = issue.address();
        let remark = Remark::new("damaged-block", format!("{address}: {conflict}"))
            .at(&address)
            .help("mend the markers in the issue's description (its history shows how they were)");
        let by_title = || {
            self.desired
                .iter()
                .find(|wanted| wanted.tracker == issue.project && wanted.title == issue.title)
                .map(|wanted| &wanted.key)
        };
        let by_marker = || {
            let claimed = claimed_key(&issue.description)?;
            self.declared.get(&claimed).copied()
        };
        match adopter.or_else(by_marker).or_else(by_title).cloned() {
            Some(key) => self.stop(&key, remark),
            None => self.matching.conflicts.push(remark),
        }
    }

    fn resolve(mut self, observed: &'a ObservedState) -> Matching<'a> {
        let here: BTreeSet<u64> = observed.issues.iter().map(|issue| issue.id).collect();
        for (key, found) in std::mem::take(&mut self.candidates) {
            self.matching.managed += 1;
            let declared = self.declared.contains_key(&key);
            let (moved, mut live): (Vec<_>, Vec<_>) = found
                .into_iter()
                .partition(|managed| managed.issue.moved_to.is_some());
            if live.is_empty() {
                let lost = moved.iter().find(|managed| {
                    managed
                        .issue
                        .moved_to
                        .is_some_and(|target| !here.contains(&target))
                });
                if let (Some(lost), true) = (lost, declared) {
                    let address = lost.issue.address();
                    let conflict = Remark::new(
                        "moved-away",
                        format!("{address} was moved to a project that this token cannot read"),
                    )
                    .at(&address)
                    .help("give the token's account access there, or move the issue back");
                    self.stop(&key, conflict);
                } else if declared {
                    let address = moved[0].issue.address();
                    let conflict = Remark::new(
                        "moved-unmanaged",
                        format!(
                            "{address} was moved, and the moved issue no longer carries our marker"
                        ),
                    )
                    .at(&address)
                    .help("adopt the moved issue by name");
                    self.stop(&key, conflict);
                }
                continue;
            }
            live.sort_by_key(|managed| managed.issue.id);
            let copies = live
                .iter()
                .skip(1)
                .filter(|m| m.marker.birth == live[0].marker.birth);
            if let Some(copy) = copies.into_iter().next() {
                let (first, second) = (live[0].issue.address(), copy.issue.address());
                let conflict = Remark::new(
                    "copied-marker",
                    format!("{first} and {second} carry the same marker: one is a copy of the other"),
                )
                .at(&second)
                .help("remove the marker from the copy (everything between and with the okrsync comments)");
                if declared {
                    self.stop(&key, conflict);
                } else {
                    self.matching.conflicts.push(conflict.on(&key));
                }
                continue;
            }
            let mut live = live.into_iter();
            let Some(first) = live.next() else { continue };
            let stays = first.issue;
            self.matching.twins.extend(live.map(|twin| (twin, stays)));
            if declared {
                self.matching.by_key.insert(key, first);
            } else {
                self.matching.undeclared.push(first);
            }
        }
        self.refuse_doubles(observed);
        self.matching
    }
}

impl Finder<'_, '_> {
    /// Whether an issue of ours without a block is the one of a key: it has the title, wherever it is by now, or the marker
    /// of another issue says so.
    fn was_of(&self, issue: &ObservedIssue, wanted: &DesiredIssue) -> bool {
        let recorded = self.recorded.get(&issue.id);
        let is_recorded =
            recorded.is_some_and(|key| *key == wanted.key || wanted.previously.contains(key));
        let is_alike = issue.open && issue.title == wanted.title;
        issue.moved_to.is_none() && (is_recorded || is_alike)
    }
}

/// The key that a damaged marker names, where it can still be made out.
pub(super) fn claimed_key(description: &str) -> Option<Key> {
    let (_, rest) = description.split_once("\"key\":\"")?;
    let (key, _) = rest.split_once('"')?;
    key.parse().ok()
}

/// Where the issue of each declared key is.
pub fn addresses(
    desired: &[DesiredIssue],
    observed: &ObservedState,
    ownership: &Ownership,
) -> BTreeMap<Key, IssueAddress> {
    let matching = find(desired, observed, ownership);
    let managed = matching
        .by_key
        .into_iter()
        .map(|(key, managed)| (key, managed.issue));
    managed
        .chain(matching.adopt)
        .map(|(key, issue)| (key, issue.to_address()))
        .collect()
}
