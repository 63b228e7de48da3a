use std::io::{self, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a long piece of work is: a bar where a person looks, plain lines elsewhere.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Progress {
    /// Progress of `total` steps: a bar where it is watched, else lines unless it is quiet.
    pub(super) fn new(total: usize, watched: bool, quiet: bool) -> Self {
        let bar = watched.then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let total = u64::try_from(total).unwrap_or(u64::MAX);
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
                .with_style(style)
        });
        Self { bar, quiet }
    }

    /// One step ended. A step that failed is said in any case.
    pub fn step(&self, message: &str, done: bool) {
        match &self.bar {
            Some(bar) => {
                if !done {
                    bar.suspend(|| say(message));
                }
                bar.set_message(message.to_owned());
                bar.inc(1);
            }
            None if self.quiet => {}
            None => say(message),
        }
    }

    /// The work ended.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn say(message: &str) {
    // Nobody is left to be told when stderr fails.
    let _unheard = writeln!(io::stderr(), "{message}");
}
