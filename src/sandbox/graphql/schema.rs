//! GitLab's schema, cut to the part around issues.

use std::sync::OnceLock;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

/// The server's own schema, and what its cut leaves out.
const TEXT: &str = concat!(
    include_str!("../schema/gitlab.graphql"),
    "\n",
    include_str!("../schema/additions.graphql")
);

/// The schema, parsed once a process.
///
/// A mistake in the checked-in text would leave a part of it; a test keeps it free of any.
pub(super) fn schema() -> &'static Valid<Schema> {
    static SCHEMA: OnceLock<Valid<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        Schema::parse_and_validate(TEXT, "gitlab.graphql")
            .unwrap_or_else(|error| Valid::assume_valid(error.partial))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid_as_it_stands() {
        let parsed = Schema::parse_and_validate(TEXT, "gitlab.graphql");
        assert_eq!(parsed.map_err(|error| error.errors.to_string()).err(), None);
        assert!(schema().get_object("WorkItemWidgetAssignees").is_some());
    }
}
