use super::{Config, Level};
use crate::diag::{Diagnostic, Diagnostics, RuleMeta, Severity};

impl Config {
    /// Gives findings the severities that `[rules]` asks for, and drops those of rules that are off.
    ///
    /// A rule whose findings are errors by themselves says that a file cannot be understood: nothing could be planned from
    /// it, so such a rule cannot be switched off, and asking for it is a finding itself.
    pub fn apply_levels(&self, rules: &[&RuleMeta], findings: Diagnostics) -> Diagnostics {
        let fixed = |id: &str| {
            rules
                .iter()
                .any(|rule| rule.id == id && rule.severity == Severity::Error)
        };
        let mut kept = Diagnostics::new();
        for mut finding in findings {
            match self.rules.get(finding.rule).map(|level| level.value) {
                Some(Level::Off) if !fixed(finding.rule) => continue,
                Some(Level::Severity(severity)) if !fixed(finding.rule) => {
                    finding.severity = severity;
                }
                _ => {}
            }
            kept.push(finding);
        }
        for (id, level) in self.rules.iter().filter(|(id, _)| fixed(id)) {
            let lowered = level.value != Level::Severity(Severity::Error);
            if lowered {
                kept.push(
                    Diagnostic::error("fixed-rule", format!("the rule {id} cannot be switched off"))
                        .at(level.span, "always an error")
                        .with_note("without it a file could not be understood, and nothing could be planned from it")
                        .with_help("remove this line")
                        .about(format!("rules.{id}")),
                );
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    const RULES: [RuleMeta; 2] = [
        RuleMeta {
            id: "newer-toml",
            summary: "s",
            severity: Severity::Warning,
            doc: "d",
        },
        RuleMeta {
            id: "bad-bounds",
            summary: "s",
            severity: Severity::Error,
            doc: "d",
        },
    ];

    fn levelled(rules: &str) -> Vec<(String, Severity)> {
        let mut sources = SourceMap::new();
        let text = format!("[gitlab]\nowner = \"a/b\"\n[rules]\n{rules}");
        let file = sources.add("okr.toml", text);
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        let config = crate::config::load(&sources, file, &ids, &mut Diagnostics::new());
        let mut findings = Diagnostics::new();
        findings.push(Diagnostic::warning("newer-toml", "m"));
        findings.push(Diagnostic::error("bad-bounds", "m"));
        let rules: Vec<&RuleMeta> = RULES.iter().collect();
        let levelled = config.apply_levels(&rules, findings);
        levelled
            .into_iter()
            .map(|found| (found.rule.to_owned(), found.severity))
            .collect()
    }

    #[test]
    fn soft_rules_follow_okr_toml_and_hard_ones_do_not() {
        let found = |id: &str, severity| (id.to_owned(), severity);
        let hard = || found("bad-bounds", Severity::Error);
        assert_eq!(
            levelled(""),
            [found("newer-toml", Severity::Warning), hard()]
        );
        assert_eq!(levelled("newer-toml = \"off\""), [hard()]);
        assert_eq!(
            levelled("newer-toml = \"error\""),
            [found("newer-toml", Severity::Error), hard()]
        );
        assert_eq!(
            levelled("bad-bounds = \"off\""),
            [
                found("newer-toml", Severity::Warning),
                hard(),
                found("fixed-rule", Severity::Error)
            ]
        );
    }
}
