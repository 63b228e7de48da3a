//! Accounts and access tokens.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::entity::{merge, token, user_basic, user_own};
use super::paging::paged;
use super::{Answer, Context};
use crate::sandbox::Response;
use crate::sandbox::date::parse_date;
use crate::sandbox::state::{Counters, Member, Namespace, Refusal, Role, Scope, Token, User};
use crate::sandbox::text::hex;

pub(super) fn own(c: &mut Context<'_>) -> Answer {
    let user = c
        .actor
        .user
        .and_then(|id| c.state.users.get(&id))
        .ok_or(Refusal::Unauthorized)?;
    Ok(Response::json(200, &user_own(c.state, user, c.now)))
}

/// By name, without regard to case (recorded: meta/users-by-name-case); newest first.
pub(super) fn list(c: &mut Context<'_>) -> Answer {
    c.actor.user.ok_or(Refusal::Unauthorized)?;
    let name = c.params.text("username");
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let mut rows: Vec<&User> = c
        .state
        .users
        .values()
        .filter(|user| {
            name.as_ref()
                .is_none_or(|name| user.username.eq_ignore_ascii_case(name))
        })
        .filter(|user| {
            user.username.to_lowercase().contains(&search)
                || user.name.to_lowercase().contains(&search)
        })
        .collect();
    rows.reverse();
    let off = [
        "active",
        "admins",
        "blocked",
        "exclude_active",
        "exclude_external",
        "exclude_humans",
        "exclude_internal",
        "external",
        "humans",
        "with_custom_attributes",
        "without_project_bots",
        "without_projects",
    ];
    let mut defaults: Vec<(&str, String)> =
        off.iter().map(|name| (*name, "false".to_owned())).collect();
    defaults.push(("order_by", "id".to_owned()));
    defaults.push(("sort", "desc".to_owned()));
    paged(c, &rows, &defaults, |user| user_basic(c.state, user))
}

pub(super) fn one(c: &mut Context<'_>, id: &str) -> Answer {
    c.actor.user.ok_or(Refusal::Unauthorized)?;
    let id: u64 = id
        .parse()
        .map_err(|_| Response::error(400, "id is invalid"))?;
    let user = c
        .state
        .users
        .get(&id)
        .ok_or_else(|| Refusal::missing("User"))?;
    Ok(Response::json(200, &user_basic(c.state, user)))
}

pub(super) fn token_self(c: &mut Context<'_>) -> Answer {
    let known = c
        .actor
        .token
        .as_ref()
        .and_then(|secret| c.state.tokens.get(secret));
    let known = known.ok_or(Refusal::Unauthorized)?;
    Ok(Response::json(200, &token(known, c.now)))
}

fn check_admin(c: &Context<'_>, project: u64) -> Result<Role, Response> {
    let role = c.state.role(&c.actor, Namespace::Project(project));
    if role < Role::MAINTAINER {
        return Err(Refusal::forbidden().into());
    }
    Ok(role)
}

pub(super) fn project_tokens(c: &mut Context<'_>, project: u64) -> Answer {
    check_admin(c, project)?;
    let of_project = |token: &&Token| token.project == Some(project);
    let mut rows: Vec<&Token> = c.state.tokens.values().filter(of_project).collect();
    rows.sort_by_key(|token| token.id);
    paged(c, &rows, &[("id", project.to_string())], |one| {
        shown(c, one, project)
    })
}

fn shown(c: &Context<'_>, one: &Token, project: u64) -> serde_json::Value {
    let mut value = token(one, c.now);
    let role = c.state.user_role(one.user, Namespace::Project(project));
    if let serde_json::Value::Object(fields) = &mut value {
        fields.remove("last_used_ips");
    }
    let more = json!({
        "access_level": role.0, "resource_type": "project", "resource_id": project,
    });
    merge(&mut value, more);
    value
}

/// Makes a token and the bot behind it. Its membership counts only after a moment: until then it creates issues without
/// their labels (recorded: bots).
pub(super) fn new_token(c: &mut Context<'_>, project: u64) -> Answer {
    let mine = check_admin(c, project)?;
    for name in ["name", "scopes", "expires_at"] {
        if !c.params.has(name) {
            return Err(Response::error(400, &format!("{name} is missing")));
        }
    }
    let expires = c.params.text("expires_at").as_deref().and_then(parse_date);
    let level = c.params.number("access_level")?.unwrap_or(40);
    let role = Role(u8::try_from(level).unwrap_or(u8::MAX));
    if role > mine {
        let text = "Access level of the token can't be greater the access level of the user who created the token";
        return Err(Response::message(400, format!("400 Bad request - {text}")));
    }
    let words = c.params.list("scopes").unwrap_or_default();
    let scopes = serde_json::from_value::<Vec<Scope>>(json!(words));
    let scopes = scopes.map_err(|_| Response::error(400, "scopes is invalid"))?;
    let id = Counters::next(&mut c.state.counters.tokens);
    let user = Counters::next(&mut c.state.counters.users);
    let digest = |salt: &str| {
        let hash = Sha256::digest(format!("{salt} {project} {id} {user}").as_bytes());
        hex(&hash[..16])
    };
    let name = c.params.text("name").unwrap_or_default();
    let bot = User {
        id: user,
        username: format!("project_{project}_bot_{}", digest("bot")),
        name: name.clone(),
        admin: false,
        bot: true,
        blocked: false,
        created_at: c.now,
    };
    c.state.users.insert(user, bot);
    let delay = c.state.settings.limits.token_membership_delay_ms;
    let delay = jiff::SignedDuration::from_millis(i64::try_from(delay).unwrap_or(i64::MAX));
    let since = c.now.checked_add(delay).unwrap_or(c.now);
    if let Some(project) = c.state.projects.get_mut(&project) {
        project.members.insert(user, Member { role, since });
    }
    let new = Token {
        id,
        name,
        user,
        scopes,
        job_of: None,
        project: Some(project),
        created_at: c.now,
        expires_at: expires,
        last_used_at: None,
        revoked: false,
    };
    let secret = format!("sandbox-{}", digest("token"));
    let mut value = shown(c, &new, project);
    merge(&mut value, json!({ "token": secret }));
    c.state.tokens.insert(secret, new);
    Ok(Response::json(201, &value))
}

pub(super) fn revoke_token(c: &mut Context<'_>, project: u64, id: &str) -> Answer {
    check_admin(c, project)?;
    let id: u64 = id
        .parse()
        .map_err(|_| Response::error(400, "token_id is invalid"))?;
    let found = c
        .state
        .tokens
        .values_mut()
        .find(|one| one.id == id && one.project == Some(project));
    let token = found.ok_or_else(Refusal::not_found)?;
    token.revoked = true;
    Ok(Response::empty(204))
}
