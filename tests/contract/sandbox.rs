//! The embedded sandboxes that the facts are asked of where no GitLab is named.

use std::collections::BTreeMap;

pub(crate) use okrsync::sandbox::state::Tier;
use okrsync::sandbox::state::{Limits, Role, Scope, Visibility};
use okrsync::sandbox::{
    Clock, Fault, FaultRule, Options, Running, Sandbox, World, WorldMergeRequest, WorldProject,
    WorldToken, WorldUser,
};

use super::place::Setup;

/// The project that is there before anybody asks.
const GIVEN: &str = "acme/given";

/// A project whose issues are switched off.
const WITHOUT_ISSUES: &str = "acme/noissues";

/// A server with two accounts, a project with a job, and one without issues, with a throttle that nobody here reaches.
pub(crate) async fn start(tier: Tier) -> Running {
    let user = |username: &str| WorldUser {
        username: username.into(),
        ..WorldUser::default()
    };
    let token = |user: &str| WorldToken {
        user: user.into(),
        scopes: vec![Scope::Api],
        ci_job_of: None,
        expires_at: None,
        revoked: false,
    };
    let world = World {
        tier,
        enterprise: tier == Tier::Premium,
        limits: Limits {
            throttle_authenticated_api_enabled: true,
            throttle_authenticated_api_requests_per_period: 100_000,
            ..Limits::default()
        },
        users: vec![user("owner"), user("reporter")],
        projects: vec![
            WorldProject {
                visibility: Visibility::Private,
                members: BTreeMap::from([
                    ("owner".into(), Role::OWNER),
                    ("reporter".into(), Role::REPORTER),
                ]),
                ..WorldProject::new(GIVEN)
            },
            WorldProject {
                issues_enabled: false,
                members: BTreeMap::from([("owner".into(), Role::OWNER)]),
                ..WorldProject::new(WITHOUT_ISSUES)
            },
        ],
        merge_requests: vec![WorldMergeRequest {
            id: None,
            iid: 1,
            project: GIVEN.into(),
            title: "A merge request".into(),
            source_branch: "topic".into(),
            target_branch: "main".into(),
            author: "owner".into(),
        }],
        tokens: BTreeMap::from([
            ("owner".into(), token("owner")),
            ("reporter".into(), token("reporter")),
            (
                "job".into(),
                WorldToken {
                    scopes: vec![],
                    ci_job_of: Some(GIVEN.into()),
                    ..token("owner")
                },
            ),
        ]),
        ..World::default()
    };
    Sandbox::start(Options {
        world,
        listen: ([127, 0, 0, 1], 0).into(),
        state_file: None,
        clock: Clock::System,
    })
    .await
    .unwrap()
}

/// With a token that may make projects.
pub(crate) fn setup(running: &Running) -> Setup {
    Setup {
        url: running.url(),
        token: "owner".into(),
        project: None,
        job: Some(("job".into(), GIVEN.into())),
        without_issues: Some(WITHOUT_ISSUES.into()),
        merge_request: Some(format!("{GIVEN}!1")),
        run: "1".into(),
    }
}

/// With a reporter's token in a given project.
pub(crate) fn lesser_setup(running: &Running) -> Setup {
    Setup {
        token: "reporter".into(),
        project: Some(GIVEN.into()),
        job: None,
        without_issues: None,
        merge_request: None,
        ..setup(running)
    }
}

/// From now on every answer is 200 `{}`.
pub(crate) fn talk_nonsense(running: &Running) {
    let fault = Fault::StatusBefore {
        status: 200,
        body: "{}".into(),
    };
    running.set_faults(vec![FaultRule {
        times: u32::MAX,
        ..FaultRule::once(fault)
    }]);
}
