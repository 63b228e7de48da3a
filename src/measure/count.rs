use super::error::MeasureError;
use crate::flow::Period;
use crate::gitlab::{Client, LifeSpan, ProjectRef};
use crate::model::{Counted, CountedState};

/// What is counted, and where.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    /// Of which.
    pub what: Counted,
    /// The project's full path.
    pub project: &'a str,
    /// Those that are, or have become, this.
    pub state: CountedState,
    /// Labels that each of them has, all of them.
    pub labels: &'a [String],
}

/// How many issues or merge requests of a project there are that the token may see: open ones as of now, others by what became
/// of them in the period.
///
/// # Errors
/// GitLab fails, or refuses.
pub async fn count(
    client: &Client,
    count: Count<'_>,
    period: &Period,
) -> Result<u64, MeasureError> {
    let project = ProjectRef::from(count.project);
    let since = period.begin;
    let read = async {
        let spans = match (count.what, count.state) {
            (Counted::Issues, CountedState::Open) => {
                return client.open_issue_count(&project, count.labels).await;
            }
            (Counted::Issues, _) => {
                client
                    .issue_life_spans(&project, count.labels, since)
                    .await?
            }
            (Counted::MergeRequests, state) => {
                let (word, since) = match state {
                    CountedState::Open => ("opened", None),
                    CountedState::Merged => ("merged", Some(since)),
                    _ => ("all", Some(since)),
                };
                let labels = count.labels;
                client
                    .merge_request_life_spans(&project, labels, word, since)
                    .await?
            }
        };
        let counts = |span: &&LifeSpan| match count.state {
            CountedState::Open => true,
            CountedState::Created => period.contains(span.created_at),
            CountedState::Closed => span.closed_at.is_some_and(|at| period.contains(at)),
            CountedState::Merged => span.merged_at.is_some_and(|at| period.contains(at)),
        };
        Ok(spans.iter().filter(counts).count() as u64)
    };
    read.await.map_err(|source| MeasureError::GitLab {
        project: count.project.to_owned(),
        source: Box::new(source),
    })
}
