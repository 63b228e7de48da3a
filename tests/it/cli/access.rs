//! What would take the bot its access: refused in the plan of the merge request, and by the apply after it.

use okrsync::sandbox::WorldProject;
use okrsync::sandbox::state::Role;

use super::base::{MergeRequest, SRE};
use crate::support::bench::Bench;
use crate::support::okr::Ran;

/// The plan of the merge request, in which nothing was written.
fn reviewed(request: &MergeRequest) -> String {
    let ran = request
        .okr(&["plan", "--base", "main"])
        .env("COLUMNS", "300")
        .run();
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.stdout
}

/// What the pipeline of the push does once it is merged.
fn applied_on_main(request: &MergeRequest, arguments: &[&str]) -> Ran {
    request
        .okr(&[&["apply", "--yes"], arguments].concat())
        .env("CI_COMMIT_BEFORE_SHA", before(request))
        .run()
}

fn before(request: &MergeRequest) -> String {
    let repository = &request.repository;
    repository.git(&["rev-parse", "main~1"]).trim().to_owned()
}

fn merge(request: &MergeRequest) {
    let repository = &request.repository;
    repository.git(&["switch", "--quiet", "main"]);
    repository.git(&["merge", "--quiet", "--ff-only", "topic"]);
}

#[test]
fn the_bot_is_not_taken_out_by_the_way() {
    let request = MergeRequest::new();
    request.on("topic", "okr.toml", "[\"okr-bot\"]", "[\"robot\"]");
    let plan = reviewed(&request);
    let said = "bots: gitlab.bots would name okr-bot no longer: okr-bot, whose token this is, could apply nothing, and 14 issues \
                would count as somebody else's and be managed no longer";
    assert!(plan.contains(said), "{plan}");
    assert!(plan.contains("pass --allow bots"), "{plan}");
    merge(&request);
    let writes = request.bench.writes().len();
    let ran = applied_on_main(&request, &[]);
    assert_eq!(ran.status, 7, "{ran:?}");
    assert!(
        ran.stderr.contains("refused: gitlab.bots would name"),
        "{ran:?}"
    );
    assert_eq!(request.bench.writes().len(), writes);
}

#[test]
fn another_owner_is_refused_until_it_is_allowed() {
    let request = MergeRequest::new();
    request.on(
        "topic",
        "okr.toml",
        "\"gl-infra/okrs\"",
        "\"gl-infra/goals\"",
    );
    let plan = reviewed(&request);
    let said = "owner: gitlab.owner is “gl-infra/goals”, and 14 issues of “gl-infra/okrs” would be managed no longer";
    assert!(plan.contains(said), "{plan}");
    assert!(
        plan.contains("add “gl-infra/okrs” to gitlab.previous_owners"),
        "{plan}"
    );
    merge(&request);
    let ran = applied_on_main(&request, &[]);
    assert_eq!(ran.status, 7, "{ran:?}");
    // Nothing is refused any more, and what another owner's marker stops is a conflict.
    let ran = applied_on_main(&request, &["--allow", "owner"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("[foreign-owner]"), "{ran:?}");
}

#[test]
fn a_new_tracker_in_which_the_bot_is_a_guest_is_refused() {
    let bench = Bench::of(|world| {
        let mut project = WorldProject::new("elsewhere/okrs");
        project.members.insert("okr-bot".into(), Role::GUEST);
        world.projects.push(project);
    });
    bench.apply(&[]);
    let request = MergeRequest::of(bench);
    let sre = "[teams.sre]\n";
    let config = crate::support::okr::read(request.repository.dir().join("okr.toml"));
    let (_, team) = config.split_once(sre).unwrap();
    let (team, _) = team.split_once("tracker = ").unwrap();
    let old = format!("{sre}{team}tracker = \"gl-infra/infrastructure\"");
    let new = old.replace("gl-infra/infrastructure", "elsewhere/okrs");
    request.on("topic", "okr.toml", &old, &new);
    request.on("topic", SRE, "from 14 to 5\"", "to 5\"");
    let plan = reviewed(&request);
    let said = "would be made in elsewhere/okrs, which is new: okr-bot is Guest there, and Planner is needed";
    assert!(plan.contains(said), "{plan}");
    assert!(plan.contains("pass --allow role"), "{plan}");
}
