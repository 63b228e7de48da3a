//! What one apply does, and that the next plan is empty.

use okrsync::issue::Description;
use okrsync::plan::Action;
use okrsync::sandbox::{Fault, FaultRule};

use super::scene::{Scene, key, key_result, objective};

#[tokio::test]
async fn a_first_apply_makes_everything_and_the_second_plan_is_empty() {
    let scene = Scene::new().await;
    let desired = [objective("a"), key_result("a", "x"), key_result("a", "y")];
    let plan = scene.apply(&desired).await;
    assert_eq!(plan.summary.total.create, 3);
    assert_eq!(plan.summary.total.link, 2);
    assert_eq!(plan.summary.total.labels, 5);
    let (second, _) = scene.plan(&desired).await;
    assert!(second.is_empty(), "{second:#?}");
    let result = scene.issue("Key result x").await;
    assert_eq!(result.issue.labels, ["2026-q4", "okr:kr"]);
    assert_eq!(result.issue.assignees[0].username, "mia");
    assert_eq!(result.issue.due_date.unwrap().to_string(), "2026-12-31");
    let links = result.links.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(
        links[0].other,
        Some(scene.issue("Objective a").await.issue.id)
    );
    let block = Description::parse(&result.issue.description)
        .unwrap()
        .block
        .unwrap();
    assert_eq!(block.marker.key, key("2026-q4/sre/a/x"));
    assert!(!block.marker.pending);
    assert_eq!(block.marker.applied.links.len(), 1);
    assert_eq!(block.marker.applied.assignees.kept.len(), 1);
}

#[tokio::test]
async fn a_plan_without_changes_costs_a_handful_of_requests() {
    let scene = Scene::new().await;
    let desired = [objective("a"), key_result("a", "x"), key_result("a", "y")];
    scene.apply(&desired).await;
    scene.sandbox.clear_journal();
    scene.plan(&desired).await;
    let sent: Vec<String> = scene
        .sandbox
        .journal()
        .iter()
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect();
    assert_eq!(
        sent,
        ["GET /api/v4/user", "POST /api/graphql", "POST /api/graphql"]
    );
}

#[tokio::test]
async fn people_get_one_mail_for_a_new_issue() {
    let scene = Scene::new().await;
    scene.apply(&[objective("a")]).await;
    let journal = scene.sandbox.journal();
    let creates: Vec<_> = journal
        .iter()
        .filter(|entry| entry.method == "POST" && entry.path.ends_with("/issues"))
        .collect();
    assert_eq!(creates.len(), 1);
    for field in ["title", "description", "labels", "assignee_ids", "due_date"] {
        assert!(!creates[0].body[field].is_null(), "{field}");
    }
}

#[tokio::test]
async fn what_is_no_longer_declared_is_closed_with_one_note() {
    let scene = Scene::new().await;
    scene.apply(&[objective("a"), key_result("a", "x")]).await;
    let plan = scene.apply(&[objective("a")]).await;
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(plan.changes[0].action, Action::Close);
    let closed = scene.issue("Key result x").await;
    assert!(closed.issue.closed_at.is_some());
    let (second, _) = scene.plan(&[objective("a")]).await;
    assert!(second.is_empty(), "{second:#?}");
    // Declared again: the same issue is opened again.
    let plan = scene.apply(&[objective("a"), key_result("a", "x")]).await;
    assert_eq!(plan.changes[0].action, Action::Update);
    assert!(scene.issue("Key result x").await.issue.closed_at.is_none());
}

#[tokio::test]
async fn a_tracker_that_changes_moves_its_issues() {
    let scene = Scene::new().await;
    let mut desired = [objective("a"), key_result("a", "x")];
    scene.apply(&desired).await;
    desired[1].tracker = super::scene::TRACKER.into();
    let plan = scene.apply(&desired).await;
    assert_eq!(plan.summary.total.moves, 1);
    let (second, _) = scene.plan(&desired).await;
    assert!(second.is_empty(), "{second:#?}");
    let live: Vec<_> = scene
        .issues()
        .await
        .into_iter()
        .filter(|issue| issue.issue.closed_at.is_none())
        .collect();
    assert_eq!(live.len(), 2);
    assert!(
        live.iter()
            .all(|issue| issue.project == super::scene::TRACKER)
    );
    assert_eq!(live[1].issue.labels, ["2026-q4", "okr:kr"]);
}

#[tokio::test]
async fn a_move_by_people_is_kept_also_when_something_else_changes() {
    let scene = Scene::new().await;
    let mut desired = [objective("a"), key_result("a", "x")];
    scene.apply(&desired).await;
    let issue = scene.issue("Key result x").await.issue;
    let there = scene
        .client("owner")
        .project(&super::scene::TRACKER.into())
        .await
        .unwrap();
    let from = super::scene::DELIVERY.into();
    scene
        .client("owner")
        .move_issue(&from, issue.iid, there.id)
        .await
        .unwrap();
    let (kept, _) = scene.plan(&desired).await;
    assert!(kept.is_empty(), "{kept:#?}");
    assert!(
        kept.notices
            .iter()
            .any(|notice| notice.message.contains("moved"))
    );
    desired[1].due = "2026-12-18".parse().unwrap();
    let plan = scene.apply(&desired).await;
    assert_eq!(plan.changes.len(), 1);
    let (rest, _) = scene.plan(&desired).await;
    assert!(rest.is_empty(), "{rest:#?}");
}

#[tokio::test]
async fn a_lone_team_moves_whole_where_nothing_else_leads_to_its_issues() {
    let mut scene = Scene::new().await;
    let desired = [objective("a"), key_result("a", "x")];
    scene.apply(&desired).await;
    // okr.toml names neither of the former trackers any more.
    scene.sandbox.with_state(|state| {
        let project = state.projects.values().next().unwrap().clone();
        let moved = okrsync::sandbox::state::Project {
            id: 77,
            path: "acme/new".into(),
            last_issue_iid: 0,
            iids: std::collections::BTreeMap::new(),
            ..project
        };
        state.projects.insert(77, moved);
    });
    let teams: Vec<_> = scene.config.teams.iter().cloned().collect();
    scene.config.teams =
        okrsync::config::Teams::new(teams.into_iter().map(|team| okrsync::config::Team {
            tracker: "acme/new".into(),
            key_result_tracker: "acme/new".into(),
            ..team
        }));
    let desired = desired.map(|wanted| okrsync::issue::DesiredIssue {
        tracker: "acme/new".into(),
        ..wanted
    });
    let plan = scene.apply(&desired).await;
    assert_eq!(
        (plan.summary.total.moves, plan.summary.total.create),
        (2, 0)
    );
    let (rest, _) = scene.plan(&desired).await;
    assert!(rest.is_empty(), "{rest:#?}");
}

#[tokio::test]
async fn a_tracker_that_changes_with_the_owner_moves_its_issues() {
    let mut scene = Scene::new().await;
    let mut desired = [objective("a"), key_result("a", "x")];
    scene.apply(&desired).await;
    let teams: Vec<_> = scene.config.teams.iter().cloned().collect();
    scene.config.teams =
        okrsync::config::Teams::new(teams.into_iter().map(|team| okrsync::config::Team {
            key_result_tracker: super::scene::TRACKER.into(),
            ..team
        }));
    scene.config.gitlab.owner = "acme/all-okrs".into();
    scene.config.gitlab.previous_owners = vec!["acme/okrs".into()];
    desired[1].tracker = super::scene::TRACKER.into();
    let plan = scene.apply(&desired).await;
    let total = plan.summary.total;
    assert_eq!((total.moves, total.update, total.create), (1, 1, 0));
    let (rest, _) = scene.plan(&desired).await;
    assert!(rest.is_empty(), "{rest:#?}");
    let live = scene.issues().await.into_iter();
    let owners: Vec<String> = live
        .filter(|issue| issue.issue.closed_at.is_none())
        .map(|issue| marker(&issue.issue.description).owner)
        .collect();
    assert_eq!(owners, ["acme/all-okrs", "acme/all-okrs"]);
}

fn marker(description: &str) -> okrsync::issue::Marker {
    let description = Description::parse(description).unwrap();
    description.block.unwrap().marker
}

#[tokio::test]
async fn a_copy_that_carries_a_previous_owners_marker_stops_a_second_issue() {
    let mut scene = Scene::new().await;
    let desired = [objective("a")];
    scene.apply(&desired).await;
    // Somebody copied the issue under another title; ours cannot be found any more.
    let ours = scene.issue("Objective a").await.issue;
    scene.sandbox.with_state(|state| {
        let ann = state.user_by_name("ann").unwrap().id;
        let issue = state.issues.get_mut(&ours.id).unwrap();
        issue.author = ann;
        issue.title = "A copy".into();
    });
    scene.config.gitlab.owner = "acme/all-okrs".into();
    scene.config.gitlab.previous_owners = vec!["acme/okrs".into()];
    let (plan, _) = scene.plan(&desired).await;
    assert!(plan.is_empty(), "{:#?}", plan.changes);
    let ids: Vec<&str> = plan.conflicts.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["looks-alike"]);
}

/// Labels are dropped in silence at first, and none can be made.
#[tokio::test]
async fn a_token_that_was_just_made_ends_with_every_label() {
    let scene = Scene::new().await;
    let desired = [objective("a"), key_result("a", "x"), key_result("a", "y")];
    let rule = |method: &str, path: &str, times, fault| FaultRule {
        method: Some(method.into()),
        path: Some(path.into()),
        times,
        ..FaultRule::once(fault)
    };
    let forbidden = Fault::StatusBefore {
        status: 403,
        body: r#"{"message":"403 Forbidden"}"#.into(),
    };
    scene.sandbox.set_faults(vec![
        rule("POST", "/labels", 2, forbidden),
        rule("POST", "/issues", 5, Fault::NewToken),
        rule("PUT", "/issues/", 4, Fault::NewToken),
    ]);
    scene.apply(&desired).await;
    let (rest, _) = scene.plan(&desired).await;
    assert!(rest.is_empty(), "{rest:#?}");
    for (wanted, issue) in desired.iter().zip(scene.issues().await) {
        let labels: std::collections::BTreeSet<String> = issue.issue.labels.into_iter().collect();
        assert_eq!(labels, wanted.labels);
    }
}

#[tokio::test]
async fn a_token_that_never_may_label_is_not_waited_for_again_and_again() {
    let scene = Scene::new().await;
    let desired = [objective("a"), key_result("a", "x")];
    let mut settings = scene.settings("bot");
    let clock = std::sync::Arc::new(okrsync::gitlab::ManualClock::new(super::scene::start()));
    settings.clock = clock.clone();
    let client = okrsync::gitlab::Client::new(settings).unwrap();
    scene.sandbox.set_faults(vec![FaultRule {
        times: u32::MAX,
        ..FaultRule::once(Fault::NewToken)
    }]);
    let (_, report) = scene.attempt(&client, &desired).await.unwrap();
    let failed: Vec<String> = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.action == Action::Create)
        .map(|outcome| format!("{:?}", outcome.outcome))
        .collect();
    assert!(
        failed.len() == 2
            && failed
                .iter()
                .all(|one| one.contains("does not keep what it is sent: labels")),
        "{failed:#?}"
    );
    let waited: std::time::Duration = clock.waits().iter().sum();
    assert!(waited.as_secs() < 20, "{waited:?}");
}

#[tokio::test]
async fn who_was_at_work_on_many_issues_is_asked_for_fifty_at_a_time() {
    let scene = Scene::new().await;
    scene.apply(&[objective("a")]).await;
    let client = scene.client("bot");
    let iids = (1..=120).collect();
    let read = client.activity(super::scene::TRACKER, &iids).await;
    let read: Vec<u64> = read.unwrap().into_keys().collect();
    assert_eq!((read, client.requests_sent()), (vec![1], 3));
}
