//! OKRs that GitLab published between 2018 and 2020, typed into files as their owners would have, and what an experienced
//! reviewer would say of each.

use super::{OKR_TOML, judge};

/// What is said of a key result, apart from what any of these lacks: their kinds, what they support, fresh check-ins.
fn said(key_result: &str) -> Vec<&'static str> {
    let text = format!(
        "[objective.o]\ntitle = \"Make GitLab.com ready for mission critical workloads\"\n[objective.o.kr.k]\n{key_result}"
    );
    let (sources, found) = judge(OKR_TOML, &[("okrs/2026-q4/sre.toml", &text)]);
    found
        .iter()
        .map(|found| {
            let place = sources.locate(found.primary.as_ref().unwrap().span);
            assert!(place.starts_with("okrs/2026-q4/sre.toml"), "{found:?}");
            found.rule
        })
        .filter(|rule| !matches!(*rule, "no-kind" | "orphan-objective" | "stale-check-in"))
        .collect()
}

#[test]
fn key_results_that_move_a_number_are_left_in_peace() {
    for key_result in [
        "title = \"Raise GitLab.com availability from 96.64 % to 99.95 %\"\nunit = \"%\"\nfrom = 96.64\nto = 99.95",
        "title = \"Increase CustomersDot test coverage from 45 % to 60 %\"\nunit = \"%\"\nfrom = 45\nto = 60",
        "title = \"Bring the regression suite from 70 to 56 minutes\"\nunit = \"min\"\nfrom = 70\nto = 56",
        "title = \"Improve SUS from 74.4 to 76.2\"\nunit = \"points\"\nfrom = 74.4\nto = 76.2",
        "title = \"Master pipeline success from 77 % to 90 %\"\nunit = \"%\"\nfrom = 77\nto = 90",
        "title = \"Reduce GitLab.com spending by 10 %\"\nunit = \"kUSD\"\nfrom = 500\nto = 450",
        "title = \"Raise first reply-time SLA for premium from 92% to 95%\"\nunit = \"%\"\nfrom = 92\nto = 95",
        "title = \"25% (6 of 22) \\\"new in 2019\\\" categories at minimal maturity\"\nunit = \"categories\"\nfrom = 0\nto = 6",
        "title = \"Spend no more than 15 points of our error budget\"\nunit = \"points\"\nat_most = 15\nscoring = \"budget-left\"",
        "title = \"MTTR of S1 and S2 incidents under 24 hours\"\nunit = \"h\"\nfrom = 60\nto = 24",
        "title = \"Container registry, Pages and Gitaly pass the disaster recovery drill within RTO 2 h and RPO 1 h\"\nmilestone.registry = { title = \"Registry\" }\nmilestone.pages = { title = \"Pages\" }",
    ] {
        // Alone, a limit or a checklist is not enough; that is said of the objective.
        let said: Vec<_> = said(key_result)
            .into_iter()
            .filter(|rule| !matches!(*rule, "only-guardrails" | "only-milestones"))
            .collect();
        assert_eq!(said, [""; 0], "{key_result}");
    }
}

#[test]
fn what_a_reviewer_would_send_back_is_found() {
    for (key_result, wanted) in [
        // FY20-Q4, Director of Infrastructure.
        (
            "title = \"Lower MTTP from days to single-digit hours\"\nunit = \"h\"\nfrom = 72\nto = 9",
            vec!["mixed-units"],
        ),
        // FY20-Q1, Reliability.
        (
            "title = \"Increase MTBF to infinity\"\nunit = \"h\"\nfrom = 96\nto = 1000000",
            vec!["placeholder"],
        ),
        (
            "title = \"Increase MTBF\"\nunit = \"h\"\nfrom = 96\nto = inf",
            vec!["invalid-number"],
        ),
        // CY18-Q4, Support.
        (
            "title = \"SLA for premium to 95 %\"\nunit = \"%\"\nto = 95",
            vec!["no-baseline"],
        ),
        // FY20-Q4, CI/CD section.
        (
            "title = \"MR rate to 10 by end of January\"\nunit = \"MRs\"\nto = 10",
            vec!["no-baseline"],
        ),
        // CY18-Q4, Andrew.
        (
            "title = \"Deliver phase 2 of service metrics and alerting\"\nmilestone.done = { title = \"Done\" }",
            vec!["only-milestones", "output-not-outcome"],
        ),
        // FY20-Q1, Product.
        (
            "title = \"Develop an iOS app on GitLab.com web IDE on iPad\"\nmilestone.done = { title = \"Done\" }",
            vec!["only-milestones", "output-not-outcome"],
        ),
        (
            "title = \"Help the stage groups with their error budgets\"\nmilestone.done = { title = \"Done\" }",
            vec!["only-milestones", "output-not-outcome"],
        ),
        // FY21-Q1: epics as key results.
        (
            "title = \"Close out gitlab-com/gl-infra&799\"\nmilestone.done = { title = \"Done\" }",
            vec!["only-milestones", "ticket-talk"],
        ),
        (
            "title = \"Increase NPS from X to Y\"\nfrom = 0\nto = 1",
            vec!["placeholder", "no-unit"],
        ),
        // FY20-Q3, an SLO as a key result.
        (
            "title = \"Keep availability at 99.95 % or above\"\nunit = \"%\"\nat_least = 99.95",
            vec!["only-guardrails", "business-as-usual", "undeclared-scoring"],
        ),
        // 105 of 150, printed as 105 %.
        (
            "title = \"Source 150 candidates\"\nunit = \"candidates\"\nfrom = 0\nto = 150\nscore = 105\ncheck_in.2026-11-16 = { value = 105 }",
            vec!["score-mismatch"],
        ),
        // 10 of 10, printed as 110 %.
        (
            "title = \"Publish 10 readiness reviews\"\nunit = \"reviews\"\nfrom = 0\nto = 10\nscore = 110\ncheck_in.2026-11-16 = { value = 10 }",
            vec!["score-mismatch"],
        ),
        // At-most, scored as a fraction of the target.
        (
            "title = \"Spend no more than 15 points of our error budget\"\nunit = \"points\"\nat_most = 15\nscoring = \"budget-left\"\nscore = 0\ncheck_in.2026-11-16 = { value = 0 }",
            vec!["only-guardrails", "score-mismatch"],
        ),
        (
            "title = \"Raise MRs merged per week above 6\"\nunit = \"MRs\"\nfrom = 6\nto = 5",
            vec!["target-direction"],
        ),
    ] {
        assert_eq!(said(key_result), wanted, "{key_result}");
    }
}

#[test]
fn the_blueprint_s_own_objectives_are_fine() {
    for title in [
        "Make all user-visible services ready for mission-critical workloads",
        "Minimize user-visible services' MTTR",
        "Maximize user-visible services' MTBF",
        "Streamline GitLab deployments on GitLab.com and self-managed releases",
        "Improve observable availability for GitLab.com",
    ] {
        let text = format!(
            "[objective.o]\ntitle = \"{title}\"\n[objective.o.kr.k]\ntitle = \"T\"\nunit = \"h\"\nfrom = 1\nto = 2\nkind = \"flow\"\n"
        );
        let (_, found) = judge(OKR_TOML, &[("okrs/2026-q4/sre.toml", &text)]);
        let worded: Vec<_> = found
            .iter()
            .filter(|found| found.rule == "objective-wording")
            .collect();
        assert!(worded.is_empty(), "{title}: {worded:?}");
    }
}
