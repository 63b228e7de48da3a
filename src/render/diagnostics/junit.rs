use std::collections::{BTreeMap, BTreeSet};
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Report;
use super::human::{Look, drawn};
use super::item::{item, team_of};
use crate::diag::{Diagnostic, Severity};
use crate::model::Key;
use crate::render::terminal_text::{block, line};
use crate::text::FileId;

/// The suite of rules that could not run.
const RULES: &str = "rules";

/// Findings are drawn for GitLab's window with the details of a failed test.
const LOOK: Look<'_> = Look {
    colour: false,
    width: 100,
    rules_url: None,
};

/// The findings as a JUnit report, for the test summary of a merge request.
///
/// Each file is a suite. It has a case for the file as a whole, named after its path, and one for each objective and key
/// result, named after its key: names stay the same from run to run, so that GitLab can tell new failures from old ones.
/// A case fails by errors; warnings and hints about it are its output. A rule that could not run is a skipped case.
///
/// GitLab shows of a failure nothing but the text in its element, so everything stands there.
pub fn junit(report: &Report<'_>) -> String {
    let mut suites = suites(report);
    for finding in report.findings {
        suites.take(finding, report);
    }
    // Writing to memory cannot fail, and every text that is written is UTF-8.
    let bytes = suites.write(report).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// The suites by path, each with its cases.
#[derive(Default)]
struct Suites {
    by_path: BTreeMap<String, Vec<Case>>,
    /// Which suite and case an objective or key result is.
    by_key: BTreeMap<Key, (String, usize)>,
}

/// A file as a whole, an objective or a key result.
struct Case {
    name: String,
    /// Its errors.
    failures: Vec<String>,
    /// What else was found about it.
    remarks: Vec<String>,
}

impl Case {
    fn new(name: String) -> Self {
        Self {
            name,
            failures: Vec::new(),
            remarks: Vec::new(),
        }
    }
}

/// What was judged, without findings.
fn suites(report: &Report<'_>) -> Suites {
    let mut suites = Suites::default();
    for &file in report.files {
        suites.suite(report.path(file));
    }
    let judged: BTreeSet<FileId> = report.files.iter().copied().collect();
    for okrs in report.tree.teams().filter(|it| judged.contains(&it.file)) {
        let path = report.path(okrs.file);
        for objective in &okrs.objectives {
            suites.item(&path, &objective.item.key);
            for key_result in &objective.key_results {
                suites.item(&path, &key_result.item.key);
            }
        }
    }
    suites
}

impl Suites {
    /// The cases of a file, of which there is at least the one for the file as a whole.
    fn suite(&mut self, path: String) -> &mut Vec<Case> {
        let whole = Case::new(path.clone());
        self.by_path.entry(path).or_insert_with(|| vec![whole])
    }

    /// The case of an objective or key result in the suite of its file.
    fn item(&mut self, path: &str, key: &Key) -> usize {
        let cases = self.suite(path.to_owned());
        cases.push(Case::new(key.to_string()));
        let case = cases.len() - 1;
        self.by_key.insert(key.clone(), (path.to_owned(), case));
        case
    }

    /// Adds a finding to the case of what it is about.
    fn take(&mut self, finding: &Diagnostic, report: &Report<'_>) {
        let (path, case) = self.case_of(finding, report);
        let Some(case) = self.suite(path).get_mut(case) else {
            return;
        };
        let mut text = drawn(finding, report.sources, LOOK);
        if let Some(url) = report.url(finding.rule) {
            text.push('\n');
            text.push_str(&url);
        }
        match finding.severity {
            Severity::Error => case.failures.push(text),
            Severity::Warning | Severity::Info => case.remarks.push(text),
        }
    }

    /// The objective or key result that a finding is about, also one that could not be understood; else the file.
    fn case_of(&mut self, finding: &Diagnostic, report: &Report<'_>) -> (String, usize) {
        let path = report.path_of(finding);
        let Some(key) = item(finding, report) else {
            return (path, 0);
        };
        if let Some(known) = self.by_key.get(&key) {
            return known.clone();
        }
        let team = report.file_of(finding).and_then(team_of);
        if team.is_some_and(|(quarter, team)| (quarter, &team) == (key.quarter, &key.team)) {
            let case = self.item(&path, &key);
            return (path, case);
        }
        (path, 0)
    }

    fn write(&self, report: &Report<'_>) -> io::Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer
            .create_element("testsuites")
            .with_attribute(("name", "okr validate"))
            .with_attribute(("time", "0"))
            .write_inner_content(|writer| {
                for (path, cases) in &self.by_path {
                    write_suite(writer, path, cases)?;
                }
                write_skipped(writer, report)
            })?;
        let mut bytes = writer.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }
}

type Xml = Writer<Vec<u8>>;

fn write_suite(writer: &mut Xml, path: &str, cases: &[Case]) -> io::Result<()> {
    let path = line(path);
    let failures = cases.iter().filter(|case| !case.failures.is_empty());
    let counts = [cases.len(), failures.count(), 0];
    suite(writer, &path, counts, |writer| {
        for case in cases {
            let element = writer
                .create_element("testcase")
                .with_attribute(("classname", path.as_ref()))
                .with_attribute(("name", line(&case.name)))
                .with_attribute(("file", path.as_ref()))
                .with_attribute(("time", "0"));
            if case.failures.is_empty() && case.remarks.is_empty() {
                element.write_empty()?;
                continue;
            }
            element.write_inner_content(|writer| {
                if !case.failures.is_empty() {
                    let failure = writer.create_element("failure");
                    failure.write_text_content(text(&case.failures.join("\n\n")))?;
                }
                if !case.remarks.is_empty() {
                    let output = writer.create_element("system-out");
                    output.write_text_content(text(&case.remarks.join("\n\n")))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn write_skipped(writer: &mut Xml, report: &Report<'_>) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for skipped in report.skipped {
        let reasons = by_rule.entry(skipped.rule).or_default();
        reasons.push(&skipped.reason);
    }
    if by_rule.is_empty() {
        return Ok(());
    }
    let counts = [by_rule.len(), 0, by_rule.len()];
    suite(writer, RULES, counts, |writer| {
        for (rule, reasons) in by_rule {
            writer
                .create_element("testcase")
                .with_attribute(("classname", RULES))
                .with_attribute(("name", rule))
                .with_attribute(("time", "0"))
                .write_inner_content(|writer| {
                    let skipped = writer.create_element("skipped");
                    skipped.write_text_content(text(&reasons.join("\n")))?;
                    Ok(())
                })?;
        }
        Ok(())
    })
}

/// A suite with its counts: of all cases, of failures, of skipped ones.
fn suite(
    writer: &mut Xml,
    name: &str,
    [tests, failures, skipped]: [usize; 3],
    cases: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    writer
        .create_element("testsuite")
        .with_attribute(("name", name))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .with_attribute(("errors", "0"))
        .with_attribute(("skipped", skipped.to_string().as_str()))
        .with_attribute(("time", "0"))
        .write_inner_content(cases)?;
    Ok(())
}

/// A text that XML may hold, and in which GitLab finds no attachment.
fn text(text: &str) -> BytesText<'static> {
    let text = block(text).replace("[[ATTACHMENT|", "[[ATTACHMENT |");
    BytesText::new(&text).into_owned()
}
