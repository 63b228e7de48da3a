//! The shapes of refusals, and who the server says that one is.

use serde_json::json;

use crate::fact::{expect, facts, hold};

facts! {
    "errors/unknown-token", "an unknown token is 401", "meta/user",
    |place| {
        let nobody = place.caller.with_token("glpat-okr-contract-unknown");
        nobody.get("user").await?.says(401, json!({"message": "401 Unauthorized"}))?;
        let answer = nobody.graphql("{ currentUser { username } }", json!({})).await?;
        answer.says(401, json!({"errors": [{"message": "Invalid token"}]}))?;
    }

    "errors/unknown-project", "a project that does not exist is 404", "meta/unknown-project",
    |place| {
        let answer = place.caller.get("projects/no-such-group%2Fokr-contract-no-such-project").await?;
        answer.says(404, json!({"message": "404 Project Not Found"}))?;
    }

    "errors/unknown-issue", "an issue that does not exist is 404", "update/missing",
    |place| { place.caller.get(&place.at("issues/987654")).await?.says(404, json!({"message": "404 Not found"}))?; }

    "errors/unknown-route", "a path that is none is 404 in another shape", "meta/unknown-route",
    |place| { place.caller.get("okr-contract-nonsense").await?.says(404, json!({"error": "404 Not Found"}))?; }

    "errors/missing-parameter", "a parameter that is missing is named", "create/title-missing",
    |place| {
        let answer = place.try_issue(&place.caller, json!({"description": "a"})).await?;
        answer.says(400, json!({"error": "title is missing"}))?;
    }

    "errors/blank-title", "a blank title is refused by the record", "create/title-empty",
    |place| {
        let answer = place.try_issue(&place.caller, json!({"title": ""})).await?;
        answer.says(400, json!({"message": {"title": ["can't be blank"]}}))?;
    }

    "errors/no-such-word", "a word that a parameter does not know is refused", "update/bad-event",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let answer = place.caller.put(&place.issue_at(&issue, ""), json!({"state_event": "explode"})).await?;
        answer.says(400, json!({"error": "state_event does not have a valid value"}))?;
    }

    "errors/no-json", "what is no JSON is refused", "meta/bad-json",
    |place| {
        let answer = place.try_issue(&place.caller, json!("{not json")).await?;
        answer.says(400, json!({"error": "Invalid JSON format"}))?;
    }

    "meta/version", "the server says its version and its edition", "meta/metadata",
    |place| {
        let body = place.caller.get("metadata").await?.is(200)?.body;
        hold("a version", body["version"].as_str().is_some_and(|text| text.contains('.')))?;
        hold("an edition", body["enterprise"].is_boolean())?;
    }

    "meta/project", "a project is found by its path, and says whether it has issues and what one may", "meta/project-by-path",
    |place| {
        let path = format!("projects/{}", place.project.path.replace('/', "%2F"));
        let body = place.caller.get(&path).await?.is(200)?.body;
        expect("the id", &body["id"], place.project.id)?;
        expect("issues", &body["issues_enabled"], true)?;
        let level = &body["permissions"]["project_access"]["access_level"];
        let inherited = &body["permissions"]["group_access"]["access_level"];
        hold("a role", level.is_u64() || inherited.is_u64())?;
    }
}
