use super::body::{line_starts, split_at_table};
use super::dialect::leaves_open;
use super::markdown::escape_everything;
use super::normalise::normalise;
use super::{BlockConflict, Marker, body};

/// The line above the managed block.
const BEGIN: &str = "<!-- okrsync -->";
/// How the marker's comment begins; its version follows.
const MARKER: &str = "<!-- okrsync:v";
const VERSION: &str = "1";
const MARKER_END: &str = "-->";

/// An issue's description: people's text, with our block in it or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// People's text above the block, to the byte; all of it where there is no block.
    pub above: String,
    /// Our block.
    pub block: Option<Block>,
    /// People's text below the block, to the byte.
    pub below: String,
}

/// The managed block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its Markdown between the line that begins it and the marker, without blank lines at its ends.
    pub body: String,
    /// Its marker.
    pub marker: Marker,
}

impl Description {
    /// Reads a description as GitLab gives it. No block is fine. The ends of a block are known at the beginning of a line
    /// only: quoted and indented ones are people's text.
    pub fn parse(text: &str) -> Result<Self, BlockConflict> {
        let text = normalise(text);
        let begins = line_starts(&text, BEGIN);
        let markers = line_starts(&text, MARKER);
        let (begin, end) = match (begins.as_slice(), markers.as_slice()) {
            ([], []) => {
                return Ok(Self {
                    above: text,
                    ..Self::default()
                });
            }
            ([begin], [end]) => (*begin, *end),
            ([], [_]) => return Err(BlockConflict::MissingBegin),
            ([_], []) => return Err(BlockConflict::MissingEnd),
            ([] | [_], _) => return Err(BlockConflict::DoubledEnd(markers.len())),
            (_, _) => return Err(BlockConflict::DoubledBegin(begins.len())),
        };
        if end < begin {
            return Err(BlockConflict::Reversed);
        }
        let (version, rest) = text[end + MARKER.len()..]
            .split_once('\n')
            .ok_or(BlockConflict::MissingEnd)?;
        let (json, below) = rest
            .split_once(MARKER_END)
            .ok_or(BlockConflict::MissingEnd)?;
        if version.trim() != VERSION {
            return Err(BlockConflict::Newer(version.trim().to_owned()));
        }
        let marker = serde_json::from_str(json).map_err(BlockConflict::Unreadable)?;
        Ok(Self {
            above: text[..begin].to_owned(),
            block: Some(Block {
                body: text[begin + BEGIN.len()..end]
                    .trim_matches(['\n', ' '])
                    .to_owned(),
                marker,
            }),
            below: below.to_owned(),
        })
    }

    /// The description with this block: where one was, or below people's text, after a blank line.
    #[must_use]
    pub fn with_block(&self, block: Block) -> Self {
        let mut above = self.above.clone();
        if self.block.is_none() && !above.is_empty() {
            above.push_str("\n\n");
        }
        Self {
            above,
            block: Some(block),
            below: self.below.clone(),
        }
    }

    /// The description as it is sent to GitLab, in GitLab's stored form. People's text keeps every byte. Where people's
    /// text leaves a fence or comment open, so that code in our block could become prose, nothing in the block is trusted to
    /// be code.
    ///
    /// Fails only if the marker cannot be written as JSON.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        let Some(block) = &self.block else {
            return Ok(normalise(&self.above));
        };
        let json = block.marker.to_json()?;
        let body = self.safe_body(block);
        Ok(normalise(&format!(
            "{above}{BEGIN}\n\n{body}\n\n{MARKER}{VERSION}\n{json}\n{MARKER_END}{below}",
            above = self.above,
            below = self.below,
        )))
    }

    /// The description as plain text of people's, in GitLab's stored form: what stood in the block stays, and every comment
    /// by which it was known goes.
    pub fn released(&self) -> String {
        let Some(block) = &self.block else {
            return normalise(&self.above);
        };
        let mut text = self.above.clone();
        let body = body::without_table_mark(&self.safe_body(block));
        for part in [body.as_str(), &self.below] {
            // Without the comments between them, what is not set apart would go on with the paragraph or the table above.
            let open = !text.is_empty() && !text.ends_with("\n\n");
            if open && !part.trim().is_empty() && !part.starts_with("\n\n") {
                let missing = !text.ends_with('\n') && !part.starts_with('\n');
                text.push_str(if missing { "\n\n" } else { "\n" });
            }
            text.push_str(part);
        }
        normalise(&text)
    }

    /// The block's body, in which code is none where people's text above would make it prose.
    fn safe_body(&self, block: &Block) -> String {
        if !self.above.is_empty() && leaves_open(&self.above) {
            without_code(&block.body)
        } else {
            block.body.clone()
        }
    }
}

/// The body with nothing in its definition taken for code. The table stays: its lines begin with a pipe, and its cells are
/// escaped one by one.
fn without_code(body: &str) -> String {
    let definition = split_at_table(body).map_or(body.len(), |(definition, _)| definition.len());
    let (definition, table) = body.split_at(definition);
    escape_everything(definition) + table
}
