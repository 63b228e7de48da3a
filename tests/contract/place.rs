//! Where facts are asked for: projects that come and go with a run, and who asks.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::fact::Finding;
use super::http::{Answer, Caller};

/// Which GitLab, who asks, and in which project.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) url: String,
    pub(crate) token: String,
    /// Full path of a project to work in; without it projects are made.
    pub(crate) project: Option<String>,
    /// The secret of a running job's token, and the full path of the project whose job it is.
    pub(crate) job: Option<(String, String)>,
    /// Full path of a project whose issues are switched off.
    pub(crate) without_issues: Option<String>,
    /// Full path of a project and the number of a merge request in it, as in `group/project!12`.
    pub(crate) merge_request: Option<String>,
    /// Makes the names of this run differ from those of others.
    pub(crate) run: String,
}

impl Setup {
    /// What the environment names, if it names anything.
    #[expect(
        clippy::disallowed_methods,
        reason = "people choose the server of a test run"
    )]
    pub(crate) fn of_environment() -> Option<Result<Self, String>> {
        let read = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let url = read("OKR_CONTRACT_URL")?;
        let Some(token) = read("OKR_CONTRACT_TOKEN") else {
            return Some(Err(
                "set OKR_CONTRACT_TOKEN to a token of the GitLab that OKR_CONTRACT_URL names"
                    .to_owned(),
            ));
        };
        Some(Ok(Self {
            url,
            token,
            project: read("OKR_CONTRACT_PROJECT"),
            job: read("OKR_CONTRACT_JOB_TOKEN").zip(read("OKR_CONTRACT_JOB_PROJECT")),
            without_issues: read("OKR_CONTRACT_NO_ISSUES"),
            merge_request: read("OKR_CONTRACT_MERGE_REQUEST"),
            run: jiff::Timestamp::now().as_millisecond().to_string(),
        }))
    }

    pub(crate) fn server(&self) -> String {
        self.url.trim_end_matches('/').to_owned()
    }
}

/// A project.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) id: u64,
    pub(crate) path: String,
}

impl Project {
    fn of(body: &Value) -> Result<Self, String> {
        let id = body["id"].as_u64();
        let path = body["path_with_namespace"].as_str();
        match (id, path) {
            (Some(id), Some(path)) => Ok(Self {
                id,
                path: path.to_owned(),
            }),
            _ => Err(format!("this is no project: {body}")),
        }
    }
}

/// An account of an access token that was made for this run.
pub(crate) struct Other {
    pub(crate) caller: Caller,
    pub(crate) id: u64,
    pub(crate) username: String,
}

/// A job that runs, and the project whose job it is.
pub(crate) struct Job {
    pub(crate) caller: Caller,
    pub(crate) project: Project,
}

/// All that a fact needs.
pub(crate) struct Place {
    pub(crate) caller: Caller,
    pub(crate) project: Project,
    /// A second project.
    pub(crate) second: Option<Project>,
    /// Who asks.
    pub(crate) user: u64,
    pub(crate) username: String,
    /// A guest of the project.
    pub(crate) guest: Option<Other>,
    /// The secret of a token that may only read.
    pub(crate) reader: Option<Caller>,
    /// A job of some project.
    pub(crate) job: Option<Job>,
    /// A project whose issues are switched off.
    pub(crate) without_issues: Option<Project>,
    /// The path of a merge request in the API.
    merge_request: Option<String>,
    /// Whether an issue can have more than one assignee.
    pub(crate) several_assignees: bool,
    run: String,
    /// Issues that were made in a given project.
    made: Mutex<Vec<u64>>,
    given: bool,
}

/// Where `group/project!12` is.
fn merge_request(reference: &str) -> Option<String> {
    let (project, iid) = reference.split_once('!')?;
    let project = project.replace('/', "%2F");
    Some(format!("projects/{project}/merge_requests/{iid}"))
}

fn say(finding: Finding) -> String {
    match finding {
        Finding::Differs(text) | Finding::Unseen(text) => text,
    }
}

impl Place {
    /// Makes the projects, or finds the one that is given, and learns who asks.
    pub(crate) async fn make(setup: Setup) -> Result<Self, String> {
        let caller = Caller::new(&setup.url, &setup.token).map_err(|error| error.to_string())?;
        let user = caller.get("user").await.and_then(|answer| answer.is(200));
        let user = user.map_err(say)?.body;
        let mut place = Self {
            caller,
            project: Project {
                id: 0,
                path: String::new(),
            },
            second: None,
            user: user["id"].as_u64().unwrap_or_default(),
            username: user["username"].as_str().unwrap_or_default().to_owned(),
            guest: None,
            reader: None,
            job: None,
            without_issues: None,
            merge_request: setup.merge_request.as_deref().and_then(merge_request),
            several_assignees: false,
            run: setup.run,
            made: Mutex::default(),
            given: setup.project.is_some(),
        };
        let furnished = match place.furnish(setup.project).await {
            Ok(()) => place.visit(setup.job, setup.without_issues).await,
            failed => failed,
        };
        if let Err(error) = furnished {
            place.clear().await;
            return Err(error);
        }
        Ok(place)
    }

    async fn furnish(&mut self, given: Option<String>) -> Result<(), String> {
        if let Some(path) = given {
            self.project = self.find_project(&path).await?;
        } else {
            self.project = self.new_project("a").await?;
            self.second = Some(self.new_project("b").await?);
            self.guest = Some(self.new_token("guest", 10, "api").await?);
            self.reader = Some(self.new_token("reader", 20, "read_api").await?.caller);
        }
        let query =
            "query($p: ID!) { project(fullPath: $p) { allowsMultipleMergeRequestAssignees } }";
        let asked = self
            .caller
            .graphql(query, json!({"p": self.project.path}))
            .await;
        let asked = asked.and_then(|answer| answer.is(200)).map_err(say)?.body;
        let several = &asked["data"]["project"]["allowsMultipleMergeRequestAssignees"];
        self.several_assignees = several.as_bool().unwrap_or_default();
        Ok(())
    }

    /// Finds what a run cannot make by itself.
    async fn visit(
        &mut self,
        job: Option<(String, String)>,
        without_issues: Option<String>,
    ) -> Result<(), String> {
        if let Some((secret, path)) = job {
            self.job = Some(Job {
                caller: self.caller.with_job_token(&secret),
                project: self.find_project(&path).await?,
            });
        }
        if let Some(path) = without_issues {
            self.without_issues = Some(self.find_project(&path).await?);
        }
        Ok(())
    }

    async fn find_project(&self, path: &str) -> Result<Project, String> {
        let path = format!("projects/{}", path.replace('/', "%2F"));
        let found = self.caller.get(&path).await;
        let found = found.and_then(|answer| answer.is(200)).map_err(say)?;
        Project::of(&found.body)
    }

    async fn new_project(&self, letter: &str) -> Result<Project, String> {
        let name = format!("okr-contract-{}-{letter}", self.run);
        let body = json!({"name": name, "path": name, "visibility": "private"});
        let made = self.caller.post("projects", body).await;
        let made = made.and_then(|answer| answer.is(201)).map_err(|finding| {
            let why = say(finding);
            format!("no project can be made, so name one in OKR_CONTRACT_PROJECT: {why}")
        })?;
        Project::of(&made.body)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tokens must end, and a server says when at the latest"
    )]
    async fn new_token(&self, name: &str, level: u64, scope: &str) -> Result<Other, String> {
        let tomorrow = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .saturating_add(jiff::Span::new().days(2));
        let body = json!({
            "name": format!("okr-contract-{name}"), "scopes": [scope], "access_level": level,
            "expires_at": tomorrow.to_string(),
        });
        let path = format!("projects/{}/access_tokens", self.project.id);
        let made = self.caller.post(&path, body).await;
        let made = made.and_then(|answer| answer.is(201)).map_err(say)?.body;
        let secret = made["token"].as_str().unwrap_or_default();
        let caller = self.caller.with_token(secret);
        // The first request of a new token may find it without its membership (recorded: bots/bot-create-at-once).
        let user = caller.get("user").await.and_then(|answer| answer.is(200));
        let user = user.map_err(say)?.body;
        Ok(Other {
            caller,
            id: user["id"].as_u64().unwrap_or_default(),
            username: user["username"].as_str().unwrap_or_default().to_owned(),
        })
    }

    /// The path of something in the project.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("projects/{}/{rest}", self.project.id)
    }

    /// The path of an issue, or of something of it.
    pub(crate) fn issue_at(&self, issue: &Value, rest: &str) -> String {
        self.at(&format!("issues/{}{rest}", issue["iid"]))
    }

    /// A name that nothing else has.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("okr-contract-{}-{name}", self.run)
    }

    /// Sends a new issue as somebody and gives the answer, whatever it is.
    pub(crate) async fn try_issue(&self, who: &Caller, body: Value) -> Result<Answer, Finding> {
        let answer = who.post(&self.at("issues"), body).await?;
        if let Some(iid) = answer.body["iid"].as_u64().filter(|_| self.given) {
            self.made.lock().unwrap().push(iid);
        }
        Ok(answer)
    }

    /// A new issue.
    pub(crate) async fn issue(&self, body: Value) -> Result<Value, Finding> {
        Ok(self.try_issue(&self.caller, body).await?.is(201)?.body)
    }

    /// A new issue that holds this description.
    pub(crate) async fn described(&self, description: &str) -> Result<Value, Finding> {
        self.issue(json!({"title": "described", "description": description}))
            .await
    }

    pub(crate) async fn update(&self, issue: &Value, body: Value) -> Result<Value, Finding> {
        let answer = self.caller.put(&self.issue_at(issue, ""), body).await?;
        Ok(answer.is(200)?.body)
    }

    /// Makes a label.
    pub(crate) async fn label(&self, name: &str) -> Result<String, Finding> {
        let name = self.name(name);
        let body = json!({"name": name, "color": "#123456"});
        self.caller.post(&self.at("labels"), body).await?.is(201)?;
        Ok(name)
    }

    pub(crate) async fn read(&self, issue: &Value) -> Result<Value, Finding> {
        let answer = self.caller.get(&self.issue_at(issue, "")).await?;
        Ok(answer.is(200)?.body)
    }

    /// The guest, where this run has one.
    pub(crate) fn guest(&self) -> Result<&Other, Finding> {
        let needed = || Finding::Unseen("needs an owner's token, to make a guest".to_owned());
        self.guest.as_ref().ok_or_else(needed)
    }

    /// The second project, where this run has one.
    pub(crate) fn second(&self) -> Result<&Project, Finding> {
        let needed = || Finding::Unseen("needs a second project".to_owned());
        self.second.as_ref().ok_or_else(needed)
    }

    /// The job, where this run has one.
    pub(crate) fn job(&self) -> Result<&Job, Finding> {
        let needed = || {
            Finding::Unseen("needs OKR_CONTRACT_JOB_TOKEN and OKR_CONTRACT_JOB_PROJECT".to_owned())
        };
        self.job.as_ref().ok_or_else(needed)
    }

    /// The project without issues, where this run has one.
    pub(crate) fn without_issues(&self) -> Result<&Project, Finding> {
        let needed = || Finding::Unseen("needs OKR_CONTRACT_NO_ISSUES".to_owned());
        self.without_issues.as_ref().ok_or_else(needed)
    }

    /// The notes of the merge request, where this run has one.
    pub(crate) fn merge_request_notes(&self) -> Result<String, Finding> {
        let needed = || Finding::Unseen("needs OKR_CONTRACT_MERGE_REQUEST".to_owned());
        let path = self.merge_request.as_ref().ok_or_else(needed)?;
        Ok(format!("{path}/notes"))
    }

    /// Deletes an issue, or closes it where the role does not reach; whether it is out of the way.
    pub(crate) async fn remove_issue(&self, path: &str) -> bool {
        let deleted = self.caller.delete(path).await;
        if deleted.is_ok_and(|answer| matches!(answer.status, 204 | 404)) {
            return true;
        }
        let closed = self.caller.put(path, json!({"state_event": "close"})).await;
        closed.is_ok_and(|answer| answer.body["state"] == "closed")
    }

    /// Removes what was made; what could not be.
    pub(crate) async fn clear(&self) -> Vec<String> {
        if !self.given {
            let mut left = Vec::new();
            for project in [Some(&self.project), self.second.as_ref()] {
                let Some(project) = project.filter(|project| project.id > 0) else {
                    continue;
                };
                let path = format!("projects/{}", project.id);
                match self.caller.delete(&path).await {
                    Ok(answer) if matches!(answer.status, 202 | 204) => {}
                    answer => left.push(format!("the project {}: {answer:?}", project.path)),
                }
            }
            return left;
        }
        let made = std::mem::take(&mut *self.made.lock().unwrap());
        let mut left = Vec::new();
        for iid in made {
            let path = self.at(&format!("issues/{iid}"));
            if !self.remove_issue(&path).await {
                left.push(path);
            }
        }
        let path = self.at(&format!("labels?per_page=100&search={}", self.name("")));
        let labels = self.caller.get(&path).await.map(|answer| answer.body);
        for label in labels.iter().filter_map(Value::as_array).flatten() {
            let path = self.at(&format!("labels/{}", label["id"]));
            if !self
                .caller
                .delete(&path)
                .await
                .is_ok_and(|answer| answer.status == 204)
            {
                left.push(path);
            }
        }
        left
    }
}
