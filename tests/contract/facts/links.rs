//! Relations between issues.

use serde_json::{Value, json};

use crate::fact::{Finding, expect, facts, hold};
use crate::http::Answer;
use crate::place::Place;

/// How many links an issue can have.
const MOST: usize = 100;

async fn link(place: &Place, from: &Value, to: &Value) -> Result<Answer, Finding> {
    let body = json!({"target_project_id": place.project.id, "target_issue_iid": to["iid"]});
    place
        .caller
        .post(&place.issue_at(from, "/links"), body)
        .await
}

async fn pair(place: &Place) -> Result<(Value, Value), Finding> {
    let from = place.issue(json!({"title": "from"})).await?;
    Ok((from, place.issue(json!({"title": "to"})).await?))
}

facts! {
    "links/made", "a link is seen from both ends, by one id", "links/list-other-end",
    |place| {
        let (from, to) = pair(place).await?;
        let made = link(place, &from, &to).await?.is(201)?.body;
        expect("the kind", &made["link_type"], "relates_to")?;
        expect("the source", &made["source_issue"]["id"], from["id"].clone())?;
        for (end, other) in [(&from, &to), (&to, &from)] {
            let links = place.caller.get(&place.issue_at(end, "/links")).await?.is(200)?.body;
            expect("the links", &json!(links.as_array().map(Vec::len)), 1)?;
            expect("the other end", &links[0]["id"], other["id"].clone())?;
            expect("the link's id", &links[0]["issue_link_id"], made["id"].clone())?;
        }
    }

    "links/twice", "a link that is there, from either end, is 409", "links/dup-reverse",
    |place| {
        let (from, to) = pair(place).await?;
        link(place, &from, &to).await?.is(201)?;
        for (from, to) in [(&from, &to), (&to, &from)] {
            link(place, from, to).await?.says(409, json!({"message": "Issue(s) already assigned"}))?;
        }
    }

    "links/self", "an issue cannot be linked with itself", "links/self",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let text = format!("#{} cannot be added: cannot be related to itself", issue["iid"]);
        link(place, &issue, &issue).await?.says(422, json!({"message": text}))?;
    }

    "links/missing", "a link to what is not there is 404", "links/missing-issue",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let nowhere = json!({"iid": 987_654});
        link(place, &issue, &nowhere).await?.says(404, json!({"message": "404 Not found"}))?;
    }

    "links/removed", "a link is removed by its id, with 200, and is then 404", "links/delete-again",
    |place| {
        let (from, to) = pair(place).await?;
        let made = link(place, &from, &to).await?.is(201)?.body;
        let path = place.issue_at(&from, &format!("/links/{}", made["id"]));
        place.caller.delete(&path).await?.is(200)?;
        place.caller.delete(&path).await?.is(404)?;
    }

    "links/time", "`updated_at` does not follow links", "links/hub-updated",
    |place| {
        let (from, to) = pair(place).await?;
        link(place, &from, &to).await?.is(201)?;
        expect("updated_at", &place.read(&from).await?["updated_at"], from["updated_at"].clone())?;
    }

    "links/blocks", "`blocks` is refused where the plan has it not", "links/blocks",
    |place| {
        let (from, to) = pair(place).await?;
        let body = json!({
            "target_project_id": place.project.id, "target_issue_iid": to["iid"], "link_type": "blocks",
        });
        let answer = place.caller.post(&place.issue_at(&from, "/links"), body).await?;
        if place.several_assignees {
            expect("the kind", &answer.is(201)?.body["link_type"], "blocks")?;
        } else {
            // The Community Edition does not know the word, the Enterprise Edition misses the licence.
            hold("it is refused", matches!(answer.status, 400 | 403))?;
        }
    }

    "links/across", "issues of two projects can be linked", "links/cross-project",
    |place| {
        let second = place.second()?;
        let from = place.issue(json!({"title": "a"})).await?;
        let path = format!("projects/{}/issues", second.id);
        let to = place.caller.post(&path, json!({"title": "b"})).await?.is(201)?.body;
        let body = json!({"target_project_id": second.path, "target_issue_iid": to["iid"]});
        let made = place.caller.post(&place.issue_at(&from, "/links"), body).await?.is(201)?.body;
        expect("the target", &made["target_issue"]["id"], to["id"].clone())?;
    }

    "links/hundred", "an issue has at most 100 links", "hublimit",
    |place| {
        let hub = place.issue(json!({"title": "hub"})).await?;
        for number in 0..MOST {
            let spoke = place.issue(json!({"title": format!("spoke {number}")})).await?;
            link(place, &hub, &spoke).await?.is(201)?;
        }
        let over = place.issue(json!({"title": "one too many"})).await?;
        let answer = link(place, &hub, &over).await?.is(422)?;
        hold("a message", answer.body["message"].is_string())?;
        let links = place.caller.get(&place.issue_at(&hub, "/links")).await?.is(200)?.body;
        expect("all in one page", &json!(links.as_array().map(Vec::len)), MOST)?;
    }
}
