//! Which issues a list is to show, and in which order.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Actor, Issue, IssueKind, IssueState, Namespace, State};

/// A filter that may also say "none" or "any".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyOrNone<T> {
    /// Something is set.
    Any,
    /// Nothing is set.
    None,
    /// This is set.
    Is(T),
}

/// Open, closed, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum StateFilter {
    #[default]
    All,
    Opened,
    Closed,
}

/// What a list is ordered by; ties go by id, the highest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "GitLab's own words")]
pub enum IssueOrder {
    #[default]
    CreatedAt,
    UpdatedAt,
    DueDate,
    Title,
    Id,
}

#[allow(
    clippy::struct_excessive_bools,
    reason = "each narrows the list by itself"
)]
/// Which issues; everything that is left at its default does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueFilter {
    /// Where: one project, or a group with everything below it; `None` is the whole instance.
    pub within: Option<Namespace>,
    /// For a group: only the projects right in it.
    pub without_subgroups: bool,
    /// All of these label names. One that exists nowhere, or the same one twice, gives an empty list (recorded: lists).
    pub labels: Vec<String>,
    /// Any label, or none.
    pub any_label: Option<bool>,
    /// At least one of these label names.
    pub any_of_labels: Vec<String>,
    /// None of these label names.
    pub not_labels: Vec<String>,
    /// Open or closed.
    pub state: StateFilter,
    /// Numbers in the project.
    pub iids: BTreeSet<u64>,
    /// Global ids.
    pub ids: BTreeSet<u64>,
    /// Types.
    pub kinds: Vec<IssueKind>,
    /// Authors' ids: any of them.
    pub authors: Option<Vec<u64>>,
    /// Not by these authors.
    pub not_authors: Vec<u64>,
    /// Assigned to.
    pub assignee: Option<AnyOrNone<u64>>,
    /// Not assigned to these.
    pub not_assignees: Vec<u64>,
    /// The title of the milestone.
    pub milestone: Option<AnyOrNone<String>>,
    /// Not of the milestone of this title.
    pub not_milestones: Vec<String>,
    /// Words to be found, in the title and the description.
    pub search: Option<String>,
    /// Search in the title.
    pub not_in_title: bool,
    /// Search in the description.
    pub not_in_description: bool,
    /// Only confidential ones, or only others.
    pub confidential: Option<bool>,
    /// Created at or after.
    pub created_after: Option<Timestamp>,
    /// Created at or before.
    pub created_before: Option<Timestamp>,
    /// Changed at or after.
    pub updated_after: Option<Timestamp>,
    /// Changed at or before.
    pub updated_before: Option<Timestamp>,
    /// Ordered by.
    pub order: IssueOrder,
    /// Lowest first.
    pub ascending: bool,
}

impl State {
    /// The ids of the issues that match and that whoever asks may see, in the order asked for.
    pub fn find_issues(&self, actor: &Actor, filter: &IssueFilter) -> Vec<u64> {
        let projects: Option<BTreeSet<u64>> = match filter.within {
            None => None,
            Some(Namespace::Project(id)) => Some(BTreeSet::from([id])),
            Some(Namespace::Group(id)) => {
                let mut below = self.projects_of_group(id);
                if filter.without_subgroups
                    && let Some(group) = self.groups.get(&id)
                {
                    below.retain(|id| {
                        self.projects
                            .get(id)
                            .is_some_and(|one| one.parent_path() == group.path)
                    });
                }
                Some(below)
            }
        };
        let distinct: BTreeSet<&str> = filter.labels.iter().map(String::as_str).collect();
        if distinct.len() != filter.labels.len() {
            return Vec::new();
        }
        let mut found: Vec<&Issue> = self
            .issues
            .values()
            .filter(|issue| {
                projects
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&issue.project))
            })
            .filter(|issue| self.matches(issue, filter))
            .filter(|issue| self.can_read_issue(actor, issue))
            .collect();
        found.sort_by(|a, b| {
            let by = match filter.order {
                IssueOrder::CreatedAt => a.created_at.cmp(&b.created_at),
                IssueOrder::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                IssueOrder::DueDate => match (a.due_date, b.due_date) {
                    (Some(a), Some(b)) => a.cmp(&b),
                    (a, b) => {
                        // Issues without a date come last whichever way the list goes.
                        let last = b.is_some().cmp(&a.is_some());
                        if filter.ascending {
                            last
                        } else {
                            last.reverse()
                        }
                    }
                },
                IssueOrder::Title => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
                IssueOrder::Id => a.id.cmp(&b.id),
            };
            let by = if filter.ascending { by } else { by.reverse() };
            by.then_with(|| b.id.cmp(&a.id))
        });
        found.into_iter().map(|issue| issue.id).collect()
    }

    fn matches(&self, issue: &Issue, filter: &IssueFilter) -> bool {
        let names: Vec<&str> = issue
            .labels
            .iter()
            .filter_map(|id| self.labels.get(id))
            .map(|label| label.name.as_str())
            .collect();
        let has = |name: &String| names.contains(&name.as_str());
        let milestone = issue.milestone.and_then(|id| self.milestones.get(&id));
        let state = match filter.state {
            StateFilter::All => true,
            StateFilter::Opened => issue.state == IssueState::Opened,
            StateFilter::Closed => issue.state == IssueState::Closed,
        };
        state
            && filter.labels.iter().all(has)
            && filter.any_label.is_none_or(|any| any != names.is_empty())
            && (filter.any_of_labels.is_empty() || filter.any_of_labels.iter().any(has))
            && !filter.not_labels.iter().any(has)
            && (filter.iids.is_empty() || filter.iids.contains(&issue.iid))
            && (filter.ids.is_empty() || filter.ids.contains(&issue.id))
            && (filter.kinds.is_empty() || filter.kinds.contains(&issue.kind))
            && filter
                .authors
                .as_ref()
                .is_none_or(|authors| authors.contains(&issue.author))
            && !filter.not_authors.contains(&issue.author)
            && match &filter.assignee {
                None => true,
                Some(AnyOrNone::Any) => !issue.assignees.is_empty(),
                Some(AnyOrNone::None) => issue.assignees.is_empty(),
                Some(AnyOrNone::Is(user)) => issue.assignees.contains(user),
            }
            && !filter
                .not_assignees
                .iter()
                .any(|user| issue.assignees.contains(user))
            && match &filter.milestone {
                None => true,
                Some(AnyOrNone::Any) => milestone.is_some(),
                Some(AnyOrNone::None) => milestone.is_none(),
                Some(AnyOrNone::Is(title)) => milestone.is_some_and(|one| one.title == *title),
            }
            && !filter
                .not_milestones
                .iter()
                .any(|title| milestone.is_some_and(|one| one.title == *title))
            && filter
                .search
                .as_ref()
                .is_none_or(|text| found_in(issue, text, filter))
            && filter
                .confidential
                .is_none_or(|confidential| issue.confidential == confidential)
            && filter.created_after.is_none_or(|at| issue.created_at >= at)
            && filter
                .created_before
                .is_none_or(|at| issue.created_at <= at)
            && filter.updated_after.is_none_or(|at| issue.updated_at >= at)
            && filter
                .updated_before
                .is_none_or(|at| issue.updated_at <= at)
    }
}

/// Whether every word is in the title or the description, upper and lower case alike.
fn found_in(issue: &Issue, text: &str, filter: &IssueFilter) -> bool {
    let mut haystack = String::new();
    if !filter.not_in_title {
        haystack.push_str(&issue.title.to_lowercase());
    }
    haystack.push('\n');
    if !filter.not_in_description {
        haystack.push_str(
            &issue
                .description
                .as_deref()
                .unwrap_or_default()
                .to_lowercase(),
        );
    }
    text.to_lowercase()
        .split_whitespace()
        .all(|word| haystack.contains(word))
}
