//! Bad surroundings: each is told with a way out, nothing is written, and no token is shown.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use okrsync::sandbox::state::{Scope, Visibility};
use okrsync::sandbox::{Fault, FaultRule, WorldToken, WorldUser};

use crate::support::bench::{Bench, TOKEN};
use crate::support::okr::{Okr, Ran, edit};

const SECRET: &str = "glpat-secret-text-of-a-token";

/// Plans and applies, and expects of both that they fail with a hint, write nothing and do not show the token.
fn fails(bench: &Bench, prepare: impl Fn(Okr) -> Okr, words: &[&str]) {
    bench.sandbox.clear_journal();
    for (command, status) in [
        (&["plan", "-v"] as &[&str], 1),
        (&["apply", "--yes", "-v"], 5),
    ] {
        let ran = prepare(bench.okr(command)).run();
        assert_eq!(ran.status, status, "{command:?}: {ran:?}");
        told(&ran, words);
    }
    assert_eq!(bench.writes(), [""; 0]);
    assert!(bench.managed().is_empty());
}

fn told(ran: &Ran, words: &[&str]) {
    assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
    for secret in [SECRET, TOKEN] {
        assert!(
            !ran.stderr.contains(secret) && !ran.stdout.contains(secret),
            "{ran:?}"
        );
    }
}

fn token(user: &str, scope: Scope) -> WorldToken {
    WorldToken {
        user: user.to_owned(),
        scopes: vec![scope],
        ..WorldToken::default()
    }
}

#[test]
fn nobody_listens() {
    let bench = Bench::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    fails(
        &bench,
        |okr| okr.env("OKR_URL", &url),
        &[
            "error: GitLab cannot be reached",
            "no connection",
            &url,
            "OKR_URL",
        ],
    );
}

#[test]
fn the_address_is_none() {
    let bench = Bench::new();
    let ran = bench
        .okr(&["plan"])
        .env("OKR_URL", "gitlab example com")
        .run();
    assert_eq!(ran.status, 2);
    told(
        &ran,
        &["OKR_URL names no address", "https://gitlab.example.com"],
    );
}

#[test]
fn plain_http_to_another_machine_is_refused_until_the_environment_allows_it() {
    let bench = Bench::new();
    // A name that is not this machine's; a proxy on this machine answers for it, so that nothing leaves it.
    let far = |okr: Okr| {
        okr.env("OKR_URL", "http://gitlab.example.com")
            .env("HTTP_PROXY", bench.sandbox.url())
    };
    for unset in ["", "0"] {
        let ran = far(bench.okr(&["plan"]).env("OKR_ALLOW_HTTP", unset)).run();
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains("use https"), "{}", ran.stderr);
        assert!(ran.stderr.contains("OKR_ALLOW_HTTP=1"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
    }
    assert!(bench.sandbox.journal().is_empty());
    let ran = far(bench.okr(&["plan"]).env("OKR_ALLOW_HTTP", "1")).run();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(!bench.sandbox.journal().is_empty());
    let help = bench.run(&["--help"]).stdout;
    assert!(help.contains("OKR_ALLOW_HTTP"), "{help}");
}

#[test]
fn something_else_answers() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let page = "<!doctype html><title>Sign in</title>";
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _head = stream.read(&mut [0; 4096]);
            let _gone = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    fails(
        &bench,
        |okr| okr.env("OKR_URL", &url),
        &["sign-in page", &url],
    );
}

#[test]
fn the_address_leads_beside_the_api() {
    let bench = Bench::new();
    let url = format!("{}/gitlab", bench.sandbox.url());
    fails(&bench, |okr| okr.env("OKR_URL", &url), &["Check the url"]);
}

#[test]
fn the_token_is_unknown() {
    let bench = Bench::new();
    let words = [
        "GET /api/v4/user: 401 Unauthorized",
        "OKR_TOKEN",
        "scope api to apply, read_api to plan",
    ];
    fails(&bench, |okr| okr.env("OKR_TOKEN", SECRET), &words);
}

#[test]
fn there_is_no_token() {
    let bench = Bench::new();
    let ran = bench.okr(&["plan"]).env("OKR_TOKEN", "").run();
    assert_eq!(ran.status, 1);
    told(&ran, &["no token", "OKR_TOKEN", "okr demo"]);
    let ran = bench
        .okr(&["plan"])
        .env("OKR_TOKEN", "")
        .env("OKR_TOKEN_FILE", "no-such-file")
        .run();
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("no-such-file"), "{}", ran.stderr);
}

#[test]
fn a_token_that_only_reads_plans_but_does_not_apply() {
    let bench = Bench::of(|world| {
        let readers = token("okr-bot", Scope::ReadApi);
        world.tokens.insert(SECRET.to_owned(), readers);
    });
    let plan = bench.okr(&["plan"]).env("OKR_TOKEN", SECRET).run();
    assert_eq!(plan.status, 0, "{plan:?}");
    assert_eq!(questions(&bench), 0);
    let apply = bench
        .okr(&["apply", "--yes", "-v"])
        .env("OKR_TOKEN", SECRET)
        .run();
    assert_eq!(apply.status, 5, "{apply:?}");
    assert!(apply.stdout.contains("hint: "), "{}", apply.stdout);
    let (before, _) = apply.stdout.split_once("Applied: ").unwrap();
    assert!(
        before.contains("the token has the scope read_api"),
        "{}",
        apply.stdout
    );
    assert_eq!(questions(&bench), 1);
    assert!(!apply.stdout.contains(SECRET) && !apply.stderr.contains(SECRET));
    assert!(bench.managed().is_empty());
}

/// How often a token was asked about itself.
fn questions(bench: &Bench) -> usize {
    let journal = bench.sandbox.journal();
    let about = |path: &str| path.ends_with("/personal_access_tokens/self");
    journal.iter().filter(|entry| about(&entry.path)).count()
}

#[test]
fn an_apply_says_a_fortnight_ahead_that_its_token_ends() {
    let until = |day: &str| {
        let day = day.parse().unwrap();
        Bench::of(move |world| world.tokens.get_mut(TOKEN).unwrap().expires_at = Some(day))
    };
    let bench = until("2026-11-30");
    let text = bench.plan();
    assert!(!text.contains("the token ends"), "{text}");
    assert_eq!(questions(&bench), 0, "a plan asks in pages alone");
    let text = bench.apply(&[]);
    assert!(
        text.contains("the token ends on 2026-11-30, in 14 days"),
        "{text}"
    );
    assert_eq!(questions(&bench), 1);
    // Where nothing is to be done, nothing is asked.
    let text = bench.apply(&[]);
    assert!(!text.contains("the token ends"), "{text}");
    assert_eq!(questions(&bench), 1);
    let text = until("2026-12-01").apply(&[]);
    assert!(!text.contains("the token ends"), "{text}");
}

#[test]
fn an_apply_does_without_what_the_token_does_not_tell() {
    let bench = Bench::new();
    bench.sandbox.set_faults(vec![FaultRule {
        path: Some("/api/v4/personal_access_tokens/self".into()),
        times: u32::MAX,
        ..FaultRule::once(Fault::StatusBefore {
            status: 403,
            body: r#"{"message":"403 Forbidden"}"#.into(),
        })
    }]);
    let text = bench.apply(&[]);
    assert!(text.ends_with("Applied: 52 of 52 changes.\n"), "{text}");
}

#[test]
fn the_account_is_no_member() {
    let stranger = |visibility: Visibility| {
        Bench::of(move |world| {
            world.users.push(WorldUser {
                username: "stranger".to_owned(),
                ..WorldUser::default()
            });
            let strangers = token("stranger", Scope::Api);
            world.tokens.insert(SECRET.to_owned(), strangers);
            for project in &mut world.projects {
                project.visibility = visibility;
            }
        })
    };
    let bench = stranger(Visibility::Private);
    let words = ["not found or not readable", "gl-infra/infrastructure"];
    fails(&bench, |okr| okr.env("OKR_TOKEN", SECRET), &words);
    // Of what is public everybody may create issues; but a stranger does not see which of ours are there already.
    let bench = stranger(Visibility::Public);
    let apply = bench
        .okr(&["apply", "--yes"])
        .env("OKR_TOKEN", SECRET)
        .run();
    assert_eq!(apply.status, 1, "{apply:?}");
    assert!(
        apply
            .stdout
            .contains("stranger's, who is not one of gitlab.bots (okr-bot) and has no role in"),
        "{apply:?}"
    );
    assert!(
        apply.stdout.contains("14 issues that the files declare"),
        "{apply:?}"
    );
    assert_eq!(bench.writes(), [""; 0]);
    assert!(bench.managed().is_empty());
}

#[test]
fn a_tracker_does_not_exist() {
    let bench = Bench::new();
    edit(
        bench.dir.path(),
        "okr.toml",
        "tracker = \"gl-infra/frameworks\"",
        "tracker = \"gl-infra/framework\"",
    );
    fails(&bench, |okr| okr, &["gl-infra/framework"]);
}

#[test]
fn a_tracker_has_no_issues() {
    let bench = Bench::of(|world| {
        for project in &mut world.projects {
            project.issues_enabled = project.path != "gl-infra/frameworks";
        }
    });
    fails(
        &bench,
        |okr| okr,
        &["issues are switched off in gl-infra/frameworks"],
    );
}
