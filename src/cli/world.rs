//! A sandbox set up from okr.toml: the trackers, the people, the bot, and the work that OKRs refer to.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{AssigneeTemplate, Config};
use crate::model::{IssueReference, OkrTree, WorkReference};
use crate::sandbox::state::{Role, Scope};
use crate::sandbox::{
    World, WorldGroup, WorldIssue, WorldMilestone, WorldProject, WorldToken, WorldUser,
};

/// The account that owns the sandbox's groups.
const OWNER: &str = "root";
/// The bot's name where okr.toml names none.
const BOT: &str = "okr-bot";

/// The token of a job in the OKR repository's pipelines.
const JOB_TOKEN: &str = "sandbox-ci-job";

/// Whose token a sandbox is used with.
pub fn bot(config: &Config) -> String {
    config
        .gitlab
        .bots
        .first()
        .map_or_else(|| BOT.to_owned(), ToString::to_string)
}

/// The token of an account in a sandbox. It protects nothing: the sandbox shows everything to everybody on this machine.
pub fn token(username: &str) -> String {
    format!("sandbox-{username}")
}

/// The world of a sandbox for these OKRs.
pub fn world(config: &Config, tree: &OkrTree) -> World {
    let people = people(config, tree);
    let paths = projects(config, tree);
    let groups: BTreeSet<&str> = paths
        .iter()
        .filter_map(|path| path.split('/').next())
        .collect();
    let member = |name: &String| {
        let bot = config.gitlab.bots.iter().any(|bot| bot.as_str() == name) || name == BOT;
        let role = match (name.as_str(), bot) {
            (OWNER, _) => Role::OWNER,
            (_, true) => Role::PLANNER,
            (_, false) => Role::DEVELOPER,
        };
        (name.clone(), role)
    };
    World {
        about: Some("A sandbox set up from okr.toml.".to_owned()),
        users: people
            .iter()
            .map(|name| WorldUser {
                username: name.clone(),
                admin: name == OWNER,
                ..WorldUser::default()
            })
            .collect(),
        groups: groups
            .into_iter()
            .map(|path| WorldGroup {
                path: path.to_owned(),
                members: people.iter().map(member).collect::<BTreeMap<_, _>>(),
                ..WorldGroup::default()
            })
            .collect(),
        projects: paths
            .iter()
            .map(|path| WorldProject {
                job_token_allowlist: okr_project(config).map(str::to_owned).into_iter().collect(),
                ..WorldProject::new(path)
            })
            .collect(),
        milestones: milestones(tree),
        issues: issues(tree),
        tokens: people
            .iter()
            .map(|name| {
                let of = WorldToken {
                    user: name.clone(),
                    scopes: vec![Scope::Api],
                    ..WorldToken::default()
                };
                (token(name), of)
            })
            .chain(job_token(config))
            .collect(),
        ..World::default()
    }
}

/// What a merge request's pipeline reads with: the right of the job's own account, which is a manager's.
fn job_token(config: &Config) -> Option<(String, WorldToken)> {
    let manager = config.teams.iter().find_map(|team| team.manager.as_ref());
    let of = WorldToken {
        user: manager.map_or_else(|| OWNER.to_owned(), ToString::to_string),
        ci_job_of: Some(okr_project(config)?.to_owned()),
        ..WorldToken::default()
    };
    Some((JOB_TOKEN.to_owned(), of))
}

/// The project that holds the OKR files, if the owner is one.
fn okr_project(config: &Config) -> Option<&str> {
    let owner = config.gitlab.owner.as_str();
    let is_project = format!("{owner}#1").parse::<IssueReference>().is_ok();
    (is_project && owner.contains('/')).then_some(owner)
}

fn people(config: &Config, tree: &OkrTree) -> BTreeSet<String> {
    let managers = config.teams.iter().filter_map(|team| team.manager.clone());
    let templates = config
        .assign
        .objective
        .iter()
        .chain(&config.assign.key_result);
    let named = templates.filter_map(|template| match template {
        AssigneeTemplate::User(name) => Some(name.clone()),
        _ => None,
    });
    let owners = tree
        .items()
        .filter_map(|item| item.item().owner.as_ref().map(|o| o.value.clone()));
    let mut people: BTreeSet<String> = managers
        .chain(named)
        .chain(owners)
        .chain(config.gitlab.bots.iter().cloned())
        .map(|name| name.to_string())
        .collect();
    people.insert(OWNER.to_owned());
    people.insert(bot(config));
    people
}

fn work(tree: &OkrTree) -> impl Iterator<Item = &WorkReference> {
    tree.items()
        .flat_map(|item| &item.item().work)
        .map(|work| &work.value)
}

fn projects(config: &Config, tree: &OkrTree) -> BTreeSet<String> {
    let trackers = config.teams.trackers().into_iter().map(str::to_owned);
    let referred = work(tree).map(|work| match work {
        WorkReference::Issue(issue) => issue.project.clone(),
        WorkReference::Milestone { project, .. } => project.clone(),
    });
    let adopted = tree.items().filter_map(|item| item.item().adopt.as_ref());
    let adopted = adopted.map(|adopt| adopt.value.project.clone());
    // A path without a slash is a group's.
    trackers
        .chain(referred)
        .chain(adopted)
        .chain(okr_project(config).map(str::to_owned))
        .filter(|path| path.contains('/'))
        .collect()
}

fn milestones(tree: &OkrTree) -> Vec<WorldMilestone> {
    let named: BTreeSet<(&String, &String)> = work(tree)
        .filter_map(|work| match work {
            WorkReference::Milestone { project, title } if project.contains('/') => {
                Some((project, title))
            }
            _ => None,
        })
        .collect();
    named
        .into_iter()
        .map(|(project, title)| WorldMilestone {
            project: project.clone(),
            title: title.clone(),
            author: OWNER.to_owned(),
        })
        .collect()
}

/// The issues that OKRs refer to as their work or adopt, as people's issues.
fn issues(tree: &OkrTree) -> Vec<WorldIssue> {
    let mut titles = BTreeMap::new();
    for item in tree.items() {
        let title = &item.item().title.value;
        for reference in &item.item().work {
            if let WorkReference::Issue(issue) = &reference.value {
                titles
                    .entry(issue.clone())
                    .or_insert_with(|| format!("Work for: {title}"));
            }
        }
        if let Some(adopt) = &item.item().adopt {
            titles
                .entry(adopt.value.clone())
                .or_insert_with(|| title.clone());
        }
    }
    titles
        .into_iter()
        .map(|(issue, title)| WorldIssue {
            title: title.chars().take(255).collect(),
            description: "An issue of the team's, here before the OKRs.".to_owned(),
            author: OWNER.to_owned(),
            project: issue.project,
            iid: issue.iid,
        })
        .collect()
}
