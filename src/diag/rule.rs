use super::Severity;

/// What is known of a rule before it ever finds anything: for lists, documentation and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMeta {
    /// Stable kebab-case id, as written in `okr.toml` under `[rules]`.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Its severity where `okr.toml` does not say another.
    pub severity: Severity,
    /// Why it exists and what to do, as Markdown.
    pub doc: &'static str,
}
