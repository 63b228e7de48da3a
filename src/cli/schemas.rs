use crate::{load, render, syntax};

/// Every JSON Schema that there is, each with its name in the `schema` folder: of the files, and of what programs read.
pub(crate) fn schemas() -> Vec<(&'static str, String)> {
    let mut schemas = load::schemas();
    let findings = syntax::schema_text(&render::diagnostics::findings_schema());
    schemas.push(("findings.schema.json", findings));
    let plan = syntax::schema_text(&render::plan::plan_schema());
    schemas.push(("plan.schema.json", plan));
    let status = syntax::schema_text(&render::status::status_schema());
    schemas.push(("status.schema.json", status));
    schemas.sort_unstable();
    schemas
}
