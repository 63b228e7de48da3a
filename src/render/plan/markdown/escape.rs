//! Text that people wrote, as Markdown that shows it and does nothing else.

use std::fmt::Write as _;

use url::Url;

use crate::render::terminal_text;

/// A text as one line of prose: no mention, no reference, no quick action, no HTML, no markup.
///
/// Every ASCII punctuation mark that GitLab could read as more than itself gets a backslash, which Markdown takes away
/// again. Recorded: a backslash before `@` or `#` keeps GitLab from mentioning and linking, entities such as `&#64;` do
/// not.
pub(in crate::render) fn prose(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len());
    escape(&mut escaped, &text);
    escaped
}

/// Parts of a text of one line as prose in which the emphasised ones are bold.
///
/// By tags and not by asterisks: next to letters or marks, Markdown does not take all of those for what they are meant to be.
/// Recorded: GitLab shows `<b>` (markdown/html). No tag of the text's own is left beside these, since each `<` of it has a
/// backslash.
pub(super) fn bold(parts: &[(bool, String)]) -> String {
    let mut escaped = String::new();
    let mut marked = String::new();
    for (emphasis, part) in parts {
        let start = escaped.len();
        escape(&mut escaped, part);
        let part = &escaped[start..];
        if *emphasis && !part.trim().is_empty() {
            let _ = write!(marked, "<b>{part}</b>");
        } else {
            marked.push_str(part);
        }
    }
    marked
}

/// Escapes a part of a line of prose, of which `escaped` is what stands before it.
fn escape(escaped: &mut String, text: &str) {
    for character in text.chars() {
        let harmless = match character {
            ' ' | ',' | '\'' | '"' | '(' | ';' | '?' => true,
            // At the start of a line these begin lists and rules, also behind a number.
            '-' => !escaped.is_empty(),
            ')' => !is_number(escaped),
            // "www." begins an address, which would become a link.
            '.' => !is_number(escaped) && !escaped.ends_with(['w', 'W']),
            _ => false,
        };
        if character.is_ascii_punctuation() && !harmless {
            escaped.push('\\');
        }
        escaped.push(character);
    }
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

/// A link to an address of the web; for any other only the name. `name` is Markdown.
pub(in crate::render) fn link(name: &str, address: &str) -> String {
    match Url::parse(address) {
        // An address is written with `<`, `>`, spaces and line ends percent-encoded, so that nothing in it ends the link.
        Ok(url) if matches!(url.scheme(), "http" | "https") => format!("[{name}](<{url}>)"),
        _ => name.to_owned(),
    }
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

/// A text as one line, with nothing in it that moves or hides text.
pub(super) fn one_line(text: &str) -> String {
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
    fn bold_parts_are_escaped_as_the_whole_would_be() {
        let parts = [
            (false, "see www"),
            (true, ".a <b>#1"),
            (false, "</b> "),
            (true, " "),
        ];
        let parts = parts.map(|(emphasis, part)| (emphasis, part.to_owned()));
        let whole: String = parts.iter().map(|(_, part)| part.as_str()).collect();
        let marked = bold(&parts);
        assert_eq!(marked, r"see www<b>\.a \<b\>\#1</b>\<\/b\>  ");
        assert_eq!(marked.replace("<b>", "").replace("</b>", ""), {
            let mut escaped = String::new();
            escape(&mut escaped, &whole);
            escaped
        });
    }

    #[test]
    fn links_lead_to_the_web_and_end_where_they_shall() {
        let link = |address| link("x", address);
        assert_eq!(link("https://a.b/c"), "[x](<https://a.b/c>)");
        assert_eq!(
            link("https://a.b/>) @all"),
            "[x](<https://a.b/%3E)%20@all>)"
        );
        assert_eq!(link("javascript:alert(1)"), "x");
        assert_eq!(link("no address"), "x");
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
