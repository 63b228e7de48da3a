//! Scripts that failed once, as short as they were found.

use super::super::faults::block_on;
use super::files::FileEdit::{self, Confide, Describe, Director, Elsewhere, Rename, Support};
use super::people::Deed::{self, AssignAnn, Close, DropBlock, Label, Move, Row, Title, Unassign};
use super::{Script, Step, play};

/// The issues of the objective that the files begin with, and of its key result, among those that Ann may choose from.
const OBJECTIVE: u8 = 1;
const KEY_RESULT: u8 = 2;

fn ann(deed: Deed) -> Step {
    Step::Ann(KEY_RESULT, deed)
}

/// An edit of the objective in the files, or of the settings.
fn file(edit: FileEdit) -> Step {
    Step::File(0, edit)
}

fn holds(steps: &[Step]) {
    for premium in [false, true] {
        let script = Script(premium, steps.to_vec());
        if let Err(what) = block_on(play(&script)) {
            panic!("{what}\n{script:?}");
        }
    }
}

#[test]
fn a_move_of_ours_takes_peoples_labels_along() {
    holds(&[Step::Apply, ann(Label), file(Elsewhere)]);
    holds(&[
        Step::Apply,
        file(Rename),
        Step::Apply,
        ann(Label),
        file(Elsewhere),
    ]);
}

#[test]
fn a_move_of_ours_takes_assignees_along() {
    holds(&[Step::Apply, file(Elsewhere)]);
    holds(&[Step::Apply, ann(AssignAnn), file(Elsewhere)]);
    holds(&[Step::Apply, ann(Unassign), file(Elsewhere)]);
    holds(&[
        Step::Apply,
        file(Elsewhere),
        ann(Unassign),
        ann(AssignAnn),
        ann(Title(0)),
    ]);
}

#[test]
fn what_people_remove_from_a_moved_issue_is_gone() {
    holds(&[
        Step::Apply,
        ann(Row(0, 0)),
        ann(Move),
        Step::Apply,
        ann(DropBlock),
    ]);
}

#[test]
fn a_move_of_ours_leaves_closed_what_people_closed() {
    holds(&[Step::Apply, ann(Close), file(Elsewhere)]);
}

#[test]
fn whom_people_assigned_stays_when_ours_change() {
    let ann = Step::Ann(OBJECTIVE, AssignAnn);
    holds(&[Step::Apply, ann, file(Director)]);
    holds(&[
        Step::Apply,
        file(Director),
        Step::Apply,
        ann,
        file(Director),
    ]);
}

#[test]
fn what_people_made_confidential_before_the_files_did_stays_so() {
    let ann = Step::Ann(OBJECTIVE, Deed::Confide);
    let (secret, described) = (file(Confide), file(Describe(1)));
    holds(&[Step::Apply, ann, secret, described, Step::Apply, secret]);
}

#[test]
fn whom_people_replaced_and_then_left_out_stays_unassigned() {
    let [replace, leave] = [AssignAnn, Unassign].map(|deed| Step::Ann(OBJECTIVE, deed));
    let supported = file(Support);
    holds(&[Step::Apply, replace, leave]);
    holds(&[Step::Apply, supported, replace, Step::Apply, leave]);
}
