//! Whose change it is: this merge request's, or one that was to do before it.

use proptest::prelude::*;

use super::*;

/// The plan of `desired` as a merge request onto `base`.
fn against(desired: &[DesiredIssue], base: &[DesiredIssue], observed: &ObservedState) -> Plan {
    let config = config();
    against_with((desired, &config), (base, &config), observed)
}

fn against_with(
    desired: (&[DesiredIssue], &Config),
    base: (&[DesiredIssue], &Config),
    observed: &ObservedState,
) -> Plan {
    let ownership = ownership();
    let policy = PlanPolicy {
        readers: None,
        config: desired.1,
        ownership: &ownership,
        scope: &Scope::default(),
        paused: false,
        base: Some(Base {
            name: "main",
            desired: base.0,
            config: base.1,
            ownership: &ownership,
        }),
    };
    plan(desired.0, observed, policy)
}

/// Each change with its cause, and with that of each field where it is another.
fn causes(plan: &Plan) -> Vec<String> {
    let name = |cause| match cause {
        Cause::ThisMergeRequest => "own",
        Cause::Pending => "pending",
        Cause::Drift => "drift",
    };
    let changes = plan.changes.iter().map(|change| {
        let fields = change.fields.iter().map(|field| {
            let differs = if field.cause == change.cause {
                String::new()
            } else {
                format!(" ({})", name(field.cause))
            };
            format!("{}{differs}", field.field.name())
        });
        let fields: Vec<String> = fields.collect();
        let of = change
            .key
            .as_ref()
            .map_or_else(|| change.title.clone(), ToString::to_string);
        let (cause, action) = (name(change.cause), change.action.name());
        format!("{cause}: {action} {of}: {}", fields.join(", "))
    });
    let notices = plan
        .notices
        .iter()
        .filter(|notice| ["taken-back", "guard-changed", "drift"].contains(&notice.id.as_str()));
    let notices = notices.map(|notice| format!("* {}", notice.message));
    changes.chain(notices).collect()
}

fn titled(title: &str, issue: DesiredIssue) -> DesiredIssue {
    DesiredIssue {
        title: title.into(),
        ..issue
    }
}

fn due(day: &str, issue: DesiredIssue) -> DesiredIssue {
    DesiredIssue {
        due: day.parse().unwrap(),
        ..issue
    }
}

#[test]
fn what_the_base_would_change_too_was_pending() {
    let observed = applied(&[objective(), key_result()]);
    let merged_before = [titled("Pending", objective()), key_result()];
    let now = [
        due("2026-12-18", titled("Pending", objective())),
        titled("Own", key_result()),
    ];
    assert_eq!(
        causes(&against(&now, &merged_before, &observed)),
        [
            "own: update 2026-q4/sre/mtbf: title (pending), due date",
            "own: update 2026-q4/sre/mtbf/hours: title",
        ]
    );
    let plan = against(&merged_before, &merged_before, &observed);
    assert_eq!(causes(&plan), ["pending: update 2026-q4/sre/mtbf: title"]);
    assert_eq!(plan.base.as_deref(), Some("main"));
}

#[test]
fn a_pending_field_with_another_value_is_this_merge_requests() {
    let observed = applied(&[objective()]);
    let plan = against(
        &[titled("Own", objective())],
        &[titled("Pending", objective())],
        &observed,
    );
    assert_eq!(causes(&plan), ["own: update 2026-q4/sre/mtbf: title"]);
}

#[test]
fn what_is_created_anyway_differs_only_in_what_this_merge_request_edits() {
    let base = [objective()];
    let now = [titled("Own", objective()), key_result()];
    assert_eq!(
        causes(&against(&now, &base, &empty())),
        [
            "own: create 2026-q4/sre/mtbf: title, due date (pending), labels (pending), assignees (pending), \
             description (pending)",
            "own: create 2026-q4/sre/mtbf/hours: title, due date, labels, assignees, description, check-in 2026-10-05",
            "own: link 2026-q4/sre/mtbf/hours: link",
        ]
    );
}

#[test]
fn a_label_that_is_missing_anyway_was_pending() {
    let mut observed = empty();
    observed.trackers.get_mut(TRACKER).unwrap().labels = Knowledge::Known(BTreeSet::new());
    let plan = against(&[objective(), key_result()], &[objective()], &observed);
    let labels: Vec<String> = causes(&plan).into_iter().take(3).collect();
    assert_eq!(
        labels,
        [
            "pending: make 2026-q4: colour",
            "own: make okr:kr: colour",
            "pending: make okr:o: colour",
        ]
    );
}

#[test]
fn a_key_that_is_renamed_is_followed() {
    let rename = |issue: DesiredIssue| DesiredIssue {
        key: issue
            .key
            .to_string()
            .replace("mtbf", "calm")
            .parse()
            .unwrap(),
        previously: vec![issue.key.clone()],
        ..issue
    };
    let linked = DesiredIssue {
        links: vec![LinkTarget::Key(key("2026-q4/sre/calm"))],
        ..rename(key_result())
    };
    let now = [rename(objective()), linked];
    // Nothing was created yet: only the title of what is to be created is this merge request's.
    let base = [objective(), key_result()];
    let own = [titled("Own", now[0].clone()), now[1].clone()];
    assert_eq!(
        causes(&against(&own, &base, &empty()))
            .iter()
            .map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "))
            .collect::<Vec<_>>(),
        [
            "own: create 2026-q4/sre/calm",
            "pending: create 2026-q4/sre/calm/hours",
            "pending: link 2026-q4/sre/calm/hours",
        ]
    );
    // Both have issues: the rename is this merge request's, the new due date was pending.
    let observed = applied(&base);
    let base = base.map(|issue| due("2026-12-18", issue));
    let now = now.map(|issue| due("2026-12-18", issue));
    assert_eq!(
        causes(&against(&now, &base, &observed)),
        [
            "own: update 2026-q4/sre/calm: key, due date (pending)",
            "own: update 2026-q4/sre/calm/hours: key, due date (pending)",
        ]
    );
}

#[test]
fn closes_are_told_apart_too() {
    let observed = applied(&[objective(), key_result()]);
    let both = [objective(), key_result()];
    let one = [objective()];
    let close = |cause| format!("{cause}: close 2026-q4/sre/mtbf/hours: state");
    assert_eq!(causes(&against(&one, &both, &observed)), [close("own")]);
    assert_eq!(causes(&against(&one, &one, &observed)), [close("pending")]);
}

#[test]
fn a_link_that_is_removed_is_told_by_its_end() {
    let other = DesiredIssue {
        key: key("2026-q4/sre/other"),
        ..titled("Other", objective())
    };
    let linked = |to: &[&DesiredIssue]| DesiredIssue {
        links: to
            .iter()
            .map(|to| LinkTarget::Key(to.key.clone()))
            .collect(),
        ..key_result()
    };
    let all = [objective(), linked(&[&objective(), &other]), other.clone()];
    let mut observed = applied(&all);
    // The test's record numbers the links of one issue alike.
    if let Knowledge::Known(links) = &mut observed.issues[1].links {
        links[1].id = 200;
    }
    let base = [objective(), linked(&[&objective()]), other.clone()];
    let now = [objective(), linked(&[]), other];
    assert_eq!(
        causes(&against(&now, &base, &observed)),
        [
            "own: unlink 2026-q4/sre/mtbf/hours: link",
            "pending: unlink 2026-q4/sre/mtbf/hours: link",
        ]
    );
}

#[test]
fn drift_stays_drift() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].title = "Theirs".into();
    let mut revert = config();
    revert.policy.drift = DriftPolicies::all(DriftPolicy::Revert);
    let now = [due("2026-12-18", objective())];
    let plan = against_with((&now, &revert), (&[objective()], &config()), &observed);
    assert_eq!(
        causes(&plan),
        ["own: update 2026-q4/sre/mtbf: title (drift), due date"]
    );
    let plan = against_with((&[objective()], &revert), (&now, &config()), &observed);
    assert_eq!(
        causes(&plan),
        [
            "drift: update 2026-q4/sre/mtbf: title",
            "* this merge request takes back what was to change: due date"
        ]
    );
}

#[test]
fn what_is_taken_back_is_told() {
    let observed = applied(&[objective(), key_result()]);
    let base = [titled("Pending", objective()), key_result()];
    let plan = against(&[objective(), key_result()], &base, &observed);
    assert!(plan.is_empty());
    assert_eq!(
        causes(&plan),
        ["* this merge request takes back what was to change: title"]
    );
    let plan = against(&[], &[objective()], &empty());
    assert_eq!(
        causes(&plan),
        ["* this merge request takes back the issue that was to be created"]
    );
    // What is closed needs no such words.
    let plan = against(&[titled("Pending", objective())], &base, &observed);
    assert_eq!(
        causes(&plan),
        [
            "pending: update 2026-q4/sre/mtbf: title",
            "own: close 2026-q4/sre/mtbf/hours: state",
        ]
    );
}

#[test]
fn the_limits_of_the_base_judge_the_change_that_raises_them() {
    let (mut before, mut now) = (config(), config());
    before.safety.max_create = 0;
    now.safety.max_create = 9;
    now.gitlab.bots = vec!["mallory".parse().unwrap()];
    let desired = [objective()];
    let plan = against_with((&desired, &now), (&[], &before), &empty());
    assert_eq!(plan.refusals[0].limit, "max_create");
    assert_eq!(
        causes(&plan)[1..],
        [
            "* gitlab.bots: nothing → mallory",
            "* safety.max_create: 0 → 9"
        ]
    );
    assert_eq!(planned_with(&desired, &empty(), &now).refusals, []);
}

#[test]
fn counts_are_told_apart() {
    let observed = applied(&[objective(), key_result()]);
    let base = [titled("Pending", objective()), key_result()];
    let now = [titled("Pending", objective()), titled("Own", key_result())];
    let summary = against(&now, &base, &observed).summary;
    assert_eq!(summary.total.update, 2);
    assert_eq!(summary.causes.this_merge_request.total.update, 1);
    assert_eq!(summary.causes.this_merge_request.teams["sre"].update, 1);
    assert_eq!(summary.causes.pending.total.update, 1);
    assert_eq!(summary.causes.drift, Tally::default());
}

/// Files with one objective and up to two key results, each field one of a few values.
fn files() -> impl Strategy<Value = Vec<DesiredIssue>> {
    let issue = (0..3_u8, 0..2_u8, any::<bool>(), 0..3_i64, any::<bool>());
    let all = proptest::collection::vec((any::<bool>(), issue), 3);
    all.prop_map(|drawn| {
        let names = ["", "/hours", "/pages"];
        let drawn = drawn.into_iter().zip(names).enumerate();
        drawn
            .filter(|(at, ((there, _), _))| *there || *at == 0)
            .map(|(at, ((_, (title, day, labelled, value, open)), name))| {
                let like = if at == 0 { objective() } else { key_result() };
                let mut labels = like.labels.clone();
                if labelled {
                    labels.insert("okr:o".into());
                }
                DesiredIssue {
                    key: key(&format!("2026-q4/sre/mtbf{name}")),
                    title: format!("Title {title}{name}"),
                    due: format!("2026-12-1{day}").parse().unwrap(),
                    labels,
                    rows: like.rows.iter().map(|_| row("2026-10-05", value)).collect(),
                    open,
                    ..like
                }
            })
            .collect()
    })
}

/// GitLab after an apply of some files and edits of people.
fn seen(files: &[DesiredIssue], edits: &[bool]) -> ObservedState {
    let mut observed = applied(files);
    for (issue, edited) in observed.issues.iter_mut().zip(edits) {
        if *edited {
            issue.title = "Theirs".into();
        }
    }
    observed
}

fn edits() -> impl Strategy<Value = Vec<bool>> {
    proptest::collection::vec(any::<bool>(), 3)
}

/// A plan without what only a base tells.
fn without_causes(mut plan: Plan) -> Plan {
    for change in &mut plan.changes {
        for field in &mut change.fields {
            field.cause = field.cause.min(Cause::Pending);
        }
        change.cause = change.cause.min(Cause::Pending);
    }
    plan.base = None;
    plan.own = None;
    // What a merge request does to goals is told from the files before it.
    plan.goals.clear();
    plan.summary.causes = CountsByCause::default();
    plan.notices.retain(|notice| notice.id != "taken-back");
    plan
}

proptest! {
    #[test]
    fn a_merge_request_that_changes_nothing_has_no_change_of_its_own(
        files in files(), before in files(), edits in edits()
    ) {
        let observed = seen(&before, &edits);
        let mut plan = against(&files, &files, &observed);
        prop_assert_eq!(&plan.summary.causes.this_merge_request, &Tally::default());
        prop_assert_eq!(plan.own.take().map(|own| own.changes.len()), Some(0));
        plan.base = None;
        prop_assert_eq!(plan, planned(&files, &observed));
    }

    #[test]
    fn onto_what_was_applied_nothing_is_pending(
        files in files(), before in files(), edits in edits()
    ) {
        let plan = against(&files, &before, &seen(&before, &edits));
        let fields = plan.changes.iter().flat_map(|change| &change.fields);
        for field in fields {
            prop_assert_ne!(field.cause, Cause::Pending, "{:?}", field);
        }
    }

    #[test]
    fn a_base_decides_nothing_but_causes(
        files in files(), base in files(), before in files(), edits in edits()
    ) {
        let observed = seen(&before, &edits);
        let plan = against(&files, &base, &observed);
        for change in &plan.changes {
            let strongest = change.fields.iter().map(|field| field.cause).max();
            prop_assert_eq!(Some(change.cause), strongest);
        }
        prop_assert_eq!(without_causes(plan), without_causes(planned(&files, &observed)));
    }
}
