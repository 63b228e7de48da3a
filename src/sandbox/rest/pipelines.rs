//! Pipelines: those in which the jobs run whose tokens the world has.

use serde_json::json;

use super::entity::time;
use super::paging::paged;
use super::{Answer, Context};
use crate::sandbox::state::Token;

/// The newest first; all of them run, for an empty repository (recorded: flow/pipelines).
pub(super) fn list(c: &mut Context<'_>, id: u64) -> Answer {
    let mut jobs: Vec<&Token> = c.state.tokens.values().collect();
    jobs.retain(|token| token.job_of.is_some());
    jobs.sort_by_key(|token| token.id);
    let numbered = (1_u64..).zip(jobs);
    let mine = numbered.filter(|(_, token)| token.job_of == Some(id));
    let mut rows: Vec<(u64, u64, &Token)> = (1_u64..)
        .zip(mine)
        .map(|(iid, (id, token))| (id, iid, token))
        .collect();
    if c.params.word("sort", &["asc", "desc"])? != Some("asc") {
        rows.reverse();
    }
    let path = c.state.projects.get(&id).map_or("", |one| &one.path);
    let defaults = [
        ("id", id.to_string()),
        ("order_by", "id".to_owned()),
        ("sort", "desc".to_owned()),
    ];
    paged(c, &rows, &defaults, |(number, iid, token)| {
        json!({
            "id": number, "iid": iid, "project_id": id, "sha": "a".repeat(40), "ref": "main",
            "status": "running", "source": "push", "created_at": time(token.created_at),
            "updated_at": time(token.created_at),
            "web_url": format!("{}/{path}/-/pipelines/{number}", c.state.base_url), "name": null,
        })
    })
}
