use super::change::{Action, Change, Counts, PlanSummary};

/// Counts changes.
pub(super) fn summarise(changes: &[Change], managed: u32) -> PlanSummary {
    let mut summary = PlanSummary {
        managed,
        ..PlanSummary::default()
    };
    for change in changes {
        if change.action == Action::Rerender {
            summary.rerendered += 1;
            continue;
        }
        if change.is_check_in() {
            summary.check_ins += 1;
        }
        let of_cause = summary.causes.of_mut(change.cause);
        count(&mut summary.total, change);
        count(&mut of_cause.total, change);
        if let Some(key) = &change.key {
            for teams in [&mut summary.teams, &mut of_cause.teams] {
                count(teams.entry(key.team.to_string()).or_default(), change);
            }
        }
    }
    summary
}

fn count(counts: &mut Counts, change: &Change) {
    let counter = match change.action {
        Action::CreateLabel => &mut counts.labels,
        Action::Create => &mut counts.create,
        Action::Adopt | Action::Update => &mut counts.update,
        Action::Move => &mut counts.moves,
        Action::Link => &mut counts.link,
        Action::Unlink => &mut counts.unlink,
        Action::Close if change.is_end_of_quarter() => &mut counts.end,
        Action::Close => &mut counts.close,
        Action::Release => &mut counts.release,
        Action::Rerender => return,
    };
    *counter += 1;
}
