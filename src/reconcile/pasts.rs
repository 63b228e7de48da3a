//! The past of issues, asked for one by one: who changed what, and when.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::convert;
use crate::gitlab::{Client, Error, LabelAction, Note, NoteTarget, ProjectRef, User};
use crate::model::{Date, IssueReference, Username};
use crate::plan::{Deed, Past, PastEvent, PastSource, Question};

/// Asks for the past of issues: a request for each issue and source. What GitLab does not tell is left out; the second
/// value counts the issues of which it told less than it was asked.
pub async fn pasts(
    client: &Client,
    questions: &[Question],
) -> (BTreeMap<IssueReference, Past>, usize) {
    let told: Vec<(IssueReference, Past, bool)> = stream::iter(questions)
        .map(|question| past(client, question))
        .buffer_unordered(client.parallelism().max(1))
        .collect()
        .await;
    let silent = told.iter().filter(|(_, _, whole)| !whole).count();
    let told = told.into_iter();
    let pasts = told
        .filter(|(_, past, _)| !past.events.is_empty())
        .map(|(issue, past, _)| (issue, past));
    (pasts.collect(), silent)
}

async fn past(client: &Client, question: &Question) -> (IssueReference, Past, bool) {
    let issue = &question.issue;
    let project = ProjectRef::Path(issue.project.clone());
    let mut past = Past::default();
    let mut whole = true;
    for source in &question.sources {
        let answer = match source {
            PastSource::Notes => {
                let target = NoteTarget::Issue(project.clone(), issue.iid);
                let newest = client.newest_notes(&target).await;
                newest.map(|newest| {
                    past.is_cut = newest.is_cut;
                    noted(newest.notes)
                })
            }
            PastSource::Labels => labelled(client, &project, issue.iid).await,
            PastSource::States => stated(client, &project, issue.iid).await,
        };
        match answer {
            Ok(events) => past.events.extend(events),
            Err(_) => whole = false,
        }
    }
    (issue.clone(), past, whole)
}

/// What somebody did, in UTC. Who is no account any more is nobody who could be asked.
fn event(by: &str, at: Timestamp, deed: Deed) -> PastEvent {
    PastEvent {
        by: convert::username(by),
        on: at.to_zoned(TimeZone::UTC).date(),
        deed,
    }
}

/// What GitLab's own notes tell, the newest first. Ids tell the order of notes within one moment.
fn noted(mut notes: Vec<Note>) -> Vec<PastEvent> {
    notes.retain(|note| note.system);
    notes.sort_by_key(|note| Reverse((note.created_at, note.id)));
    let told = notes.iter().flat_map(|note| {
        let deeds = deeds(&note.body).into_iter();
        deeds.map(|deed| event(&note.author.username, note.created_at, deed))
    });
    told.collect()
}

/// What one of GitLab's own notes tells, by the texts that were recorded (update/notes). Others are passed over.
fn deeds(body: &str) -> Vec<Deed> {
    // GitLab marks what differs between titles in HTML, inside a paragraph.
    if body.starts_with("<p>changed title from ") {
        return vec![Deed::Retitled];
    }
    if body == "changed the description" {
        return vec![Deed::Described];
    }
    if body.starts_with("removed due date ") {
        return vec![Deed::Scheduled(None)];
    }
    if let Some(day) = body.strip_prefix("changed due date to ") {
        let day = Date::strptime("%B %d, %Y", day).ok();
        return day
            .map(|day| Deed::Scheduled(Some(day)))
            .into_iter()
            .collect();
    }
    let (assigned, unassigned) = match body.strip_prefix("assigned to ") {
        Some(rest) => rest.split_once(" and unassigned ").unwrap_or((rest, "")),
        None => ("", body.strip_prefix("unassigned ").unwrap_or_default()),
    };
    let assigned = mentioned(assigned).map(Deed::Assigned);
    assigned
        .chain(mentioned(unassigned).map(Deed::Unassigned))
        .collect()
}

/// The accounts in a list like `@a, @b, and @c`.
fn mentioned(list: &str) -> impl Iterator<Item = Username> {
    let words = list.split([' ', ',']);
    words.filter_map(|word| word.strip_prefix('@')?.parse().ok())
}

async fn labelled(
    client: &Client,
    project: &ProjectRef,
    iid: u64,
) -> Result<Vec<PastEvent>, Error> {
    let mut events = client.label_events(project, iid).await?;
    events.sort_by_key(|event| Reverse((event.created_at, event.id)));
    let told = events.into_iter().filter_map(|told| {
        let label = told.label?.name;
        let deed = match told.action {
            LabelAction::Add => Deed::Labelled(label),
            LabelAction::Remove => Deed::Unlabelled(label),
        };
        Some(event(name(told.user.as_ref()), told.created_at, deed))
    });
    Ok(told.collect())
}

async fn stated(client: &Client, project: &ProjectRef, iid: u64) -> Result<Vec<PastEvent>, Error> {
    let mut events = client.state_events(project, iid).await?;
    events.sort_by_key(|event| Reverse((event.created_at, event.id)));
    let told = events.into_iter().filter_map(|told| {
        let deed = match told.state.as_str() {
            "closed" => Deed::Closed,
            "reopened" => Deed::Reopened,
            _ => return None,
        };
        Some(event(name(told.user.as_ref()), told.created_at, deed))
    });
    Ok(told.collect())
}

fn name(user: Option<&User>) -> &str {
    user.map_or("", |user| &user.username)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> Username {
        name.parse().unwrap()
    }

    /// Recorded: update/notes.
    #[test]
    fn the_recorded_notes_tell_what_was_done() {
        let day = |text: &str| text.parse().unwrap();
        let title = "<p>changed title from <code class=\"idiff\"><span class=\"idiff left right deletion\">Target 2</span></code> to <code class=\"idiff\"><span class=\"idiff left right addition\">x</span></code></p>";
        let told = [
            (title, vec![Deed::Retitled]),
            ("changed the description", vec![Deed::Described]),
            (
                "removed due date January 31, 2027",
                vec![Deed::Scheduled(None)],
            ),
            (
                "changed due date to January 31, 2027",
                vec![Deed::Scheduled(Some(day("2027-01-31")))],
            ),
            (
                "assigned to @outsider",
                vec![Deed::Assigned(account("outsider"))],
            ),
            (
                "unassigned @maintainer",
                vec![Deed::Unassigned(account("maintainer"))],
            ),
            (
                "assigned to @maintainer and unassigned @owner",
                vec![
                    Deed::Assigned(account("maintainer")),
                    Deed::Unassigned(account("owner")),
                ],
            ),
        ];
        for (body, expected) in told {
            assert_eq!(deeds(body), expected, "{body}");
        }
    }

    #[test]
    fn several_accounts_are_told_apart_and_other_texts_are_passed_over() {
        assert_eq!(
            deeds("assigned to @a, @b.c, and @d and unassigned @e and @f"),
            [
                Deed::Assigned(account("a")),
                Deed::Assigned(account("b.c")),
                Deed::Assigned(account("d")),
                Deed::Unassigned(account("e")),
                Deed::Unassigned(account("f")),
            ]
        );
        for other in [
            "",
            "changed due date to soon",
            "moved from okrs#2",
            "made the issue confidential",
            "mentioned in issue #7",
            "changed start date to January 31, 2027",
        ] {
            assert_eq!(deeds(other), [], "{other}");
        }
    }
}
