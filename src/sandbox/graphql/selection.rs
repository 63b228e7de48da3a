//! Which fields a selection asks of an object of a concrete type.

use apollo_compiler::ast::{DirectiveList, Value as Literal};
use apollo_compiler::executable::{ExecutableDocument, Field, Selection, SelectionSet};

use super::arguments::Variables;
use super::schema::schema;

/// The fields of one key of the answer: the same key may be asked for in several places, which are merged.
pub(super) struct Asked<'d> {
    pub(super) key: &'d str,
    pub(super) fields: Vec<&'d Field>,
}

impl<'d> Asked<'d> {
    /// The first of the merged fields, which has the arguments of all of them.
    pub(super) fn field(&self) -> &'d Field {
        self.fields[0]
    }

    /// The selections below, one of each merged field.
    pub(super) fn below(&self) -> impl Iterator<Item = &'d SelectionSet> + '_ {
        self.fields.iter().map(|field| &field.selection_set)
    }
}

/// Collects fields in the order of their first appearance, without those that `@skip` or `@include` leave out.
pub(super) fn fields_for<'d>(
    document: &'d ExecutableDocument,
    sets: impl IntoIterator<Item = &'d SelectionSet>,
    concrete: &str,
    variables: &Variables,
) -> Vec<Asked<'d>> {
    let mut found = Vec::new();
    for set in sets {
        collect(document, set, concrete, variables, &mut found);
    }
    found
}

fn collect<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    concrete: &str,
    variables: &Variables,
    found: &mut Vec<Asked<'d>>,
) {
    for selection in &set.selections {
        if left_out(selection.directives(), variables) {
            continue;
        }
        match selection {
            Selection::Field(field) => {
                let key = field.response_key().as_str();
                match found.iter_mut().find(|asked| asked.key == key) {
                    Some(asked) => asked.fields.push(field),
                    None => found.push(Asked {
                        key,
                        fields: vec![field],
                    }),
                }
            }
            Selection::InlineFragment(fragment) => {
                let applies = fragment
                    .type_condition
                    .as_ref()
                    .is_none_or(|ty| fits(ty, concrete));
                if applies {
                    collect(
                        document,
                        &fragment.selection_set,
                        concrete,
                        variables,
                        found,
                    );
                }
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    && fits(fragment.type_condition(), concrete)
                {
                    collect(
                        document,
                        &fragment.selection_set,
                        concrete,
                        variables,
                        found,
                    );
                }
            }
        }
    }
}

/// Whether a fragment on `condition` applies to an object of the type `concrete`.
fn fits(condition: &str, concrete: &str) -> bool {
    condition == concrete || schema().is_subtype(condition, concrete)
}

fn left_out(directives: &DirectiveList, variables: &Variables) -> bool {
    let value = |name: &str| {
        let argument = directives.get(name)?.specified_argument_by_name("if")?;
        match &**argument {
            Literal::Boolean(flag) => Some(*flag),
            Literal::Variable(name) => variables.get(name.as_str())?.as_bool(),
            _ => None,
        }
    };
    value("skip") == Some(true) || value("include") == Some(false)
}
