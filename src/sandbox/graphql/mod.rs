//! `POST /api/graphql`: GitLab's GraphQL, as far as it is about issues.
//!
//! A request goes through GitLab's own steps, in its order: length, syntax, validation against the schema, complexity and
//! depth, then the fields. Reads share the state; every field of a mutation changes it before its answer is put together,
//! one after another and without a common transaction, as GitLab does (facts §4.7).

mod arguments;
mod complexity;
mod connection;
mod context;
mod document;
mod locate;
mod mutations;
mod nesting;
mod object;
mod problem;
mod request;
mod run;
mod schema;
mod selection;
mod syntax;
#[cfg(test)]
mod tests;
mod types;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::arguments::{Arguments, Variables};
use self::context::Context;
use self::nesting::Nesting;
use self::object::{Failure, Resolved};
use self::problem::{Place, Problem, errors};
use self::request::Request;
use self::run::Run;
use self::types::query::Query;
use super::Response;
use super::state::{Actor, Scope, State};

/// GitLab's longest query, in characters, over all queries of one request; variables do not count (facts §4.1).
const MAX_CHARACTERS: usize = 10_000;

/// Answers one GraphQL request: `{"query", "variables", "operationName"}`, or a list of them.
pub(crate) fn execute(state: &mut State, actor: &Actor, body: &Value, now: Timestamp) -> Response {
    let reads = actor
        .scopes
        .iter()
        .any(|scope| matches!(scope, Scope::Api | Scope::ReadApi));
    // A job's token is refused like one that does not exist (recorded: graphql/job).
    if actor.job_of.is_some() || (actor.user.is_some() && !reads) {
        return invalid_token();
    }
    let requests = match request::parse(body) {
        Ok(requests) => requests,
        Err(message) => return failed(422, &message),
    };
    if requests
        .iter()
        .map(|one| one.query.chars().count())
        .sum::<usize>()
        > MAX_CHARACTERS
    {
        return failed(422, "Query too large");
    }
    let limits = Limits::of(state, actor);
    let prepared: Vec<_> = requests.iter().map(|one| prepare(one, &limits)).collect();
    let total = prepared.iter().flatten().map(|one| one.score).sum::<u64>();
    let mut answers = Vec::with_capacity(requests.len());
    for prepared in &prepared {
        let answer = match prepared {
            Ok(prepared) => match limits.exceeded(total) {
                Some(problem) => Ok(refused(&[problem])),
                None => answer(state, actor, prepared, &limits, now),
            },
            Err(refusal) => Ok(refusal.clone()),
        };
        match answer {
            Ok(answer) => answers.push(answer),
            Err((status, message)) => return failed(status, &message),
        }
    }
    let body = match (body.is_array(), answers.pop()) {
        (false, Some(answer)) => answer,
        (_, last) => Value::Array(answers.into_iter().chain(last).collect()),
    };
    json_response(200, &body)
}

/// What GitLab says to a token that it does not know (recorded: graphql/bogus).
pub(crate) fn invalid_token() -> Response {
    failed(401, "Invalid token")
}

/// A request that ends as a whole: `{"errors": [{"message": …}]}` with its own status.
fn failed(status: u16, message: &str) -> Response {
    json_response(status, &json!({ "errors": [{ "message": message }] }))
}

fn json_response(status: u16, body: &Value) -> Response {
    let mut response = Response::json(status, body);
    for (name, value) in &mut response.headers {
        if *name == "content-type" {
            "application/json; charset=utf-8".clone_into(value);
        }
    }
    response
}

/// The answer to a query that was not run.
fn refused(problems: &[Problem]) -> Value {
    json!({ "errors": errors(problems) })
}

/// A query that may be run.
struct Prepared<'r> {
    text: &'r str,
    document: Valid<ExecutableDocument>,
    operation: Option<&'r str>,
    variables: Variables,
    score: u64,
}

/// Parses, validates and prices a query; the error is its answer.
fn prepare<'r>(request: &'r Request, limits: &Limits) -> Result<Prepared<'r>, Value> {
    if request.query.trim().is_empty() {
        return Err(refused(&[Problem::new("No query string was present")]));
    }
    let document = document::parse(&request.query).map_err(|problems| refused(&problems))?;
    let operation = document.operations.get(request.operation.as_deref());
    let operation =
        operation.map_err(|_| refused(&[Problem::new(no_operation(&document, request))]))?;
    let variables = variables(operation, request, &document)?;
    // GitLab answers introspection from a file, whatever it would cost.
    let free = operation
        .root_fields(&document)
        .all(|field| field.name.starts_with("__"));
    let score = if free {
        0
    } else {
        complexity::score(&document, operation, &variables)
    };
    let nesting = Nesting::of(&document, operation);
    let too_much = limits.exceeded(score).or_else(|| limits.too_deep(&nesting));
    if let Some(problem) = too_much.filter(|_| !free) {
        return Err(refused(&[problem]));
    }
    let operation = request.operation.as_deref();
    Ok(Prepared {
        text: &request.query,
        document,
        operation,
        variables,
        score,
    })
}

/// The answer to one query, or the status and message that the whole request ends with.
fn answer(
    state: &mut State,
    actor: &Actor,
    prepared: &Prepared<'_>,
    limits: &Limits,
    now: Timestamp,
) -> Result<Value, (u16, String)> {
    let Prepared {
        text,
        document,
        variables,
        score,
        ..
    } = prepared;
    let Ok(operation) = document.operations.get(prepared.operation) else {
        return Ok(refused(&[Problem::new("An operation name is required")]));
    };
    let mut run = Run::new(document, text, variables);
    let complexity = (*score, limits.complexity);
    let data = if operation.is_mutation() {
        mutate(state, actor, operation, &mut run, complexity, now)
    } else {
        let context = Context {
            state,
            actor,
            now,
            complexity,
        };
        let mut data = run
            .object(&Query, [&operation.selection_set], &context)
            .ok();
        introspect(document, operation, variables, data.as_mut());
        data
    };
    if let Some(Failure::Request(status, message)) = run.end {
        return Err((status, message));
    }
    let mut answer = Map::new();
    if !run.problems.is_empty() {
        answer.insert("errors".to_owned(), errors(&run.problems));
    }
    answer.insert("data".to_owned(), data.map_or(Value::Null, Value::Object));
    Ok(Value::Object(answer))
}

/// Runs the fields of a mutation one after another: each changes the state, then its payload is read from it.
fn mutate<'d>(
    state: &mut State,
    actor: &Actor,
    operation: &'d Operation,
    run: &mut Run<'d>,
    complexity: (u64, u64),
    now: Timestamp,
) -> Option<Map<String, Value>> {
    let root = operation.object_type();
    let asked = selection::fields_for(
        run.document,
        [&operation.selection_set],
        root,
        run.variables,
    );
    let mut data = Map::new();
    for asked in &asked {
        let field = asked.field();
        if field.name == "__typename" {
            data.insert(asked.key.to_owned(), Value::from(root.as_str()));
            continue;
        }
        let arguments = Arguments::of(field, run.variables);
        let input = arguments.object("input").unwrap_or_default();
        let done = mutations::perform(&field.name, &input, state, actor, now);
        let context = Context {
            state,
            actor,
            now,
            complexity,
        };
        let value = run
            .field(asked, &context, |_| done.map(Resolved::object))
            .ok()?;
        data.insert(asked.key.to_owned(), value);
        if run.end.is_some() {
            break;
        }
    }
    Some(data)
}

/// Fills in `__schema` and `__type`.
fn introspect(
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: &Variables,
    data: Option<&mut Map<String, Value>>,
) {
    let asks = |name: &str| {
        operation
            .root_fields(document)
            .any(|field| field.name == name)
    };
    if !asks("__schema") && !asks("__type") {
        return;
    }
    let schema = schema::schema();
    let values = serde_json::from_value::<JsonMap>(Value::Object(variables.clone()));
    let values = Valid::assume_valid(values.unwrap_or_default());
    let map = schema.implementers_map();
    let answer =
        apollo_compiler::introspection::partial_execute(schema, &map, document, operation, &values);
    let found = answer.ok().and_then(|answer| answer.data);
    let found = found.and_then(|found| serde_json::to_value(found).ok());
    if let (Some(data), Some(Value::Object(found))) = (data, found) {
        data.extend(found);
    }
}

/// What GitLab says where the operation to run is not named, or not there.
fn no_operation(document: &ExecutableDocument, request: &Request) -> String {
    match &request.operation {
        Some(name) => format!("No operation named \"{name}\""),
        None if document.operations.is_empty() => {
            "The query did not contain an operation".to_owned()
        }
        None => "An operation name is required".to_owned(),
    }
}

/// The values of the declared variables, or the answer to wrong ones; others are ignored (recorded: graphql, all queries carry two).
fn variables(
    operation: &Operation,
    request: &Request,
    document: &ExecutableDocument,
) -> Result<Variables, Value> {
    let values = Value::Object(request.variables.clone());
    let raw = serde_json::from_value::<JsonMap>(values.clone()).unwrap_or_default();
    let coerced = coerce_variable_values(schema::schema(), operation, &raw).map_err(|error| {
        let place = error
            .location()
            .and_then(|span| span.line_column(&document.sources));
        let place = place.map(|at| Place {
            line: at.line,
            column: at.column,
        });
        let said = error.message().to_string();
        refused(&[document::variable_problem(operation, &said, place, &values)])
    })?;
    let plain = serde_json::to_value(coerced.into_inner());
    Ok(match plain {
        Ok(Value::Object(map)) => map,
        _ => Variables::new(),
    })
}

/// How much an asker may ask at once (facts §4.1).
struct Limits {
    complexity: u64,
    depth: usize,
}

impl Limits {
    fn of(state: &State, actor: &Actor) -> Self {
        match actor.user {
            None => Self {
                complexity: 200,
                depth: 15,
            },
            Some(_) if state.is_admin(actor) => Self {
                complexity: 300,
                depth: 20,
            },
            Some(_) => Self {
                complexity: 250,
                depth: 20,
            },
        }
    }

    /// What GitLab says of a price that is too high (recorded: mutations/create-aliased-30): of one query, and of all of
    /// a request together.
    fn exceeded(&self, score: u64) -> Option<Problem> {
        let limit = self.complexity;
        (score > limit).then(|| {
            Problem::new(format!(
                "Query has complexity of {score}, which exceeds max complexity of {limit}"
            ))
        })
    }

    /// What GitLab says of a query that nests too deep, or in itself.
    fn too_deep(&self, nesting: &Nesting) -> Option<Problem> {
        let limit = self.depth;
        if nesting.depth > limit {
            let depth = nesting.depth;
            let text = format!("Query has depth of {depth}, which exceeds max depth of {limit}");
            return Some(Problem::new(text));
        }
        nesting.recursion_message().map(Problem::new)
    }
}
