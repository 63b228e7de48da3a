//! Where in a query a byte offset lies, in the words of GitLab's validator.

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Definition, Document, Field, Selection};
use serde_json::Value;

/// What surrounds an offset.
#[derive(Debug, Default)]
pub(super) struct Spot {
    /// From the operation down: `["query", "group", "issues", "first"]`.
    pub(super) path: Vec<Value>,
    /// Where the innermost field, argument or fragment begins.
    pub(super) start: Option<usize>,
    /// The operation: `anonymous query`, or its name.
    pub(super) operation: String,
    /// The innermost field.
    pub(super) field: Option<String>,
    /// Whether nothing is selected of it, and the names that are.
    pub(super) bare: bool,
    pub(super) below: Vec<String>,
    /// Its argument that the offset lies in, and the argument's value as written.
    pub(super) argument: Option<String>,
    pub(super) literal: Option<String>,
}

/// Finds the innermost thing around an offset.
pub(super) fn locate(document: &Document, offset: usize) -> Spot {
    let mut spot = Spot::default();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) if covers(operation, offset) => {
                let kind = operation.operation_type.name();
                let (word, name) = match &operation.name {
                    Some(name) => (format!("{kind} {name}"), name.to_string()),
                    None => (kind.to_owned(), format!("anonymous {kind}")),
                };
                spot.operation = name;
                spot.path.push(Value::String(word));
                spot.start = operation.location().map(|span| span.offset());
                descend(&operation.selection_set, offset, &mut spot);
            }
            Definition::FragmentDefinition(fragment) if covers(fragment, offset) => {
                spot.path
                    .push(Value::String(format!("fragment {}", fragment.name)));
                spot.start = fragment.location().map(|span| span.offset());
                descend(&fragment.selection_set, offset, &mut spot);
            }
            _ => {}
        }
    }
    spot
}

fn descend(selections: &[Selection], offset: usize, spot: &mut Spot) {
    for selection in selections {
        match selection {
            Selection::Field(field) if covers(field, offset) => inside_field(field, offset, spot),
            Selection::InlineFragment(fragment) if covers(fragment, offset) => {
                let on = fragment.type_condition.as_ref();
                let word = on.map_or_else(|| "...".to_owned(), |ty| format!("... on {ty}"));
                spot.path.push(Value::String(word));
                spot.start = fragment.location().map(|span| span.offset());
                descend(&fragment.selection_set, offset, spot);
            }
            Selection::FragmentSpread(spread) if covers(spread, offset) => {
                spot.path
                    .push(Value::String(format!("... {}", spread.fragment_name)));
                spot.start = spread.location().map(|span| span.offset());
            }
            _ => {}
        }
    }
}

fn inside_field(field: &Node<Field>, offset: usize, spot: &mut Spot) {
    spot.path.push(Value::String(
        field.alias.as_ref().unwrap_or(&field.name).to_string(),
    ));
    spot.start = field.location().map(|span| span.offset());
    spot.field = Some(field.name.to_string());
    spot.bare = field.selection_set.is_empty();
    let names = field.selection_set.iter().filter_map(Selection::as_field);
    spot.below = names.map(|one| one.name.to_string()).collect();
    for argument in field
        .arguments
        .iter()
        .filter(|argument| covers(argument, offset))
    {
        inside_argument(argument, spot);
    }
    descend(&field.selection_set, offset, spot);
}

fn inside_argument(argument: &Node<Argument>, spot: &mut Spot) {
    spot.path.push(Value::String(argument.name.to_string()));
    spot.start = argument.location().map(|span| span.offset());
    spot.argument = Some(argument.name.to_string());
    spot.literal = Some(argument.value.serialize().no_indent().to_string());
}

fn covers<T>(node: &Node<T>, offset: usize) -> bool {
    node.location()
        .is_some_and(|span| (span.offset()..span.end_offset().max(1)).contains(&offset))
}
