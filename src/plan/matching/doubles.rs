//! What a create is compared with first, so that no issue is made a second time, and what an adoption may not be.

use super::Finder;
use crate::config::QuarterState;
use crate::issue::DesiredIssue;
use crate::model::IssueReference;
use crate::plan::{ObservedState, Remark};

impl<'a> Finder<'_, 'a> {
    /// Before a create: an issue that looks like it must be adopted or renamed by a person.
    pub(super) fn refuse_doubles(&mut self, observed: &'a ObservedState) {
        for wanted in self.desired {
            let found = self.matching.by_key.contains_key(&wanted.key)
                || self.matching.stopped.contains(&wanted.key);
            if let (Some(reference), true) = (&wanted.adopt, found) {
                if self.matching.adopt.contains_key(&wanted.key) {
                    let message = format!("it has an issue already, so {reference} is not adopted");
                    let notice = Remark::new("adopt-ignored", message).on(&wanted.key);
                    self.matching
                        .notices
                        .push(notice.help("remove `adopt` from the file"));
                    self.matching.adopt.remove(&wanted.key);
                }
                continue;
            }
            if found {
                continue;
            }
            if let Some(reference) = &wanted.adopt
                && !self.is_tracker(&reference.project, observed)
            {
                self.matching.adopt.remove(&wanted.key);
                let conflict = Remark::new(
                    "adopt-outside",
                    format!(
                        "{reference} is not adopted: {} is no tracker of a team",
                        reference.project
                    ),
                )
                .help("name an issue of a tracker, move that one there, or make its project a tracker in okr.toml");
                self.stop(&wanted.key, conflict);
                continue;
            }
            if self.matching.adopt.contains_key(&wanted.key) {
                continue;
            }
            if let Some(reference) = &wanted.adopt {
                let conflict = Remark::new(
                    "adopt-unreadable",
                    format!("{reference} does not exist or cannot be read with this token"),
                )
                .help("correct the reference, or give the token's account access");
                self.stop(&wanted.key, conflict);
                continue;
            }
            let double = observed.unmanaged.iter().find(|other| {
                other.claims.as_deref() == Some(&wanted.key.to_string())
                    || (other.project == wanted.tracker
                        && other.title == wanted.title
                        && other.open)
            });
            if let Some(double) = double {
                let address = IssueReference {
                    project: double.project.clone(),
                    iid: double.iid,
                };
                let conflict = Remark::new(
                    "looks-alike",
                    format!(
                        "{address} by {} looks like its issue, but is not managed",
                        double.author
                    ),
                )
                .at(&address)
                .help(format!(
                    "write adopt = \"{address}\" to manage that issue, or change its title"
                ));
                self.stop(&wanted.key, conflict);
                continue;
            }
            self.refuse_unmarked(wanted);
        }
    }

    /// Whoever looks after the files decides what may be adopted by naming trackers: a reference alone puts no other
    /// project's issue into the tool's hands.
    fn is_tracker(&self, project: &str, observed: &ObservedState) -> bool {
        observed.trackers.contains_key(project)
            || self.desired.iter().any(|wanted| wanted.tracker == project)
    }

    /// An issue of our own that was released, or whose block somebody removed, is not made a second time.
    fn refuse_unmarked(&mut self, wanted: &DesiredIssue) {
        // Nothing else would be created.
        if wanted.quarter_state != QuarterState::Active || !wanted.open {
            return;
        }
        let Some(issue) = self.bare.iter().find(|issue| self.was_of(issue, wanted)) else {
            return;
        };
        let address = issue.address();
        let conflict = Remark {
            confidential: issue.confidential,
            ..Remark::new(
                "looks-alike",
                format!(
                    "{address} by {} looks like its issue, but is not managed: it was released, or its markers were removed",
                    issue.author
                ),
            )
        }
        .at(&address)
        .help(format!(
            "to leave it alone, remove {} from its file; to manage it, write adopt = \"{address}\" there",
            wanted.key
        ));
        self.stop(&wanted.key, conflict);
    }
}
