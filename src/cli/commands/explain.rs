use std::path::PathBuf;

use crate::cli::format::Format;
use crate::cli::going::{self, Seen};
use crate::cli::keys::named;
use crate::cli::planning::{Declared, planned_about};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock};
use crate::model::Key;
use crate::plan::{Scope, explain};
use crate::render::explain::{Declaration, Explained, human, json};
use crate::render::terminal_text::line;

/// `okr explain`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr explain 2026-q4/sre/mtbf/hours
  okr explain 2026-q4/sre/mtbf --observed observation.json
  okr explain 2026-q4/sre/mtbf/hours --format json | jq .going.score
  okr explain 2026-q4/sre/mtbf --format json | jq '.fields[] | select(.verdict == \"kept\")'

Without a token it explains the score by the files alone.")]
pub struct ExplainCommand {
    /// The objective or key result, like 2026-q4/sre/mtbf/hours, or sre/mtbf/hours of this quarter
    #[arg(value_name = "KEY")]
    key: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Go by what okr observe has recorded, without a network
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
}

impl ExplainCommand {
    /// Plans, and says of one key what all sides hold and what is done about it.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let today = clock::today(env);
        let key = &named(&self.key, today, &declared.config)?;
        let record = self.observed.as_deref();
        let observed = if record.is_some() || env.has_token() {
            let scope = Scope::default();
            let about = Some(key);
            let (plan, observation) =
                planned_about(about, record, &declared, None, &scope, env, ui)?;
            // A record is about no single key, and everything that is told goes by it.
            for notice in plan.notices.iter().filter(|notice| notice.id == "recorded") {
                // Who wrote the record is not known.
                ui.status(&line(&notice.message));
            }
            Some((plan, observation))
        } else {
            ui.status("no token for GitLab: this is from the files alone");
            None
        };
        let issue = observed.as_ref().and_then(|(plan, observation)| {
            let (desired, state) = (&declared.desired, &observation.state);
            explain(key, desired, state, &observation.ownership, plan)
        });
        let seen = observed.map_or_else(Seen::default, |(_, observation)| {
            Seen::of(&declared, &observation)
        });
        let quarter = key.quarter;
        let status = going::status(&project, &declared, &seen, quarter, (today, today));
        let going = status.as_ref().and_then(|status| status.find(key));
        if issue.is_none() && going.is_none() {
            return Err(declared.not_found(key, "no file declares, and no issue carries"));
        }
        let declaration = declaration(&project, key, env);
        let explained = Explained {
            key,
            declaration: declaration.as_ref(),
            going,
            issue: issue.as_ref(),
        };
        ui.result(&match self.format {
            Format::Human => human(&explained, ui.width()),
            Format::Json => json(&explained),
        });
        Ok(ExitStatus::Success)
    }
}

fn declaration(project: &Project, key: &Key, env: &Env) -> Option<Declaration> {
    let span = project.tree.get(key)?.item().span;
    let file = project.sources.file(span.file);
    // Without git there is no commit to name, and everything else is explained all the same.
    let last = project.root.last_commit(file.path(), &env.for_programs);
    let last_commit = last
        .ok()
        .flatten()
        .map(|last| format!("{} of {}: {}", last.commit, last.date, last.subject));
    Some(Declaration {
        file: file.path().to_owned(),
        line: file.line_of(span.start),
        last_commit,
    })
}
