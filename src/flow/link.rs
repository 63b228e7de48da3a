/// A link between two issues, as the first one tells it. GitLab Free has no other than [`LinkKind::RelatesTo`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemLink {
    /// The full reference of the issue that was asked about.
    pub from: String,
    /// That of the other one.
    pub to: String,
    /// What the link says.
    pub kind: LinkKind,
}

/// What a link says of two issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// They have to do with each other.
    RelatesTo,
    /// The other one waits for this one.
    Blocks,
    /// This one waits for the other one.
    IsBlockedBy,
}

impl LinkKind {
    /// As outputs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RelatesTo => "relates-to",
            Self::Blocks => "blocks",
            Self::IsBlockedBy => "is-blocked-by",
        }
    }
}
