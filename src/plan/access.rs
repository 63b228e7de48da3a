//! What a change of the settings would cost the accounts that write the issues: seen where it is reviewed, and not on main.

use std::collections::BTreeSet;

use super::change::{Action, Plan, Refusal};
use super::matching::Ownership;
use super::observed::{Knowledge, ObservedState};
use super::obstacle::{ROLE_NEEDED, role_name};
use super::safety::counted;
use super::sets::listed_people;
use crate::config::Config;
use crate::issue::{DesiredIssue, Marker};
use crate::model::{IssueReference, Username};

/// Settings, and whose issues are managed by them.
#[derive(Debug, Clone, Copy)]
pub struct Management<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Whose issues and markers count.
    pub ownership: &'a Ownership,
}

/// Refuses a plan whose settings take issues out of management that were managed before, or that would write where the
/// account may not. What nobody can tell of an account refuses nothing.
pub fn guard_access(
    plan: &mut Plan,
    before: Management<'_>,
    now: Management<'_>,
    desired: &[DesiredIssue],
    observed: &ObservedState,
) {
    let mut refusals = Vec::new();
    if before.ownership != now.ownership {
        let losses = Losses::of(before.ownership, now.ownership, desired, observed);
        refusals.extend(losses.bots(before.ownership, now.ownership, observed.viewer.as_ref()));
        refusals.extend(losses.owner(now.ownership));
    }
    refusals.extend(roles(plan, before.config, now, observed));
    plan.refusals.extend(refusals);
}

/// The issues that were managed and would not be.
#[derive(Debug, Default)]
struct Losses {
    /// How many count no longer because of who wrote them.
    strangers: u32,
    /// How many count no longer because of the owner in their markers.
    foreign: u32,
    /// The owners in those.
    owners: BTreeSet<String>,
    /// Who wrote issues that were managed.
    authors: BTreeSet<Username>,
}

impl Losses {
    fn of(
        before: &Ownership,
        now: &Ownership,
        desired: &[DesiredIssue],
        observed: &ObservedState,
    ) -> Self {
        let adopted = desired.iter().filter_map(|wanted| wanted.adopt.as_ref());
        let adopted: BTreeSet<&IssueReference> = adopted.collect();
        let mut losses = Self::default();
        for issue in &observed.issues {
            let Some(marker) = Marker::read(&issue.description) else {
                continue;
            };
            if !before.bots.contains(&issue.author) || !before.is_ours(&marker) {
                continue;
            }
            losses.authors.insert(issue.author.clone());
            if !now.is_ours(&marker) {
                losses.foreign += 1;
                losses.owners.insert(marker.owner);
            } else if !now.bots.contains(&issue.author) && !adopted.contains(&issue.address()) {
                losses.strangers += 1;
            }
        }
        losses
    }

    /// An account is taken out of `gitlab.bots` that wrote managed issues, or whose token this is.
    fn bots(
        &self,
        before: &Ownership,
        now: &Ownership,
        viewer: Option<&Username>,
    ) -> Option<Refusal> {
        let gone = before.bots.iter().filter(|bot| !now.bots.contains(bot));
        let (viewers, others): (Vec<&Username>, Vec<&Username>) =
            gone.partition(|bot| viewer == Some(*bot));
        let authors = others.into_iter().filter(|bot| self.authors.contains(*bot));
        let gone: Vec<Username> = viewers.iter().copied().chain(authors).cloned().collect();
        if viewers.is_empty() && self.strangers == 0 {
            return None;
        }
        let mut lost = Vec::new();
        if let [viewer] = viewers.as_slice() {
            lost.push(format!(
                "{viewer}, whose token this is, could apply nothing"
            ));
        }
        if self.strangers > 0 {
            lost.push(format!(
                "{} would count as somebody else's and be managed no longer",
                counted(self.strangers, "issue")
            ));
        }
        Some(Refusal {
            limit: "bots".to_owned(),
            message: format!(
                "gitlab.bots would name {} no longer: {}",
                listed_people(&gone),
                lost.join(", and ")
            ),
            help: "keep it in gitlab.bots, beside the one that takes over; to allow it once, pass --allow bots"
                .to_owned(),
        })
    }

    /// The owner is another one, and does not name the one before as a previous owner.
    fn owner(&self, now: &Ownership) -> Option<Refusal> {
        let quoted = |owner: &String| format!("“{owner}”");
        let owners: Vec<String> = self.owners.iter().map(quoted).collect();
        let owners = owners.join(" and ");
        (self.foreign > 0).then(|| Refusal {
            limit: "owner".to_owned(),
            message: format!(
                "gitlab.owner is “{}”, and {} of {owners} would be managed no longer",
                now.owner,
                counted(self.foreign, "issue")
            ),
            help: format!(
                "add {owners} to gitlab.previous_owners; to allow it once, pass --allow owner"
            ),
        })
    }
}

/// Issues would be made in a tracker that the settings did not name before, and in which the account that would make them
/// has too low a role. What the role of another account is than one of those that apply says nothing.
fn roles(
    plan: &Plan,
    before: &Config,
    now: Management<'_>,
    observed: &ObservedState,
) -> Vec<Refusal> {
    let bots = &now.ownership.bots;
    let Some(viewer) = observed
        .viewer
        .as_ref()
        .filter(|viewer| bots.contains(viewer))
    else {
        return Vec::new();
    };
    let known: BTreeSet<&str> = before.teams.trackers().into_iter().collect();
    let new = now.config.teams.trackers().into_iter();
    let new: BTreeSet<&str> = new.filter(|tracker| !known.contains(tracker)).collect();
    let mut refusals = Vec::new();
    for tracker in new {
        let role = observed.trackers.get(tracker).map(|tracker| &tracker.role);
        let Some(Knowledge::Known(role)) = role else {
            continue;
        };
        let made = plan.changes.iter().filter(|change| {
            change.tracker == tracker && matches!(change.action, Action::Create | Action::Move)
        });
        let made = u32::try_from(made.count()).unwrap_or(u32::MAX);
        if *role < ROLE_NEEDED && made > 0 {
            refusals.push(Refusal {
                limit: "role".to_owned(),
                message: format!(
                    "{} would be made in {tracker}, which is new: {viewer} is {} there, and Planner is needed",
                    counted(made, "issue"),
                    role_name(*role)
                ),
                help: format!(
                    "make {viewer} Planner in {tracker} or in its group; to allow it once, pass --allow role"
                ),
            });
        }
    }
    refusals
}
