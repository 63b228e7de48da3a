//! The accounts that OKRs and okr.toml name.

use super::examine::{counted, listed};
use super::facts::Facts;
use crate::gitlab::User;
use crate::model::Username;
use crate::plan::{Area, Check, Obstacle, Verdict};

/// One line for all who are as they should be, and one for each who is not.
pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let accounts = match &facts.accounts {
        None => return Vec::new(),
        Some(Ok(accounts)) => accounts,
        Some(Err(failure)) => {
            let found = format!(
                "the accounts that OKRs name cannot be looked up: {}",
                failure.said
            );
            let check = Check::new(Area::People, "accounts", Verdict::Unknown, found);
            return vec![check.help(&*failure.hint)];
        }
    };
    let mut checks = Vec::new();
    let mut fine = Vec::new();
    for (person, role) in &facts.wanted.people {
        let Some(account) = account(accounts, person) else {
            let person = person.clone();
            checks.push(Check::of(Area::People, &Obstacle::NoAccount { person }));
            continue;
        };
        if !account.is_active() {
            let (person, state) = (person.clone(), account.state.clone());
            checks.push(Check::of(
                Area::People,
                &Obstacle::AccountOff { person, state },
            ));
            continue;
        }
        let strange: Vec<&str> = role
            .assigned_in
            .iter()
            .filter(|tracker| is_no_member(account, tracker, facts))
            .map(String::as_str)
            .collect();
        if strange.is_empty() {
            fine.push(person.as_str());
        } else {
            checks.push(no_member(person, &strange));
        }
    }
    let bots = &facts.surroundings.bots;
    for bot in bots.iter().filter(|bot| account(accounts, bot).is_none()) {
        let found = format!("gitlab.bots names “{bot}”, and there is no such account");
        let check = Check::new(Area::People, "unknown-bot", Verdict::Warning, found);
        checks.push(
            check
                .about(bot.to_string())
                .help("correct the name in okr.toml, or remove it"),
        );
    }
    if !fine.is_empty() {
        let found = format!(
            "{}: {}",
            counted(
                fine.len(),
                "account is there and active",
                "accounts are there and active"
            ),
            listed(fine)
        );
        checks.insert(
            0,
            Check::new(Area::People, "accounts", Verdict::Good, found),
        );
    }
    checks
}

fn account<'a>(accounts: &'a [User], name: &Username) -> Option<&'a User> {
    let is_it = |account: &&User| account.username.eq_ignore_ascii_case(name.as_str());
    accounts.iter().find(is_it)
}

fn is_no_member(account: &User, tracker: &str, facts: &Facts) -> bool {
    let members = facts
        .projects
        .get(tracker)
        .and_then(|known| known.members.as_ref());
    matches!(members, Some(Ok(members)) if !members.contains(&account.id))
}

/// Recorded: create/unreadable-first.
fn no_member(person: &Username, trackers: &[&str]) -> Check {
    let trackers = listed(trackers.iter().copied());
    let found = format!("“{person}” is no member of {trackers}, whose issues only members see");
    Check::new(Area::People, "no-member", Verdict::Warning, found)
        .about(person.to_string())
        .means("GitLab drops the assignment without a word")
        .help(format!("make {person} a member, or name somebody who is"))
}
