use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::error::ReconcileError;
use crate::gitlab::{self, Client, ErrorKind, ListedMilestone, ProjectRef};
use crate::plan::{Knowledge, ObservedMilestone, ObservedWork, TrackerWork, WorkIssue};

/// Trackers that are asked for at once; the client's own limit holds below it.
const TRACKERS_AT_ONCE: usize = 4;

/// Reads what trackers have in their open milestones: for each a page of milestones and one of issues for every hundred.
///
/// Links are not read here. Whether an issue is linked to a managed one is seen at that one, which was
/// [observed](super::observe) with its links: both ends show a link (recorded: links/list-other-end), so that this costs
/// pages and not issues by whichever API. A tracker that the token may not read is unknown, and no failure.
pub async fn observe_work(
    client: &Client,
    trackers: &[String],
) -> Result<ObservedWork, ReconcileError> {
    stream::iter(trackers)
        .map(|tracker| async move {
            let work = match tracker_work(client, tracker).await {
                Ok(work) => Knowledge::Known(work),
                Err(error) if is_hidden(error.kind()) => Knowledge::Unknown(
                    "it does not exist, or this token may not read it".to_owned(),
                ),
                Err(error) => {
                    let doing = format!("the milestones of {tracker} cannot be read");
                    return Err(ReconcileError::doing(doing)(error));
                }
            };
            Ok((tracker.clone(), work))
        })
        .buffered(TRACKERS_AT_ONCE)
        .try_collect()
        .await
}

fn is_hidden(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Unauthorized
    )
}

async fn tracker_work(client: &Client, tracker: &str) -> Result<TrackerWork, gitlab::Error> {
    let project = ProjectRef::from(tracker);
    let issues = client.issues_in_milestones(&project).await?;
    let in_use = issues.iter().map(|issue| issue.milestone.clone());
    let mut milestones: Vec<ListedMilestone> = in_use.collect();
    let only_with_issues = if client.has_job_token() {
        Some("a job token may not list milestones".to_owned())
    } else {
        milestones.extend(client.open_milestones(&project).await?);
        None
    };
    milestones.sort_by_key(|milestone| milestone.id);
    milestones.dedup_by_key(|milestone| milestone.id);
    Ok(TrackerWork {
        milestones: milestones.into_iter().map(milestone).collect(),
        issues: issues.into_iter().map(issue).collect(),
        only_with_issues,
    })
}

fn milestone(listed: ListedMilestone) -> ObservedMilestone {
    ObservedMilestone {
        id: listed.id,
        iid: listed.iid,
        title: listed.title,
        due: listed.due_date,
        web_url: listed.web_url,
        of_group: listed.group_id.is_some(),
    }
}

fn issue(listed: gitlab::MilestoneIssue) -> WorkIssue {
    WorkIssue {
        id: listed.id,
        iid: listed.iid,
        title: listed.title,
        web_url: listed.web_url,
        confidential: listed.confidential,
        milestone: listed.milestone.id,
    }
}
