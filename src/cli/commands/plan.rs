use std::path::PathBuf;

use clap::ValueEnum;
use url::Url;

use crate::cli::base;
use crate::cli::planning::{Declared, planned_from, scope};
use crate::cli::project::hint_at_rules;
use crate::cli::report::Report;
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Selection, Ui, clock, output};
use crate::model::Key;
use crate::plan::{Cause, Plan, other_teams};
use crate::render::annotations;
use crate::render::plan::{
    HtmlOptions, HumanOptions, MarkdownOptions, html, human, json, markdown, terraform_report,
};

/// The most bytes of a plan as Markdown: GitLab's comments take a million characters, and nobody reads them.
const MARKDOWN_BYTES: usize = 60_000;

/// `okr plan`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr plan
  okr plan --team sre --details
  okr plan --format json | jq .summary
  okr plan --observed observation.json      without a network, from what okr observe has recorded
  okr plan --out plan.json --report terraform=tfplan.json
  okr plan --report html=plan.html          a page to look at, in one file
  okr plan --base origin/main    what this branch changes, told apart from what is pending anyway

In a pipeline for a merge request, the target branch is the base by itself. What is planned is that branch with this change
merged in, as git would merge it; git 2.38 does it without a checkout. It needs the branch in the clone (GIT_DEPTH: \"0\").

Exit status with --exit-code: 3 when changes are pending, 4 when there is only drift, 0 when there is neither.")]
pub struct PlanCommand {
    /// Tell this change apart from what the files of this revision have pending [default: in a merge request's pipeline
    /// its target branch, else none]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// How the plan is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Show every difference whole
    #[arg(long)]
    details: bool,
    /// Plan from what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    /// Change back what people changed in the issue of this key; may be repeated
    #[arg(long, value_name = "KEY")]
    revert: Vec<Key>,
    /// Also write the plan as JSON to this file, for okr apply PLAN
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also write a report: html=FILE, the plan as a page of its own; terraform=FILE, the counts for the merge request's
    /// widget; annotations=FILE, links on the job's page
    #[arg(long, value_name = "KIND=FILE")]
    report: Vec<Report<ReportKind>>,
    /// Say by the exit status whether anything would change
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    selection: Selection,
}

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Human,
    /// For a comment
    Markdown,
    /// For other programs
    Json,
}

/// A report beside the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    /// Links on the job's page to the issues that change, and to the page of the plan where that is written too
    Annotations,
    /// A page of its own; confidential issues appear by their key only, since files go round
    Html,
    /// The counts for the widget of a merge request
    Terraform,
}

impl PlanCommand {
    /// Plans and shows the plan.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let compared = base::compare(&project, self.base.as_deref(), env, ui)?;
        let project = compared.merged.unwrap_or(project);
        let mut declared = Declared::of(&project, ui)?;
        declared.revert(&self.revert)?;
        hint_at_rules(&project, clock::today(env), env, ui);
        let scope = scope(&self.selection, &project)?;
        let before = compared.before.as_ref();
        let record = self.observed.as_deref();
        let mut plan = match planned_from(record, &declared, before, &scope, env, ui) {
            Ok((plan, _)) => plan,
            // Who opens a merge request, perhaps from a fork, cannot change what its jobs may read.
            Err(error) if error.is_shut_out() && env.in_merge_request() && !self.exit_code => {
                ui.status("not planned: this job may not read the trackers");
                for (word, text) in error.lines() {
                    let word = if word == "error" { "reason" } else { word };
                    ui.status(&format!("{word}: {text}"));
                }
                return Ok(ExitStatus::Success);
            }
            Err(error) => return Err(error),
        };
        plan.notices.extend(compared.remarks);
        if let (Some(own), Some(author)) = (&plan.own, &env.ci_user) {
            plan.notices
                .extend(other_teams(own, &declared.config, author));
        }
        plan.notices.sort();
        if let Some(file) = &self.out {
            output::write(file, &json(&plan))?;
        }
        for report in &self.report {
            report.write(&match report.kind {
                ReportKind::Annotations => annotations::of_plan(&plan, self.page(env).as_ref()),
                ReportKind::Html => html(
                    &plan,
                    &HtmlOptions {
                        confidential_visible: false,
                    },
                ),
                ReportKind::Terraform => terraform_report(&plan),
            })?;
        }
        ui.result(&match self.format {
            Format::Human => human(&plan, &look(ui, self.details)),
            Format::Json => json(&plan),
            Format::Markdown => {
                let options = MarkdownOptions {
                    max_bytes: MARKDOWN_BYTES,
                    marker: None,
                    confidential_visible: false,
                };
                markdown(&plan, &options)
            }
        });
        Ok(if self.exit_code {
            status(&plan)
        } else {
            ExitStatus::Success
        })
    }
}

impl PlanCommand {
    /// Where GitLab shows the page of the plan, which the job keeps as an artifact.
    fn page(&self, env: &Env) -> Option<Url> {
        let mut reports = self.report.iter();
        let page = reports.find(|report| report.kind == ReportKind::Html)?;
        let within = page
            .file()
            .strip_prefix(env.ci_project_dir.as_ref()?)
            .ok()?;
        let mut url = env.pipeline.job_url.clone()?;
        let parts: Option<Vec<&str>> = within.iter().map(|part| part.to_str()).collect();
        url.path_segments_mut()
            .ok()?
            .pop_if_empty()
            .extend(["artifacts", "file"])
            .extend(parts?);
        Some(url)
    }
}

/// How a terminal shows a plan.
pub(super) fn look(ui: &Ui, details: bool) -> HumanOptions {
    HumanOptions {
        color: ui.colour(),
        width: ui.width(),
        details,
        brief: false,
        confidential_visible: !ui.is_public(),
    }
}

fn status(plan: &Plan) -> ExitStatus {
    let drift = plan.notices.iter().any(|notice| notice.id == "drift");
    if plan
        .changes
        .iter()
        .any(|change| change.cause != Cause::Drift)
        || !plan.conflicts.is_empty()
    {
        ExitStatus::Pending
    } else if drift || !plan.is_empty() {
        ExitStatus::Drift
    } else {
        ExitStatus::Success
    }
}
