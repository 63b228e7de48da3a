//! `/api/v4`: REST as GitLab answers it. Handlers translate; the rules are the state's.

mod deployments;
mod entity;
mod events;
mod issue_entity;
mod issue_params;
mod issues;
mod labels;
mod links;
mod merge_requests;
mod milestones;
mod notes;
mod paging;
mod people;
mod pipelines;
mod projects;
mod settings;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::request::{Params, Request};
use super::state::{Actor, Issue, Namespace, Refusal, Scope, State};
use super::text::duration_words;
use super::{Response, text::parse_duration};

/// What a handler gives: an answer either way.
type Answer = Result<Response, Response>;

/// One request on its way.
pub(super) struct Context<'a> {
    state: &'a mut State,
    actor: Actor,
    request: &'a Request,
    params: Params,
    now: Timestamp,
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        Self::refusal(&refusal)
    }
}

/// Answers a request below `/api/v4`.
pub(super) fn handle(
    state: &mut State,
    actor: Actor,
    request: &Request,
    params: Params,
    now: Timestamp,
) -> Response {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().skip(2).map(String::as_str).collect();
    let mut context = Context {
        state,
        actor,
        request,
        params,
        now,
    };
    match route(&mut context, &segments) {
        Ok(answer) | Err(answer) => answer,
    }
}

/// Finds the handler of a route and checks who may come at all.
fn route(c: &mut Context<'_>, segments: &[&str]) -> Answer {
    // A job token opens these alone of what is here (facts §6.5; recorded: meta, lists, flow; of the pipeline's own
    // project, the merge requests of a commit and what jobs left: facts of pipelines §7b.2).
    let open_to_jobs = matches!(
        (c.request.method.as_str(), segments),
        (
            "GET" | "HEAD",
            ["projects", _, "issues"]
                | ["projects", _, "issues", _]
                | ["projects", _, "repository", "commits", _, "merge_requests"]
                | ["projects", _, "jobs", "artifacts", ..]
        )
    );
    if c.actor.job_of.is_some() && !open_to_jobs {
        return Err(Refusal::Unauthorized.into());
    }
    match segments {
        ["projects", project, rest @ ..] => in_project(c, project, rest),
        ["groups", group, rest @ ..] => in_group(c, group, rest),
        ["issues"] => verbs(c, &[("GET", &issues::list_all)]),
        ["version" | "metadata"] => verbs(c, &[("GET", &settings::version)]),
        ["user"] => verbs(c, &[("GET", &people::own)]),
        ["users"] => verbs(c, &[("GET", &people::list)]),
        ["users", id] => verbs(c, &[("GET", &|c| people::one(c, id))]),
        ["personal_access_tokens", "self"] => verbs(c, &[("GET", &people::token_self)]),
        ["application", "settings"] => {
            verbs(c, &[("GET", &settings::show), ("PUT", &settings::change)])
        }
        ["projects"] => verbs(c, &[("GET", &projects::list), ("POST", &projects::create)]),
        ["groups"] => verbs(c, &[("GET", &projects::list_groups)]),
        _ => Err(no_route()),
    }
}

type Handler<'h> = &'h dyn Fn(&mut Context<'_>) -> Answer;

/// Runs the handler of the method; what has none is no route, as for GitLab, or 405 where the path is known.
fn verbs(c: &mut Context<'_>, handlers: &[(&str, Handler<'_>)]) -> Answer {
    let method = if c.request.method == "HEAD" {
        "GET"
    } else {
        c.request.method.as_str()
    };
    let Some((_, handler)) = handlers.iter().find(|(known, _)| *known == method) else {
        return Err(Response::error(405, "405 Not Allowed"));
    };
    check_scope(c)?;
    handler(c)
}

fn no_route() -> Response {
    Response::error(404, "404 Not Found")
}

/// Reading needs `read_api` or `api`, everything else `api` (recorded: meta/write-with-read-scope).
fn check_scope(c: &Context<'_>) -> Result<(), Response> {
    if c.actor.user.is_none() || c.actor.job_of.is_some() {
        return Ok(());
    }
    let reads = matches!(c.request.method.as_str(), "GET" | "HEAD");
    let enough = c.actor.scopes.iter().any(|scope| match scope {
        Scope::Api => true,
        Scope::ReadApi => reads,
        Scope::ReadUser => reads && c.request.path().starts_with("/api/v4/user"),
        _ => false,
    });
    if enough {
        return Ok(());
    }
    let refused = Response::refusal(&Refusal::InsufficientScope);
    // The creation of issues is open to more scopes, and says so.
    if c.request.path().ends_with("/issues") {
        let mut body = refused.value();
        body["scope"] = json!("ai_workflows mcp mcp api read_api");
        return Err(Response::json(403, &body));
    }
    Err(refused)
}

fn in_project(c: &mut Context<'_>, id: &str, rest: &[&str]) -> Answer {
    // Who asks is settled before what is asked for is looked up.
    let anonymous_may = matches!(rest, [] | ["issues" | "users", ..] | ["issues_statistics"])
        && matches!(c.request.method.as_str(), "GET" | "HEAD")
        && !matches!(rest, ["issues", _, "links", ..]);
    if c.actor.user.is_none() && !anonymous_may {
        return Err(Refusal::Unauthorized.into());
    }
    if !matches!(c.request.method.as_str(), "GET" | "HEAD") {
        check_scope(c)?;
    }
    let project = find_project(c, id)?;
    let p = project;
    // No recording shows a write to what is archived, and the facts are silent. GitLab's `app/policies/project_policy.rb`
    // takes the rights to create, update and destroy issues, labels, milestones and notes away, which is 403; the right to
    // remove the project itself stays. Assumed: what else is here, like links and members, is refused in the same way.
    let is_archived = c.state.projects.get(&p).is_some_and(|one| one.archived);
    let writes = !matches!(c.request.method.as_str(), "GET" | "HEAD") && !rest.is_empty();
    if is_archived && writes {
        return Err(Refusal::forbidden().into());
    }
    match rest {
        [] => verbs(
            c,
            &[
                ("GET", &|c| projects::show(c, p)),
                ("DELETE", &|c| projects::delete(c, p)),
            ],
        ),
        ["issues"] => verbs(
            c,
            &[
                ("GET", &|c| issues::list(c, Namespace::Project(p))),
                ("POST", &|c| issues::create(c, p)),
            ],
        ),
        ["issues", iid] => verbs(
            c,
            &[
                ("GET", &|c| issues::show(c, p, iid)),
                ("PUT", &|c| issues::update(c, p, iid)),
                ("DELETE", &|c| issues::delete(c, p, iid)),
            ],
        ),
        ["issues", iid, "move"] => verbs(c, &[("POST", &|c| issues::move_to(c, p, iid))]),
        ["issues", iid, "clone"] => verbs(c, &[("POST", &|c| issues::clone_to(c, p, iid))]),
        ["issues", iid, "add_spent_time"] => {
            verbs(c, &[("POST", &|c| issues::add_spent_time(c, p, iid))])
        }
        [
            "issues",
            iid,
            verb @ ("time_estimate" | "reset_time_estimate" | "reset_spent_time"),
        ] => verbs(c, &[("POST", &|c| issues::set_time(c, p, iid, verb))]),
        ["issues", iid, "participants"] => {
            verbs(c, &[("GET", &|c| issues::participants(c, p, iid))])
        }
        ["issues", iid, "award_emoji"] => verbs(c, &[("GET", &|c| issues::nothing(c, p, iid))]),
        [kind @ ("issues" | "merge_requests"), iid, "discussions"] => verbs(
            c,
            &[
                ("GET", &|c| notes::discussions(c, p, kind, iid)),
                ("POST", &|c| notes::discuss(c, p, kind, iid)),
            ],
        ),
        ["issues", iid, "time_stats"] => verbs(c, &[("GET", &|c| issues::time_stats(c, p, iid))]),
        ["issues", iid, "subscribe"] => {
            verbs(c, &[("POST", &|c| issues::subscribe(c, p, iid, true))])
        }
        ["issues", iid, "unsubscribe"] => {
            verbs(c, &[("POST", &|c| issues::subscribe(c, p, iid, false))])
        }
        ["issues", iid, "related_merge_requests" | "closed_by"] => {
            verbs(c, &[("GET", &|c| issues::nothing(c, p, iid))])
        }
        ["issues", iid, "links"] => verbs(
            c,
            &[
                ("GET", &|c| links::list(c, p, iid)),
                ("POST", &|c| links::create(c, p, iid)),
            ],
        ),
        ["issues", iid, "links", link] => verbs(
            c,
            &[
                ("GET", &|c| links::show(c, p, iid, link)),
                ("DELETE", &|c| links::delete(c, p, iid, link)),
            ],
        ),
        ["issues", iid, "resource_label_events"] => {
            verbs(c, &[("GET", &|c| events::labels(c, p, iid))])
        }
        ["issues", iid, "resource_state_events"] => {
            verbs(c, &[("GET", &|c| events::states(c, p, iid))])
        }
        ["issues", iid, "resource_milestone_events"] => {
            verbs(c, &[("GET", &|c| events::milestones(c, p, iid))])
        }
        [kind @ ("issues" | "merge_requests"), iid, "notes"] => verbs(
            c,
            &[
                ("GET", &|c| notes::list(c, p, kind, iid)),
                ("POST", &|c| notes::create(c, p, kind, iid)),
            ],
        ),
        [kind @ ("issues" | "merge_requests"), iid, "notes", note] => verbs(
            c,
            &[
                ("GET", &|c| notes::show(c, p, kind, iid, note)),
                ("PUT", &|c| notes::update(c, p, kind, iid, note)),
                ("DELETE", &|c| notes::delete(c, p, kind, iid, note)),
            ],
        ),
        ["merge_requests"] => verbs(c, &[("GET", &|c| merge_requests::list(c, p))]),
        ["repository", "commits", commit, "merge_requests"] => {
            verbs(c, &[("GET", &|c| merge_requests::of_commit(c, p, commit))])
        }
        ["jobs", "artifacts", rest @ ..] => {
            verbs(c, &[("GET", &|c| projects::artifact(c, p, rest))])
        }
        ["merge_requests", iid] => verbs(c, &[("GET", &|c| merge_requests::show(c, p, iid))]),
        [kind @ ("environments" | "deployments"), rest @ ..] => {
            deployments::route(c, p, kind, rest)
        }
        ["pipelines"] => verbs(c, &[("GET", &|c| pipelines::list(c, p))]),
        ["issues_statistics"] => verbs(c, &[("GET", &|c| issues::statistics(c, p))]),
        ["labels", rest @ ..] => labels::route(c, Namespace::Project(p), rest),
        ["milestones", rest @ ..] => milestones::route(c, Namespace::Project(p), rest),
        ["users"] => verbs(c, &[("GET", &|c| projects::users(c, p))]),
        ["templates", "issues"] => verbs(c, &[("GET", &|c| projects::issue_templates(c, p))]),
        ["members", "all"] => verbs(c, &[("GET", &|c| projects::members(c, p))]),
        ["access_tokens"] => verbs(
            c,
            &[
                ("GET", &|c| people::project_tokens(c, p)),
                ("POST", &|c| people::new_token(c, p)),
            ],
        ),
        ["access_tokens", id] => verbs(c, &[("DELETE", &|c| people::revoke_token(c, p, id))]),
        _ => Err(no_route()),
    }
}

fn in_group(c: &mut Context<'_>, id: &str, rest: &[&str]) -> Answer {
    let found = c
        .state
        .group(id)
        .filter(|group| c.state.can_read_group(&c.actor, group));
    let group = found
        .map(|group| group.id)
        .ok_or_else(|| Refusal::missing("Group"))?;
    let anonymous_may = matches!(rest, [] | ["issues"]) && c.request.method == "GET";
    if c.actor.user.is_none() && !anonymous_may {
        return Err(Refusal::Unauthorized.into());
    }
    match rest {
        [] => verbs(c, &[("GET", &|c| projects::show_group(c, group))]),
        ["issues"] => verbs(c, &[("GET", &|c| issues::list(c, Namespace::Group(group)))]),
        ["projects"] => verbs(c, &[("GET", &|c| projects::of_group(c, group))]),
        ["labels", rest @ ..] => labels::route(c, Namespace::Group(group), rest),
        ["milestones", rest @ ..] => milestones::route(c, Namespace::Group(group), rest),
        _ => Err(no_route()),
    }
}

/// The project of an id or path that whoever asks may see.
fn find_project(c: &Context<'_>, id: &str) -> Result<u64, Response> {
    let found = c
        .state
        .project(id)
        .filter(|one| c.state.can_read_project(&c.actor, one));
    let project = found.ok_or_else(|| Refusal::missing("Project"))?;
    // Another project's job is let in by its path, as people write it into the settings.
    let shut_out = |job| {
        let from = c.state.projects.get(&job);
        job != project.id
            && from.is_none_or(|from| !project.job_token_allowlist.contains(&from.path))
    };
    if c.actor.job_of.is_some_and(shut_out) {
        return Err(Refusal::missing("Project").into());
    }
    Ok(project.id)
}

/// The issue of a number that whoever asks may see.
fn find_issue(c: &Context<'_>, project: u64, iid: &str) -> Result<u64, Response> {
    let iid = iid
        .parse()
        .map_err(|_| Response::error(400, "issue_iid is invalid"))?;
    let found = c.state.issue_by_iid(project, iid);
    let issue: &Issue = found
        .filter(|issue| c.state.can_read_issue(&c.actor, issue))
        .ok_or_else(Refusal::not_found)?;
    Ok(issue.id)
}

/// Whether a time is there and not outside of bounds, which belong to it; without bounds everything is inside.
fn is_within(
    at: Option<Timestamp>,
    (after, before): (Option<Timestamp>, Option<Timestamp>),
) -> bool {
    after.is_none_or(|bound| at.is_some_and(|at| at >= bound))
        && before.is_none_or(|bound| at.is_some_and(|at| at <= bound))
}

/// A deletion may be asked for only if nothing has changed since: `If-Unmodified-Since`, which GitLab heeds on DELETE
/// alone (facts §1.7; recorded: update/unmodified).
fn check_unmodified(c: &Context<'_>, updated_at: Timestamp) -> Result<(), Response> {
    let Some(text) = c.request.header("if-unmodified-since") else {
        return Ok(());
    };
    let since = jiff::fmt::rfc2822::parse(text).map(|time| time.timestamp());
    match since {
        Ok(since) if since.as_second() < updated_at.as_second() => {
            Err(Response::message(412, "412 Precondition Failed"))
        }
        _ => Ok(()),
    }
}

/// Estimated and spent time in GitLab's JSON.
fn duration(estimate: u64, spent: u64) -> Value {
    json!({
        "time_estimate": estimate, "total_time_spent": spent,
        "human_time_estimate": duration_words(estimate),
        "human_total_time_spent": duration_words(spent),
    })
}

/// The seconds of a duration parameter.
fn duration_parameter(c: &Context<'_>) -> Result<u64, Response> {
    let text = c.params.text("duration");
    let text = text.ok_or_else(|| Response::error(400, "duration is missing"))?;
    parse_duration(&text).ok_or_else(|| Response::message(400, "Duration is invalid"))
}
