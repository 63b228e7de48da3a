//! What GitLab holds back from an apply. A plan tells it as a notice, `okr doctor` as a check: one judgement, one wording.

use std::collections::BTreeMap;

use super::change::Remark;
use super::check::Verdict;
use super::sets::listed_people;
use crate::issue::DesiredIssue;
use crate::model::{Date, Username};

/// The lowest role that may do all that an apply does: Planner (facts of GitLab's own policies; recorded: labels/as-guest,
/// bots/bot-label).
pub const ROLE_NEEDED: u32 = 15;

/// The lowest role that may link an issue of the project.
pub const ROLE_TO_LINK: u32 = 10;

/// Something in GitLab that keeps an apply from doing all that is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The project has no issues for this token.
    IssuesOff {
        /// Its full path.
        tracker: String,
    },
    /// The project accepts no writes.
    Archived {
        /// Its full path.
        tracker: String,
    },
    /// The account of the token has less than [`ROLE_NEEDED`].
    RoleTooLow {
        /// The project's full path.
        tracker: String,
        /// The role that it has; 0 for none.
        role: u32,
    },
    /// Issues by the account of the token would not count.
    NotCounted {
        /// That account.
        viewer: Username,
        /// The accounts that count.
        bots: Vec<Username>,
    },
    /// The account of the token has no role where issues were not found, and others write them.
    Stranger {
        /// That account.
        viewer: Username,
        /// The accounts that count.
        bots: Vec<Username>,
        /// How many issues were not found, by tracker.
        unseen: BTreeMap<String, u32>,
    },
    /// The token lacks the scope `api`.
    NoWriteScope {
        /// The scopes that it has.
        scopes: Vec<String>,
    },
    /// The token ends soon.
    TokenEnds {
        /// The day from whose 00:00 UTC on it opens nothing.
        on: Date,
        /// How many days away that is.
        days: i32,
    },
    /// OKRs name an account that there is not.
    NoAccount {
        /// Its name.
        person: Username,
    },
    /// OKRs name an account that cannot be assigned.
    AccountOff {
        /// Its name.
        person: Username,
        /// GitLab's word for its state: `blocked`, `deactivated`, …
        state: String,
    },
    /// The plan of the project keeps one assignee.
    OneAssignee {
        /// Somebody who is not kept.
        person: Username,
        /// On how many issues.
        issues: u32,
    },
    /// The other end of a link cannot be read.
    EndUnreadable {
        /// The issue, or its project.
        end: String,
    },
}

impl Obstacle {
    /// What kind it is: a stable kebab-case id.
    pub fn id(&self) -> &'static str {
        match self {
            Self::IssuesOff { .. } => "issues-disabled",
            Self::Archived { .. } => "tracker-archived",
            Self::RoleTooLow { .. } => "role-too-low",
            Self::NotCounted { .. } => "not-a-bot",
            Self::Stranger { .. } => "stranger",
            Self::NoWriteScope { .. } => "scopes",
            Self::TokenEnds { .. } => "expiry",
            Self::NoAccount { .. } => "unknown-account",
            Self::AccountOff { .. } => "inactive-account",
            Self::OneAssignee { .. } => "assignee-dropped",
            Self::EndUnreadable { .. } => "link-impossible",
        }
    }

    /// Whether an apply would fail of it, do less, or only do otherwise.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::IssuesOff { .. }
            | Self::Archived { .. }
            | Self::RoleTooLow { .. }
            | Self::NotCounted { .. }
            | Self::Stranger { .. }
            | Self::NoWriteScope { .. } => Verdict::Blocking,
            Self::TokenEnds { .. }
            | Self::NoAccount { .. }
            | Self::AccountOff { .. }
            | Self::EndUnreadable { .. } => Verdict::Warning,
            Self::OneAssignee { .. } => Verdict::Info,
        }
    }

    /// The project, account or issue that it is about, where it is about one.
    pub fn subject(&self) -> Option<String> {
        Some(match self {
            Self::IssuesOff { tracker }
            | Self::Archived { tracker }
            | Self::RoleTooLow { tracker, .. } => tracker.clone(),
            Self::NotCounted { viewer: person, .. }
            | Self::Stranger { viewer: person, .. }
            | Self::NoAccount { person }
            | Self::AccountOff { person, .. }
            | Self::OneAssignee { person, .. } => person.to_string(),
            Self::EndUnreadable { end } => end.clone(),
            Self::NoWriteScope { .. } | Self::TokenEnds { .. } => return None,
        })
    }

    /// What is so.
    pub fn found(&self) -> String {
        match self {
            Self::IssuesOff { tracker } => format!("issues are switched off in {tracker}"),
            Self::Archived { tracker } => format!("{tracker} is archived"),
            Self::RoleTooLow { tracker, role } if *role < ROLE_TO_LINK => {
                format!("the token's account is no member of {tracker}, and Planner is needed")
            }
            Self::RoleTooLow { tracker, role } => format!(
                "the token's account is {} in {tracker}, and Planner is needed",
                role_name(*role)
            ),
            Self::NotCounted { viewer, bots } => {
                format!(
                    "the token is {viewer}'s, and okr.toml counts only issues by {}",
                    listed_people(bots)
                )
            }
            Self::Stranger {
                viewer,
                bots,
                unseen,
            } => {
                let trackers: Vec<&str> = unseen.keys().map(String::as_str).collect();
                let trackers = trackers.join(", ");
                if bots.contains(viewer) {
                    format!("the token is {viewer}'s, who has no role in {trackers}")
                } else {
                    format!(
                        "the token is {viewer}'s, who is not one of gitlab.bots ({}) and has no role in {trackers}",
                        listed_people(bots)
                    )
                }
            }
            Self::NoWriteScope { scopes } => match scopes.as_slice() {
                [] => "the token has no scope".to_owned(),
                [one] => format!("the token has the scope {one}"),
                several => format!("the token has the scopes {}", several.join(", ")),
            },
            Self::TokenEnds { on, days } => match days {
                ..=0 => format!("the token ends on {on}, which is today"),
                1 => format!("the token ends on {on}, tomorrow"),
                _ => format!("the token ends on {on}, in {days} days"),
            },
            Self::NoAccount { person } => format!("there is no account “{person}”"),
            Self::AccountOff { person, state } => format!("the account “{person}” is {state}"),
            Self::OneAssignee { .. } => "GitLab Free keeps one assignee".to_owned(),
            Self::EndUnreadable { end } => {
                format!("{end} does not exist or this token cannot read it")
            }
        }
    }

    /// What follows from it.
    pub fn means(&self) -> Option<String> {
        Some(match self {
            // An empty list proves nothing where issues are switched off (recorded: lists/noissues).
            Self::IssuesOff { .. } => "none can be found or made".to_owned(),
            Self::Archived { .. } => "it can be read, and every write is refused".to_owned(),
            Self::RoleTooLow { role, .. } => lost(*role).to_owned(),
            Self::NotCounted { .. } => {
                "what it creates would be created again by every apply, so apply refuses".to_owned()
            }
            // Recorded: meta/self, as read_api; meta/write-with-read-scope.
            // Confidential issues are for Planners, authors and assignees (facts §1.2).
            Self::Stranger { unseen, .. } => {
                let count: u32 = unseen.values().sum();
                format!(
                    "what it cannot see cannot be planned: {} that the files declare may be there, hidden from it",
                    if count == 1 {
                        "1 issue".to_owned()
                    } else {
                        format!("{count} issues")
                    }
                )
            }
            Self::NoWriteScope { scopes } if scopes.iter().any(|scope| scope == "read_api") => {
                "it reads everything and writes nothing: plans work, apply fails".to_owned()
            }
            Self::NoWriteScope { .. } => "issues can be neither read nor written".to_owned(),
            Self::TokenEnds { .. } => {
                "from 00:00 UTC of that day on, GitLab answers nothing to it".to_owned()
            }
            Self::NoAccount { .. } | Self::AccountOff { .. } => {
                "nobody is assigned in its place".to_owned()
            }
            Self::OneAssignee { person, issues } => format!(
                "{person} is named in the description of {} only",
                if *issues == 1 {
                    "1 issue".to_owned()
                } else {
                    format!("{issues} issues")
                }
            ),
            Self::EndUnreadable { .. } => return None,
        })
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::IssuesOff { .. } => {
                "switch them on in the project's settings, or name another tracker".to_owned()
            }
            Self::Archived { .. } => "unarchive the project, or name another tracker".to_owned(),
            Self::RoleTooLow { tracker, .. } => format!(
                "make the account Planner in {tracker} or in its group, or use a token of one that is"
            ),
            Self::NotCounted { viewer, .. } => format!(
                "use a token of one of them, or add \"{viewer}\" to gitlab.bots in okr.toml"
            ),
            Self::Stranger { bots, .. } => format!(
                "use a token of {}, or make the account Planner there",
                listed_people(bots)
            ),
            Self::NoWriteScope { .. } => {
                "use a token with the scope api where an apply shall run".to_owned()
            }
            Self::TokenEnds { .. } => {
                "make a new one in time; if that is another account, add it to gitlab.bots first"
                    .to_owned()
            }
            Self::NoAccount { .. } => "correct the name in okr.toml or in the OKR file".to_owned(),
            Self::AccountOff { .. } => {
                "name somebody else in okr.toml or in the OKR file".to_owned()
            }
            Self::OneAssignee { .. } => return None,
            Self::EndUnreadable { .. } => {
                "correct the reference, or let the token's account read it; the reference stays in the description"
                    .to_owned()
            }
        })
    }

    /// What a plan says of it.
    pub(crate) fn remark(&self) -> Remark {
        let message = match self.means() {
            Some(means) => format!("{}: {means}", self.found()),
            None => self.found(),
        };
        Remark {
            help: self.help(),
            ..Remark::new(self.id(), message)
        }
    }
}

/// GitLab's name for a role.
pub fn role_name(level: u32) -> &'static str {
    match level {
        0..10 => "no member",
        10..15 => "Guest",
        15..20 => "Planner",
        20..30 => "Reporter",
        30..40 => "Developer",
        40..50 => "Maintainer",
        _ => "Owner",
    }
}

/// What a role below Planner cannot do. Recorded: create/labels-guest, create/as-outsider, labels/as-guest,
/// lists/guest-confidential.
fn lost(role: u32) -> &'static str {
    if role < ROLE_TO_LINK {
        "its issues get no labels, no links and no later changes, and confidential ones are hidden"
    } else {
        "it can make no label and change no label, date or assignee, and confidential issues are hidden from it"
    }
}

/// Those whom GitLab Free does not keep, of the people that an issue shall be assigned to.
pub fn not_kept_on_free(wanted: &DesiredIssue) -> &[Username] {
    wanted.assignees.get(1..).unwrap_or_default()
}
