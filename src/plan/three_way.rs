/// What a comparison of desired, last applied and observed says about one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Observed is as desired: nothing to do, whoever made it so.
    Same,
    /// Desired was changed, or nothing was ever applied: to do.
    Pending,
    /// Somebody changed it in GitLab: kept and shown, or reverted by policy.
    Drift,
    /// Both sides changed it, and differently: the reviewed one wins, shown with both.
    Conflict,
}

/// Compares one field. `applied` is absent where nothing was applied yet.
pub(crate) fn compare<T: PartialEq + ?Sized>(
    desired: &T,
    applied: Option<&T>,
    observed: &T,
) -> Verdict {
    match applied {
        _ if desired == observed => Verdict::Same,
        None => Verdict::Pending,
        Some(applied) if applied == observed => Verdict::Pending,
        Some(applied) if applied == desired => Verdict::Drift,
        Some(_) => Verdict::Conflict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_cases() {
        assert_eq!(compare("a", Some("a"), "a"), Verdict::Same);
        assert_eq!(compare("b", Some("a"), "b"), Verdict::Same);
        assert_eq!(compare("b", Some("a"), "a"), Verdict::Pending);
        assert_eq!(compare("b", None, "a"), Verdict::Pending);
        assert_eq!(compare("a", Some("a"), "b"), Verdict::Drift);
        assert_eq!(compare("c", Some("a"), "b"), Verdict::Conflict);
    }
}
