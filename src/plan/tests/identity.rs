//! Which issue is whose: markers, owners, copies, twins, moves, adoption; and what a whole plan says.

use super::*;

#[test]
fn a_marker_of_another_author_does_not_count() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].author = "mallory".parse::<Username>().unwrap();
    let plan = planned(&[objective()], &observed);
    assert_eq!(plan.changes[0].action, Action::Create);
    assert!(
        told(&plan)
            .iter()
            .any(|line| line.starts_with("* copied-marker"))
    );
    // The file says that it is the one: then it counts.
    let adopting = DesiredIssue {
        adopt: Some("acme/okrs#1".parse().unwrap()),
        ..objective()
    };
    assert!(planned(&[adopting], &observed).is_empty());
}

#[test]
fn a_marker_of_another_owner_stops_its_key() {
    let mut observed = applied(&[objective()]);
    set_marker(&mut observed.issues[0], |marker| {
        marker.owner = "somebody/else".into();
    });
    let plan = planned(&[objective()], &observed);
    assert!(plan.is_empty());
    assert_eq!(told(&plan), ["! foreign-owner"]);
    // A previous owner's markers are taken over.
    set_marker(&mut observed.issues[0], |marker| {
        marker.owner = "acme/old".into();
    });
    let plan = planned(&[objective()], &observed);
    assert_eq!(
        told(&plan)[0],
        "Update 2026-q4/sre/mtbf: owner acme/old→acme/okrs"
    );
}

#[test]
fn a_copy_stops_its_own_key_only() {
    let mut observed = applied(&[objective(), key_result()]);
    let copy = ObservedIssue {
        id: 50,
        iid: 50,
        ..observed.issues[1].clone()
    };
    observed.issues.push(copy);
    let renamed = DesiredIssue {
        title: "New".into(),
        ..objective()
    };
    let plan = planned(&[renamed, key_result()], &observed);
    assert_eq!(
        told(&plan)[..2],
        [
            "Update 2026-q4/sre/mtbf: title Maximize MTBF→New",
            "! copied-marker"
        ]
    );
}

#[test]
fn of_twins_the_lower_id_stays() {
    let mut observed = applied(&[objective()]);
    let mut twin = ObservedIssue {
        id: 50,
        iid: 50,
        ..observed.issues[0].clone()
    };
    set_marker(&mut twin, |marker| marker.birth = "another".into());
    observed.issues.push(twin);
    let plan = planned(&[objective()], &observed);
    assert_eq!(told(&plan)[0], "Close 2026-q4/sre/mtbf: state open→closed");
    assert_eq!(plan.changes[0].issue.as_ref().unwrap().iid, 50);
    let Operation::CloseTwin { stays, .. } = &plan.changes[0].operation else {
        panic!()
    };
    assert_eq!(stays.iid, 1);
}

#[test]
fn a_moved_issue_is_followed() {
    let mut observed = applied(&[objective()]);
    let moved = ObservedIssue {
        id: 9,
        iid: 3,
        ..observed.issues[0].clone()
    };
    observed.issues[0].open = false;
    observed.issues[0].moved_to = Some(9);
    observed.issues.push(moved);
    assert!(planned(&[objective()], &observed).is_empty());
    observed.issues.pop();
    assert_eq!(told(&planned(&[objective()], &observed)), ["! moved-away"]);
}

#[test]
fn a_damaged_block_is_never_doubled() {
    let mut observed = applied(&[objective()]);
    let broken = observed.issues[0]
        .description
        .replace("<!-- okrsync -->\n", "");
    observed.issues[0].description = broken;
    let plan = planned(&[objective()], &observed);
    assert_eq!(told(&plan), ["! damaged-block"]);
}

#[test]
fn an_issue_that_looks_alike_stops_the_create() {
    let mut observed = empty();
    observed.unmanaged.push(UnmanagedIssue {
        project: TRACKER.into(),
        iid: 4,
        title: "Maximize MTBF".into(),
        author: "ann".parse().unwrap(),
        claims: None,
        open: true,
    });
    assert_eq!(told(&planned(&[objective()], &observed)), ["! looks-alike"]);
}

#[test]
fn an_issue_is_adopted_by_name() {
    let mut observed = applied(&[objective()]);
    observed.issues[0].description = "People's words.".into();
    observed.issues[0].author = "ann".parse().unwrap();
    observed.issues[0].title = "Old words".into();
    let adopting = DesiredIssue {
        adopt: Some("acme/okrs#1".parse().unwrap()),
        ..objective()
    };
    let plan = planned(&[adopting], &observed);
    assert_eq!(
        told(&plan)[0],
        "Adopt 2026-q4/sre/mtbf: title Old words→Maximize MTBF"
    );
}

#[test]
fn drafts_create_nothing_and_closed_quarters_are_frozen() {
    let draft = DesiredIssue {
        quarter_state: QuarterState::Draft,
        ..objective()
    };
    assert_eq!(
        told(&planned(&[draft], &empty())),
        ["* draft: 2026-q4 is a draft: 1 issue would be created"]
    );
    let closed = DesiredIssue {
        quarter_state: QuarterState::Closed,
        open: false,
        ..objective()
    };
    let observed = applied(std::slice::from_ref(&closed));
    let edited = DesiredIssue {
        title: "Edited after the end".into(),
        ..closed.clone()
    };
    assert!(planned(std::slice::from_ref(&edited), &observed).is_empty());
    assert!(planned(&[edited], &empty()).is_empty());
    // One that has it all, and was closed before: it gets the mark of it once, in no count.
    let mut before = applied(&[DesiredIssue {
        open: false,
        ..objective()
    }]);
    let marking = planned(std::slice::from_ref(&closed), &before);
    assert_eq!(marking.summary.rerendered, 1);
    assert_eq!(marking.summary.total, Counts::default());
    set_marker(&mut before.issues[0], |marker| marker.applied.frozen = true);
    assert!(planned(&[closed], &before).is_empty());
}

#[test]
fn rows_of_people_are_kept_and_announced() {
    let mut observed = applied(&[objective(), key_result()]);
    let mut description = Description::parse(&observed.issues[1].description).unwrap();
    let mut block = description.block.take().unwrap();
    let mut body = Body::parse(&block.body);
    let table = Table {
        rows: vec![row("2026-10-05", 102), row("2026-10-12", 118)],
        unreadable: vec![],
    };
    body.table = Some(table);
    block.body = body.render();
    observed.issues[1].description = description.with_block(block).render().unwrap();
    let plan = planned(&[objective(), key_result()], &observed);
    assert!(plan.is_empty());
    let expected = "* awaiting-pull: the check-in of 2026-10-12 was written in GitLab: 118";
    assert!(told(&plan).contains(&expected.into()));
}

#[test]
fn too_much_at_once_is_refused_in_the_plan() {
    let keys: Vec<DesiredIssue> = (0..12)
        .map(|n| DesiredIssue {
            key: key(&format!("2026-q4/sre/o-{n}")),
            ..objective()
        })
        .collect();
    let observed = applied(&keys);
    let plan = planned(&keys[..3], &observed);
    assert_eq!(plan.summary.total.close, 9);
    let limits: Vec<&str> = plan
        .refusals
        .iter()
        .map(|refusal| refusal.limit.as_str())
        .collect();
    assert_eq!(limits, ["max_close", "max_close_percent"]);
}

#[test]
fn quarters_end_within_a_limit_of_their_own() {
    let of = |quarter: &str| {
        let numbered = (0..12).map(|n| DesiredIssue {
            key: key(&format!("{quarter}/sre/o-{n}")),
            ..objective()
        });
        numbered.collect::<Vec<_>>()
    };
    let both = [of("2026-q3"), of("2026-q4")].concat();
    let observed = applied(&both);
    let close = |quarter: &str| {
        let mut issues = both.clone();
        for issue in &mut issues {
            if issue.key.to_string().starts_with(quarter) {
                issue.quarter_state = QuarterState::Closed;
                issue.open = false;
            }
        }
        planned(&issues, &observed)
    };
    let plan = close("2026-q4");
    assert_eq!((plan.summary.total.end, plan.summary.total.close), (12, 0));
    assert_eq!(plan.refusals, []);
    let plan = close("2026");
    assert_eq!(plan.summary.total.end, 24);
    let [refusal] = plan.refusals.as_slice() else {
        panic!("{:?}", plan.refusals)
    };
    assert_eq!(
        (refusal.limit.as_str(), refusal.message.as_str()),
        (
            "max_close_quarters",
            "the issues of 2 quarters would be closed with them: 2026-q3, 2026-q4; the limit is 1"
        )
    );
}

#[test]
fn a_mass_of_new_titles_is_refused_and_creates_are_none() {
    let keys = |title: &str| -> Vec<DesiredIssue> {
        let numbered = (0..51).map(|n| DesiredIssue {
            key: key(&format!("2026-q4/sre/o-{n}")),
            title: format!("{title} {n}"),
            ..objective()
        });
        numbered.collect()
    };
    let observed = applied(&keys("Old"));
    let plan = planned(&keys("New"), &observed);
    let [refusal] = plan.refusals.as_slice() else {
        panic!("{:?}", plan.refusals)
    };
    assert_eq!(
        (refusal.limit.as_str(), refusal.message.as_str()),
        (
            "max_retitle",
            "51 issues would get another title; the limit is 50"
        )
    );
    assert!(
        planned(&keys("New")[..50], &observed)
            .refusals
            .iter()
            .all(|r| r.limit != "max_retitle")
    );
    assert!(planned(&keys("New"), &empty()).refusals.is_empty());
}

#[test]
fn a_plan_says_who_is_notified_and_how_long_limits_make_it_wait() {
    let numbered = |count: usize| -> Vec<DesiredIssue> {
        let numbered = (0..count).map(|n| DesiredIssue {
            key: key(&format!("2026-q4/sre/o-{n:03}")),
            ..objective()
        });
        numbered.collect()
    };
    let few = planned(&numbered(3), &empty()).forecast;
    assert_eq!((few.mails, few.notes, few.wait_seconds), (3, 0, 0));
    assert_eq!(few.assigned, BTreeMap::from([("mia".to_owned(), 3)]));
    let many = planned(&numbered(201), &empty()).forecast;
    assert_eq!(many.wait_seconds, 60);
    let closes = planned(&numbered(1), &applied(&numbered(62))).forecast;
    assert_eq!(
        (closes.mails, closes.notes, closes.wait_seconds),
        (61, 61, 60)
    );
    assert!(closes.assigned.is_empty());
    assert_eq!(
        planned(&numbered(3), &applied(&numbered(3))).forecast,
        Forecast::default()
    );
}

#[test]
fn a_plan_reads_back_as_it_was_written() {
    let plan = planned(&[objective(), key_result()], &empty());
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
}

#[test]
fn a_tracker_without_issues_stops_the_create() {
    let mut observed = empty();
    observed.trackers.get_mut(TRACKER).unwrap().issues_enabled = false;
    assert_eq!(
        told(&planned(&[objective()], &observed)),
        ["! issues-disabled"]
    );
}
