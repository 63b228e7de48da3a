//! Relations between issues.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Issue, Namespace, Noteable, Refusal, Role, State};

/// What kind of relation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Related, both ways.
    #[default]
    RelatesTo,
    /// The source blocks the target; Premium only.
    Blocks,
}

/// A relation between two issues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Global id.
    pub id: u64,
    /// The issue that it was made from.
    pub source: u64,
    /// The other end.
    pub target: u64,
    /// What kind.
    pub kind: LinkKind,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Link {
    /// The end that is not this one.
    pub fn other(&self, issue: u64) -> u64 {
        if self.source == issue {
            self.target
        } else {
            self.source
        }
    }

    /// The word for it as seen from one of its ends.
    pub fn word_from(&self, issue: u64) -> &'static str {
        match self.kind {
            LinkKind::RelatesTo => "relates_to",
            LinkKind::Blocks if self.source == issue => "blocks",
            LinkKind::Blocks => "is_blocked_by",
        }
    }
}

impl State {
    /// The links of an issue by id: each with the issue at its other end.
    pub fn links_of(&self, issue: u64) -> impl Iterator<Item = (&Link, &Issue)> {
        let links = self
            .issues
            .get(&issue)
            .into_iter()
            .flat_map(|issue| &issue.links);
        links.filter_map(move |id| {
            let link = self.links.get(id)?;
            Some((link, self.issues.get(&link.other(issue))?))
        })
    }

    /// Whether whoever asks may link the issue: Planner, or a member (recorded: links/guest).
    fn can_admin_links(&self, actor: &Actor, issue: &Issue) -> bool {
        self.role(actor, Namespace::Project(issue.project)) >= Role::GUEST
            && self.can_read_issue(actor, issue)
    }

    /// Links two issues and gives the link's id.
    ///
    /// Refused: a second link of the same two (409, whatever its kind or direction), an issue with itself, the 101st
    /// link of either end (422; recorded: links, hublimit), an end that cannot be linked by this user (403).
    pub fn add_link(
        &mut self,
        actor: &Actor,
        source: u64,
        target: u64,
        kind: LinkKind,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let from = self.issues.get(&source).ok_or_else(Refusal::not_found)?;
        let to = self.issues.get(&target).ok_or_else(Refusal::not_found)?;
        if self
            .links_of(source)
            .any(|(link, _)| link.other(source) == target)
        {
            return Err(Refusal::Conflict("Issue(s) already assigned".to_owned()));
        }
        if !self.can_admin_links(actor, to) {
            let text =
                "Couldn't link issues. You must have at least the Guest role in both projects.";
            return Err(Refusal::Forbidden(text.to_owned()));
        }
        let cannot = |why: &str| {
            let reference = self.reference_from(from.project, target);
            Err(Refusal::Unprocessable(format!(
                "{reference} cannot be added: {why}"
            )))
        };
        if source == target {
            return cannot("cannot be related to itself");
        }
        if from.links.len() >= 100 || to.links.len() >= 100 {
            return cannot("This issue would exceed the maximum number of linked issues (100).");
        }
        let (here, there) = (from.project, to.project);
        let id = self.insert_link(source, target, kind, now);
        let body = format!(
            "marked this issue as related to {}",
            self.reference_from(here, target)
        );
        self.system_note(Noteable::Issue(source), user, body, now);
        let body = format!(
            "marked this issue as related to {}",
            self.reference_from(there, source)
        );
        self.system_note(Noteable::Issue(target), user, body, now);
        Ok(id)
    }

    /// Writes a link that is known to be right.
    pub(super) fn insert_link(
        &mut self,
        source: u64,
        target: u64,
        kind: LinkKind,
        now: Timestamp,
    ) -> u64 {
        let id = Counters::next(&mut self.counters.links);
        self.links.insert(
            id,
            Link {
                id,
                source,
                target,
                kind,
                created_at: now,
            },
        );
        for end in [source, target] {
            if let Some(issue) = self.issues.get_mut(&end) {
                issue.links.insert(id);
            }
        }
        id
    }

    /// Removes a link; whoever may not link both ends is told that there is none (facts §3.3).
    pub fn remove_link(&mut self, actor: &Actor, id: u64, now: Timestamp) -> Result<Link, Refusal> {
        let user = actor.user.ok_or(Refusal::Unauthorized)?;
        let link = self.links.get(&id).ok_or_else(Refusal::not_found)?.clone();
        let ends = [link.source, link.target].map(|end| self.issues.get(&end));
        if !ends
            .iter()
            .all(|end| end.is_some_and(|issue| self.can_admin_links(actor, issue)))
        {
            return Err(Refusal::NotFound("No Issue Link found".to_owned()));
        }
        self.unlink(id);
        for (end, other) in [(link.source, link.target), (link.target, link.source)] {
            let Some(here) = self.issues.get(&end).map(|issue| issue.project) else {
                continue;
            };
            let body = format!(
                "removed the relation with {}",
                self.reference_from(here, other)
            );
            self.system_note(Noteable::Issue(end), user, body, now);
        }
        Ok(link)
    }

    pub(super) fn unlink(&mut self, id: u64) {
        let Some(link) = self.links.remove(&id) else {
            return;
        };
        for end in [link.source, link.target] {
            if let Some(issue) = self.issues.get_mut(&end) {
                issue.links.remove(&id);
            }
        }
    }
}
