//! From the text of a query to a validated document, or to the problems that GitLab would name.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::{DiagnosticList, Valid};
use serde_json::{Value, json};

use super::locate::{Spot, locate};
use super::problem::{Place, Problem};
use super::schema::schema;
use super::syntax::syntax_problem;

/// GitLab names at most so many problems of one query (facts §4.1).
const MAX_PROBLEMS: usize = 5;

/// Parses and validates a query against GitLab's schema.
pub(super) fn parse(text: &str) -> Result<Valid<ExecutableDocument>, Vec<Problem>> {
    let ast = Parser::new().parse_ast(text, "query").map_err(|error| {
        let offset = error
            .errors
            .iter()
            .next()
            .and_then(|one| one.error.location());
        vec![syntax_problem(text, offset.map(|span| span.offset()))]
    })?;
    ast.to_executable_validate(schema())
        .map_err(|error| problems(text, &ast, &error.errors))
}

fn problems(
    text: &str,
    ast: &apollo_compiler::ast::Document,
    found: &DiagnosticList,
) -> Vec<Problem> {
    let mut all = Vec::new();
    for one in found.iter() {
        let offset = one.error.location().map_or(0, |span| span.offset());
        let spot = locate(ast, offset);
        let kind = one.error.unstable_error_name().unwrap_or_default();
        // The validator drops fields that do not exist, and then misses them.
        if kind == "MissingSubselection" && !spot.bare {
            continue;
        }
        let problem = in_gitlabs_words(kind, &one.error.to_string(), &spot);
        let start = spot.start.unwrap_or(offset);
        let problem = problem.at(Place::of(text, start)).under(spot.path);
        if !all.contains(&problem) {
            all.push(problem);
        }
    }
    all.truncate(MAX_PROBLEMS);
    all
}

/// Says what the validator found as GitLab's says it. What has no form of its own there keeps the validator's words.
fn in_gitlabs_words(kind: &str, said: &str, spot: &Spot) -> Problem {
    // The validator quotes every name in backticks, in a fixed order per kind of problem.
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let name = |index: usize| quoted.get(index).copied().unwrap_or_default();
    let field = spot.field.as_deref().unwrap_or_default();
    let operation = &spot.operation;
    match kind {
        "UndefinedField" => Problem::new(format!("Field '{}' doesn't exist on type '{}'", name(1), name(0)))
            .with(json!({ "code": "undefinedField", "typeName": name(0), "fieldName": name(1) })),
        "UndefinedArgument" => Problem::new(format!("Field '{field}' doesn't accept argument '{}'", name(0)))
            .with(json!({ "code": "argumentNotAccepted", "name": field, "typeName": "Field", "argumentName": name(0) })),
        "RequiredArgument" => {
            let argument = inside_brackets(name(0));
            Problem::new(format!("Field '{field}' is missing required arguments: {argument}"))
                .with(json!({ "code": "missingRequiredArguments", "className": "Field", "name": field, "arguments": argument }))
        }
        "RequiredField" => {
            let (object, attribute) = name(0).split_once('.').unwrap_or_default();
            let ty = input_type(object, attribute);
            Problem::new(format!("Argument '{attribute}' on InputObject '{object}' is required. Expected type {ty}"))
                .with(json!({
                    "code": "missingRequiredInputObjectAttribute", "argumentName": attribute,
                    "argumentType": ty, "inputObjectType": object,
                }))
        }
        "UndefinedInputValue" => {
            Problem::new(format!("InputObject '{}' doesn't accept argument '{}'", name(1), name(0)))
                .with(json!({ "code": "argumentNotAccepted", "name": name(1), "typeName": "InputObject", "argumentName": name(0) }))
        }
        "UnsupportedValueType" | "UndefinedEnumValue" | "IntCoercionError" => {
            let argument = spot.argument.as_deref().unwrap_or_default();
            let ty = argument_type(field, argument).unwrap_or_default();
            let literal = spot.literal.as_deref().unwrap_or_default();
            Problem::new(format!(
                "Argument '{argument}' on Field '{field}' has an invalid value ({literal}). Expected type '{ty}'."
            ))
            .with(json!({ "code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": argument }))
        }
        "MissingSubselection" => {
            let ty = said_type(field);
            Problem::new(format!(
                "Field must have selections (field '{field}' returns {ty} but has no selections. Did you mean '{field} {{ ... }}'?)"
            ))
            .with(json!({ "code": "selectionMismatch", "nodeName": format!("field '{field}'"), "typeName": ty }))
        }
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => {
            let kind = if kind == "SubselectionOnEnumType" { "enums" } else { "scalars" };
            let below = spot.below.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ");
            Problem::new(format!("Selections can't be made on {kind} (field '{field}' returns {} but has selections [{below}])", name(0)))
                .with(json!({ "code": "selectionMismatch", "nodeName": format!("field '{field}'"), "typeName": name(0) }))
        }
        "UndefinedVariable" => {
            let variable = name(0).trim_start_matches('$');
            Problem::new(format!("Variable ${variable} is used by {operation} but not declared"))
                .with(json!({ "code": "variableNotDefined", "variableName": variable }))
        }
        "UnusedVariable" => {
            let variable = name(0).trim_start_matches('$');
            Problem::new(format!("Variable ${variable} is declared by {operation} but not used"))
                .with(json!({ "code": "variableNotUsed", "variableName": variable }))
        }
        "DisallowedVariableUsage" => {
            let variable = name(0).trim_start_matches('$');
            Problem::new(format!(
                "Type mismatch on variable ${variable} and argument {} ({} / {})", name(2), name(1), name(3)
            ))
            .with(json!({
                "code": "variableMismatch", "variableName": variable, "typeName": name(1),
                "argumentName": name(2), "errorMessage": "Type mismatch",
            }))
        }
        "UndefinedFragment" => Problem::new(format!("Fragment {} was used, but not defined", name(0)))
            .with(json!({ "code": "useAndDefineFragment", "fragmentName": name(0) })),
        "UnusedFragment" => Problem::new(format!("Fragment {} was defined, but not used", name(0)))
            .with(json!({ "code": "useAndDefineFragment", "fragmentName": name(0) })),
        "UndefinedTypeInNamedFragmentTypeCondition" | "UndefinedTypeInInlineFragmentTypeCondition" => {
            Problem::new(format!("No such type {}, so it can't be a fragment condition", name(0)))
                .with(json!({ "code": "undefinedType", "typeName": name(0) }))
        }
        _ => Problem::new(said),
    }
}

/// `fullPath` of `Query.group(fullPath:)`.
fn inside_brackets(coordinate: &str) -> &str {
    let inside = coordinate
        .split_once('(')
        .map_or(coordinate, |(_, rest)| rest);
    inside.trim_end_matches(')').trim_end_matches(':')
}

/// The declared type of an attribute of an input object.
fn input_type(object: &str, attribute: &str) -> String {
    let definition = schema().get_input_object(object);
    let field = definition.and_then(|one| one.fields.get(attribute));
    field.map(|field| field.ty.to_string()).unwrap_or_default()
}

/// The declared type of an argument of any field of this name.
fn argument_type(field: &str, argument: &str) -> Option<String> {
    let definition = field_definition(field)?;
    Some(
        definition
            .argument_by_name(argument)?
            .ty
            .inner_named_type()
            .to_string(),
    )
}

/// What a field of this name gives.
fn said_type(field: &str) -> String {
    field_definition(field)
        .map(|one| one.ty.to_string())
        .unwrap_or_default()
}

fn field_definition(field: &str) -> Option<&'static apollo_compiler::ast::FieldDefinition> {
    let objects = schema().types.values().filter_map(|ty| ty.as_object());
    objects
        .filter_map(|object| object.fields.get(field))
        .map(|one| &***one)
        .next()
}

/// A value of a variable that does not fit its type (facts §4.8).
pub(super) fn variable_problem(
    operation: &Operation,
    said: &str,
    place: Option<Place>,
    values: &Value,
) -> Problem {
    // The validator names the variable after a dollar sign or in quotes.
    let mentions = |name: &str| {
        said.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| word == name)
    };
    let named = operation.variables.iter().find(|one| mentions(&one.name));
    let Some(variable) = named else {
        return Problem::new(said);
    };
    let value = values
        .get(variable.name.as_str())
        .cloned()
        .unwrap_or(Value::Null);
    let explanation = if value.is_null() {
        "Expected value to not be null".to_owned()
    } else {
        format!(
            "Could not coerce value {value} to {}",
            variable.ty.inner_named_type()
        )
    };
    let message = format!(
        "Variable ${} of type {} was provided invalid value",
        variable.name, variable.ty
    );
    let problem = Problem::new(message)
        .with(json!({ "value": value, "problems": [{ "path": [], "explanation": explanation }] }));
    match place {
        Some(place) => problem.at(place),
        None => problem,
    }
}
