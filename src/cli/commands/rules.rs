use crate::cli::{CliError, ExitStatus, Ui, rules};
use crate::diag::closest;
use crate::render;

/// `okr rules`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr rules
  okr rules no-flow-metric
  okr rules --page > docs/rules.md")]
pub struct RulesCommand {
    /// The rule to explain
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Print the page of all rules, as Markdown
    #[arg(long, conflicts_with = "id")]
    page: bool,
}

impl RulesCommand {
    /// Lists the rules, explains one, or prints their page.
    pub(super) fn run(&self, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let rules = rules();
        let text = match &self.id {
            None if self.page => render::rules::page(&rules),
            None => render::rules::list(&rules),
            Some(id) => {
                let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
                    let error = CliError::usage(format!("there is no rule {id}"));
                    return Err(match closest(id, rules.iter().map(|rule| rule.id)) {
                        Some(near) => error.hint(format!("did you mean {near}?")),
                        None => error.hint("okr rules lists all of them"),
                    });
                };
                render::rules::terminal(rule, ui.width(), |text| ui.strong(text))
            }
        };
        ui.result(&text);
        Ok(ExitStatus::Success)
    }
}
