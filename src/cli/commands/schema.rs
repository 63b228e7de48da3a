use crate::cli::schemas::{SCHEMA_DIR, is_for_editors, schemas};
use crate::cli::{CliError, ExitStatus, Global, Ui};
use crate::workspace::Root;

/// The arguments of `okr schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  okr schema
  okr schema --check
  okr schema --all
  okr schema --print okr.schema.json")]
pub struct Schema {
    /// Only say whether the files are those of this version of okr; exit status 1 if not
    #[arg(long, conflicts_with = "print")]
    check: bool,
    /// Also those of what programs read, like plan.schema.json; without it only where they are already
    #[arg(long, conflicts_with = "print")]
    all: bool,
    /// Print one schema to stdout instead, like okr.schema.json
    #[arg(long, value_name = "NAME")]
    print: Option<String>,
}

impl Schema {
    /// Writes, checks or prints.
    pub(super) fn run(&self, global: &Global, ui: &mut Ui) -> Result<ExitStatus, CliError> {
        let schemas = schemas();
        if let Some(wanted) = &self.print {
            let found = schemas.iter().find(|(name, _)| name == wanted);
            let Some((_, schema)) = found else {
                let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_ref()).collect();
                return Err(CliError::usage(format!("there is no schema {wanted}"))
                    .hint(format!("there are {}", names.join(", "))));
            };
            ui.result(schema);
            return Ok(ExitStatus::Success);
        }
        let root = Root::of(global.dir.as_deref())?;
        let mut outdated = Vec::new();
        for (name, schema) in &schemas {
            let path = format!("{SCHEMA_DIR}/{name}");
            let present = root.read_text(&path)?;
            if present.is_none() && !self.all && !is_for_editors(name) {
                continue;
            }
            let is_current = present.as_ref() == Some(schema);
            match (is_current, self.check) {
                (true, _) => ui.detail(&format!("{path} is up to date")),
                (false, true) => outdated.push(path),
                (false, false) => {
                    root.write(&path, schema)?;
                    ui.status(&format!("wrote {path}"));
                }
            }
        }
        if outdated.is_empty() {
            return Ok(ExitStatus::Success);
        }
        Err(CliError::failure(format!(
            "{} not as this version of okr writes: {}",
            if outdated.len() == 1 {
                "a schema is"
            } else {
                "schemas are"
            },
            outdated.join(", ")
        ))
        .hint("run okr schema and commit what it wrote"))
    }
}
