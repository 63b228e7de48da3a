use clap::ValueEnum;

/// How a result is written that has no other form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    #[default]
    Human,
    /// For other programs
    Json,
}
