//! What a real GitLab answered.

use serde_json::Value;

use super::server::Reply;

/// One recorded exchange.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub(super) scenario: String,
    pub(super) step: String,
    pub(super) method: String,
    pub(super) path: String,
    /// The body of the request.
    pub(super) sent: Value,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// The body of the answer; `Null` where there was none or where it was not kept.
    pub(super) body: Value,
}

impl Exchange {
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.scenario, self.step)
    }

    pub(super) fn reply(&self) -> Reply {
        let body = match &self.body {
            Value::Null => String::new(),
            Value::Object(text) if text.contains_key("__text__") => {
                text["__text__"].as_str().unwrap().to_owned()
            }
            body => body.to_string(),
        };
        Reply::Answer {
            status: self.status,
            headers: self.headers.clone(),
            body,
        }
    }
}

/// All exchanges of a scenario, in order.
pub(super) fn scenario(name: &str) -> Vec<Exchange> {
    let path = format!(
        "{}/tests/recordings/{name}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line.get("response").is_some())
        .map(|line| exchange(&line))
        .collect()
}

/// All exchanges of all scenarios.
pub(super) fn all() -> Vec<Exchange> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings");
    let files = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|ext| ext == "jsonl"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.iter().flat_map(|name| scenario(name)).collect()
}

/// The exchange `scenario/step`, the last of that name.
pub(super) fn recorded(name: &str) -> Exchange {
    let (file, step) = name.split_once('/').unwrap();
    scenario(file)
        .into_iter()
        .rfind(|exchange| exchange.step == step)
        .unwrap()
}

fn exchange(line: &Value) -> Exchange {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (request, response) = (&line["request"], &line["response"]);
    let headers = response["headers"].as_object().unwrap();
    Exchange {
        scenario: text(&line["scenario"]),
        step: text(&line["step"]),
        method: text(&request["method"]),
        path: text(&request["path"]),
        sent: request["body"].clone(),
        status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        body: response["body"].clone(),
    }
}
