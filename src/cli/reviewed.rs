//! The plan that was reviewed in the merge request whose merge a pipeline applies, as the merge request's own pipeline left it.

use super::connect::connect_as_job;
use super::merged::merged;
use super::planning::runtime;
use super::{CliError, Env, ExitStatus, Ui};
use crate::gitlab::{Client, Error, ErrorKind, ProjectRef};
use crate::plan::Plan;

/// The job and the file of its plan, as the shipped pipeline names them.
const JOB: &str = "okr-plan";
const FILE: &str = "okr-plan.json";

/// Finds the merge request that brought the pipeline's commit and reads the plan of its newest pipeline, with the job's own
/// token: both are in the pipeline's own project. `None`, and said why, where there is nothing to compare with: a commit that
/// no merge request brought, or a plan that nobody could make or keep.
///
/// # Errors
/// This is no pipeline, GitLab cannot be asked, or what the job left is no plan.
pub(crate) fn find(env: &Env, ui: &Ui) -> Result<Option<Plan>, CliError> {
    let client = connect_as_job(env, ui)?;
    let project = env
        .ci_project
        .as_deref()
        .and_then(|id| id.parse().ok())
        .map(ProjectRef::Id);
    let (Some(project), Some(_)) = (project, &env.pipeline.commit) else {
        return Err(CliError::usage("which plan was reviewed?").hint(
            "--reviewed finds it by itself in a pipeline alone; elsewhere name the file: --reviewed PLAN",
        ));
    };
    let asked = runtime()?.block_on(ask(&client, &project, env));
    let found = asked.map_err(|error| {
        let hint = error.hint();
        CliError::new(
            ExitStatus::NothingApplied,
            "cannot ask GitLab for the plan that was reviewed",
        )
        .because(error)
        .hint(hint)
    })?;
    match found {
        Found::NoMergeRequest => {
            ui.status(
                "no merge request brought this commit, so there is no review to compare with",
            );
            Ok(None)
        }
        Found::NoPlan(number) => {
            ui.status(&format!(
                "the pipelines of !{number} left no plan, so what is applied is not compared with what was reviewed"
            ));
            Ok(None)
        }
        Found::Plan(number, text) => {
            // Another version of okr may have planned, before an update that was merged meanwhile; or it had no base.
            let plan = str::from_utf8(&text)
                .ok()
                .and_then(|text| Plan::parse(text).ok());
            let Some(plan) = plan.filter(|plan| plan.own.is_some()) else {
                ui.status(&format!(
                    "what {JOB} of !{number} left does not tell what it changes, so what is applied is not compared with it"
                ));
                return Ok(None);
            };
            ui.status(&format!("compared with what was reviewed in !{number}"));
            Ok(Some(plan))
        }
    }
}

enum Found {
    NoMergeRequest,
    NoPlan(u64),
    Plan(u64, Vec<u8>),
}

async fn ask(client: &Client, project: &ProjectRef, env: &Env) -> Result<Found, Error> {
    let Some(number) = merged(client, project, env).await? else {
        return Ok(Found::NoMergeRequest);
    };
    match client
        .merge_request_artifact(project, number, JOB, FILE)
        .await
    {
        Ok(text) => Ok(Found::Plan(number, text)),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Found::NoPlan(number)),
        Err(error) => Err(error),
    }
}
