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

    "notes/others", "a guest may not edit somebody else's note: 403", "notes/update-others",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let note = place.caller.post(&path, json!({"body": "a"})).await?.is(201)?.body;
        let answer = guest.put(&format!("{path}/{}", note["id"]), json!({"body": "b"})).await?;
        answer.says(403, json!({"message": "403 Forbidden"}))?;
    }

    "notes/of-others", "a maintainer edits somebody else's note; it stays theirs", "merge_request_notes/update-by-other",
    |place| {
        let guest = place.guest()?;
        let issue = place.issue(json!({"title": "a"})).await?;
        let path = place.issue_at(&issue, "/notes");
        let note = guest.caller.post(&path, json!({"body": "a"})).await?.is(201)?.body;
        let edited = place.caller.put(&format!("{path}/{}", note["id"]), json!({"body": "b"})).await?.is(200)?.body;
        expect("the body", &edited["body"], "b")?;
        expect("the author", &edited["author"]["id"], guest.id)?;
    }

    "notes/merge-request", "a note on a merge request keeps its comment, is edited in place, and deleted", "merge_request_notes/create",
    |place| {
        let path = place.merge_request_notes()?;
        let marked = "a\n\n<!-- okrsync:text {\"kind\":\"x\"} -->";
        let note = place.caller.post(&path, json!({"body": marked})).await?.is(201)?.body;
        expect("the body", &note["body"], marked)?;
        expect("what it is on", &note["noteable_type"], "MergeRequest")?;
        let one = format!("{path}/{}", note["id"]);
        let edited = place.caller.put(&one, json!({"body": "b"})).await?.is(200)?.body;
        expect("the id", &edited["id"], note["id"].clone())?;
        let list = format!("{path}?activity_filter=only_comments&order_by=created_at&sort=asc");
        let notes = place.caller.get(&list).await?.is(200)?.body;
        hold("in the list", notes.as_array().unwrap().iter().any(|one| one["body"] == "b"))?;
        place.caller.delete(&one).await?.is(204)?;
        place.caller.get(&one).await?.is(404)?;
    }

    "notes/no-merge-request", "the notes of a merge request that is not there are 404", "merge_request_notes/missing",
    |place| {
        let path = place.merge_request_notes()?;
        let missing = path.replace(&path[path.rfind("merge_requests/").unwrap()..], "merge_requests/999999/notes");
        place.caller.get(&missing).await?.says(404, json!({"message": "404 Not found"}))?;
    }
}
