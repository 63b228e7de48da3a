use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use secrecy::SecretString;

use super::pipeline::Pipeline;
use crate::model::{Date, Username};
use crate::plan::Audience;

/// What the environment says, read once. Variables that are empty count as absent: GitLab CI sets some so.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a variable of its own, as independent of the others as they are"
)]
pub struct Env {
    /// `OKR_URL`: the GitLab instance; wins over okr.toml.
    pub okr_url: Option<String>,
    /// `OKR_TOKEN`: the token for GitLab.
    pub okr_token: Option<SecretString>,
    /// `OKR_TOKEN_FILE`: the file that holds the token.
    pub okr_token_file: Option<String>,
    /// `OKR_ALLOW`: limits that this run may exceed, as `okr apply --allow` names them, with commas between.
    pub allow: Vec<String>,
    /// `OKR_NOTE_TOKEN`: the token for notes on merge requests, of an account that is a member of the OKR project alone.
    pub note_token: Option<SecretString>,
    /// `OKR_NOTE_TOKEN_FILE`: the file that holds that token.
    pub note_token_file: Option<String>,
    /// `OKR_PAUSED`: whether writing is off; set, and neither `0` nor `false`.
    pub okr_paused: bool,
    /// `GITLAB_TOKEN`: the token that other tools for GitLab use too.
    pub gitlab_token: Option<SecretString>,
    /// `CI_JOB_TOKEN`: a job's own token, which only reads.
    pub ci_job_token: Option<SecretString>,
    /// `OKR_CA_FILE`, else `CI_SERVER_TLS_CA_FILE`: certificates of authorities that are trusted besides the system's.
    pub ca_file: Option<String>,
    /// `OKR_ALLOW_HTTP`: whether the token may go to another machine unencrypted; set, and neither `0` nor `false`. There is
    /// no such key in okr.toml, which is part of the change under review.
    pub allow_http: bool,
    /// The variables that set a proxy, by name: a value may hold a password.
    pub proxies: Vec<String>,
    /// `CI_SERVER_URL`: the instance whose pipeline this is.
    pub ci_server_url: Option<String>,
    /// `CI_COMMIT_SHORT_SHA`: the commit that the pipeline is for.
    pub ci_commit: Option<String>,
    /// `CI_COMMIT_MESSAGE`: its message, in which GitLab names the merge request of a merge.
    pub ci_message: Option<String>,
    /// `CI_COMMIT_BRANCH`: the branch that the pipeline is for; absent in those of merge requests and tags.
    pub ci_branch: Option<String>,
    /// `CI_COMMIT_BEFORE_SHA`: the commit at which the branch was before this pipeline's push; zeros where it is new, and
    /// in pipelines that no push began.
    pub ci_before: Option<String>,
    /// `CI_PROJECT_DIR`: where the pipeline has the repository.
    pub ci_project_dir: Option<PathBuf>,
    /// `CI_PROJECT_ID`: the project whose pipeline this is, and which was cloned.
    pub ci_project: Option<String>,
    /// `CI_MERGE_REQUEST_PROJECT_ID`: the project of the merge request that the pipeline is for, which has its target
    /// branch. Another one than that of the pipeline where a fork's pipeline runs.
    pub mr_project: Option<String>,
    /// `CI_MERGE_REQUEST_TARGET_BRANCH_NAME`: where the merge request goes to.
    pub mr_target: Option<String>,
    /// `CI_MERGE_REQUEST_TARGET_BRANCH_SHA`: the commit of the target branch that the pipeline has merged in already;
    /// only in pipelines of merged results, which GitLab Free does not have.
    pub mr_target_commit: Option<String>,
    /// `CI_MERGE_REQUEST_DIFF_BASE_SHA`: the commit where the merge request left its target branch.
    pub mr_left_at: Option<String>,
    /// What else the pipeline says of itself.
    pub pipeline: Pipeline,
    /// `GITLAB_USER_LOGIN`: the account that began the pipeline.
    pub ci_user: Option<Username>,
    /// `OKR_USER`: who asks, by the username in GitLab.
    pub okr_user: Option<Username>,
    /// `OKR_TODAY`: the day that counts as today.
    pub okr_today: Option<Date>,
    /// `CI`: whether nobody looks.
    pub ci: bool,
    /// `GITLAB_CI`: whether the output is a GitLab job's log, which shows colours.
    pub gitlab_ci: bool,
    /// `NO_COLOR`: whether colours are unwelcome.
    pub no_color: bool,
    /// `TERM` is `dumb`: a terminal that knows neither colours nor a moving cursor.
    pub dumb_terminal: bool,
    /// `COLUMNS`: how wide the output is meant to be.
    pub columns: Option<usize>,
    /// All other variables, as secrets, for the tokens of servers whose names stand in okr.toml.
    pub others: BTreeMap<String, SecretString>,
    /// `PATH`, and `SystemRoot` where Windows has it: what other programs are found by and need.
    pub for_programs: Vec<(OsString, OsString)>,
}

/// Why the environment cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvError {
    /// A variable of ours is not text.
    #[error("the variable {name} is not UTF-8 text")]
    NotText {
        /// Its name.
        name: String,
    },
    /// `OKR_USER` is no username.
    #[error("the variable OKR_USER is not a username like mia, without the @")]
    NotAUser,
    /// `OKR_TODAY` is no day.
    #[error("the variable OKR_TODAY is not a day like 2026-10-05")]
    NotADay,
}

impl Env {
    /// Reads the environment of the process.
    pub fn read() -> Result<Self, EnvError> {
        Self::from_variables(std::env::vars_os())
    }

    /// Reads an environment that is given as names and values. Variables that `okr` does not know are kept as secrets.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, EnvError> {
        let mut env = Self::default();
        for (name, value) in variables {
            if let Some(name) = name.to_str().filter(|_| !value.is_empty()) {
                env.take(name, &value)?;
            }
        }
        env.proxies.sort_unstable();
        Ok(env)
    }

    /// What a note names as the origin of a change: the commit, where a pipeline knows it, and the merge request, where the
    /// commit is its merge.
    pub fn origin(&self) -> Option<String> {
        let commit = self.ci_commit.as_ref()?;
        let safe = commit.chars().all(|c| c.is_ascii_alphanumeric());
        let merged = self.ci_message.as_deref().and_then(merge_request);
        let merged = merged.map(|reference| format!(", {reference}"));
        safe.then(|| format!("commit {commit}{}", merged.unwrap_or_default()))
    }

    /// The merge request that the commit is the merge of, as its message says: the project's path and the number.
    pub fn merged(&self) -> Option<(&str, u64)> {
        let (project, number) = merge_request(self.ci_message.as_deref()?)?.split_once('!')?;
        Some((project, number.parse().ok()?))
    }

    /// Whether the merge request of this pipeline comes from a fork, whose pipelines get none of the project's secrets.
    pub fn from_fork(&self) -> bool {
        let Some(project) = &self.mr_project else {
            return false;
        };
        [&self.ci_project, &self.pipeline.source_project]
            .into_iter()
            .flatten()
            .any(|other| other != project)
    }

    /// Whether a token for GitLab is given, wherever it is.
    pub fn has_token(&self) -> bool {
        self.okr_token.is_some()
            || self.okr_token_file.is_some()
            || self.gitlab_token.is_some()
            || self.ci_job_token.is_some()
    }

    /// Who can see what a pipeline says: who can see the project of its merge request. Of a fork's pipeline nobody knows who
    /// sees that, so it may be everybody.
    pub fn readers(&self) -> Option<Audience> {
        if self.from_fork() {
            Some(Audience::Everybody)
        } else {
            self.pipeline.visibility
        }
    }

    /// Whether this is a merge request's pipeline.
    pub fn in_merge_request(&self) -> bool {
        self.mr_project.is_some() || self.mr_target.is_some()
    }

    fn take(&mut self, name: &str, value: &OsString) -> Result<(), EnvError> {
        let text = || {
            value.to_str().map(str::to_owned).ok_or(EnvError::NotText {
                name: name.to_owned(),
            })
        };
        let secret = || text().map(|text| SecretString::from(text.trim()));
        let switched_on = || text().map(|text| !matches!(text.as_str(), "0" | "false"));
        match name {
            "OKR_URL" => self.okr_url = Some(text()?),
            "OKR_TOKEN" => self.okr_token = Some(secret()?),
            "OKR_TOKEN_FILE" => self.okr_token_file = Some(text()?),
            "OKR_ALLOW" => {
                let names = text()?;
                let names = names.split(',').map(str::trim);
                self.allow = names
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            "OKR_NOTE_TOKEN" => self.note_token = Some(secret()?),
            "OKR_NOTE_TOKEN_FILE" => self.note_token_file = Some(text()?),
            "OKR_PAUSED" => self.okr_paused = switched_on()?,
            "GITLAB_TOKEN" => self.gitlab_token = Some(secret()?),
            "CI_JOB_TOKEN" => self.ci_job_token = Some(secret()?),
            "OKR_CA_FILE" => self.ca_file = Some(text()?),
            "CI_SERVER_TLS_CA_FILE" => self.ca_file = self.ca_file.take().or(Some(text()?)),
            "OKR_ALLOW_HTTP" => self.allow_http = switched_on()?,
            "HTTPS_PROXY" | "https_proxy" | "HTTP_PROXY" | "http_proxy" | "ALL_PROXY"
            | "all_proxy" => self.proxies.push(name.to_owned()),
            "CI_SERVER_URL" => self.ci_server_url = Some(text()?),
            "CI_COMMIT_SHORT_SHA" => self.ci_commit = Some(text()?),
            // A message need not be UTF-8, and nothing depends on it.
            "CI_COMMIT_MESSAGE" => self.ci_message = value.to_str().map(str::to_owned),
            "CI_COMMIT_BEFORE_SHA" => {
                self.ci_before = Some(text()?).filter(|commit| commit.bytes().any(|b| b != b'0'));
            }
            "CI_COMMIT_BRANCH" => self.ci_branch = Some(text()?),
            "CI_PROJECT_DIR" => self.ci_project_dir = Some(value.into()),
            "CI_PROJECT_ID" => self.ci_project = Some(text()?),
            "CI_MERGE_REQUEST_PROJECT_ID" => self.mr_project = Some(text()?),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME" => self.mr_target = Some(text()?),
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA" => self.mr_target_commit = Some(text()?),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA" => self.mr_left_at = Some(text()?),
            // What is no account of GitLab names nobody.
            "GITLAB_USER_LOGIN" => self.ci_user = text()?.parse().ok(),
            "OKR_USER" => {
                let user = text()?.trim().parse();
                self.okr_user = Some(user.map_err(|_| EnvError::NotAUser)?);
            }
            "OKR_TODAY" => {
                let day = text()?.trim().parse();
                self.okr_today = Some(day.map_err(|_| EnvError::NotADay)?);
            }
            "CI" => self.ci = switched_on()?,
            "GITLAB_CI" => self.gitlab_ci = switched_on()?,
            "NO_COLOR" => self.no_color = true,
            "TERM" => self.dumb_terminal = value == "dumb",
            // Windows writes names in any case.
            "PATH" | "Path" | "SystemRoot" | "SYSTEMROOT" => {
                self.for_programs.push((name.into(), value.clone()));
            }
            "COLUMNS" => self.columns = text()?.trim().parse().ok(),
            _ => {
                self.pipeline.take(name, value)?;
                if let Some(value) = value.to_str() {
                    let value = SecretString::from(value.trim());
                    self.others.insert(name.to_owned(), value);
                }
            }
        }
        Ok(())
    }
}

/// The merge request that a merge commit names: `group/project!12` in the line that GitLab's default template ends with.
fn merge_request(message: &str) -> Option<&str> {
    let lines = message.lines().rev();
    let mut named = lines.filter_map(|line| line.trim().strip_prefix("See merge request "));
    let reference = named.next()?;
    let (project, number) = reference.split_once('!')?;
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let is_reference = project.chars().all(is_path)
        && !number.is_empty()
        && number.bytes().all(|digit| digit.is_ascii_digit());
    is_reference.then_some(reference)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Env {
        let variables = variables.iter().map(|(n, v)| ((*n).into(), (*v).into()));
        Env::from_variables(variables).unwrap()
    }

    #[test]
    fn empty_variables_count_as_absent_and_secrets_do_not_show() {
        let env = read(&[
            ("OKR_URL", ""),
            ("NO_COLOR", ""),
            ("OKR_PAUSED", "false"),
            ("OKR_ALLOW_HTTP", "0"),
            ("CI", "true"),
            ("OKR_TOKEN", "glpat-secret\n"),
        ]);
        assert_eq!(env.okr_url, None);
        assert!(!env.no_color && !env.okr_paused && !env.allow_http && env.ci);
        assert_eq!(env.okr_today, None);
        assert!(!format!("{env:?}").contains("glpat"));
        assert_eq!(env.okr_token.unwrap().expose_secret(), "glpat-secret");
    }

    #[test]
    fn our_own_authority_wins_and_proxies_are_known_by_name_only() {
        let env = read(&[
            ("OKR_CA_FILE", "/own.pem"),
            ("CI_SERVER_TLS_CA_FILE", "/ci.pem"),
            ("https_proxy", "http://ann:secret@proxy.example.com"),
            ("HTTPS_PROXY", "http://ann:secret@proxy.example.com"),
        ]);
        assert_eq!(env.ca_file.as_deref(), Some("/own.pem"));
        assert_eq!(env.proxies, ["HTTPS_PROXY", "https_proxy"]);
        assert!(!format!("{env:?}").contains("secret"));
        let ci = read(&[("CI_SERVER_TLS_CA_FILE", "/ci.pem")]);
        assert_eq!(ci.ca_file.as_deref(), Some("/ci.pem"));
    }

    #[test]
    fn the_origin_names_the_merge_request_that_a_merge_commit_names() {
        let origin = |message: &str| {
            let env = read(&[
                ("CI_COMMIT_SHORT_SHA", "1a2b3c4d"),
                ("CI_COMMIT_MESSAGE", message),
            ]);
            env.origin().unwrap()
        };
        let merge = "Merge branch 'x' into 'main'\n\nTitle\n\nSee merge request acme/okrs!12\n";
        assert_eq!(origin(merge), "commit 1a2b3c4d, acme/okrs!12");
        for other in [
            "",
            "A commit",
            "See merge request @all !1",
            "See merge request acme/okrs!12)",
        ] {
            assert_eq!(origin(other), "commit 1a2b3c4d", "{other}");
        }
    }

    #[test]
    fn a_fork_is_told_by_its_project() {
        let fork = |variables: &[(&str, &str)]| read(variables).from_fork();
        let here = ("CI_MERGE_REQUEST_PROJECT_ID", "7");
        assert!(!fork(&[("CI_PROJECT_ID", "8")]));
        assert!(!fork(&[here, ("CI_PROJECT_ID", "7")]));
        assert!(fork(&[here, ("CI_PROJECT_ID", "8")]));
        let source = ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "8");
        assert!(fork(&[here, ("CI_PROJECT_ID", "7"), source]));
    }

    #[test]
    fn today_is_a_day() {
        let day = read(&[("OKR_TODAY", "2026-11-16")]).okr_today;
        assert_eq!(
            day.map(|day| day.to_string()).as_deref(),
            Some("2026-11-16")
        );
        let wrong = Env::from_variables([("OKR_TODAY".into(), "16.11.2026".into())]);
        assert_eq!(wrong.unwrap_err(), EnvError::NotADay);
        let wrong = Env::from_variables([("OKR_USER".into(), "@mia".into())]);
        assert_eq!(wrong.unwrap_err(), EnvError::NotAUser);
    }

    #[cfg(unix)]
    #[test]
    fn text_that_is_none_is_refused_only_where_it_matters() {
        use std::os::unix::ffi::OsStringExt as _;
        let bad = || OsString::from_vec(vec![0xff]);
        assert!(Env::from_variables([("PATH".into(), bad())]).is_ok());
        let error = Env::from_variables([("OKR_URL".into(), bad())]).unwrap_err();
        assert_eq!(error.to_string(), "the variable OKR_URL is not UTF-8 text");
    }
}
