//! Rules that no recording shows, and the server around them.

use okrsync::sandbox::state::Tier;
use okrsync::sandbox::{Error, Options, Sandbox, World};
use serde_json::{Value, json};

use super::{ask, client, clock, recorded_world, start};

const ISSUES: &str = "/api/v4/projects/1/issues";

#[tokio::test]
async fn premium_keeps_what_free_drops() {
    let world = World {
        tier: Tier::Premium,
        ..recorded_world()
    };
    let sandbox = start(world, clock()).await;
    let issue = json!({ "title": "a", "assignee_ids": [2, 4], "labels": "s::a,s::b", "weight": 3 });
    let (status, issue) = ask(&sandbox, "maintainer", "POST", ISSUES, issue).await;
    assert_eq!(status, 201);
    assert_eq!(issue["assignees"].as_array().unwrap().len(), 2);
    assert_eq!(issue["labels"], json!(["s::b"]));
    assert_eq!(issue["weight"], 3);
}

#[tokio::test]
async fn a_default_template_fills_a_blank_description() {
    let mut world = recorded_world();
    world.projects[0].default_template = Some("Why?\n\n/label ~x".into());
    let sandbox = start(world, clock()).await;
    let label = json!({ "name": "x", "color": "red" });
    ask(
        &sandbox,
        "maintainer",
        "POST",
        "/api/v4/projects/1/labels",
        label,
    )
    .await;
    let issue = json!({ "title": "a", "description": "  " });
    let (_, issue) = ask(&sandbox, "maintainer", "POST", ISSUES, issue).await;
    assert_eq!(
        (&issue["description"], &issue["labels"]),
        (&json!("Why?"), &json!(["x"]))
    );
}

#[tokio::test]
async fn what_was_read_is_not_sent_again() {
    let sandbox = start(recorded_world(), clock()).await;
    let url = format!("{}/api/v4/projects/1/labels", sandbox.url());
    let read = || client().get(&url).header("private-token", "owner");
    let first = read().send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let again = read().header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn too_large_bodies_are_refused() {
    let sandbox = start(recorded_world(), clock()).await;
    let issue = json!({ "title": "a", "description": "x".repeat(2 * 1024 * 1024) });
    assert_eq!(
        ask(&sandbox, "maintainer", "POST", ISSUES, issue).await.0,
        413
    );
}

#[tokio::test]
async fn cursors_neither_repeat_nor_skip() {
    let sandbox = start(recorded_world(), clock()).await;
    for number in 0..5 {
        let issue = json!({ "title": format!("{number}") });
        ask(&sandbox, "maintainer", "POST", ISSUES, issue).await;
    }
    for sort in ["asc", "desc"] {
        let mut url = Some(format!(
            "{}{ISSUES}?pagination=keyset&order_by=created_at&sort={sort}&per_page=2",
            sandbox.url()
        ));
        let mut titles = Vec::new();
        while let Some(page) = url {
            let answer = client()
                .get(&page)
                .header("private-token", "owner")
                .send()
                .await
                .unwrap();
            let link = answer
                .headers()
                .get("link")
                .map(|link| link.to_str().unwrap().to_owned());
            url = link.map(|link| {
                link.trim_start_matches('<')
                    .split('>')
                    .next()
                    .unwrap()
                    .to_owned()
            });
            let rows: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            for row in rows.as_array().unwrap() {
                titles.push(row["title"].as_str().unwrap().to_owned());
            }
        }
        if sort == "desc" {
            titles.reverse();
        }
        assert_eq!(titles, ["0", "1", "2", "3", "4"], "{sort}");
    }
}

#[tokio::test]
async fn the_state_outlives_the_server() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options {
        world: recorded_world(),
        listen: "127.0.0.1:0".parse().unwrap(),
        state_file: Some(directory.path().join("state.json")),
        clock: clock(),
    };
    let sandbox = Sandbox::start(options.clone()).await.unwrap();
    ask(
        &sandbox,
        "maintainer",
        "POST",
        ISSUES,
        json!({ "title": "kept" }),
    )
    .await;
    sandbox.stop().await;
    let sandbox = Sandbox::start(options).await.unwrap();
    let (_, issue) = ask(
        &sandbox,
        "maintainer",
        "GET",
        &format!("{ISSUES}/1"),
        Value::Null,
    )
    .await;
    assert_eq!(issue["title"], "kept");
}

#[tokio::test]
async fn nobody_outside_is_served() {
    let options = Options {
        world: World::default(),
        listen: "0.0.0.0:0".parse().unwrap(),
        state_file: None,
        clock: clock(),
    };
    assert!(matches!(
        Sandbox::start(options).await,
        Err(Error::NotLoopback(_))
    ));
}

#[tokio::test]
async fn a_new_token_is_no_member_in_its_first_request() {
    let sandbox = start(recorded_world(), clock()).await;
    let token = json!({
        "name": "bot", "scopes": ["api"], "access_level": 20, "expires_at": "2026-12-12"
    });
    let tokens = "/api/v4/projects/1/access_tokens";
    let (_, token) = ask(&sandbox, "owner", "POST", tokens, token).await;
    let token = token["token"].as_str().unwrap();
    let mut labels = Vec::new();
    for title in ["first", "second"] {
        let issue = json!({ "title": title, "labels": "okr:kr" });
        let (status, issue) = ask(&sandbox, token, "POST", ISSUES, issue).await;
        assert_eq!(status, 201);
        labels.push(issue["labels"].clone());
    }
    assert_eq!(labels, [json!([]), json!(["okr:kr"])]);
}

#[tokio::test]
async fn json_is_json_under_any_content_type() {
    let sandbox = start(recorded_world(), clock()).await;
    let request = client().post(format!("{}{ISSUES}", sandbox.url()));
    let request = request.header("private-token", "owner");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body("{\"title\":\"a\"}").send().await.unwrap();
    assert_eq!(answer.status(), 201);
}

#[tokio::test]
async fn labels_may_be_named_in_the_parameters() {
    let sandbox = start(recorded_world(), clock()).await;
    let labels = "/api/v4/projects/1/labels";
    let label = json!({ "name": "x", "color": "red" });
    ask(&sandbox, "owner", "POST", labels, label).await;
    let change = json!({ "name": "x", "color": "#111111" });
    let (status, label) = ask(&sandbox, "owner", "PUT", labels, change).await;
    assert_eq!((status, &label["color"]), (200, &json!("#111111")));
}

#[tokio::test]
async fn a_thread_is_a_note() {
    let sandbox = start(recorded_world(), clock()).await;
    ask(&sandbox, "owner", "POST", ISSUES, json!({ "title": "a" })).await;
    let path = format!("{ISSUES}/1/discussions");
    let (status, made) = ask(&sandbox, "owner", "POST", &path, json!({ "body": "why?" })).await;
    assert_eq!((status, &made["notes"][0]["body"]), (201, &json!("why?")));
    let (_, threads) = ask(&sandbox, "owner", "GET", &path, Value::Null).await;
    assert_eq!(threads[0]["id"], made["id"]);
}

#[tokio::test]
async fn a_deletion_may_depend_on_the_time_of_the_last_change() {
    let sandbox = start(recorded_world(), clock()).await;
    ask(&sandbox, "owner", "POST", ISSUES, json!({ "title": "a" })).await;
    let mut statuses = Vec::new();
    for since in [
        "Mon, 01 Jan 2001 00:00:00 GMT",
        "Fri, 01 Jan 2100 00:00:00 GMT",
    ] {
        let request = client().delete(format!("{}{ISSUES}/1", sandbox.url()));
        let request = request
            .header("private-token", "owner")
            .header("if-unmodified-since", since);
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [412, 204]);
}

#[tokio::test]
async fn what_is_archived_is_read_and_removed_but_not_changed() {
    let sandbox = start(recorded_world(), clock()).await;
    ask(&sandbox, "owner", "POST", ISSUES, json!({ "title": "a" })).await;
    sandbox.with_state(|state| state.projects.get_mut(&1).unwrap().archived = true);
    let (issue, project) = (format!("{ISSUES}/1"), "/api/v4/projects/1");
    let (labels, notes) = (format!("{project}/labels"), format!("{issue}/notes"));
    for (method, path, body) in [
        ("POST", ISSUES, json!({ "title": "b" })),
        ("PUT", &issue, json!({ "title": "b" })),
        ("DELETE", &issue, Value::Null),
        ("POST", &labels, json!({ "name": "x", "color": "red" })),
        ("POST", &notes, json!({ "body": "why?" })),
    ] {
        let (status, answer) = ask(&sandbox, "owner", method, path, body).await;
        let refused = (403, json!({ "message": "403 Forbidden" }));
        assert_eq!((status, answer), refused, "{method} {path}");
    }
    let (status, read) = ask(&sandbox, "owner", "GET", &issue, Value::Null).await;
    assert_eq!((status, &read["title"]), (200, &json!("a")));
    let (status, _) = ask(&sandbox, "owner", "DELETE", project, Value::Null).await;
    assert_eq!(status, 202);
}
