//! What a token cannot see is unknown, never absent: a job token's links and labels, a guest's confidential issues.

use okrsync::gitlab::{Client, TokenKind, Via};
use okrsync::issue::DesiredIssue;
use okrsync::plan::{Action, Plan};
use okrsync::reconcile::{Extent, Observation, ObserveRequest, observe};
use okrsync::sandbox::state::Visibility;
use okrsync::sandbox::{World, WorldToken, WorldUser};
use serde_json::json;

use super::faults::edit;
use super::reads::without_graphql;
use super::scene::{Scene, TRACKER, key_result, objective, role, world};

fn token_of(user: &str) -> WorldToken {
    WorldToken {
        user: user.into(),
        ..world().tokens["bot"].clone()
    }
}

/// A scene with all issues in one project, a job of that project, and a guest.
async fn scene() -> Scene {
    scene_of(world()).await
}

async fn scene_of(mut world: World) -> Scene {
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
    world.tokens.insert("job".into(), job);
    world.tokens.insert("gus".into(), token_of("gus"));
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
        extent: Extent::Plan,
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

/// The scene in a public project, seen by an account without a role in it.
async fn public(username: &str, admin: bool) -> Scene {
    let mut world = world();
    world.groups[0].visibility = Visibility::Public;
    for project in &mut world.projects {
        project.visibility = Visibility::Public;
    }
    world.users.push(WorldUser {
        username: username.into(),
        admin,
        ..WorldUser::default()
    });
    world.tokens.insert(username.into(), token_of(username));
    scene_of(world).await
}

#[tokio::test]
async fn a_stranger_on_a_public_tracker_is_told_once_and_first() {
    let scene = public("stranger", false).await;
    let (plan, _) = planned(&scene, &scene.client("stranger"), &desired()).await;
    assert!(plan.is_empty(), "{:#?}", plan.changes);
    let [conflict] = plan.conflicts.as_slice() else {
        panic!("{:#?}", plan.conflicts);
    };
    assert_eq!((conflict.id.as_str(), &conflict.key), ("stranger", &None));
    assert_eq!(
        conflict.message,
        "the token is stranger's, who is not one of gitlab.bots (bot) and has no role in acme/okrs: what it cannot see \
         cannot be planned: 3 issues that the files declare may be there, hidden from it"
    );
    assert_eq!(
        conflict.help.as_deref(),
        Some("use a token of bot, or make the account Planner there")
    );
    // What it does see is planned.
    scene.apply(&desired()[..2]).await;
    let mut changed = desired();
    changed[0].title = "Another title".into();
    let (plan, _) = planned(&scene, &scene.client("stranger"), &changed).await;
    let updates: Vec<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!(updates, [Action::Update]);
    assert!(plan.conflicts[0].message.contains("1 issue that"));
    assert_eq!(plan.conflicts.len(), 1, "{:#?}", plan.conflicts);
}

#[tokio::test]
async fn an_administrator_sees_everything_without_a_role() {
    let scene = public("root", true).await;
    let creates = |plan: &Plan| {
        let creates = |action| action == Action::Create;
        let actions = plan.changes.iter().map(|change| change.action);
        actions.filter(|action| creates(*action)).count()
    };
    let (plan, _) = planned(&scene, &scene.client("root"), &desired()).await;
    assert_eq!((creates(&plan), plan.conflicts), (3, vec![]));
    // REST tells roles of members alone.
    without_graphql(&scene);
    let (plan, observation) = planned(&scene, &scene.client("root"), &desired()).await;
    assert_eq!(observation.via, Via::Rest);
    assert_eq!((creates(&plan), plan.conflicts), (3, vec![]));
}
