//! Every recording, sent to a sandbox: how many of its exchanges agree with what a real GitLab answered.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use okrsync::sandbox::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::compare::{Ids, differences, header_differences};
use super::{client, clock, recorded_world, recordings, start};

/// What a replay gave.
#[derive(Debug, Default)]
struct Outcome {
    agree: usize,
    total: usize,
    reports: Vec<String>,
    thin: BTreeMap<String, usize>,
}

/// Replays one recording in the world that it began in. The clock follows the recorded times.
async fn replay(name: &str) -> Outcome {
    let clock = clock();
    let sandbox = start(recorded_world(), clock.clone()).await;
    let base = sandbox.url();
    let client = client();
    let mut outcome = Outcome::default();
    let mut ids = Ids::default();
    let mut bot = String::new();
    let text = std::fs::read_to_string(recordings().join(format!("{name}.jsonl"))).unwrap();
    for line in text.lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        if exchange["step"] == "wait" {
            clock.advance(SignedDuration::from_secs(
                exchange["seconds"].as_i64().unwrap(),
            ));
            continue;
        }
        outcome.total += 1;
        let (asked, want) = (&exchange["request"], &exchange["response"]);
        follow(&clock, &want["body"]);

        let path = translate_path(asked["path"].as_str().unwrap(), &ids);
        let method: Method = asked["method"].as_str().unwrap().parse().unwrap();
        let mut request = client.request(method, format!("{base}{path}"));
        for (name, value) in asked["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let who = exchange["as"].as_str().unwrap();
        request = match who {
            "anon" => request,
            "job" => request.header("job-token", "job"),
            "bogus" => request.header("private-token", "glpat-this-token-does-not-exist"),
            "bot" => request.header("private-token", &bot),
            who => request.header("private-token", who),
        };
        request = match &asked["body"] {
            Value::Null => request,
            Value::String(text) => request.body(text.clone()),
            body => request.body(translate(body, "", &ids).to_string()),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers: BTreeMap<String, String> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let text = answer.text().await.unwrap().replace(&base, "{base}");
        let got: Value = if text.is_empty() {
            Value::Null
        } else {
            let plain: String = text.chars().take(4000).collect();
            serde_json::from_str(&text).unwrap_or_else(|_| json!({ "__text__": plain }))
        };
        if status == 201
            && let Some(token) = got["token"].as_str()
        {
            token.clone_into(&mut bot);
        }

        let mut found = Vec::new();
        if json!(status) == want["status"] {
            if !want["body"].is_null() {
                found = differences(&want["body"], &got, ("", ""), &mut ids, &mut outcome.thin);
            }
            let wanted: BTreeMap<String, String> =
                serde_json::from_value(want["headers"].clone()).unwrap();
            let wanted = wanted
                .into_iter()
                .map(|(k, v)| (k.to_lowercase(), v))
                .collect();
            found.extend(header_differences(&wanted, &headers));
        } else {
            found.push(format!(
                "status: recorded {}, answered {status} {got}",
                want["status"]
            ));
        }
        if found.is_empty() {
            outcome.agree += 1;
        } else {
            let step = exchange["step"].as_str().unwrap();
            let (method, path) = (&asked["method"], &asked["path"]);
            outcome.reports.push(format!(
                "{step} as {who}: {method} {path}\n  {}",
                found.join("\n  ")
            ));
        }
    }
    sandbox.stop().await;
    outcome
}

/// Moves the clock to the time at which the recorded thing was made, if it is later: some answers depend on how long
/// after another request they came.
fn follow(clock: &Clock, body: &Value) {
    let Some(at) = body["created_at"]
        .as_str()
        .and_then(|at| at.parse::<Timestamp>().ok())
    else {
        return;
    };
    let ahead = at.duration_since(clock.now());
    if ahead.is_positive() && ahead < SignedDuration::from_hours(1) {
        clock.advance(ahead);
    }
}

/// Ids in paths belong to the server that gave them.
fn translate_path(path: &str, ids: &Ids) -> String {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (path, String::new()),
    };
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    for index in 1..parts.len() {
        let of_kind = matches!(
            parts[index - 1].as_str(),
            "notes" | "links" | "milestones" | "work_items"
        );
        if let Some(id) = parts[index].parse().ok().filter(|_| of_kind) {
            parts[index] = ids.translate(id).to_string();
        }
    }
    format!("{}{query}", parts.join("/"))
}

/// So do ids in bodies; and a text that the recording shortened is made as long again.
fn translate(value: &Value, key: &str, ids: &Ids) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(k, v)| (k.clone(), translate(v, k, ids)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(|item| translate(item, key, ids)).collect(),
        Value::Number(number) if key == "milestone_id" => number
            .as_u64()
            .map_or_else(|| value.clone(), |id| json!(ids.translate(id))),
        Value::String(text) => json!(translate_gids(&lengthen(text), ids)),
        other => other.clone(),
    }
}

fn lengthen(text: &str) -> String {
    let Some((head, length)) = text.split_once("...(") else {
        return text.to_owned();
    };
    let Some(length) = length.strip_suffix(" characters in all)") else {
        return text.to_owned();
    };
    let first = head.chars().next().unwrap_or_default().to_string();
    length
        .parse()
        .map_or_else(|_| text.to_owned(), |length| first.repeat(length))
}

fn translate_gids(text: &str, ids: &Ids) -> String {
    let mut parts = text.split("gid://gitlab/");
    let mut done = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        done.push_str("gid://gitlab/");
        let number = part.split_once('/').and_then(|(kind, rest)| {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            Some((kind, rest[..digits].parse().ok()?, &rest[digits..]))
        });
        match number {
            Some((kind, id, rest)) => {
                done.extend([kind, "/", &ids.translate(id).to_string(), rest]);
            }
            None => done.push_str(part),
        }
    }
    done
}

/// Asserts how many exchanges of a recording agree; those that do not are in the message.
async fn agrees(name: &str, agree: usize, total: usize) {
    let outcome = replay(name).await;
    let report = format!("{}\nthin: {:?}", outcome.reports.join("\n"), outcome.thin);
    assert_eq!(
        (outcome.agree, outcome.total),
        (agree, total),
        "{name}:\n{report}"
    );
}

macro_rules! replays {
    ($($name:ident: $agree:literal of $total:literal;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                agrees(stringify!($name), $agree, $total).await;
            }
        )*
    };
}

// The exchanges that do not agree are listed where they are counted.
replays! {
    meta: 35 of 35;
    labels: 41 of 41;
    create: 102 of 102;
    update: 42 of 42;
    lists: 35 of 35;
    links: 21 of 21;
    notes: 12 of 12;
    milestones: 20 of 20;
    merge_request_notes: 12 of 12;
    hublimit: 206 of 206;
    throttle_create: 17 of 17;
    throttle_api: 15 of 15;
    graphql: 21 of 21;
    mutations: 26 of 26;
    bots: 38 of 38;
    flow: 45 of 45;
}
