use super::{Config, QuarterState, Team};
use crate::diag::{Diagnostic, Diagnostics, Level, RuleMeta};

impl Config {
    /// What becomes of a rule's findings about a team's OKRs in a quarter of this state: what the team's own `rules` say,
    /// else `[rules]`, else the rule itself.
    pub fn level(&self, rule: &RuleMeta, team: Option<&Team>, state: QuarterState) -> Level {
        self.configured_level(rule.id, team, state)
            .unwrap_or(match state {
                QuarterState::Draft => rule.levels.draft,
                QuarterState::Active => rule.levels.active,
                QuarterState::Closed => rule.levels.closed,
            })
    }

    /// What `okr.toml` says of a rule, if it says anything.
    pub fn configured_level(
        &self,
        rule: &str,
        team: Option<&Team>,
        state: QuarterState,
    ) -> Option<Level> {
        let own = team.and_then(|team| team.rules.get(rule)?.level(state));
        own.or_else(|| self.rules.get(rule)?.level(state))
    }

    /// Gives findings of reading files the severities that `[rules]` asks for, and drops those of rules that are off.
    ///
    /// Where a rule's level is [fixed](RuleMeta::is_fixed), asking for another is a finding itself.
    pub fn apply_levels(&self, rules: &[&RuleMeta], findings: Diagnostics) -> Diagnostics {
        let mut kept = Diagnostics::new();
        for mut finding in findings {
            let rule = rules.iter().find(|rule| rule.id == finding.rule);
            if rule.is_some_and(|rule| !rule.is_fixed()) {
                match self.configured_level(finding.rule, None, QuarterState::Active) {
                    Some(Level::Off) => continue,
                    Some(Level::Severity(severity)) => finding.severity = severity,
                    None => {}
                }
            }
            kept.push(finding);
        }
        let of_teams = self.teams.iter().flat_map(|team| {
            let subject = format!("teams.{}.rules", team.id);
            team.rules
                .iter()
                .map(move |(id, setting)| (subject.clone(), id, setting))
        });
        let general = self.rules.iter();
        let all = general.map(|(id, setting)| ("rules".to_owned(), id, setting));
        for (subject, id, setting) in all.chain(of_teams) {
            let is_fixed = rules.iter().any(|rule| rule.id == id && rule.is_fixed());
            let levels = [setting.draft, setting.active, setting.closed];
            if is_fixed
                && levels
                    .into_iter()
                    .flatten()
                    .any(|level| level != Level::ERROR)
            {
                kept.push(
                    Diagnostic::error("fixed-rule", format!("the rule {id} cannot be switched off"))
                        .at(setting.span, "always an error")
                        .with_note("without it a file could not be understood, and nothing could be planned from it")
                        .with_help("remove this line")
                        .about(format!("{subject}.{id}")),
                );
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Severity;
    use crate::text::SourceMap;

    const RULES: [RuleMeta; 2] = [
        RuleMeta::notice("newer-toml", "s", "d"),
        RuleMeta::form("bad-bounds", "s", "d"),
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
