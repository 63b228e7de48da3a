use crate::diag::RuleMeta;

/// There are no OKR files: the rule of whoever loads them, said here since only here it is known what lies there instead.
pub(super) const NO_FILES: &str = "no-files";

macro_rules! rules {
    ($($name:ident = $id:literal, $kind:ident, $summary:literal, $doc:literal;)*) => {
        $(pub(super) const $name: &str = $id;)*

        /// What may be found about files before their text is read.
        pub const RULES: &[RuleMeta] = &[$(RuleMeta::$kind($id, $summary, $doc)),*];
    };
}

rules! {
    MISPLACED_FILE = "misplaced-file", form, "a TOML file under `okrs/` that is not in a quarter's directory",
        "A file's path says its quarter and team: `okrs/2026-q4/sre.toml`. Files in other places belong to no quarter.";
    NOT_A_FILE = "not-a-file", form, "a directory or device has the name of an OKR file",
        "`okrs/<quarter>/<team>.toml` must be a file.";
    UNREADABLE_FILE = "unreadable-file", form, "a file cannot be read",
        "The system refused to read the file, mostly for its permissions or because a link leads nowhere.";
    NOT_UTF8 = "not-utf8", form, "a file is not UTF-8 text",
        "TOML is UTF-8. Save the file again in an editor with the encoding UTF-8.";
    FILE_TOO_LARGE = "file-too-large", form, "a file is larger than 5 MB",
        "A team's OKRs of a quarter are a few kilobytes. A larger file is something else, and is not read.";
    LINK_LEADS_OUT = "link-leads-out", form, "a link leads out of the directory of okr.toml",
        "Only files beside and below `okr.toml` are read, so that a merge request cannot make the pipeline read others.";
    UNREAD_FILE = "unread-file", notice, "a file whose name does not end in `.toml` but seems meant to",
        "Only names that end in `.toml`, in lower-case letters, are read.";
}
