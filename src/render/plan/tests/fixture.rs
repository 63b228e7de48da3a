//! Plans made by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::QuarterState;
use crate::issue::DesiredIssue;
use crate::model::{IssueReference, Key};
use crate::plan::{
    Action, Cause, Change, Counts, Field, FieldChange, GoalChange, GoalKind, GoalPart,
    IssueAddress, LinkEnd, Operation, PLAN_FORMAT, Plan, PlanSummary, Refusal, Remark,
};

pub(in crate::render) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

pub(in crate::render) fn address(project: &str, iid: u64) -> IssueAddress {
    IssueAddress {
        project: project.to_owned(),
        iid,
        id: 1000 + iid,
        web_url: format!("https://gitlab.example.com/{project}/-/issues/{iid}"),
    }
}

pub(super) fn change(action: Action, of: &str, title: &str) -> Change {
    let tracker = "gl-infra/infrastructure".to_owned();
    Change {
        action,
        key: Some(key(of)),
        cause: Cause::Pending,
        issue: (action != Action::Create).then(|| address(&tracker, 12)),
        tracker,
        title: title.to_owned(),
        fields: Vec::new(),
        confidential: false,
        operation: match action {
            Action::Close => Operation::Prune,
            _ => write(of, title),
        },
    }
}

pub(super) fn field(field: Field, before: Option<&str>, after: Option<&str>) -> FieldChange {
    FieldChange::new(field, before.map(str::to_owned), after.map(str::to_owned))
}

pub(super) fn link(of: &str, to: &str) -> Change {
    let end = match to.parse() {
        Ok(key) => LinkEnd::Key(key),
        Err(_) => LinkEnd::Issue {
            reference: to.parse().unwrap(),
            id: 7,
        },
    };
    Change {
        operation: Operation::Link { to: end },
        ..change(Action::Link, of, to)
    }
}

fn unlink(of: &str, to: &str) -> Change {
    let operation = Operation::Unlink {
        link: 5,
        to: to.to_owned(),
    };
    Change {
        operation,
        ..change(Action::Unlink, of, to)
    }
}

pub(super) fn label(name: &str) -> Change {
    Change {
        key: None,
        issue: None,
        fields: vec![field(Field::Color, None, Some("#6699cc"))],
        operation: Operation::CreateLabel {
            name: name.to_owned(),
            color: "#6699cc".to_owned(),
            description: "Made by okr".to_owned(),
            in_group: false,
        },
        ..change(Action::CreateLabel, "2026-q4/sre/mtbf", name)
    }
}

fn write(of: &str, title: &str) -> Operation {
    let key = key(of);
    Operation::Write {
        desired: Box::new(DesiredIssue {
            previously: Vec::new(),
            adopt: None,
            tracker: "gl-infra/infrastructure".to_owned(),
            title: title.to_owned(),
            due: "2026-12-31".parse().unwrap(),
            labels: BTreeSet::new(),
            assignees: Vec::new(),
            confidential: false,
            open: true,
            closing_reason: None,
            quarter_state: QuarterState::Active,
            definition: String::new(),
            rows: Vec::new(),
            links: Vec::new(),
            team: key.team.clone(),
            is_key_result: key.is_key_result(),
            revert: false,
            key,
        }),
    }
}

/// What happens to a goal, from the one to the other.
pub(super) fn goal(
    of: &str,
    title: &str,
    (kind, part): (GoalKind, GoalPart),
    (from, to): (&str, &str),
) -> GoalChange {
    let key = key(of);
    let words = |words: &str| (!words.is_empty()).then(|| words.to_owned());
    GoalChange {
        team: key.team.to_string().to_uppercase(),
        key,
        title: title.to_owned(),
        kind,
        part,
        from: words(from),
        to: words(to),
        days: None,
        amendment: None,
        cause: Cause::Pending,
        confidential: false,
    }
}

/// The goals that new issues add.
fn added(changes: &[Change]) -> Vec<GoalChange> {
    let creates = changes
        .iter()
        .filter(|change| change.action == Action::Create);
    let goal = |change: &Change| {
        let key = change.key.as_ref().unwrap().to_string();
        let added = (GoalKind::Added, GoalPart::Whole);
        goal(&key, &change.title, added, ("", ""))
    };
    creates.map(goal).collect()
}

/// A plan of changes, counted as the planner counts.
pub(in crate::render) fn plan(changes: Vec<Change>) -> Plan {
    let mut summary = PlanSummary {
        managed: 40,
        ..PlanSummary::default()
    };
    let mut teams: BTreeMap<String, Counts> = BTreeMap::new();
    for change in &changes {
        let mut counted = vec![&mut summary.total];
        if let Some(key) = &change.key {
            if change.action == Action::Rerender {
                summary.rerendered += 1;
                continue;
            }
            counted.push(teams.entry(key.team.to_string()).or_default());
        }
        let of_cause = match change.cause {
            Cause::ThisMergeRequest => &mut summary.causes.this_merge_request,
            Cause::Pending => &mut summary.causes.pending,
            Cause::Drift => &mut summary.causes.drift,
        };
        counted.push(&mut of_cause.total);
        if let Some(key) = &change.key {
            counted.push(of_cause.teams.entry(key.team.to_string()).or_default());
        }
        for counts in counted {
            match change.action {
                Action::CreateLabel => counts.labels += 1,
                Action::Create => counts.create += 1,
                Action::Adopt | Action::Update => counts.update += 1,
                Action::Move => counts.moves += 1,
                Action::Rerender => {}
                Action::Link => counts.link += 1,
                Action::Unlink => counts.unlink += 1,
                Action::Close => counts.close += 1,
                Action::Release => counts.release += 1,
            }
        }
    }
    summary.teams = teams;
    Plan {
        format: PLAN_FORMAT,
        owner: "gl-infra/okrs".to_owned(),
        base: None,
        own: None,
        summary,
        goals: added(&changes),
        changes,
        conflicts: Vec::new(),
        notices: Vec::new(),
        refusals: Vec::new(),
        forecast: crate::plan::Forecast::default(),
    }
}

const DEFINITION: &str = "Key result of `2026-q4/sre/mtbf` · owner `sre-lead` · area availability · share 40 %\n\n\
Time between failovers and other events that users can see, averaged over the quarter.\n\n\
| | |\n| --- | --- |\n| Metric | MTBF of user-visible services |\n| From | 96 h |\n| To | 240 h |\n\n\
Work: gl-infra/infrastructure#123";

/// Every action, every field and every kind of remark.
pub(in crate::render) fn everything() -> Plan {
    let mut create = change(
        Action::Create,
        "2026-q4/sre/mtbf/hours",
        "Raise GitLab.com's MTBF from 96 h to 240 h",
    );
    create.fields = vec![
        field(Field::Due, None, Some("2026-12-18")),
        field(Field::Labels, None, Some("2026-q4, okr:kr")),
        field(Field::Assignees, None, Some("sre-lead, director")),
        field(Field::Definition, None, Some(DEFINITION)),
        field(
            Field::CheckIn("2026-10-05".parse().unwrap()),
            None,
            Some("120 h, 60 %, on-track"),
        ),
    ];
    let mut update = change(
        Action::Update,
        "2026-q4/sre/mtbf",
        "Maximize the MTBF of user-visible services",
    );
    update.fields = vec![
        field(
            Field::Title,
            Some("Maximize user-visible services' MTBF"),
            Some("Maximize the MTBF of user-visible services"),
        ),
        field(Field::Due, Some("2026-12-18"), Some("2026-12-31")),
        field(
            Field::Labels,
            Some("okr:old"),
            Some("okr:o, team:sre, needs review"),
        ),
        field(Field::Assignees, Some("somebody"), Some("sre-manager")),
        field(
            Field::Definition,
            Some(DEFINITION),
            Some(
                &DEFINITION
                    .replace("240 h", "300 h")
                    .replace("averaged", "measured"),
            ),
        ),
        field(
            Field::CheckIn("2026-10-12".parse().unwrap()),
            Some("131 h"),
            Some("133 h, on-track"),
        ),
        field(Field::Unfinished, None, None),
    ];
    let mut drifted = change(
        Action::Update,
        "2026-q4/delivery/deploys",
        "Streamline deployments of GitLab.com",
    );
    drifted.cause = Cause::Drift;
    drifted.fields = vec![FieldChange {
        overwrites: Some("2026-12-18".to_owned()),
        ..field(Field::Due, Some("2026-12-24"), Some("2026-12-31"))
    }];
    let mut adopt = change(Action::Adopt, "2026-q4/sae/mttr", "Minimize MTTR");
    adopt.fields = vec![field(Field::Key, None, Some("2026-q4/sae/mttr"))];
    let mut moved = change(
        Action::Move,
        "2026-q4/delivery/deploys/hotfix",
        "Hot-fix within 2 h",
    );
    moved.tracker = "gl-infra/delivery".to_owned();
    moved.fields = vec![field(
        Field::Tracker,
        Some("gl-infra/infrastructure"),
        Some("gl-infra/delivery"),
    )];
    let mut secret = change(
        Action::Update,
        "2026-q4/sae/staff",
        "Replace the vendor before the contract ends",
    );
    secret.confidential = true;
    secret.fields = vec![field(Field::Due, Some("2026-11-01"), Some("2026-11-15"))];
    let close = change(
        Action::Close,
        "2026-q4/delivery/old/thing",
        "Publish the runbook",
    );
    let mut twin = change(
        Action::Close,
        "2026-q4/sre/mtbf/pages",
        "Halve pages per shift",
    );
    twin.issue = Some(address("gl-infra/infrastructure", 19));
    twin.operation = Operation::CloseTwin {
        stays: IssueReference {
            project: "gl-infra/infrastructure".to_owned(),
            iid: 17,
        },
        id: 17,
    };
    let mut plan = plan(vec![
        label("2026-q4"),
        label("okr:o"),
        label("needs review"),
        update,
        drifted,
        adopt,
        secret,
        create,
        moved,
        change(
            Action::Rerender,
            "2026-q4/andrew/observe",
            "Improve observable availability",
        ),
        link("2026-q4/sre/mtbf/hours", "2026-q4/sre/mtbf"),
        link("2026-q4/sre/mtbf/hours", "gl-infra/infrastructure#123"),
        link("2026-q4/sre/mtbf/costs", "2026-q4/sre/mtbf"),
        unlink("2026-q4/sre/mtbf/costs", "gl-infra/infrastructure#99"),
        close,
        twin,
    ]);
    plan.goals.splice(
        0..0,
        [
            goal(
                "2026-q4/delivery/old/thing",
                "Publish the runbook",
                (GoalKind::Dropped, GoalPart::Whole),
                ("", ""),
            ),
            GoalChange {
                days: Some(13),
                ..goal(
                    "2026-q4/sre/mtbf",
                    "Maximize the MTBF of user-visible services",
                    (GoalKind::Eased, GoalPart::Due),
                    ("2026-12-18", "2026-12-31"),
                )
            },
            GoalChange {
                days: Some(14),
                confidential: true,
                ..goal(
                    "2026-q4/sae/staff",
                    "Replace the vendor before the contract ends",
                    (GoalKind::Eased, GoalPart::Due),
                    ("2026-11-01", "2026-11-15"),
                )
            },
        ],
    );
    plan.refusals = vec![Refusal {
        limit: "max_close".to_owned(),
        message: "2 issues would be closed, and 1 is allowed at once".to_owned(),
        help: "check that no file was lost; to allow it once: --allow max_close=2".to_owned(),
    }];
    let twelve = IssueReference {
        project: "gl-infra/infrastructure".to_owned(),
        iid: 31,
    };
    plan.conflicts = vec![
        Remark::new(
            "block-damaged",
            "the end of the managed block is missing, so nothing is written to the description",
        )
        .on(&key("2026-q4/sre/mtbf/toil"))
        .at(&twelve)
        .help("put the line `-->` back, or remove the block whole: it is then written again"),
        Remark::new("untracked", "an issue with OKR labels has the same title")
            .on(&key("2026-q4/sae/staff"))
            .help("adopt it: adopt = \"gl-infra/infrastructure#31\""),
    ];
    let pull = |of: &str| {
        Remark::new(
            "awaits-pull",
            "the check-in of 2026-10-19 was added in GitLab",
        )
        .on(&key(of))
        .at(&twelve)
        .help("write it into the file too")
    };
    plan.notices = vec![
        Remark::new(
            "assignee-dropped",
            "GitLab Free keeps one assignee: director is left out",
        )
        .on(&key("2026-q4/sre/mtbf/hours")),
        pull("2026-q4/sre/mtbf/hours"),
        pull("2026-q4/sae/mttr/alerts"),
    ];
    plan
}

/// As everything, in a merge request whose own are a new issue, two fields of another, a label and a link.
pub(super) fn merge_request() -> Plan {
    let mut plan = everything();
    let own = |change: &Change| {
        let key = change.key.as_ref().map(ToString::to_string);
        matches!(
            (change.action, key.as_deref(), change.title.as_str()),
            (Action::CreateLabel, _, "okr:o")
                | (Action::Create, ..)
                | (Action::Update, Some("2026-q4/sre/mtbf"), _)
                | (Action::Link, Some("2026-q4/sre/mtbf/hours"), _)
        )
    };
    for change in plan.changes.iter_mut().filter(|change| own(change)) {
        change.cause = Cause::ThisMergeRequest;
        for field in &mut change.fields {
            if !matches!(field.field, Field::Labels | Field::Unfinished) {
                field.cause = Cause::ThisMergeRequest;
            }
        }
    }
    for goal in &mut plan.goals {
        if goal.key.team.as_str() == "sre" {
            goal.cause = Cause::ThisMergeRequest;
        }
    }
    plan.summary = self::plan(plan.changes.clone()).summary;
    plan.base = Some("main at 1a2b3c4d".to_owned());
    let drift = "title was changed in GitLab: “Halve the pages”, declared “Halve pages per shift”";
    let drift = Remark::new("drift", drift).on(&key("2026-q4/sre/mtbf/pages"));
    plan.notices
        .push(drift.help("it is kept; change the file to agree, or the issue back"));
    plan
}

/// A first apply of many OKRs.
pub(in crate::render) fn many(count: usize) -> Plan {
    let changes = (0..count).map(|number| {
        let team = ["delivery", "sae", "sre"][number % 3];
        let of = format!("2026-q4/{team}/objective-{}/kr-{number}", number / 12);
        let title = format!(
            "Raise the measure number {number} from {number} to {}",
            number * 2
        );
        let mut create = change(Action::Create, &of, &title);
        create.fields = vec![
            field(Field::Due, None, Some("2026-12-31")),
            field(Field::Labels, None, Some("2026-q4, okr:kr")),
            field(Field::Definition, None, Some(DEFINITION)),
        ];
        create
    });
    plan(changes.collect())
}
