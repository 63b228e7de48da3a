//! What a job's own token reads, and what it is refused.

use serde_json::{Value, json};

use crate::fact::{Finding, expect, facts, hold};
use crate::http::Answer;
use crate::place::Place;

/// What the job is answered for something of an issue of its project.
async fn of_an_issue(place: &Place, rest: &str) -> Result<(Value, Answer), Finding> {
    let job = place.job()?;
    let issues = format!("projects/{}/issues", job.project.id);
    let body = json!({"title": place.name("for-a-job")});
    let issue = place.caller.post(&issues, body).await?.is(201)?.body;
    let path = format!("{issues}/{}", issue["iid"]);
    let answer = job.caller.get(&format!("{path}{rest}")).await;
    let removed = place.remove_issue(&path).await;
    hold("the issue could be removed", removed)?;
    Ok((issue, answer?))
}

facts! {
    "jobs/list", "a job lists the issues of its project", "lists/job-list",
    |place| {
        let job = place.job()?;
        let path = format!("projects/{}/issues?per_page=2", job.project.id);
        let answer = job.caller.get(&path).await?.is(200)?;
        hold("a list", answer.body.is_array())?;
        expect("x-per-page", &json!(answer.header("x-per-page")), "2")?;
    }

    "jobs/issue", "a job reads one issue of its project", "facts §6.5",
    |place| {
        let (issue, answer) = of_an_issue(place, "").await?;
        expect("the issue", &answer.is(200)?.body["id"], issue["id"].clone())?;
    }

    "jobs/links", "a job does not see links", "lists/job-links",
    |place| {
        let (_, answer) = of_an_issue(place, "/links").await?;
        answer.says(401, json!({"message": "401 Unauthorized"}))?;
    }

    "jobs/labels", "a job does not see labels", "lists/job-labels",
    |place| {
        let job = place.job()?;
        let answer = job.caller.get(&format!("projects/{}/labels", job.project.id)).await?;
        answer.says(401, json!({"message": "401 Unauthorized"}))?;
    }

    "jobs/write", "a job makes no issue", "lists/job-write",
    |place| {
        let job = place.job()?;
        let path = format!("projects/{}/issues", job.project.id);
        let answer = job.caller.post(&path, json!({"title": "no"})).await?;
        answer.says(401, json!({"message": "401 Unauthorized"}))?;
    }

    "jobs/self", "a job learns neither whose it is, nor what it may, nor the server's version", "meta/user, self, metadata, as job",
    |place| {
        let job = &place.job()?.caller;
        for path in ["user", "personal_access_tokens/self", "metadata", "version"] {
            job.get(path).await?.says(401, json!({"message": "401 Unauthorized"}))?;
        }
    }

    "jobs/graphql", "GraphQL does not know the token of a job", "graphql/job",
    |place| {
        let answer = place.job()?.caller.graphql("{ currentUser { username } }", json!({})).await?;
        answer.says(401, json!({"errors": [{"message": "Invalid token"}]}))?;
    }
}
