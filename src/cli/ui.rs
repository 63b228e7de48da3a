use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};

use crate::gitlab::{Event, Observer};

use super::{CliError, ColourChoice, Env, ExitStatus, Global, Progress};

/// Columns of output that no terminal shows, as job logs and files have none of their own.
const WIDTH_WITHOUT_TERMINAL: usize = 140;

/// The only place that prints. stdout takes the result, stderr status, hints and errors.
///
/// When the reader of stdout goes away (`okr … | head`), the rest is dropped quietly.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the outputs, independent of the others"
)]
pub struct Ui {
    colour_out: bool,
    colour_err: bool,
    terminal: bool,
    links: bool,
    width: usize,
    quiet: bool,
    dumb: bool,
    public: bool,
    verbose: u8,
    outlet: Outlet,
}

/// What became of stdout.
#[derive(Debug)]
enum Outlet {
    Open,
    /// The rest of the result interests nobody.
    ReaderGone,
    Failed(io::Error),
}

impl Ui {
    /// Decides on colours and width once. Colours: `--color`; else none with `NO_COLOR` or on a dumb terminal; else in
    /// GitLab's job logs, which show them; else where a terminal is.
    pub fn new(global: &Global, env: &Env) -> Self {
        let colour = |is_terminal: bool| match global.color {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => {
                !env.no_color && (env.gitlab_ci || (is_terminal && !env.dumb_terminal))
            }
        };
        let terminal = io::stdout().is_terminal();
        let measured = terminal
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0));
        Self {
            colour_out: colour(terminal),
            colour_err: colour(io::stderr().is_terminal()),
            terminal,
            links: !env.gitlab_ci,
            width: env
                .columns
                .or(measured)
                .unwrap_or(WIDTH_WITHOUT_TERMINAL)
                .max(40),
            quiet: global.quiet,
            dumb: env.dumb_terminal || env.ci,
            public: env.ci,
            verbose: global.verbose,
            outlet: Outlet::Open,
        }
    }

    /// Whether the result may have colours.
    pub fn colour(&self) -> bool {
        self.colour_out
    }

    /// Whether the result may have hyperlinks: where it may have colours, except in GitLab's job logs, which show a link's
    /// address without its beginning.
    pub fn links(&self) -> bool {
        self.colour_out && self.links
    }

    /// Whether others may read the result: a job's log is read by everybody who may see the project.
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// Whether the result goes to a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// How many columns the result may take, 40 or more.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Prints a part of the result, as it is.
    pub fn result(&mut self, text: &str) {
        if !matches!(self.outlet, Outlet::Open) {
            return;
        }
        let choice = stream_choice(self.colour_out);
        let mut out = anstream::AutoStream::new(io::stdout(), choice).lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.outlet = Outlet::ReaderGone;
            }
            Err(error) => self.outlet = Outlet::Failed(error),
        }
    }

    /// Says how it goes, in one line; not with `--quiet`.
    pub fn status(&self, text: &str) {
        if !self.quiet {
            self.complain(&format!("{text}\n"));
        }
    }

    /// Says more than most want to know; only with `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.verbose > 0 {
            self.complain(&format!("{text}\n"));
        }
    }

    /// Text that stands out.
    pub fn strong(&self, text: &str) -> String {
        if self.colour_out {
            let style = Style::new().bold();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Asks a person a question that is answered with yes or no; no is the default.
    ///
    /// # Errors
    /// Nobody is there to be asked.
    pub fn ask(&self, question: &str) -> Result<bool, CliError> {
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            return Err(CliError::usage("nobody can be asked here")
                .hint("pass --yes to go on without asking"));
        }
        self.complain(&format!("{question} [y/N] "));
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|error| CliError::failure("cannot read the answer").because(error))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Whether a person is there who can be asked and sees the answers.
    pub fn is_conversation(&self) -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Reads a line that a person writes behind a question; `None` where input has ended.
    ///
    /// # Errors
    /// Input cannot be read.
    pub fn prompt(&mut self, question: &str) -> Result<Option<String>, CliError> {
        self.result(question);
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer);
        match read.map_err(|error| CliError::failure("cannot read the answer").because(error))? {
            0 => Ok(None),
            _ => Ok(Some(answer.trim().to_owned())),
        }
    }

    /// Shows how far a long piece of work is, on stderr.
    pub fn progress(&self, total: usize) -> Progress {
        Progress::new(total, self.is_watched() && !self.quiet, self.quiet)
    }

    /// As [`progress`](Self::progress), but where nobody looks nothing is said.
    pub fn bar(&self, total: usize) -> Progress {
        Progress::new(total, self.is_watched() && !self.quiet, true)
    }

    /// With `--verbose`, what a client calls for every request.
    pub fn request_log(&self) -> Option<Observer> {
        (self.verbose > 0).then(|| {
            let log: Observer = std::sync::Arc::new(|event: &Event<'_>| {
                let text = match event {
                    Event::Answered {
                        method,
                        path,
                        status,
                        attempt,
                    } => {
                        let status =
                            status.map_or_else(|| "no answer".to_owned(), |s| s.to_string());
                        let again = if *attempt > 1 {
                            format!(" (try {attempt})")
                        } else {
                            String::new()
                        };
                        format!("{method} {path}: {status}{again}")
                    }
                    Event::Waiting { path, duration, .. } => {
                        format!("waiting {} s for {path}", duration.as_secs())
                    }
                };
                // Nobody is left to be told when stderr fails.
                let _unheard = writeln!(io::stderr(), "{text}");
            });
            log
        })
    }

    /// Says why a command failed.
    pub fn error(&self, error: &CliError) {
        let mut text = String::new();
        for (word, line) in error.lines() {
            let style = match word {
                // Without colour a style writes nothing.
                _ if !self.colour_err => Style::new(),
                "error" => AnsiColor::Red.on_default().bold(),
                "hint" => AnsiColor::Cyan.on_default().bold(),
                _ => Style::new().bold(),
            };
            // Writing to a String cannot fail.
            let _always = writeln!(text, "{style}{word}{style:#}: {line}");
        }
        self.complain(&text);
    }

    /// Shows what clap has to say: help and version are results, anything else is wrong usage.
    pub fn clap(&mut self, error: &clap::Error) -> ExitStatus {
        let rendered = error.render();
        if error.use_stderr() {
            self.complain(&if self.colour_err {
                rendered.ansi().to_string()
            } else {
                rendered.to_string()
            });
            return ExitStatus::Usage;
        }
        let text = if self.colour_out {
            rendered.ansi().to_string()
        } else {
            rendered.to_string()
        };
        self.result(&text);
        self.finish(Ok(ExitStatus::Success))
    }

    /// Ends a command: says its error, or that its result could not be written.
    pub fn finish(&mut self, outcome: Result<ExitStatus, CliError>) -> ExitStatus {
        let outlet = std::mem::replace(&mut self.outlet, Outlet::Open);
        let outcome = match (outcome, outlet) {
            (Ok(_), Outlet::Failed(error)) => {
                Err(CliError::failure("cannot write the result").because(error))
            }
            (outcome, _) => outcome,
        };
        match outcome {
            Ok(status) => status,
            Err(error) => {
                self.error(&error);
                error.status()
            }
        }
    }

    /// Whether a person looks at stderr, on a terminal that can move its cursor.
    pub(super) fn is_watched(&self) -> bool {
        io::stderr().is_terminal() && !self.dumb
    }

    fn complain(&self, text: &str) {
        let mut err =
            anstream::AutoStream::new(io::stderr(), stream_choice(self.colour_err)).lock();
        // Nobody is left to be told when stderr fails.
        let _unheard = err.write_all(text.as_bytes());
    }
}

fn stream_choice(colour: bool) -> anstream::ColorChoice {
    if colour {
        anstream::ColorChoice::Always
    } else {
        anstream::ColorChoice::Never
    }
}
