//! Who an issue is assigned to.

use jiff::Timestamp;

use super::super::{Noteable, State, Tier};

impl State {
    /// The assignees that GitLab keeps of those asked for; `None`: the request is dropped, and they stay as they were.
    ///
    /// Free cuts to the first before it asks whether that one may see the project at all (recorded:
    /// create/two-assignees, unreadable-first, unknown-assignee).
    pub(super) fn kept_assignees(&self, project: u64, asked: &[u64]) -> Option<Vec<u64>> {
        if asked.iter().all(|id| *id == 0) {
            return Some(Vec::new());
        }
        let most = match self.settings.tier {
            Tier::Free => 1,
            Tier::Premium => usize::MAX,
        };
        let project = self.projects.get(&project)?;
        let mut kept = Vec::new();
        for id in asked.iter().take(most) {
            let can = self.users.get(id).is_some_and(|user| !user.blocked)
                && self.user_can_read_project(Some(*id), project);
            if can && !kept.contains(id) {
                kept.push(*id);
            }
        }
        (!kept.is_empty()).then_some(kept)
    }

    /// Gives an issue exactly these assignees, and says so in a system note.
    pub(super) fn put_assignees(&mut self, issue: u64, asked: &[u64], user: u64, now: Timestamp) {
        let Some(target) = self.issues.get_mut(&issue) else {
            return;
        };
        if target.assignees == asked {
            return;
        }
        let before = std::mem::replace(&mut target.assignees, asked.to_vec());
        target.subscribers.extend(asked.iter().copied());
        let names = |ids: Vec<u64>| {
            let names = ids.iter().filter_map(|id| self.users.get(id));
            let names: Vec<String> = names.map(|user| format!("@{}", user.username)).collect();
            sentence(&names)
        };
        let added = names(
            asked
                .iter()
                .filter(|id| !before.contains(id))
                .copied()
                .collect(),
        );
        let removed = names(
            before
                .iter()
                .filter(|id| !asked.contains(id))
                .copied()
                .collect(),
        );
        let body = match (added.is_empty(), removed.is_empty()) {
            (false, false) => format!("assigned to {added} and unassigned {removed}"),
            (false, true) => format!("assigned to {added}"),
            (true, false) => format!("unassigned {removed}"),
            (true, true) => return,
        };
        self.system_note(Noteable::Issue(issue), user, body, now);
    }
}

/// Words in a row, as English puts them.
pub(in crate::sandbox::state) fn sentence(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}
