//! What goes wrong on purpose, as a client meets it.

use okrsync::sandbox::{EditRequest, Fault, FaultRule};
use serde_json::{Value, json};

use super::{ask, clock, recorded_world, start, try_ask};

const ISSUES: &str = "/api/v4/projects/1/issues";

fn on_post(fault: Fault) -> Vec<FaultRule> {
    vec![FaultRule {
        method: Some("POST".into()),
        ..FaultRule::once(fault)
    }]
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_or_not() {
    let sandbox = start(recorded_world(), clock()).await;
    let lose = async |fault: Fault| {
        sandbox.set_faults(on_post(fault));
        let answer = try_ask(
            &sandbox,
            "maintainer",
            "POST",
            ISSUES,
            json!({ "title": "a" }),
        )
        .await;
        match answer {
            Ok(answer) => answer.text().await.is_err(),
            Err(_) => true,
        }
    };
    let issues = || sandbox.with_state(|state| state.issues.len());
    assert!(lose(Fault::DropBefore).await);
    assert_eq!(issues(), 0);
    assert!(lose(Fault::DropAfter).await);
    assert_eq!(issues(), 1);
    assert!(lose(Fault::Truncate).await);
    assert_eq!(issues(), 2);
    let statuses: Vec<u16> = sandbox.journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [0, 0, 201]);
}

#[tokio::test]
async fn a_truncated_answer_begins_as_it_should() {
    let sandbox = start(recorded_world(), clock()).await;
    sandbox.set_faults(on_post(Fault::Truncate));
    let mut answer = try_ask(
        &sandbox,
        "maintainer",
        "POST",
        ISSUES,
        json!({ "title": "a" }),
    )
    .await
    .unwrap();
    assert_eq!(answer.status(), 201);
    let first = answer.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"{\"id\":1,"));
    assert!(answer.chunk().await.is_err());
}

#[tokio::test]
async fn a_status_may_come_before_or_after_the_deed() {
    let sandbox = start(recorded_world(), clock()).await;
    let body = || json!({ "title": "a" });
    let page = "<html>502</html>".to_owned();
    sandbox.set_faults(on_post(Fault::StatusBefore {
        status: 502,
        body: page,
    }));
    assert_eq!(
        ask(&sandbox, "maintainer", "POST", ISSUES, body()).await,
        (502, Value::Null)
    );
    let told = json!({ "message": "500 Internal Server Error" });
    let after = Fault::StatusAfter {
        status: 500,
        body: told.to_string(),
    };
    sandbox.set_faults(on_post(after));
    assert_eq!(
        ask(&sandbox, "maintainer", "POST", ISSUES, body()).await,
        (500, told)
    );
    assert_eq!(sandbox.with_state(|state| state.issues.len()), 1);
    sandbox.set_faults(on_post(Fault::RateLimited {
        retry_after: Some(7),
    }));
    let answer = try_ask(&sandbox, "maintainer", "POST", ISSUES, body())
        .await
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
}

#[tokio::test]
async fn other_people_edit_in_between() {
    let sandbox = start(recorded_world(), clock()).await;
    ask(
        &sandbox,
        "maintainer",
        "POST",
        ISSUES,
        json!({ "title": "mine" }),
    )
    .await;
    let edit = EditRequest {
        token: "owner".into(),
        method: "PUT".into(),
        path: format!("{ISSUES}/1"),
        body: json!({ "description": "theirs" }),
    };
    let rule = FaultRule {
        method: Some("PUT".into()),
        ..FaultRule::once(Fault::Edit {
            requests: vec![edit],
        })
    };
    sandbox.set_faults(vec![rule]);
    let change = json!({ "title": "mine, too" });
    let (status, issue) = ask(
        &sandbox,
        "maintainer",
        "PUT",
        &format!("{ISSUES}/1"),
        change,
    )
    .await;
    assert_eq!(
        (status, &issue["title"], &issue["description"]),
        (200, &json!("mine, too"), &json!("theirs"))
    );
}

#[tokio::test]
async fn faults_and_journal_are_open_to_other_programs() {
    let sandbox = start(recorded_world(), clock()).await;
    let rules = json!([{ "skip": 1, "fault": { "status_before": { "status": 503 } } }]);
    assert_eq!(ask(&sandbox, "", "PUT", "/-/faults", rules).await.0, 204);
    let version = "/api/v4/version";
    assert_eq!(
        ask(&sandbox, "owner", "GET", version, Value::Null).await.0,
        200
    );
    assert_eq!(
        ask(&sandbox, "owner", "GET", version, Value::Null).await.0,
        503
    );
    let (_, journal) = ask(&sandbox, "", "GET", "/-/journal", Value::Null).await;
    assert_eq!(journal[1]["number"], 2);
    assert_eq!(journal[1]["user"], "owner");
    assert_eq!(journal[1]["status"], 503);
    assert_eq!(
        ask(&sandbox, "", "DELETE", "/-/journal", Value::Null)
            .await
            .0,
        204
    );
    assert_eq!(sandbox.journal(), []);
    ask(&sandbox, "owner", "POST", ISSUES, json!({ "title": "a" })).await;
    assert_eq!(
        ask(&sandbox, "", "DELETE", "/-/state", Value::Null).await.0,
        204
    );
    assert_eq!(sandbox.with_state(|state| state.issues.len()), 0);
}

#[tokio::test]
async fn several_in_one_process_share_nothing() {
    let one = start(recorded_world(), clock()).await;
    let two = start(recorded_world(), clock()).await;
    assert_ne!(one.url(), two.url());
    one.set_faults(on_post(Fault::StatusBefore {
        status: 503,
        body: String::new(),
    }));
    let create = async |sandbox: &okrsync::sandbox::Running| {
        let body = json!({ "title": "a" });
        ask(sandbox, "maintainer", "POST", ISSUES, body).await
    };
    let (status, issue) = create(&two).await;
    assert_eq!(status, 201);
    let address = issue["web_url"].as_str().unwrap();
    assert!(address.starts_with(&two.url()), "{address}");
    assert_eq!(one.journal(), []);
    assert_eq!(create(&one).await.0, 503);
    assert_eq!(create(&one).await.0, 201);
    assert_eq!(two.journal().len(), 1);
    assert_eq!(
        one.journal_after(1)
            .iter()
            .map(|entry| entry.number)
            .collect::<Vec<_>>(),
        [2]
    );
    one.stop().await;
    assert_eq!(create(&two).await.0, 201);
}
