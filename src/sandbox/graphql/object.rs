//! What a field of an object gives.

use std::rc::Rc;

use serde_json::Value;

use super::arguments::Arguments;
use super::context::Context;

/// What a field gives.
pub(super) enum Resolved<'s> {
    /// A scalar, an enum value or null.
    Leaf(Value),
    /// An object, whose own fields are asked next.
    Object(Rc<dyn Object<'s> + 's>),
    /// A list of either.
    List(Vec<Self>),
    /// The sandbox keeps nothing for it: null where that may be, else false, 0 or an empty text.
    Unset,
}

impl<'s> Resolved<'s> {
    /// A scalar or null.
    pub(super) fn leaf(value: impl Into<Value>) -> Self {
        Self::Leaf(value.into())
    }

    pub(super) fn object(object: impl Object<'s> + 's) -> Self {
        Self::Object(Rc::new(object))
    }

    /// An object, or null.
    pub(super) fn optional(object: Option<impl Object<'s> + 's>) -> Self {
        object.map_or(Self::Leaf(Value::Null), Self::object)
    }
}

/// Why a field gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The field is null and this is among the errors.
    Field(String),
    /// The whole request ends with this status and this message (recorded: `throttle_create/graphql-create-over-limit`).
    Request(u16, String),
}

impl Failure {
    /// What GitLab says of everything that is missing or may not be touched (recorded: mutations/as-guest).
    pub(super) fn unavailable() -> Self {
        Self::Field(
            "The resource that you are attempting to access does not exist or you don't have permission to perform \
             this action"
                .to_owned(),
        )
    }
}

/// An object of a type of the schema.
pub(super) trait Object<'s> {
    /// The name of its concrete type.
    fn type_name(&self) -> &'static str;

    /// What one of its fields gives.
    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure>;
}
