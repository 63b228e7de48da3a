//! Pages of lists: offsets with totals, and keysets with cursors.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::Context;
use crate::sandbox::Response;
use crate::sandbox::text::hex;

/// What stays as it is in a query, as Ruby's `to_query` leaves it.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Above so many rows GitLab counts no more: no totals and no last page.
const COUNTED: usize = 10_000;

/// Which page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Page {
    /// Reads `page` and `per_page`: more than 100 is silently 100, `per_page=0` an error, `page=0` the first (recorded:
    /// lists).
    pub(super) fn read(context: &Context<'_>) -> Result<Self, Response> {
        let number = context.params.number("page")?.unwrap_or(1).max(1);
        let size = context.params.number("per_page")?.unwrap_or(20);
        if size == 0 {
            return Err(Response::error(400, "per_page has a value not allowed"));
        }
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Self {
            number: whole(number),
            size: whole(size).min(100),
        })
    }
}

/// Answers one page of rows, each put into JSON by `show`. `defaults` are the parameters that GitLab adds to the links by
/// itself.
pub(super) fn paged<T>(
    context: &Context<'_>,
    rows: &[T],
    defaults: &[(&str, String)],
    show: impl Fn(&T) -> Value,
) -> Result<Response, Response> {
    let page = Page::read(context)?;
    let counted = rows.len() <= COUNTED;
    let pages = rows.len().div_ceil(page.size).max(1);
    let start = page.size.saturating_mul(page.number - 1).min(rows.len());
    let end = start.saturating_add(page.size).min(rows.len());
    let body: Vec<Value> = rows[start..end].iter().map(show).collect();
    let next = (end < rows.len()).then_some(page.number + 1);
    let previous = (page.number > 1 && page.number <= pages).then(|| page.number - 1);

    let link = |number: usize, rel: &str| {
        let mut pairs = given(context, defaults);
        pairs.push(("page".to_owned(), number.to_string()));
        pairs.push(("per_page".to_owned(), page.size.to_string()));
        format!("<{}>; rel=\"{rel}\"", address(context, pairs))
    };
    let mut links = Vec::new();
    links.extend(previous.map(|number| link(number, "prev")));
    links.extend(next.map(|number| link(number, "next")));
    links.push(link(1, "first"));
    if counted {
        links.push(link(pages, "last"));
    }
    let number = |number: Option<usize>| number.map_or_else(String::new, |one| one.to_string());
    let answer = Response::json(200, &Value::Array(body))
        .with("x-per-page", page.size.to_string())
        .with("x-page", page.number.to_string())
        .with("x-next-page", number(next))
        .with("x-prev-page", number(previous))
        .with("link", links.join(", "));
    Ok(if counted {
        answer
            .with("x-total", rows.len().to_string())
            .with("x-total-pages", pages.to_string())
    } else {
        answer
    })
}

/// Answers the rows after a cursor: no totals, and a link only if there are more (recorded: lists/keyset).
///
/// `key` gives what the list is ordered by and the id; the cursor says where the last page ended, so that rows that are
/// added or removed in between neither repeat nor skip any.
pub(super) fn keyset<T>(
    context: &Context<'_>,
    rows: &[T],
    defaults: &[(&str, String)],
    (key, ascending): (impl Fn(&T) -> (String, u64), bool),
    show: impl Fn(&T) -> Value,
) -> Result<Response, Response> {
    let page = Page::read(context)?;
    let after = match context.params.text("cursor") {
        None => None,
        Some(cursor) => {
            Some(decode(&cursor).ok_or_else(|| Response::error(400, "cursor is invalid"))?)
        }
    };
    let behind = |row: &T| {
        let Some((last, id)) = &after else {
            return true;
        };
        let (this, row) = key(row);
        let order = if ascending {
            this.cmp(last)
        } else {
            last.cmp(&this)
        };
        order.then_with(|| id.cmp(&row)).is_gt()
    };
    let left: Vec<&T> = rows.iter().filter(|row| behind(row)).collect();
    let shown = &left[..left.len().min(page.size)];
    let answer = Response::json(
        200,
        &Value::Array(shown.iter().map(|row| show(row)).collect()),
    );
    let Some(last) = shown.last().filter(|_| left.len() > shown.len()) else {
        return Ok(answer);
    };
    let (last, id) = key(last);
    let cursor = encode(&last, id);
    let mut pairs = given(context, defaults);
    pairs.push(("cursor".to_owned(), cursor.clone()));
    pairs.push(("per_page".to_owned(), page.size.to_string()));
    let link = format!("<{}>; rel=\"next\"", address(context, pairs));
    Ok(answer.with("x-next-cursor", cursor).with("link", link))
}

/// The parameters of the request and the defaults of the endpoint, without those of paging.
fn given(context: &Context<'_>, defaults: &[(&str, String)]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in &context.params.0 {
        if !matches!(
            name.as_str(),
            "page" | "per_page" | "cursor" | "private_token"
        ) {
            flatten(name, value, &mut pairs);
        }
    }
    for (name, value) in defaults {
        if !context.params.has(name) {
            pairs.push(((*name).to_owned(), value.clone()));
        }
    }
    pairs
}

fn flatten(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    // GitLab has parted the labels at their commas before it writes its links.
    let parted = matches!(name, "labels" | "not[labels]");
    match value {
        Value::Array(items) => {
            for item in items {
                flatten(&format!("{name}[]"), item, pairs);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                flatten(&format!("{name}[{key}]"), value, pairs);
            }
        }
        Value::String(text) if parted => {
            pairs.extend(
                text.split(',')
                    .map(|part| (format!("{name}[]"), part.to_owned())),
            );
        }
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        Value::Null => pairs.push((name.to_owned(), String::new())),
        value => pairs.push((name.to_owned(), value.to_string())),
    }
}

fn address(context: &Context<'_>, mut pairs: Vec<(String, String)>) -> String {
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let query: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
        .collect();
    format!(
        "{}{}?{}",
        context.state.base_url,
        context.request.path(),
        query.join("&")
    )
}

fn encode(last: &str, id: u64) -> String {
    hex(format!("{id}:{last}").as_bytes())
}

fn decode(cursor: &str) -> Option<(String, u64)> {
    let bytes: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (id, last) = text.split_once(':')?;
    Some((last.to_owned(), id.parse().ok()?))
}
