//! Labels.

use serde_json::Value;

use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::{Label, Namespace};

/// A label of a project or group.
pub(in crate::sandbox::graphql) struct LabelObject<'s>(pub(in crate::sandbox::graphql) &'s Label);

/// The labels on an issue, by title (recorded: graphql/group-issues).
pub(in crate::sandbox::graphql) fn of_issue<'s>(
    context: &Context<'s>,
    ids: &[u64],
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    let labels = ids
        .iter()
        .filter_map(|id| context.state.labels.get(id))
        .collect();
    list(labels, arguments)
}

/// The labels of a project or group that the arguments ask for.
pub(in crate::sandbox::graphql) fn of_namespace<'s>(
    context: &Context<'s>,
    namespace: Namespace,
    arguments: &Arguments,
) -> Result<Resolved<'s>, Failure> {
    list(find(context, namespace, arguments), arguments)
}

/// One label by its exact title, of the project or group itself or of a group above it.
pub(in crate::sandbox::graphql) fn by_title<'s>(
    context: &Context<'s>,
    namespace: Namespace,
    title: &str,
) -> Resolved<'s> {
    let owners = owners(context, namespace, true);
    let found = context.state.labels.values();
    let found = found
        .filter(|one| owners.contains(&one.owner))
        .find(|one| one.name == title);
    Resolved::optional(found.map(LabelObject))
}

fn list<'s>(mut labels: Vec<&'s Label>, arguments: &Arguments) -> Result<Resolved<'s>, Failure> {
    labels.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Connection::of(
        Kind::LABELS,
        labels,
        arguments,
        |label| label.id,
        LabelObject,
    )
}

fn owners(context: &Context<'_>, namespace: Namespace, above: bool) -> Vec<Namespace> {
    let mut owners = vec![namespace];
    if above {
        owners.extend(
            context
                .state
                .ancestors(namespace)
                .into_iter()
                .map(Namespace::Group),
        );
    }
    owners
}

fn find<'s>(context: &Context<'s>, namespace: Namespace, arguments: &Arguments) -> Vec<&'s Label> {
    let above = arguments.flag("includeAncestorGroups") == Some(true);
    let mut owners = owners(context, namespace, above);
    if let Namespace::Group(id) = namespace
        && arguments.flag("onlyGroupLabels") != Some(true)
        && arguments.flag("includeDescendantGroups") == Some(true)
    {
        let state = context.state;
        owners.extend(
            state
                .projects_of_group(id)
                .into_iter()
                .map(Namespace::Project),
        );
    }
    let term = arguments.text("searchTerm").map(str::to_lowercase);
    let found = |label: &&Label| {
        let title = label.name.to_lowercase();
        let description = label
            .description
            .as_deref()
            .unwrap_or_default()
            .to_lowercase();
        term.as_ref()
            .is_none_or(|term| title.contains(term) || description.contains(term))
    };
    let labels = context
        .state
        .labels
        .values()
        .filter(|label| owners.contains(&label.owner));
    let labels = labels.filter(|label| arguments.text("title").is_none_or(|t| t == label.name));
    labels.filter(found).collect()
}

impl<'s> Object<'s> for LabelObject<'s> {
    fn type_name(&self) -> &'static str {
        "Label"
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        let label = self.0;
        let kind = match label.owner {
            Namespace::Project(_) => "ProjectLabel",
            Namespace::Group(_) => "GroupLabel",
        };
        Ok(match name {
            "id" => Resolved::leaf(gid(kind, label.id)),
            "title" => Resolved::leaf(label.name.clone()),
            "description" => {
                Resolved::leaf(label.description.clone().map_or(Value::Null, Value::from))
            }
            "color" => Resolved::leaf(label.color.clone()),
            "textColor" => Resolved::leaf(crate::sandbox::color::text_color(&label.color)),
            "createdAt" => Resolved::Leaf(time(label.created_at)),
            "updatedAt" => Resolved::Leaf(time(label.updated_at)),
            _ => Resolved::Unset,
        })
    }
}
