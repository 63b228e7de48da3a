//! Text that people wrote, as Markdown that shows it and does nothing else.

use std::fmt::Write as _;

use crate::render::terminal_text;

/// A text as one line of prose: no mention, no reference, no quick action, no HTML, no markup.
///
/// Every ASCII punctuation mark that GitLab could read as more than itself gets a backslash, which Markdown takes away
/// again. Recorded: a backslash before `@` or `#` keeps GitLab from mentioning and linking, entities such as `&#64;` do
/// not.
pub(in crate::render) fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        let harmless = match character {
            ' ' | ',' | '\'' | '"' | '(' | ';' | '?' => true,
            // At the start of a line these begin lists and rules, also behind a number.
            '-' => !escaped.is_empty(),
            ')' => !is_number(&escaped),
            // "www." begins an address, which would become a link.
            '.' => !is_number(&escaped) && !escaped.ends_with(['w', 'W']),
            _ => false,
        };
        if character.is_ascii_punctuation() && !harmless {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A text as a code span, whatever backticks it holds.
pub(in crate::render) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.trim().is_empty() {
        return "*(empty)*".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let touches = |edge: Option<char>| edge.is_some_and(|edge| edge == '`' || edge == ' ');
    let pad = if touches(text.chars().next()) || touches(text.chars().next_back()) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span in a cell of a table, where a bar would end the cell.
pub(in crate::render) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Lines as a fenced block of code that nothing in them can end, each line indented by `indent` columns.
pub(in crate::render) fn fenced(lines: &[String], language: &str, indent: usize) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| terminal_text::line(line.trim_end()))
        .collect();
    let longest = lines
        .iter()
        .map(|line| longest_run(line))
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let pad = " ".repeat(indent);
    let mut block = format!("{pad}{fence}{language}\n");
    for line in &lines {
        // Writing to a string cannot fail.
        let _ = writeln!(block, "{pad}{line}");
    }
    let _ = writeln!(block, "{pad}{fence}");
    block
}

/// A text inside HTML where Markdown is not read: letters, digits and hyphens stay.
pub(in crate::render) fn html_word(text: &str) -> String {
    let stays = |character: &char| character.is_alphanumeric() || matches!(character, '-' | '_');
    text.chars().filter(stays).collect()
}

/// A hidden comment that finds a note again; what could end it early is taken out.
pub(in crate::render) fn comment(text: &str) -> String {
    let stays = |character: &char| !character.is_control() && !matches!(character, '<' | '>');
    let text: String = text.chars().filter(stays).collect();
    let text = text.replace("--", "");
    format!("<!-- {} -->", text.trim_matches([' ', '-', '!']))
}

/// At most `limit` characters of a text.
pub(in crate::render) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    terminal_text::line(&text).into_owned()
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_loses_its_powers_and_nothing_else() {
        assert_eq!(
            prose("@all *see* <b>#1</b>\n/close &#64;x"),
            r"\@all \*see\* \<b\>\#1\<\/b\> \/close \&\#64\;x".replace(r"64\;", "64;")
        );
        assert_eq!(
            prose("Two failovers, both (short)."),
            "Two failovers, both (short)."
        );
    }

    #[test]
    fn prose_begins_no_list_rule_or_link() {
        assert_eq!(prose("- a"), "\\- a");
        assert_eq!(prose("---"), "\\---");
        assert_eq!(prose("12. a 1.5"), "12\\. a 1.5");
        assert_eq!(prose("3) a"), "3\\) a");
        assert_eq!(prose("see www.a.b"), "see www\\.a.b");
    }

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code(" \n"), "*(empty)*");
        assert_eq!(cell("a|b"), "`a\\|b`");
    }

    #[test]
    fn nothing_ends_a_fence_or_a_comment_early() {
        let block = fenced(&["+ ```".to_owned()], "diff", 2);
        assert_eq!(block, "  ````diff\n  + ```\n  ````\n");
        assert_eq!(comment("okr --> <script>"), "<!-- okr  script -->");
        assert_eq!(comment("-->"), "<!--  -->");
    }
}
