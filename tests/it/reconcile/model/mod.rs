//! Random scripts of what people, files, applies and failures do, one after the other, and the laws after each apply. A
//! script that fails is shortened and shown.

mod files;
mod people;
mod play;
mod regressions;

use std::cell::RefCell;
use std::fmt;

use proptest::prelude::*;

use self::files::{FileEdit, file_edit};
use self::people::{Deed, deed};
use self::play::{Play, Tally};
use super::faults::{block_on, report, thorough};

/// What goes wrong with one request of an apply.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    /// 500, and nothing was done.
    FailsBefore,
    /// 500, and it was done.
    FailsAfter,
    /// The answer is lost.
    DropsAfter,
    /// Nothing goes through any more.
    Dies,
    /// It was done, and nothing goes through any more.
    DiesAfter,
}

/// One step of a script. `u8`s count through what there is.
#[derive(Debug, Clone, Copy)]
enum Step {
    File(u8, FileEdit),
    Ann(u8, Deed),
    /// Adopts an issue whose block is gone.
    Adopt(u8),
    Apply,
    Troubled(Trouble, u8),
    /// Two applies that planned before either wrote.
    Twice,
    /// Somebody does something between plan and apply.
    Behind(u8, Deed),
}

fn step() -> impl Strategy<Value = Step> {
    let trouble = prop::sample::select(vec![
        Trouble::FailsBefore,
        Trouble::FailsAfter,
        Trouble::DropsAfter,
        Trouble::Dies,
        Trouble::DiesAfter,
    ]);
    prop_oneof![
        6 => (any::<u8>(), file_edit()).prop_map(|(at, edit)| Step::File(at, edit)),
        9 => (any::<u8>(), deed()).prop_map(|(at, deed)| Step::Ann(at, deed)),
        1 => any::<u8>().prop_map(Step::Adopt),
        4 => Just(Step::Apply),
        3 => (trouble, 0..60_u8).prop_map(|(trouble, at)| Step::Troubled(trouble, at)),
        1 => Just(Step::Twice),
        1 => (any::<u8>(), deed()).prop_map(|(at, deed)| Step::Behind(at, deed)),
    ]
}

/// A script, shown line by line.
#[derive(Clone)]
struct Script(bool, Vec<Step>);

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", if self.0 { "Premium" } else { "Free" })?;
        self.1
            .iter()
            .try_for_each(|step| writeln!(f, "    {step:?},"))
    }
}

/// Plays a script to its end and applies once more.
async fn play(script: &Script) -> Result<Tally, String> {
    let mut play = Play::new(script.0).await;
    for (at, step) in script.1.iter().chain(&[Step::Apply]).enumerate() {
        let said = play.step(*step).await;
        said.map_err(|what| format!("step {}, {step:?}: {what}", at + 1))?;
    }
    Ok(play.tally)
}

/// Scripts, and the most steps of one.
fn size() -> (u32, usize) {
    if thorough() { (500, 40) } else { (24, 24) }
}

#[test]
fn the_laws_hold_whatever_happens() {
    let (cases, longest) = size();
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    let script = (any::<bool>(), prop::collection::vec(step(), 1..longest))
        .prop_map(|(premium, steps)| Script(premium, [vec![Step::Apply], steps].concat()));
    let steps = RefCell::new((0, Tally::new()));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&script, |script| {
        let played = block_on(play(&script)).map_err(TestCaseError::fail)?;
        let (count, tally) = &mut *steps.borrow_mut();
        *count += script.1.len();
        for (what, times) in played {
            *tally.entry(what).or_default() += times;
        }
        Ok(())
    });
    let (count, tally) = steps.into_inner();
    report(&format!(
        "{cases} scripts, {count} steps; of effect: {tally:?}"
    ));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
