use crate::diag::{Diagnostic, Diagnostics, RuleMeta};
use crate::lint::Skipped;
use crate::model::OkrTree;
use crate::text::{FileId, SourceFile, SourceMap, Span};

/// The file to blame where no other is.
const CONFIG_FILE: &str = "okr.toml";

/// Everything that a report for machines says.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What was found, in the order in which it is told.
    pub findings: &'a Diagnostics,
    /// The texts that it is about.
    pub sources: &'a SourceMap,
    /// The files that were judged, whether anything is wrong with them or not.
    pub files: &'a [FileId],
    /// The objectives and key results.
    pub tree: &'a OkrTree,
    /// Every rule there is.
    pub rules: &'a [&'static RuleMeta],
    /// The rules that could not run.
    pub skipped: &'a [Skipped],
    /// The address of the page of all rules, as [`Config`](crate::config::Config) has it.
    pub rules_url: Option<&'a str>,
    /// Where the OKR directory lies in its repository: `goals/`, or empty where they are the same. Whoever reads a report
    /// looks for paths from the root of the repository.
    pub directory: &'a str,
}

impl<'a> Report<'a> {
    /// Where the documentation of a rule is.
    pub(super) fn url(&self, rule: &str) -> Option<String> {
        self.rules_url.map(|page| rule_url(page, rule))
    }

    /// The path of a file from the root of the repository, whatever its version.
    pub(super) fn path(&self, file: FileId) -> String {
        self.in_repository(self.sources.file(file).own_path())
    }

    /// The path, from the root of the repository, of the file that a finding is shown at. What no file is to blame for is
    /// shown at okr.toml: there is always one.
    pub(in crate::render) fn path_of(&self, finding: &Diagnostic) -> String {
        self.file_of(finding).map_or_else(
            || self.in_repository(CONFIG_FILE),
            |file| self.in_repository(file.own_path()),
        )
    }

    /// The file that is to blame for a finding.
    pub(super) fn file_of(&self, finding: &Diagnostic) -> Option<&'a SourceFile> {
        let label = finding.primary.as_ref()?;
        Some(self.sources.file(label.span.file))
    }

    /// A place in a file, for people; of an earlier version with the commit before it.
    pub(super) fn place(&self, span: Span) -> String {
        let file = self.sources.file(span.file);
        let position = file.position(span.start);
        let commit = file.commit().map(|commit| format!("{commit}:"));
        format!(
            "{}{}:{}:{}",
            commit.unwrap_or_default(),
            self.path(span.file),
            position.line,
            position.column
        )
    }

    fn in_repository(&self, path: &str) -> String {
        format!("{}{path}", self.directory)
    }
}

/// Where the page of all rules tells of one.
pub(super) fn rule_url(page: &str, rule: &str) -> String {
    format!("{page}#{rule}")
}
