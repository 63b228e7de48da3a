/// Why the managed block of a description cannot be told from people's text. Nothing is written to such a description.
#[derive(Debug, thiserror::Error)]
pub enum BlockConflict {
    /// The marker is there, the line above the block is not.
    #[error(
        "the line `<!-- okrsync -->` that begins the managed block is missing: put it back above the block, or remove the marker comment too"
    )]
    MissingBegin,
    /// The line above the block is there, the marker is not, or its comment does not end.
    #[error(
        "the marker comment `<!-- okrsync:v1 … -->` that ends the managed block is missing or unclosed: restore it from the description's history"
    )]
    MissingEnd,
    /// There are several lines that begin a block.
    #[error("the line `<!-- okrsync -->` is there {0} times: keep the first of one managed block")]
    DoubledBegin(usize),
    /// There are several markers.
    #[error("the marker comment `<!-- okrsync:v1 … -->` is there {0} times: keep one")]
    DoubledEnd(usize),
    /// The marker stands above the line that should begin the block.
    #[error("the marker comment stands above the line `<!-- okrsync -->`: swap them")]
    Reversed,
    /// A newer version wrote the marker.
    #[error("the marker is of version {0}, which this version of okr does not know: update okr")]
    Newer(String),
    /// The marker is no marker.
    #[error("the marker's JSON cannot be read: restore it from the description's history")]
    Unreadable(#[source] serde_json::Error),
}
