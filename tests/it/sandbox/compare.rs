//! How a recorded answer is compared with another server's: what may differ, and what may not.

use std::collections::BTreeMap;

use serde_json::Value;

/// The headers whose values are compared.
const EXACT: [&str; 6] = [
    "x-page",
    "x-per-page",
    "x-next-page",
    "x-prev-page",
    "x-total",
    "x-total-pages",
];

/// Ids of the recording and of the server, which must differ in one way throughout.
#[derive(Debug, Default)]
pub(crate) struct Ids(BTreeMap<u64, u64>);

impl Ids {
    fn same(&mut self, want: u64, got: u64) -> bool {
        *self.0.entry(want).or_insert(got) == got
    }

    /// The server's id for a recorded one.
    pub(crate) fn translate(&self, recorded: u64) -> u64 {
        self.0.get(&recorded).copied().unwrap_or(recorded)
    }
}

/// Times, tokens, avatars and cursors only have to be there.
fn is_loose(key: &str) -> bool {
    let last = key.rsplit('_').next().unwrap_or(key);
    matches!(last, "at" | "on")
        || matches!(
            key,
            "createdAt" | "updatedAt" | "closedAt" | "expiresAt" | "token"
        )
        || matches!(key, "last_used_ips" | "startCursor" | "endCursor")
        || ["avatar", "cursor", "correlation"]
            .iter()
            .any(|part| key.contains(part))
        || (key.starts_with("noteable_") && key.ends_with("_id"))
}

fn is_id(key: &str) -> bool {
    matches!(key.rsplit('_').next(), Some("id" | "ids")) || key == "linkId"
}

/// The differences of two bodies, each with its place. Keys that the answer lacks are collected in `thin`.
pub(crate) fn differences(
    want: &Value,
    got: &Value,
    (path, key): (&str, &str),
    ids: &mut Ids,
    thin: &mut BTreeMap<String, usize>,
) -> Vec<String> {
    if want == got || (is_loose(key) && want.is_null() == got.is_null()) {
        return Vec::new();
    }
    let differs = || {
        vec![format!(
            "{path}: recorded {}, answered {}",
            short(want),
            short(got)
        )]
    };
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            let mut found = Vec::new();
            for (key, value) in want {
                let place = format!("{path}.{key}");
                match got.get(key) {
                    Some(got) => found.extend(differences(value, got, (&place, key), ids, thin)),
                    None => *thin.entry(without_indices(&place)).or_default() += 1,
                }
            }
            found
        }
        (Value::Array(want), Value::Array(got)) => {
            let mut found = Vec::new();
            if want.len() != got.len() {
                let (want, got) = (want.len(), got.len());
                found.push(format!("{path}: {want} elements recorded, {got} answered"));
            }
            for (index, (want, got)) in want.iter().zip(got).enumerate() {
                found.extend(differences(
                    want,
                    got,
                    (&format!("{path}[{index}]"), key),
                    ids,
                    thin,
                ));
            }
            found
        }
        (Value::Number(want), Value::Number(got)) => match (want.as_u64(), got.as_u64()) {
            (Some(want), Some(got)) if is_id(key) && ids.same(want, got) => Vec::new(),
            _ => differs(),
        },
        (Value::String(want), Value::String(got)) => {
            if same_text(want, got, ids) {
                Vec::new()
            } else {
                differs()
            }
        }
        _ => differs(),
    }
}

/// Texts are alike if only global ids, hashes and numbers in addresses differ, or if the recorded one was cut.
fn same_text(want: &str, got: &str, ids: &mut Ids) -> bool {
    let (flat_want, gids_want) = without_gids(want);
    let (flat_got, gids_got) = without_gids(got);
    let same_ids = gids_want.len() == gids_got.len()
        && without_hashes(&flat_want) == without_hashes(&flat_got)
        && gids_want
            .iter()
            .zip(&gids_got)
            .all(|(want, got)| ids.same(*want, *got));
    let address = want.starts_with("{base}") && without_digits(want) == without_digits(got);
    let cut = want
        .split_once("...(")
        .is_some_and(|(head, _)| head == got.chars().take(40).collect::<String>());
    same_ids || address || cut
}

/// A text with `#` for the number of every global id, and these numbers.
fn without_gids(text: &str) -> (String, Vec<u64>) {
    let mut flat = String::new();
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("gid://gitlab/") {
        let (before, gid) = rest.split_at(at);
        let kind = gid["gid://gitlab/".len()..]
            .find(|c: char| !c.is_ascii_alphabetic() && c != ':')
            .map_or(gid.len(), |end| end + "gid://gitlab/".len());
        flat.push_str(before);
        flat.push_str(&gid[..kind]);
        rest = &gid[kind..];
        let Some(number) = rest.strip_prefix('/') else {
            continue;
        };
        let digits = number.chars().take_while(char::is_ascii_digit).count();
        if digits > 0 {
            numbers.push(number[..digits].parse().unwrap());
            flat.push_str("/#");
            rest = &number[digits..];
        }
    }
    flat.push_str(rest);
    (flat, numbers)
}

/// A text without the hashes in bots' names, and without other hashes of 64 digits.
fn without_hashes(text: &str) -> String {
    let mut flat = String::new();
    let mut run = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_hexdigit() {
            run.push(c);
            continue;
        }
        let of_bot = flat.ends_with("_bot_") && run.len() == 32;
        flat.push_str(if of_bot || run.len() == 64 { "#" } else { &run });
        run.clear();
        flat.push(c);
    }
    flat
}

fn without_digits(text: &str) -> String {
    let mut flat = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !flat.ends_with('#') {
            flat.push(c);
        }
    }
    flat
}

fn without_indices(path: &str) -> String {
    let mut flat = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        flat.push(c);
    }
    flat
}

/// The differences of two sets of headers, names in lower case.
pub(crate) fn header_differences(
    want: &BTreeMap<String, String>,
    got: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut found = Vec::new();
    for name in EXACT {
        if want.get(name) != got.get(name) {
            let (want, got) = (want.get(name), got.get(name));
            found.push(format!(
                "header {name}: recorded {want:?}, answered {got:?}"
            ));
        }
    }
    for name in ["retry-after", "ratelimit-remaining", "ratelimit-reset"] {
        if want.contains_key(name) != got.contains_key(name) {
            let (want, got) = (want.get(name), got.get(name));
            found.push(format!(
                "header {name}: recorded {want:?}, answered {got:?}"
            ));
        }
    }
    if rels(want) != rels(got) {
        found.push(format!(
            "header link: recorded {:?}, answered {:?}",
            rels(want),
            rels(got)
        ));
    }
    found
}

fn rels(headers: &BTreeMap<String, String>) -> Vec<String> {
    let link = headers.get("link").map_or("", String::as_str);
    let parts = link.split("rel=\"").skip(1);
    let mut rels: Vec<String> = parts
        .map(|part| part.split('"').next().unwrap_or_default().to_owned())
        .collect();
    rels.sort();
    rels
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() < 160 {
        return text;
    }
    text.chars().take(160).chain(['…']).collect()
}
