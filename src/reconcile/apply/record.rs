use super::links::LinkEdits;
use super::run::Run;
use crate::issue::{AppliedLink, DesiredIssue, LinkTarget};
use crate::model::Key;
use crate::plan::{IssueAddress, Operation, ReferencedIssue};

impl Run<'_> {
    /// The links that a marker names as ours after `edits`, under the names that their ends have today.
    ///
    /// While it is `pending`, it also names those that are about to be made, without an id: an apply that ends in between
    /// leaves behind which links it made. Settled, it names what there is: an announced link that was made gets its id, one
    /// that was not is forgotten, and so is one that nobody declares any more and that is gone.
    pub(super) fn record_links(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        recorded: &[AppliedLink],
        edits: &LinkEdits,
        pending: bool,
    ) -> Vec<AppliedLink> {
        let announced = self
            .announced_links(&desired.key)
            .into_iter()
            .filter(|_| pending);
        let mut links: Vec<AppliedLink> = edits.added.clone();
        let known = recorded
            .iter()
            .map(|link| AppliedLink {
                to: self.todays_name(&link.to),
                id: link.id,
            })
            .filter(|link| !edits.removed.contains(&link.to.to_string()))
            .filter_map(|link| {
                if pending {
                    Some(link)
                } else {
                    self.confirmed(desired, address, link)
                }
            });
        let ours = |link: &AppliedLink| !edits.not_ours.contains(&link.to.to_string());
        for link in known.chain(announced).filter(ours) {
            if !links.iter().any(|other| other.to == link.to) {
                links.push(link);
            }
        }
        links.sort_by(|a, b| a.to.cmp(&b.to));
        links
    }

    /// The links that this plan makes for a key, not confirmed yet.
    pub(super) fn announced_links(&self, key: &Key) -> Vec<AppliedLink> {
        let steps = self.index.link_steps(key).iter();
        let mut links: Vec<AppliedLink> = steps
            .filter_map(|change| match &change.operation {
                Operation::Link { to } => Some(AppliedLink {
                    to: to.target(),
                    id: None,
                }),
                _ => None,
            })
            .collect();
        links.sort_by(|a, b| a.to.cmp(&b.to));
        links
    }

    fn todays_name(&self, to: &LinkTarget) -> LinkTarget {
        match to {
            LinkTarget::Key(key) => LinkTarget::Key(self.index.todays_name(key).clone()),
            LinkTarget::Issue(_) => to.clone(),
        }
    }

    /// What a settled marker says of a link that an unsettled or earlier one names, going by what was observed.
    fn confirmed(
        &self,
        desired: &DesiredIssue,
        address: &IssueAddress,
        link: AppliedLink,
    ) -> Option<AppliedLink> {
        let observed = self
            .index
            .observed(address.id)
            .and_then(|issue| issue.links.known());
        let id = link.id.or_else(|| match &link.to {
            LinkTarget::Key(key) => Some(self.book.get(key)?.id),
            LinkTarget::Issue(reference) => match self.context.observed.references.get(reference) {
                Some(ReferencedIssue::Found(id)) => Some(*id),
                Some(ReferencedIssue::NotReadable) | None => None,
            },
        })?;
        let exists = observed.map(|links| links.iter().any(|other| other.other == id));
        let keep = match link.id {
            // It was announced only.
            None => exists == Some(true),
            Some(_) => exists != Some(false) || desired.links.contains(&link.to),
        };
        keep.then_some(AppliedLink {
            to: link.to,
            id: Some(id),
        })
    }
}
