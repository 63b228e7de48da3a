use clap::ValueEnum;

use crate::cli::report::Report;
use crate::cli::{
    CliError, Env, ExitStatus, Global, Project, Selection, Ui, clock, mending, past, rules, schemas,
};
use crate::render::diagnostics::{
    self, Look, code_quality, concise, human, json, junit, sarif, summary,
};
use crate::render::{annotations, counted};

/// The arguments of `okr validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr validate
  okr validate --team sre --quarter 2026-q4
  okr validate --fix           mend what is certain, and show what is left
  okr validate --format json > findings.json
  okr validate --report code-quality=gl-code-quality-report.json --report junit=junit.xml
  vim -q <(okr validate --format concise)")]
pub struct Validate {
    /// How findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Also write a report: code-quality=FILE or junit=FILE for GitLab's merge requests, annotations=FILE for links on a job's
    /// page, sarif=FILE or json=FILE for other programs; may be repeated
    #[arg(long, value_name = "KIND=FILE")]
    report: Vec<Report<ReportKind>>,
    /// Mend the selected files wherever the way out is certain, then show what is left
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    selection: Selection,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// With the lines that they are about
    #[default]
    Human,
    /// One line each: path:line:column: error[rule]: message
    Concise,
    /// For other programs
    Json,
    /// SARIF 2.1.0, for editors and other readers of it
    Sarif,
    /// GitLab's Code Quality report
    CodeQuality,
    /// A JUnit report: each objective and key result is a test
    Junit,
}

/// A report that is written besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportKind {
    Annotations,
    Sarif,
    CodeQuality,
    Junit,
    Json,
}

impl Validate {
    /// Loads the workspace and shows what is wrong with it.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let mut project = Project::open(global, ui)?;
        // A wrong selection is said before anything else.
        self.selection.files(&project)?;
        if self.fix {
            project = mending::mend(project, &self.selection, ui)?;
        }
        let today = clock::today(env);
        let past = past::read(&mut project, today, env, ui);
        let skipped = project.judge(&past, today);
        for group in skipped.chunk_by(|one, other| one.reason == other.reason) {
            let rules: Vec<&str> = group.iter().map(|skipped| skipped.rule).collect();
            let (rules, reason) = (rules.join(", "), &group[0].reason);
            ui.status(&format!("{rules} not checked: {reason}"));
        }
        let outdated = schemas::outdated(&project.root)?;
        if !outdated.is_empty() {
            ui.status(&format!(
                "warning: editors complete by what another version of okr wrote: {}; okr schema renews it",
                outdated.join(", ")
            ));
        }
        let findings = self.selection.narrow(&project)?;
        let sources = &project.sources;
        let config = project.config.as_ref();
        let files: Vec<_> = config
            .and_then(|config| config.file)
            .into_iter()
            .chain(self.selection.files(&project)?)
            .collect();
        let report = diagnostics::Report {
            findings: &findings,
            sources,
            files: &files,
            tree: &project.tree,
            rules: &rules(),
            skipped: &skipped,
            rules_url: config.and_then(|config| config.rules_url.as_deref()),
            directory: &project.root.in_repository(env.ci_project_dir.as_deref()),
        };
        match self.format {
            Format::Human if findings.is_empty() => ui.result(&all_well(&project)),
            Format::Human => {
                let look = Look {
                    colour: ui.colour(),
                    width: ui.width(),
                    rules_url: report.rules_url.filter(|_| ui.links()),
                };
                ui.result(&human(&findings, sources, look));
            }
            Format::Concise => {
                ui.result(&concise(&findings, sources));
                if !findings.is_empty() {
                    ui.status(&summary(&findings));
                }
            }
            Format::Json => ui.result(&json(&report)),
            Format::Sarif => ui.result(&sarif(&report)),
            Format::CodeQuality => ui.result(&code_quality(&report)),
            Format::Junit => ui.result(&junit(&report)),
        }
        for wanted in &self.report {
            wanted.write(&match wanted.kind {
                ReportKind::Annotations => {
                    annotations::of_findings(&report, env.pipeline.files().as_ref())
                }
                ReportKind::Sarif => sarif(&report),
                ReportKind::CodeQuality => code_quality(&report),
                ReportKind::Junit => junit(&report),
                ReportKind::Json => json(&report),
            })?;
        }
        let status = if findings.has_errors() {
            ExitStatus::Failure
        } else {
            ExitStatus::Success
        };
        // The process ends here: to free thousands of trees one by one takes longer than to judge them.
        std::mem::forget(project);
        Ok(status)
    }
}

fn all_well(project: &Project) -> String {
    let objectives = project.tree.objectives().count();
    let key_results = project.tree.items().count() - objectives;
    format!(
        "valid: {}, {}, {}\n",
        counted(project.okrs.len() + 1, "file"),
        counted(objectives, "objective"),
        counted(key_results, "key result")
    )
}
