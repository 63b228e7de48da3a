//! Issues: lists, one, create, update, delete, move, clone, time.

use std::collections::BTreeSet;

use serde_json::json;

use super::entity::user;
use super::issue_entity::{View, listed, single};
use super::paging::{keyset, paged};
use super::{
    Answer, Context, check_unmodified, duration, duration_parameter, find_issue, issue_params,
};
use crate::sandbox::Response;
use crate::sandbox::state::{Issue, IssueFilter, IssueOrder, Namespace, Refusal, StateFilter};

fn view<'a>(c: &'a Context<'_>, from: Option<Namespace>, label_details: bool) -> View<'a> {
    View {
        actor: &c.actor,
        from,
        label_details,
        now: c.now,
    }
}

/// The issues of a project or group. A group ignores keyset paging (recorded: lists/group-keyset).
pub(super) fn list(c: &mut Context<'_>, within: Namespace) -> Answer {
    let mut filter = issue_params::filter(c)?;
    filter.within = Some(within);
    let of_project = matches!(within, Namespace::Project(_));
    answer(c, &filter, Some(within), of_project)
}

/// All issues: those created by whoever asks, unless a scope is named (recorded: lists/default-scope).
pub(super) fn list_all(c: &mut Context<'_>) -> Answer {
    let mut filter = issue_params::filter(c)?;
    if !c.params.has("scope") {
        let user = c.actor.user.ok_or(Refusal::Unauthorized)?;
        filter.authors = Some(vec![user]);
    }
    answer(c, &filter, None, false)
}

fn answer(
    c: &mut Context<'_>,
    filter: &IssueFilter,
    within: Option<Namespace>,
    with_keyset: bool,
) -> Answer {
    count_search(c, filter)?;
    let details = c.params.boolean("with_labels_details")?.unwrap_or_default();
    let view = view(c, within, details);
    let found = c.state.find_issues(&c.actor, filter);
    let rows: Vec<&Issue> = found
        .iter()
        .filter_map(|id| c.state.issues.get(id))
        .collect();
    let mut defaults = vec![
        ("order_by", "created_at".to_owned()),
        ("sort", "desc".to_owned()),
        ("state", "all".to_owned()),
        ("with_labels_details", "false".to_owned()),
    ];
    match within {
        Some(Namespace::Project(_)) => {}
        Some(Namespace::Group(_)) => defaults.push(("non_archived", "true".to_owned())),
        None => {
            defaults.push(("non_archived", "true".to_owned()));
            defaults.push(("scope", "created_by_me".to_owned()));
        }
    }
    if within.is_some() {
        let id = c
            .request
            .path()
            .split('/')
            .nth(4)
            .unwrap_or_default()
            .to_owned();
        defaults.push(("id", id));
    }
    let show = |issue: &&Issue| listed(c.state, issue, view);
    let asks_keyset = c.params.text("pagination").as_deref() == Some("keyset");
    let ordered = matches!(
        c.params.text("order_by").as_deref(),
        None | Some("created_at" | "updated_at" | "due_date" | "title")
    );
    if with_keyset && asks_keyset && ordered {
        let key = |issue: &&Issue| (order_key(issue, filter.order), issue.id);
        return keyset(c, &rows, &defaults, (key, filter.ascending), show);
    }
    paged(c, &rows, &defaults, show)
}

/// What an issue is ordered by, as a text that sorts alike.
fn order_key(issue: &Issue, order: IssueOrder) -> String {
    match order {
        IssueOrder::CreatedAt => format!("{:020}", issue.created_at.as_microsecond()),
        IssueOrder::UpdatedAt => format!("{:020}", issue.updated_at.as_microsecond()),
        IssueOrder::DueDate => issue
            .due_date
            .map_or_else(String::new, |day| day.to_string()),
        IssueOrder::Title => issue.title.to_lowercase(),
        IssueOrder::Id => format!("{:020}", issue.id),
    }
}

/// Searching has a limit of its own (facts §8.1).
fn count_search(c: &mut Context<'_>, filter: &IssueFilter) -> Result<(), Response> {
    let limit = c.state.settings.limits.search_rate_limit;
    if filter.search.is_none() || limit == 0 {
        return Ok(());
    }
    let key = format!("search:{}", c.actor.user.unwrap_or_default());
    if c.state.windows.count(key, 60, c.now).observed > limit {
        return Err(Refusal::RateLimited { retry_after: true }.into());
    }
    Ok(())
}

fn shown(c: &Context<'_>, status: u16, id: u64, project: u64) -> Answer {
    let issue = c.state.issues.get(&id).ok_or_else(Refusal::not_found)?;
    let view = view(c, Some(Namespace::Project(project)), false);
    Ok(Response::json(status, &single(c.state, issue, view)))
}

pub(super) fn show(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    shown(c, 200, id, project)
}

pub(super) fn create(c: &mut Context<'_>, project: u64) -> Answer {
    let new = issue_params::new_issue(c)?;
    let id = c.state.create_issue(&c.actor, project, new, c.now)?;
    shown(c, 201, id, project)
}

pub(super) fn update(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let change = issue_params::change(c)?;
    let id = find_issue(c, project, iid)?;
    c.state.update_issue(&c.actor, id, change, c.now)?;
    shown(c, 200, id, project)
}

pub(super) fn delete(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    let issue = c.state.issues.get(&id).ok_or_else(Refusal::not_found)?;
    check_unmodified(c, issue.updated_at)?;
    c.state.delete_issue(&c.actor, id)?;
    Ok(Response::empty(204))
}

fn target_project(c: &Context<'_>) -> Result<u64, Response> {
    let target = c.params.text("to_project_id");
    let target = target.ok_or_else(|| Response::error(400, "to_project_id is missing"))?;
    super::find_project(c, &target)
}

pub(super) fn move_to(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let to = target_project(c)?;
    let id = find_issue(c, project, iid)?;
    let copy = c.state.move_issue(&c.actor, id, to, c.now)?;
    shown(c, 201, copy, project)
}

pub(super) fn clone_to(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let to = target_project(c)?;
    let id = find_issue(c, project, iid)?;
    let copy = c.state.clone_issue(&c.actor, id, to, c.now)?;
    // A clone is shown from its own project, a move from the old one (recorded: update/clone, move).
    shown(c, 201, copy, to)
}

pub(super) fn subscribe(c: &mut Context<'_>, project: u64, iid: &str, on: bool) -> Answer {
    let id = find_issue(c, project, iid)?;
    let user = c.actor.user.ok_or(Refusal::Unauthorized)?;
    let issue = c.state.issues.get_mut(&id).ok_or_else(Refusal::not_found)?;
    let changed = if on {
        issue.subscribers.insert(user)
    } else {
        issue.subscribers.remove(&user)
    };
    if changed {
        shown(c, 201, id, project)
    } else {
        Ok(Response::empty(304))
    }
}

pub(super) fn add_spent_time(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let seconds = duration_parameter(c)?;
    let id = find_issue(c, project, iid)?;
    c.state.add_spent_time(&c.actor, id, seconds, c.now)?;
    time_of(c, 201, id)
}

/// Sets the estimate, or forgets it or the time spent.
pub(super) fn set_time(c: &mut Context<'_>, project: u64, iid: &str, verb: &str) -> Answer {
    let seconds = if verb == "time_estimate" {
        duration_parameter(c)?
    } else {
        0
    };
    let id = find_issue(c, project, iid)?;
    if !c.state.can_set_metadata(&c.actor, project) {
        return Err(Refusal::forbidden().into());
    }
    let issue = c.state.issues.get_mut(&id).ok_or_else(Refusal::not_found)?;
    if verb == "reset_spent_time" {
        issue.time_spent = 0;
    } else {
        issue.time_estimate = seconds;
    }
    time_of(c, 200, id)
}

/// Author, assignees, and who commented.
pub(super) fn participants(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    let issue = c.state.issues.get(&id).ok_or_else(Refusal::not_found)?;
    let mut people: BTreeSet<u64> = issue.assignees.iter().copied().collect();
    people.insert(issue.author);
    let notes = issue.notes.iter().filter_map(|id| c.state.notes.get(id));
    people.extend(notes.filter(|note| !note.system).map(|note| note.author));
    let rows: Vec<u64> = people.into_iter().collect();
    paged(c, &rows, &[("id", project.to_string())], |id| {
        user(c.state, Some(*id))
    })
}

pub(super) fn time_stats(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    time_of(c, 200, id)
}

fn time_of(c: &Context<'_>, status: u16, id: u64) -> Answer {
    let issue = c.state.issues.get(&id).ok_or_else(Refusal::not_found)?;
    Ok(Response::json(
        status,
        &duration(issue.time_estimate, issue.time_spent),
    ))
}

/// What the sandbox has none of: merge requests that speak of an issue, which need a repository (recorded: flow), and
/// reactions.
pub(super) fn nothing(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    find_issue(c, project, iid)?;
    let defaults = [("id", project.to_string()), ("issue_iid", iid.to_owned())];
    paged::<()>(c, &[], &defaults, |()| json!(null))
}

pub(super) fn statistics(c: &mut Context<'_>, project: u64) -> Answer {
    let mut filter = issue_params::filter(c)?;
    filter.within = Some(Namespace::Project(project));
    let mut count = |state| {
        filter.state = state;
        c.state.find_issues(&c.actor, &filter).len()
    };
    let counts = json!({
        "all": count(StateFilter::All), "closed": count(StateFilter::Closed),
        "opened": count(StateFilter::Opened),
    });
    Ok(Response::json(
        200,
        &json!({ "statistics": { "counts": counts } }),
    ))
}
