//! Relations of issues.

use serde_json::{Value, json};

use super::entity::{merge, time};
use super::issue_entity::{View, basic, listed};
use super::{Answer, Context, find_issue, find_project};
use crate::sandbox::Response;
use crate::sandbox::state::{Link, LinkKind, Namespace, Refusal, State, Tier};

fn view<'a>(c: &'a Context<'_>, project: u64) -> View<'a> {
    let from = Some(Namespace::Project(project));
    View {
        actor: &c.actor,
        from,
        label_details: false,
        now: c.now,
    }
}

/// All of them on one page, by id; those whose other end cannot be read are left out (facts §3.1).
pub(super) fn list(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    let readable = c
        .state
        .links_of(id)
        .filter(|(_, other)| c.state.can_read_issue(&c.actor, other));
    let rows: Vec<Value> = readable
        .map(|(link, other)| {
            let mut row = listed(c.state, other, view(c, project));
            let at = time(link.created_at);
            merge(
                &mut row,
                json!({
                    "issue_link_id": link.id, "link_type": link.word_from(id),
                    "link_created_at": at, "link_updated_at": at,
                }),
            );
            row
        })
        .collect();
    Ok(Response::json(200, &Value::Array(rows)))
}

fn shown(state: &State, link: &Link, view: View<'_>) -> Value {
    let end = |id| state.issues.get(&id).map(|issue| basic(state, issue, view));
    json!({
        "id": link.id, "source_issue": end(link.source), "target_issue": end(link.target),
        "link_type": link.word_from(link.source),
    })
}

/// The link of an id that is one of the issue's, both ends readable.
fn find_link(c: &Context<'_>, issue: u64, link: &str) -> Result<Link, Response> {
    let id: u64 = link
        .parse()
        .map_err(|_| Response::error(400, "issue_link_id is invalid"))?;
    let found = c.state.links_of(issue).find(|(link, _)| link.id == id);
    let (link, _) = found
        .filter(|(_, other)| c.state.can_read_issue(&c.actor, other))
        .ok_or_else(Refusal::not_found)?;
    Ok(link.clone())
}

pub(super) fn show(c: &mut Context<'_>, project: u64, iid: &str, link: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    let link = find_link(c, id, link)?;
    Ok(Response::json(
        200,
        &shown(c.state, &link, view(c, project)),
    ))
}

/// Free takes `relates_to` only: the Community Edition knows no other word, the Enterprise Edition asks for a licence.
pub(super) fn create(c: &mut Context<'_>, project: u64, iid: &str) -> Answer {
    for name in ["target_project_id", "target_issue_iid"] {
        if c.params.text(name).is_none() {
            return Err(Response::error(400, &format!("{name} is missing")));
        }
    }
    let more = c.state.settings.enterprise || c.state.settings.tier == Tier::Premium;
    let words: &[&str] = if more {
        &["relates_to", "blocks", "is_blocked_by"]
    } else {
        &["relates_to"]
    };
    let word = c.params.word("link_type", words)?.unwrap_or("relates_to");
    let source = find_issue(c, project, iid)?;
    let target_project = c.params.text("target_project_id").unwrap_or_default();
    let target_project = find_project(c, &target_project)?;
    let target_iid = c.params.text("target_issue_iid").unwrap_or_default();
    let target = find_issue(c, target_project, &target_iid)?;
    if word != "relates_to" && c.state.settings.tier == Tier::Free {
        let text = "Blocked issues not available for current license";
        return Err(Refusal::Forbidden(text.to_owned()).into());
    }
    let (from, to, kind) = match word {
        "blocks" => (source, target, LinkKind::Blocks),
        // Stored the other way round, and answered so (facts §3.1).
        "is_blocked_by" => (target, source, LinkKind::Blocks),
        _ => (source, target, LinkKind::RelatesTo),
    };
    let id = c.state.add_link(&c.actor, from, to, kind, c.now)?;
    let link = c.state.links.get(&id).ok_or(Refusal::Internal)?;
    Ok(Response::json(201, &shown(c.state, link, view(c, project))))
}

pub(super) fn delete(c: &mut Context<'_>, project: u64, iid: &str, link: &str) -> Answer {
    let id = find_issue(c, project, iid)?;
    let link = find_link(c, id, link)?;
    let link = c.state.remove_link(&c.actor, link.id, c.now)?;
    Ok(Response::json(
        200,
        &shown(c.state, &link, view(c, project)),
    ))
}
