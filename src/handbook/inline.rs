//! Text within Markdown, with what each character was: as it stands, or escaped and so no punctuation.

use std::ops::Range;

use comrak::nodes::{Node, NodeValue, Sourcepos};

use crate::text::{BYTE_ORDER_MARK, FileId, Span};

/// One character of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) c: char,
    /// The byte at which it begins in the file.
    pub(super) at: usize,
    /// Whether it stands as it is: one that is escaped, in code or in a link's text is part of a title whatever it is.
    pub(super) plain: bool,
}

impl Glyph {
    /// Whether it is this character and may be punctuation.
    pub(super) fn is(self, c: char) -> bool {
        self.plain && self.c == c
    }
}

/// The text of a paragraph or heading.
#[derive(Debug, Clone, Default)]
pub(super) struct Inline {
    /// Its characters; a line feed is the end of a line.
    pub(super) glyphs: Vec<Glyph>,
    /// The addresses that it links to, with the bytes that each link takes.
    links: Vec<(Range<usize>, String)>,
    /// Pieces that are shown otherwise than as text: images, tags, and the whole where definitions of links stand before it.
    pub(super) others: Vec<Range<usize>>,
}

/// A text of Markdown with its lines, as the parser counts them.
pub(super) struct Source<'a> {
    pub(super) file: FileId,
    /// Without a byte order mark.
    pub(super) text: &'a str,
    /// How many bytes of the file stand before the text.
    before: usize,
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: FileId, whole: &'a str) -> Self {
        let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
        let mut line_starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                line_starts.push(at + 1);
            }
        }
        Self {
            file,
            text,
            before: whole.len() - text.len(),
            line_starts,
        }
    }

    /// The bytes of a line of the text, from 1, without what ends it.
    pub(super) fn line(&self, line: usize) -> Range<usize> {
        let start = line
            .checked_sub(1)
            .and_then(|at| self.line_starts.get(at))
            .copied()
            .unwrap_or(self.text.len());
        let next = self.line_starts.get(line).copied();
        let whole = self
            .text
            .get(start..next.unwrap_or(self.text.len()))
            .unwrap_or_default();
        start..start + whole.trim_end_matches(['\n', '\r']).len()
    }

    pub(super) fn lines(&self) -> usize {
        self.line_starts.len()
    }

    /// The line that a byte of the text stands on, from 1.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.line_starts
            .partition_point(|&start| start <= at)
            .max(1)
    }

    /// The bytes of a node; within the text, and at the boundaries of characters.
    fn range(&self, place: Sourcepos) -> Range<usize> {
        let start = self.line(place.start.line);
        let end = self.line(place.end.line);
        let start = start.start + place.start.column.saturating_sub(1).min(start.len());
        let end = end.start + place.end.column.min(end.len());
        let floor = |at: usize| self.text.floor_char_boundary(at);
        floor(start)..floor(end.max(start))
    }

    /// The lines that a block takes, from the first byte of its own to the last of text.
    pub(super) fn block(&self, node: Node<'_>) -> Range<usize> {
        let place = node.data().sourcepos;
        let range = self.range(place);
        // Where a block ends before the next one begins, positions may count the empty lines between them.
        let taken = self.text.get(range.clone()).unwrap_or_default().trim_end();
        range.start..range.start + taken.len()
    }

    /// The span of bytes of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(
            self.file,
            range.start + self.before..range.end + self.before,
        )
    }
}

impl Inline {
    /// The text of a paragraph or heading.
    pub(super) fn of(node: Node<'_>, source: &Source<'_>) -> Self {
        let mut inline = Self::default();
        let mut within_links = Vec::new();
        let mut is_misplaced = false;
        for inner in node.descendants().skip(1) {
            let data = inner.data();
            let range = source.range(data.sourcepos);
            within_links.retain(|end| range.start < *end);
            let in_link = !within_links.is_empty();
            match &data.value {
                NodeValue::Text(text) => {
                    let escaped = inner
                        .parent()
                        .is_some_and(|parent| matches!(parent.data().value, NodeValue::Escaped));
                    let fits = inline.text(text, range, source, !escaped, in_link);
                    is_misplaced |= !fits;
                }
                NodeValue::Code(code) => {
                    let glyphs = code.literal.chars().map(|c| Glyph {
                        c: if c == '\n' { ' ' } else { c },
                        at: range.start,
                        plain: false,
                    });
                    inline.glyphs.extend(glyphs);
                }
                NodeValue::SoftBreak | NodeValue::LineBreak => inline.glyphs.push(Glyph {
                    c: '\n',
                    at: range.start,
                    plain: true,
                }),
                NodeValue::Link(link) => {
                    within_links.push(range.end);
                    inline.links.push((range, link.url.clone()));
                }
                NodeValue::Image(_) | NodeValue::HtmlInline(_) => inline.others.push(range),
                _ => {}
            }
        }
        if is_misplaced {
            // The parser takes definitions of links from the beginning of a paragraph, and counts its lines without them.
            let whole = source.block(node);
            for glyph in &mut inline.glyphs {
                glyph.at = whole.start;
            }
            inline.others = vec![whole];
        }
        inline
    }

    /// Adds text, character by character beside what stands in the source, where an entity stands for one or two. Answers
    /// whether the source has what was expected.
    fn text(
        &mut self,
        text: &str,
        range: Range<usize>,
        source: &Source<'_>,
        plain: bool,
        in_link: bool,
    ) -> bool {
        let raw = source.text.get(range.clone()).unwrap_or_default();
        let mut fits = true;
        let mut at = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let here = raw.get(at..).unwrap_or_default();
            let entity = entity(here).filter(|entity| !rest.starts_with(entity));
            let is_entity = entity.is_some();
            // Commas and full stops of a link's text are its own; its colon may be that behind an owner.
            let is_own = in_link && matches!(c, ',' | '.');
            self.glyphs.push(Glyph {
                c,
                at: range.start + at.min(raw.len()),
                plain: plain && !is_entity && !is_own,
            });
            at += match entity {
                Some(entity) => entity.len(),
                None if here.starts_with(c) => c.len_utf8(),
                // Positions of the rest are that of this place; an escaped character stands behind its backslash.
                None => {
                    fits &= !plain;
                    0
                }
            };
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        fits
    }

    /// The addresses that bytes of the text link to.
    pub(super) fn links_in(&self, range: &Range<usize>) -> Vec<String> {
        let meets = |link: &Range<usize>| link.start < range.end && range.start < link.end;
        let within = self.links.iter().filter(|(link, _)| meets(link));
        within.map(|(_, url)| url.clone()).collect()
    }
}

/// The entity that a text begins with.
fn entity(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?;
    let length = name.bytes().take(32).position(|byte| byte == b';')?;
    let is_name = name
        .get(..length)?
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    (is_name && length > 0)
        .then(|| text.get(..length + 2))
        .flatten()
}

/// What characters say: on one line, without space around it.
pub(super) fn text(glyphs: &[Glyph]) -> String {
    let text: String = glyphs
        .iter()
        .map(|glyph| if glyph.c == '\n' { ' ' } else { glyph.c })
        .collect();
    text.trim().to_owned()
}

/// Without space around it.
pub(super) fn trim(glyphs: &[Glyph]) -> &[Glyph] {
    let is_text = |glyph: &Glyph| !glyph.c.is_whitespace();
    let start = glyphs.iter().position(is_text).unwrap_or(glyphs.len());
    let end = glyphs.iter().rposition(is_text).map_or(start, |at| at + 1);
    glyphs.get(start..end).unwrap_or_default()
}

/// The bytes of the text that characters take.
pub(super) fn range(glyphs: &[Glyph]) -> Range<usize> {
    match glyphs {
        [] => 0..0,
        [first, .., last] => first.at..last.at + last.c.len_utf8(),
        [only] => only.at..only.at + only.c.len_utf8(),
    }
}
