use super::CliError;
use crate::workspace::Root;
use crate::{load, render, syntax};

/// The directory of schemas, as the `#:schema` lines of the files name it.
pub(crate) const SCHEMA_DIR: &str = "schema";

/// Whether a schema is of the files that people write: editors complete and check by it.
pub(crate) fn is_for_editors(name: &str) -> bool {
    load::SCHEMA_NAMES.contains(&name)
}

/// The schemas of files that are checked in and differ from those of this version: editors complete by them.
pub(crate) fn outdated(root: &Root) -> Result<Vec<String>, CliError> {
    let mut present = Vec::new();
    for name in load::SCHEMA_NAMES {
        let path = format!("{SCHEMA_DIR}/{name}");
        present.extend(root.read_text(&path)?.map(|text| (name, path, text)));
    }
    // To make them takes longer than to read a small workspace.
    if present.is_empty() {
        return Ok(Vec::new());
    }
    let current = load::schemas();
    present.retain(|(name, _, text)| {
        !current
            .iter()
            .any(|(of, schema)| of == name && schema == text)
    });
    Ok(present.into_iter().map(|(_, path, _)| path).collect())
}

/// Every JSON Schema that there is, each with its name in the `schema` folder: of the files, and of what programs read.
pub(crate) fn schemas() -> Vec<(&'static str, String)> {
    let mut schemas = load::schemas();
    let findings = syntax::schema_text(&render::diagnostics::findings_schema());
    schemas.push(("findings.schema.json", findings));
    let plan = syntax::schema_text(&render::plan::plan_schema());
    schemas.push(("plan.schema.json", plan));
    let apply = syntax::schema_text(&render::apply::apply_schema());
    schemas.push(("apply.schema.json", apply));
    let status = syntax::schema_text(&render::status::status_schema());
    schemas.push(("status.schema.json", status));
    let pull = syntax::schema_text(&render::pull::pull_schema());
    schemas.push(("pull.schema.json", pull));
    let flow = syntax::schema_text(&render::flow::flow_schema());
    schemas.push(("flow.schema.json", flow));
    let measure = syntax::schema_text(&render::measure::measure_schema());
    schemas.push(("measure.schema.json", measure));
    schemas.sort_unstable();
    schemas
}
