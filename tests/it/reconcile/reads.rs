//! Bulk reads, through the real client: what they cost, and that GraphQL and REST see the same.

use std::collections::BTreeMap;

use jiff::Timestamp;
use okrsync::gitlab::{IssueFilter, IssueQuery, IssueRead, Knowledge, Via};
use okrsync::issue::DesiredIssue;
use okrsync::plan::{Action, Knowledge as Known, ObservedState};
use okrsync::reconcile::Observation;
use okrsync::sandbox::state::{
    Actor, IssueChange, IssueState, LinkKind, Namespace, NewIssue, NewMilestone, State,
};
use okrsync::sandbox::{Fault, FaultRule, JournalEntry, WorldProject};
use proptest::prelude::*;
use serde_json::json;

use super::faults::{block_on, edit, report};
use super::scene::{DELIVERY, Scene, TRACKER, key_result, objective, world};

/// So many objectives, each with so many key results that are linked to it.
pub(super) fn many(objectives: usize, key_results: usize) -> Vec<DesiredIssue> {
    let mut desired = Vec::new();
    for at in 0..objectives {
        let id = format!("o{at}");
        desired.push(objective(&id));
        desired.extend((0..key_results).map(|at| key_result(&id, &format!("k{at}"))));
    }
    desired
}

/// A server that does not know the fields that okr asks for (recorded: graphql/bad-field).
pub(super) fn without_graphql(scene: &Scene) {
    let error = json!({
        "message": "Field 'linkedWorkItems' doesn't exist on type 'Issue'",
        "extensions": {"code": "undefinedField", "typeName": "Issue", "fieldName": "linkedWorkItems"},
    });
    scene.sandbox.set_faults(vec![FaultRule {
        path: Some("/api/graphql".into()),
        times: u32::MAX,
        ..FaultRule::once(Fault::StatusBefore {
            status: 200,
            body: json!({"errors": [error]}).to_string(),
        })
    }]);
}

/// What a request is, by what it costs a server (facts §0b).
fn kind(entry: &JournalEntry) -> String {
    let query = entry.body["query"].as_str().unwrap_or_default();
    let operation = query.split(['(', ' ']).nth(1).unwrap_or_default();
    let path = entry.path.split('?').next().unwrap_or_default();
    format!("{} {path} {operation}", entry.method)
        .trim_end()
        .to_owned()
}

#[tokio::test]
async fn a_plan_that_changes_nothing_takes_a_dozen_requests_for_a_thousand_issues() {
    let scene = Scene::new().await;
    let desired = many(25, 39);
    scene.apply(&desired).await;
    scene.sandbox.clear_journal();
    let (plan, observation) = scene.plan(&desired).await;
    assert!(plan.is_empty(), "{:#?}", plan.changes);
    assert_eq!(observation.via, Via::Graphql);
    let issues = &observation.state.issues;
    let links = issues.iter().filter_map(|issue| issue.links.known());
    assert_eq!((issues.len(), links.map(Vec::len).sum()), (1000, 2 * 975));
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for entry in scene.sandbox.journal() {
        *kinds.entry(kind(&entry)).or_default() += 1;
    }
    report(&format!("requests of a plan without changes: {kinds:#?}"));
    // 975 key results are ten pages; the first of them comes with the objectives'. A page with links costs a small server
    // 2.6 s, 26 s in all: less than its REST pages with one request for the links of each issue (7 s and 176 s), and less
    // than any other page that has links.
    let wanted = [
        ("GET /api/v4/user", 1),
        ("POST /api/graphql issuesOfProject", 9),
        ("POST /api/graphql issuesOfProjects", 1),
        ("POST /api/graphql users", 1),
    ];
    assert_eq!(
        kinds,
        wanted.map(|(kind, count)| (kind.into(), count)).into()
    );
}

#[tokio::test]
async fn the_reads_are_half_as_complex_as_allowed() {
    let scene = Scene::new().await;
    let read = scene.client("owner").read_issues(&query()).await.unwrap();
    let complexity = read.complexity.unwrap();
    assert!(complexity.score <= 150, "{complexity:?}");
    assert_eq!(complexity.limit, 250);
}

fn query() -> IssueQuery {
    IssueQuery {
        projects: vec![TRACKER.into(), DELIVERY.into()],
        filter: IssueFilter::default(),
    }
}

/// An issue as people leave it.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing that is so or not, in any combination"
)]
struct Made {
    delivery: bool,
    description: String,
    labels: Vec<&'static str>,
    assignee: Option<u64>,
    confidential: bool,
    closed: bool,
    due: bool,
    milestone: bool,
    links: Vec<usize>,
}

fn made() -> impl Strategy<Value = Made> {
    let labels = prop::sample::subsequence(vec!["okr:o", "okr:kr", "None", "any", "a b"], 0..4);
    let words = prop::sample::select(vec![
        "",
        "text",
        "a\r\nb  ",
        "<!-- okrsync:v1\n{}\n-->",
        "é",
    ]);
    let flags = any::<(bool, bool, bool, bool, bool)>();
    let links = prop::collection::vec(0..12_usize, 0..4);
    (flags, words, labels, prop::option::of(1..=5_u64), links).prop_map(
        |((delivery, confidential, closed, due, milestone), words, labels, assignee, links)| Made {
            delivery,
            description: words.to_owned(),
            labels,
            assignee,
            confidential,
            closed,
            due,
            milestone,
            links,
        },
    )
}

/// Lets the owner make all that.
fn make(state: &mut State, all: &[Made], now: Timestamp) {
    let owner = Actor {
        user: state.user_by_name("owner").map(|user| user.id),
        ..Actor::default()
    };
    let project = |state: &State, made: &Made| {
        let path = if made.delivery { DELIVERY } else { TRACKER };
        state.project(path).unwrap().id
    };
    let mut milestones = BTreeMap::new();
    let mut ids = Vec::new();
    for (at, made) in all.iter().enumerate() {
        let project = project(state, made);
        let milestone = *milestones.entry(project).or_insert_with(|| {
            let new = NewMilestone {
                title: "m".into(),
                ..NewMilestone::default()
            };
            let home = Namespace::Project(project);
            state.create_milestone(&owner, home, &new, now).unwrap()
        });
        let new = NewIssue {
            title: format!("issue {at}"),
            description: Some(made.description.clone()),
            labels: made.labels.iter().map(|&label| label.to_owned()).collect(),
            assignees: made.assignee.into_iter().collect(),
            confidential: made.confidential,
            due_date: made.due.then(|| "2026-12-31".parse().unwrap()),
            milestone: made.milestone.then_some(milestone),
            ..NewIssue::default()
        };
        let id = state.create_issue(&owner, project, new, now).unwrap();
        if made.closed {
            let change = IssueChange {
                state: Some(IssueState::Closed),
                ..IssueChange::default()
            };
            state.update_issue(&owner, id, change, now).unwrap();
        }
        ids.push(id);
    }
    for (at, made) in all.iter().enumerate() {
        for other in made.links.iter().filter_map(|other| ids.get(*other)) {
            // A link with itself or a second one is refused, as it should be.
            let _refused = state.add_link(&owner, ids[at], *other, LinkKind::RelatesTo, now);
        }
    }
}

/// What both ways must have in common: all but what REST cannot tell, the plan.
fn in_common(mut read: IssueRead) -> IssueRead {
    for project in &mut read.projects {
        project.several_assignees = None;
    }
    IssueRead {
        via: Via::Rest,
        why_rest: None,
        requests: 0,
        complexity: None,
        ..read
    }
}

fn observed(mut observation: Observation) -> Observation {
    for tracker in observation.state.trackers.values_mut() {
        tracker.several_assignees = Known::Known(false);
    }
    observation
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_see_the_same_of_any_world(all in prop::collection::vec(made(), 0..12)) {
        block_on(async {
            let mut scene = Scene::new().await;
            // The issues are the owner's: so they are observed, too.
            scene.config.gitlab.bots = vec!["owner".parse().unwrap()];
            scene.sandbox.with_state(|state| make(state, &all, "2026-11-16T10:00:00Z".parse().unwrap()));
            let client = scene.client("owner");
            let graphql = client.read_issues(&query()).await.unwrap();
            let seen = observed(scene.observe(&[objective("a")]).await);
            assert_eq!((graphql.via, graphql.issues.len()), (Via::Graphql, all.len()));
            without_graphql(&scene);
            let rest = client.read_issues(&query()).await.unwrap();
            assert_eq!((rest.via, rest.links), (Via::Rest, Knowledge::Known));
            assert_eq!(in_common(graphql), in_common(rest));
            let by_rest = observed(scene.observe(&[objective("a")]).await);
            assert_eq!((seen.via, by_rest.via), (Via::Graphql, Via::Rest));
            // REST does not tell roles that come by way of shared groups.
            let without_roles = |mut state: ObservedState| {
                for tracker in state.trackers.values_mut() {
                    tracker.role = Known::Unknown(String::new());
                }
                state
            };
            assert_eq!(without_roles(seen.state), without_roles(by_rest.state));
        });
    }
}

#[tokio::test]
async fn moved_issues_are_followed_where_graphql_is_not_there() {
    let mut world = world();
    world.projects.push(WorldProject::new("acme/other"));
    let scene = Scene::of(world).await;
    let desired = many(1, 2);
    scene.apply(&desired).await;
    let other = scene
        .sandbox
        .with_state(|state| state.project("acme/other").unwrap().id);
    for iid in [1, 2] {
        let path = format!("/api/v4/projects/acme%2Fdelivery/issues/{iid}/move");
        edit(&scene, "POST", &path, json!({"to_project_id": other})).await;
    }
    let moved = |observation: &Observation| {
        let issues = observation.state.issues.iter();
        let there = issues.filter(|issue| issue.project == "acme/other");
        there.cloned().collect::<Vec<_>>()
    };
    let graphql = moved(&scene.observe(&desired).await);
    without_graphql(&scene);
    scene.sandbox.clear_journal();
    let (plan, observation) = scene.plan(&desired).await;
    assert_eq!(observation.via, Via::Rest);
    assert_eq!((graphql.len(), moved(&observation)), (2, graphql));
    let asked = scene.sandbox.journal();
    let pages = asked
        .iter()
        .filter(|entry| kind(entry) == "GET /api/v4/issues");
    assert_eq!(pages.count(), 1, "one page, however many were moved");
    assert_eq!(plan.conflicts, []);
    let writes: Vec<_> = plan.changes.iter().map(|change| change.action).collect();
    assert!(!writes.contains(&Action::Create), "{writes:?}");
}

#[tokio::test]
async fn issues_elsewhere_are_looked_up_page_by_page_by_either_api() {
    let mut scene = Scene::new().await;
    let mut desired = many(1, 6);
    scene.apply(&desired).await;
    // The team's key results belong into another tracker now, and no team names the one that they are in any more.
    let team = |id: &str| {
        let mut team = scene
            .config
            .teams
            .get(&id.parse().unwrap())
            .unwrap()
            .clone();
        team.key_result_tracker = TRACKER.into();
        team
    };
    scene.config.teams = okrsync::config::Teams::new([team("sre"), team("infra")]);
    for wanted in &mut desired {
        wanted.tracker = TRACKER.into();
    }
    let look = async || {
        scene.sandbox.clear_journal();
        let (plan, observation) = scene.plan(&desired).await;
        let moves = plan.changes.iter();
        let moves = moves.filter(|change| change.action == Action::Move).count();
        assert_eq!((moves, plan.conflicts), (6, vec![]));
        let asked = scene.sandbox.journal();
        let count = |of: &str| asked.iter().filter(|entry| kind(entry) == of).count();
        let links = asked.iter().filter(|entry| entry.path.ends_with("/links"));
        let pages = count("GET /api/v4/issues");
        (
            observation.via,
            pages,
            count("GET /api/v4/projects/2"),
            links.count(),
        )
    };
    // One page of issues, their project once, and each one's links.
    assert_eq!(look().await, (Via::Graphql, 1, 1, 6));
    without_graphql(&scene);
    // By REST the objective's links are a request of their own, too.
    assert_eq!(look().await, (Via::Rest, 1, 1, 7));
}
