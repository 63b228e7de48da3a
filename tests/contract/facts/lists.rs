//! Lists of issues: pages, filters.

use serde_json::{Value, json};

use crate::fact::{Finding, expect, facts, hold};
use crate::http::Answer;
use crate::place::Place;

/// Makes issues that carry one label of their own.
async fn labelled(
    place: &Place,
    name: &str,
    count: usize,
) -> Result<(String, Vec<Value>), Finding> {
    let label = place.label(name).await?;
    let mut iids = Vec::new();
    for number in 0..count {
        let body = json!({"title": format!("{name} {number}"), "labels": label});
        iids.push(place.issue(body).await?["iid"].clone());
    }
    Ok((label, iids))
}

async fn list(place: &Place, query: &str) -> Result<Answer, Finding> {
    place
        .caller
        .get(&place.at(&format!("issues?{query}")))
        .await
}

fn iids(answer: &Answer) -> Value {
    let issues = answer.body.as_array();
    json!(issues.map(|issues| {
        issues
            .iter()
            .map(|issue| issue["iid"].clone())
            .collect::<Vec<_>>()
    }))
}

facts! {
    "lists/pages", "headers say which page this is, which comes next, and how many there are", "lists/project-page1",
    |place| {
        let (label, made) = labelled(place, "pages", 3).await?;
        let query = format!("labels={label}&per_page=2&order_by=created_at&sort=asc");
        let first = list(place, &query).await?.is(200)?;
        expect("the first page", &iids(&first), json!(made[..2]))?;
        for (name, value) in [("x-page", "1"), ("x-per-page", "2"), ("x-next-page", "2"), ("x-total", "3"), ("x-total-pages", "2")] {
            expect(name, &json!(first.header(name)), value)?;
        }
        hold("Link names the next page", first.header("link").contains("rel=\"next\""))?;
        let last = list(place, &format!("{query}&page=2")).await?.is(200)?;
        expect("the last page", &iids(&last), json!(made[2..]))?;
        hold("x-next-page is there, and empty", last.has("x-next-page") && last.header("x-next-page").is_empty())?;
    }

    "lists/clamped", "a page has at most 100 entries, whatever was asked for", "lists/per-page-500",
    |place| {
        let answer = list(place, "per_page=500").await?.is(200)?;
        expect("x-per-page", &json!(answer.header("x-per-page")), "100")?;
    }

    "lists/page-size-0", "a page of nothing is refused", "lists/per-page-0",
    |place| { list(place, "per_page=0").await?.says(400, json!({"error": "per_page has a value not allowed"}))?; }

    "lists/order-by-id", "the order by id is refused", "lists/order-id",
    |place| { list(place, "order_by=id").await?.says(400, json!({"error": "order_by does not have a valid value"}))?; }

    "lists/keyset", "by cursor every issue comes once, without totals, until there is no next page", "lists/keyset",
    |place| {
        let (label, made) = labelled(place, "keyset", 5).await?;
        let query = format!("labels={label}&pagination=keyset&order_by=created_at&sort=asc&per_page=2");
        let (mut cursor, mut found) = (String::new(), Vec::new());
        for _page in 0..4 {
            let answer = list(place, &format!("{query}{cursor}")).await?.is(200)?;
            found.extend(iids(&answer).as_array().cloned().unwrap_or_default());
            hold("no total", !answer.has("x-total"))?;
            let next = answer.header("x-next-cursor");
            if next.is_empty() {
                hold("no Link on the last page", !answer.header("link").contains("rel=\"next\""))?;
                break;
            }
            cursor = format!("&cursor={}", next.replace('=', "%3D").replace('+', "%2B"));
        }
        expect("the issues", &json!(found), json!(made))?;
    }

    "lists/all-labels", "labels in a filter must all be there; an unknown one and one named twice find nothing", "lists/labels-dup",
    |place| {
        let (label, made) = labelled(place, "filter", 1).await?;
        let other = place.label("filter-other").await?;
        expect("one label", &iids(&list(place, &format!("labels={label}")).await?.is(200)?), json!(made))?;
        for labels in [format!("{label},{other}"), format!("{label},{}", place.name("never")), format!("{label},{label}")] {
            let answer = list(place, &format!("labels={labels}")).await?.is(200)?;
            expect(&labels, &answer.body, json!([]))?;
        }
    }

    "lists/numbers", "issues are found by their numbers", "lists/iids",
    |place| {
        let (_, made) = labelled(place, "numbers", 2).await?;
        let query = format!("iids[]={}&iids[]={}&order_by=created_at&sort=asc", made[0], made[1]);
        expect("the issues", &iids(&list(place, &query).await?.is(200)?), json!(made))?;
    }

    "lists/author", "issues are found by their author's name", "lists/author",
    |place| {
        let issue = place.issue(json!({"title": "a"})).await?;
        let answer = list(place, &format!("author_username={}&per_page=1", place.username)).await?.is(200)?;
        expect("the newest", &iids(&answer), json!([issue["iid"]]))?;
        let nobody = list(place, "author_username=okr-contract-nobody").await?.is(200)?;
        expect("of nobody", &nobody.body, json!([]))?;
    }

    "lists/label-details", "with_labels_details gives labels as objects", "lists/labels-details",
    |place| {
        let (label, _) = labelled(place, "details", 1).await?;
        let answer = list(place, &format!("labels={label}&with_labels_details=true")).await?.is(200)?;
        expect("the name", &answer.body[0]["labels"][0]["name"], label)?;
    }

    "lists/unchanged", "a list that was read is 304 when it is asked for by its ETag", "meta/cond-get-repeat",
    |place| {
        let (label, _) = labelled(place, "unchanged", 1).await?;
        let path = place.at(&format!("issues?labels={label}"));
        let etag = place.caller.get(&path).await?.is(200)?.header("etag").to_owned();
        hold("an ETag", !etag.is_empty())?;
        let headers = [("if-none-match", etag.as_str())];
        place.caller.send(reqwest::Method::GET, &path, &Value::Null, &headers).await?.is(304)?;
    }

    "lists/issues-off", "where issues are switched off the list is empty, which proves nothing, and a create is refused", "lists/noissues, create/noissues",
    |place| {
        let path = format!("projects/{}/issues", place.without_issues()?.id);
        place.caller.get(&path).await?.says(200, json!([]))?;
        let answer = place.caller.post(&path, json!({"title": "noissues"})).await?;
        answer.says(403, json!({"message": "403 Forbidden"}))?;
    }

    "lists/milestones", "open milestones and the open issues in any are told, closed ones are not", "milestones/list, milestones/close, milestones/issues-by-milestone",
    |place| {
        let (caller, milestones) = (&place.caller, place.at("milestones"));
        let make = async |name: &str| {
            let made = caller.post(&milestones, json!({"title": place.name(name)})).await?.is(201)?;
            Ok::<Value, Finding>(made.body["id"].clone())
        };
        let (open, closed) = (make("open").await?, make("closed").await?);
        let within = place.issue(json!({"title": "in an open one", "milestone_id": open})).await?;
        let done = place.issue(json!({"title": "in an open one, closed", "milestone_id": open})).await?;
        place.update(&done, json!({"state_event": "close"})).await?;
        let other = place.issue(json!({"title": "in a closed one", "milestone_id": closed})).await?;
        let without = place.issue(json!({"title": "in none"})).await?;
        caller.put(&format!("{milestones}/{closed}"), json!({"state_event": "close"})).await?.is(200)?;
        let has = |answer: &Answer, field: &str, value: &Value| {
            let rows = answer.body.as_array();
            rows.is_some_and(|rows| rows.iter().any(|row| row[field] == *value))
        };
        let active = caller.get(&format!("{milestones}?state=active&per_page=100")).await?.is(200)?;
        hold("the open one is listed", has(&active, "id", &open))?;
        hold("the closed one is not", !has(&active, "id", &closed))?;
        let issues = list(place, "state=opened&milestone_id=Any&per_page=100&order_by=created_at&sort=desc").await?.is(200)?;
        hold("an open issue in a milestone is listed", has(&issues, "iid", &within["iid"]))?;
        hold("that of a closed milestone, too", has(&issues, "iid", &other["iid"]))?;
        hold("a closed issue is not", !has(&issues, "iid", &done["iid"]))?;
        hold("nor one in no milestone", !has(&issues, "iid", &without["iid"]))?;
        let rows = issues.body.as_array().into_iter().flatten();
        let state = |of: &Value| rows.clone().find(|row| row["iid"] == of["iid"]).map(|row| row["milestone"]["state"].clone());
        expect("its milestone's state", &json!(state(&within)), "active")?;
        expect("the other's", &json!(state(&other)), "closed")?;
        for id in [open, closed] {
            caller.delete(&format!("{milestones}/{id}")).await?.is(204)?;
        }
    }

    "lists/own-scope", "the list of all issues is of one's own unless it is told otherwise", "lists/default-scope",
    |place| {
        let guest = &place.guest()?.caller;
        let issue = place.issue(json!({"title": "not the guest's"})).await?;
        let found = |answer: &Answer| {
            let issues = answer.body.as_array();
            issues.map(|issues| issues.iter().any(|one| one["id"] == issue["id"]))
        };
        let own = guest.get("issues?per_page=100").await?.is(200)?;
        expect("among the guest's own", &json!(found(&own)), false)?;
        let all = guest.get("issues?per_page=100&scope=all").await?.is(200)?;
        expect("among all", &json!(found(&all)), true)?;
    }

    "lists/accounts", "an account is found by its name without regard to case; an unknown one is an empty list", "meta/users-by-name-case",
    |place| {
        let path = format!("users?username={}", place.username.to_uppercase());
        let found = place.caller.get(&path).await?.is(200)?.body;
        expect("the account", &found[0]["id"], place.user)?;
        place.caller.get("users?username=okr-contract-nobody").await?.says(200, json!([]))?;
    }
}
