//! Comments.

use serde_json::{Value, json};

use crate::fact::{expect, facts, hold};

facts! {
    "notes/made", "a note is normalised as a description is", "notes/create",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let note = place.caller.post(&path, json!({"body": "a\r\nb  \n"})).await?.is(201)?.body;
        expect("the body", &note["body"], "a\nb")?;
        expect("system", &note["system"], false)?;
    }

    "notes/only-command", "a note of nothing but quick actions is carried out and not made: 202", "notes/only-command",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let answer = place.caller.post(&path, json!({"body": "/close"})).await?.is(202)?;
        expect("what changed", &answer.body["commands_changes"]["state_event"], "close")?;
        expect("the state", &place.read(&issue).await?["state"], "closed")?;
        let comments = place.caller.get(&format!("{path}?activity_filter=only_comments")).await?;
        comments.says(200, json!([]))?;
    }

    "notes/escaped", "a backslash keeps a note's line from being a quick action", "notes/escaped",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let note = place.caller.post(&place.issue_at(&issue, "/notes"), json!({"body": "\\/close"})).await?;
        expect("the body", &note.is(201)?.body["body"], "\\/close")?;
        expect("the state", &place.read(&issue).await?["state"], "opened")?;
    }

    "notes/edited", "a note is edited in place, and deleted", "notes/update-own",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let note = place.caller.post(&path, json!({"body": "a"})).await?.is(201)?.body;
        let path = format!("{path}/{}", note["id"]);
        let edited = place.caller.put(&path, json!({"body": "b"})).await?.is(200)?.body;
        expect("the body", &edited["body"], "b")?;
        expect("the id", &edited["id"], note["id"].clone())?;
        place.caller.delete(&path).await?.is(204)?;
    }

    "notes/edited-away", "a note whose new text is nothing but quick actions is gone", "notes/update-to-command",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let note = place.caller.post(&path, json!({"body": "a"})).await?.is(201)?.body;
        let edited = format!("{path}/{}", note["id"]);
        place.caller.put(&edited, json!({"body": "/close"})).await?.is(202)?;
        place.caller.get(&edited).await?.is(404)?;
    }

    "notes/system", "what happens to an issue is told by system notes", "update/notes",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        place.update(&issue, json!({"title": "b"})).await?;
        let notes = place.caller.get(&place.issue_at(&issue, "/notes")).await?.is(200)?.body;
        hold("a system note", notes.as_array().unwrap().iter().any(|note| note["system"] == true))?;
    }

    "notes/blank", "an empty note is 400", "notes/empty",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let answer = place.caller.post(&place.issue_at(&issue, "/notes"), json!({"body": ""})).await?.is(400)?;
        expect("the message", &answer.body["message"], Value::from("400 Bad request - Note {:note=>[\"can't be blank\"]}"))?;
    }
}
