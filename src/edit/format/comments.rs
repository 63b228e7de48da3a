//! What stands between statements: comments and empty lines.

/// A line without a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Blank,
    /// A comment, from its `#` to its last character that is no white space.
    Comment(String),
}

/// Comments that stand together.
pub(super) type Block = Vec<String>;

/// The lines of white space and comments before a statement. What stands on the statement's own line is its indentation.
pub(super) fn lines(space: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = space.split('\n').map(line).collect();
    lines.pop();
    lines
}

/// The lines of white space and comments at the end of a file, where the last line may lack its end.
pub(super) fn last_lines(space: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = space.split('\n').map(line).collect();
    if lines.last() == Some(&Line::Blank) {
        lines.pop();
    }
    lines
}

fn line(text: &str) -> Line {
    comment(text).map_or(Line::Blank, Line::Comment)
}

/// The comment in a piece of a line that holds nothing else.
pub(super) fn comment(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The comments of a piece of white space, wherever they stand in it.
pub(super) fn comments(space: &str) -> Block {
    space.split('\n').filter_map(comment).collect()
}

/// Comments and how they are parted by empty lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Blocks {
    /// Whether an empty line comes first.
    pub(super) apart: bool,
    /// Comments that are parted by empty lines from each other and from what follows.
    pub(super) floating: Vec<Block>,
    /// Comments that what follows stands right below.
    pub(super) touching: Block,
}

impl Blocks {
    pub(super) fn of(lines: Vec<Line>) -> Self {
        let mut blocks = Self {
            apart: lines.first() == Some(&Line::Blank),
            ..Self::default()
        };
        for line in lines {
            match line {
                Line::Comment(text) => blocks.touching.push(text),
                Line::Blank if blocks.touching.is_empty() => {}
                Line::Blank => blocks.floating.push(std::mem::take(&mut blocks.touching)),
            }
        }
        blocks
    }

    /// Takes out the comments that stand right below what comes before, if something else follows them.
    pub(super) fn take_tail(&mut self) -> Block {
        if self.apart || self.floating.is_empty() {
            return Block::new();
        }
        self.apart = true;
        self.floating.remove(0)
    }

    /// All comments, one below the other.
    pub(super) fn into_block(self) -> Block {
        self.floating
            .into_iter()
            .chain([self.touching])
            .flatten()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_together_or_apart() {
        let mut blocks = Blocks::of(lines("# tail \n\n\n# one\r\n#two\n\n  # touching\n    "));
        assert!(!blocks.apart);
        assert_eq!(blocks.take_tail(), ["# tail"]);
        assert_eq!(blocks.floating, [["# one", "#two"]]);
        assert_eq!(blocks.touching, ["# touching"]);
        assert_eq!(blocks.take_tail(), Block::new());
        assert_eq!(
            last_lines("\n# last"),
            [Line::Blank, Line::Comment("# last".to_owned())]
        );
        assert_eq!(comments(" # a\n\n#b"), ["# a", "#b"]);
    }
}
