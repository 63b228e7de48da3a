//! What a guest may, and what it is not shown.

use serde_json::json;

use crate::fact::{Finding, expect, facts, hold};

facts! {
    "roles/guest-labels", "a guest's issue keeps labels that exist; new ones are dropped; 201", "create/labels-guest",
    |place| {
        let guest = &place.guest()?.caller;
        let label = place.label("for-guests").await?;
        let body = json!({"title": "a", "labels": format!("{label},{}", place.name("of-guests"))});
        let issue = place.try_issue(guest, body).await?.is(201)?.body;
        expect("the labels", &issue["labels"], json!([label]))?;
    }

    "roles/guest-number", "a number chosen by who is no owner is ignored; 201", "create/iid-maintainer",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.try_issue(guest, json!({"title": "a", "iid": 900_000})).await?.is(201)?.body;
        hold("another number", issue["iid"].as_u64().is_some_and(|iid| iid < 900_000))?;
    }

    "roles/guest-update", "a guest may not change an issue of somebody else", "update/guest-author-other",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.issue(json!({"title": "a"})).await?;
        let answer = guest.put(&place.issue_at(&issue, ""), json!({"title": "b"})).await?;
        answer.says(403, json!({"message": "403 Forbidden"}))?;
    }

    "roles/guest-label", "a guest may not make labels", "labels/as-guest",
    |place| {
        let guest = &place.guest()?.caller;
        let answer = guest.post(&place.at("labels"), json!({"name": place.name("g"), "color": "#000000"})).await?;
        answer.says(403, json!({"message": "403 Forbidden"}))?;
    }

    "roles/guest-confidential", "confidential issues of others are not in a guest's lists and are 404", "lists/guest-confidential",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.issue(json!({"title": "hidden", "confidential": true})).await?;
        let list = guest.get(&place.at(&format!("issues?iids[]={}", issue["iid"]))).await?;
        list.says(200, json!([]))?;
        let shown = guest.get(&place.issue_at(&issue, "")).await?;
        shown.says(404, json!({"message": "404 Not found"}))?;
    }

    "roles/guest-own-confidential", "a guest sees its own confidential issue", "lists/guest-confidential",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.try_issue(guest, json!({"title": "own", "confidential": true})).await?.is(201)?.body;
        expect("confidential", &issue["confidential"], true)?;
        guest.get(&place.issue_at(&issue, "")).await?.is(200)?;
    }

    "roles/access-level", "GraphQL says how much a token's user may", "graphql/projects-issues",
    |place| {
        let guest = place.guest()?;
        hold("a bot of its own", guest.username != place.username)?;
        let query = "query($p: ID!) { project(fullPath: $p) { maxAccessLevel { integerValue } } }";
        let answer = guest.caller.graphql(query, json!({"p": place.project.path})).await?.is(200)?.body;
        expect("the level", &answer["data"]["project"]["maxAccessLevel"]["integerValue"], 10)?;
    }

    "roles/read-only", "a token that may only read is told so when it writes", "meta/write-with-read-scope",
    |place| {
        let reader = place.reader.as_ref();
        let reader = reader.ok_or_else(|| Finding::Unseen("needs an owner's token".to_owned()))?;
        let answer = place.try_issue(reader, json!({"title": "a"})).await?.is(403)?;
        expect("the error", &answer.body["error"], "insufficient_scope")?;
        reader.get(&place.at("issues?per_page=1")).await?.is(200)?;
    }
}
