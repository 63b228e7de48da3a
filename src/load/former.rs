use std::collections::BTreeMap;

use crate::config::Config;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{IssueReference, Item, Key, OkrTree};
use crate::text::Span;

/// Claims on what exists once: former keys, and issues to adopt.
pub(super) fn check(tree: &OkrTree, config: &Config, diagnostics: &mut Diagnostics) {
    let mut claims: BTreeMap<&Key, (&Item, Span)> = BTreeMap::new();
    let mut adopted: BTreeMap<(String, u64), (&Item, Span)> = BTreeMap::new();
    for entry in tree.items() {
        let item = entry.item();
        for former in &item.previously {
            let key = &former.value;
            let subject = format!("{}.previously", item.key);
            if *key == item.key {
                diagnostics.push(
                    Diagnostic::error("previously-exists", format!("{key} is its own former key"))
                        .at(former.span, "")
                        .with_help("remove it: it says nothing")
                        .about(subject),
                );
                continue;
            }
            if key.is_key_result() != item.key.is_key_result() {
                let (is, was) = if key.is_key_result() {
                    ("an objective", "a key result")
                } else {
                    ("a key result", "an objective")
                };
                diagnostics.push(
                    Diagnostic::error(
                        "previously-other-kind",
                        format!("{is} cannot have been {was}"),
                    )
                    .at(former.span, format!("this is the key of {was}"))
                    .with_help("name the former key of the same kind, or remove it")
                    .about(subject),
                );
                continue;
            }
            if let Some(existing) = tree.get(key) {
                diagnostics.push(
                    Diagnostic::error(
                        "previously-exists",
                        format!("{key} still exists, so it cannot be what this was before"),
                    )
                    .at(former.span, "")
                    .with_label(existing.item().span, "declared here")
                    .with_help("remove the old one, or remove it from `previously`")
                    .about(subject),
                );
            } else if let Some((other, first)) = claims.get(key) {
                diagnostics.push(
                    Diagnostic::error(
                        "previously-twice",
                        format!(
                            "{key} cannot have become both {} and {}",
                            other.key, item.key
                        ),
                    )
                    .at(former.span, "the second claim")
                    .with_label(*first, "the first claim")
                    .with_help("keep it in the `previously` of one of them")
                    .about(subject),
                );
            } else {
                claims.insert(key, (item, former.span));
            }
        }
        if let Some(adopt) = &item.adopt {
            let IssueReference { project, iid } = &adopt.value;
            // GitLab takes project paths without regard to case.
            let issue = (project.to_ascii_lowercase(), *iid);
            if let Some((other, first)) = adopted.get(&issue) {
                diagnostics.push(
                    Diagnostic::error(
                        "adopted-twice",
                        format!(
                            "{} cannot become the issue of both {} and {}",
                            adopt.value, other.key, item.key
                        ),
                    )
                    .at(adopt.span, "the second claim")
                    .with_label(*first, "the first claim")
                    .with_help("adopt the issue in one place")
                    .about(format!("{}.adopt", item.key)),
                );
            } else {
                adopted.insert(issue, (item, adopt.span));
            }
        }
    }
    renamed_teams(tree, config, diagnostics);
}

/// Files of a quarter that still bear a team's former id.
fn renamed_teams(tree: &OkrTree, config: &Config, diagnostics: &mut Diagnostics) {
    for team in config.teams.iter() {
        for old in &team.previously {
            for quarter in tree.quarters() {
                if let Some(okrs) = tree.team(quarter, old)
                    && tree.team(quarter, &team.id).is_some()
                {
                    diagnostics.push(
                        Diagnostic::error(
                            "previously-exists",
                            format!(
                                "`{old}` became `{}`, but both have OKRs in {}",
                                team.id, okrs.quarter
                            ),
                        )
                        .at(Span::new(okrs.file, 0..0), "the former team's file")
                        .with_label(team.span, "the team's new id is declared here")
                        .with_help("put the OKRs of both into the new team's file")
                        .about(format!("{}/{old}", okrs.quarter)),
                    );
                }
            }
        }
    }
}
