//! Facts in, lines out: one trouble a row, and what is said of it beside what is always said.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Facts, Failure, Person, ProjectFacts, Surroundings, TrackerWants, Wanted, examine};
use crate::gitlab::{CurrentUser, ErrorKind, Label, Metadata, TlsProblem, TokenSelf, User};
use crate::plan::Verdict;

fn project(path: &str) -> Value {
    json!({
        "id": 1, "path_with_namespace": path, "web_url": "https://gitlab.example.com", "visibility": "private",
        "issues_enabled": true, "issues_access_level": "enabled", "archived": false,
        "permissions": { "project_access": null, "group_access": { "access_level": 15 } },
    })
}

fn known(path: &str) -> ProjectFacts {
    ProjectFacts {
        project: Ok(serde_json::from_value(project(path)).unwrap()),
        several_assignees: Some(false),
        role: Some(15),
        labels: Some(Ok(vec![label("okr:o", Some(true))])),
        members: Some(Ok(vec![7])),
        templates: Some(Ok(vec!["Bug".into()])),
    }
}

fn label(name: &str, own: Option<bool>) -> Label {
    Label {
        id: 1,
        name: name.into(),
        color: "#112233".into(),
        description: None,
        is_project_label: own,
    }
}

fn account(id: u64, username: &str, state: &str) -> User {
    User {
        id,
        username: username.into(),
        name: String::new(),
        state: state.into(),
    }
}

fn failure(kind: ErrorKind, said: &str) -> Failure {
    Failure {
        kind,
        said: said.into(),
        hint: "do this".into(),
    }
}

/// Two trackers that are to be linked, a manager, a bot with the role Planner, and nothing wrong.
fn healthy() -> Facts {
    let wants = TrackerWants {
        labels: BTreeSet::from(["okr:o".into()]),
        not_kept: BTreeMap::new(),
    };
    let mia = Person {
        assigned_in: BTreeSet::from(["acme/a".into()]),
    };
    let trackers = ["acme/a", "acme/b"];
    Facts {
        surroundings: Surroundings {
            today: "2026-11-16".parse().unwrap(),
            token_from: Some("OKR_TOKEN".into()),
            proxies: Vec::new(),
            bots: vec!["okr-bot".parse().unwrap()],
            labels_in_group: false,
        },
        wanted: Wanted {
            trackers: trackers.map(|path| (path.to_owned(), wants.clone())).into(),
            links: BTreeMap::from([(("acme/a".into(), "acme/b".into()), 2)]),
            people: BTreeMap::from([("mia".parse().unwrap(), mia)]),
        },
        is_job: false,
        is_local: false,
        metadata: Ok(Metadata {
            version: "18.9.0".into(),
            revision: String::new(),
            enterprise: Some(false),
        }),
        ahead: Some(SignedDuration::from_secs(1)),
        user: Some(Ok(CurrentUser {
            id: 9,
            username: "okr-bot".into(),
            name: String::new(),
            bot: false,
            is_admin: false,
        })),
        token: Some(Ok(TokenSelf {
            name: "okr".into(),
            scopes: vec!["api".into()],
            user_id: 9,
            active: true,
            expires_at: Some("2027-06-01".parse().unwrap()),
        })),
        listed: BTreeMap::new(),
        projects: trackers.map(|path| (path.to_owned(), known(path))).into(),
        accounts: Some(Ok(vec![
            account(7, "Mia", "active"),
            account(9, "okr-bot", "active"),
        ])),
    }
}

/// What is said that is not good.
fn told(facts: &Facts) -> Vec<String> {
    let checks = examine(facts);
    for check in &checks {
        let blocks = matches!(check.verdict, Verdict::Blocking | Verdict::Warning);
        assert!(!blocks || check.help.is_some(), "no way out: {check:?}");
    }
    let bad = checks.iter().filter(|check| check.verdict != Verdict::Good);
    bad.map(|check| format!("{:?} {}: {}", check.verdict, check.id, check.found))
        .collect()
}

/// Changes healthy facts and expects exactly these lines.
fn expect(change: impl FnOnce(&mut Facts), lines: &[&str]) {
    let mut facts = healthy();
    change(&mut facts);
    assert_eq!(told(&facts), lines);
}

fn user(facts: &mut Facts) -> &mut CurrentUser {
    facts.user.as_mut().unwrap().as_mut().unwrap()
}

fn token(facts: &mut Facts) -> &mut TokenSelf {
    facts.token.as_mut().unwrap().as_mut().unwrap()
}

fn tracker(facts: &mut Facts) -> &mut ProjectFacts {
    facts.projects.get_mut("acme/a").unwrap()
}

fn with(change: impl FnOnce(&mut Value)) -> impl FnOnce(&mut Facts) {
    move |facts| {
        let mut value = project("acme/a");
        change(&mut value);
        tracker(facts).project = Ok(serde_json::from_value(value).unwrap());
    }
}

#[test]
fn nothing_is_wrong() {
    expect(|_| {}, &[]);
    let ids: Vec<String> = examine(&healthy())
        .into_iter()
        .map(|check| check.id)
        .collect();
    let all = [
        "version",
        "clock",
        "account",
        "bots",
        "scopes",
        "expiry",
        "tracker",
        "tracker",
        "tier",
        "link-pairs",
        "accounts",
    ];
    assert_eq!(ids, all);
}

#[test]
fn servers() {
    let version = |text: &'static str| {
        move |facts: &mut Facts| facts.metadata.as_mut().unwrap().version = text.into()
    };
    expect(version("17.8.0-ee"), &[]);
    expect(
        version("17.7.1"),
        &["Warning version: GitLab 17.7.1 answers"],
    );
    expect(
        version("13.3.0"),
        &["Blocking version: GitLab 13.3.0 answers"],
    );
    expect(version("main"), &["Unknown version: GitLab main answers"]);
    expect(
        |facts| facts.ahead = Some(SignedDuration::from_secs(-200)),
        &["Warning clock: its clock is 3 min behind this machine's"],
    );
    expect(
        |facts| facts.ahead = Some(SignedDuration::from_secs(90)),
        &["Warning clock: its clock is 90 s ahead of this machine's"],
    );
    expect(
        |facts| facts.surroundings.proxies = vec!["HTTPS_PROXY".into()],
        &["Info proxy: requests may go through a proxy: HTTPS_PROXY is set"],
    );
}

/// What is left of the facts where nothing but this is known.
fn only(facts: &mut Facts) {
    (facts.user, facts.token, facts.accounts, facts.ahead) = (None, None, None, None);
    facts.projects.clear();
}

const UNSEEN: &str = "Unknown not-looked-at: 2 trackers and what is in them were not looked at";

#[test]
fn servers_that_are_not_reached() {
    for (kind, id) in [
        (ErrorKind::Unreachable, "unreachable"),
        (ErrorKind::Timeout, "unreachable"),
        (ErrorKind::Server, "unreachable"),
        (ErrorKind::Tls(TlsProblem::Expired), "tls"),
        (ErrorKind::NotGitlab, "not-gitlab"),
    ] {
        expect(
            |facts| {
                only(facts);
                facts.metadata = Err(failure(kind, "because"));
            },
            &[&format!("Blocking {id}: because"), UNSEEN],
        );
    }
}

#[test]
fn tokens_that_open_nothing() {
    let untold = "Unknown version: GitLab answers, and does not tell its version to this token";
    for (kind, line) in [
        (
            ErrorKind::Unauthorized,
            "Blocking token-unknown: the token from OKR_TOKEN is none that this server knows",
        ),
        (
            ErrorKind::TokenExpired,
            "Blocking token-expired: the token from OKR_TOKEN has expired",
        ),
        (
            ErrorKind::TokenRevoked,
            "Blocking token-revoked: the token from OKR_TOKEN was revoked",
        ),
    ] {
        expect(
            |facts| {
                only(facts);
                facts.metadata = Err(failure(kind, "401"));
            },
            &[untold, line, UNSEEN],
        );
    }
    expect(
        |facts| {
            only(facts);
            facts.metadata = Err(failure(ErrorKind::Unauthorized, "401"));
            facts.surroundings.token_from = None;
        },
        &[
            untold,
            "Blocking no-token: there is no token for GitLab",
            UNSEEN,
        ],
    );
    expect(
        |facts| {
            only(facts);
            facts.metadata = Err(failure(ErrorKind::Unauthorized, "401"));
            facts.surroundings.token_from = Some("CI_JOB_TOKEN".into());
            facts.is_job = true;
            let refused = failure(ErrorKind::Forbidden, "403 not on the allowlist");
            facts.listed =
                BTreeMap::from([("acme/a".into(), Ok(())), ("acme/b".into(), Err(refused))]);
        },
        &[
            untold,
            "Blocking job-token: a job token, from CI_JOB_TOKEN",
            "Blocking tracker-unreadable: acme/b: its issues cannot be read: 403 not on the allowlist",
        ],
    );
}

#[test]
fn tokens_that_open_too_little() {
    expect(
        |facts| token(facts).scopes = vec!["read_api".into()],
        &["Blocking scopes: the token has the scope read_api"],
    );
    expect(
        |facts| token(facts).scopes = vec!["read_user".into(), "write_repository".into()],
        &["Blocking scopes: the token has the scopes read_user, write_repository"],
    );
    expect(
        |facts| facts.token = Some(Err(failure(ErrorKind::NotFound, "404"))),
        &["Unknown scopes: what the token may do is unknown: 404"],
    );
    let ends = |day: &'static str| {
        move |facts: &mut Facts| token(facts).expires_at = Some(day.parse().unwrap())
    };
    expect(ends("2026-12-17"), &[]);
    expect(
        ends("2026-12-16"),
        &["Warning expiry: the token ends on 2026-12-16, in 30 days"],
    );
    expect(
        ends("2026-11-17"),
        &["Warning expiry: the token ends on 2026-11-17, tomorrow"],
    );
    expect(
        |facts| token(facts).expires_at = None,
        &["Info expiry: it has no end"],
    );
}

#[test]
fn accounts_behind_tokens() {
    expect(
        |facts| {
            facts.surroundings.bots = vec!["other".parse().unwrap(), "okr-bot".parse().unwrap()];
        },
        &["Warning unknown-bot: gitlab.bots names “other”, and there is no such account"],
    );
    expect(
        |facts| user(facts).username = "mia".into(),
        &["Blocking not-a-bot: the token is mia's, and okr.toml counts only issues by okr-bot"],
    );
    expect(
        |facts| facts.surroundings.bots.clear(),
        &["Info bots-unset: gitlab.bots is not set: only issues by okr-bot are managed"],
    );
    expect(
        |facts| {
            *user(facts) = CurrentUser {
                username: "project_3_bot_0a1b".into(),
                bot: true,
                ..user(facts).clone()
            };
            facts.surroundings.bots.clear();
        },
        &[
            "Info account: OKR_TOKEN is the access token of project 3, whose account is project_3_bot_0a1b",
            "Info bots-unset: gitlab.bots is not set: only issues by project_3_bot_0a1b are managed",
        ],
    );
}

#[test]
fn trackers() {
    expect(
        with(|project| project["archived"] = true.into()),
        &["Blocking tracker-archived: acme/a is archived"],
    );
    expect(
        with(|project| project["issues_enabled"] = false.into()),
        &["Blocking issues-disabled: issues are switched off in acme/a"],
    );
    expect(
        |facts| tracker(facts).role = Some(10),
        &["Blocking role-too-low: the token's account is Guest in acme/a, and Planner is needed"],
    );
    expect(|facts| tracker(facts).role = Some(20), &[]);
    // An administrator needs no role.
    expect(
        |facts| {
            user(facts).is_admin = true;
            tracker(facts).role = Some(0);
        },
        &[],
    );
    // Without GraphQL, REST's role counts; where it knows none there may be one by way of a shared group.
    expect(|facts| tracker(facts).role = None, &[]);
    expect(
        |facts| {
            with(|project| project["permissions"]["group_access"] = Value::Null)(facts);
            tracker(facts).role = None;
        },
        &["Unknown tracker: acme/a: issues are on, the role is not told"],
    );
    expect(
        |facts| tracker(facts).templates = Some(Ok(vec!["default".into()])),
        &["Info template: acme/a: it has a default template for issues"],
    );
    expect(
        |facts| tracker(facts).templates = Some(Err(failure(ErrorKind::NotFound, "404"))),
        &["Unknown template: acme/a: whether it has a default template for issues is not told"],
    );
    expect(
        |facts| tracker(facts).project = Err(failure(ErrorKind::NotFound, "404")),
        &[
            "Blocking tracker-unreadable: acme/a does not exist, or this token may not know that it does",
            "Warning link-end: acme/a does not exist or this token cannot read it",
        ],
    );
}

#[test]
fn labels() {
    expect(
        |facts| tracker(facts).labels = Some(Ok(Vec::new())),
        &["Info labels: acme/a: 1 label is missing"],
    );
    let twice = || {
        Some(Ok(vec![
            label("okr:o", Some(true)),
            label("okr:o", Some(false)),
        ]))
    };
    expect(
        |facts| tracker(facts).labels = twice(),
        &["Warning label-twice: acme/a: in the project and in a group above it there is okr:o"],
    );
    // Missing labels of a group need a role in the group.
    expect(
        |facts| {
            with(|project| {
                project["permissions"] =
                    json!({ "project_access": { "access_level": 40 }, "group_access": null });
            })(facts);
            facts.surroundings.labels_in_group = true;
            tracker(facts).labels = Some(Ok(Vec::new()));
        },
        &[
            "Info labels: acme/a: 1 label is missing",
            "Blocking group-role: the token's account has no role of Planner or above in the group acme",
        ],
    );
}

#[test]
fn tiers() {
    let dan = || BTreeMap::from([("dan".parse().unwrap(), 3)]);
    let dropped = "Info assignee-dropped: GitLab Free keeps one assignee";
    let drops =
        |facts: &mut Facts| facts.wanted.trackers.get_mut("acme/a").unwrap().not_kept = dan();
    expect(drops, &[dropped]);
    expect(
        |facts| {
            drops(facts);
            tracker(facts).several_assignees = Some(true);
        },
        &[],
    );
    expect(
        |facts| {
            drops(facts);
            tracker(facts).several_assignees = None;
        },
        &[
            "Unknown tier: the tier of acme/a is not told; it is taken for Free",
            dropped,
        ],
    );
}

#[test]
fn links() {
    let to_elsewhere = |facts: &mut Facts| {
        facts
            .wanted
            .links
            .insert(("acme/b".into(), "vault/x".into()), 1);
    };
    expect(
        |facts| {
            to_elsewhere(facts);
            let hidden = ProjectFacts {
                project: Err(failure(ErrorKind::NotFound, "404")),
                ..known("vault/x")
            };
            facts.projects.insert("vault/x".into(), hidden);
        },
        &["Warning link-end: vault/x does not exist or this token cannot read it"],
    );
    expect(
        |facts| {
            to_elsewhere(facts);
            let strange = ProjectFacts {
                role: Some(0),
                ..known("vault/x")
            };
            facts.projects.insert("vault/x".into(), strange);
        },
        &[
            "Blocking link-end: the token's account is no member of vault/x, and Guest is needed to link",
        ],
    );
}

#[test]
fn people() {
    let accounts = |accounts: &[User]| {
        let accounts = [accounts, &[account(9, "okr-bot", "active")]].concat();
        move |facts: &mut Facts| facts.accounts = Some(Ok(accounts))
    };
    expect(
        accounts(&[]),
        &["Warning unknown-account: there is no account “mia”"],
    );
    expect(
        accounts(&[account(7, "mia", "blocked")]),
        &["Warning inactive-account: the account “mia” is blocked"],
    );
    expect(
        accounts(&[account(8, "mia", "active")]),
        &["Warning no-member: “mia” is no member of acme/a, whose issues only members see"],
    );
    // Where everybody sees the issues, nobody was asked for members.
    expect(
        |facts| {
            accounts(&[account(8, "mia", "active")])(facts);
            tracker(facts).members = None;
        },
        &[],
    );
}
