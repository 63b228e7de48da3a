//! Environments and deployments (recorded: flow/environment, flow/deployment, flow/deployments; what a deployment that is there
//! looks like is not: `lib/api/entities/deployment.rb`).

use serde_json::{Value, json};

use super::entity::{project, time, user};
use super::paging::paged;
use super::{Answer, Context, is_within, merge_requests, no_route, verbs};
use crate::sandbox::Response;
use crate::sandbox::state::{Deployment, DeploymentStatus, Environment, NewDeployment, Refusal};

/// The fields of a project that an environment shows.
const OF_PROJECT: [&str; 20] = [
    "id",
    "description",
    "name",
    "name_with_namespace",
    "path",
    "path_with_namespace",
    "created_at",
    "default_branch",
    "tag_list",
    "topics",
    "ssh_url_to_repo",
    "http_url_to_repo",
    "web_url",
    "readme_url",
    "forks_count",
    "avatar_url",
    "star_count",
    "last_activity_at",
    "visibility",
    "namespace",
];

/// What `order_by` of deployments may be (`app/finders/deployments_finder.rb`).
const ORDERS: [&str; 6] = [
    "id",
    "iid",
    "created_at",
    "updated_at",
    "ref",
    "finished_at",
];

/// What `status` of a list may be; nothing here is created, skipped or blocked.
const STATUSES: [&str; 7] = [
    "created", "running", "success", "failed", "canceled", "skipped", "blocked",
];

pub(super) fn route(c: &mut Context<'_>, p: u64, kind: &str, rest: &[&str]) -> Answer {
    let reads = matches!(c.request.method.as_str(), "GET" | "HEAD");
    if reads && !c.state.can_read_deployments(&c.actor, p) {
        return Err(Refusal::forbidden().into());
    }
    match (kind, rest) {
        ("environments", []) => verbs(
            c,
            &[
                ("GET", &|c| list_environments(c, p)),
                ("POST", &|c| create_environment(c, p)),
            ],
        ),
        ("environments", [id]) => verbs(c, &[("GET", &|c| show_environment(c, p, id))]),
        ("deployments", []) => verbs(c, &[("GET", &|c| list(c, p)), ("POST", &|c| create(c, p))]),
        ("deployments", [id]) => verbs(
            c,
            &[("GET", &|c| show(c, p, id)), ("PUT", &|c| update(c, p, id))],
        ),
        ("deployments", [id, "merge_requests"]) => verbs(
            c,
            &[("GET", &|c| {
                let id = number(id, "deployment_id")?;
                merge_requests::of_deployment(c, p, id)
            })],
        ),
        _ => Err(no_route()),
    }
}

fn number(text: &str, name: &str) -> Result<u64, Response> {
    let number = text.parse();
    number.map_err(|_| Response::error(400, &format!("{name} is invalid")))
}

fn environment_basic(one: &Environment) -> Value {
    json!({
        "id": one.id, "name": one.name, "slug": slug(&one.name), "external_url": one.external_url,
        "created_at": time(one.created_at), "updated_at": time(one.created_at),
    })
}

/// A name as a part of addresses: at most 24 small letters, digits and dashes. Assumed: GitLab also adds a hash where that
/// changed the name.
fn slug(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().map(plain).take(24).collect()
}

fn environment(c: &Context<'_>, one: &Environment) -> Value {
    let mut value = environment_basic(one);
    let home = c.state.projects.get(&one.project);
    let home = home.map_or(Value::Null, |home| {
        let mut value = project(c.state, home, &c.actor);
        if let Value::Object(fields) = &mut value {
            fields.retain(|name, _| OF_PROJECT.contains(&name.as_str()));
        }
        value
    });
    super::entity::merge(
        &mut value,
        json!({
            "tier": one.tier, "project": home, "state": "available", "auto_stop_at": null,
            "description": null, "auto_stop_setting": "always",
        }),
    );
    value
}

fn list_environments(c: &mut Context<'_>, p: u64) -> Answer {
    let name = c.params.text("name");
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let all = c.state.environments.values();
    let mut rows: Vec<&Environment> = all
        .filter(|one| one.project == p)
        .filter(|one| name.as_ref().is_none_or(|name| one.name == *name))
        .filter(|one| one.name.to_lowercase().contains(&search))
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    paged(c, &rows, &[("id", p.to_string())], |one| {
        environment(c, one)
    })
}

fn show_environment(c: &mut Context<'_>, p: u64, id: &str) -> Answer {
    let id = number(id, "environment_id")?;
    let found = c.state.environments.get(&id).filter(|one| one.project == p);
    let found = found.ok_or_else(Refusal::not_found)?;
    let last = c
        .state
        .deployments
        .values()
        .rev()
        .find(|one| one.environment == id && one.status == DeploymentStatus::Success);
    let mut value = environment(c, found);
    if let Value::Object(fields) = &mut value {
        fields.remove("project");
        let last = last.map(|one| deployment(c, one));
        fields.insert("last_deployment".to_owned(), json!(last));
    }
    Ok(Response::json(200, &value))
}

fn create_environment(c: &mut Context<'_>, p: u64) -> Answer {
    let name = c.params.text("name");
    let name = name.ok_or_else(|| Response::error(400, "name is missing"))?;
    let tiers = ["production", "staging", "testing", "development", "other"];
    let tier = c.params.word("tier", &tiers)?;
    let page = c.params.text("external_url");
    let id = c
        .state
        .create_environment(&c.actor, p, (&name, tier), page, c.now)?;
    let made = c.state.environments.get(&id);
    let made = made.ok_or_else(Refusal::not_found)?;
    Ok(Response::json(201, &environment(c, made)))
}

fn deployment(c: &Context<'_>, one: &Deployment) -> Value {
    let environment = c.state.environments.get(&one.environment);
    json!({
        "id": one.id, "iid": one.iid, "ref": one.git_ref, "sha": one.sha,
        "created_at": time(one.created_at), "updated_at": time(one.updated_at),
        "user": user(c.state, Some(one.user)), "environment": environment.map(environment_basic),
        "deployable": null, "status": one.status.as_str(),
    })
}

/// The deployments of a project. Some pairs of filters and orders are refused, as `app/finders/deployments_finder.rb` does: that
/// the answer is GitLab's usual 400 is assumed.
fn list(c: &mut Context<'_>, p: u64) -> Answer {
    let params = &c.params;
    let order = params.word("order_by", &ORDERS)?.unwrap_or("id");
    let ascending = params.word("sort", &["asc", "desc"])? != Some("desc");
    let status = params.word("status", &STATUSES)?;
    let environment = params.text("environment").filter(|name| !name.is_empty());
    let updated = (
        params.time("updated_after")?,
        params.time("updated_before")?,
    );
    let finished = (
        params.time("finished_after")?,
        params.time("finished_before")?,
    );
    let by_update = updated != (None, None);
    let by_finish = finished != (None, None);
    let refused = if by_update && by_finish {
        Some("Both `updated_at` filter and `finished_at` filter can not be specified")
    } else if by_finish != (order == "finished_at") {
        Some("`finished_at` filter and `finished_at` sorting must be paired")
    } else if by_finish && status != Some("success") {
        Some("`finished_at` filter must be combined with `success` status filter.")
    } else {
        None
    };
    if let Some(reason) = refused {
        let text = format!("400 Bad request - {reason}");
        return Err(Refusal::BadRequest(text).into());
    }
    let names = &c.state.environments;
    let all = c.state.deployments.values();
    let mut rows: Vec<&Deployment> = all
        .filter(|one| one.project == p)
        .filter(|one| status.is_none_or(|status| one.status.as_str() == status))
        .filter(|one| {
            environment.as_ref().is_none_or(|name| {
                let of = names.get(&one.environment);
                of.is_some_and(|of| of.name == *name)
            })
        })
        .filter(|one| is_within(Some(one.updated_at), updated))
        .filter(|one| is_within(one.finished_at, finished))
        .collect();
    match order {
        "updated_at" => rows.sort_by_key(|one| (one.updated_at, one.id)),
        "finished_at" => rows.sort_by_key(|one| (one.finished_at, one.id)),
        "ref" => rows.sort_by(|a, b| (&a.git_ref, a.id).cmp(&(&b.git_ref, b.id))),
        _ => rows.sort_by_key(|one| one.id),
    }
    if !ascending {
        rows.reverse();
    }
    let defaults = [
        ("id", p.to_string()),
        ("order_by", "id".to_owned()),
        ("sort", "asc".to_owned()),
    ];
    paged(c, &rows, &defaults, |one| deployment(c, one))
}

fn found(c: &Context<'_>, p: u64, id: &str) -> Result<u64, Response> {
    let id = number(id, "deployment_id")?;
    let found = c.state.deployments.get(&id).filter(|one| one.project == p);
    Ok(found.ok_or_else(Refusal::not_found)?.id)
}

fn shown(c: &Context<'_>, status: u16, id: u64) -> Answer {
    let one = c
        .state
        .deployments
        .get(&id)
        .ok_or_else(Refusal::not_found)?;
    Ok(Response::json(status, &deployment(c, one)))
}

fn show(c: &mut Context<'_>, p: u64, id: &str) -> Answer {
    let id = found(c, p, id)?;
    shown(c, 200, id)
}

/// The status that a deployment is to have.
fn status(c: &Context<'_>) -> Result<DeploymentStatus, Response> {
    let word = c.params.word("status", &DeploymentStatus::WORDS)?;
    let status = word.and_then(DeploymentStatus::parse);
    status.ok_or_else(|| Response::error(400, "status is missing"))
}

fn create(c: &mut Context<'_>, p: u64) -> Answer {
    let wanted = ["environment", "sha", "ref", "tag", "status"];
    let missing = wanted.iter().filter(|name| !c.params.has(name));
    let missing: Vec<String> = missing.map(|name| format!("{name} is missing")).collect();
    if !missing.is_empty() {
        return Err(Response::error(400, &missing.join(", ")));
    }
    let text = |name| c.params.text(name).unwrap_or_default();
    let new = NewDeployment {
        environment: text("environment"),
        sha: text("sha"),
        git_ref: text("ref"),
        status: status(c)?,
    };
    let id = c.state.create_deployment(&c.actor, p, new, c.now)?;
    shown(c, 201, id)
}

fn update(c: &mut Context<'_>, p: u64, id: &str) -> Answer {
    let status = status(c)?;
    let id = found(c, p, id)?;
    c.state.update_deployment(&c.actor, id, status, c.now)?;
    shown(c, 200, id)
}
