//! Projects that come and go while the sandbox runs.
//!
//! No recording shows this, and the facts are silent. GitLab's `lib/api/projects.rb` says that a name or a path is needed,
//! that the answer to a create is the project, and to a delete by its owner 202. No more of it is here than programs need
//! that want a place of their own for a while.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Actor, Member, Namespace, Project, Refusal, Role, State, Visibility};

impl State {
    /// Makes a project in the namespace of whoever asks, who becomes its owner.
    pub fn create_project(
        &mut self,
        actor: &Actor,
        slug: &str,
        visibility: Visibility,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let user = actor.user.and_then(|id| self.users.get(&id));
        let user = user.ok_or(Refusal::Unauthorized)?;
        // Assumed: 403, since the bot of an access token has no namespace of its own to hold projects.
        if user.bot {
            return Err(Refusal::forbidden());
        }
        let (path, owner) = (format!("{}/{slug}", user.username), user.id);
        // Assumed: GitLab names the path; it may name the name, too.
        if self.project(&path).is_some() {
            let taken = vec!["has already been taken".to_owned()];
            return Err(Refusal::Invalid(vec![("path", taken)]));
        }
        let id = self.projects.keys().last().map_or(1, |last| last + 1);
        let member = Member {
            role: Role::OWNER,
            since: now,
        };
        let project = Project {
            id,
            path,
            name: slug.to_owned(),
            visibility,
            issues_enabled: true,
            archived: false,
            default_template: None,
            job_token_allowlist: BTreeSet::new(),
            members: [(owner, member)].into(),
            created_at: now,
            last_issue_iid: 0,
            last_milestone_iid: 0,
            iids: std::collections::BTreeMap::new(),
        };
        self.projects.insert(id, project);
        Ok(id)
    }

    /// Deletes a project with all that is in it.
    pub fn delete_project(&mut self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        if self.role(actor, Namespace::Project(id)) < Role::OWNER {
            return Err(Refusal::forbidden());
        }
        let issues: Vec<u64> = self
            .projects
            .get(&id)
            .map(|project| project.iids.values().copied().collect())
            .unwrap_or_default();
        for issue in issues {
            self.delete_issue(actor, issue)?;
        }
        let here = Namespace::Project(id);
        self.labels.retain(|_, label| label.owner != here);
        self.milestones
            .retain(|_, milestone| milestone.owner != here);
        self.tokens.retain(|_, token| token.project != Some(id));
        self.merge_requests.retain(|_, one| one.project != id);
        self.commits.retain(|one| one.project != id);
        self.environments.retain(|_, one| one.project != id);
        self.deployments.retain(|_, one| one.project != id);
        self.projects.remove(&id);
        Ok(())
    }
}
