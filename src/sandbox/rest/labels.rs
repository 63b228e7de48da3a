//! Labels of projects and groups.

use super::entity::label;
use super::paging::paged;
use super::{Answer, Context, check_unmodified, no_route, verbs};
use crate::sandbox::Response;
use crate::sandbox::state::{Label, LabelChange, Namespace, NewLabel, Refusal};

pub(super) fn route(c: &mut Context<'_>, owner: Namespace, rest: &[&str]) -> Answer {
    match rest {
        [] => verbs(
            c,
            &[
                ("GET", &|c| list(c, owner)),
                ("POST", &|c| create(c, owner)),
                ("PUT", &|c| {
                    let name = named(c)?;
                    update(c, owner, &name)
                }),
                ("DELETE", &|c| {
                    let name = named(c)?;
                    delete(c, owner, &name)
                }),
            ],
        ),
        [name] => verbs(
            c,
            &[
                ("GET", &|c| show(c, owner, name)),
                ("PUT", &|c| update(c, owner, name)),
                ("DELETE", &|c| delete(c, owner, name)),
            ],
        ),
        _ => Err(no_route()),
    }
}

/// The label that older clients name in the parameters instead of the path.
fn named(c: &Context<'_>) -> Result<String, Response> {
    let named = c.params.text("label_id").or_else(|| c.params.text("name"));
    named.ok_or_else(|| {
        let text = "label_id, name are missing, exactly one parameter must be provided";
        Response::error(400, text)
    })
}

fn of_project(owner: Namespace) -> Option<u64> {
    match owner {
        Namespace::Project(id) => Some(id),
        Namespace::Group(_) => None,
    }
}

/// By name, byte by byte; with those of the groups above unless it is said otherwise (recorded: labels/list).
fn list(c: &mut Context<'_>, owner: Namespace) -> Answer {
    let counts = c.params.boolean("with_counts")?.unwrap_or_default();
    let ancestors = c.params.boolean("include_ancestor_groups")?.unwrap_or(true);
    let above = if ancestors {
        c.state.ancestors(owner)
    } else {
        Vec::new()
    };
    let near = |label: &&Label| {
        label.owner == owner
            || matches!(label.owner, Namespace::Group(group) if above.contains(&group))
            // Recorded: a project's list holds its group's labels even where it is told not to (list-no-ancestors).
            || (of_project(owner).is_some() && !ancestors
                && matches!(label.owner, Namespace::Group(group)
                    if c.state.ancestors(owner).first() == Some(&group)))
    };
    let search = c.params.text("search").unwrap_or_default().to_lowercase();
    let mut rows: Vec<&Label> = c.state.labels.values().filter(near).collect();
    rows.retain(|label| label.name.to_lowercase().contains(&search));
    rows.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    let id = c
        .request
        .path()
        .split('/')
        .nth(4)
        .unwrap_or_default()
        .to_owned();
    let mut defaults = vec![
        ("id", id),
        ("include_ancestor_groups", "true".to_owned()),
        ("with_counts", "false".to_owned()),
    ];
    if of_project(owner).is_none() {
        defaults.push(("include_descendant_groups", "false".to_owned()));
        defaults.push(("only_group_labels", "true".to_owned()));
    }
    paged(c, &rows, &defaults, |one| {
        label(c.state, one, &c.actor, of_project(owner), counts)
    })
}

/// A label of exactly this owner, or of the groups above where it is only read, by id first and then by name.
fn find(c: &Context<'_>, owner: Namespace, name: &str, own: bool) -> Result<u64, Response> {
    let above = if own {
        Vec::new()
    } else {
        c.state.ancestors(owner)
    };
    let near = |label: &&Label| {
        label.owner == owner
            || matches!(label.owner, Namespace::Group(group) if above.contains(&group))
    };
    let by_id = name
        .parse()
        .ok()
        .and_then(|id: u64| c.state.labels.get(&id))
        .filter(near);
    let mut named = c
        .state
        .labels
        .values()
        .filter(|label| label.name == name)
        .filter(near);
    let first = named.next();
    let own_first = named
        .chain(first)
        .find(|label| label.owner == owner)
        .or(first);
    Ok(by_id
        .or(own_first)
        .ok_or_else(|| Refusal::missing("Label"))?
        .id)
}

fn shown(c: &Context<'_>, status: u16, owner: Namespace, id: u64) -> Answer {
    let found = c.state.labels.get(&id).ok_or(Refusal::Internal)?;
    let value = label(c.state, found, &c.actor, of_project(owner), false);
    Ok(Response::json(status, &value))
}

fn show(c: &mut Context<'_>, owner: Namespace, name: &str) -> Answer {
    let id = find(c, owner, name, false)?;
    shown(c, 200, owner, id)
}

fn create(c: &mut Context<'_>, owner: Namespace) -> Answer {
    let missing: Vec<&str> = ["name", "color"]
        .into_iter()
        .filter(|name| !c.params.has(name))
        .collect();
    if !missing.is_empty() {
        let verb = if missing.len() == 1 { "is" } else { "are" };
        return Err(Response::error(
            400,
            &format!("{} {verb} missing", missing.join(", ")),
        ));
    }
    let new = NewLabel {
        name: c.params.text("name").unwrap_or_default(),
        color: c.params.text("color").unwrap_or_default(),
        description: c.params.text("description"),
        priority: c.params.number("priority")?,
    };
    let id = c.state.create_label(&c.actor, owner, &new, c.now)?;
    shown(c, 201, owner, id)
}

fn update(c: &mut Context<'_>, owner: Namespace, name: &str) -> Answer {
    let names = ["new_name", "color", "description", "priority"];
    if !names.iter().any(|name| c.params.has(name)) {
        let text = format!(
            "{} are missing, at least one parameter must be provided",
            names.join(", ")
        );
        return Err(Response::error(400, &text));
    }
    let id = find(c, owner, name, true)?;
    let priority = c.params.number("priority")?;
    let change = LabelChange {
        name: c.params.text("new_name"),
        color: c.params.text("color"),
        description: c
            .params
            .has("description")
            .then(|| c.params.text("description")),
        priority: c.params.has("priority").then_some(priority),
    };
    c.state.update_label(&c.actor, id, &change, c.now)?;
    shown(c, 200, owner, id)
}

fn delete(c: &mut Context<'_>, owner: Namespace, name: &str) -> Answer {
    let id = find(c, owner, name, true)?;
    let label = c.state.labels.get(&id).ok_or(Refusal::Internal)?;
    check_unmodified(c, label.updated_at)?;
    c.state.delete_label(&c.actor, id)?;
    Ok(Response::empty(204))
}
