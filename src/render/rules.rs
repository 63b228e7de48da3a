//! The documentation of the rules: one in a terminal, all as a page.

use std::fmt::Write as _;

use super::wrap::wrap;
use crate::diag::{Level, Levels, RuleMeta};

/// The rules in a list: id, level in an active quarter, summary.
pub fn list(rules: &[&RuleMeta]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let level = rule.levels.active.as_str();
        line(
            &mut text,
            &format!("{:width$}  {level:5}  {}", rule.id, rule.summary),
        );
    }
    text
}

/// One rule for a terminal of so many columns. `strong` makes its name stand out.
pub fn terminal(rule: &RuleMeta, columns: usize, strong: impl Fn(&str) -> String) -> String {
    let columns = columns.min(100);
    let mut text = String::new();
    line(
        &mut text,
        &wrap(&format!("{}: {}", rule.id, rule.summary), columns),
    );
    text = text.replacen(rule.id, &strong(rule.id), 1);
    line(&mut text, &format!("{}\n", levels(rule)));
    line(&mut text, &wrap(rule.doc, columns));
    if let Some(guide) = &rule.guide {
        line(
            &mut text,
            &format!("\n{}", wrap(&format!("From: {}.", guide.source), columns)),
        );
        for (title, example) in [
            ("Finds fault with", guide.bad),
            ("Finds nothing in", guide.good),
        ] {
            line(&mut text, &format!("\n{}", strong(title)));
            for own in example.trim_matches('\n').lines() {
                line(&mut text, format!("    {own}").trim_end());
            }
        }
        if !guide.settings.is_empty() {
            line(
                &mut text,
                &format!(
                    "\n{}",
                    wrap(&format!("Settings: {}", guide.settings), columns)
                ),
            );
        }
    }
    if !rule.is_fixed() {
        line(
            &mut text,
            &format!("\n{}", strong("To set its level in okr.toml")),
        );
        line(
            &mut text,
            &format!(
                "    [rules]\n    {} = \"{}\"",
                rule.id,
                other(rule.levels.active)
            ),
        );
    }
    if rule.guide.is_some() {
        line(
            &mut text,
            &format!(
                "\n{}",
                strong("To accept it for one objective or key result")
            ),
        );
        line(
            &mut text,
            &format!(
                "    allow = [{{ rule = \"{}\", reason = \"…\", until = 2026-12-31 }}]",
                rule.id
            ),
        );
    }
    text
}

/// The page of all rules, as Markdown. Each has a heading that is its id, so that `#<id>` leads to it.
pub fn page(rules: &[&RuleMeta]) -> String {
    let mut text = String::from(PREAMBLE);
    let (judging, reading): (Vec<&RuleMeta>, Vec<&RuleMeta>) =
        rules.iter().partition(|rule| rule.guide.is_some());
    line(
        &mut text,
        "\n## Rules that judge OKRs\n\n| rule | draft | active | closed | finds |\n| --- | --- | --- | --- | --- |",
    );
    for rule in &judging {
        let Levels {
            draft,
            active,
            closed,
        } = rule.levels;
        let levels = [draft, active, closed].map(Level::as_str).join(" | ");
        line(
            &mut text,
            &format!("| [{0}](#{0}) | {levels} | {1} |", rule.id, rule.summary),
        );
    }
    for rule in &judging {
        section(&mut text, rule);
    }
    line(
        &mut text,
        "\n## Rules about what can be read\n\nTheir findings are errors, and cannot be switched off, unless the table says \"warn\".\n\n| rule | level | finds |\n| --- | --- | --- |",
    );
    for rule in &reading {
        line(
            &mut text,
            &format!(
                "| [{0}](#{0}) | {1} | {2} |",
                rule.id,
                rule.levels.active.as_str(),
                rule.summary
            ),
        );
    }
    for rule in &reading {
        section(&mut text, rule);
    }
    text
}

const PREAMBLE: &str = "\
# Rules

What `okr validate` finds, and why. `okr rules` lists the rules, `okr rules <ID>` prints one of the sections below.

Rules that judge OKRs have a level for each state of a quarter (`[quarters.\"2026-q4\"] state = \"draft\"` in `okr.toml`), which
can be set, for all or for one team:

```toml
[rules]
no-flow-metric = \"error\"                              # in every state
no-baseline = { draft = \"off\", active = \"warn\" }      # by state

[teams.sre.rules]
area-coverage = \"off\"
```

A finding is accepted for one objective (and its key results) or one key result, for a reason, and best for a time. An
`allow` whose day is over hides nothing any more, and one that nothing needs is found by `unused-allow`.

```toml
allow = [{ rule = \"no-baseline\", reason = \"measured from November on\", until = 2026-11-30 }]
```
";

fn section(text: &mut String, rule: &RuleMeta) {
    let (first, rest) = rule.summary.split_at(1);
    let level = if rule.guide.is_some() || rule.is_fixed() {
        String::new()
    } else {
        format!(" Level: {}.", rule.levels.active.as_str())
    };
    line(
        text,
        &format!(
            "\n### {}\n\n{}{rest}.{level}",
            rule.id,
            first.to_uppercase()
        ),
    );
    line(text, &format!("\n{}", rule.doc));
    if let Some(guide) = &rule.guide {
        for (title, example) in [
            ("It finds fault with", guide.bad),
            ("It finds nothing in", guide.good),
        ] {
            line(
                text,
                &format!("\n{title}\n\n```toml\n{}\n```", example.trim_matches('\n')),
            );
        }
        if !guide.settings.is_empty() {
            line(text, &format!("\nSettings: {}", guide.settings));
        }
        line(text, &format!("\nFrom: {}.", guide.source));
    }
}

/// The levels of a rule in words.
fn levels(rule: &RuleMeta) -> String {
    let Levels {
        draft,
        active,
        closed,
    } = rule.levels;
    if rule.is_fixed() {
        return "always an error; it cannot be switched off".to_owned();
    }
    if draft == active && active == closed {
        return format!("{} in every quarter", active.as_str());
    }
    format!(
        "draft quarters: {}, active: {}, closed: {}",
        draft.as_str(),
        active.as_str(),
        closed.as_str()
    )
}

/// Another level, for an example of how to set it.
fn other(level: Level) -> &'static str {
    if level == Level::ERROR {
        "warn"
    } else {
        "error"
    }
}

fn line(text: &mut String, own: &str) {
    // Writing to a string cannot fail.
    let _always = writeln!(text, "{own}");
}
