//! An issue that is opened, edited in place, closed and reopened.

use super::{Found, Keeper, Mark, Stage, StickyError, doing};
use crate::gitlab::{
    Issue, IssueFilter, IssuePatch, IssueState, NewIssue, NoteTarget, ProjectRef, StateEvent,
};
use crate::issue::normalise;

/// As for notes.
const ROUNDS: usize = 5;

const WRITING: &str = "cannot write the issue";

/// An issue as it shall be.
#[derive(Debug, Clone, Copy)]
pub struct StickyIssue<'a> {
    /// The title it is opened with. People may change it.
    pub title: &'a str,
    /// What it says.
    pub text: &'a str,
    /// Why it is closed, for the note that says so; open where there is no reason.
    pub closes: Option<&'a str>,
}

/// What became of an issue, with its address in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptIssue {
    /// There is none, and none is needed.
    NotNeeded,
    /// It was opened.
    Opened(String),
    /// It was edited.
    Edited(String),
    /// It was opened again.
    Reopened(String),
    /// It was closed.
    Closed(String),
    /// It was so already: nothing was written.
    Unchanged(String),
    /// Somebody closed it, and nothing differs from then: it is left closed.
    LeftClosed(String),
    /// It is about something newer, so it was left as it is.
    Newer(String),
}

impl Keeper<'_> {
    /// Sees to it that one issue with this marker is as it shall be. It is looked for among the issues of the project that
    /// this account and those that count have made.
    ///
    /// What it says decides, not when it was said: where only the pipeline is another one, nothing is written. An issue
    /// that somebody closed is opened again when it would say something else. Before it is closed, one note says why.
    ///
    /// # Errors
    /// A request failed, or GitLab shows something else than was sent.
    pub async fn keep_issue(
        &self,
        project: &ProjectRef,
        mark: &Mark,
        wanted: StickyIssue<'_>,
    ) -> Result<KeptIssue, StickyError> {
        let mut done: Option<fn(String) -> KeptIssue> = None;
        for _ in 0..ROUNDS {
            let found = self.issues(project, mark).await?;
            let Some(kept) = found.first() else {
                if wanted.closes.is_some() {
                    return Ok(KeptIssue::NotNeeded);
                }
                self.open(project, mark, wanted).await?;
                done = Some(KeptIssue::Opened);
                continue;
            };
            let issue = &kept.thing;
            let url = issue.web_url.clone();
            if kept.mark.is_later_than(mark) {
                return Ok(KeptIssue::Newer(url));
            }
            if let Some(twin) = twin(&found) {
                self.patch(project, twin, StateEvent::Close, None).await?;
                continue;
            }
            let says = Mark::split(&issue.description).map(|(text, _)| text);
            let is_said = says == Some(normalise(wanted.text).trim_end());
            let is_open = issue.state == IssueState::Opened;
            match (is_said, wanted.closes, is_open) {
                (true, None, true) | (true, Some(_), false) => {
                    return Ok(done.unwrap_or(KeptIssue::Unchanged)(url));
                }
                (true, None, false) => return Ok(KeptIssue::LeftClosed(url)),
                _ => {}
            }
            let episode = kept.mark.episode.unwrap_or(1);
            let (how, episode): (fn(String) -> KeptIssue, u32) = match (wanted.closes, is_open) {
                (None, true) | (Some(_), false) => (KeptIssue::Edited, episode),
                (None, false) => (KeptIssue::Reopened, episode.saturating_add(1)),
                (Some(why), true) => {
                    self.say_why(project, issue.iid, episode, mark, why).await?;
                    (KeptIssue::Closed, episode)
                }
            };
            let event = match wanted.closes {
                None => StateEvent::Reopen,
                Some(_) => StateEvent::Close,
            };
            let text = text(wanted, mark, episode);
            self.patch(project, issue, event, Some(text)).await?;
            done.get_or_insert(how);
        }
        Err(StickyError::NotAsSent { what: "the issue" })
    }

    async fn open(
        &self,
        project: &ProjectRef,
        mark: &Mark,
        wanted: StickyIssue<'_>,
    ) -> Result<(), StickyError> {
        let new = NewIssue {
            title: wanted.title.to_owned(),
            description: text(wanted, mark, 1),
            ..NewIssue::default()
        };
        match self.client.create_issue(project, &new).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_ambiguous() => {
                if self.issues(project, mark).await?.is_empty() {
                    Err(doing(WRITING)(error))
                } else {
                    Ok(())
                }
            }
            Err(error) => Err(doing(WRITING)(error)),
        }
    }

    /// One request, which may be sent again: what it sets does not depend on how the issue was.
    async fn patch(
        &self,
        project: &ProjectRef,
        issue: &Issue,
        event: StateEvent,
        description: Option<String>,
    ) -> Result<(), StickyError> {
        let is_so = match event {
            StateEvent::Close => issue.state == IssueState::Closed,
            StateEvent::Reopen => issue.state == IssueState::Opened,
        };
        let patch = IssuePatch {
            description,
            state_event: (!is_so).then_some(event),
            ..IssuePatch::default()
        };
        let written = self.client.update_issue(project, issue.iid, &patch).await;
        written.map_err(doing(WRITING))?;
        Ok(())
    }

    /// Says once why an issue is closed; `episode` tells this closing from earlier ones.
    async fn say_why(
        &self,
        project: &ProjectRef,
        iid: u64,
        episode: u32,
        mark: &Mark,
        why: &str,
    ) -> Result<(), StickyError> {
        let mark = Mark {
            kind: format!("{}-over-{episode}", mark.kind),
            pipeline: None,
            episode: None,
            ..mark.clone()
        };
        let target = NoteTarget::Issue(project.clone(), iid);
        self.keep_note(&target, &mark, |_| why.to_owned()).await?;
        Ok(())
    }

    /// The issues with this marker by accounts that count, by number.
    async fn issues(
        &self,
        project: &ProjectRef,
        mark: &Mark,
    ) -> Result<Vec<Found<Issue>>, StickyError> {
        let own = self.own.username.clone();
        let others = self.trusted.iter().map(ToString::to_string);
        let filter = IssueFilter {
            authors: others.chain([own]).collect(),
            ..IssueFilter::default()
        };
        let issues = self.client.issues(project, &filter).await;
        let issues = issues.map_err(doing("cannot read the issues of the project"))?;
        let mut found: Vec<Found<Issue>> = issues
            .into_iter()
            .filter(|issue| self.counts(&issue.author) && issue.moved_to_id.is_none())
            .filter_map(|issue| {
                let (_, found) = Mark::split(&issue.description)?;
                found.is_of(mark).then(|| Found {
                    own: self.is_own(&issue.author),
                    mark: found,
                    thing: issue,
                })
            })
            .collect();
        found.sort_by_key(|one| one.thing.iid);
        Ok(found)
    }
}

/// An issue beside the first one that a race left open.
fn twin(found: &[Found<Issue>]) -> Option<&Issue> {
    let mut twins = found.iter().skip(1).map(|one| &one.thing);
    twins.find(|issue| issue.state == IssueState::Opened)
}

fn text(wanted: StickyIssue<'_>, mark: &Mark, episode: u32) -> String {
    let stage = match wanted.closes {
        None => Stage::Open,
        Some(_) => Stage::Over,
    };
    let mark = Mark {
        stage,
        episode: Some(episode),
        ..mark.clone()
    };
    normalise(&mark.mark(wanted.text))
}
