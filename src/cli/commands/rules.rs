use std::fmt::Write as _;

use crate::cli::{CliError, ExitStatus, Ui, rules};
use crate::diag::closest;

/// `okr rules`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr rules
  okr rules decimal-comma")]
pub struct RulesCommand {
    /// The rule to explain
    #[arg(value_name = "ID")]
    id: Option<String>,
}

impl RulesCommand {
    /// Lists the rules, or explains one.
    pub(super) fn run(&self, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let rules = rules();
        let mut text = String::new();
        match &self.id {
            None => {
                let width = rules
                    .iter()
                    .map(|rule| rule.id.len())
                    .max()
                    .unwrap_or_default();
                for rule in &rules {
                    let severity = rule.levels.active.as_str();
                    // Writing to a string cannot fail.
                    let _always =
                        writeln!(text, "{:width$}  {severity:5}  {}", rule.id, rule.summary);
                }
            }
            Some(id) => {
                let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
                    let error = CliError::usage(format!("there is no rule {id}"));
                    return Err(match closest(id, rules.iter().map(|rule| rule.id)) {
                        Some(near) => error.hint(format!("did you mean {near}?")),
                        None => error.hint("okr rules lists all of them"),
                    });
                };
                let title = ui.strong(rule.id);
                let kind = if rule.is_fixed() {
                    "always an error".to_owned()
                } else {
                    let level = rule.levels.active.as_str();
                    format!(
                        "{level}; set it in okr.toml: [rules] {} = \"error\"",
                        rule.id
                    )
                };
                text = format!("{title} ({kind})\n{}\n\n{}\n", rule.summary, rule.doc);
            }
        }
        ui.result(&text);
        Ok(ExitStatus::Success)
    }
}
