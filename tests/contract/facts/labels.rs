//! Labels: made, made on use, told apart.

use serde_json::json;

use crate::fact::{expect, facts, hold};

facts! {
    "labels/made-on-use", "a label that does not exist is made by an issue that carries it", "create/labels",
    |place| {
        let name = place.name("made-on-use");
        let issue = place.issue(json!({"title": "a", "labels": name})).await?;
        expect("the labels", &issue["labels"], json!([name]))?;
        let label = place.caller.get(&place.at(&format!("labels/{name}"))).await?.is(200)?.body;
        expect("its colour", &label["color"], "#6699cc")?;
    }

    "labels/sorted", "an issue's labels are sorted by their bytes, capitals first", "create/labels",
    |place| {
        let (lower, upper) = (place.name("case"), place.name("Case"));
        let issue = place.issue(json!({"title": "a", "labels": [lower, upper]})).await?;
        expect("the labels", &issue["labels"], json!([upper, lower]))?;
    }

    "labels/commas", "a comma parts labels, in a list too", "create/labels-array",
    |place| {
        let (one, two) = (place.name("comma-1"), place.name("comma-2"));
        let issue = place.issue(json!({"title": "a", "labels": [format!("{one},{two}")]})).await?;
        expect("the labels", &issue["labels"], json!([one, two]))?;
    }

    "labels/added-and-removed", "labels are added and removed beside those that are there; an unknown one to remove is nothing",
    "update/remove-label",
    |place| {
        let (stays, goes, comes) = (place.label("stays").await?, place.label("goes").await?, place.label("comes").await?);
        let issue = place.issue(json!({"title": "a", "labels": [stays, goes]})).await?;
        let change = json!({"add_labels": comes, "remove_labels": format!("{goes},{}", place.name("never"))});
        let issue = place.update(&issue, change).await?;
        expect("the labels", &issue["labels"], json!([comes, stays]))?;
    }

    "labels/null", "null takes all labels away", "update/labels-null",
    |place| {
        let label = place.label("null").await?;
        let issue = place.issue(json!({"title": "a", "labels": label})).await?;
        let issue = place.update(&issue, json!({"labels": null})).await?;
        expect("the labels", &issue["labels"], json!([]))?;
    }

    "labels/scoped", "two labels of one scope exclude each other only where the plan has scoped labels", "create/labels",
    |place| {
        let (one, two) = (place.label("scope::1").await?, place.label("scope::2").await?);
        let issue = place.issue(json!({"title": "a", "labels": [one, two]})).await?;
        let kept = if place.several_assignees { json!([two]) } else { json!([one, two]) };
        expect("the labels", &issue["labels"], kept)?;
    }

    "labels/twice", "the same label again is 409", "labels/dup",
    |place| {
        let name = place.label("twice").await?;
        let again = place.caller.post(&place.at("labels"), json!({"name": name, "color": "#000000"})).await?;
        again.says(409, json!({"message": "Label already exists"}))?;
    }

    "labels/colour", "a label needs a colour", "labels/no-color",
    |place| {
        let answer = place.caller.post(&place.at("labels"), json!({"name": place.name("colourless")})).await?;
        answer.says(400, json!({"error": "color is missing"}))?;
    }

    "labels/trimmed", "white space around a label's name is dropped", "labels/create: padded ",
    |place| {
        let name = place.name("padded");
        let body = json!({"name": format!(" {name} "), "color": "#123456"});
        let label = place.caller.post(&place.at("labels"), body).await?.is(201)?.body;
        expect("the name", &label["name"], name)?;
    }

    "labels/no-comma", "a comma in a label's name is refused", "labels/create:a,b",
    |place| {
        let body = json!({"name": place.name("a,b"), "color": "#123456"});
        let answer = place.caller.post(&place.at("labels"), body).await?;
        answer.says(400, json!({"message": {"title": ["is invalid"]}}))?;
    }

    "labels/new-twice", "one new label named twice in a request makes GitLab fail, and nothing is created", "create/label-dup-new",
    |place| {
        let name = place.name("new-twice");
        let body = json!({"title": place.name("never made"), "labels": format!("{name},{name}")});
        place.try_issue(&place.caller, body).await?.is(500)?;
        let issues = place.caller.get(&place.at("issues?per_page=100")).await?.is(200)?.body;
        let made = issues.as_array().unwrap().iter().any(|issue| issue["title"] == place.name("never made"));
        hold("no issue was made", !made)?;
    }
}
