//! Parameters of issues: lists, creation, change.

use serde_json::Value;

use super::Context;
use crate::sandbox::Response;
use crate::sandbox::date::parse_date;
use crate::sandbox::request::Params;
use crate::sandbox::state::{
    AnyOrNone, IssueChange, IssueFilter, IssueKind, IssueOrder, IssueState, NewIssue, StateFilter,
};

/// The orders that GitLab takes; those that the sandbox has nothing to order by leave the order of creation. `id` is not
/// among them (recorded: lists/order-id).
const ORDERS: [&str; 9] = [
    "created_at",
    "due_date",
    "label_priority",
    "milestone_due",
    "popularity",
    "priority",
    "relative_position",
    "title",
    "updated_at",
];

/// What an update must name at least one of, in GitLab's order (recorded: update/empty).
const CHANGES: [&str; 13] = [
    "assignee_id",
    "assignee_ids",
    "confidential",
    "created_at",
    "description",
    "discussion_locked",
    "due_date",
    "labels",
    "add_labels",
    "remove_labels",
    "milestone_id",
    "state_event",
    "title",
];

/// The filter of a list.
pub(super) fn filter(c: &Context<'_>) -> Result<IssueFilter, Response> {
    let params = &c.params;
    let mut filter = IssueFilter {
        state: match params.word("state", &["opened", "closed", "all"])? {
            Some("opened") => StateFilter::Opened,
            Some("closed") => StateFilter::Closed,
            _ => StateFilter::All,
        },
        order: match params.word("order_by", &ORDERS)? {
            Some("updated_at") => IssueOrder::UpdatedAt,
            Some("due_date") => IssueOrder::DueDate,
            Some("title") => IssueOrder::Title,
            _ => IssueOrder::CreatedAt,
        },
        ascending: params.word("sort", &["asc", "desc"])? == Some("asc"),
        confidential: params.boolean("confidential")?,
        iids: params
            .numbers("iids")?
            .unwrap_or_default()
            .into_iter()
            .collect(),
        search: params.text("search").filter(|text| !text.is_empty()),
        created_after: params.time("created_after")?,
        created_before: params.time("created_before")?,
        updated_after: params.time("updated_after")?,
        updated_before: params.time("updated_before")?,
        ..IssueFilter::default()
    };
    let words = IssueKind::ALL.map(IssueKind::as_str);
    filter.kinds = params
        .word("issue_type", &words)?
        .and_then(IssueKind::parse)
        .into_iter()
        .collect();
    if let Some(fields) = params.list("in") {
        filter.not_in_title = !fields.iter().any(|field| field == "title");
        filter.not_in_description = !fields.iter().any(|field| field == "description");
    }
    let labels = params.list("labels").unwrap_or_default();
    let says = |word: &str| labels.iter().any(|label| label.eq_ignore_ascii_case(word));
    if says("none") {
        filter.any_label = Some(false);
    } else if says("any") {
        filter.any_label = Some(true);
    } else {
        filter.labels = labels
            .into_iter()
            .filter(|label| !label.is_empty())
            .collect();
    }
    people(c, &mut filter)?;
    filter.milestone = match params
        .text("milestone")
        .or_else(|| params.text("milestone_id"))
    {
        None => None,
        Some(title) if title.eq_ignore_ascii_case("none") => Some(AnyOrNone::None),
        Some(title) if title.eq_ignore_ascii_case("any") => Some(AnyOrNone::Any),
        Some(title) => Some(AnyOrNone::Is(title)),
    };
    let not = params.below("not");
    filter.not_labels = not.list("labels").unwrap_or_default();
    filter.not_milestones = not.text("milestone").into_iter().collect();
    filter.not_authors = not.number("author_id")?.into_iter().collect();
    filter.not_assignees = not.number("assignee_id")?.into_iter().collect();
    let user_id = |name: &str| c.state.user_by_name(name).map(|user| user.id);
    filter
        .not_authors
        .extend(not.text("author_username").and_then(|name| user_id(&name)));
    let names = not.list("assignee_username").unwrap_or_default();
    filter
        .not_assignees
        .extend(names.iter().filter_map(|name| user_id(name)));
    Ok(filter)
}

/// Author, assignee and scope.
fn people(c: &Context<'_>, filter: &mut IssueFilter) -> Result<(), Response> {
    let params = &c.params;
    let user_id = |name: &str| c.state.user_by_name(name).map_or(0, |user| user.id);
    filter.authors = match (params.number("author_id")?, params.text("author_username")) {
        (Some(id), _) => Some(vec![id]),
        (None, Some(name)) => Some(vec![user_id(&name)]),
        (None, None) => None,
    };
    let names = params.list("assignee_username").unwrap_or_default();
    if names.len() > 1 {
        let text = format!(
            "assignee_username allows one value, but found {}: {}",
            names.len(),
            names.join(", ")
        );
        return Err(Response::error(400, &text));
    }
    filter.assignee = match params.text("assignee_id") {
        Some(word) if word.eq_ignore_ascii_case("none") => Some(AnyOrNone::None),
        Some(word) if word.eq_ignore_ascii_case("any") => Some(AnyOrNone::Any),
        Some(_) => params.number("assignee_id")?.map(AnyOrNone::Is),
        None => names.first().map(|name| AnyOrNone::Is(user_id(name))),
    };
    let scopes = [
        "created_by_me",
        "created-by-me",
        "assigned_to_me",
        "assigned-to-me",
        "all",
    ];
    let me = c.actor.user.unwrap_or_default();
    match params.word("scope", &scopes)? {
        Some("created_by_me" | "created-by-me") => filter.authors = Some(vec![me]),
        Some("assigned_to_me" | "assigned-to-me") => filter.assignee = Some(AnyOrNone::Is(me)),
        _ => {}
    }
    Ok(())
}

/// A point in time; a date alone is its beginning. Anything else is refused.
fn kind(params: &Params) -> Result<Option<IssueKind>, Response> {
    let words = IssueKind::ALL.map(IssueKind::as_str);
    Ok(params
        .word("issue_type", &words)?
        .and_then(IssueKind::parse))
}

/// The single form wins where both are there (facts §1.4).
fn assignees(params: &Params) -> Result<Option<Vec<u64>>, Response> {
    if params.has("assignee_id") {
        return Ok(Some(params.number("assignee_id")?.into_iter().collect()));
    }
    params.numbers("assignee_ids")
}

/// What is to be created.
pub(super) fn new_issue(c: &Context<'_>) -> Result<NewIssue, Response> {
    let params = &c.params;
    if !params.has("title") {
        return Err(Response::error(400, "title is missing"));
    }
    let mut labels = params.list("labels").unwrap_or_default();
    labels.extend(params.list("add_labels").unwrap_or_default());
    Ok(NewIssue {
        title: params.text("title").unwrap_or_default(),
        description: params.text("description"),
        kind: kind(params)?.unwrap_or_default(),
        labels,
        label_ids: Vec::new(),
        assignees: assignees(params)?.unwrap_or_default(),
        milestone: params.number("milestone_id")?,
        start_date: None,
        due_date: params.text("due_date").as_deref().and_then(parse_date),
        confidential: params.boolean("confidential")?.unwrap_or_default(),
        discussion_locked: params.boolean("discussion_locked")?,
        weight: params.number("weight")?,
        iid: params.number("iid")?,
        created_at: params.time("created_at")?,
    })
}

/// What is to change.
pub(super) fn change(c: &Context<'_>) -> Result<IssueChange, Response> {
    let params = &c.params;
    let accepted = CHANGES.iter().chain(&["issue_type", "weight", "epic_id"]);
    if !accepted.clone().any(|name| params.has(name)) {
        let names = CHANGES.join(", ");
        let text =
            format!("{names}, issue_type are missing, at least one parameter must be provided");
        return Err(Response::error(400, &text));
    }
    let milestone = if params.has("milestone_id") {
        Some(params.number("milestone_id")?.filter(|id| *id != 0))
    } else {
        None
    };
    let state = match params.word("state_event", &["reopen", "close"])? {
        Some("close") => Some(IssueState::Closed),
        Some(_) => Some(IssueState::Opened),
        None => None,
    };
    let due = || params.text("due_date").as_deref().and_then(parse_date);
    Ok(IssueChange {
        title: params
            .has("title")
            .then(|| params.text("title").unwrap_or_default()),
        description: params
            .has("description")
            .then(|| params.text("description")),
        kind: kind(params)?,
        labels: params.list("labels"),
        add_labels: params.list("add_labels").unwrap_or_default(),
        remove_labels: params.list("remove_labels").unwrap_or_default(),
        assignees: assignees(params)?,
        milestone,
        due_date: params.has("due_date").then(due),
        confidential: params.boolean("confidential")?,
        discussion_locked: params.boolean("discussion_locked")?,
        weight: match params.0.get("weight") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(_) => Some(params.number("weight")?),
        },
        state,
        updated_at: params.time("updated_at")?,
        ..IssueChange::default()
    })
}
