//! Texts of ours in GitLab: one and no second, whatever goes wrong at whatever request.

use std::collections::BTreeSet;

use okrsync::gitlab::{Client, NoteTarget, ProjectRef};
use okrsync::model::Username;
use okrsync::reconcile::sticky::{
    Keeper, KeptIssue, KeptNote, Mark, Stage, StickyError, StickyIssue,
};
use okrsync::sandbox::WorldMergeRequest;
use okrsync::sandbox::state::{IssueState, Noteable, State};

use super::faults::{Kind, block_on, client, edit};
use super::scene::{Scene, TRACKER, world};

const TITLE: &str = "Drift";

fn mark(kind: &str, pipeline: u64) -> Mark {
    Mark {
        kind: kind.into(),
        owner: "acme/okrs".into(),
        stage: Stage::Open,
        pipeline: Some(pipeline),
        episode: None,
    }
}

fn project() -> ProjectRef {
    TRACKER.into()
}

async fn beginning() -> Scene {
    let mut world = world();
    world.merge_requests.push(WorldMergeRequest {
        id: None,
        iid: 1,
        project: TRACKER.into(),
        title: "Ease".into(),
        source_branch: "topic".into(),
        target_branch: "main".into(),
        author: "ann".into(),
    });
    Scene::of(world).await
}

/// Keeps the note of a pipeline; the bot's notes count for everybody.
async fn note(client: &Client, pipeline: u64, text: &str) -> Result<KeptNote, StickyError> {
    let trusted: BTreeSet<Username> = BTreeSet::from(["bot".parse().unwrap()]);
    let keeper = Keeper::new(client, &trusted).await?;
    let target = NoteTarget::MergeRequest(project(), 1);
    let mark = mark("merge-request", pipeline);
    keeper.keep_note(&target, &mark, |_| text.to_owned()).await
}

/// Keeps the issue: open with a text, or closed.
async fn issue(client: &Client, drift: Option<&str>) -> Result<KeptIssue, StickyError> {
    let trusted = BTreeSet::new();
    let keeper = Keeper::new(client, &trusted).await?;
    let wanted = StickyIssue {
        title: TITLE,
        text: drift.unwrap_or("Nothing differs."),
        closes: drift.is_none().then_some("Nothing differs any more."),
    };
    keeper
        .keep_issue(&project(), &mark("drift", 1), wanted)
        .await
}

/// A note by its author and text.
fn said(state: &State, on: Noteable) -> Vec<String> {
    let notes = state.notes.values();
    let notes = notes.filter(|note| note.on == on && !note.system);
    notes
        .map(|note| format!("{}: {}", state.users[&note.author].username, note.body))
        .collect()
}

/// Every note on the merge request, and every issue with its notes.
fn ending(state: &State) -> Vec<String> {
    let request = *state.merge_requests.keys().next().unwrap();
    let mut all = said(state, Noteable::MergeRequest(request));
    for issue in state.issues.values() {
        let is_open = issue.state == IssueState::Opened;
        let text = issue.description.as_deref().unwrap_or_default();
        all.push(format!("{} open: {is_open} {text}", issue.title));
        all.extend(said(state, Noteable::Issue(issue.id)));
    }
    all
}

/// Whatever goes wrong at whatever request: run again, it ends as if nothing had.
async fn survives(
    name: &str,
    begin: &State,
    run: impl AsyncFn(&Client) -> Result<(), StickyError>,
) -> Vec<String> {
    let scene = Scene::from(begin).await;
    run(&client(&scene)).await.unwrap();
    let requests = u32::try_from(scene.sandbox.journal().len()).unwrap();
    let wanted = ending(&scene.state());
    for kind in Kind::ALL {
        for request in 0..requests {
            let scene = Scene::from(begin).await;
            scene.sandbox.set_faults(kind.rules(request));
            // It may end in any way.
            let first = run(&client(&scene)).await;
            scene.sandbox.set_faults(vec![]);
            let case = format!("{name}, {kind:?} at request {request}, which ended {first:?}");
            let again = run(&client(&scene)).await;
            assert!(again.is_ok(), "{case}: {again:?}");
            assert_eq!(ending(&scene.state()), wanted, "{case}");
        }
    }
    wanted
}

#[test]
fn a_note_survives_every_fault() {
    block_on(async {
        let new = async |client: &Client| note(client, 2, "Two").await.map(|_| ());
        let scene = beginning().await;
        let nothing = scene.state();
        let ending = survives("a first note", &nothing, new).await;
        assert_eq!(ending.len(), 1, "{ending:#?}");
        assert!(ending[0].starts_with("bot: Two\n\n<!-- okrsync:text"));
        note(&scene.client("bot"), 1, "One").await.unwrap();
        let old = scene.state();
        let ending = survives("an edited note", &old, new).await;
        assert_eq!(ending.len(), 1, "{ending:#?}");
        // A race has left two, and a stranger copied one.
        let path = format!(
            "/api/v4/projects/{}/merge_requests/1/notes",
            TRACKER.replace('/', "%2F")
        );
        let copy = old.notes.values().next().unwrap().body.clone();
        edit(&scene, "POST", &path, serde_json::json!({ "body": copy })).await;
        let twin = mark("merge-request", 1).mark("Twin");
        let target = NoteTarget::MergeRequest(project(), 1);
        let bot = scene.client("bot");
        bot.create_note(&target, &twin).await.unwrap();
        let ending = survives("two notes", &scene.state(), new).await;
        assert_eq!(ending.len(), 2, "{ending:#?}");
        assert!(ending[0].starts_with("bot: Two"), "{ending:#?}");
        assert!(ending[1].starts_with("ann: One"), "{ending:#?}");
    });
}

#[test]
fn an_issue_survives_every_fault() {
    block_on(async {
        let opened = async |client: &Client| issue(client, Some("A")).await.map(|_| ());
        let edited = async |client: &Client| issue(client, Some("B")).await.map(|_| ());
        let closed = async |client: &Client| issue(client, None).await.map(|_| ());
        let scene = beginning().await;
        let ending = survives("an issue", &scene.state(), opened).await;
        assert_eq!(ending.len(), 1, "{ending:#?}");
        let bot = scene.client("bot");
        opened(&bot).await.unwrap();
        let ending = survives("an edited issue", &scene.state(), edited).await;
        assert!(ending[0].starts_with("Drift open: true B"), "{ending:#?}");
        let ending = survives("a closed issue", &scene.state(), closed).await;
        assert!(
            ending[0].starts_with("Drift open: false Nothing"),
            "{ending:#?}"
        );
        assert_eq!(ending.len(), 2, "one note says why: {ending:#?}");
        closed(&bot).await.unwrap();
        let ending = survives("a reopened issue", &scene.state(), opened).await;
        assert!(ending[0].starts_with("Drift open: true A"), "{ending:#?}");
        opened(&bot).await.unwrap();
        let ending = survives("an issue closed again", &scene.state(), closed).await;
        assert_eq!(ending.len(), 3, "each closing has its note: {ending:#?}");
    });
}

#[test]
fn of_two_issues_that_a_race_opened_the_first_goes_on() {
    block_on(async {
        let scene = beginning().await;
        let bot = scene.client("bot");
        for _ in 0..2 {
            let new = okrsync::gitlab::NewIssue {
                title: TITLE.into(),
                description: mark("drift", 1).mark("A"),
                ..okrsync::gitlab::NewIssue::default()
            };
            bot.create_issue(&project(), &new).await.unwrap();
        }
        issue(&bot, Some("B")).await.unwrap();
        let states: Vec<bool> = scene
            .state()
            .issues
            .values()
            .map(|issue| issue.state == IssueState::Opened)
            .collect();
        assert_eq!(states, [true, false]);
        let kept = issue(&bot, Some("B")).await.unwrap();
        assert!(matches!(kept, KeptIssue::Unchanged(_)), "{kept:?}");
    });
}

#[test]
fn another_accounts_note_is_edited_where_gitlab_lets_us_and_left_where_not() {
    block_on(async {
        let scene = beginning().await;
        note(&scene.client("bot"), 1, "One").await.unwrap();
        // A Developer may not edit it (recorded: notes/update-others), and has its own from then on.
        let ann = scene.client("ann");
        assert_eq!(note(&ann, 2, "Two").await.unwrap(), KeptNote::Made);
        assert_eq!(note(&ann, 3, "Three").await.unwrap(), KeptNote::Edited);
        assert_eq!(note(&ann, 3, "Three").await.unwrap(), KeptNote::Unchanged);
        let texts = |scene: &Scene| -> Vec<String> {
            let ending = ending(&scene.state());
            let first = ending.iter().map(|text| text.lines().next().unwrap());
            first.map(str::to_owned).collect()
        };
        assert_eq!(texts(&scene), ["bot: One", "ann: Three"]);
        // An owner may (recorded: merge_request_notes/update-by-other); a note that does not count is as good as none.
        let scene = beginning().await;
        note(&scene.client("ann"), 1, "Zero").await.unwrap();
        note(&scene.client("bot"), 1, "One").await.unwrap();
        let owner = scene.client("owner");
        assert_eq!(note(&owner, 2, "Two").await.unwrap(), KeptNote::Edited);
        assert_eq!(texts(&scene), ["ann: Zero", "bot: Two"]);
    });
}

#[test]
fn a_later_pipelines_note_stays() {
    block_on(async {
        let scene = beginning().await;
        let bot = scene.client("bot");
        note(&bot, 2, "Two").await.unwrap();
        let kept = note(&bot, 1, "One").await.unwrap();
        assert_eq!(kept, KeptNote::Newer(Some(2)));
        assert!(ending(&scene.state())[0].starts_with("bot: Two"));
    });
}

#[test]
fn what_a_person_closes_stays_closed_until_something_else_is_to_say() {
    block_on(async {
        let scene = beginning().await;
        let bot = scene.client("bot");
        issue(&bot, Some("A")).await.unwrap();
        let path = format!("/api/v4/projects/{}/issues/1", TRACKER.replace('/', "%2F"));
        edit(
            &scene,
            "PUT",
            &path,
            serde_json::json!({ "state_event": "close" }),
        )
        .await;
        let kept = issue(&bot, Some("A")).await.unwrap();
        assert!(matches!(kept, KeptIssue::LeftClosed(_)), "{kept:?}");
        let kept = issue(&bot, Some("B")).await.unwrap();
        assert!(matches!(kept, KeptIssue::Reopened(_)), "{kept:?}");
        let kept = issue(&bot, None).await.unwrap();
        assert!(matches!(kept, KeptIssue::Closed(_)), "{kept:?}");
        let kept = issue(&bot, None).await.unwrap();
        assert!(matches!(kept, KeptIssue::Unchanged(_)), "{kept:?}");
    });
}
