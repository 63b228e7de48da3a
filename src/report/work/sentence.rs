use std::fmt::Write as _;

use super::status::WorkCounts;

/// The answer in one sentence: whether all work supports a key result, and how much does not.
pub(super) fn sentence(counts: WorkCounts, trackers: usize) -> String {
    let WorkCounts {
        milestones,
        milestones_without,
        issues,
        without,
        unknown,
        unread_trackers,
        ..
    } = counts;
    if unread_trackers > 0 && usize::try_from(unread_trackers) == Ok(trackers) {
        return "No tracker could be read".to_owned();
    }
    let places = format!(
        "{} in {}",
        open(issues, "issue"),
        open(milestones, "milestone")
    );
    let mut text = if milestones == 0 {
        "No milestone is open".to_owned()
    } else if issues == 0 {
        format!(
            "There is no open issue in {}",
            open(milestones, "milestone")
        )
    } else if without > 0 {
        format!("{without} of {places} {} no key result", support(without))
    } else if unknown > 0 {
        format!("Of {unknown} of {places} it is unknown whether they support a key result")
    } else if issues == 1 {
        format!(
            "The only open issue in {} supports a key result",
            open(milestones, "milestone")
        )
    } else {
        format!("All {places} support a key result")
    };
    if milestones_without > 0 {
        let named = if milestones_without == 1 {
            "milestone"
        } else {
            "milestones"
        };
        let _always = write!(
            text,
            "; {milestones_without} {named} {} none",
            support(milestones_without)
        );
    }
    if unread_trackers > 0 {
        let named = if unread_trackers == 1 {
            "tracker"
        } else {
            "trackers"
        };
        let _always = write!(text, "; {unread_trackers} {named} could not be read");
    }
    text
}

/// `3 open issues`.
fn open(count: u32, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} open {noun}{plural}")
}

fn support(count: u32) -> &'static str {
    if count == 1 { "supports" } else { "support" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_answers() {
        let of = |[
            milestones,
            milestones_without,
            issues,
            without,
            unknown,
            unread,
        ]: [u32; 6]| {
            let counts = WorkCounts {
                milestones,
                milestones_without,
                issues,
                supporting: issues - without - unknown,
                without,
                unknown,
                unread_trackers: unread,
            };
            sentence(counts, 2)
        };
        for (counts, expected) in [
            ([0, 0, 0, 0, 0, 0], "No milestone is open"),
            ([0, 0, 0, 0, 0, 2], "No tracker could be read"),
            (
                [2, 2, 0, 0, 0, 0],
                "There is no open issue in 2 open milestones; 2 milestones support none",
            ),
            (
                [2, 0, 5, 0, 0, 0],
                "All 5 open issues in 2 open milestones support a key result",
            ),
            (
                [1, 0, 1, 0, 0, 0],
                "The only open issue in 1 open milestone supports a key result",
            ),
            (
                [2, 1, 5, 3, 0, 1],
                "3 of 5 open issues in 2 open milestones support no key result; 1 milestone supports none; 1 tracker could not be read",
            ),
            (
                [1, 0, 2, 1, 0, 0],
                "1 of 2 open issues in 1 open milestone supports no key result",
            ),
            (
                [1, 0, 2, 0, 1, 0],
                "Of 1 of 2 open issues in 1 open milestone it is unknown whether they support a key result",
            ),
        ] {
            assert_eq!(of(counts), expected);
        }
    }
}
