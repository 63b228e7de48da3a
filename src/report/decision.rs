use schemars::JsonSchema;
use serde::Serialize;

use super::standing::Standing;
use super::status::KeyResultStatus;
use crate::model::Key;

/// Something that somebody has to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    /// About which key result.
    #[schemars(with = "String")]
    pub key: Key,
    /// What is to be decided, in a sentence without a full stop. It names others by their keys.
    pub question: String,
    /// Who answers for the key result.
    pub owner: Option<String>,
    /// Whether its issue is or becomes confidential.
    pub confidential: bool,
}

/// What is to be decided about a key result, weightiest first.
pub(super) fn decisions(key_result: &KeyResultStatus) -> Vec<(u8, Decision)> {
    let mut found = Vec::new();
    let mut ask = |weight: u8, question: String| {
        let decision = Decision {
            key: key_result.key.clone(),
            question,
            owner: key_result.owner.clone(),
            confidential: key_result.confidential,
        };
        found.push((weight, decision));
    };
    let waiting = match key_result.needed_by.as_slice() {
        [] => String::new(),
        keys => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            format!("; {} waits for it", keys.join(", "))
        }
    };
    if key_result.standing == Standing::AtRisk {
        ask(
            0,
            format!("it is at risk: help it, change its goal by an amendment, or drop it{waiting}"),
        );
    }
    let contradictions = &key_result.contradictions;
    if !contradictions.is_empty() && key_result.standing != Standing::AtRisk {
        ask(
            1,
            format!("which is right, the word or the number{waiting}"),
        );
    }
    if key_result.standing == Standing::Unknown {
        let question = if key_result.freshness.as_deref() == Some("stale") {
            "who looks after it: nobody has said for long how it goes"
        } else {
            "how it is measured: nothing is known of it yet"
        };
        ask(2, format!("{question}{waiting}"));
    }
    if !key_result.conflicts.is_empty() {
        let days: Vec<String> = key_result
            .conflicts
            .iter()
            .map(ToString::to_string)
            .collect();
        ask(
            3,
            format!(
                "what is true of {}: the file and the issue differ",
                days.join(", ")
            ),
        );
    }
    found
}
