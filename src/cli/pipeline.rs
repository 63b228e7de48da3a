//! What a pipeline says of itself, for notes on its merge request.

use std::ffi::OsStr;

use url::Url;

use super::EnvError;
use crate::plan::Audience;

/// The variables that GitLab sets for a job, as far as notes need them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// `CI_PIPELINE_ID`: GitLab numbers pipelines in the order in which they are made.
    pub id: Option<u64>,
    /// `CI_PIPELINE_URL`: its page.
    pub url: Option<Url>,
    /// `CI_JOB_URL`: the page of the job.
    pub job_url: Option<Url>,
    /// `CI_COMMIT_SHA`: the commit that was checked out.
    pub commit: Option<String>,
    /// `CI_PROJECT_PATH`: the path of the project whose pipeline this is.
    pub project_path: Option<String>,
    /// `CI_PROJECT_VISIBILITY`: who can see it.
    pub visibility: Option<Audience>,
    /// `CI_PROJECT_URL`: its page.
    pub project_url: Option<Url>,
    /// `CI_MERGE_REQUEST_IID`: the merge request that the pipeline is for.
    pub merge_request: Option<u64>,
    /// `CI_MERGE_REQUEST_SOURCE_BRANCH_SHA`: the head of the source branch, where the pipeline runs on merged results.
    pub source_commit: Option<String>,
    /// `CI_MERGE_REQUEST_SOURCE_PROJECT_ID`: the project that has the source branch.
    pub source_project: Option<String>,
    /// `CI_MERGE_REQUEST_SOURCE_PROJECT_URL`: its page.
    pub source_url: Option<Url>,
}

impl Pipeline {
    /// Takes a variable, if it is one of them; says whether it is. What is no number or address counts as absent.
    pub(super) fn take(&mut self, name: &str, value: &OsStr) -> Result<bool, EnvError> {
        let text = || {
            value.to_str().map(str::to_owned).ok_or(EnvError::NotText {
                name: name.to_owned(),
            })
        };
        let number = || text().map(|text| text.parse().ok());
        let url = || text().map(|text| Url::parse(&text).ok());
        match name {
            "CI_PIPELINE_ID" => self.id = number()?,
            "CI_PIPELINE_URL" => self.url = url()?,
            "CI_JOB_URL" => self.job_url = url()?,
            "CI_COMMIT_SHA" => self.commit = Some(text()?),
            "CI_PROJECT_PATH" => self.project_path = Some(text()?),
            "CI_PROJECT_VISIBILITY" => {
                self.visibility = match text()?.as_str() {
                    "private" => Some(Audience::Members),
                    "internal" => Some(Audience::Accounts),
                    "public" => Some(Audience::Everybody),
                    _ => None,
                };
            }
            "CI_PROJECT_URL" => self.project_url = url()?,
            "CI_MERGE_REQUEST_IID" => self.merge_request = number()?,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA" => self.source_commit = Some(text()?),
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID" => self.source_project = Some(text()?),
            "CI_MERGE_REQUEST_SOURCE_PROJECT_URL" => self.source_url = url()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The head of the source branch, which the merge request is about; in other pipelines their commit.
    pub fn head(&self) -> Option<&str> {
        self.source_commit.as_deref().or(self.commit.as_deref())
    }

    /// Where the files that were checked out are shown, an address to which a path is added. The merge that a pipeline on
    /// merged results works on is in its own project, every other commit in the source branch's.
    pub fn files(&self) -> Option<Url> {
        let commit = self.commit.as_deref()?;
        let source = self
            .source_url
            .as_ref()
            .filter(|_| self.source_commit.is_none());
        let mut url = source.or(self.project_url.as_ref())?.clone();
        url.path_segments_mut()
            .ok()?
            .pop_if_empty()
            .extend(["-", "blob", commit]);
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Pipeline {
        let mut pipeline = Pipeline::default();
        for (name, value) in variables {
            assert!(pipeline.take(name, value.as_ref()).unwrap());
        }
        pipeline
    }

    #[test]
    fn files_are_shown_where_the_commit_is() {
        let project = ("CI_PROJECT_URL", "https://gitlab.example.com/acme/okrs");
        let commit = ("CI_COMMIT_SHA", "1a2b");
        let fork = (
            "CI_MERGE_REQUEST_SOURCE_PROJECT_URL",
            "https://gitlab.example.com/ann/okrs/",
        );
        let files = |variables: &[(&str, &str)]| {
            let pipeline = read(variables);
            (
                pipeline.files().map(String::from),
                pipeline.head().map(str::to_owned),
            )
        };
        let shown = |url: &str, head: &str| (Some(url.to_owned()), Some(head.to_owned()));
        assert_eq!(files(&[]), (None, None));
        assert_eq!(
            files(&[project, commit]),
            shown("https://gitlab.example.com/acme/okrs/-/blob/1a2b", "1a2b")
        );
        assert_eq!(
            files(&[project, commit, fork]),
            shown("https://gitlab.example.com/ann/okrs/-/blob/1a2b", "1a2b")
        );
        let merged = ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "3c4d");
        assert_eq!(
            files(&[project, commit, fork, merged]),
            shown("https://gitlab.example.com/acme/okrs/-/blob/1a2b", "3c4d")
        );
    }

    #[test]
    fn what_is_no_number_or_address_is_absent() {
        let pipeline = read(&[
            ("CI_PIPELINE_ID", "twelve"),
            ("CI_PIPELINE_URL", "not an address"),
            ("CI_MERGE_REQUEST_IID", "-1"),
        ]);
        assert_eq!(pipeline, Pipeline::default());
    }
}
