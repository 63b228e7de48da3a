//! Runs a validated operation: asks objects for fields and puts the answer together.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Field, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value};

use super::arguments::{Arguments, Variables};
use super::context::Context;
use super::object::{Failure, Object, Resolved};
use super::problem::{Place, Problem};
use super::schema::schema;
use super::selection::{Asked, fields_for};

/// A place that had to be null and may not be: the object around it becomes null instead.
pub(super) struct Nulled;

/// The answer under construction.
pub(super) struct Run<'d> {
    pub(super) document: &'d ExecutableDocument,
    pub(super) text: &'d str,
    pub(super) variables: &'d Variables,
    pub(super) problems: Vec<Problem>,
    /// What ends the whole request, whatever was answered so far.
    pub(super) end: Option<Failure>,
    path: Vec<Value>,
}

impl<'d> Run<'d> {
    pub(super) fn new(
        document: &'d ExecutableDocument,
        text: &'d str,
        variables: &'d Variables,
    ) -> Self {
        Self {
            document,
            text,
            variables,
            problems: Vec::new(),
            end: None,
            path: Vec::new(),
        }
    }

    /// All fields that are asked of an object.
    pub(super) fn object<'s>(
        &mut self,
        object: &dyn Object<'s>,
        sets: impl IntoIterator<Item = &'d SelectionSet>,
        context: &Context<'s>,
    ) -> Result<Map<String, Value>, Nulled> {
        let asked = fields_for(self.document, sets, object.type_name(), self.variables);
        let mut answer = Map::with_capacity(asked.len());
        for asked in &asked {
            let name = asked.field().name.as_str();
            let value = if name == "__typename" {
                Value::from(object.type_name())
            } else {
                self.field(asked, context, |arguments| {
                    object.field(name, arguments, context)
                })?
            };
            answer.insert(asked.key.to_owned(), value);
        }
        Ok(answer)
    }

    /// One field: `resolve` gives its value, and what is asked below is filled in from the context's state.
    pub(super) fn field<'s>(
        &mut self,
        asked: &Asked<'d>,
        context: &Context<'s>,
        resolve: impl FnOnce(&Arguments) -> Result<Resolved<'s>, Failure>,
    ) -> Result<Value, Nulled> {
        let field = asked.field();
        if self.end.is_some() {
            return Ok(Value::Null);
        }
        let arguments = Arguments::of(field, self.variables);
        self.path.push(Value::from(asked.key));
        let ty = &field.definition.ty;
        let value = match resolve(&arguments) {
            Ok(resolved) => self.complete(resolved, ty, asked, context),
            Err(failure) => {
                self.fail(failure, field);
                if ty.is_non_null() {
                    Err(Nulled)
                } else {
                    Ok(Value::Null)
                }
            }
        };
        self.path.pop();
        value
    }

    fn complete<'s>(
        &mut self,
        resolved: Resolved<'s>,
        ty: &Type,
        asked: &Asked<'d>,
        context: &Context<'s>,
    ) -> Result<Value, Nulled> {
        let completed = match resolved {
            Resolved::Leaf(value) => Ok(value),
            Resolved::Unset => Ok(unset(ty)),
            Resolved::Object(object) => self
                .object(&*object, asked.below(), context)
                .map(Value::Object),
            Resolved::List(items) => self.list(items, ty.item_type(), asked, context),
        };
        match completed {
            Ok(Value::Null) | Err(Nulled) if ty.is_non_null() => {
                if completed.is_ok() {
                    let field = asked.field();
                    let message =
                        format!("Cannot return null for non-nullable field {}", field.name);
                    self.fail(Failure::Field(message), field);
                }
                Err(Nulled)
            }
            Ok(value) => Ok(value),
            Err(Nulled) => Ok(Value::Null),
        }
    }

    fn list<'s>(
        &mut self,
        items: Vec<Resolved<'s>>,
        ty: &Type,
        asked: &Asked<'d>,
        context: &Context<'s>,
    ) -> Result<Value, Nulled> {
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            self.path.push(Value::from(index));
            let value = self.complete(item, ty, asked, context);
            self.path.pop();
            list.push(value?);
        }
        Ok(Value::Array(list))
    }

    fn fail(&mut self, failure: Failure, field: &Field) {
        match failure {
            Failure::Field(message) => {
                let problem = Problem::new(message).under(self.path.clone());
                self.problems.push(match self.place(field) {
                    Some(place) => problem.at(place),
                    None => problem,
                });
            }
            Failure::Request(..) => self.end = Some(failure),
        }
    }

    /// Where the field is written; an alias belongs to it.
    fn place(&self, field: &Field) -> Option<Place> {
        let start = field.alias.as_ref().unwrap_or(&field.name).location()?;
        Some(Place::of(self.text, start.offset()))
    }
}

/// What stands for something that the sandbox does not keep.
fn unset(ty: &Type) -> Value {
    if !ty.is_non_null() {
        return Value::Null;
    }
    if ty.is_list() {
        return Value::Array(Vec::new());
    }
    let name = ty.inner_named_type();
    match name.as_str() {
        "Boolean" => Value::Bool(false),
        "Int" => Value::from(0),
        "Float" => Value::from(0.0),
        _ if schema()
            .types
            .get(name)
            .is_some_and(ExtendedType::is_scalar) =>
        {
            Value::from("")
        }
        _ => Value::Null,
    }
}
