//! What GitLab makes of texts.

use serde_json::{Value, json};

use crate::fact::{Verdict, expect, facts};
use crate::place::Place;

/// Writes a description and expects what is stored, in the answer and when it is read again.
async fn stores(place: &Place, sent: &str, stored: &str) -> Verdict {
    let issue = place.described(sent).await?;
    expect("the answer", &issue["description"], stored)?;
    expect(
        "what is read again",
        &place.read(&issue).await?["description"],
        stored,
    )
}

/// As [`stores`], where nothing may have been carried out either.
async fn keeps(place: &Place, text: &str) -> Verdict {
    let issue = place.described(text).await?;
    expect("the description", &issue["description"], text)?;
    expect("the due date", &issue["due_date"], Value::Null)
}

facts! {
    "text/carriage-returns", "every carriage return of a description is dropped", "update/desc-crlf",
    |place| { stores(place, "a\r\nb\rc", "a\nbc").await?; }

    "text/trailing-whitespace", "white space at the end of a description is dropped, the rest of it stays",
    "create/quick:leading-newlines",
    |place| { stores(place, "\n\n  a  \nb \n\t \n", "\n\n  a  \nb").await?; }

    "text/unicode-spaces", "a no-break space at the end of a description stays", "create/quick:trailing-nbsp",
    |place| { stores(place, "a\u{a0}", "a\u{a0}").await?; }

    "text/comments", "a comment in a description comes back as it was written", "update/cloned",
    |place| { stores(place, "a\n\n<!-- okrsync:v1\n{\"key\": \"k\"}\n-->\n\nb", "a\n\n<!-- okrsync:v1\n{\"key\": \"k\"}\n-->\n\nb").await?; }

    "text/blank", "a description of nothing but white space is none", "create/no-description",
    |place| {
        let issue = place.issue(json!({"title": "blank"})).await?;
        expect("the description", &issue["description"], Value::Null)?;
    }

    "text/command", "a quick action in a description is carried out and taken out", "create/quick:due-prose",
    |place| {
        let issue = place.described("Some text\n/due 2030-01-02\nmore").await?;
        expect("the description", &issue["description"], "Some text\nmore")?;
        expect("the due date", &issue["due_date"], "2030-01-02")?;
    }

    "text/title-by-command", "a command that names a title is taken out of a new issue's description; the title that was sent stays",
    "create/quick:title-prose",
    |place| {
        let issue = place.described("a\n/title Another title").await?;
        expect("the description", &issue["description"], "a")?;
        expect("the title", &issue["title"], "described")?;
    }

    "text/command-after-comment", "a quick action right after a one-line comment is carried out", "create/quick:after-comment",
    |place| {
        let issue = place.described("<!-- c -->\n/due 2030-01-02").await?;
        expect("the due date", &issue["due_date"], "2030-01-02")?;
    }

    "text/command-on-update", "a quick action in an update is carried out and taken out", "update/quick-in-update",
    |place| {
        let issue = place.described("a").await?;
        let issue = place.update(&issue, json!({"description": "a\n/due 2030-01-02"})).await?;
        expect("the description", &issue["description"], "a")?;
        expect("the due date", &issue["due_date"], "2030-01-02")?;
    }

    "text/backslash", "a backslash before it keeps a line from being a quick action, and stays", "create/quick:backslash",
    |place| { keeps(place, "a\n\\/due 2030-01-02").await?; }

    "text/fence", "a quick action in fenced code is text", "create/quick:fence",
    |place| { keeps(place, "```\n/due 2030-01-02\n```").await?; }

    "text/indented", "a quick action after a space is text", "create/quick:one-space",
    |place| { keeps(place, "a\n\n /due 2030-01-02").await?; }

    "text/multi-line-comment", "a quick action within a comment of several lines is text", "create/quick:multi-comment",
    |place| { keeps(place, "<!--\nx\n/due 2030-01-02\n-->").await?; }

    "text/unknown-command", "what is no known command stays", "create/quick:unknown",
    |place| { keeps(place, "/okr 12").await?; }

    "text/command-breaks", "some quick actions with a wrong argument make the whole write fail", "create/quick:estimate-prose",
    |place| {
        let body = json!({"title": "a", "description": "/estimate of the work"});
        let answer = place.try_issue(&place.caller, body).await?.is(400)?;
        let found = answer.body["message"]["time_estimate"].is_array();
        crate::fact::hold("the message names time_estimate", found)?;
    }

    "text/title-stripped", "white space around a title is dropped, within it stays", "create/title-spaces",
    |place| {
        let issue = place.issue(json!({"title": "  spaced  out  "})).await?;
        expect("the title", &issue["title"], "spaced  out")?;
    }

    "text/title-command", "a command in a title is text", "create/title-quick",
    |place| {
        let issue = place.issue(json!({"title": "/close"})).await?;
        expect("the title", &issue["title"], "/close")?;
        expect("the state", &issue["state"], "opened")?;
    }

    "text/title-length", "a title has at most 255 characters", "create/title-256",
    |place| {
        let title = "ü".repeat(255);
        let issue = place.issue(json!({"title": title})).await?;
        expect("the title", &issue["title"], title)?;
        let long = place.try_issue(&place.caller, json!({"title": "ü".repeat(256)})).await?;
        long.says(400, json!({"message": {"title": ["is too long (maximum is 255 characters)"]}}))?;
    }

    "text/description-length", "a description has at most 1,048,576 bytes", "create/desc-over",
    |place| {
        let body = json!({"title": "a", "description": "d".repeat(1_048_577)});
        let answer = place.try_issue(&place.caller, body).await?.is(400)?;
        crate::fact::hold("the message names the description", answer.body["message"]["description"].is_array())?;
    }

    "text/nul", "a NUL in a text is refused in plain text", "meta/nul",
    |place| {
        let answer = place.try_issue(&place.caller, json!({"title": "a\0b"})).await?.is(400)?;
        expect("the text", &json!(answer.text), "Bad Request")?;
    }
}
