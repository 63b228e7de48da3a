//! Whose goal changes, and how.

use super::*;

/// A definition as it is rendered.
fn facts(goal: &str, due: &str, more: &str) -> String {
    format!(
        "| Key result | `2026-q4/sre/mtbf/hours` |\n| --- | --- |\n| Goal | {goal} |\n| Due | {due} |\n\n> `mia`: x{more}"
    )
}

fn of(goal: &str, due: &str) -> DesiredIssue {
    DesiredIssue {
        definition: facts(goal, due, ""),
        ..key_result()
    }
}

/// What a plan says of goals, in lines.
fn said(plan: &Plan) -> Vec<String> {
    let line = |goal: &GoalChange| {
        let days = goal.days.map(|days| format!(" {days:+}d"));
        let (from, to) = (goal.from.as_deref(), goal.to.as_deref());
        format!(
            "{:?} {:?} {}→{}{} {:?}",
            goal.kind,
            goal.part,
            from.unwrap_or("-"),
            to.unwrap_or("-"),
            days.unwrap_or_default(),
            goal.cause
        )
    };
    plan.goals.iter().map(line).collect()
}

fn changed(then: &DesiredIssue, now: &DesiredIssue) -> Vec<String> {
    let before = [objective(), then.clone()];
    said(&planned(&[objective(), now.clone()], &applied(&before)))
}

/// Plans a change of goal on a goal that was applied.
fn moved(then: &str, now: &str) -> Vec<String> {
    changed(&of(then, "2026-12-18"), &of(now, "2026-12-18"))
}

#[test]
fn targets_are_eased_or_raised_by_their_direction() {
    for (then, now, said) in [
        (
            "from 96 h to 240 h",
            "from 96 h to 200 h",
            "Eased Target 240 h→200 h",
        ),
        (
            "from 96 h to 240 h",
            "from 96 h to 300 h",
            "Raised Target 240 h→300 h",
        ),
        ("from 21 to 8", "from 21 to 10", "Eased Target 8→10"),
        ("from 21 to 8", "from 21 to 5.5", "Raised Target 8→5.5"),
        (
            "from 96 h to 240 h",
            "from 80 h to 240 h",
            "Eased Baseline 96 h→80 h",
        ),
        (
            "from 96 h to 240 h",
            "from 4 d to 10 d",
            "Redefined Unit from 96 h to 240 h→from 4 d to 10 d",
        ),
        (
            "at least 99.9 %",
            "at least 99.5 %",
            "Eased Target 99.9 %→99.5 %",
        ),
        ("at most 3", "at most 2", "Raised Target 3→2"),
        (
            "at most 3",
            "at least 3",
            "Redefined Measure at most 3→at least 3",
        ),
        (
            "to 5, from a baseline not yet measured",
            "to 4, from a baseline not yet measured",
            "Redefined Target 5→4",
        ),
    ] {
        assert_eq!(
            moved(then, now),
            [format!("{said} Pending")],
            "{then}, {now}"
        );
    }
    assert_eq!(moved("from 1 to 2", "from 1 to 2"), [""; 0]);
    assert_eq!(moved("as we like", "from 1 to 2"), [""; 0]);
}

#[test]
fn several_changes_of_one_goal_come_weightiest_first() {
    let mut now = of("from 96 h to 200 h", "2027-01-08");
    now.title = "Raise MTBF to 200 h".into();
    assert_eq!(
        changed(&of("from 96 h to 240 h", "2026-12-18"), &now),
        [
            "Eased Target 240 h→200 h Pending",
            "Eased Due 2026-12-18→2027-01-08 +21d Pending",
            "Reworded Title Raise MTBF from 96 h to 240 h→Raise MTBF to 200 h Pending",
        ]
    );
}

#[test]
fn steps_that_go_come_or_move_are_told() {
    let with = |steps: &[&str]| DesiredIssue {
        definition: facts(
            &format!("{} steps", steps.len()),
            "2026-12-18",
            &format!("\n\n**Steps**\n\n- [ ] {}", steps.join("\n- [x] ")),
        ),
        ..key_result()
    };
    let then = with(&["Plan it", "Do it (due 2026-11-01)"]);
    for (now, said) in [
        (with(&["Plan it"]), "Eased Steps 2 steps→1 step Pending"),
        (
            with(&["Plan it", "Do it (due 2026-11-01, done 2026-10-30)"]),
            "",
        ),
        (
            with(&["Plan it", "Do it (due 2026-11-08)"]),
            "Eased Steps “Do it” 2026-11-01→“Do it” 2026-11-08 +7d Pending",
        ),
        (
            with(&["Plan it", "Do it (due 2026-11-01)", "Check it"]),
            "Raised Steps 2 steps→3 steps Pending",
        ),
        (with(&["Plan it", "Undo it"]), "Redefined Steps -→- Pending"),
    ] {
        assert_eq!(changed(&then, &now).join("; "), said);
    }
}

#[test]
fn what_begins_and_ends_is_told() {
    let key_result = of("from 96 h to 240 h", "2026-12-18");
    let both = [objective(), key_result.clone()];
    assert_eq!(
        said(&planned(&both, &empty())),
        [
            "Added Whole -→- Pending",
            "Added Whole -→from 96 h to 240 h Pending"
        ]
    );
    let gone = planned(&[objective()], &applied(&both));
    assert_eq!(said(&gone), ["Dropped Whole -→- Pending"]);
    let mut ended = key_result.clone();
    ended.open = false;
    assert_eq!(
        changed(&key_result, &ended),
        ["Ended Whole -→- Pending"],
        "GitLab's text is the same"
    );
    let mut dropped = ended.clone();
    dropped
        .definition
        .push_str("\n\n**Dropped:** no longer needed");
    assert_eq!(
        changed(&key_result, &dropped),
        ["Dropped Whole from 96 h to 240 h→- Pending"]
    );
    assert_eq!(
        changed(&dropped, &key_result),
        ["Resumed Whole -→from 96 h to 240 h Pending"]
    );
    let mut closed = key_result.clone();
    closed.quarter_state = QuarterState::Closed;
    closed.open = false;
    assert_eq!(
        changed(&key_result, &closed),
        [""; 0],
        "a quarter's end is no news"
    );
}

#[test]
fn a_merge_request_is_told_from_the_files_before_it() {
    let then = [objective(), of("from 96 h to 240 h", "2026-12-18")];
    let pending = [objective(), of("from 96 h to 260 h", "2026-12-18")];
    let mut now = [objective(), of("from 96 h to 250 h", "2026-12-18")];
    let config = config();
    let ownership = ownership();
    let planned = |now: &[DesiredIssue]| {
        plan(
            now,
            &applied(&then),
            PlanPolicy {
                readers: None,
                config: &config,
                ownership: &ownership,
                scope: &Scope::default(),
                paused: false,
                base: Some(Base {
                    name: "main",
                    desired: &pending,
                    config: &config,
                    ownership: &ownership,
                }),
            },
        )
    };
    // Against GitLab it would be raised; what is reviewed eases it.
    assert_eq!(
        said(&planned(&now)),
        ["Eased Target 260 h→250 h ThisMergeRequest"]
    );
    assert_eq!(
        said(&planned(&pending)),
        ["Raised Target 240 h→260 h Pending"]
    );
    now[1].key = key("2026-q4/sre/mtbf/time");
    now[1].previously = vec![key("2026-q4/sre/mtbf/hours")];
    assert_eq!(
        said(&planned(&now)),
        ["Eased Target 260 h→250 h ThisMergeRequest"],
        "under another name"
    );
}

#[test]
fn what_people_did_in_gitlab_changes_no_goal() {
    let wanted = [objective(), of("from 96 h to 240 h", "2026-12-18")];
    let mut observed = applied(&wanted);
    for issue in &mut observed.issues {
        issue.description = issue.description.replace("to 240 h", "to 500 h");
    }
    assert_eq!(said(&planned(&wanted, &observed)), [""; 0]);
    let mut reverting = config();
    reverting.policy.drift = DriftPolicies::all(DriftPolicy::Revert);
    let plan = planned_with(&wanted, &observed, &reverting);
    assert!(!plan.is_empty());
    assert_eq!(said(&plan), [""; 0]);
}

#[test]
fn check_ins_and_progress_are_told_from_changes() {
    let then = of("from 96 h to 240 h", "2026-12-18");
    let mut now = then.clone();
    now.rows.push(row("2026-10-12", 131));
    now.definition = facts(
        "from 96 h to 240 h",
        "2026-12-18 |\n| Progress | 24 %",
        " => 24%",
    );
    let plan = planned(
        &[objective(), now.clone()],
        &applied(&[objective(), then.clone()]),
    );
    assert_eq!((plan.summary.check_ins, plan.summary.total.update), (1, 1));
    now.title = "Raise it".into();
    let plan = planned(&[objective(), now], &applied(&[objective(), then]));
    assert_eq!((plan.summary.check_ins, plan.summary.total.update), (0, 1));
}

#[test]
fn an_amendment_comes_with_the_goal_that_it_moves() {
    let amended = |to: &str, days: &[&str]| {
        let lines: Vec<String> = days
            .iter()
            .map(|day| format!("- {day}, `director`: Half of the team \\*helps\\*"))
            .collect();
        let list = format!("\n\n**Amendments**\n\n{}", lines.join("\n"));
        let mut one = of(&format!("from 96 h to {to} h"), "2026-12-18");
        one.definition.push_str(&list);
        [objective(), one]
    };
    let before = [objective(), of("from 96 h to 240 h", "2026-12-18")];
    let reason = |then: &[DesiredIssue], now: &[DesiredIssue]| {
        let plan = planned(now, &applied(then));
        plan.goals[0].amendment.clone()
    };
    let said = "director: Half of the team *helps*";
    assert_eq!(
        reason(&before, &amended("200", &["2026-11-02"])),
        Some(format!("2026-11-02, {said}"))
    );
    // An older one allowed something else, and what is harder needs none.
    let older = amended("240", &["2026-11-02"]);
    assert_eq!(
        reason(&older, &amended("200", &["2026-11-02", "2026-11-09"])),
        Some(format!("2026-11-09, {said}"))
    );
    assert_eq!(reason(&older, &amended("200", &["2026-11-02"])), None);
    assert_eq!(reason(&before, &amended("300", &["2026-11-02"])), None);
}
