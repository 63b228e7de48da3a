use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use super::commands;

const AFTER_HELP: &str = "\
Examples:
  okr validate                 check all files
  okr validate --team sre      show what concerns one team
  okr <COMMAND> --help         say more about a command

Environment:
  OKR_URL         the GitLab instance; wins over okr.toml
  OKR_TOKEN       the token for GitLab; else OKR_TOKEN_FILE names its file,
                  else GITLAB_TOKEN, else CI_JOB_TOKEN (reads only)
  OKR_NOTE_TOKEN  the token of okr note, and of nothing else; else
                  OKR_NOTE_TOKEN_FILE names its file
  OKR_CA_FILE     certificates (PEM) of your own authority, for GitLab's TLS
  OKR_ALLOW_HTTP  when set, the token may go to another machine over http,
                  which everybody on the way can read
  OKR_PAUSED      when set, nothing is written to GitLab
  OKR_ALLOW       limits that this run may exceed, like max_close,drift
  OKR_USER        who you are in GitLab, for status --mine
  OKR_TODAY       the day that counts as today, like 2026-10-05
  NO_COLOR        no colours

Exit status:
  0  done, or nothing to do
  1  findings at error severity, or a failure
  2  wrong usage
  3, 4  plan --exit-code: changes are pending; there is only drift
  5, 6  apply, undo, release: GitLab failed, nothing was done; a part was
  7  refused: safety limits, paused, a stale plan, other than reviewed";

/// Terraform for OKRs: objectives and key results in TOML, planned in merge requests, applied to GitLab issues.
///
/// The files are okr.toml (instance, teams, policy) and okrs/QUARTER/TEAM.toml (what a team wants to achieve).
#[derive(Debug, Parser)]
#[command(
    name = "okr",
    version,
    max_term_width = 100,
    after_help = AFTER_HELP,
    disable_help_subcommand = true
)]
pub struct Args {
    /// What goes for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; help is shown where there is none.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What goes for every command.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The directory with okr.toml [default: the nearest one upwards from here]
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true,
        help = "When to use colours: auto, always, never"
    )]
    pub color: ColourChoice,
    /// Say more on stderr
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say only results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColourChoice {
    /// Where somebody sees them and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands. Their documentation here is what `--help` shows.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Begin: okr.toml, a first team's OKRs, schemas and a pipeline
    ///
    /// Writes what a repository of OKRs needs, asks nothing, and keeps what is there already. It ends by saying what is left
    /// to do in GitLab.
    Init(commands::init::Init),
    /// Write a team's file of a quarter to begin with
    ///
    /// Writes okrs/QUARTER/TEAM.toml with as many objectives and key results as the policy in okr.toml asks for, and a TODO
    /// wherever somebody has to say what is meant. Nothing is overwritten.
    New(commands::new::New),
    /// Check all files, without a network
    ///
    /// Says everything that is wrong in okr.toml and in the OKR files in one run, each with its place and a way out. All
    /// files are read whatever is selected, since OKRs refer to each other; --team and --quarter select what is shown.
    /// --fix mends mistakes whose way out is certain, like a decimal comma or a quoted date, and leaves all others.
    Validate(commands::validate::Validate),
    /// Write files in one canonical form
    ///
    /// Keys come in the order of the schema, check-ins by their dates, and one empty line between tables. Numbers, texts, line
    /// ends and every comment stay. A file that cannot be read is left as it is.
    Fmt(commands::fmt::Fmt),
    /// List the rules of validate, or explain one
    ///
    /// Rules whose findings are not errors by themselves can be set in okr.toml under [rules].
    Rules(commands::rules::RulesCommand),
    /// Record what GitLab holds, for plans without a network
    ///
    /// Reads what a plan of these files, or of other files for the same trackers, needs to know, and writes it to a file that
    /// `okr plan --observed` plans from. Nothing is written to GitLab.
    Observe(commands::observe::ObserveCommand),
    /// Show what apply would change in GitLab
    ///
    /// Reads the trackers and compares them with the files. Nothing is written to GitLab.
    Plan(commands::plan::PlanCommand),
    /// Say of one objective or key result what files and GitLab hold, and what is done about it
    ///
    /// Its score with formula, inputs and where each comes from; then for each part of its issue: what is declared, what was
    /// last applied, what GitLab holds, whose it is and why a plan changes it or leaves it. Nothing is written to GitLab.
    Explain(commands::explain::ExplainCommand),
    /// Say how the quarter goes: scores against pace, and where somebody has to look
    ///
    /// The first line says whether it goes well and where not; then teams, objectives and key results with score, what is due
    /// by today, a bar for each week, confidence and the last check-in. It goes by the files alone where there is no token.
    Status(commands::status::StatusCommand),
    /// Write how the quarter goes as a site of static pages
    ///
    /// An overview, a page for each team and each objective with a chart for each key result, this week's agenda, a heat map of
    /// who is sure and who is silent, alignment and dependencies. The pages need no server and no script. What is confidential
    /// appears by its key only.
    Report(commands::report::ReportCommand),
    /// Say how work flows: velocity, time, efficiency, load and distribution
    ///
    /// From the labels and states that issues had, as okr.toml reads them, and with incidents and deployments. Every figure can be
    /// explained down to its issues. Nothing is written to GitLab.
    Flow(commands::flow::FlowCommand),
    /// Write a quarter as the handbook's lists
    ///
    /// Markdown in one of the forms in which GitLab published its OKRs: whose objective, its key results, and what came of each.
    /// What a form has no place for is counted on stderr. Confidential OKRs are left out.
    Export(commands::export::ExportCommand),
    /// Read OKRs from the handbook's lists
    ///
    /// Reads Markdown in any form of `okr export`, and published pages, and prints TOML with a TODO wherever something is not
    /// said. Every line that was not read is shown with the reason.
    Import(commands::import::ImportCommand),
    /// Change GitLab so that it holds what the files say
    ///
    /// Plans, shows the plan, asks, and carries it out. It may be run again and again: what is done is not done twice.
    Apply(commands::apply::ApplyCommand),
    /// Say on a merge request what it changes, or what became of it
    ///
    /// One text that is edited in place: for reviewers the plan and new findings, after the merge the outcome; or, with
    /// `drift`, an issue that is open while GitLab differs from the files. Without a token for notes nothing is written.
    Note(commands::note::NoteCommand),
    /// Write down how a key result stands
    ///
    /// In one line with values, else it asks for each key result that is due, at a terminal. It writes the check-in into the
    /// file at its day, and nothing else in it changes. GitLab is changed by the apply that follows.
    CheckIn(commands::check_in::CheckInCommand),
    /// Read the values of key results that say where they are
    ///
    /// From flow metrics, GitLab, Prometheus, JSON documents and files, as `measure` in their tables says. Each value is written as
    /// today's check-in; what cannot be read is said and never taken for zero. GitLab is changed by the apply that follows.
    Measure(commands::measure::MeasureCommand),
    /// Bring check-ins that people wrote in the issues into the files
    ///
    /// Rows that somebody added to the check-in table of an issue, or changed there, are written into the file of their key
    /// result, and nothing else in it changes. It shows what it writes. Nothing is written to GitLab.
    Pull(commands::pull::PullCommand),
    /// Close a quarter: scores, outcomes, and what was learnt
    ///
    /// Computes the scores from the data, asks for what came of each objective and key result and for good, bad and try, and
    /// writes it all into the files. Once nothing is missing, the quarter is closed in okr.toml. Nothing is written to GitLab.
    Close(commands::close::CloseCommand),
    /// Take back what an apply did
    ///
    /// Goes by the journal that the apply has written: what nobody changed since becomes what it was, and everything else is
    /// kept and named. It shows what it would do and asks.
    Undo(commands::undo::UndoCommand),
    /// Put issues that exist already under management
    ///
    /// With a key and an issue, writes `adopt` into the file that declares the key. With --label, proposes tables for the
    /// issues that carry it. GitLab is changed by the apply that follows.
    Adopt(commands::adopt::AdoptCommand),
    /// Stop managing, and leave the issues as they are
    ///
    /// Takes the markers out of the descriptions, and nothing else: issues stay open, with their text, labels, links and
    /// assignees. Shows what it is about to do, asks, and may be run again.
    Release(commands::release::ReleaseCommand),
    /// See whether this GitLab, this token and these files fit together
    ///
    /// Looks at the server, the token, the trackers, links and people that the files need, and says what stands in the way
    /// of an apply, what it means and what to do. It only reads.
    Doctor(commands::doctor::DoctorCommand),
    /// Serve an embedded GitLab on this machine, to try everything without a real one
    ///
    /// It is set up from okr.toml: its trackers, the people that it names, the bot, and the issues that OKRs refer to. It
    /// answers as GitLab does, shows its issues to a browser, and serves until it is ended.
    Sandbox(commands::sandbox::SandboxCommand),
    /// See the whole loop on an example: validate, plan, apply, and a second plan that is empty
    ///
    /// The example is the OKRs of a department: a department's objective, three teams with three key results each, and
    /// one person's. It is applied to an embedded GitLab on this machine, which ends with the demo.
    Demo(commands::demo::DemoCommand),
    /// Write the JSON Schemas that editors check and complete OKR files with
    ///
    /// Writes schema/*.schema.json beside okr.toml. OKR files name theirs in the first line, `#:schema …`. One describes
    /// what `okr validate --format json` writes, for those who read it.
    Schema(commands::schema::Schema),
    /// Print a completion script for a shell
    Completions(commands::completions::Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_declaration_of_the_arguments_is_sound() {
        super::Args::command().debug_assert();
    }
}
