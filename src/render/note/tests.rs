//! What notes say, and that nothing in them acts.

use proptest::prelude::*;

use super::{MAX_BYTES, NoPlan, Origin, Review, drift, outcome, review};
use crate::diag::Severity;
use crate::plan::{
    APPLIED_FORMAT, Action, Applied, AppliedChange, AppliedOutcome, AppliedResult, Remark,
};
use crate::render::diagnostics::{Introduced, NewFinding};
use crate::render::plan::tests::fixture;
use crate::render::plan::tests::hostile::{assert_inert_but, hostile, some_plan, some_remark};

const HERE: &str = "https://gitlab.example.com/";

fn assert_inert(note: &str) {
    assert_inert_but(note, |url| url.starts_with(HERE));
}

fn url(path: &str) -> url::Url {
    format!("{HERE}{path}").parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        commit: Some("1a2b3c4d5e6f".into()),
        pipeline: Some(url("acme/okrs/-/pipelines/1")),
        job: Some(url("acme/okrs/-/jobs/2")),
    }
}

fn finding(severity: Severity, path: &str, text: Option<&str>) -> NewFinding {
    NewFinding {
        severity,
        rule: "no-baseline",
        key: Some(fixture::key("2026-q4/sre/mtbf/hours")),
        path: Some(path.to_owned()),
        line: Some(12),
        text: text.map(str::to_owned),
    }
}

fn change(action: Action, outcome: AppliedOutcome, title: &str) -> AppliedChange {
    AppliedChange {
        key: Some(fixture::key("2026-q4/sre/mtbf/hours")),
        action,
        tracker: "acme/sre".into(),
        title: title.into(),
        issue: Some(fixture::address("acme/sre", 12)),
        confidential: false,
        outcome,
        reason: None,
        help: None,
    }
}

fn applied(result: AppliedResult, changes: Vec<AppliedChange>) -> Applied {
    Applied {
        format: APPLIED_FORMAT,
        owner: "acme/okrs".into(),
        commit: None,
        result,
        reason: None,
        help: Vec::new(),
        changes,
        remarks: Vec::new(),
    }
}

#[test]
fn everything_that_reviewers_may_read() {
    let mut plan = fixture::everything();
    plan.notices.push(
        Remark::new(
            "links-unknown",
            "its links are unknown: a job token reads none",
        )
        .on(&fixture::key("2026-q4/sre/mtbf")),
    );
    let findings = Introduced {
        new: vec![
            finding(
                Severity::Error,
                "okrs/2026-q4/sre.toml",
                Some("The target was eased."),
            ),
            finding(Severity::Warning, "okrs/a b/(x)>.toml", None),
            NewFinding {
                line: None,
                ..finding(Severity::Info, "okr.toml", Some("Odd."))
            },
        ],
        before: Some(7),
        gone: 1,
    };
    let files = url("acme/okrs/-/blob/1a2b3c4d");
    let text = review(&Review {
        plan: Ok(&plan),
        findings: &findings,
        base: Ok("main at 5e6f7a8b"),
        files: Some(&files),
        origin: &origin(),
    });
    insta::assert_snapshot!(text);
    assert_inert(&text);
}

#[test]
fn an_apply_that_failed_in_part() {
    let failed = AppliedChange {
        reason: Some("GitLab answered 403 to @all".into()),
        help: Some("make the account Planner".into()),
        ..change(Action::Close, AppliedOutcome::Failed, "Cut pages")
    };
    let secret = AppliedChange {
        confidential: true,
        reason: Some("title “Lay off” is too long".into()),
        ..change(Action::Create, AppliedOutcome::Failed, "Lay off")
    };
    let changes = vec![
        change(Action::Update, AppliedOutcome::Done, "Raise the MTBF"),
        change(Action::Link, AppliedOutcome::NothingToDo, "acme/sre#5"),
        failed,
        secret,
        change(Action::Create, AppliedOutcome::NotBegun, "Halve the cost"),
    ];
    let applied = applied(AppliedResult::PartlyApplied, changes);
    let before = "**Site Reliability eases “MTBF”**\n\nPlan: 3 to update";
    let text = outcome(&applied, Some(before), &origin());
    insta::assert_snapshot!(text);
    assert_inert(&text);
    // The next outcome keeps the review as it was.
    let again = outcome(&applied, Some(text.trim_end()), &origin());
    assert_eq!(again, text);
    // What somebody made of it is not sent once more where GitLab would execute it.
    let edited = outcome(&applied, Some("**x**\n\n  /close"), &origin());
    assert!(!edited.contains("reviewed"), "{edited}");
}

#[test]
fn drift_by_the_keys_that_it_is_about() {
    let mut plan = fixture::plan(Vec::new());
    assert_eq!(drift(&plan), None);
    let key = fixture::key("2026-q4/sre/mtbf/pages");
    let mut kept = Remark::new("drift", "the title is “Pages!”, the files say “Pages”").on(&key);
    kept.issue = Some("acme/sre#12".into());
    let mut secret =
        Remark::new("drift", "the title is “Lay off”").on(&fixture::key("2026-q4/sre/mtbf/hours"));
    secret.confidential = true;
    plan.notices = vec![kept, secret];
    let text = drift(&plan).unwrap();
    insta::assert_snapshot!(text);
    assert_inert(&text);
}

#[test]
fn however_much_there_is_it_fits() {
    let plan = fixture::many(3_000);
    let long = "Words @all ".repeat(100);
    let findings = Introduced {
        new: vec![finding(Severity::Warning, "okrs/2026-q4/sre.toml", Some(&long)); 4_000],
        before: Some(4_000),
        gone: 4_000,
    };
    let files = url("acme/okrs/-/blob/1a2b3c4d");
    let mut said = Review {
        plan: Ok(&plan),
        findings: &findings,
        base: Ok("main"),
        files: Some(&files),
        origin: &origin(),
    };
    let text = review(&said);
    assert!(text.len() <= MAX_BYTES, "{}", text.len());
    assert!(text.contains(" more: `okr validate` shows them"), "{text}");
    said.plan = Err(NoPlan::NotThere(long.clone()));
    assert!(review(&said).len() <= MAX_BYTES);
    let failed = AppliedChange {
        reason: Some(long.clone()),
        help: Some(long.clone()),
        ..change(Action::Update, AppliedOutcome::Failed, &long)
    };
    let mut changes = vec![failed; 3_000];
    changes.resize(6_000, change(Action::Update, AppliedOutcome::Done, &long));
    let mut applied = applied(AppliedResult::PartlyApplied, changes);
    applied.reason = Some(long.clone());
    applied.help = vec![long.clone(); 100];
    applied.remarks = vec![Remark::new("twin", long.clone()); 1_000];
    let text = outcome(&applied, None, &origin());
    assert!(text.len() <= MAX_BYTES, "{}", text.len());
    let mut plan = fixture::many(3_000);
    plan.notices = vec![Remark::new("drift", long); 3_000];
    let text = drift(&plan).unwrap();
    assert!(text.len() <= MAX_BYTES, "{}", text.len());
    assert!(text.contains(" more: `okr plan` shows them"), "{text}");
}

fn some_findings() -> impl Strategy<Value = Introduced> {
    let one = (
        prop::option::of(hostile()),
        prop::option::of(hostile()),
        prop::option::of(1_u32..9_999),
    );
    let one = one.prop_map(|(path, text, line)| NewFinding {
        path,
        line,
        ..finding(Severity::Warning, "", text.as_deref())
    });
    let new = prop::collection::vec(one, 0..4);
    (new, prop::option::of(0_usize..9)).prop_map(|(new, before)| Introduced {
        new,
        before,
        gone: 0,
    })
}

fn some_applied() -> impl Strategy<Value = Applied> {
    let outcomes = vec![
        AppliedOutcome::Done,
        AppliedOutcome::Failed,
        AppliedOutcome::NotBegun,
        AppliedOutcome::NothingToDo,
    ];
    let text = || prop::option::of(hostile());
    let one = (
        prop::sample::select(outcomes),
        (hostile(), hostile()),
        (text(), text()),
        any::<bool>(),
    );
    let one = one.prop_map(|(outcome, (title, tracker), (reason, help), known)| {
        let mut change = change(Action::Update, outcome, &title);
        change.tracker = tracker;
        if !known {
            change.issue = None;
        }
        AppliedChange {
            reason,
            help,
            ..change
        }
    });
    (
        prop::collection::vec(one, 0..4),
        text(),
        prop::collection::vec(hostile(), 0..2),
        prop::collection::vec(some_remark(), 0..2),
    )
        .prop_map(|(changes, reason, help, remarks)| Applied {
            reason,
            help,
            remarks,
            ..applied(AppliedResult::NothingApplied, changes)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn nothing_in_a_review_acts(
        plan in some_plan(),
        why in prop::option::of(hostile()),
        findings in some_findings(),
        base in hostile(),
        commit in hostile(),
    ) {
        let files = url("acme/okrs/-/blob/1a2b3c4d");
        let origin = Origin { commit: Some(commit), ..origin() };
        let text = review(&Review {
            plan: match why {
                Some(why) => Err(NoPlan::NotThere(why)),
                None => Ok(&plan),
            },
            findings: &findings,
            base: Err(&base),
            files: Some(&files),
            origin: &origin,
        });
        assert_inert(&text);
        // Nor does it where it is folded in after the merge.
        let folded = outcome(&applied(AppliedResult::NothingToDo, vec![]), Some(&text), &origin);
        assert_inert(&folded);
        prop_assert!(folded.contains("What was reviewed"));
        prop_assert_eq!(outcome(&applied(AppliedResult::NothingToDo, vec![]), Some(&folded), &origin), folded);
    }

    #[test]
    fn nothing_in_an_outcome_acts(applied in some_applied()) {
        assert_inert(&outcome(&applied, None, &origin()));
    }

    #[test]
    fn nothing_about_drift_acts(plan in some_plan()) {
        if let Some(text) = drift(&plan) {
            assert_inert(&text);
        }
    }
}
