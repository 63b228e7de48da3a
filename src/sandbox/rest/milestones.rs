//! Milestones of projects and groups.

use super::entity::milestone;
use super::issue_entity::{View, listed};
use super::paging::paged;
use super::{Answer, Context, no_route, verbs};
use crate::sandbox::Response;
use crate::sandbox::date::parse_date;
use crate::sandbox::state::{Issue, Milestone, MilestoneChange, Namespace, NewMilestone, Refusal};

pub(super) fn route(c: &mut Context<'_>, owner: Namespace, rest: &[&str]) -> Answer {
    match rest {
        [] => verbs(
            c,
            &[
                ("GET", &|c| list(c, owner)),
                ("POST", &|c| create(c, owner)),
            ],
        ),
        [id] => verbs(
            c,
            &[
                ("GET", &|c| show(c, owner, id)),
                ("PUT", &|c| update(c, owner, id)),
                ("DELETE", &|c| delete(c, owner, id)),
            ],
        ),
        [id, "issues"] => verbs(c, &[("GET", &|c| issues(c, owner, id))]),
        _ => Err(no_route()),
    }
}

/// The issues of a milestone that may be read.
fn issues(c: &mut Context<'_>, owner: Namespace, id: &str) -> Answer {
    let id = find(c, owner, id)?;
    let view = View {
        actor: &c.actor,
        from: Some(owner),
        label_details: false,
        now: c.now,
    };
    let rows: Vec<&Issue> = c
        .state
        .issues
        .values()
        .filter(|issue| issue.milestone == Some(id) && c.state.can_read_issue(&c.actor, issue))
        .collect();
    let defaults = [("milestone_id", id.to_string())];
    paged(c, &rows, &defaults, |issue| listed(c.state, issue, view))
}

fn list(c: &mut Context<'_>, owner: Namespace) -> Answer {
    let with_ancestors = match c.params.boolean("include_ancestors")? {
        Some(with) => with,
        None => c
            .params
            .boolean("include_parent_milestones")?
            .unwrap_or_default(),
    };
    let closed = match c.params.word("state", &["active", "closed", "all"])? {
        Some("active") => Some(false),
        Some("closed") => Some(true),
        _ => None,
    };
    let title = c.params.text("title");
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let iids = c.params.numbers("iids")?.unwrap_or_default();
    let found = c.state.milestones_of(owner, with_ancestors);
    let mut rows: Vec<&Milestone> = found
        .iter()
        .filter_map(|id| c.state.milestones.get(id))
        .collect();
    rows.retain(|one| {
        closed.is_none_or(|closed| one.closed == closed)
            && title.as_ref().is_none_or(|title| one.title == *title)
            && one.title.to_lowercase().contains(&search)
            && (iids.is_empty() || iids.contains(&one.iid))
    });
    let id = c
        .request
        .path()
        .split('/')
        .nth(4)
        .unwrap_or_default()
        .to_owned();
    let defaults = [
        ("id", id),
        ("include_ancestors", "false".to_owned()),
        ("state", "all".to_owned()),
    ];
    paged(c, &rows, &defaults, |one| milestone(c.state, one, c.now))
}

fn find(c: &Context<'_>, owner: Namespace, id: &str) -> Result<u64, Response> {
    let id: u64 = id
        .parse()
        .map_err(|_| Response::error(400, "milestone_id is invalid"))?;
    let found = c.state.milestones.get(&id).filter(|one| one.owner == owner);
    Ok(found.ok_or_else(|| Refusal::missing("Milestone"))?.id)
}

fn shown(c: &Context<'_>, status: u16, id: u64) -> Answer {
    let one = c.state.milestones.get(&id).ok_or(Refusal::Internal)?;
    Ok(Response::json(status, &milestone(c.state, one, c.now)))
}

fn show(c: &mut Context<'_>, owner: Namespace, id: &str) -> Answer {
    let id = find(c, owner, id)?;
    shown(c, 200, id)
}

/// An invalid milestone is told as a Ruby hash inside of a string (recorded: milestones/dup).
fn as_ruby(verb: &str, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Invalid(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(field, texts)| format!(":{field}=>{texts:?}"))
                .collect();
            let text = format!("Failed to {verb} milestone {{{}}}", fields.join(", "));
            Response::message(400, text)
        }
        other => other.into(),
    }
}

fn create(c: &mut Context<'_>, owner: Namespace) -> Answer {
    if !c.params.has("title") {
        return Err(Response::error(400, "title is missing"));
    }
    let date = |name| c.params.text(name).as_deref().and_then(parse_date);
    let new = NewMilestone {
        title: c.params.text("title").unwrap_or_default(),
        description: c.params.text("description"),
        start_date: date("start_date"),
        due_date: date("due_date"),
    };
    let made = c.state.create_milestone(&c.actor, owner, &new, c.now);
    let id = made.map_err(|refusal| as_ruby("create", refusal))?;
    shown(c, 201, id)
}

fn update(c: &mut Context<'_>, owner: Namespace, id: &str) -> Answer {
    let names = [
        "title",
        "description",
        "start_date",
        "due_date",
        "state_event",
    ];
    if !names.iter().any(|name| c.params.has(name)) {
        let text = format!(
            "{} are missing, at least one parameter must be provided",
            names.join(", ")
        );
        return Err(Response::error(400, &text));
    }
    let id = find(c, owner, id)?;
    let date = |name: &str| {
        c.params
            .has(name)
            .then(|| c.params.text(name).as_deref().and_then(parse_date))
    };
    let change = MilestoneChange {
        title: c.params.text("title"),
        description: c
            .params
            .has("description")
            .then(|| c.params.text("description")),
        start_date: date("start_date"),
        due_date: date("due_date"),
        closed: c
            .params
            .word("state_event", &["close", "activate"])?
            .map(|word| word == "close"),
    };
    let done = c.state.update_milestone(&c.actor, id, &change, c.now);
    done.map_err(|refusal| as_ruby("update", refusal))?;
    shown(c, 200, id)
}

fn delete(c: &mut Context<'_>, owner: Namespace, id: &str) -> Answer {
    let id = find(c, owner, id)?;
    c.state.delete_milestone(&c.actor, id)?;
    Ok(Response::empty(204))
}
