use super::{Check, Rule};
use crate::diag::{Guide, Level, Levels, RuleMeta};
use crate::lint::finding::Finding;
use crate::lint::scope::Scope;
use crate::model::{ItemRef, Key};

pub(super) const RULE: Rule = Rule {
    meta: RuleMeta {
        id: "unconfirmed-dependency",
        summary: "a dependency on another team that the team has not confirmed",
        levels: Levels::planning(Level::INFO, Level::WARNING),
        doc: "`depends_on` says that a key result cannot be reached without another team's. The other team says with `confirms` \
              that it knows, in its own file, so that the merge request asks it. Without that, the dependency is a hope.",
        guide: Some(Guide {
            source: "GitLab's handbook: teams that are depended on sign off before the quarter begins",
            bad: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
depends_on = ["delivery/deploys"]
# okrs/2026-q4/delivery.toml
[objective.deploys]
title = "Let finished work reach users within the day"
"#,
            good: r#"
[objective.mtbf]
title = "Keep users' work from being interrupted"
depends_on = ["delivery/deploys"]
# okrs/2026-q4/delivery.toml
[objective.deploys]
title = "Let finished work reach users within the day"
confirms = ["sre/mtbf"]
"#,
            settings: "",
        }),
    },
    check: Check::Item(check),
};

fn check(scope: &Scope<'_>, entry: ItemRef<'_>) -> Vec<Finding> {
    let item = entry.item();
    item.depends_on
        .iter()
        .filter(|needed| needed.value.team != item.key.team)
        .filter_map(|needed| {
            let other = scope.tree.get(&needed.value)?;
            let knows = |other: ItemRef<'_>| {
                let confirmed = |key: &Key| *key == item.key || *key == item.key.of_objective();
                other
                    .item()
                    .confirms
                    .iter()
                    .any(|confirmed_key| confirmed(&confirmed_key.value))
            };
            let objective = scope.tree.get(&needed.value.of_objective());
            if knows(other) || objective.is_some_and(knows) {
                return None;
            }
            let team = &needed.value.team;
            let own = item.key.to_string();
            let own = own.split_once('/').map_or(own.as_str(), |(_, own)| own);
            Some(
                Finding::at(
                    item,
                    needed.span,
                    format!("{team} has not confirmed that this depends on it"),
                )
                .field(&format!("depends_on.{}", needed.value))
                .with(other.item().title.span, "what is depended on")
                .help(format!(
                    "ask {team} to add confirms = [\"{own}\"] to {}, in the file of {team}",
                    needed.value
                )),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::finds;

    #[test]
    fn an_objective_confirms_for_its_key_results_and_for_those_of_the_other() {
        let with = |confirms: &str| {
            finds(
                "unconfirmed-dependency",
                &format!(
                    "[objective.a]\ntitle = \"T\"\n[objective.a.kr.b]\ntitle = \"T\"\nto = 1\n\
                     depends_on = [\"delivery/d/k\", \"sre/c\"]\n[objective.c]\ntitle = \"T\"\n\
                     # okrs/2026-q4/delivery.toml\n[objective.d]\ntitle = \"T\"\n{confirms}\n\
                     [objective.d.kr.k]\ntitle = \"T\"\nto = 1\n"
                ),
            )
        };
        assert_eq!(
            with(""),
            ["6: warning: delivery has not confirmed that this depends on it"]
        );
        assert_eq!(with("confirms = [\"sre/a\"]"), [""; 0]);
        assert_eq!(with("confirms = [\"sre/a/b\"]"), [""; 0]);
        assert_eq!(with("confirms = [\"sre/c\"]").len(), 1);
    }
}
