//! What okr relies on in GitLab, fact by fact: the same expectations for the sandbox and for a real GitLab.
//!
//! Without anything in the environment it runs against embedded sandboxes, Free and Premium, and every fact must be seen
//! there. With `OKR_CONTRACT_URL` and `OKR_CONTRACT_TOKEN` it asks that GitLab: it makes two private projects in the
//! namespace of the token's user and deletes them at the end, also after a failure. Where the token may not make
//! projects, `OKR_CONTRACT_PROJECT` names one to work in; what was made there is deleted, or closed where the role does
//! not reach, and facts that need an owner are left out and named.
//!
//! What a run cannot make by itself is named, or left out: `OKR_CONTRACT_JOB_TOKEN` is the token of a running job of the
//! project `OKR_CONTRACT_JOB_PROJECT`, `OKR_CONTRACT_NO_ISSUES` a project whose issues are switched off, and
//! `OKR_CONTRACT_MERGE_REQUEST` a merge request to write notes on, like `group/project!12`.
//!
//! It speaks plain HTTP by itself, so that a mistake of the client is not repeated here, and needs no file at run time: the
//! test binary can be carried to another machine. An argument selects the facts whose name contains it; `--list` names
//! them.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
#![expect(clippy::print_stdout, reason = "prints what a server does")]

mod fact;
mod facts;
mod http;
mod place;
mod sandbox;

use std::process::ExitCode;

use fact::{Fact, Finding};
use place::{Place, Setup};

/// How many facts a server agrees with.
#[derive(Debug, Default)]
struct Tally {
    agree: usize,
    differ: usize,
    unseen: usize,
}

/// Asks one server for every fact; what it does not hold with is printed with what was found instead.
async fn ask(server: &str, place: &Place, facts: &[Fact]) -> Tally {
    let mut tally = Tally::default();
    println!("\n{server}");
    for fact in facts {
        let (word, more) = match fact.check(place).await {
            Ok(()) => {
                tally.agree += 1;
                ("agrees ", String::new())
            }
            Err(Finding::Unseen(why)) => {
                tally.unseen += 1;
                ("unseen ", format!("\n          {why}"))
            }
            Err(Finding::Differs(how)) => {
                tally.differ += 1;
                ("DIFFERS", format!("\n          {how}"))
            }
        };
        println!(
            "  {word} {}: {} ({}){more}",
            fact.name, fact.says, fact.source
        );
    }
    let Tally {
        agree,
        differ,
        unseen,
    } = tally;
    println!("{server}: {agree} facts agree, {differ} differ, {unseen} could not be seen");
    tally
}

/// Asks the GitLab that the environment names.
async fn real(setup: Setup, facts: &[Fact]) -> bool {
    let server = setup.server();
    let place = match Place::make(setup).await {
        Ok(place) => place,
        Err(error) => {
            println!("{server}: {error}");
            return false;
        }
    };
    let tally = ask(&server, &place, facts).await;
    let left = place.clear().await;
    for what in &left {
        println!("{server}: left behind: {what}");
    }
    tally.differ == 0 && tally.agree > 0 && left.is_empty()
}

/// Asks sandboxes of both tiers, and one that answers nonsense: no fact may agree with that.
async fn embedded(facts: &[Fact]) -> bool {
    let mut well = true;
    for tier in [sandbox::Tier::Free, sandbox::Tier::Premium] {
        let running = sandbox::start(tier).await;
        let place = Place::make(sandbox::setup(&running)).await.unwrap();
        let tally = ask(&format!("sandbox, {tier:?}"), &place, facts).await;
        let left = place.clear().await;
        well &= tally.differ + tally.unseen == 0 && left.is_empty();
        let rest = running.with_state(|state| (state.issues.len(), state.projects.len()));
        if rest != (0, 2) {
            println!("left behind: {rest:?} issues and projects, where 0 and 2 were");
            well = false;
        }
    }
    // In a project that is given, with less than an owner's token.
    let running = sandbox::start(sandbox::Tier::Free).await;
    let place = Place::make(sandbox::lesser_setup(&running)).await.unwrap();
    let tally = ask("sandbox, a given project", &place, facts).await;
    let left = place.clear().await;
    well &= tally.differ == 0 && tally.agree > tally.unseen && left.is_empty();
    let open = running.with_state(|state| {
        let open = |issue: &&okrsync::sandbox::state::Issue| issue.closed_at.is_none();
        (
            state.issues.values().filter(open).count(),
            state.labels.len(),
        )
    });
    if open != (0, 0) {
        println!("left behind: {open:?} open issues and labels");
        well = false;
    }
    well & vacuous(facts).await.is_empty()
}

/// The facts that agree with a server that answers `{}` to everything: they say nothing.
async fn vacuous(facts: &[Fact]) -> Vec<&'static str> {
    let running = sandbox::start(sandbox::Tier::Free).await;
    let place = Place::make(sandbox::setup(&running)).await.unwrap();
    sandbox::talk_nonsense(&running);
    let mut found = Vec::new();
    for fact in facts {
        if !matches!(fact.check(&place).await, Err(Finding::Differs(_))) {
            println!("{} agrees with a server that answers nonsense", fact.name);
            found.push(fact.name);
        }
    }
    found
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut facts = facts::all();
    if arguments.iter().any(|argument| argument == "--list") {
        for fact in &facts {
            println!("{}: test", fact.name);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(part) = arguments.iter().find(|argument| !argument.starts_with('-')) {
        facts.retain(|fact| fact.name.contains(part.as_str()));
        if facts.is_empty() {
            return ExitCode::SUCCESS;
        }
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let well = runtime.block_on(async {
        match Setup::of_environment() {
            Some(Ok(setup)) => real(setup, &facts).await,
            Some(Err(error)) => {
                println!("{error}");
                false
            }
            None => embedded(&facts).await,
        }
    });
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
