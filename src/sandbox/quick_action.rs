//! Finds the lines of a text that GitLab would execute, and takes them out.
//!
//! The rules (facts §2.3, recorded: create, the rows `quick:…`): `\r` is deleted first; then a line counts if it lies in
//! a top-level paragraph, begins in column 0 with `/` and a name that this edition knows, and goes on with the end of
//! the line or with one space and an argument. White space up to the next line with text goes with it.

use std::collections::BTreeSet;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

use super::text::rstrip;

/// Names that every edition knows, whether or not they do anything where they stand.
const FREE: &[&str] = &[
    "add_child",
    "add_contacts",
    "add_email",
    "approve",
    "assign",
    "assign_reviewer",
    "award",
    "board_move",
    "clear_milestone",
    "clone",
    "close",
    "confidential",
    "convert_to_ticket",
    "copy_metadata",
    "create_merge_request",
    "done",
    "draft",
    "due",
    "duplicate",
    "estimate",
    "estimate_time",
    "label",
    "labels",
    "lock",
    "merge",
    "milestone",
    "move",
    "promote_to",
    "promote_to_incident",
    "react",
    "ready",
    "rebase",
    "relabel",
    "relate",
    "remove_assignee",
    "remove_child",
    "remove_contacts",
    "remove_due_date",
    "remove_email",
    "remove_estimate",
    "remove_label",
    "remove_milestone",
    "remove_parent",
    "remove_reviewer",
    "remove_time_estimate",
    "remove_time_spent",
    "remove_zoom",
    "reopen",
    "request_changes",
    "request_review",
    "reviewer",
    "run_pipeline",
    "set_parent",
    "severity",
    "ship",
    "shrug",
    "spend",
    "spend_time",
    "spent",
    "submit_review",
    "subscribe",
    "tableflip",
    "tag",
    "target_branch",
    "timeline",
    "title",
    "todo",
    "type",
    "unapprove",
    "unassign",
    "unassign_reviewer",
    "unlabel",
    "unlink",
    "unlock",
    "unsubscribe",
    "zoom",
];

/// Names that only the Enterprise Edition knows: elsewhere such a line stays (facts §0b, `/weight 3`).
const ENTERPRISE: &[&str] = &[
    "blocked_by",
    "blocks",
    "checkin_reminder",
    "child_epic",
    "clear_health_status",
    "clear_weight",
    "epic",
    "health_status",
    "iteration",
    "link",
    "page",
    "parent_epic",
    "promote",
    "publish",
    "q",
    "reassign",
    "reassign_reviewer",
    "remove_child_epic",
    "remove_epic",
    "remove_iteration",
    "remove_parent_epic",
    "status",
    "weight",
];

/// One line that was taken out to be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// The name, in lower case.
    pub(crate) name: &'static str,
    /// What follows it, stripped.
    pub(crate) argument: String,
}

/// The text as GitLab stores it, and the commands that it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extracted {
    /// Without `\r`, without commands, without white space at the end.
    pub(crate) text: String,
    /// In the order of the text.
    pub(crate) commands: Vec<Command>,
}

/// Takes the commands out of a text.
pub(crate) fn extract(text: &str, enterprise: bool) -> Extracted {
    let text = text.replace('\r', "");
    let mut commands = Vec::new();
    if !text
        .lines()
        .any(|line| command_on(line, enterprise).is_some())
    {
        return Extracted {
            text: rstrip(&text).to_owned(),
            commands,
        };
    }
    let candidates = paragraph_lines(&text);
    let mut kept = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let found = candidates
            .contains(&(index + 1))
            .then(|| command_on(line, enterprise));
        let Some(Some((name, argument))) = found else {
            kept.push_str(line);
            continue;
        };
        if let Some(drawing) = drawing(name) {
            kept.push_str(format!("{argument} {drawing}").trim());
            if line.ends_with('\n') {
                kept.push('\n');
            }
            continue;
        }
        commands.push(Command {
            name,
            argument: argument.to_owned(),
        });
        // Blank lines go with the command, if there is a line end after them.
        while lines
            .next_if(|(_, next)| next.ends_with('\n') && next.trim().is_empty())
            .is_some()
        {}
    }
    Extracted {
        text: rstrip(&kept).to_owned(),
        commands,
    }
}

/// What stands for a command that only draws (recorded: create/quick:shrug, quick:tableflip).
fn drawing(name: &str) -> Option<&'static str> {
    match name {
        "shrug" => Some("¯\\＿(ツ)＿/¯"),
        "tableflip" => Some("(╯°□°)╯︵ ┻━┻"),
        _ => None,
    }
}

/// The command that a line would be, if it stands where commands are executed.
fn command_on(line: &str, enterprise: bool) -> Option<(&'static str, &str)> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let rest = line.strip_prefix('/')?;
    let (word, argument) = rest.split_once(' ').unwrap_or((rest, ""));
    // Nothing but white space may follow the name directly.
    let word = if argument.is_empty() {
        word.trim_end()
    } else {
        word
    };
    let known = |names: &'static [&'static str]| {
        names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(word))
            .copied()
    };
    let name = known(FREE).or_else(|| if enterprise { known(ENTERPRISE) } else { None })?;
    Some((name, argument.trim()))
}

/// The numbers, from 1, of the lines that lie in top-level paragraphs and not in code that runs over lines.
fn paragraph_lines(text: &str) -> BTreeSet<usize> {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.alerts = true;
    options.extension.autolink = true;
    options.extension.description_lists = true;
    options.extension.footnotes = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.extension.math_dollars = true;
    options.extension.multiline_block_quotes = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    let root = parse_document(&arena, text, &options);
    let mut lines = BTreeSet::new();
    for node in root.children() {
        if !matches!(node.data().value, NodeValue::Paragraph) {
            continue;
        }
        let position = node.data().sourcepos;
        lines.extend(position.start.line..=position.end.line);
        for inline in node.descendants() {
            if matches!(inline.data().value, NodeValue::Code(_)) {
                let position = inline.data().sourcepos;
                for line in position.start.line + 1..=position.end.line {
                    lines.remove(&line);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        extract(text, false)
            .commands
            .into_iter()
            .map(|command| command.name)
            .collect()
    }

    #[test]
    fn a_command_runs_in_any_top_level_paragraph() {
        for text in [
            "/close",
            "Some text\n/close now",
            "# H\n/close",
            "<!-- c -->\n/close",
            "- a\n\n/close",
            "<details>\n\n/close\n\n</details>",
            "a  \n/close",
            "---\na: b\n---\n/close",
            "$$\n/close\n$$",
            "/CLOSE",
            "a\r\n/close\r\nb",
        ] {
            assert_eq!(names(text), ["close"], "{text:?}");
        }
    }

    #[test]
    fn elsewhere_it_stays_text() {
        for text in [
            " /close",
            "\\/close",
            "> /close",
            "> a\n/close",
            "- a\n/close",
            ">>>\n/close\n>>>",
            "|a|\n|-|\n/close",
            "/close\n======",
            "```\n/close",
            "`a\n/close`",
            "`a\n/close\nb`",
            "<div>\n/close\n</div>",
            "<!--\nx\n/close\n-->",
            "/closed",
            "/close-up",
            "/label~x",
            "/label\t~x",
            "/weight 3",
            "[^1]\n\n[^1]: /close",
            "> [!note]\n> /close",
        ] {
            assert_eq!(
                extract(text, false).text,
                text.replace('\r', ""),
                "{text:?}"
            );
            assert_eq!(names(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn white_space_goes_with_the_command() {
        let text = |source| extract(source, false).text;
        assert_eq!(text("/label ~x\n\nreal text"), "real text");
        assert_eq!(
            text("<details>\n\n/close\n\n</details>"),
            "<details>\n\n</details>"
        );
        assert_eq!(text("$$\n/close\n$$"), "$$\n$$");
        assert_eq!(text("a\n/tableflip\nb"), "a\n(╯°□°)╯︵ ┻━┻\nb");
        assert_eq!(text("/shrug why"), "why ¯\\＿(ツ)＿/¯");
    }

    #[test]
    fn the_enterprise_edition_knows_more() {
        assert_eq!(extract("/weight 3", true).commands[0].argument, "3");
    }
}
