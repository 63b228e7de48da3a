use std::collections::{BTreeMap, BTreeSet};

use super::convert;
use super::error::ReconcileError;
use crate::config::Config;
use crate::gitlab::{
    Client, CurrentUser, ErrorKind, Issue, IssueFilter, IssueQuery, LabelHome, ProjectRef, Via,
};
use crate::issue::{DesiredIssue, LinkTarget, Marker};
use crate::model::IssueReference;
use crate::plan::{
    Action, Change, Knowledge, ObservedIssue, ObservedState, ObservedTracker, Operation, Ownership,
    Plan, PlanPolicy, ReferencedIssue, Scope, UnmanagedIssue, plan,
};

/// The lowest role that sees the confidential issues of everybody.
const PLANNER: u32 = 15;

/// What to observe for.
#[derive(Debug, Clone, Copy)]
pub struct ObserveRequest<'a> {
    /// What the files say.
    pub desired: &'a [DesiredIssue],
    /// The settings.
    pub config: &'a Config,
    /// The settings before this change, where it is a merge request's: their accounts and trackers are looked at, too.
    pub base: Option<&'a Config>,
    /// How much to look at.
    pub extent: Extent,
}

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What a plan of these files needs and no more.
    #[default]
    Plan,
    /// What a plan of other files, too, may need of these trackers: it is made later, without a network.
    Trackers,
    /// Every issue of ours, also in projects that okr.toml names no more, and nothing that is needed to create others.
    Managed,
}

/// What was seen, and how.
#[derive(Debug, Clone)]
pub struct Observation {
    /// What GitLab holds.
    pub state: ObservedState,
    /// Whose issues and markers count: the configured accounts, or the token's own.
    pub ownership: Ownership,
    /// By which API the issues were read.
    pub via: Via,
    /// Why it was REST; `None` by GraphQL.
    pub why_rest: Option<String>,
}

/// Reads what a plan needs and no more.
///
/// The issues of our accounts are read in pages, with their links, whatever their labels say by now. Only when something
/// is to be changed, the labels of the trackers concerned are read; only before a create, the issues that look like it.
pub async fn observe(
    client: &Client,
    request: ObserveRequest<'_>,
) -> Result<Observation, ReconcileError> {
    let ObserveRequest {
        desired,
        config,
        extent,
        base,
    } = request;
    let account = viewer(client).await?;
    let viewer = account
        .as_ref()
        .map(|account| convert::username(&account.username));
    let ownership = Ownership::of(config, viewer.as_ref()).ok_or(ReconcileError::UnknownViewer)?;
    let mut observer = Observer {
        client,
        desired,
        config,
        base,
        ownership: &ownership,
        via: Via::Graphql,
        why_rest: None,
        is_admin: account.is_some_and(|account| account.is_admin),
        state: ObservedState {
            viewer,
            ..ObservedState::default()
        },
        own: None,
        paths: BTreeMap::new(),
    };
    observer.issues().await?;
    observer.adopted().await?;
    observer.moved().await?;
    observer.users().await?;
    observer.recorded_references();
    observer.references().await?;
    // With no labels known, a plan that needs one is not empty: what it needs is then looked at.
    let mut draft = observer.draft();
    let is_create = |change: &Change| change.action == Action::Create;
    if extent != Extent::Plan || draft.changes.iter().any(is_create) {
        observer.elsewhere().await?;
        draft = observer.draft();
    }
    let (written, created) = match extent {
        Extent::Plan => (written(&draft), created(&draft)),
        Extent::Managed => (BTreeSet::new(), Vec::new()),
        Extent::Trackers => (
            observer.state.trackers.keys().cloned().collect(),
            desired
                .iter()
                .map(|wanted| (wanted.tracker.as_str(), wanted))
                .collect(),
        ),
    };
    observer.labels(written).await?;
    observer.lookalikes(&created).await?;
    observer.state.issues.sort_by_key(|issue| issue.id);
    observer.state.issues.dedup_by_key(|issue| issue.id);
    let (state, via, why_rest) = (observer.state, observer.via, observer.why_rest);
    Ok(Observation {
        state,
        ownership,
        via,
        why_rest,
    })
}

/// The projects in which something is written to an issue.
fn written(draft: &Plan) -> BTreeSet<String> {
    let changes = draft.changes.iter();
    changes
        .filter(|change| matches!(change.operation, Operation::Write { .. }))
        .map(|change| change.tracker.clone())
        .collect()
}

/// The issues that are created, each with its project.
fn created(draft: &Plan) -> Vec<(&str, &DesiredIssue)> {
    let creates = draft
        .changes
        .iter()
        .filter(|change| change.action == Action::Create);
    creates
        .filter_map(|change| match &change.operation {
            Operation::Write { desired } => Some((change.tracker.as_str(), &**desired)),
            _ => None,
        })
        .collect()
}

async fn viewer(client: &Client) -> Result<Option<CurrentUser>, ReconcileError> {
    if client.has_job_token() {
        return Ok(None);
    }
    match client.current_user().await {
        Ok(user) => Ok(Some(user)),
        Err(error) => {
            // It is the first request of all: what it fails from concerns the server rather than the question.
            let doing = match error.kind() {
                ErrorKind::Unreachable
                | ErrorKind::Tls(_)
                | ErrorKind::Timeout
                | ErrorKind::Dropped => "GitLab cannot be reached",
                ErrorKind::Unauthorized | ErrorKind::TokenExpired | ErrorKind::TokenRevoked => {
                    "GitLab does not take the token"
                }
                _ => "GitLab does not say whose the token is",
            };
            Err(ReconcileError::doing(doing)(error))
        }
    }
}

struct Observer<'a> {
    client: &'a Client,
    desired: &'a [DesiredIssue],
    config: &'a Config,
    base: Option<&'a Config>,
    ownership: &'a Ownership,
    via: Via,
    why_rest: Option<String>,
    /// Whether the account needs no role anywhere.
    is_admin: bool,
    state: ObservedState,
    /// The issues of our accounts in the whole instance, once they were asked for.
    own: Option<Vec<Issue>>,
    /// The full paths of projects by their ids, as far as they were asked for.
    paths: BTreeMap<u64, String>,
}

impl Observer<'_> {
    /// The trackers of every team, each once.
    fn trackers(&self) -> Vec<String> {
        let mut trackers: Vec<String> = Vec::new();
        for config in [Some(self.config), self.base].into_iter().flatten() {
            for tracker in config.teams.trackers() {
                if !trackers.iter().any(|known| known == tracker) {
                    trackers.push(tracker.to_owned());
                }
            }
        }
        trackers
    }

    /// Every issue of our accounts in every tracker.
    async fn issues(&mut self) -> Result<(), ReconcileError> {
        let trackers = self.trackers();
        let viewer = self.state.viewer.as_ref();
        let before = self.base.and_then(|base| Ownership::of(base, viewer));
        let bots = before.iter().flat_map(|before| &before.bots);
        let authors = self.ownership.bots.iter().chain(bots);
        let authors = authors.map(ToString::to_string).collect();
        let query = IssueQuery {
            projects: trackers.clone(),
            filter: IssueFilter {
                authors,
                ..IssueFilter::default()
            },
        };
        let read = self
            .client
            .read_issues(&query)
            .await
            .map_err(ReconcileError::doing(
                "the issues of the trackers cannot be read",
            ))?;
        self.via = read.via;
        self.why_rest = read.why_rest;
        for project in &read.projects {
            let Some(path) = trackers
                .iter()
                .find(|path| path.eq_ignore_ascii_case(&project.path))
            else {
                continue;
            };
            let tracker = ObservedTracker {
                id: project.id.unwrap_or_default(),
                labels: Knowledge::Known(BTreeSet::new()),
                several_assignees: match project.several_assignees {
                    Some(several) => Knowledge::Known(several),
                    None => Knowledge::Unknown("this token may not ask for the plan".to_owned()),
                },
                group: path.rsplit_once('/').map(|(group, _)| group.to_owned()),
                issues_enabled: project.issues_enabled.unwrap_or(true),
                archived: project.archived.unwrap_or(false),
                visibility: project.visibility.map(convert::audience),
                role: match (read.via, self.is_admin, project.access_level) {
                    (Via::Graphql, false, Some(role)) => Knowledge::Known(role),
                    (_, true, _) => Knowledge::Unknown("an administrator needs none".to_owned()),
                    // By REST, roles by way of shared groups are missing.
                    _ => Knowledge::Unknown("this token may not ask for its role".to_owned()),
                },
                hidden: self.hidden(project.access_level),
            };
            self.state.trackers.insert(path.clone(), tracker);
        }
        self.add(&read.issues);
        Ok(())
    }

    /// Why confidential issues of ours may be hidden in a project where the token's user has this role: below Planner
    /// only authors and assignees see them (recorded: lists/guest-confidential). An administrator sees them without a role
    /// (facts §1.2). Assumed: under GitLab's admin mode, `GET /user` says `is_admin` to a token only where that token acts
    /// as an administrator's.
    fn hidden(&self, access_level: Option<u32>) -> Option<String> {
        let viewer = self.state.viewer.as_ref();
        let level = access_level.unwrap_or(0);
        if self.is_admin
            || level >= PLANNER
            || self.ownership.bots.iter().all(|bot| Some(bot) == viewer)
        {
            return None;
        }
        Some(match viewer {
            Some(viewer) => format!(
                "{viewer} is less than a Planner there, and confidential issues of others are hidden from it"
            ),
            None => "a job token does not tell its role, and confidential issues are hidden below Planner"
                .to_owned(),
        })
    }

    fn add(&mut self, issues: &[crate::gitlab::ObservedIssue]) {
        let paths = self.trackers();
        for read in issues {
            let path = paths
                .iter()
                .find(|path| path.eq_ignore_ascii_case(&read.project))
                .unwrap_or(&read.project);
            self.state
                .issues
                .push(convert::issue(&read.issue, path, read.links.as_deref()));
        }
    }

    fn has(&self, reference: &IssueReference) -> bool {
        self.state
            .issues
            .iter()
            .any(|issue| issue.address() == *reference)
    }

    /// Issues that files adopt by name, whoever wrote them.
    async fn adopted(&mut self) -> Result<(), ReconcileError> {
        let wanted: Vec<IssueReference> = self
            .desired
            .iter()
            .filter_map(|wanted| wanted.adopt.clone())
            .filter(|reference| !self.has(reference))
            .collect();
        for (project, iids) in by_project(wanted) {
            if let Some(read) = self.read_some(&project, &iids).await? {
                self.add(&read);
            }
        }
        Ok(())
    }

    /// Issues of a project by number; `None` where the project cannot be read.
    async fn read_some(
        &self,
        project: &str,
        iids: &BTreeSet<u64>,
    ) -> Result<Option<Vec<crate::gitlab::ObservedIssue>>, ReconcileError> {
        let filter = IssueFilter {
            iids: iids.clone(),
            ..IssueFilter::default()
        };
        let query = IssueQuery {
            projects: vec![project.to_owned()],
            filter,
        };
        match self.client.read_issues(&query).await {
            Ok(read) => Ok(Some(read.issues)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {
                Ok(None)
            }
            Err(error) => Err(ReconcileError::doing(format!(
                "issues of {project} cannot be read"
            ))(error)),
        }
    }

    /// Follows issues that people moved out of the trackers.
    async fn moved(&mut self) -> Result<(), ReconcileError> {
        if self.client.has_job_token() {
            return Ok(());
        }
        loop {
            let here: BTreeSet<u64> = self.state.issues.iter().map(|issue| issue.id).collect();
            let ours = |issue: &&ObservedIssue| Marker::read(&issue.description).is_some();
            let missing: BTreeSet<u64> = self
                .state
                .issues
                .iter()
                .filter(ours)
                .filter_map(|issue| issue.moved_to)
                .filter(|id| !here.contains(id))
                .collect();
            let before = self.state.issues.len();
            for id in missing {
                let doing = "an issue that was moved cannot be followed";
                let found = self.by_id(id, doing).await?;
                self.state.issues.extend(found);
            }
            if self.state.issues.len() == before {
                return Ok(());
            }
        }
    }

    /// Finds managed issues in projects that okr.toml names no more: a team's tracker may have changed. It reads all issues
    /// of our accounts in the instance, so it is done only where something would be created.
    async fn elsewhere(&mut self) -> Result<(), ReconcileError> {
        if self.client.has_job_token() {
            return Ok(());
        }
        let here: BTreeSet<u64> = self.state.issues.iter().map(|issue| issue.id).collect();
        let ownership = self.ownership;
        let ours = |issue: &&Issue| {
            let marker = Marker::read(&issue.description);
            marker.is_some_and(|marker| ownership.is_ours(&marker)) && !here.contains(&issue.id)
        };
        let found: Vec<Issue> = self.own().await?.iter().filter(ours).cloned().collect();
        for issue in found {
            let doing = "the links of a managed issue cannot be read";
            let linked = self.client.linked(issue).await;
            let linked = linked.map_err(ReconcileError::doing(doing))?;
            let placed = self.placed(&linked).await?;
            self.state.issues.push(placed);
        }
        Ok(())
    }

    /// The issues of our accounts in the whole instance, asked for once: a page for each hundred, however many issues are
    /// then looked for among them.
    async fn own(&mut self) -> Result<&[Issue], ReconcileError> {
        let own = match self.own.take() {
            Some(own) => own,
            None => self.issues_of_bots().await?,
        };
        Ok(self.own.insert(own))
    }

    async fn issues_of_bots(&self) -> Result<Vec<Issue>, ReconcileError> {
        let mut issues = Vec::new();
        for bot in &self.ownership.bots {
            let doing = format!("the issues of {bot} cannot be read");
            let found = self.client.issues_by(bot.as_str()).await;
            issues.extend(found.map_err(ReconcileError::doing(doing))?);
        }
        Ok(issues)
    }

    /// An issue by its global id, wherever it is; `None` where this token may not read it. REST has issues by id for
    /// administrators alone, so there it is looked for among those of our accounts.
    async fn by_id(
        &mut self,
        id: u64,
        doing: &str,
    ) -> Result<Option<ObservedIssue>, ReconcileError> {
        let found = if self.via == Via::Rest {
            let own = self.own().await?;
            match own.iter().find(|issue| issue.id == id).cloned() {
                Some(issue) => Some(self.client.linked(issue).await),
                None => None,
            }
        } else {
            self.client.issue_by_id(id, &[]).await.transpose()
        };
        match found.transpose().map_err(ReconcileError::doing(doing))? {
            Some(found) => Ok(Some(self.placed(&found).await?)),
            None => Ok(None),
        }
    }

    /// An issue with the full path of its project, which is asked for once for all its issues.
    async fn placed(
        &mut self,
        found: &crate::gitlab::ObservedIssue,
    ) -> Result<ObservedIssue, ReconcileError> {
        let id = found.issue.project_id;
        if !self.paths.contains_key(&id) {
            let doing = "the project of a managed issue cannot be read";
            let project = self.client.project(&ProjectRef::Id(id)).await;
            let project = project.map_err(ReconcileError::doing(doing))?;
            self.paths.insert(id, project.path_with_namespace);
        }
        let path = &self.paths[&id];
        Ok(convert::issue(&found.issue, path, found.links.as_deref()))
    }

    async fn users(&mut self) -> Result<(), ReconcileError> {
        let names: BTreeSet<String> = self
            .desired
            .iter()
            .flat_map(|wanted| &wanted.assignees)
            .map(|name| name.as_str().to_ascii_lowercase())
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        if self.client.has_job_token() {
            // A job token may not ask for accounts: those that are assigned exist, the others are taken as they are named.
            self.state.users = names.into_iter().map(|name| (name, 0)).collect();
            return Ok(());
        }
        let names: Vec<String> = names.into_iter().collect();
        let users = self
            .client
            .users(&names)
            .await
            .map_err(ReconcileError::doing(
                "the accounts of managers cannot be looked up",
            ))?;
        for user in users {
            let name = user.username.to_ascii_lowercase();
            if user.is_active() {
                self.state.users.insert(name, user.id);
            } else {
                self.state.inactive.insert(name, user.state);
            }
        }
        Ok(())
    }

    /// What references resolved to before, as the markers recorded it: costs nothing.
    fn recorded_references(&mut self) {
        let mut known = BTreeMap::new();
        for issue in &self.state.issues {
            if let Some(marker) = Marker::read(&issue.description) {
                for link in &marker.applied.links {
                    if let (LinkTarget::Issue(reference), Some(id)) = (&link.to, link.id) {
                        known.insert(reference.clone(), ReferencedIssue::Found(id));
                    }
                }
            }
        }
        self.state.references.extend(known);
    }

    /// Looks up the references that no marker recorded.
    async fn references(&mut self) -> Result<(), ReconcileError> {
        let open: BTreeSet<IssueReference> = self
            .desired
            .iter()
            .flat_map(|wanted| &wanted.links)
            .filter_map(|target| match target {
                LinkTarget::Issue(reference) => Some(reference.clone()),
                LinkTarget::Key(_) => None,
            })
            .filter(|reference| !self.state.references.contains_key(reference))
            .collect();
        for (project, iids) in by_project(open) {
            let found = self.read_some(&project, &iids).await?.unwrap_or_default();
            for iid in iids {
                let id = found
                    .iter()
                    .find(|read| read.issue.iid == iid)
                    .map(|read| read.issue.id);
                let reference = IssueReference {
                    project: project.clone(),
                    iid,
                };
                let answer = id.map_or(ReferencedIssue::NotReadable, ReferencedIssue::Found);
                self.state.references.insert(reference, answer);
            }
        }
        Ok(())
    }

    fn draft(&self) -> Plan {
        let policy = PlanPolicy {
            readers: None,
            config: self.config,
            ownership: self.ownership,
            scope: &Scope::default(),
            paused: false,
            base: None,
        };
        plan(self.desired, &self.state, policy)
    }

    /// The labels of projects.
    async fn labels(&mut self, projects: BTreeSet<String>) -> Result<(), ReconcileError> {
        for path in projects {
            if !self.state.trackers.contains_key(&path) {
                continue;
            }
            let labels = if self.client.has_job_token() {
                Knowledge::Unknown("a job token may not read labels".to_owned())
            } else {
                let home = LabelHome::Project(ProjectRef::Path(path.clone()));
                let doing = format!("the labels of {path} cannot be read");
                let labels = self
                    .client
                    .labels(&home)
                    .await
                    .map_err(ReconcileError::doing(doing))?;
                Knowledge::Known(labels.into_iter().map(|label| label.name).collect())
            };
            if let Some(tracker) = self.state.trackers.get_mut(&path) {
                tracker.labels = labels;
            }
        }
        Ok(())
    }

    /// Issues of other authors that carry the OKR labels of issues that are to be created, in the same projects.
    async fn lookalikes(
        &mut self,
        created: &[(&str, &DesiredIssue)],
    ) -> Result<(), ReconcileError> {
        let mut places: BTreeSet<(String, String)> = BTreeSet::new();
        for (project, desired) in created {
            let labels = &self.config.labels;
            let templates = if desired.is_key_result {
                &labels.key_result
            } else {
                &labels.objective
            };
            if let Some(first) = templates.first() {
                let label = first.fill(&desired.team, desired.key.quarter);
                places.insert(((*project).to_owned(), label));
            }
        }
        for (project, label) in places {
            let filter = IssueFilter {
                labels: BTreeSet::from([label]),
                ..IssueFilter::default()
            };
            let query = IssueQuery {
                projects: vec![project.clone()],
                filter,
            };
            let doing = format!("issues of {project} that look like OKRs cannot be read");
            let read = self
                .client
                .read_issues(&query)
                .await
                .map_err(ReconcileError::doing(doing))?;
            for found in read.issues {
                let author = convert::username(&found.issue.author.username);
                let adopted = self.has(&IssueReference {
                    project: project.clone(),
                    iid: found.issue.iid,
                });
                if self.ownership.bots.contains(&author) || adopted {
                    continue;
                }
                let marker = Marker::read(&found.issue.description);
                self.state.unmanaged.push(UnmanagedIssue {
                    project: project.clone(),
                    iid: found.issue.iid,
                    title: found.issue.title.clone(),
                    author,
                    claims: marker
                        .filter(|marker| self.ownership.is_ours(marker))
                        .map(|marker| marker.key.to_string()),
                    open: found.issue.state == crate::gitlab::IssueState::Opened,
                });
            }
        }
        self.state.unmanaged.sort();
        self.state.unmanaged.dedup();
        Ok(())
    }
}

fn by_project(
    references: impl IntoIterator<Item = IssueReference>,
) -> BTreeMap<String, BTreeSet<u64>> {
    let mut projects: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for reference in references {
        projects
            .entry(reference.project)
            .or_default()
            .insert(reference.iid);
    }
    projects
}
