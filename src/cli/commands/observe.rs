use std::path::PathBuf;

use crate::cli::planning::{Declared, ask_who, observed, planned_for, runtime};
use crate::cli::{CliError, Env, ExitStatus, Global, Project, Ui, clock, connect, output};
use crate::plan::Scope;
use crate::reconcile::{Extent, RecordedObservation};
use crate::render::json_text;

/// `okr observe`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr observe --out observation.json
  okr plan --observed observation.json       anywhere, later, without a token

The file holds titles and descriptions of the managed issues, those of confidential ones among them, and no token.")]
pub struct ObserveCommand {
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl ObserveCommand {
    /// Observes and records.
    pub(super) fn run(
        &self,
        global: &Global,
        env: &Env,
        ui: &mut Ui,
    ) -> Result<ExitStatus, CliError> {
        let project = Project::open(global, ui)?;
        let declared = Declared::of(&project, ui)?;
        let connection = connect(env, &declared.config, ui)?;
        let at = clock::now();
        let seen = runtime()?.block_on(async {
            let seen = observed(&declared, None, &connection, Extent::Trackers, ui);
            let mut seen = seen.await?;
            let mut plan = planned_for(&declared, None, &seen, &Scope::default(), env);
            ask_who(&mut plan, None, &mut seen, &connection, ui).await;
            Ok::<_, CliError>(seen)
        })?;
        let issues = seen.state.issues.len();
        let server = connection.client.base_url().to_string();
        let record = RecordedObservation::new(seen, &declared.desired, server, at);
        output::write(&self.out, &json_text(&record))?;
        let confidential = match record.confidential() {
            0 => String::new(),
            count => {
                format!(", {count} of them confidential: let nobody see it who may not see them")
            }
        };
        ui.status(&format!(
            "recorded {issues} issues in {}{confidential}",
            self.out.display()
        ));
        Ok(ExitStatus::Success)
    }
}
