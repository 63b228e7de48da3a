//! What `okr validate --fix` does to a file: mistakes whose way out is certain are mended, others are left, nothing else is
//! touched.

use okrsync::diag::{Diagnostic, Severity};
use okrsync::edit::{Judged, apply, mend};
use proptest::prelude::*;

use crate::files::{OKR_TOML, load, sre};

fn judge(text: &str) -> Judged {
    let outcome = sre(text);
    let (file, _) = outcome.sources.files().nth(1).unwrap();
    Judged {
        file,
        sources: outcome.sources,
        findings: outcome.found,
    }
}

/// A file as it is mended.
fn mended(text: &str) -> String {
    mend(text, &judge).map_or_else(|| text.to_owned(), |mended| mended.text)
}

const KEY_RESULT: &str = "[objective.a]\ntitle = \"A\"\n[objective.a.kr.b]\ntitle = \"B\"\n";

/// What becomes of lines of a key result.
#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(
        mended(&format!("{KEY_RESULT}{before}\n")),
        format!("{KEY_RESULT}{after}\n")
    );
}

#[track_caller]
fn stays(lines: &str) {
    becomes(lines, lines);
}

#[test]
fn numbers() {
    becomes("to = 99,95 # percent", "to = 99.95 # percent");
    becomes(
        "to = 5\ncheck_in.2026-10-05 = { value = 1.200,5, confidence = 50 }",
        "to = 5\ncheck_in.2026-10-05 = { value = 1200.5, confidence = 50 }",
    );
    becomes("to = \"96\"", "to = 96");
    becomes("to = \"96,5\"", "to = 96.5");
    becomes("to = 007", "to = 7");
    becomes("to = 0x10", "to = 16");
    for lines in [
        "to = 1,200",
        "to = \"1,200\"",
        "to = \"007\"",
        "to = \".5\"",
        "to = 1,2,3",
        "to = \"ninety\"",
    ] {
        stays(lines);
    }
}

#[test]
fn units() {
    becomes(
        "unit = \"h\"\nfrom = 96 h\nto = \"240 h\"",
        "unit = \"h\"\nfrom = 96\nto = 240",
    );
    becomes(
        "  from = 96 h # now\r\nto = \"240 h\"",
        "  unit = \"h\"\n  from = 96 # now\r\nto = 240",
    );
    becomes(
        "to = 5\ncheck_in.2026-10-05 = { value = 3 h, confidence = 60% }",
        "to = 5\nunit = \"h\"\ncheck_in.2026-10-05 = { value = 3, confidence = 60 }",
    );
    becomes("to = 5\nshare = \"40 %\"", "to = 5\nshare = 40");
    for lines in [
        "unit = \"days\"\nto = 96 h",
        "to = 5\nweight = 3 h",
        "to = 5\nshare = \"40 h\"",
        "to = 5\ndue = \"3 h\"",
    ] {
        stays(lines);
    }
}

#[test]
fn days() {
    becomes("to = 1\ndue = \"2026-12-18\"", "to = 1\ndue = 2026-12-18");
    becomes("to = 1\ndue = 18.12.2026", "to = 1\ndue = 2026-12-18");
    becomes("to = 1\ndue = \"12/18/2026\"", "to = 1\ndue = 2026-12-18");
    becomes(
        "to = 1\ncheck_in.\"5.10.2026\" = { value = 1 }",
        "to = 1\ncheck_in.2026-10-05 = { value = 1 }",
    );
    stays("to = 1\ndue = 10/11/2026");
    stays("to = 1\ndue = \"10/11/2026\"");
    stays("to = 1\ndue = 2026-02-30");
}

#[test]
fn texts_and_their_quotation_marks() {
    becomes(
        "to = 1\nmetric = “Users’ MTBF” # c",
        "to = 1\nmetric = \"Users’ MTBF\" # c",
    );
    becomes("to = 1\nmetric = \"More”", "to = 1\nmetric = \"More\"");
    becomes(
        "to = 1\ncheck_in.2026-10-05 = { value = 1, note = „Läuft“ }",
        "to = 1\ncheck_in.2026-10-05 = { value = 1, note = \"Läuft\" }",
    );
    becomes(
        "to = 1\nmetric = time to restore",
        "to = 1\nmetric = \"time to restore\"",
    );
    becomes(
        "to = 1\ncheck_in.2026-10-05 = { value = 1, note = all fine }",
        "to = 1\ncheck_in.2026-10-05 = { value = 1, note = \"all fine\" }",
    );
    becomes(
        "to = 1\nmetric = \"time\nowner = \"ines\"",
        "to = 1\nmetric = \"time\"\nowner = \"ines\"",
    );
    becomes(
        "to = 1\nmetric = \"the \"real\" time\"",
        "to = 1\nmetric = \"the \\\"real\\\" time\"",
    );
    becomes("to = 1\nmetric = 'it's'", "to = 1\nmetric = \"it's\"");
    becomes(
        "to = 1\nmetric = \"C:\\Patroni\"",
        "to = 1\nmetric = \"C:\\\\Patroni\"",
    );
    becomes("to = 1\nmetric = 5", "to = 1\nmetric = \"5\"");
    becomes("to = 1\nmetric: \"time\"", "to = 1\nmetric = \"time\"");
    becomes("to = 1\nkind = flow", "to = 1\nkind = \"flow\"");
    becomes("to = 1\nmetric = \"a\u{7}b\"", "to = 1\nmetric = \"ab\"");
    for lines in [
        "to = 1\nmetric = “One” and “two”",
        "to = 1\ndue = end of year",
        "to = 1\nmetric = time # 12",
        "to = 1\nmetric = \"time\nand more",
        "to = 1\nmetric = \"time\" owner = \"ines\"",
        "to = 1\nhealth = 5",
        "to = 1\nmetric =",
    ] {
        stays(lines);
    }
}

#[test]
fn keys_and_choices() {
    becomes("baseline = 3\ntarget = 5", "from = 3\nto = 5");
    becomes("to = 5\nshaer = 40", "to = 5\nshare = 40");
    becomes("to = 5\nkind = \"Flow\"", "to = 5\nkind = \"flow\"");
    becomes(
        "to = 5\ncheck_in.2026-10-05 = { health = \"on track\" }",
        "to = 5\ncheck_in.2026-10-05 = { health = \"on-track\" }",
    );
    becomes(
        "to = 5\nchekc_in.2026-10-05 = { value = 1 }",
        "to = 5\ncheck_in.2026-10-05 = { value = 1 }",
    );
    becomes(
        "to = 5\nconfidential = \"Yes\"",
        "to = 5\nconfidential = true",
    );
    becomes("to = 5\nconfidential = TRUE", "to = 5\nconfidential = true");
    becomes("to = 5\nwork = \"a/b#1\"", "to = 5\nwork = [\"a/b#1\"]");
    becomes("to = 5\nowner = \"@ines\"", "to = 5\nowner = \"ines\"");
    for lines in [
        "to = 5\ntarget = 6",
        "start = 1\nbaseline = 2\nto = 5",
        "to = 5\ntitel = \"x\"",
        "to = 5\nscope = \"internal\"",
        "to = 5\nbanana = 1",
        "to = 5\nhealth = \"green\"",
        "to = 5\nconfidential = \"maybe\"",
        "to = 5\nwork = \"a/b#1, a/b#2\"",
        "to = 5\nowner = \"@all hands\"",
        "to = 5\ndepends_on = [\"sre/aa\"]",
        "to = 5\nchekc_in.2026-10-05 = { value = 1 }\nchekc_in.2026-10-12 = { value = 1 }",
    ] {
        stays(lines);
    }
}

#[test]
fn what_is_not_closed() {
    becomes(
        "to = 5\nwork = [\"a/b#1\"\nowner = \"ines\"",
        "to = 5\nwork = [\"a/b#1\"]\nowner = \"ines\"",
    );
    becomes(
        "to = 5\ncheck_in.2026-10-05 = { value = 1\nowner = \"ines\"",
        "to = 5\ncheck_in.2026-10-05 = { value = 1 }\nowner = \"ines\"",
    );
    becomes(
        "to = 5\nevidence = [\n  \"one\"\n  \"two\"\n]",
        "to = 5\nevidence = [\n  \"one\",\n  \"two\"\n]",
    );
    becomes(
        "to = 5\n[objective.c # c\ntitle = \"C\"",
        "to = 5\n[objective.c] # c\ntitle = \"C\"",
    );
    for lines in [
        "to = 5\nwork = [\n\"a/b#1\"\nowner = \"ines\"",
        "to = 5\nevidence = [\n  \"one\" # 1\n  \"two\"\n]",
        "to = 5\n[objective.Mean Time\ntitle = \"C\"",
    ] {
        stays(lines);
    }
}

#[test]
fn what_only_newer_toml_allows() {
    becomes(
        "to = 5\ncheck_in.2026-10-05 = {\n  value = 1,\n}",
        "to = 5\ncheck_in.2026-10-05 = { value = 1 }",
    );
    becomes(
        "to = 5\nmetric = \"a\\x41\\eb\"",
        "to = 5\nmetric = \"a\\u0041\\u001Bb\"",
    );
    stays("to = 5\ncheck_in.2026-10-05 = {\n  value = 1, # c\n}");
}

#[test]
fn headers_of_days() {
    becomes(
        "to = 5\n\n[objective.a.kr.b.check_in.2026-10-05]\nvalue = 1\nnote = 'n'\n\n[objective.a.kr.b.check_in.2026-10-12]\nvalue = 2\n# next\n[objective.c]\ntitle = \"C\"",
        "to = 5\n\ncheck_in.2026-10-05 = { value = 1, note = 'n' }\n\ncheck_in.2026-10-12 = { value = 2 }\n# next\n[objective.c]\ntitle = \"C\"",
    );
    stays("to = 5\n[objective.a.kr.b.check_in.2026-10-05]\nvalue = 1 # c");
    stays(
        "to = 5\n[objective.c]\ntitle = \"C\"\n[objective.a.kr.b.check_in.2026-10-05]\nvalue = 1",
    );
}

#[test]
fn what_the_path_says() {
    let rest = "[objective.a]\ntitle = \"A\"\n";
    assert_eq!(
        mended(&format!("quarter = \"2026-q4\"\nteam = 'sre'\n{rest}")),
        rest
    );
    for line in ["quarter = \"2026-q3\"", "team = \"sre\" # us"] {
        let text = format!("{line}\n{rest}");
        assert_eq!(mended(&text), text);
    }
}

#[test]
fn okr_toml() {
    let judge = |text: &str| {
        let outcome = load(
            text,
            &[("okrs/2026-q4/sre.toml", "[objective.a]\ntitle = \"A\"\n")],
        );
        let (file, _) = outcome.sources.files().next().unwrap();
        Judged {
            file,
            sources: outcome.sources,
            findings: outcome.found,
        }
    };
    let text = format!(
        "{OKR_TOML}manger = \"jo\"\n[assign]\nobjective = [\"{{manger}}\", \"@jo\"]\n[safety]\nmax_create = 5.0\nmax_close = \"7\"\n[calendar]\nyear_starts = \"Febuary\"\n"
    );
    let mended = mend(&text, &judge).unwrap();
    assert_eq!(
        mended.text,
        format!(
            "{OKR_TOML}manager = \"jo\"\n[assign]\nobjective = [\"{{manager}}\", \"jo\"]\n[safety]\nmax_create = 5\nmax_close = 7\n[calendar]\nyear_starts = \"february\"\n"
        )
    );
    let titles: Vec<String> = mended
        .done
        .iter()
        .map(|done| format!("{}: {}", done.line, done.title))
        .collect();
    assert_eq!(titles.len(), 6, "{titles:?}");
    assert!(
        titles.contains(&"14: write `manager`".to_owned()),
        "{titles:?}"
    );
}

#[test]
fn a_fix_that_brings_more_to_light_than_it_mends_is_not_made() {
    let hidden = "[objective.c\ntitle = \"C\"\nbanana = 1\napple = 2\n";
    let text = format!("[objective.a]\ntitle = \"A\"\n{hidden}");
    assert_eq!(mended(&text), text);
    let mendable = "[objective.c\ntitle = \"C\"\ndue = \"2026-12-18\"\nconfidential = \"yes\"\n";
    let text = format!("[objective.a]\ntitle = \"A\"\n{mendable}");
    assert!(
        mended(&text)
            .ends_with("[objective.c]\ntitle = \"C\"\ndue = 2026-12-18\nconfidential = true\n")
    );
}

/// Lines that people get wrong, for a key result, and some that are right.
const LINES: &[&str] = &[
    "from = 99,95",
    "to = 1,200",
    "to = \"96 h\"",
    "to = 240 h",
    "from = \"3\"",
    "unit = \"h\"",
    "unit = h",
    "unit = 5",
    "share = 40%",
    "share = \"140\"",
    "shaer = 5",
    "weight = 007",
    "due = \"2026-12-18\"",
    "due = 18.12.2026",
    "due = 10/11/2026",
    "due = tomorrow",
    "metric = “Users’ time”",
    "metric = \"More”",
    "metric = \"open",
    "metric = \"a \"b\" c\"",
    "metric: \"x\"",
    "owner = \"@ines\"",
    "ownr = \"ines\"",
    "work = \"a/b#1\"",
    "work = [\"a/b#1\"",
    "work = [\"a/b#1\" \"a/b#2\"]",
    "kind = \"Flow\"",
    "kind = flow",
    "confidential = \"yes\"",
    "baseline = 3",
    "start = 4",
    "target = 5",
    "goal = \"all\"",
    "at_least = 1",
    "max = 7",
    "check_in.2026-10-05 = { value = 1,5, note = fine }",
    "check_in.2026-10-12 = { value = 3 h, }",
    "check_in.2026-10-19 = {\n  value = 2,\n}",
    "check_in.\"26.10.2026\" = { value = 1 }",
    "chekc_in.2026-11-02 = { value = 1 }",
    "# a comment",
    "",
    "evidence = [",
    "]",
    "}",
    "title = \"Twice\"",
    "[objective.a.kr.b.check_in.2026-11-09]\nvalue = 3",
    "[objective.a.kr.c]\ntitle = \"C\"\nto = 1",
    "[objective.d\ntitle = \"D\"",
];

fn name(found: &Diagnostic) -> (&str, &str, &str) {
    (found.rule, &found.subject, &found.message)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_fix_ends_its_own_finding(lines in prop::collection::vec(prop::sample::select(LINES), 0..9)) {
        let text = format!("{KEY_RESULT}{}\n", lines.join("\n"));
        let before = sre(&text);
        let fixes = before.found.iter().filter_map(|found| Some((found, found.fix.as_ref()?)));
        for (found, fix) in fixes {
            let after = sre(&apply(&text, &[fix]).text);
            let same = |outcome: &crate::files::Outcome| {
                outcome.found.iter().filter(|other| name(other) == name(found)).count()
            };
            prop_assert!(same(&after) < same(&before), "{}: {}\n{text}", found.rule, fix.title);
        }
    }

    #[test]
    fn there_are_never_more_errors_than_before(lines in prop::collection::vec(prop::sample::select(LINES), 0..12)) {
        let text = format!("{KEY_RESULT}{}\n", lines.join("\n"));
        let mended = mended(&text);
        let errors = |text: &str| sre(text).found.count(Severity::Error);
        prop_assert!(errors(&mended) <= errors(&text), "{text}\n->\n{mended}");
        prop_assert_eq!(mend(&mended, &judge).map(|again| again.text), None, "{}\n->\n{}", text, mended);
    }
}
