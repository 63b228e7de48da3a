//! What a token cannot see is unknown, never absent: a job token's links and labels, a guest's confidential issues.

use okrsync::gitlab::{Client, TokenKind, Via};
use okrsync::issue::DesiredIssue;
use okrsync::plan::{Action, Plan};
use okrsync::reconcile::{Observation, ObserveRequest, observe};
use okrsync::sandbox::{WorldToken, WorldUser};
use serde_json::json;

use super::faults::edit;
use super::scene::{Scene, TRACKER, key_result, objective, role, world};

/// A scene with all issues in one project, a job of that project, and a guest.
async fn scene() -> Scene {
    let mut world = world();
    world.users.push(WorldUser {
        username: "gus".into(),
        ..WorldUser::default()
    });
    world.groups[0].members.insert("gus".into(), role(10));
    let job = WorldToken {
        user: "ann".into(),
        scopes: vec![],
        ci_job_of: Some(TRACKER.into()),
        expires_at: None,
        revoked: false,
    };
    let guest = WorldToken {
        user: "gus".into(),
        ci_job_of: None,
        ..world.tokens["bot"].clone()
    };
    world.tokens.insert("job".into(), job);
    world.tokens.insert("gus".into(), guest);
    let mut scene = Scene::of(world).await;
    scene.config.gitlab.bots = vec!["bot".parse().unwrap()];
    let mut config = scene.config.clone();
    let team = |id: &str| {
        let mut team = config
            .teams
            .iter()
            .find(|team| team.id.as_str() == id)
            .unwrap()
            .clone();
        team.key_result_tracker = TRACKER.into();
        team
    };
    config.teams = okrsync::config::Teams::new([team("sre"), team("infra")]);
    scene.config = config;
    scene
}

fn desired() -> Vec<DesiredIssue> {
    let key_result = |id: &str| DesiredIssue {
        tracker: TRACKER.into(),
        ..key_result("a", id)
    };
    vec![objective("a"), key_result("x"), key_result("y")]
}

async fn planned(scene: &Scene, client: &Client, desired: &[DesiredIssue]) -> (Plan, Observation) {
    let config = &scene.config;
    let request = ObserveRequest {
        desired,
        config,
        base: None,
    };
    let observation = observe(client, request).await.unwrap();
    (scene.plan_of(desired, &observation), observation)
}

fn job(scene: &Scene) -> Client {
    let mut settings = scene.settings("job");
    settings.token_kind = TokenKind::Job;
    Client::new(settings).unwrap()
}

fn notices(plan: &Plan) -> Vec<&str> {
    let mut ids: Vec<&str> = plan
        .notices
        .iter()
        .map(|notice| notice.id.as_str())
        .collect();
    ids.dedup();
    ids
}

#[tokio::test]
async fn a_job_token_neither_links_nor_unlinks_and_says_what_it_does_not_know() {
    let scene = scene().await;
    let mut desired = desired();
    scene.apply(&desired).await;
    scene.sandbox.clear_journal();
    let (plan, observation) = planned(&scene, &job(&scene), &desired).await;
    assert!(plan.is_empty(), "{:#?}", plan.changes);
    assert_eq!(
        (observation.via, &observation.state.viewer),
        (Via::Rest, &None)
    );
    let issues = &observation.state.issues;
    assert!(issues.len() == 3 && issues.iter().all(|issue| issue.links.known().is_none()));
    assert!(
        notices(&plan).contains(&"links-unknown"),
        "{:?}",
        plan.notices
    );
    assert_eq!(
        scene.sandbox.journal().len(),
        1,
        "one page, and nothing else"
    );
    // What is not there is shown as a create, with what is unknown about it.
    desired.push(DesiredIssue {
        labels: ["never made".to_owned()].into(),
        ..objective("new")
    });
    let (plan, _) = planned(&scene, &job(&scene), &desired).await;
    let actions: Vec<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!((actions, plan.conflicts.len()), (vec![Action::Create], 0));
    for unknown in ["issues-hidden", "labels-unknown", "links-unknown"] {
        assert!(
            notices(&plan).contains(&unknown),
            "{unknown}: {:?}",
            plan.notices
        );
    }
}

#[tokio::test]
async fn a_guest_never_takes_a_hidden_issue_for_a_missing_one() {
    let scene = scene().await;
    let desired = desired();
    scene.apply(&desired).await;
    let guest = scene.client("gus");
    let (plan, _) = planned(&scene, &guest, &desired).await;
    assert!(plan.is_empty() && plan.conflicts.is_empty(), "{plan:#?}");
    // A person makes one confidential: to the guest it is gone.
    let hidden = scene.issue("Key result x").await.issue.iid;
    let path = format!("/api/v4/projects/acme%2Fokrs/issues/{hidden}");
    edit(&scene, "PUT", &path, json!({"confidential": true})).await;
    let (plan, observation) = planned(&scene, &guest, &desired).await;
    assert_eq!(observation.state.issues.len(), 2);
    assert!(plan.is_empty(), "{:#?}", plan.changes);
    assert_eq!(plan.conflicts.len(), 1, "{:#?}", plan.conflicts);
    let conflict = &plan.conflicts[0];
    assert_eq!(conflict.key.as_ref(), Some(&desired[1].key));
    assert_eq!(conflict.id, "issues-hidden");
    // Who may see it all goes on.
    let (plan, _) = planned(&scene, &scene.client("bot"), &desired).await;
    assert!(plan.is_empty() && plan.conflicts.is_empty(), "{plan:#?}");
}

#[tokio::test]
async fn an_account_sees_its_own_confidential_issues_whatever_its_role() {
    let mut scene = scene().await;
    scene.config.gitlab.bots = vec!["gus".parse().unwrap()];
    let guest = scene.client("gus");
    let (plan, _) = planned(&scene, &guest, &desired()).await;
    assert_eq!(plan.conflicts, []);
    assert!(
        plan.changes
            .iter()
            .any(|change| change.action == Action::Create)
    );
}
