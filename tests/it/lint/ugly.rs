//! The ugliest findings, drawn as people see them in a terminal of 100 columns. Whoever changes one reads it first.

use okrsync::render::diagnostics::{Look, human};

use super::{OKR_TOML, judge};

fn drawn(okr_toml: &str, files: &[(&str, &str)]) -> String {
    let (sources, found) = judge(&format!("{OKR_TOML}{okr_toml}"), files);
    let look = Look {
        colour: false,
        width: 100,
        rules_url: None,
    };
    human(&found, &sources, look)
}

fn sre(text: &str) -> String {
    drawn("", &[("okrs/2026-q4/sre.toml", text)])
}

#[test]
fn what_a_spreadsheet_leaves_in_numbers() {
    insta::assert_snapshot!(sre(
        "[objective.a]\ntitle = \"Be there whenever users want to work\"\nsupports = [\"infrastructure/x\"]\n\
         [objective.a.kr.b]\ntitle = \"Raise availability\"\nkind = \"flow\"\nunit = \"%\"\nfrom = 96,64\nto = \"99.95 %\"\n\
         due = \"2026-12-18\"\nshare = 100%\ncheck_in.2026-11-09 = { value = 1.200,5 }\n"
    ));
}

#[test]
fn a_word_processor_s_quotation_marks_and_a_quote_in_a_text() {
    insta::assert_snapshot!(sre(
        "[objective.a]\ntitle = “Be there whenever users want to work”\ndescription = \"We call it \"always on\" here\"\n\
         [objective.a.kr.b]\ntitle = “Raise availability\nunit = \"%\"\nfrom = 1\nto = 2\n"
    ));
}

#[test]
fn a_second_objective_by_a_typing_error_and_keys_below_the_wrong_header() {
    insta::assert_snapshot!(sre(
        "[objective.mtbf]\ntitle = \"Be there whenever users want to work\"\n[objective.mtbf.kr.hours]\ntitle = \"Raise MTBF\"\n\
         unit = \"h\"\nfrom = 96\nto = 240\nsupports = [\"infrastructure/mission-critical\"]\n\
         [objective.mtfb.kr.pages]\ntitle = \"Cut pages\"\nunit = \"pages\"\nbaseline = 14\ntarget = 5\n"
    ));
}

#[test]
fn a_policy_in_okr_toml_that_decided() {
    insta::assert_snapshot!(drawn(
        "[policy]\nobjectives = { min = 1, max = 1 }\nkey_results = { min = 3, max = 3 }\nareas = [\"availability\", \"product\"]\n",
        &[(
            "okrs/2026-q4/infrastructure.toml",
            "[objective.a]\ntitle = \"Be there whenever users want to work\"\n[objective.a.kr.b]\ntitle = \"Raise availability from 99 % to 99.5 %\"\n\
             kind = \"business\"\narea = \"availabilty\"\nshare = 60\nunit = \"%\"\nfrom = 99.0\nto = 99.9\ncheck_in.2026-11-09 = { value = 99.2 }\n\
             [objective.b]\ntitle = \"Launch the new status page\"\n"
        )]
    ));
}

#[test]
fn two_teams_that_count_the_same_thing_and_depend_on_each_other() {
    insta::assert_snapshot!(drawn(
        "[teams.delivery]\nmanager = \"jo\"\ntracker = \"gl-infra/delivery\"\n",
        &[
            (
                "okrs/2026-q4/delivery.toml",
                "[objective.deploys]\ntitle = \"Let finished work reach users within the day\"\n[objective.deploys.kr.time]\n\
                 title = \"Shorten the way to production\"\nkind = \"flow\"\nunit = \"h\"\nfrom = 72\nto = 12\ncheck_in.2026-11-16 = { value = 40 }\n"
            ),
            (
                "okrs/2026-q4/sre.toml",
                "[objective.mtbf]\ntitle = \"Be there whenever users want to work\"\nsupports = [\"delivery/deploy\"]\n\
                 [objective.mtbf.kr.time]\ntitle = \"Shorten the way to production\"\nkind = \"flow\"\nunit = \"h\"\nfrom = 72\nto = 12\n\
                 depends_on = [\"delivery/deploys/time\"]\ncheck_in.2026-11-16 = { value = 40 }\n"
            ),
        ]
    ));
}

#[test]
fn a_goal_that_contradicts_itself() {
    insta::assert_snapshot!(drawn(
        "",
        &[(
            "okrs/2026-q4/infrastructure.toml",
            "[objective.a]\ntitle = \"Be there whenever users want to work\"\n[objective.a.kr.b]\n\
             title = \"Reduce the time to restore from 2 days to 45 minutes\"\nkind = \"flow\"\nunit = \"min\"\nfrom = 45\nto = 94\n\
             check_in.2026-10-05 = { value = 120, confidence = 95, health = \"on-track\" }\n\
             check_in.2026-11-16 = { value = 120, health = \"on-track\", note = \"All fine\" }\nscore = 90\n"
        )]
    ));
}

#[test]
fn allowances_that_are_over_or_name_nothing() {
    insta::assert_snapshot!(drawn(
        "",
        &[(
            "okrs/2026-q4/infrastructure.toml",
            "[objective.a]\ntitle = \"Be there whenever users want to work\"\n[objective.a.kr.b]\n\
             title = \"Raise availability to 99.9 %\"\nkind = \"flow\"\nunit = \"%\"\nto = 99.9\n\
             allow = [\n  { rule = \"no-baseline\", reason = \"measured from November on\", until = 2026-11-01 },\n\
             \x20 { rule = \"no-basline\", reason = \"typed again\" },\n  { rule = \"ticket-talk\", reason = \"was needed once\" },\n\
             \x20 { rule = \"decimal-comma\", reason = \"we write commas\" },\n]\ncheck_in.2026-11-16 = { value = 99.2 }\n"
        )]
    ));
}

#[test]
fn text_that_would_steer_a_terminal() {
    insta::assert_snapshot!(sre(
        "[objective.a]\ntitle = \"Be \u{1b}[31mthere\u{202e} whenever\u{9b}2J users want to work, and not \\u001b]0;owned\\u0007 anywhere else at all, ever, in any case\"\n\
         shaer = 1\n"
    ));
}

#[test]
fn a_file_that_breaks_off_and_has_its_table_twice() {
    insta::assert_snapshot!(sre(
        "[objective.a]\r\ntitle = \"Be there whenever users want to work\"\r\nwork = [\"gl-infra/sre#1\",\r\n\
         [objective.a.kr.b]\r\ntitle = \"Raise MTBF\"\r\nfrom = 1\r\nto = 2\r\n[objective.a]\r\ntitle = \"Again\r\n[objective.c"
    ));
}

#[test]
fn lists_where_tables_have_names() {
    insta::assert_snapshot!(sre(
        "quarter = \"2026-q4\"\nteam = \"sre\"\n[[objectives]]\ntitle = \"Be there whenever users want to work\"\n\
         [[objectives.key_results]]\ntitle = \"Raise MTBF\"\nTarget = 240\n[objective.Mean_Time]\ntitle = \"Be there\"\n\
         [objective.a]\ntitle = \"Be there whenever users want to work\"\n[objective.a.kr.b.check_in.2026-10-05]\nvalue = 1\nconfidence = 0.6\n"
    ));
}
