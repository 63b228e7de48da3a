use std::ops::Range;
use std::sync::OnceLock;

/// Names one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file, `start..end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// The byte after the last one; equal to `start` for a place between two characters.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`. Ranges beyond 4 GiB end there: no file that is read is as long.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let end = u32::try_from(range.end).unwrap_or(u32::MAX);
        Self {
            file,
            start,
            end: end.max(start),
        }
    }

    /// The bytes as a range of `usize`, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as people count: both numbers start at 1, the column in characters. A byte order mark is no character here:
/// no editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// What some editors begin a file with.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// One file, as it is or as it was at a commit: its path as shown to people, and its text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: String,
    commit: Option<String>,
    text: String,
    /// Counted when first asked for: most files have no findings.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    fn new(path: String, commit: Option<String>, text: String) -> Self {
        Self {
            path,
            commit,
            text,
            line_starts: OnceLock::new(),
        }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let mut starts = vec![0];
            for (at, byte) in self.text.bytes().enumerate() {
                if byte == b'\n' {
                    starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
    }

    /// The path relative to the OKR directory, with `/` between its parts; of an earlier version with the commit before it,
    /// `f6f0fd1:okrs/2026-q4/sre.toml`, as git names it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path alone, whatever the version.
    pub fn own_path(&self) -> &str {
        let commit = self.commit.as_deref();
        let own = commit.and_then(|commit| self.path.strip_prefix(commit)?.strip_prefix(':'));
        own.unwrap_or(&self.path)
    }

    /// The commit whose version of the file this is; absent for the file as it is.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line that a byte is shown on, from 1. The end of a file that ends with a line feed belongs to its last line: the
    /// next one does not exist.
    pub fn line_of(&self, byte: u32) -> u32 {
        let last = self.text.len().saturating_sub(1);
        self.position(byte.min(u32::try_from(last).unwrap_or(u32::MAX)))
            .line
    }

    /// Where a byte lies. A byte past the end lies behind the last character.
    pub fn position(&self, byte: u32) -> Position {
        let byte = byte.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let line_starts = self.line_starts();
        let line = line_starts.partition_point(|&start| start <= byte).max(1);
        let start = line_starts[line - 1] as usize;
        let before = self.text.get(start..byte as usize).unwrap_or_default();
        let before = match start {
            0 => before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(before),
            _ => before,
        };
        let column = before.chars().count() + 1;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

/// All files of a run, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; its path is shown as given.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(SourceFile::new(path.into(), None, text.into()))
    }

    /// Adds a file as it was at a commit.
    pub fn add_earlier(&mut self, commit: &str, path: &str, text: impl Into<String>) -> FileId {
        let shown = format!("{commit}:{path}");
        self.push(SourceFile::new(shown, Some(commit.to_owned()), text.into()))
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// Gives a file another text. Places in the one that it had are no longer places in it.
    ///
    /// # Panics
    /// When the id comes from another map.
    pub fn replace(&mut self, id: FileId, text: impl Into<String>) {
        let file = &mut self.files[id.0 as usize];
        let (path, commit) = (std::mem::take(&mut file.path), file.commit.take());
        *file = SourceFile::new(path, commit, text.into());
    }

    /// The file of an id that this map gave out.
    ///
    /// # Panics
    /// When the id comes from another map.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their ids.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }

    /// The text under a span, empty when the span does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file)
            .text()
            .get(span.range())
            .unwrap_or_default()
    }

    /// Where a span begins.
    pub fn start(&self, span: Span) -> Position {
        self.file(span.file).position(span.start)
    }

    /// `path:line:column` of a span's beginning.
    pub fn locate(&self, span: Span) -> String {
        let position = self.start(span);
        format!(
            "{}:{}:{}",
            self.file(span.file).path(),
            position.line,
            position.column
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let mut map = SourceMap::new();
        let file = map.add("a.toml", "title = \"é\"\nx\n");
        let at = |byte| map.file(file).position(byte);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(
            at(11),
            Position {
                line: 1,
                column: 11
            }
        );
        assert_eq!(at(13), Position { line: 2, column: 1 });
        assert_eq!(at(999), Position { line: 3, column: 1 });
    }

    #[test]
    fn an_earlier_version_is_shown_as_git_names_it() {
        let mut map = SourceMap::new();
        let now = map.add("okrs/2026-q4/sre.toml", "a = 1\n");
        let then = map.add_earlier("f6f0fd1", "okrs/2026-q4/sre.toml", "a = 2\n");
        let span = Span::new(then, 0..1);
        assert_eq!(map.locate(span), "f6f0fd1:okrs/2026-q4/sre.toml:1:1");
        assert_eq!(map.file(then).own_path(), map.file(now).own_path());
        assert_eq!(map.file(then).commit(), Some("f6f0fd1"));
        assert_eq!(map.file(now).commit(), None);
    }

    #[test]
    fn a_byte_order_mark_is_in_no_column() {
        let mut map = SourceMap::new();
        let file = map.add("a.toml", "\u{feff}a = 1\n");
        let at = |byte| map.file(file).position(byte);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(3), Position { line: 1, column: 1 });
        assert_eq!(at(4), Position { line: 1, column: 2 });
    }

    #[test]
    fn a_span_is_located_for_people() {
        let mut map = SourceMap::new();
        let file = map.add("okrs/2026-q4/sre.toml", "a = 1\nb = 2\n");
        let span = Span::new(file, 10..11);
        assert_eq!(map.slice(span), "2");
        assert_eq!(map.locate(span), "okrs/2026-q4/sre.toml:2:5");
    }
}
