//! The laws as properties: whatever the files say and whatever people do, on every tier.

use std::fmt::Write as _;

use okrsync::gitlab::Client;
use okrsync::issue::{Description, DesiredIssue, desired_issues};
use okrsync::sandbox::state::{State, Tier};
use okrsync::sandbox::{EditRequest, Fault, FaultRule, World};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::ending::ending;
use super::faults::{block_on, thorough};
use super::scene::{Scene, world};

const OKR_TOML: &str = r#"
[gitlab]
owner = "acme/okrs"
[teams.infra]
manager = "dan"
tracker = "acme/okrs"
[teams.sre]
parent = "infra"
manager = "mia"
tracker = "acme/okrs"
key_result_tracker = "acme/delivery"
[policy]
objectives = { min = 0, max = 9 }
key_results = { min = 0, max = 9 }
"#;

/// Pieces that mean something to GitLab, to Markdown, to TOML or to our own block.
const PIECES: &[&str] = &[
    "words",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "/close",
    "\n/label ~bug",
    "@mia",
    "@all",
    "&#64;all",
    "```\n",
    "~~~",
    "`",
    "    code",
    "<!--",
    "-->",
    "<!-- okrsync -->",
    "\n<!-- okrsync:v1\n{}\n-->",
    "| a | b |",
    "\n| --- | --- |\n",
    "# heading",
    "- item",
    "1. one",
    "> quote",
    "<details>",
    "\\",
    "$x$",
    "*it*",
    "_it_",
    "[a](b)",
    "~bug",
    "#1",
    "!1",
    "%1",
    "é",
    "مرحبا",
    "\u{202e}rtl",
    "\u{200b}",
    "\u{a0}",
    "👩‍💻",
    "---",
    "&lt;",
    "\"",
    "'",
];

fn text(pieces: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), pieces).prop_map(|pieces| pieces.concat())
}

fn title() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => text(1..6).prop_map(|text| format!("t{}", text.replace(['\n', '\r'], " "))),
        1 => Just("é".repeat(255)),
    ]
}

/// The words of one objective and of its key results: title, description, note of a check-in.
#[derive(Debug, Clone)]
struct Words {
    objective: (String, String),
    key_results: Vec<(String, String, String)>,
}

fn words() -> impl Strategy<Value = Words> {
    let key_result = (title(), text(0..8), text(0..4));
    ((title(), text(0..8)), prop::collection::vec(key_result, 2)).prop_map(
        |(objective, key_results)| Words {
            objective,
            key_results,
        },
    )
}

impl Words {
    /// The file of the team.
    fn toml(&self) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let (title, description) = &self.objective;
        let mut file = format!(
            "[objective.a]\ntitle = {}\ndescription = {}\n",
            quoted(title),
            quoted(description)
        );
        for (at, (title, description, note)) in self.key_results.iter().enumerate() {
            write!(
                file,
                "[objective.a.kr.k{at}]\ntitle = {}\ndescription = {}\nfrom = 1\nto = 9{at}\n\
                 check_in.2026-10-05 = {{ value = {at}, note = {} }}\n",
                quoted(title),
                quoted(description),
                quoted(&format!("n{note}"))
            )
            .unwrap();
        }
        file
    }
}

/// What people do to one issue.
#[derive(Debug, Clone)]
enum Deed {
    Labels(String),
    Around(String, String),
    Row,
    Title(String),
    Close,
    Assign,
    Unlabel,
    Definition(String),
    Comment(String),
    Confidential,
}

fn deed() -> impl Strategy<Value = Deed> {
    // Somebody who writes our own markers damages the block: another case than this.
    let own = |text: String| text.replace("okrsync", "others");
    prop_oneof![
        Just(Deed::Labels("theirs,more".to_owned())),
        (text(0..6).prop_map(own), text(0..6).prop_map(own))
            .prop_map(|(above, below)| Deed::Around(above, below)),
        Just(Deed::Row),
        title().prop_map(Deed::Title),
        Just(Deed::Close),
        Just(Deed::Assign),
        Just(Deed::Unlabel),
        text(1..4).prop_map(own).prop_map(Deed::Definition),
        text(0..4).prop_map(|text| Deed::Comment(format!("c{text}"))),
        Just(Deed::Confidential),
    ]
}

impl Deed {
    /// Does it, where the issue allows it.
    async fn happens(&self, scene: &Scene, id: u64) {
        if let Some(request) = self.request(&scene.state(), id) {
            scene.sandbox.set_faults(vec![FaultRule::once(Fault::Edit {
                requests: vec![request],
            })]);
            scene.client("owner").metadata().await.unwrap();
        }
    }

    fn request(&self, state: &State, id: u64) -> Option<EditRequest> {
        let issue = &state.issues[&id];
        let at = format!("/api/v4/projects/{}/issues/{}", issue.project, issue.iid);
        let text = issue.description.clone().unwrap_or_default();
        let ann = state.users.values().find(|user| user.username == "ann")?.id;
        let (method, path, body): (&str, String, Value) = match self {
            Self::Labels(labels) => ("PUT", at, json!({"add_labels": labels})),
            Self::Around(above, below) => (
                "PUT",
                at,
                json!({"description": format!("{above}\n\n{text}\n\n{below}")}),
            ),
            Self::Row => {
                let end = text.find("\n\n<!-- okrsync:v1")?;
                if !text.contains("okrsync:check-ins") {
                    return None;
                }
                let (table, rest) = text.split_at(end);
                let row = "\n| 2026-11-09 | 105 | | | by hand |";
                (
                    "PUT",
                    at,
                    json!({"description": format!("{table}{row}{rest}")}),
                )
            }
            Self::Title(title) => ("PUT", at, json!({"title": title})),
            Self::Close => ("PUT", at, json!({"state_event": "close"})),
            Self::Assign => ("PUT", at, json!({"assignee_ids": [ann]})),
            Self::Unlabel => ("PUT", at, json!({"remove_labels": "2026-q4"})),
            Self::Definition(words) => {
                let begin = "<!-- okrsync -->\n\n";
                let edited = text.replacen(begin, &format!("{begin}Also {words}\n\n"), 1);
                ("PUT", at, json!({"description": edited}))
            }
            Self::Comment(body) => ("POST", format!("{at}/notes"), json!({"body": body})),
            Self::Confidential => ("PUT", at, json!({"confidential": true})),
        };
        Some(EditRequest {
            token: "owner".into(),
            method: method.into(),
            path,
            body,
        })
    }
}

fn declared(words: &Words) -> Option<(okrsync::config::Config, Vec<DesiredIssue>)> {
    let outcome = crate::files::load(OKR_TOML, &[("okrs/2026-q4/sre.toml", &words.toml())]);
    if outcome.found.has_errors() {
        return None;
    }
    let desired = desired_issues(&outcome.tree, &outcome.config);
    Some((outcome.config, desired))
}

/// Applies, and expects that everything is done and that nothing is left to do.
async fn comes_to_rest(scene: &Scene, desired: &[DesiredIssue]) -> Result<(), TestCaseError> {
    let client = Client::new(scene.settings("bot")).unwrap();
    let (plan, report) = scene.attempt(&client, desired).await.unwrap();
    prop_assert_eq!(&plan.conflicts, &[]);
    prop_assert_eq!(report.failed(), 0, "{:#?}", report);
    let (next, _) = scene.plan(desired).await;
    prop_assert!(next.is_empty(), "{:#?}", next);
    let (again, _) = scene.plan(desired).await;
    prop_assert_eq!(
        serde_json::to_string(&next).unwrap(),
        serde_json::to_string(&again).unwrap()
    );
    Ok(())
}

/// What of an issue is people's: their labels, their text, their rows, comments, whether it is confidential.
fn of_people(state: &State, ours: &[DesiredIssue]) -> Vec<String> {
    let mut theirs = Vec::new();
    for issue in state.issues.values() {
        let text = issue.description.as_deref().unwrap_or_default();
        let found = Description::parse(text).unwrap();
        let row = found
            .block
            .as_ref()
            .is_some_and(|block| block.body.contains("by hand"));
        let labels: Vec<&str> = issue
            .labels
            .iter()
            .map(|id| state.labels[id].name.as_str())
            .filter(|name| !ours.iter().any(|wanted| wanted.labels.contains(*name)))
            .collect();
        theirs.push(format!(
            "{} {labels:?} {:?} {:?} {row} {} {:?}",
            issue.id, found.above, found.below, issue.confidential, issue.state
        ));
    }
    let comments = state.notes.values().filter(|note| !note.system);
    theirs.extend(comments.map(|note| note.body.clone()));
    theirs
}

async fn law(
    premium: bool,
    before: &Words,
    deeds: &[(usize, Deed)],
    after: &Words,
) -> Result<(), TestCaseError> {
    let (Some((config, desired)), Some((_, changed))) = (declared(before), declared(after)) else {
        return Err(TestCaseError::reject("not a legal file"));
    };
    let tier = if premium { Tier::Premium } else { Tier::Free };
    let mut scene = Scene::of(World { tier, ..world() }).await;
    scene.config = config;
    comes_to_rest(&scene, &desired).await?;
    for (at, deed) in deeds {
        let state = scene.state();
        let ids: Vec<u64> = state.issues.keys().copied().collect();
        deed.happens(&scene, ids[at % ids.len()]).await;
    }
    // Drift is kept: nothing is to be done, and doing it twice changes nothing.
    let lived_in = scene.state();
    comes_to_rest(&scene, &desired).await?;
    let kept = ending(&scene.state());
    prop_assert_eq!(ending(&lived_in), kept, "people are fought");
    let theirs = of_people(&scene.state(), &desired);
    comes_to_rest(&scene, &changed).await?;
    prop_assert_eq!(
        theirs,
        of_people(&scene.state(), &desired),
        "people's things are lost"
    );
    let settled = ending(&scene.state());
    comes_to_rest(&scene, &changed).await?;
    prop_assert_eq!(
        settled,
        ending(&scene.state()),
        "the second apply changes something"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if thorough() { 400 } else { 40 }, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_comes_to_rest_and_nothing_of_peoples_is_lost(
        premium in any::<bool>(),
        before in words(),
        deeds in prop::collection::vec((0usize..3, deed()), 0..6),
        after in words(),
    ) {
        block_on(law(premium, &before, &deeds, &after))?;
    }
}

#[tokio::test]
async fn every_deed_leaves_its_mark() {
    let words = Words {
        objective: ("An objective".into(), String::new()),
        key_results: vec![("A key result".into(), String::new(), String::new())],
    };
    let (config, desired) = declared(&words).unwrap();
    let mut scene = Scene::new().await;
    scene.config = config;
    comes_to_rest(&scene, &desired).await.unwrap();
    let key_result = *scene.state().issues.keys().last().unwrap();
    for deed in [
        Deed::Labels("theirs".into()),
        Deed::Around("above".into(), "below".into()),
        Deed::Row,
        Deed::Title("Another".into()),
        Deed::Close,
        Deed::Assign,
        Deed::Unlabel,
        Deed::Definition("more".into()),
        Deed::Comment("A comment".into()),
        Deed::Confidential,
    ] {
        let before = ending(&scene.state());
        deed.happens(&scene, key_result).await;
        assert_ne!(before, ending(&scene.state()), "{deed:?}");
        comes_to_rest(&scene, &desired).await.unwrap();
    }
}

#[tokio::test]
async fn a_row_that_somebody_wrote_twice_is_left_alone() {
    let words = Words {
        objective: ("An objective".into(), String::new()),
        key_results: vec![("A key result".into(), String::new(), String::new())],
    };
    let (config, desired) = declared(&words).unwrap();
    let mut scene = Scene::new().await;
    scene.config = config;
    comes_to_rest(&scene, &desired).await.unwrap();
    let key_result = *scene.state().issues.keys().last().unwrap();
    Deed::Row.happens(&scene, key_result).await;
    Deed::Row.happens(&scene, key_result).await;
    let (plan, _) = scene.plan(&desired).await;
    assert_eq!(plan.changes, []);
    assert!(
        plan.notices
            .iter()
            .any(|notice| notice.id == "awaiting-pull")
    );
}
