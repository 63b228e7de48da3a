//! Labels and assignees: what is ours is added and removed, what is people's stays.

use std::collections::BTreeSet;

use crate::model::Username;

/// Names as people read them, one behind the other.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Accounts as people read them.
pub(crate) fn listed_people(people: &[Username]) -> String {
    listed(people.iter().map(Username::as_str))
}

/// What happens to the labels of one issue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LabelDecision {
    /// Labels to add.
    pub(crate) add: BTreeSet<String>,
    /// Labels of ours to remove.
    pub(crate) remove: BTreeSet<String>,
    /// Labels of ours that people removed.
    pub(crate) missed: BTreeSet<String>,
    /// The labels that are ours afterwards, missed ones among them.
    pub(crate) ours: BTreeSet<String>,
    /// Whether all that is done is to add again what people removed.
    pub(crate) reverts: bool,
}

/// Decides about labels. `ours` is what the marker says that we added. Where an apply was `interrupted`, an absent one of
/// them was asked for and is still to do, unless it is among those that people had removed before that apply.
pub(crate) fn labels(
    desired: &BTreeSet<String>,
    ours: &BTreeSet<String>,
    observed: &BTreeSet<String>,
    interrupted: Option<&BTreeSet<String>>,
    revert: bool,
) -> LabelDecision {
    let absent: BTreeSet<String> = desired.difference(observed).cloned().collect();
    let removed: BTreeSet<String> = absent
        .intersection(interrupted.unwrap_or(ours))
        .filter(|name| ours.contains(*name))
        .cloned()
        .collect();
    let missed = if revert {
        BTreeSet::new()
    } else {
        removed.clone()
    };
    let add: BTreeSet<String> = absent.difference(&missed).cloned().collect();
    let stale: BTreeSet<String> = ours.difference(desired).cloned().collect();
    let remove: BTreeSet<String> = stale.intersection(observed).cloned().collect();
    let still_ours = ours.intersection(desired).cloned();
    LabelDecision {
        reverts: remove.is_empty() && add.is_subset(&removed),
        remove,
        missed,
        ours: still_ours.chain(add.iter().cloned()).collect(),
        add,
    }
}

/// What happens to the assignees of one issue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AssigneeDecision {
    /// The whole list to send, where it changes.
    pub(crate) send: Option<Vec<Username>>,
    /// Those among the result that are ours.
    pub(crate) kept: Vec<Username>,
    /// Those of ours that people removed.
    pub(crate) missed: Vec<Username>,
    /// Those that GitLab Free drops, since it keeps one.
    pub(crate) dropped: Vec<Username>,
    /// Somebody's own assignment that stays in the place of ours.
    pub(crate) respected: Option<Username>,
    /// Whether all that is done is to take back what people did: to assign again whom they unassigned, and to unassign whom
    /// they assigned.
    pub(crate) reverts: bool,
}

/// By what assignees are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AssigneeRules {
    /// Whether an issue can have more than one.
    pub(crate) several: bool,
    /// Whether nobody else is assigned.
    pub(crate) exact: bool,
    /// Whether those whom people unassigned are assigned again.
    pub(crate) revert: bool,
}

/// Decides about assignees. `desired` are accounts that exist, in order of preference; `ours` those that the marker says we
/// assigned; `interrupted` is as for [labels](labels()).
pub(crate) fn assignees(
    desired: &[Username],
    ours: &[Username],
    observed: &[Username],
    rules: AssigneeRules,
    interrupted: Option<&[Username]>,
) -> AssigneeDecision {
    let AssigneeRules {
        several,
        exact,
        revert,
    } = rules;
    let target: &[Username] = if several {
        desired
    } else {
        &desired[..desired.len().min(1)]
    };
    let dropped = desired[target.len()..].to_vec();
    let theirs: Vec<Username> = observed
        .iter()
        .filter(|name| !exact && !ours.contains(name))
        .cloned()
        .collect();
    if !several && let Some(person) = theirs.iter().find(|person| !target.contains(person)) {
        // On GitLab Free nobody's own assignment is replaced.
        let respected = (!target.is_empty()).then(|| person.clone());
        // Whom they replaced they took away: that is not forgotten, nor undone when they go.
        let replaced = target.iter().filter(|name| ours.contains(name));
        return AssigneeDecision {
            kept: replaced.cloned().collect(),
            dropped,
            respected,
            ..AssigneeDecision::default()
        };
    }
    let removed: Vec<Username> = target
        .iter()
        .filter(|name| ours.contains(name) && !observed.contains(name))
        .filter(|name| interrupted.is_none_or(|removed| removed.contains(name)))
        .cloned()
        .collect();
    let missed = if revert || exact {
        Vec::new()
    } else {
        removed.clone()
    };
    let wanted: Vec<Username> = target
        .iter()
        .filter(|name| !missed.contains(name))
        .cloned()
        .collect();
    let kept = wanted
        .iter()
        .filter(|name| ours.contains(name) || !observed.contains(name))
        .chain(&missed)
        .cloned()
        .collect();
    let mut result = wanted;
    for person in theirs {
        if !result.contains(&person) {
            result.push(person);
        }
    }
    let same = result.len() == observed.len() && result.iter().all(|name| observed.contains(name));
    let reverts = observed
        .iter()
        .all(|name| result.contains(name) || !ours.contains(name))
        && result
            .iter()
            .all(|name| observed.contains(name) || removed.contains(name));
    AssigneeDecision {
        send: (!same).then_some(result),
        kept,
        missed,
        dropped,
        respected: None,
        reverts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    const FREE: AssigneeRules = AssigneeRules {
        several: false,
        exact: false,
        revert: false,
    };
    const PREMIUM: AssigneeRules = AssigneeRules {
        several: true,
        ..FREE
    };

    fn people(names: &[&str]) -> Vec<Username> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn only_labels_of_ours_are_removed() {
        let decided = labels(
            &set(&["b"]),
            &set(&["a"]),
            &set(&["a", "mine"]),
            None,
            false,
        );
        assert_eq!(decided.add, set(&["b"]));
        assert_eq!(decided.remove, set(&["a"]));
        assert_eq!(decided.ours, set(&["b"]));
    }

    #[test]
    fn a_label_that_was_there_before_us_is_not_ours() {
        let decided = labels(&set(&["a"]), &set(&[]), &set(&["a"]), None, false);
        let LabelDecision {
            add, remove, ours, ..
        } = decided;
        assert_eq!([add, remove, ours], [set(&[]), set(&[]), set(&[])]);
    }

    #[test]
    fn a_label_that_people_removed_stays_removed_unless_the_apply_never_ended() {
        let settled = labels(&set(&["a"]), &set(&["a"]), &set(&[]), None, false);
        assert_eq!(
            (settled.add, settled.missed, settled.ours),
            (set(&[]), set(&["a"]), set(&["a"]))
        );
        let interrupted = labels(
            &set(&["a"]),
            &set(&["a"]),
            &set(&[]),
            Some(&set(&[])),
            false,
        );
        assert_eq!(interrupted.add, set(&["a"]));
        let both = labels(
            &set(&["a", "b"]),
            &set(&["a", "b"]),
            &set(&[]),
            Some(&set(&["b"])),
            false,
        );
        assert_eq!((both.add, both.missed), (set(&["a"]), set(&["b"])));
        let reverted = labels(&set(&["a"]), &set(&["a"]), &set(&[]), None, true);
        assert_eq!(reverted.add, set(&["a"]));
    }

    #[test]
    fn free_keeps_the_first_and_says_whom_it_drops() {
        let decided = assignees(&people(&["m", "d"]), &[], &[], FREE, None);
        assert_eq!(decided.send, Some(people(&["m"])));
        assert_eq!(decided.kept, people(&["m"]));
        assert_eq!(decided.dropped, people(&["d"]));
        let again = assignees(
            &people(&["m", "d"]),
            &people(&["m"]),
            &people(&["m"]),
            FREE,
            None,
        );
        assert_eq!(again.send, None);
    }

    #[test]
    fn on_free_nobodys_own_assignment_is_replaced() {
        let decided = assignees(&people(&["m"]), &[], &people(&["ann"]), FREE, None);
        assert_eq!(
            (decided.send, decided.respected),
            (None, Some("ann".parse().unwrap()))
        );
        let ours = assignees(
            &people(&["new"]),
            &people(&["old"]),
            &people(&["old"]),
            FREE,
            None,
        );
        assert_eq!(ours.send, Some(people(&["new"])));
    }

    #[test]
    fn premium_adds_ours_to_theirs_and_removes_only_ours() {
        let decided = assignees(
            &people(&["m", "d"]),
            &people(&["old", "m"]),
            &people(&["old", "m", "ann"]),
            PREMIUM,
            None,
        );
        assert_eq!(decided.send, Some(people(&["m", "d", "ann"])));
        assert_eq!(decided.kept, people(&["m", "d"]));
    }

    #[test]
    fn an_assignee_that_people_removed_stays_removed() {
        let decided = assignees(&people(&["m"]), &people(&["m"]), &[], FREE, None);
        assert_eq!((decided.send, decided.missed), (None, people(&["m"])));
        let interrupted = assignees(&people(&["m"]), &people(&["m"]), &[], FREE, Some(&[]));
        assert_eq!(interrupted.send, Some(people(&["m"])));
        let before = people(&["m"]);
        let removed_before = assignees(&before, &before, &[], FREE, Some(&before));
        assert_eq!(
            (removed_before.send, removed_before.missed),
            (None, people(&["m"]))
        );
    }

    #[test]
    fn exact_leaves_nobody_else_assigned() {
        let (ours, ann) = (people(&["m"]), people(&["m", "ann"]));
        let exact = |rules| AssigneeRules {
            exact: true,
            ..rules
        };
        let premium = assignees(&ours, &ours, &ann, exact(PREMIUM), None);
        assert_eq!(premium.send, Some(ours.clone()));
        assert!(premium.reverts);
        let replaced = assignees(&ours, &ours, &people(&["ann"]), exact(FREE), None);
        assert_eq!(replaced.send, Some(ours));
    }
}
