//! Merge requests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::entity::{label_basic, merge, merge_request};
use super::paging::paged;
use super::{Answer, Context, is_within};
use crate::sandbox::Response;
use crate::sandbox::state::{MergeRequest, Refusal};

/// What GitLab adds to the links of a list of merge requests.
const DEFAULTS: [(&str, &str); 5] = [
    ("order_by", "created_at"),
    ("sort", "desc"),
    ("state", "all"),
    ("with_labels_details", "false"),
    ("with_merge_status_recheck", "false"),
];

/// The merge requests of a project, by parameters (recorded: flow/merge-requests, flow/merge-requests-open; only lists of one
/// that is open and of none were).
pub(super) fn list(c: &mut Context<'_>, id: u64) -> Answer {
    let rows = c.state.merge_requests.values();
    let rows = rows.filter(|one| one.project == id).collect();
    shown(c, rows, vec![("id", id.to_string())])
}

/// The merge requests that a deployment brought, by the same parameters (`lib/api/deployments.rb`; not recorded).
pub(super) fn of_deployment(c: &mut Context<'_>, id: u64, deployment: u64) -> Answer {
    let found = c.state.deployments.get(&deployment);
    let found = found.filter(|one| one.project == id);
    // Assumed: a deployment that is not there brought nothing, as for a finder that narrows by its number.
    let brought: BTreeSet<u64> = found
        .map(|one| one.merge_requests.iter().copied().collect())
        .unwrap_or_default();
    let rows = c.state.merge_requests.values();
    let rows = rows.filter(|one| brought.contains(&one.id)).collect();
    let defaults = vec![
        ("deployment_id", deployment.to_string()),
        ("id", id.to_string()),
    ];
    shown(c, rows, defaults)
}

/// Those of some merge requests that the parameters ask for, in the order that they ask for.
fn shown(
    c: &Context<'_>,
    mut rows: Vec<&MergeRequest>,
    mut defaults: Vec<(&'static str, String)>,
) -> Answer {
    let states = ["opened", "closed", "locked", "merged", "all"];
    let state = c
        .params
        .word("state", &states)?
        .filter(|state| *state != "all");
    let iids = c.params.numbers("iids")?.unwrap_or_default();
    let (source, target) = (
        c.params.text("source_branch"),
        c.params.text("target_branch"),
    );
    let labels = c.params.list("labels").unwrap_or_default();
    let names = |one: &MergeRequest| -> Vec<&str> {
        let labels = one.labels.iter().filter_map(|id| c.state.labels.get(id));
        labels.map(|label| label.name.as_str()).collect()
    };
    let between = |name: &str| -> Result<_, Response> {
        Ok((
            c.params.time(&format!("{name}_after"))?,
            c.params.time(&format!("{name}_before"))?,
        ))
    };
    let (created, updated, merged) = (between("created")?, between("updated")?, between("merged")?);
    rows.retain(|one| {
        state.is_none_or(|state| one.state == state)
            && (iids.is_empty() || iids.contains(&one.iid))
            && source
                .as_ref()
                .is_none_or(|name| one.source_branch == *name)
            && target
                .as_ref()
                .is_none_or(|name| one.target_branch == *name)
            && labels
                .iter()
                .all(|label| names(one).contains(&label.as_str()))
            && is_within(Some(one.created_at), created)
            && is_within(Some(one.updated_at), updated)
            && is_within(one.merged_at, merged)
    });
    let order = [
        "created_at",
        "updated_at",
        "merged_at",
        "title",
        "label_priority",
        "milestone_due",
        "popularity",
        "priority",
    ];
    match c.params.word("order_by", &order)? {
        Some("updated_at") => rows.sort_by_key(|one| (one.updated_at, one.id)),
        Some("merged_at") => rows.sort_by_key(|one| (one.merged_at, one.id)),
        Some("title") => rows.sort_by_key(|one| (one.title.to_lowercase(), one.id)),
        _ => rows.sort_by_key(|one| (one.created_at, one.id)),
    }
    if c.params.word("sort", &["asc", "desc"])? != Some("asc") {
        rows.reverse();
    }
    let details = c.params.boolean("with_labels_details")?.unwrap_or_default();
    defaults.extend(DEFAULTS.map(|(name, value)| (name, value.to_owned())));
    paged(c, &rows, &defaults, |one| {
        let mut value = merge_request(c.state, one, &c.actor);
        if one.state == "opened" {
            let unchecked =
                json!({ "merge_status": "unchecked", "detailed_merge_status": "unchecked" });
            merge(&mut value, unchecked);
        }
        if details {
            let labels = one.labels.iter().filter_map(|id| c.state.labels.get(id));
            let labels: Vec<Value> = labels.map(label_basic).collect();
            merge(&mut value, json!({ "labels": labels }));
        }
        value
    })
}

/// The merge requests that brought a commit (facts §7b.2). The recordings have no repository: assumed is that they are shown
/// as in other lists, and that a commit that nobody knows is 404.
pub(super) fn of_commit(c: &mut Context<'_>, id: u64, commit: &str) -> Answer {
    let rows = c.state.merge_requests_of_commit(id, commit);
    if rows.is_empty() {
        return Err(Refusal::missing("Commit").into());
    }
    let defaults = [("id", id.to_string()), ("sha", commit.to_owned())];
    paged(c, &rows, &defaults, |one| {
        merge_request(c.state, one, &c.actor)
    })
}

pub(super) fn show(c: &mut Context<'_>, id: u64, iid: &str) -> Answer {
    let iid = iid
        .parse()
        .map_err(|_| Response::error(400, "merge_request_iid is invalid"))?;
    let found = c
        .state
        .merge_request_by_iid(id, iid)
        .ok_or_else(Refusal::not_found)?;
    Ok(Response::json(
        200,
        &merge_request(c.state, found, &c.actor),
    ))
}
