//! What a merge request is told apart from: the files of its target branch, and where git finds them.

use std::collections::BTreeSet;

use super::planning::Declared;
use super::{CliError, Env, Project, Ui};
use crate::diag::Severity;
use crate::issue::desired_issues;
use crate::plan::Remark;
use crate::render::terminal_text::line;
use crate::workspace::{Comparison, Files, Merged, NoBase, Present};

/// What the files of the target branch declare.
#[derive(Debug)]
pub(crate) struct Before {
    /// What people call it.
    pub(crate) name: String,
    pub(crate) declared: Declared,
}

/// A project beside its target branch.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// The files to plan, where they are not those of the working tree: git has merged them.
    pub(crate) merged: Option<Project>,
    /// The files of the target branch; absent where there is none, or nothing to be learnt from it.
    pub(crate) before: Option<Before>,
    /// What readers of the plan should know about it.
    pub(crate) remarks: Vec<Remark>,
}

/// Where the base is looked for.
#[derive(Debug, PartialEq, Eq)]
struct Search {
    /// Revisions, the best first.
    revisions: Vec<String>,
    /// What people call the branch.
    branch: String,
    /// Whether a person named it: then it must be there.
    asked: bool,
    /// The revision that is only where the merge request left its target branch.
    left_at: Option<String>,
    /// Whether a fork's pipeline looks for it.
    fork: bool,
}

/// `--base`, else what GitLab tells a merge request's pipeline.
///
/// A pipeline of merged results names the commit that it has merged in. Others, the only ones on Free, name the branch,
/// which the clone has where all of it was fetched. A fork's clone has the fork's branch of that name, which says nothing:
/// there, and where the branch was not fetched, the commit where the merge request left it has to do.
fn search(asked: Option<&str>, env: &Env) -> Option<Search> {
    if let Some(revision) = asked {
        return Some(Search {
            revisions: vec![revision.to_owned()],
            branch: revision.to_owned(),
            asked: true,
            left_at: None,
            fork: false,
        });
    }
    let fork = env.mr_project.is_some() && env.mr_project != env.ci_project;
    let named = env.mr_target.as_ref().filter(|_| !fork);
    let merged_in = env.mr_target_commit.clone();
    let left_at = env.mr_left_at.clone().filter(|_| merged_in.is_none());
    let revisions: Vec<String> = match merged_in {
        Some(commit) => vec![commit],
        None => named
            .map(|name| format!("refs/remotes/origin/{name}"))
            .into_iter()
            .chain(left_at.clone())
            .collect(),
    };
    let first = revisions.first()?.clone();
    Some(Search {
        branch: env.mr_target.clone().unwrap_or(first),
        revisions,
        asked: false,
        left_at,
        fork,
    })
}

/// Revisions of the branch that this change goes to, the best first: those that a merge request's pipeline knows of, else the
/// default branch of where the clone came from.
pub(crate) fn target_revisions(env: &Env) -> Vec<String> {
    match search(None, env) {
        Some(search) => search.revisions,
        None => vec!["refs/remotes/origin/HEAD".to_owned()],
    }
}

/// Compares a project with what its branch held before the change that is being applied: with the base that was asked
/// for, else with the commit that GitLab names as the one before the push. The files stay those of the working tree.
///
/// # Errors
/// The base that a person named is not there.
pub(crate) fn compare_push(
    project: &Project,
    asked: Option<&str>,
    env: &Env,
    ui: &Ui,
) -> Result<Compared, CliError> {
    let before = env.ci_before.as_deref();
    let Some(commit) = asked.or(before) else {
        return Ok(Compared::default());
    };
    let search = Search {
        revisions: vec![commit.to_owned()],
        branch: commit.to_owned(),
        asked: asked.is_some(),
        left_at: None,
        fork: false,
    };
    let compared = match compared(project, &search, env, ui) {
        // A branch that was pushed by force need not go together with what it was.
        Err(_) if asked.is_none() => Compared::default(),
        compared => compared?,
    };
    Ok(Compared {
        merged: None,
        ..compared
    })
}

/// Compares a project with the base that was asked for or that the pipeline's merge request has, if any.
///
/// # Errors
/// The base that a person named is not there, or the change conflicts with it. A pipeline's own that is not there only
/// leaves the plan without it: a job that could plan so far goes on to do so.
pub(crate) fn compare(
    project: &Project,
    asked: Option<&str>,
    env: &Env,
    ui: &Ui,
) -> Result<Compared, CliError> {
    match search(asked, env) {
        Some(search) => compared(project, &search, env, ui),
        None => Ok(Compared::default()),
    }
}

fn compared(project: &Project, search: &Search, env: &Env, ui: &Ui) -> Result<Compared, CliError> {
    // What is wrong with the files of this branch is said first, by whoever takes them.
    if project.findings.has_errors() {
        return Ok(Compared::default());
    }
    let present = Present {
        sources: &project.sources,
        okrs: &project.okrs,
    };
    let found = project
        .root
        .compare(&search.revisions, present, &env.for_programs);
    match found {
        Ok(comparison) => understood(project, search, comparison, ui),
        Err(why) if search.asked || matches!(why, NoBase::Conflict { .. }) => Err(refused(why)),
        Err(why) => Ok(Compared {
            remarks: vec![unknown(search, &why)],
            ..Compared::default()
        }),
    }
}

/// What people call the base. A person may have named the commit itself.
fn name(branch: &str, commit: &str) -> String {
    if branch.starts_with(commit) || commit.starts_with(branch) {
        commit.to_owned()
    } else {
        format!("{branch} at {commit}")
    }
}

/// A project beside its target branch, to be judged by what is wrong with each.
#[derive(Debug)]
pub(crate) struct Branches {
    /// What people call the target branch, with its commit.
    pub(crate) name: String,
    /// Its files; `None` where it has no okr.toml yet.
    pub(crate) target: Option<Project>,
    /// Those of the project merged into it, where they are not those of the working tree.
    pub(crate) merged: Option<Project>,
    /// The commits that are not in the target branch.
    pub(crate) own: BTreeSet<String>,
}

/// As [`compare`], whatever is wrong with the files on either side; `None` where there is nothing to compare with.
///
/// # Errors
/// The base is not there, or the change conflicts with it.
pub(crate) fn branches(
    project: &Project,
    asked: Option<&str>,
    env: &Env,
) -> Result<Option<Branches>, NoBase> {
    let Some(search) = search(asked, env) else {
        return Ok(None);
    };
    let present = Present {
        sources: &project.sources,
        okrs: &project.okrs,
    };
    let root = &project.root;
    let comparison = root.compare(&search.revisions, present, &env.for_programs)?;
    let project = |files| Project::of(root.clone(), files).ok();
    let merged = match comparison.merged {
        Merged::Files(files) => project(files),
        Merged::CheckedOut | Merged::Uncommitted => None,
    };
    Ok(Some(Branches {
        name: name(&line(&search.branch), &comparison.commit),
        target: comparison.base.and_then(project),
        merged,
        own: comparison.own,
    }))
}

fn understood(
    project: &Project,
    search: &Search,
    comparison: Comparison,
    ui: &Ui,
) -> Result<Compared, CliError> {
    let Comparison {
        revision,
        commit,
        base,
        merged,
        own: _,
    } = comparison;
    let branch = line(&search.branch).into_owned();
    let name = name(&branch, &commit);
    ui.detail(&format!("compared with {name}, found as {revision}"));
    let mut compared = Compared::default();
    if search.left_at.as_ref() == Some(&revision) {
        compared.remarks.push(older(search, &branch, &commit));
    }
    match merged {
        Merged::CheckedOut => {}
        Merged::Uncommitted => ui.status(&format!(
            "the files differ from the last commit, so they are planned as they are, without what {branch} has got since"
        )),
        Merged::Files(files) => {
            ui.detail(&format!("planned is a merge with {name}"));
            compared.merged = Some(Project::of(project.root.clone(), files)?);
        }
    }
    match declared(project, base) {
        Ok(declared) => compared.before = Some(Before { name, declared }),
        Err(why) => {
            let message = format!(
                "the files of {name} cannot be used, so what this merge request changes is not told apart: {why}"
            );
            let help = "mend them on that branch: okr validate says what is wrong";
            compared
                .remarks
                .push(Remark::new("base-unusable", message).help(help));
        }
    }
    Ok(compared)
}

/// What the files of the base declare, or in one sentence why nobody knows. Those without any OKR declare nothing; nor
/// does a branch to which this change brings okr.toml, and then its settings are all there are.
fn declared(project: &Project, files: Option<Files>) -> Result<Declared, String> {
    let Some(files) = files else {
        let config = project.config.clone();
        return Ok(Declared {
            config: config.ok_or("there is no okr.toml")?,
            desired: Vec::new(),
        });
    };
    let base = Project::of(project.root.clone(), files).map_err(|error| {
        let mut lines = error.lines().into_iter();
        lines.next().map(|(_, text)| text).unwrap_or_default()
    })?;
    let mut errors = base
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error && finding.rule != "no-files");
    if let Some(finding) = errors.next() {
        let place = finding.primary.as_ref();
        let at = place.map(|place| format!("{}: ", base.sources.locate(place.span)));
        let message = format!("{}{}", at.unwrap_or_default(), finding.message);
        return Err(line(&message).into_owned());
    }
    let config = base.config.ok_or("there is no okr.toml")?;
    let desired = desired_issues(&base.tree, &config);
    Ok(Declared { config, desired })
}

fn refused(why: NoBase) -> CliError {
    let hint = why.hint();
    let shown = CliError::failure(line(&why.to_string())).hint(hint);
    match why {
        NoBase::NotRun(error) => shown.because(error),
        _ => shown,
    }
}

/// The target branch of a pipeline's merge request is not known.
fn unknown(search: &Search, why: &NoBase) -> Remark {
    let branch = &search.branch;
    let message = format!(
        "what this merge request changes is not told apart from what was pending: {why}; the files are planned as they \
         are, without what {branch} has got since"
    );
    Remark::new("base-unknown", line(&message)).help(why.hint())
}

/// Only the commit where the merge request left its target branch is known.
fn older(search: &Search, branch: &str, commit: &str) -> Remark {
    let message = format!(
        "the newest {branch} is not in this clone, so this merge request is compared with {commit}, where it left that \
         branch: what {branch} has got since is missing here"
    );
    let help = if search.fork {
        "run the pipeline in the project of the merge request: a fork's clone does not have it"
    } else {
        "fetch the whole repository: GIT_DEPTH: \"0\" in the job's variables"
    };
    Remark::new("base-older", message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(env: &Env) -> Option<(Vec<String>, Option<String>)> {
        search(None, env).map(|search| (search.revisions, search.left_at))
    }

    fn env() -> Env {
        Env {
            ci_project: Some("7".into()),
            mr_project: Some("7".into()),
            mr_target: Some("main".into()),
            mr_left_at: Some("1a2b3c4d".into()),
            ..Env::default()
        }
    }

    #[test]
    fn a_pipeline_says_where_its_merge_request_goes() {
        assert_eq!(found(&Env::default()), None);
        let (origin, left) = ("refs/remotes/origin/main".to_owned(), "1a2b3c4d".to_owned());
        assert_eq!(
            found(&env()),
            Some((vec![origin, left.clone()], Some(left.clone())))
        );
        let merged = Env {
            mr_target_commit: Some("5e6f7a8b".into()),
            ..env()
        };
        assert_eq!(found(&merged), Some((vec!["5e6f7a8b".into()], None)));
        let fork = Env {
            ci_project: Some("8".into()),
            ..env()
        };
        assert_eq!(found(&fork), Some((vec![left.clone()], Some(left))));
    }

    #[test]
    fn what_a_person_names_wins() {
        let search = search(Some("HEAD~1"), &env()).unwrap();
        assert_eq!(search.revisions, ["HEAD~1"]);
        assert!(search.asked);
    }
}
