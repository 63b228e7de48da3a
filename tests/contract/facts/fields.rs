//! What GitLab keeps of an issue's fields, and what it drops while it answers 2xx.

use serde_json::{Value, json};

use crate::fact::{Finding, expect, facts, hold, unseen};
use crate::place::Place;

/// The ids of an issue's assignees.
fn assignees(issue: &Value) -> Value {
    let people = issue["assignees"].as_array();
    json!(people.map(|people| people.iter().map(|one| &one["id"]).collect::<Vec<_>>()))
}

/// The number that the next issue would get.
async fn next_iid(place: &Place) -> Result<u64, Finding> {
    let issue = place.issue(json!({"title": "the last so far"})).await?;
    let iid = issue["iid"].as_u64();
    iid.map(|iid| iid + 1)
        .ok_or_else(|| Finding::Differs("the issue has no number".to_owned()))
}

facts! {
    "fields/second-assignee", "the second assignee is kept only where the plan has several; 201 either way",
    "create/two-assignees",
    |place| {
        let guest = place.guest()?.id;
        let both = json!([place.user, guest]);
        let issue = place.issue(json!({"title": "a", "assignee_ids": both})).await?;
        let kept = if place.several_assignees { both } else { json!([place.user]) };
        let mut found: Vec<u64> = serde_json::from_value(assignees(&issue)).unwrap();
        found.sort_by_key(|id| *id != place.user);
        expect("the assignees", &json!(found), kept)?;
    }

    "fields/unknown-assignee", "an unknown assignee is dropped and those that were there stay; 200",
    "update/assignee-unreadable",
    |place| {
        let issue = place.issue(json!({"title": "a", "assignee_ids": [place.user]})).await?;
        let issue = place.update(&issue, json!({"assignee_ids": [999_999_999]})).await?;
        expect("the assignees", &assignees(&issue), json!([place.user]))?;
    }

    "fields/no-assignee", "an empty list and null take the assignees away", "update/assignees-null",
    |place| {
        for none in [json!([]), Value::Null] {
            let issue = place.issue(json!({"title": "a", "assignee_ids": [place.user]})).await?;
            let issue = place.update(&issue, json!({"assignee_ids": none})).await?;
            expect("the assignees", &assignees(&issue), json!([]))?;
        }
    }

    "fields/impossible-date", "a due date that is none is dropped; 201", "create/due:2026-02-30",
    |place| {
        for date in ["2030-02-30", "not a date"] {
            let issue = place.issue(json!({"title": "a", "due_date": date})).await?;
            expect(date, &issue["due_date"], Value::Null)?;
        }
    }

    "fields/due-date", "a due date is kept, and taken away by an empty text", "update/due-clear",
    |place| {
        let issue = place.issue(json!({"title": "a", "due_date": "2030-12-31"})).await?;
        expect("the due date", &issue["due_date"], "2030-12-31")?;
        let issue = place.update(&issue, json!({"due_date": ""})).await?;
        expect("the due date", &issue["due_date"], Value::Null)?;
    }

    "fields/unknown-milestone", "an unknown milestone is dropped; 201", "create/milestone-foreign",
    |place| {
        let issue = place.issue(json!({"title": "a", "milestone_id": 999_999_999})).await?;
        expect("the milestone", &issue["milestone"], Value::Null)?;
    }

    "fields/weight", "weight exists only where the plan has it; 201 either way", "create/weight",
    |place| {
        let issue = place.issue(json!({"title": "a", "weight": 3})).await?;
        let weight = if place.several_assignees { json!(3) } else { Value::Null };
        expect("the weight", &issue["weight"], weight)?;
    }

    "fields/created-open", "an issue cannot be created closed; 201", "create/state-event",
    |place| {
        let issue = place.issue(json!({"title": "a", "state_event": "close"})).await?;
        expect("the state", &issue["state"], "opened")?;
    }

    "fields/close-twice", "to close what is closed is 200 and changes nothing", "update/close-again",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let closed = place.update(&issue, json!({"state_event": "close"})).await?;
        expect("the state", &closed["state"], "closed")?;
        let again = place.update(&issue, json!({"state_event": "close"})).await?;
        expect("the time of closing", &again["closed_at"], closed["closed_at"].clone())?;
        let open = place.update(&issue, json!({"state_event": "reopen"})).await?;
        expect("the state", &open["state"], "opened")?;
    }

    "fields/confidential", "an issue can be created confidential", "create/confidential",
    |place| {
        let issue = place.issue(json!({"title": "a", "confidential": true})).await?;
        expect("confidential", &issue["confidential"], true)?;
    }

    "fields/chosen-number", "an owner chooses an issue's number; one that is taken is 409", "create/iid-owner-dup",
    |place| {
        if place.guest.is_none() {
            return unseen("needs an owner's token");
        }
        let next = next_iid(place).await?;
        let body = json!({"title": "chosen", "iid": next});
        let issue = place.issue(body.clone()).await?;
        expect("the number", &issue["iid"], next)?;
        let again = place.try_issue(&place.caller, body).await?;
        again.says(409, json!({"message": "Duplicated issue"}))?;
        expect("the next number", &json!(next_iid(place).await?), next + 2)?;
    }

    "fields/label-change-time", "`updated_at` does not follow a second change of labels within a minute", "update/remove-label",
    |place| {
        let label = place.label("no-time").await?;
        let issue = place.issue(json!({"title": "a"})).await?;
        let before = place.update(&issue, json!({"add_labels": label})).await?;
        expect("the labels", &before["labels"], json!([label]))?;
        let after = place.update(&issue, json!({"remove_labels": label})).await?;
        expect("the labels", &after["labels"], json!([]))?;
        expect("updated_at", &after["updated_at"], before["updated_at"].clone())?;
    }

    "fields/title-change-time", "`updated_at` follows the title", "update/title",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let changed = place.update(&issue, json!({"title": "b"})).await?;
        let (before, after) = (issue["updated_at"].as_str(), changed["updated_at"].as_str());
        hold("updated_at goes on", before.is_some() && before < after)?;
    }

    "fields/nothing-to-change", "an update of nothing is 400", "update/empty",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let answer = place.caller.put(&place.issue_at(&issue, ""), json!({})).await?.is(400)?;
        let error = answer.body["error"].as_str().unwrap_or_default();
        hold("the error lists what may change", error.contains("state_event") && error.contains("at least one"))?;
    }

    "fields/other-update", "an update of something else leaves the description as it is", "update/label-only",
    |place| {
        let text = "a\n\n<!-- m -->\n\n\\/due 2030-01-02";
        let issue = place.described(text).await?;
        let issue = place.update(&issue, json!({"due_date": "2030-01-03"})).await?;
        expect("the description", &issue["description"], text)?;
    }

    "fields/no-version", "an update that says `If-Match` with another version is carried out", "update/unmodified",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let headers = [("if-match", "\"0\""), ("if-unmodified-since", "Mon, 01 Jan 2001 00:00:00 GMT")];
        let path = place.issue_at(&issue, "");
        let answer = place.caller.send(reqwest::Method::PUT, &path, &json!({"title": "b"}), &headers).await?;
        expect("the title", &answer.is(200)?.body["title"], "b")?;
    }

    "fields/move", "a moved issue keeps its text in a copy; the original stays, closed, and names the copy", "update/move",
    |place| {
        let second = place.second()?;
        let label = place.label("stays-behind").await?;
        let body = json!({"title": "a", "description": "<!-- m -->\nb", "labels": label});
        let issue = place.issue(body).await?;
        let path = place.issue_at(&issue, "/move");
        let copy = place.caller.post(&path, json!({"to_project_id": second.id})).await?.is(201)?.body;
        expect("the project", &copy["project_id"], second.id)?;
        expect("the description", &copy["description"], "<!-- m -->\nb")?;
        expect("the labels that the target lacks", &copy["labels"], json!([]))?;
        expect("the author", &copy["author"]["id"], place.user)?;
        let original = place.read(&issue).await?;
        expect("the original's state", &original["state"], "closed")?;
        expect("moved_to_id", &original["moved_to_id"], copy["id"].clone())?;
        expect("the original's description", &original["description"], "<!-- m -->\nb")?;
    }

    "fields/clone", "a cloned issue carries the same text, marker and all", "update/clone",
    |place| {
        let second = place.second()?;
        let issue = place.described("<!-- okrsync:v1\nk\n-->\nb").await?;
        let path = place.issue_at(&issue, "/clone");
        let copy = place.caller.post(&path, json!({"to_project_id": second.id})).await?.is(201)?.body;
        expect("the description", &copy["description"], issue["description"].clone())?;
        hold("another issue", copy["id"] != issue["id"])?;
    }

    "fields/delete", "an owner deletes an issue, which is then 404", "update/delete-owner",
    |place| {
        if place.guest.is_none() {
            return unseen("needs an owner's token");
        }
        let issue = place.issue(json!({"title": "a"})).await?;
        place.caller.delete(&place.issue_at(&issue, "")).await?.is(204)?;
        let gone = place.caller.get(&place.issue_at(&issue, "")).await?;
        gone.says(404, json!({"message": "404 Not found"}))?;
    }
}
