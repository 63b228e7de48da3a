//! What is wrong with a merge request's files and was not before.

use std::collections::BTreeSet;

use super::base::Branches;
use super::{Env, Project, Ui, clock, past, rules};
use crate::diag::{Diagnostics, Severity};
use crate::issue::desired_issues;
use crate::model::Date;
use crate::render::diagnostics::{Introduced, Report, Secrets, introduced};

/// What was found in the files of a merge request.
#[derive(Debug)]
pub(crate) struct Found {
    /// What it brings, and what was there before.
    pub(crate) introduced: Introduced,
    /// How many findings are errors, old ones included: with any, nothing is planned.
    pub(crate) errors: usize,
}

/// Judges the files of a merge request merged into its target branch, and those of the target branch, and tells apart.
pub(crate) fn find(mut written: Project, branches: Option<Branches>, env: &Env, ui: &Ui) -> Found {
    let today = clock::today(env);
    judge(&mut written, &BTreeSet::new(), today, env, ui);
    let is_known = branches.is_some();
    let (mut merged, mut target) = (None, None);
    if let Some(branches) = branches {
        merged = branches.merged;
        target = branches.target;
        if let Some(merged) = &mut merged {
            judge(merged, &BTreeSet::new(), today, env, ui);
        }
        if let Some(target) = &mut target {
            judge(target, &branches.own, today, env, ui);
        }
    }
    let now = merged.as_ref().unwrap_or(&written);
    let nothing = Diagnostics::new();
    let directory = written.root.in_repository(env.ci_project_dir.as_deref());
    let rules = rules();
    let report = |project, findings| report(project, findings, &rules, &directory);
    // A target branch without okr.toml has nothing wrong with it.
    let before = match &target {
        Some(target) => Some(report(target, &target.findings)),
        None => is_known.then(|| report(&written, &nothing)),
    };
    let own = merged.as_ref().map(|_| report(&written, &written.findings));
    let secrets = [Some(now), target.as_ref()];
    Found {
        introduced: introduced(
            &report(now, &now.findings),
            before.as_ref(),
            own.as_ref(),
            &secrets_of(secrets.into_iter().flatten()),
        ),
        errors: now.findings.count(Severity::Error),
    }
}

fn judge(project: &mut Project, without: &BTreeSet<String>, today: Date, env: &Env, ui: &Ui) {
    let past = past::read_without(project, without, today, env, ui);
    project.judge(&past, today);
}

fn report<'a>(
    project: &'a Project,
    findings: &'a Diagnostics,
    rules: &'a [&'static crate::diag::RuleMeta],
    directory: &'a str,
) -> Report<'a> {
    Report {
        findings,
        sources: &project.sources,
        files: &[],
        tree: &project.tree,
        rules,
        skipped: &[],
        rules_url: None,
        directory,
    }
}

/// What the files declare to be confidential.
fn secrets_of<'a>(projects: impl Iterator<Item = &'a Project>) -> Secrets {
    let mut secrets = Secrets::default();
    for project in projects {
        let Some(config) = &project.config else {
            continue;
        };
        for wanted in desired_issues(&project.tree, config) {
            if wanted.confidential {
                secrets.titles.insert(wanted.title);
                secrets.keys.insert(wanted.key);
            }
        }
    }
    secrets
}
