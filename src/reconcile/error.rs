use crate::gitlab;

/// Why GitLab could not be observed.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// A request failed.
    #[error("{doing}")]
    GitLab {
        /// What it was for.
        doing: String,
        /// What GitLab or the network said.
        source: Box<gitlab::Error>,
    },
    /// A job token does not say whose it is, so the accounts whose markers count must be named.
    #[error("this token does not say whose it is, so it is unknown whose markers count")]
    UnknownViewer,
}

impl ReconcileError {
    /// Puts what was being done around a failure.
    pub(crate) fn doing(doing: impl Into<String>) -> impl FnOnce(gitlab::Error) -> Self {
        let doing = doing.into();
        move |source| Self::GitLab {
            doing,
            source: Box::new(source),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::GitLab { source, .. } => source.hint(),
            Self::UnknownViewer => {
                "name the applying account in okr.toml: gitlab.bots = [\"okr-bot\"]".to_owned()
            }
        }
    }
}
