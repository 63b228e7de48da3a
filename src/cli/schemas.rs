use crate::{load, render, syntax};

/// Every JSON Schema that there is, each with its name in the `schema` folder: of the files, and of what programs read.
pub(crate) fn schemas() -> Vec<(&'static str, String)> {
    let mut schemas = load::schemas();
    let findings = syntax::schema_text(&render::diagnostics::findings_schema());
    schemas.push(("findings.schema.json", findings));
    let plan = syntax::schema_text(&render::plan::plan_schema());
    schemas.push(("plan.schema.json", plan));
    let apply = syntax::schema_text(&render::apply::apply_schema());
    schemas.push(("apply.schema.json", apply));
    schemas.sort_unstable();
    schemas
}
