//! Lists of issues and of work items: what the arguments ask for, as a filter over the state.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::issue::IssueObject;
use super::work_item::WorkItemObject;
use super::write::number_of;
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{self, Connection, Kind, Rank, Seen};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Resolved};
use crate::sandbox::state::{
    AnyOrNone, Issue, IssueFilter, IssueKind, IssueOrder, Namespace, StateFilter,
};

/// Where a list looks, before its arguments narrow it.
#[derive(Debug, Clone, Default)]
pub(in crate::sandbox::graphql) struct Scope {
    within: Option<Namespace>,
    without_subgroups: bool,
    assignee: Option<u64>,
    /// The list is empty whatever is asked for.
    nothing: bool,
}

impl Scope {
    /// The whole instance.
    pub(in crate::sandbox::graphql) fn everywhere() -> Self {
        Self::default()
    }

    /// What is assigned to a user, everywhere.
    pub(in crate::sandbox::graphql) fn assigned_to(user: u64) -> Self {
        Self {
            assignee: Some(user),
            ..Self::default()
        }
    }

    /// A project or group. A group's `issues` are those of the projects right in it unless `includeSubgroups` says
    /// otherwise; its `workItems` without `includeDescendants` would be the group's own, which Free has none of
    /// (facts §4.3).
    pub(in crate::sandbox::graphql) fn of(
        namespace: Namespace,
        arguments: &Arguments,
        work_items: bool,
    ) -> Self {
        let group = matches!(namespace, Namespace::Group(_));
        let below = |name: &str| arguments.flag(name) == Some(true);
        Self {
            within: Some(namespace),
            without_subgroups: group && !work_items && !below("includeSubgroups"),
            assignee: None,
            nothing: group
                && work_items
                && (!below("includeDescendants") || below("excludeProjects")),
        }
    }
}

/// `issues(…)`.
pub(in crate::sandbox::graphql) fn issues<'s>(
    context: &Context<'s>,
    scope: &Scope,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let (issues, order) = find(context, scope, arguments)?;
    let page = Connection::page(
        Kind::ISSUES,
        issues,
        arguments,
        &order.of_list(),
        IssueObject,
    )?;
    Ok(Resolved::object(page))
}

/// `workItems(…)`.
pub(in crate::sandbox::graphql) fn work_items<'s>(
    context: &Context<'s>,
    scope: &Scope,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let (issues, order) = find(context, scope, arguments)?;
    let page = Connection::page(
        Kind::WORK_ITEMS,
        issues,
        arguments,
        &order.of_list(),
        WorkItemObject,
    )?;
    Ok(Resolved::object(page))
}

/// The first issue that matches: `project.issue(iid:)`.
pub(in crate::sandbox::graphql) fn first<'s>(
    context: &Context<'s>,
    scope: &Scope,
    arguments: &Arguments,
) -> Result<Option<&'s Issue>, Failure> {
    Ok(find(context, scope, arguments)?.0.into_iter().next())
}

/// How many issues were created between `from` and `to`, with what else the arguments ask for.
pub(in crate::sandbox::graphql) fn created_between(
    context: &Context<'_>,
    within: Namespace,
    arguments: &Arguments,
) -> Result<u32, Failure> {
    let author = arguments
        .text("authorUsername")
        .map(|name| context.state.user_by_name(name));
    let filter = IssueFilter {
        within: Some(within),
        created_after: moment(arguments, "from")?,
        created_before: moment(arguments, "to")?,
        labels: arguments.texts("labelNames").unwrap_or_default(),
        milestone: arguments
            .text("milestoneTitle")
            .map(|title| AnyOrNone::Is(title.to_owned())),
        authors: author.map(|author| author.iter().map(|one| one.id).collect()),
        ..IssueFilter::default()
    };
    let ids = context.state.find_issues(context.actor, &filter);
    let found = ids.iter().filter_map(|id| context.state.issues.get(id));
    let count = found
        .filter(|issue| assigned(context, issue, arguments))
        .count();
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What a list is ordered by, for its cursors.
#[derive(Debug, Clone, Copy)]
struct Order {
    by: IssueOrder,
    ascending: bool,
}

impl Order {
    /// `CREATED_DESC`, `created_desc`, `DUE_DATE_ASC`, …; orders of things that the sandbox does not keep fall back to
    /// the default, newest first.
    fn parse(word: Option<&str>) -> Self {
        let word = word.unwrap_or("CREATED_DESC").to_uppercase();
        let ascending = word.ends_with("_ASC");
        let by = match word.trim_end_matches("_ASC").trim_end_matches("_DESC") {
            "CREATED" => IssueOrder::CreatedAt,
            "UPDATED" => IssueOrder::UpdatedAt,
            "DUE_DATE" => IssueOrder::DueDate,
            "TITLE" => IssueOrder::Title,
            _ => {
                return Self {
                    by: IssueOrder::CreatedAt,
                    ascending: false,
                };
            }
        };
        Self { by, ascending }
    }

    /// The value of an issue in this order, as a text that compares as the value does.
    fn value(self, issue: &Issue) -> Rank {
        // As PostgreSQL writes it, to the nanosecond.
        let moment = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S.%9f +0000").to_string();
        Some(match self.by {
            IssueOrder::CreatedAt => ("created_at", moment(issue.created_at)),
            IssueOrder::UpdatedAt => ("updated_at", moment(issue.updated_at)),
            IssueOrder::DueDate => ("due_date", issue.due_date?.to_string()),
            IssueOrder::Title => ("title", issue.title.to_lowercase()),
            IssueOrder::Id => return None,
        })
    }

    #[allow(clippy::type_complexity, reason = "three closures, each said in full")]
    fn of_list<'s>(
        self,
    ) -> connection::Order<
        impl Fn(&&'s Issue) -> u64,
        impl Fn(&&'s Issue) -> Rank,
        impl Fn(&&'s Issue, &Seen) -> bool,
    > {
        connection::Order {
            id: |issue: &&Issue| issue.id,
            by: move |issue: &&Issue| self.value(issue),
            beyond: move |issue: &&Issue, seen: &Seen| self.beyond(issue, seen),
        }
    }

    /// Whether an issue comes after the place of a cursor whose own issue has left the list.
    fn beyond(self, issue: &Issue, seen: &Seen) -> bool {
        let value = self.value(issue).map(|(_, value)| value);
        let by = match (&value, &seen.by) {
            (Some(value), Some(seen)) => value.cmp(seen),
            // Without a value comes last either way.
            (None, Some(_)) => return true,
            (Some(_), None) => return false,
            (None, None) => Ordering::Equal,
        };
        let by = if self.ascending { by } else { by.reverse() };
        by.then_with(|| seen.id.cmp(&issue.id)) == Ordering::Greater
    }
}

fn find<'s>(
    context: &Context<'s>,
    scope: &Scope,
    arguments: &Arguments,
) -> Result<(Vec<&'s Issue>, Order), Failure> {
    let order = Order::parse(arguments.text("sort"));
    let state = context.state;
    let Some(filter) = filter(context, scope, arguments, order)? else {
        return Ok((Vec::new(), order));
    };
    let after = Bounds::of(arguments);
    let ids = state.find_issues(context.actor, &filter);
    let found = ids.iter().filter_map(|id| state.issues.get(id));
    let assigned = |issue: &&Issue| assigned(context, issue, arguments);
    Ok((
        found
            .filter(|issue| after.hold(issue))
            .filter(assigned)
            .collect(),
        order,
    ))
}

/// The filter that the arguments describe; nothing where they can match no issue.
fn filter(
    context: &Context<'_>,
    scope: &Scope,
    arguments: &Arguments,
    order: Order,
) -> Result<Option<IssueFilter>, Failure> {
    if scope.nothing {
        return Ok(None);
    }
    let user = |name: &str| context.state.user_by_name(name).map(|user| user.id);
    let none = Arguments::default();
    let not = arguments.object("not").unwrap_or_else(|| none.clone());
    let or = arguments.object("or").unwrap_or(none);
    let texts = |arguments: &Arguments, name: &str| arguments.texts(name).unwrap_or_default();
    let users = |names: Vec<String>| -> Vec<u64> { names.iter().filter_map(|n| user(n)).collect() };

    let mut filter = IssueFilter {
        within: scope.within,
        without_subgroups: scope.without_subgroups,
        any_of_labels: texts(&or, "labelNames"),
        not_labels: texts(&not, "labelName"),
        not_authors: users(texts(&not, "authorUsername")),
        not_assignees: users(texts(&not, "assigneeUsernames")),
        not_milestones: texts(&not, "milestoneTitle"),
        search: arguments.text("search").map(str::to_owned),
        confidential: arguments.flag("confidential"),
        created_after: moment(arguments, "createdAfter")?,
        created_before: moment(arguments, "createdBefore")?,
        updated_after: moment(arguments, "updatedAfter")?,
        updated_before: moment(arguments, "updatedBefore")?,
        assignee: scope.assignee.map(AnyOrNone::Is),
        order: order.by,
        ascending: order.ascending,
        ..IssueFilter::default()
    };
    filter.state = match arguments.text("state") {
        Some("opened") => StateFilter::Opened,
        Some("closed") => StateFilter::Closed,
        // No issue is ever in the state "locked".
        Some("locked") => return Ok(None),
        _ => StateFilter::All,
    };
    for label in texts(arguments, "labelName") {
        match label.to_lowercase().as_str() {
            "none" => filter.any_label = Some(false),
            "any" => filter.any_label = Some(true),
            _ => filter.labels.push(label),
        }
    }
    if let Some(parts) = arguments.texts("in") {
        filter.not_in_title = !parts.iter().any(|part| part == "TITLE");
        filter.not_in_description = !parts.iter().any(|part| part == "DESCRIPTION");
    }
    // An empty list of numbers narrows nothing; one of unknown numbers matches nothing.
    let mut iids = texts(arguments, "iids");
    iids.extend(arguments.text("iid").map(str::to_owned));
    filter.iids = iids.iter().map(|iid| iid.parse().unwrap_or(0)).collect();
    let global = texts(arguments, "ids");
    filter.ids = global
        .iter()
        .map(|id| number_of(id, &["WorkItem", "Issue"]).unwrap_or(0))
        .collect();
    if let Some(types) = arguments.texts("types").filter(|types| !types.is_empty()) {
        filter.kinds = types
            .iter()
            .filter_map(|word| IssueKind::parse(&word.to_lowercase()))
            .collect();
        if filter.kinds.is_empty() {
            return Ok(None);
        }
    }
    let authors = arguments
        .text("authorUsername")
        .map(|name| vec![name.to_owned()]);
    filter.authors = authors.or_else(|| or.texts("authorUsernames")).map(users);
    filter.milestone = match arguments.text("milestoneWildcardId") {
        Some("ANY") => Some(AnyOrNone::Any),
        Some("NONE") => Some(AnyOrNone::None),
        _ => texts(arguments, "milestoneTitle")
            .into_iter()
            .next()
            .map(AnyOrNone::Is),
    };
    match arguments.text("assigneeWildcardId") {
        Some("ANY") => filter.assignee = Some(AnyOrNone::Any),
        Some("NONE") => filter.assignee = Some(AnyOrNone::None),
        _ => {}
    }
    let excluded: BTreeSet<u64> = texts(&not, "iids")
        .iter()
        .filter_map(|iid| iid.parse().ok())
        .collect();
    if !excluded.is_empty() && !filter.iids.is_empty() {
        filter.iids.retain(|iid| !excluded.contains(iid));
        if filter.iids.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(filter))
}

/// Whether the issue has all the assignees that are asked for, and one of those of `or`.
fn assigned(context: &Context<'_>, issue: &Issue, arguments: &Arguments) -> bool {
    let has = |name: &String| {
        let user = context.state.user_by_name(name);
        user.is_some_and(|user| issue.assignees.contains(&user.id))
    };
    let mut all = arguments.texts("assigneeUsernames").unwrap_or_default();
    all.extend(arguments.text("assigneeUsername").map(str::to_owned));
    let or = arguments
        .object("or")
        .and_then(|or| or.texts("assigneeUsernames"));
    let id = arguments.text("assigneeId").map(|id| {
        let id = number_of(id, &["User"]).or_else(|| id.parse().ok());
        id.is_some_and(|id| issue.assignees.contains(&id))
    });
    let not = arguments
        .object("not")
        .and_then(|not| not.texts("iids"))
        .unwrap_or_default();
    all.iter().all(has)
        && or.is_none_or(|any| any.is_empty() || any.iter().any(has))
        && id.unwrap_or(true)
        && !not.contains(&issue.iid.to_string())
}

/// Bounds that the state's own filter does not know.
struct Bounds {
    closed: (Option<Timestamp>, Option<Timestamp>),
    due: (Option<Date>, Option<Date>),
}

impl Bounds {
    fn of(arguments: &Arguments) -> Self {
        let moment = |name: &str| moment(arguments, name).ok().flatten();
        let day = |name: &str| {
            let text = arguments.text(name)?;
            text.get(..10).and_then(|day| day.parse().ok())
        };
        Self {
            closed: (moment("closedAfter"), moment("closedBefore")),
            due: (day("dueAfter"), day("dueBefore")),
        }
    }

    fn hold(&self, issue: &Issue) -> bool {
        let (after, before) = self.closed;
        let closed = after.is_none_or(|at| issue.closed_at.is_some_and(|closed| closed >= at))
            && before.is_none_or(|at| issue.closed_at.is_some_and(|closed| closed <= at));
        let (after, before) = self.due;
        let due = after.is_none_or(|day| issue.due_date.is_some_and(|due| due >= day))
            && before.is_none_or(|day| issue.due_date.is_some_and(|due| due <= day));
        closed && due
    }
}

/// A time, or a day, which begins at midnight.
pub(super) fn moment(arguments: &Arguments, name: &str) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = arguments.text(name) else {
        return Ok(None);
    };
    let time = text.parse::<Timestamp>().ok();
    let day = || {
        let day = text.parse::<Date>().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    let found = time.or_else(day);
    found
        .map(Some)
        .ok_or_else(|| Failure::Field(format!("\"{text}\" is not a valid time")))
}
