//! `okr doctor`: every trouble has its line, nothing is written, no token is shown.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use okrsync::sandbox::state::{Role, Scope, Tier, Visibility};
use okrsync::sandbox::{World, WorldGroup, WorldProject, WorldToken};
use serde_json::{Value, json};

use crate::support::bench::{Bench, TOKEN};
use crate::support::okr::{Ran, edit, okr};

const SRE: &str = "okrs/2026-q4/sre.toml";

/// The whole output on 80 columns, with the server's port left out.
macro_rules! assert_look {
    ($ran:expr) => {
        insta::with_settings!({ filters => vec![(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT")] }, {
            insta::assert_snapshot!($ran.stdout);
        });
    };
}

/// Looks, and expects that nothing is written and that the token stays hidden.
fn look(bench: &Bench, token: Option<(&str, &str)>) -> Ran {
    let mut okr = okr(["doctor"])
        .dir(bench.dir.path())
        .env("COLUMNS", "80")
        .env("OKR_URL", bench.sandbox.url());
    if let Some((name, secret)) = token {
        okr = okr.env(name, secret);
    }
    let ran = okr.run();
    assert_eq!(ran.stderr, "", "{ran:?}");
    assert_eq!(bench.writes(), [""; 0]);
    if let Some((_, secret)) = token {
        assert!(!ran.stdout.contains(secret), "{}", ran.stdout);
    }
    ran
}

/// Looks with the bot's token.
fn doctor(bench: &Bench) -> Ran {
    look(bench, Some(("OKR_TOKEN", TOKEN)))
}

/// Expects this exit status and these lines, which may be wrapped.
fn says(ran: &Ran, status: i32, lines: &[&str]) {
    let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in lines {
        assert!(text.contains(line), "{line}: {}", ran.stdout);
    }
    assert_eq!(ran.status, status, "{}", ran.stdout);
}

fn bot_is(role: Role) -> impl Fn(&mut World) {
    move |world| {
        for group in &mut world.groups {
            group.members.insert("okr-bot".into(), role);
        }
    }
}

fn bots_token(change: impl Fn(&mut WorldToken)) -> impl Fn(&mut World) {
    move |world| change(world.tokens.get_mut(TOKEN).unwrap())
}

fn tracker<'w>(world: &'w mut World, path: &str) -> &'w mut WorldProject {
    let mut all = world.projects.iter_mut();
    all.find(|project| project.path == path).unwrap()
}

/// A group that the bot is no member of, with one project.
fn vault(world: &mut World, visibility: Visibility) {
    world.groups.push(WorldGroup {
        path: "vault".into(),
        visibility,
        ..WorldGroup::default()
    });
    world.projects.push(WorldProject {
        visibility,
        ..WorldProject::new("vault/secret")
    });
}

/// Lets a key result of the example have work in the vault.
fn work_in_the_vault(bench: &Bench) {
    edit(
        bench.dir.path(),
        SRE,
        "work = [\"gl-infra/infrastructure#131\"]",
        "work = ['gl-infra/infrastructure#131', 'vault/secret#1']",
    );
}

#[test]
fn all_is_well() {
    let ran = doctor(&Bench::new());
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80));
    assert_look!(ran);
}

#[test]
fn much_is_wrong_at_once() {
    let bench = Bench::of(|world| {
        bot_is(Role::GUEST)(world);
        bots_token(|token| token.expires_at = Some("2026-11-30".parse().unwrap()))(world);
        tracker(world, "gl-infra/delivery").archived = true;
        tracker(world, "gl-infra/frameworks").issues_enabled = false;
        tracker(world, "gl-infra/infrastructure").default_template = Some("/label ~bug".into());
        world.users.retain(|user| user.username != "leila");
        for group in &mut world.groups {
            group.members.remove("leila");
        }
        world.tokens.remove("sandbox-leila");
        for user in &mut world.users {
            user.blocked = user.username == "sre-manager";
        }
        vault(world, Visibility::Private);
    });
    let label = json!({ "name": "okr:o", "color": "#112233" });
    bench.ask("POST", "/projects/gl-infra%2Finfrastructure/labels", &label);
    bench.ask("POST", "/groups/gl-infra/labels", &label);
    bench.sandbox.clear_journal();
    work_in_the_vault(&bench);
    let ran = doctor(&bench);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 80));
    assert_look!(ran);
}

#[test]
fn an_applied_example_is_well_on_premium_too() {
    let bench = Bench::of(|world| world.tier = Tier::Premium);
    bench.apply(&[]);
    bench.assert_at_rest();
    bench.sandbox.clear_journal();
    let ran = doctor(&bench);
    says(&ran, 0, &["the tier is Premium or above"]);
    assert!(!ran.stdout.contains("keeps one assignee"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("missing"), "{}", ran.stdout);
}

#[test]
fn roles() {
    says(
        &doctor(&Bench::of(bot_is(Role::REPORTER))),
        0,
        &["ok gl-infra/delivery: issues are on, the role is Reporter"],
    );
    says(
        &doctor(&Bench::of(bot_is(Role::GUEST))),
        1,
        &["blocks the token's account is Guest in gl-infra/delivery, and Planner is needed"],
    );
    says(
        &doctor(&Bench::of(bot_is(Role::NONE))),
        1,
        &["blocks the token's account is no member of gl-infra/delivery, and Planner is needed"],
    );
}

#[test]
fn tokens() {
    let of = |change: fn(&mut WorldToken)| doctor(&Bench::of(bots_token(change)));
    says(
        &of(|token| token.scopes = vec![Scope::ReadApi]),
        1,
        &["blocks the token has the scope read_api it reads everything and writes nothing"],
    );
    says(
        &of(|token| token.expires_at = Some("2026-11-16".parse().unwrap())),
        1,
        &[
            "blocks the token from OKR_TOKEN has expired",
            "3 trackers and what is in them were not looked at",
        ],
    );
    says(
        &of(|token| token.revoked = true),
        1,
        &["blocks the token from OKR_TOKEN was revoked"],
    );
    says(
        &of(|token| token.user = "sre-manager".into()),
        1,
        &["blocks the token is sre-manager's, and okr.toml counts only issues by okr-bot"],
    );
    says(
        &look(
            &Bench::new(),
            Some(("GITLAB_TOKEN", "glpat-of-another-server")),
        ),
        1,
        &["blocks the token from GITLAB_TOKEN is none that this server knows"],
    );
    says(
        &look(&Bench::new(), None),
        1,
        &[
            "unknown GitLab answers",
            "blocks there is no token for GitLab",
            "help: set OKR_TOKEN",
        ],
    );
}

#[test]
fn the_bot_of_a_projects_token() {
    let bench = Bench::new();
    let made = bench.ask(
        "POST",
        "/projects/gl-infra%2Fdelivery/access_tokens",
        &json!({ "name": "okr", "scopes": ["api"], "access_level": 15, "expires_at": "2027-06-01" }),
    );
    bench.sandbox.clear_journal();
    let ran = look(&bench, Some(("OKR_TOKEN", made["token"].as_str().unwrap())));
    says(
        &ran,
        1,
        &[
            "info OKR_TOKEN is the access token of project",
            "ok gl-infra/delivery: issues are on, the role is Planner",
            "blocks the token's account is no member of gl-infra/frameworks",
            "blocks the token is project_",
        ],
    );
}

#[test]
fn a_job_token_says_what_it_cannot_see() {
    let bench = Bench::of(|world| {
        let job = WorldToken {
            user: "okr-bot".into(),
            ci_job_of: Some("gl-infra/infrastructure".into()),
            ..WorldToken::default()
        };
        world.tokens.insert("job-secret".into(), job);
    });
    let ran = look(&bench, Some(("CI_JOB_TOKEN", "job-secret")));
    says(
        &ran,
        1,
        &[
            "blocks a job token, from CI_JOB_TOKEN",
            "ok gl-infra/infrastructure: its issues can be read",
            "blocks gl-infra/delivery: its issues cannot be read",
            "allowlist",
        ],
    );
}

#[test]
fn trackers_and_links() {
    let bench = Bench::of(|world| {
        world
            .projects
            .retain(|project| project.path != "gl-infra/frameworks");
    });
    says(
        &doctor(&bench),
        1,
        &[
            "blocks gl-infra/frameworks does not exist, or this token may not know that it does",
            "ok gl-infra/infrastructure: issues are on",
        ],
    );
    for (visibility, status, line) in [
        (
            Visibility::Private,
            0,
            "warning vault/secret does not exist or this token cannot read it",
        ),
        (
            Visibility::Public,
            1,
            "blocks the token's account is no member of vault/secret, and Guest is needed to link",
        ),
    ] {
        let bench = Bench::of(|world| vault(world, visibility));
        work_in_the_vault(&bench);
        says(&doctor(&bench), status, &[line]);
    }
}

#[test]
fn people_who_see_nothing_are_not_assigned() {
    let bench = Bench::of(|world| {
        for group in &mut world.groups {
            group.members.remove("delivery-manager");
        }
        tracker(world, "gl-infra/delivery").visibility = Visibility::Private;
    });
    says(
        &doctor(&bench),
        0,
        &[
            "warning “delivery-manager” is no member of gl-infra/delivery, whose issues only members see",
        ],
    );
}

#[test]
fn a_team_narrows_what_is_looked_at() {
    let bench = Bench::new();
    let ran = bench.run(&["doctor", "--team", "sre"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stdout
            .contains("gl-infra/infrastructure: issues are on")
    );
    assert!(
        !ran.stdout.contains("gl-infra/frameworks: issues"),
        "{}",
        ran.stdout
    );
    assert_eq!(bench.run(&["doctor", "--team", "sry"]).status, 2);
}

#[test]
fn programs_read_json() {
    let bench = Bench::of(bot_is(Role::GUEST));
    let ran = bench.run(&["doctor", "--format", "json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&report["format"], &report["blocking"]),
        (&json!(1), &json!(3))
    );
    let checks = report["checks"].as_array().unwrap();
    let roles = checks.iter().filter(|check| check["id"] == "role-too-low");
    let subjects: Vec<&str> = roles
        .map(|check| check["subject"].as_str().unwrap())
        .collect();
    assert_eq!(
        subjects,
        [
            "gl-infra/delivery",
            "gl-infra/frameworks",
            "gl-infra/infrastructure"
        ]
    );
}

#[test]
fn files_with_errors_do_not_hide_the_rest() {
    let bench = Bench::new();
    edit(bench.dir.path(), SRE, "share = 35", "shaer = 35");
    says(
        &doctor(&bench),
        1,
        &[
            "blocks the files have an error",
            "help: okr validate",
            "ok gl-infra/infrastructure",
        ],
    );
}

/// Looks at another address, without a sandbox.
fn elsewhere(url: &str) -> Ran {
    let bench = Bench::new();
    let ran = bench
        .okr(&["doctor"])
        .env("OKR_URL", url)
        .env("COLUMNS", "80")
        .run();
    assert!(bench.sandbox.journal().is_empty());
    assert!(
        !ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN),
        "{ran:?}"
    );
    ran
}

#[test]
fn servers_that_are_none() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    says(
        &elsewhere(&format!("http://{address}")),
        1,
        &[
            "blocks GET /api/v4/metadata: no connection",
            "nothing else can be found out",
            "not looked at",
        ],
    );
    says(
        &elsewhere("gitlab example com"),
        1,
        &[
            "blocks OKR_URL names no address",
            "help: write it like https://gitlab.example.com",
        ],
    );
    says(
        &elsewhere("http://gitlab.example.com"),
        1,
        &[
            "blocks cannot set up the connection to GitLab",
            "OKR_ALLOW_HTTP=1",
        ],
    );
}

#[test]
fn something_else_answers() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 44\r\nconnection: close\r\n\r\n\
                <html><title>Sign in to continue</title></html>";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _request = stream.read(&mut [0; 4096]);
            let _gone = stream.write_all(page.as_bytes());
        }
    });
    says(
        &elsewhere(&format!("http://{address}")),
        1,
        &[
            "blocks GET /api/v4/metadata",
            "Sign in to continue",
            "help: Check the url",
        ],
    );
    // The same server has no TLS.
    says(
        &elsewhere(&format!("https://{address}")),
        1,
        &[
            "blocks GET /api/v4/metadata: no secure connection",
            "does not speak TLS",
            "this port may be one for http",
        ],
    );
}

#[test]
fn a_plan_knows_the_same_without_asking_more() {
    let planner = Bench::new();
    planner.plan();
    let guest = Bench::of(bot_is(Role::GUEST));
    let text = guest.plan();
    assert!(text.contains("role-too-low (3)"), "{text}");
    assert!(
        text.contains("the token's account is Guest in gl-infra/delivery, and Planner is needed"),
        "{text}"
    );
    let count = |bench: &Bench| bench.sandbox.journal().len();
    assert_eq!(count(&guest), count(&planner));
    let archived = Bench::of(|world| tracker(world, "gl-infra/delivery").archived = true);
    assert!(archived.plan().contains("gl-infra/delivery is archived"));
    let blocked = Bench::of(|world| {
        for user in &mut world.users {
            user.blocked = user.username == "sre-manager";
        }
    });
    assert!(
        blocked
            .plan()
            .contains("the account “sre-manager” is blocked")
    );
}
