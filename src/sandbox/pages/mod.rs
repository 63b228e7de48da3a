//! What a browser sees of the sandbox: projects, lists of issues, and the issue as people read it on GitLab.
//!
//! Plain HTML without scripts. Nothing is hidden from whoever opens it: the sandbox listens on loopback only, and every
//! page says so.

mod home;
mod idiff;
mod issue;
mod layout;
mod list;
mod markdown;
mod parts;
mod timeline;

use percent_encoding::percent_decode_str;

use self::list::Filter;
use super::Response;
use super::state::State;

/// The page at a path outside `/api`, with its query if it has one; nothing where there is no such page.
pub(crate) fn handle(state: &State, path: &str) -> Option<Response> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let path = path.trim_matches('/');
    let page = if path.is_empty() {
        home::page(state)
    } else if let Some((project, rest)) = path.split_once("/-/") {
        let project = at(state, project)?;
        match rest.split('/').collect::<Vec<_>>().as_slice() {
            ["issues" | "work_items"] => list::of_project(state, project, Filter::parse(query)),
            ["issues" | "work_items", iid] => {
                let issue = state.issue_by_iid(project, iid.parse().ok()?)?;
                issue::page(state, issue)
            }
            _ => return None,
        }
    } else if let Some(project) = at(state, path) {
        list::of_project(state, project, Filter::parse(query))
    } else {
        let path = path.strip_prefix("groups/").unwrap_or(path);
        let group = state
            .groups
            .values()
            .find(|group| group.path.eq_ignore_ascii_case(path))?;
        list::of_group(state, group, Filter::parse(query))
    };
    Some(Response::html(200, page.into_string()).with(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'",
    ))
}

/// The project at a full path.
fn at(state: &State, path: &str) -> Option<u64> {
    let project = state
        .projects
        .values()
        .find(|one| one.path.eq_ignore_ascii_case(path))?;
    Some(project.id)
}

#[cfg(test)]
mod tests;
