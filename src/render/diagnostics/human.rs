use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use rayon::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::report::rule_url;
use super::summary;
use crate::diag::{Diagnostic, Diagnostics, Fix, Severity};
use crate::render::terminal_text::{block, in_place, line};
use crate::render::wrap::wrap;
use crate::text::{BYTE_ORDER_MARK, FileId, SourceMap, Span};

/// How findings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look<'a> {
    /// Whether escape codes for colours are written.
    pub colour: bool,
    /// How many columns there are; longer source lines are trimmed around the place that matters.
    pub width: usize,
    /// The address of the page of all rules, where ids of rules are to be links to it.
    pub rules_url: Option<&'a str>,
}

/// The findings with the lines that they are about, drawn as `rustc` draws them, and a summary line at the end, which also
/// says how to learn more. Empty without findings.
///
/// Nothing depends on colour. Text of users' files, paths and labels cannot steer the terminal.
pub fn human(findings: &Diagnostics, sources: &SourceMap, look: Look<'_>) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let all: Vec<&Diagnostic> = findings.iter().collect();
    let drawn: Vec<String> = all
        .par_iter()
        .map(|finding| drawn(finding, sources, look))
        .collect();
    let mut text = String::new();
    for finding in drawn {
        text.push_str(&finding);
        text.push_str("\n\n");
    }
    text.push_str(&summary(findings));
    text.push_str("; `okr rules <ID>` explains a rule\n");
    text
}

/// One finding, drawn; without a line feed at its end.
pub(super) fn drawn(finding: &Diagnostic, sources: &SourceMap, look: Look<'_>) -> String {
    let renderer = if look.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer
        .hyperlink(look.rules_url.is_some())
        .term_width(look.width)
        .decor_style(DecorStyle::Ascii)
        .render(&groups(finding, sources, look))
        .trim_end()
        .to_owned()
}

/// What stands before a note or help: a line number, ` = help: `.
const GUTTER: usize = 14;

fn groups<'a>(finding: &'a Diagnostic, sources: &'a SourceMap, look: Look<'_>) -> Vec<Group<'a>> {
    let width = look.width;
    let wrapped = |text: &str, used: usize| wrap(&block(text), width.saturating_sub(used).max(20));
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut title = level
        .primary_title(wrapped(&finding.message, finding.rule.len() + 11))
        .id(finding.rule);
    if let Some(page) = look.rules_url {
        title = title.id_url(rule_url(page, finding.rule));
    }
    let mut group = title.elements(std::iter::empty::<Origin<'_>>());
    for file in files(finding) {
        if sources.file(file).text().is_empty() {
            group = group.element(Origin::path(line(sources.file(file).path())));
        } else {
            group = group.element(excerpt(finding, file, sources));
        }
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(wrapped(note, GUTTER)));
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(wrapped(help, GUTTER)));
    }
    let Some(fix) = &finding.fix else {
        return vec![group];
    };
    let window = Window::around(std::iter::once(fix.span), fix.span.file, sources);
    // The renderer trims no lines of patches. One that wraps twice says less than words do.
    if window.text.lines().any(|text| text.width() + 8 > width) {
        if finding.help.is_empty() {
            group = group.element(Level::HELP.message(wrapped(&fix.title, GUTTER)));
        }
        return vec![group];
    }
    vec![group, patch(fix, &window, sources)]
}

/// The files that a finding touches, the one to blame first.
fn files(finding: &Diagnostic) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in finding.primary.iter().chain(&finding.secondary) {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

fn excerpt<'a>(
    finding: &'a Diagnostic,
    file: FileId,
    sources: &'a SourceMap,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let labels: Vec<_> = finding
        .primary
        .iter()
        .map(|label| (AnnotationKind::Primary, label))
        .chain(
            finding
                .secondary
                .iter()
                .map(|label| (AnnotationKind::Context, label)),
        )
        .filter(|(_, label)| label.span.file == file)
        .collect();
    let window = Window::around(labels.iter().map(|(_, label)| label.span), file, sources);
    let mut snippet = window.snippet(file, sources);
    for (kind, label) in labels {
        let annotation = kind.span(window.within(label.span));
        snippet = snippet.annotation(if label.text.is_empty() {
            annotation
        } else {
            annotation.label(line(&label.text))
        });
    }
    snippet
}

fn patch<'a>(fix: &'a Fix, window: &Window<'a>, sources: &'a SourceMap) -> Group<'a> {
    // The renderer shows a patch as it is: line feeds in it are meant, anything else that steers a terminal is not.
    let replacement = block(&fix.replacement);
    Level::HELP.secondary_title(line(&fix.title)).element(
        window
            .snippet(fix.span.file, sources)
            .patch(Patch::new(window.within(fix.span), replacement)),
    )
}

/// The lines of a file that a finding touches: drawing works on them alone, so that its cost does not grow with the
/// file.
struct Window<'a> {
    text: &'a str,
    start: usize,
    first_line: usize,
}

impl<'a> Window<'a> {
    fn around(spans: impl Iterator<Item = Span>, file: FileId, sources: &'a SourceMap) -> Self {
        let source = sources.file(file);
        let whole = source.text();
        let (mut first, mut last) = (whole.len(), 0);
        for span in spans {
            let range = span.range();
            first = first.min(range.start);
            last = last.max(range.end.min(whole.len()));
        }
        let first = first.min(last);
        let begin = match whole.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => whole.len() - rest.len(),
            None => 0,
        };
        let start = whole
            .get(..first)
            .and_then(|before| before.rfind('\n'))
            .map_or(begin, |at| at + 1);
        let end = whole
            .get(last..)
            .and_then(|after| after.find('\n'))
            .map_or(whole.len(), |at| last + at);
        // The last line's line feed is cut off, so its carriage return goes too.
        let text = whole.get(start..end).unwrap_or_default();
        let text = text.strip_suffix('\r').unwrap_or(text);
        let line = source
            .position(u32::try_from(first).unwrap_or(u32::MAX))
            .line;
        Self {
            text,
            start,
            first_line: line as usize,
        }
    }

    fn within(&self, span: Span) -> std::ops::Range<usize> {
        let range = span.range();
        let inside = |at: usize| at.saturating_sub(self.start).min(self.text.len());
        inside(range.start)..inside(range.end)
    }

    fn snippet<T: Clone>(&self, file: FileId, sources: &'a SourceMap) -> Snippet<'a, T> {
        // The renderer replaces C0 and bidi controls, but passes C1 on, among them the one-character CSI.
        Snippet::source(in_place(self.text))
            .line_start(self.first_line)
            .path(line(sources.file(file).path()))
    }
}
