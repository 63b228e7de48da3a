use std::collections::BTreeMap;

use super::Skipped;
use super::material::{Material, Spoiled};
use super::rules;
use crate::diag::{Diagnostic, Diagnostics, Label, Level, closest};
use crate::model::{Allowance, Date, Key};

/// Every `allow`, and whether it was needed.
pub(super) struct Allowances<'a> {
    today: Date,
    by_item: BTreeMap<&'a Key, Vec<(&'a Allowance, Use)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// No finding asked for it.
    None,
    /// It allowed a finding.
    Allowed,
    /// A finding asked for it, but its time is over.
    TooLate,
}

impl<'a> Allowances<'a> {
    pub(super) fn of(material: &Material<'a>) -> Self {
        let mut by_item: BTreeMap<&Key, Vec<_>> = BTreeMap::new();
        for entry in material.tree.items() {
            let item = entry.item();
            if !item.allow.is_empty() {
                let unused = item.allow.iter().map(|allowance| (allowance, Use::None));
                by_item.insert(&item.key, unused.collect());
            }
        }
        Self {
            today: material.today,
            by_item,
        }
    }

    /// Whether a finding about these objectives and key results is allowed: by one of them, or by the objective that a
    /// key result belongs to. What was allowed for a time that is over is noted.
    pub(super) fn allow(&mut self, rule: &str, concerns: &[Key], finding: &mut Diagnostic) -> bool {
        if self.by_item.is_empty() {
            return false;
        }
        let mut allowed = false;
        let mut over = None;
        for key in concerns {
            for key in [key.clone(), key.of_objective()] {
                let Some(allowances) = self.by_item.get_mut(&key) else {
                    continue;
                };
                for (allowance, used) in allowances {
                    if allowance.rule.value != rule {
                        continue;
                    }
                    match &allowance.until {
                        Some(until) if until.value < self.today => {
                            if *used == Use::None {
                                *used = Use::TooLate;
                            }
                            over = Some(until);
                        }
                        _ => {
                            *used = Use::Allowed;
                            allowed = true;
                        }
                    }
                }
            }
        }
        if let (Some(until), false) = (over, allowed) {
            finding.secondary.push(Label {
                span: until.span,
                text: "allowed until then".to_owned(),
            });
            let note = format!("it was allowed until {}, which is over", until.value);
            finding.notes.push(note);
        }
        allowed
    }

    /// Says which names no rule, or none that could be allowed, and which are not needed.
    pub(super) fn complain(
        self,
        material: &Material<'_>,
        spoiled: &Spoiled,
        skipped: &[Skipped],
        findings: &mut Diagnostics,
    ) {
        for (key, allowances) in self.by_item {
            let subject = format!("{key}.allow");
            for (allowance, used) in allowances {
                let id = allowance.rule.value.as_str();
                let Some(meta) = material.rules.iter().find(|rule| rule.id == id) else {
                    let near = closest(id, material.rules.iter().map(|rule| rule.id));
                    let help = near.map_or_else(
                        || "`okr rules` lists all rules".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    findings.push(
                        Diagnostic::error("unknown-rule", format!("there is no rule `{id}`"))
                            .at(allowance.rule.span, "")
                            .with_help(help)
                            .about(&subject),
                    );
                    continue;
                };
                if meta.guide.is_none() {
                    findings.push(
                        Diagnostic::error("fixed-rule", format!("what `{id}` finds cannot be allowed"))
                            .at(allowance.rule.span, "")
                            .with_note("only rules that judge OKRs can be allowed; this one says what cannot be read")
                            .with_help("mend what it finds, and remove this")
                            .about(&subject),
                    );
                    continue;
                }
                let team = material.config.teams.get(&key.team);
                let state = material.config.quarter_state(key.quarter);
                let ran = material.config.level(meta, team, state) != Level::Off
                    && !skipped.iter().any(|skipped| skipped.rule == id);
                let Level::Severity(severity) =
                    material
                        .config
                        .level(&rules::UNUSED_ALLOW.meta, team, state)
                else {
                    continue;
                };
                if used == Use::None && ran && !spoiled.item(key) {
                    let mut found = Diagnostic::new(
                        rules::UNUSED_ALLOW.meta.id,
                        severity,
                        format!("`{id}` finds nothing here that would have to be allowed"),
                    )
                    .at(allowance.rule.span, "")
                    .with_help("remove it from `allow`")
                    .about(format!("{subject}.{id}"));
                    if allowance
                        .until
                        .as_ref()
                        .is_some_and(|until| until.value < self.today)
                    {
                        found = found.with_note("its time is over, too");
                    }
                    findings.push(found);
                }
            }
        }
    }
}
