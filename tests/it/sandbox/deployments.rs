//! Environments, deployments and what they brought, severities: where no recording has an answer, GitLab's source has it.

use serde_json::{Value, json};

use okrsync::sandbox::Running;

use super::{ask, clock, recorded_world, start};

const PROJECT: &str = "/api/v4/projects/1";

async fn get(sandbox: &Running, token: &str, path: &str) -> (u16, Value) {
    ask(
        sandbox,
        token,
        "GET",
        &format!("{PROJECT}{path}"),
        Value::Null,
    )
    .await
}

async fn post(sandbox: &Running, path: &str, body: Value) -> (u16, Value) {
    ask(
        sandbox,
        "maintainer",
        "POST",
        &format!("{PROJECT}{path}"),
        body,
    )
    .await
}

/// Puts a commit onto the default branch; where it is merged, the merge request's title is the commit's name.
async fn push(sandbox: &Running, sha: &str, merged_at: Option<&str>) -> u16 {
    let mut body = json!({ "project": "acme/okrs", "sha": sha });
    if let Some(at) = merged_at {
        body["merged"] = json!({
            "title": sha, "source_branch": format!("branch-{sha}"), "author": "maintainer",
            "labels": ["bug"], "created_at": "2026-11-01T00:00:00Z", "merged_at": at,
        });
    }
    ask(sandbox, "", "PUT", "/-/commits", body).await.0
}

async fn deploy(sandbox: &Running, environment: &str, sha: &str, status: &str) -> (u16, Value) {
    let body = json!({
        "environment": environment, "sha": sha, "ref": "main", "tag": false, "status": status,
    });
    post(sandbox, "/deployments", body).await
}

async fn titles(sandbox: &Running, path: &str) -> Vec<String> {
    let (status, rows) = get(sandbox, "maintainer", path).await;
    assert_eq!(status, 200, "{rows}");
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["title"].as_str().unwrap().to_owned())
        .collect()
}

/// A project with two merges and a push between them.
async fn with_commits() -> Running {
    let sandbox = start(recorded_world(), clock()).await;
    let label = json!({ "name": "bug", "color": "#336699" });
    assert_eq!(post(&sandbox, "/labels", label).await.0, 201);
    assert_eq!(
        push(&sandbox, "a1", Some("2026-11-02T00:00:00Z")).await,
        204
    );
    assert_eq!(push(&sandbox, "b2", None).await, 204);
    assert_eq!(
        push(&sandbox, "c3", Some("2026-11-04T00:00:00Z")).await,
        204
    );
    sandbox
}

#[tokio::test]
async fn a_deployment_brings_what_was_merged_since_the_one_before() {
    let sandbox = with_commits().await;
    let (status, first) = deploy(&sandbox, "production", "b2", "success").await;
    assert_eq!((status, &first["iid"]), (201, &json!(1)));
    assert_eq!(first["environment"]["name"], "production");
    assert_eq!(
        (&first["status"], &first["deployable"]),
        (&json!("success"), &Value::Null)
    );
    // The first brings all that was merged into its branch, as GitLab has no earlier one to go by.
    assert_eq!(
        titles(&sandbox, "/deployments/1/merge_requests").await,
        ["c3", "a1"]
    );
    assert_eq!(
        push(&sandbox, "d4", Some("2026-11-05T00:00:00Z")).await,
        204
    );
    deploy(&sandbox, "production", "d4", "success").await;
    assert_eq!(
        titles(&sandbox, "/deployments/2/merge_requests").await,
        ["d4"]
    );
    // Back to an earlier commit, and forth again: a merge request comes to an environment once.
    deploy(&sandbox, "production", "a1", "success").await;
    deploy(&sandbox, "production", "d4", "success").await;
    assert!(
        titles(&sandbox, "/deployments/3/merge_requests")
            .await
            .is_empty()
    );
    assert!(
        titles(&sandbox, "/deployments/4/merge_requests")
            .await
            .is_empty()
    );
    // Another environment has its own; one in a folder has none.
    deploy(&sandbox, "staging", "d4", "success").await;
    assert_eq!(
        titles(&sandbox, "/deployments/5/merge_requests")
            .await
            .len(),
        3
    );
    deploy(&sandbox, "review/a", "d4", "success").await;
    assert!(
        titles(&sandbox, "/deployments/6/merge_requests")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn what_failed_brings_nothing_until_it_succeeds() {
    let sandbox = with_commits().await;
    deploy(&sandbox, "production", "c3", "running").await;
    assert!(
        titles(&sandbox, "/deployments/1/merge_requests")
            .await
            .is_empty()
    );
    let change = async |status: &str| {
        let path = format!("{PROJECT}/deployments/1");
        ask(
            &sandbox,
            "maintainer",
            "PUT",
            &path,
            json!({ "status": status }),
        )
        .await
    };
    assert_eq!(change("failed").await.0, 200);
    assert!(
        titles(&sandbox, "/deployments/1/merge_requests")
            .await
            .is_empty()
    );
    let (status, body) = change("running").await;
    let said = json!({ "message": { "status": ["cannot transition via \"run\""] } });
    assert_eq!((status, body), (400, said));
    assert_eq!(change("success").await.0, 200);
    assert_eq!(
        titles(&sandbox, "/deployments/1/merge_requests")
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn lists_are_narrowed_and_odd_pairs_refused() {
    let sandbox = with_commits().await;
    for (environment, status) in [
        ("production", "success"),
        ("production", "failed"),
        ("staging", "success"),
        ("production", "success"),
    ] {
        deploy(&sandbox, environment, "c3", status).await;
    }
    let ids = async |query: &str| {
        let (status, rows) = get(&sandbox, "maintainer", &format!("/deployments{query}")).await;
        assert_eq!(status, 200, "{rows}");
        let rows = rows.as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [1, 2, 3, 4]);
    assert_eq!(ids("?sort=desc&per_page=2").await, [4, 3]);
    assert_eq!(ids("?status=failed").await, [2]);
    assert_eq!(ids("?environment=staging").await, [3]);
    let finished = "status=success&order_by=finished_at&sort=desc";
    assert_eq!(
        ids(&format!("?{finished}&finished_after=2020-01-01T00:00:00Z")).await,
        [4, 3, 1]
    );
    assert!(
        ids(&format!("?{finished}&finished_before=2020-01-01T00:00:00Z"))
            .await
            .is_empty()
    );
    for query in [
        "?order_by=finished_at",
        "?finished_after=2020-01-01T00:00:00Z&status=success",
        "?finished_after=2020-01-01T00:00:00Z&order_by=finished_at",
    ] {
        let (status, body) = get(&sandbox, "maintainer", &format!("/deployments{query}")).await;
        let said = body["message"].as_str().unwrap_or_default();
        assert!(
            status == 400 && said.contains("finished_at"),
            "{query}: {status} {body}"
        );
    }
}

/// Planner and Guest are no Reporters: `config/authz/roles`.
#[tokio::test]
async fn deployments_are_for_reporters_and_made_by_developers() {
    let sandbox = with_commits().await;
    deploy(&sandbox, "production", "c3", "success").await;
    for (token, status) in [
        ("reporter", 200),
        ("guest", 403),
        ("outsider", 403),
        ("", 401),
    ] {
        assert_eq!(
            get(&sandbox, token, "/deployments").await.0,
            status,
            "{token}"
        );
    }
    let body = json!({
        "environment": "production", "sha": "c3", "ref": "main", "tag": false, "status": "success",
    });
    let path = format!("{PROJECT}/deployments");
    assert_eq!(ask(&sandbox, "reporter", "POST", &path, body).await.0, 403);
    let (status, body) = post(&sandbox, "/deployments", json!({ "sha": "c3" })).await;
    let said = "environment is missing, ref is missing, tag is missing, status is missing";
    assert_eq!((status, body), (400, json!({ "error": said })));
}

#[tokio::test]
async fn merged_requests_tell_when_and_by_whom() {
    let sandbox = with_commits().await;
    let (_, rows) = get(&sandbox, "guest", "/merge_requests?state=merged&labels=bug").await;
    let newest = &rows[0];
    assert_eq!(newest["merged_at"], "2026-11-04T00:00:00.000Z");
    assert_eq!(newest["merge_user"]["username"], "maintainer");
    assert_eq!(newest["labels"], json!(["bug"]));
    assert_eq!(newest["merge_commit_sha"], "c3");
    let since = "/merge_requests?state=merged&updated_after=2026-11-03T00:00:00Z";
    assert_eq!(titles(&sandbox, since).await, ["c3"]);
    assert!(
        titles(&sandbox, "/merge_requests?labels=feature")
            .await
            .is_empty()
    );
    // The same commit twice, a label that is not there.
    assert_eq!(push(&sandbox, "a1", None).await, 409);
    let body = json!({
        "project": "acme/okrs", "sha": "e5",
        "merged": {
            "title": "e5", "source_branch": "e5", "author": "maintainer", "labels": ["none"],
            "created_at": "2026-11-01T00:00:00Z", "merged_at": "2026-11-01T00:00:00Z",
        },
    });
    assert_eq!(ask(&sandbox, "", "PUT", "/-/commits", body).await.0, 404);
}

#[tokio::test]
async fn deployments_are_counted_in_graphql() {
    let sandbox = with_commits().await;
    for status in ["success", "failed", "success"] {
        deploy(&sandbox, "production", "c3", status).await;
    }
    let count = async |token: &str, from: &str| {
        let query = format!(
            "{{ project(fullPath: \"acme/okrs\") {{ flowMetrics {{ deploymentCount(from: \"{from}\", to: \"2030-01-01\") {{ value }} }} }} }}"
        );
        let body = json!({ "query": query });
        let (_, answer) = ask(&sandbox, token, "POST", "/api/graphql", body).await;
        answer["data"]["project"]["flowMetrics"]["deploymentCount"]["value"].clone()
    };
    assert_eq!(count("maintainer", "2020-01-01").await, json!(2.0));
    assert_eq!(count("maintainer", "2029-01-01").await, json!(0.0));
}

#[tokio::test]
async fn an_incident_has_a_severity_and_another_issue_has_none() {
    let sandbox = start(recorded_world(), clock()).await;
    let made = async |kind: &str, text: &str| {
        let body = json!({ "title": "a", "issue_type": kind, "description": text });
        post(&sandbox, "/issues", body).await.1["severity"].clone()
    };
    assert_eq!(made("incident", "/severity S1").await, "CRITICAL");
    assert_eq!(made("incident", "/severity whatever").await, "UNKNOWN");
    assert_eq!(made("issue", "/severity S1").await, "UNKNOWN");
    let note = json!({ "body": "/severity high" });
    let (_, answer) = post(&sandbox, "/issues/2/notes", note).await;
    assert_eq!(answer["summary"], json!(["Severity updated to High."]));
    let severity = async |iid: u64| {
        let path = format!("/issues/{iid}");
        get(&sandbox, "maintainer", &path).await.1["severity"].clone()
    };
    assert_eq!(severity(2).await, "HIGH");
    let (_, notes) = get(&sandbox, "maintainer", "/issues/2/notes").await;
    assert_eq!(notes[0]["body"], "changed the severity to **High - S2**");
    let set = async |token: &str, iid: u64| {
        let query = format!(
            "mutation {{ issueSetSeverity(input: {{ projectPath: \"acme/okrs\", iid: \"{iid}\", severity: LOW }}) {{ errors issue {{ severity }} }} }}"
        );
        let body = json!({ "query": query });
        let (_, answer) = ask(&sandbox, token, "POST", "/api/graphql", body).await;
        answer["data"]["issueSetSeverity"]["issue"]["severity"].clone()
    };
    assert_eq!(set("maintainer", 2).await, "LOW");
    assert_eq!(set("maintainer", 3).await, "UNKNOWN");
    assert_eq!(set("guest", 1).await, Value::Null);
    assert_eq!(severity(1).await, "CRITICAL");
}
