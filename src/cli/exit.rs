use std::process::ExitCode;

/// The exit status, a promise to scripts and pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: done; nothing to do; an outdated pipeline that a newer one supersedes.
    Success,
    /// 1: findings at error severity, or a failure.
    Failure,
    /// 2: wrong usage.
    Usage,
    /// 3: `plan --exit-code`: changes are pending.
    Pending,
    /// 4: `plan --exit-code`: only drift.
    Drift,
    /// 5: `apply`: nothing was applied, because GitLab failed.
    NothingApplied,
    /// 6: `apply`: a part was applied.
    PartlyApplied,
    /// 7: refused: safety limits, paused, a stale plan, other than reviewed.
    Refused,
}

impl ExitStatus {
    /// The number, 0 to 7.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Drift => 4,
            Self::NothingApplied => 5,
            Self::PartlyApplied => 6,
            Self::Refused => 7,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
