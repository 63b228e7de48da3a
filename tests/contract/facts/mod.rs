//! The facts, by what they are about.

mod errors;
mod fields;
mod graphql;
mod jobs;
mod labels;
mod limits;
mod links;
mod lists;
mod notes;
mod roles;
mod text;

use super::fact::Fact;

/// All of them.
pub(crate) fn all() -> Vec<Fact> {
    [
        errors::facts(),
        text::facts(),
        fields::facts(),
        labels::facts(),
        links::facts(),
        lists::facts(),
        notes::facts(),
        roles::facts(),
        jobs::facts(),
        graphql::facts(),
        limits::facts(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
