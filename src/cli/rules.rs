use crate::diag::RuleMeta;
use crate::{config, handbook, lint, load, syntax, workspace};

/// Every rule there is, by id.
pub fn rules() -> Vec<&'static RuleMeta> {
    let tables = [
        workspace::RULES,
        syntax::RULES,
        config::RULES,
        load::RULES,
        handbook::RULES,
    ];
    let mut rules: Vec<&RuleMeta> = tables.into_iter().flatten().chain(lint::rules()).collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_one_id_and_says_what_it_is_for() {
        let rules = rules();
        for pair in rules.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        for rule in rules {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(kebab), "{}", rule.id);
            assert!(
                !rule.summary.is_empty() && !rule.doc.is_empty(),
                "{}",
                rule.id
            );
        }
    }
}
