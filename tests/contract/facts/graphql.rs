//! GraphQL: the documents that okr sends, and what the two APIs have in common.

use okrsync::gitlab::DOCUMENTS;
use serde_json::{Value, json};

use crate::fact::{Finding, expect, facts, hold};
use crate::place::Place;

/// Sends one of okr's documents, with its complexity asked for.
async fn send(place: &Place, name: &str, variables: Value) -> Result<Value, Finding> {
    let (_, document) = DOCUMENTS.iter().find(|(known, _)| *known == name).unwrap();
    let mut document = (*document).to_owned();
    if !document.contains("queryComplexity") {
        document = document.replacen(" {\n", " {\n  queryComplexity { score limit }\n", 1);
    }
    let body = place
        .caller
        .graphql(&document, variables)
        .await?
        .is(200)?
        .body;
    expect("errors", &body["errors"], Value::Null)?;
    let complexity = &body["data"]["queryComplexity"];
    let (score, limit) = (complexity["score"].as_u64(), complexity["limit"].as_u64());
    hold(
        &format!("a complexity below the limit: {complexity}"),
        score.is_some() && score <= limit,
    )?;
    Ok(body["data"].clone())
}

/// The variables that read one issue of the project.
fn one(place: &Place, issue: &Value) -> Value {
    let iids = json!([issue["iid"].to_string()]);
    json!({
        "paths": [place.project.path], "projects": 1, "path": place.project.path, "first": 100, "state": "all",
        "iids": iids,
    })
}

facts! {
    "graphql/users", "okr's document about accounts is understood", "graphql/current-user",
    |place| {
        let data = send(place, "users", json!({"usernames": [place.username]})).await?;
        let id = format!("gid://gitlab/User/{}", place.user);
        expect("the account", &data["users"]["nodes"][0]["id"], id)?;
    }

    "graphql/issues-of-projects", "okr's document about issues of several projects gives what REST gives", "graphql/projects-issues",
    |place| {
        let label = place.label("graphql").await?;
        let body = json!({
            "title": "both", "description": "a\n\n<!-- m -->", "labels": label, "due_date": "2030-12-31",
            "assignee_ids": [place.user],
        });
        let issue = place.issue(body).await?;
        let data = send(place, "issuesOfProjects", one(place, &issue)).await?;
        let project = &data["projects"]["nodes"][0];
        expect("the path", &project["fullPath"], place.project.path.clone())?;
        expect("issues", &project["issuesEnabled"], true)?;
        let node = &project["issues"]["nodes"][0];
        expect("the id", &node["id"], format!("gid://gitlab/Issue/{}", issue["id"]))?;
        expect("the number", &node["iid"], issue["iid"].to_string())?;
        for (name, rest) in [
            ("projectId", "project_id"), ("title", "title"), ("description", "description"), ("state", "state"),
            ("confidential", "confidential"), ("type", "type"), ("webUrl", "web_url"),
        ] {
            expect(name, &node[name], issue[rest].clone())?;
        }
        expect("the label", &node["labels"]["nodes"][0]["title"], label)?;
        expect("the assignee", &node["assignees"]["nodes"][0]["username"], place.username.clone())?;
        expect("the author", &node["author"]["username"], place.username.clone())?;
        hold("the day", node["dueDate"].as_str().is_some_and(|date| date.starts_with("2030-12-31")))?;
        // Whole seconds here, milliseconds in REST.
        let (seconds, exact) = (node["createdAt"].as_str().unwrap(), issue["created_at"].as_str().unwrap());
        expect("the second of creation", &json!(seconds[..19]), exact[..19].to_owned())?;
    }

    "graphql/issues-of-project", "okr's document about a further page is understood", "graphql/projects-issues",
    |place| {
        let issues = [place.issue(json!({"title": "1"})).await?, place.issue(json!({"title": "2"})).await?];
        let mut variables = one(place, &issues[0]);
        variables["iids"] = json!([issues[0]["iid"].to_string(), issues[1]["iid"].to_string()]);
        variables["first"] = json!(1);
        let mut found = Vec::new();
        for _page in 0..2 {
            let data = send(place, "issuesOfProject", variables.clone()).await?;
            let page = &data["project"]["issues"];
            found.push(page["nodes"][0]["title"].clone());
            expect("a next page", &page["pageInfo"]["hasNextPage"], found.len() < 2)?;
            variables["after"] = page["pageInfo"]["endCursor"].clone();
        }
        expect("in the order of creation", &json!(found), json!(["1", "2"]))?;
    }

    "graphql/issue-by-id", "okr's document about one issue finds it by the id that REST gives, and null for another", "graphql/group-issues",
    |place| {
        let issue = place.issue(json!({"title": "by id"})).await?;
        let gid = |id: &Value| json!({"id": format!("gid://gitlab/Issue/{id}")});
        let data = send(place, "issueById", gid(&issue["id"])).await?;
        expect("the title", &data["issue"]["title"], "by id")?;
        let data = send(place, "issueById", gid(&json!(999_999_999_999_u64))).await?;
        expect("an unknown one", &data["issue"], Value::Null)?;
    }

    "graphql/links", "a link has the same id in both APIs, and names its other end", "graphql/group-work-items",
    |place| {
        let (from, to) = (place.issue(json!({"title": "from"})).await?, place.issue(json!({"title": "to"})).await?);
        let body = json!({"target_project_id": place.project.id, "target_issue_iid": to["iid"]});
        let made = place.caller.post(&place.issue_at(&from, "/links"), body).await?.is(201)?.body;
        let data = send(place, "issuesOfProjects", one(place, &from)).await?;
        let link = &data["projects"]["nodes"][0]["issues"]["nodes"][0]["linkedWorkItems"]["nodes"][0];
        expect("the other end", &link["workItem"]["id"], format!("gid://gitlab/WorkItem/{}", to["id"]))?;
        let id = link["linkId"].as_str().unwrap_or_default();
        hold(&format!("the link's id {id}"), id.ends_with(&format!("/{}", made["id"])))?;
    }

    "graphql/authors", "issues of any of several authors are found", "graphql/projects-issues",
    |place| {
        let issue = place.issue(json!({"title": "by somebody"})).await?;
        for (author, found) in [(place.username.as_str(), 1), ("okr-contract-nobody", 0)] {
            let mut variables = one(place, &issue);
            variables["or"] = json!({"authorUsernames": [author]});
            let data = send(place, "issuesOfProjects", variables).await?;
            let nodes = data["projects"]["nodes"][0]["issues"]["nodes"].as_array();
            expect(author, &json!(nodes.map(Vec::len)), found)?;
        }
    }

    "graphql/unknown-project", "a project that does not exist is left out of several, and null alone", "graphql/unknown-group",
    |place| {
        let mut variables = one(place, &json!({"iid": 1}));
        variables["paths"] = json!(["no/such"]);
        variables["path"] = json!("no/such");
        let data = send(place, "issuesOfProjects", variables.clone()).await?;
        expect("among several", &data["projects"]["nodes"], json!([]))?;
        let data = send(place, "issuesOfProject", variables).await?;
        hold("alone", data.as_object().is_some_and(|data| data.contains_key("project")))?;
        expect("alone", &data["project"], Value::Null)?;
    }

    "graphql/unknown-field", "a field that a server does not know is an error beside 200", "graphql/bad-field",
    |place| {
        let answer = place.caller.graphql("{ okrContractNonsense }", json!({})).await?.is(200)?;
        expect("the code", &answer.body["errors"][0]["extensions"]["code"], "undefinedField")?;
    }

    "graphql/too-complex", "a query that is too complex is refused beside 200, with its points", "facts §4.4",
    |place| {
        let part = |number: usize| format!(
            "p{number}: project(fullPath: $p) {{ issues(first: 100) {{ nodes {{ id title iid state webUrl description
             labels(first: 100) {{ nodes {{ id title }} }} assignees(first: 100) {{ nodes {{ id name }} }} }} }} }}"
        );
        let parts: String = (0..12).map(part).collect();
        let query = format!("query($p: ID!) {{ {parts} }}");
        let body = place.caller.graphql(&query, json!({"p": place.project.path})).await?.is(200)?.body;
        let message = body["errors"][0]["message"].as_str().unwrap_or_default();
        hold(&format!("the message {message:?}"), message.contains("exceeds max complexity of"))?;
    }

    "graphql/no-mutation-by-reader", "a token that may only read cannot write through GraphQL", "graphql/read-api-mutation",
    |place| {
        let reader = place.reader.as_ref().ok_or_else(|| Finding::Unseen("needs an owner's token".to_owned()))?;
        let issue = place.issue(json!({"title": "a"})).await?;
        let query = "mutation($id: NoteableID!) { createNote(input: {noteableId: $id, body: \"x\"}) { errors } }";
        let id = format!("gid://gitlab/Issue/{}", issue["id"]);
        let body = reader.graphql(query, json!({"id": id})).await?.is(200)?.body;
        hold("an error", body["errors"][0]["message"].is_string())?;
        expect("the note", &body["data"]["createNote"], Value::Null)?;
    }
}
