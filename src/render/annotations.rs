//! Links on the page of a GitLab job: its report `annotations`.
//!
//! Facts of pipelines §6.1 and §7c: an object of at most 20 lists with at most 1,000 links each, all of it at most 81,920
//! bytes. One wrong item fails the whole report, so what does not fit is left out here.

use serde_json::{Map, Value, json};
use url::Url;

use super::diagnostics::Report;
use super::line_address;
use crate::diag::Severity;
use crate::plan::Plan;

/// Links in one list.
const MAX_LINKS: usize = 1_000;

/// Bytes of the labels and addresses of all links; the rest of GitLab's limit is for what stands between them.
const MAX_BYTES: usize = 36_000;

/// A link with what it says, which has to be plain text: GitLab shows it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// What it says.
    pub label: String,
    /// Where it leads, an address of the web.
    pub url: String,
}

/// The issues that a plan changes, by key, behind its page where that has an address. Titles are left out: who sees the job
/// need not be one who may read them.
pub fn of_plan(plan: &Plan, page: Option<&Url>) -> String {
    let page = page.map(|url| Annotation {
        label: "The plan as a page".to_owned(),
        url: url.to_string(),
    });
    let issues = plan.changes.iter().filter_map(|change| {
        let (key, issue) = (change.key.as_ref()?, change.issue.as_ref()?);
        Some(Annotation {
            label: format!("{} {key}", change.action.name()),
            url: issue.web_url.clone(),
        })
    });
    text("OKR plan", page.into_iter().chain(issues))
}

/// Where the findings are, by file and line. What they say is left out: it may quote what is confidential.
pub fn of_findings(report: &Report<'_>, files: Option<&Url>) -> String {
    let links = report.findings.iter().filter_map(|finding| {
        let place = finding.primary.as_ref()?;
        let line = report.sources.start(place.span).line;
        let path = report.path_of(finding);
        let url = line_address(files?, &path, line)?;
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "hint",
        };
        Some(Annotation {
            label: format!("{severity}[{}] {path}:{line}", finding.rule),
            url: url.into(),
        })
    });
    text("OKR findings", links)
}

/// A list of links as the report; an empty one is no list, which GitLab takes too.
fn text(name: &str, links: impl Iterator<Item = Annotation>) -> String {
    let mut left = MAX_BYTES;
    let mut list = Vec::new();
    for link in links {
        let size = link.label.len() + link.url.len();
        let is_web = link.url.starts_with("https://") || link.url.starts_with("http://");
        if !is_web {
            continue;
        }
        if list.len() == MAX_LINKS || size > left {
            break;
        }
        left -= size;
        list.push(json!({ "external_link": { "label": link.label, "url": link.url } }));
    }
    let mut lists = Map::new();
    if !list.is_empty() {
        lists.insert(name.to_owned(), Value::Array(list));
    }
    // Without layout, which would be most of it.
    format!("{}\n", Value::Object(lists))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(count: usize, url: &str) -> impl Iterator<Item = Annotation> {
        (0..count).map(move |number| Annotation {
            label: format!("update 2026-q4/sre/mtbf/hours-{number}"),
            url: format!("{url}/{number}"),
        })
    }

    #[test]
    fn links_are_what_gitlab_takes() {
        let text = text("OKR plan", links(1, "https://gitlab.example.com/-/issues"));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            json!({ "OKR plan": [{ "external_link": {
                "label": "update 2026-q4/sre/mtbf/hours-0",
                "url": "https://gitlab.example.com/-/issues/0",
            } }] })
        );
    }

    #[test]
    fn what_is_too_much_or_no_address_is_left_out() {
        assert_eq!(text("OKR plan", links(3, "javascript:alert")), "{}\n");
        for count in [1_000, 5_000] {
            let many = text("OKR plan", links(count, "https://g.example/i"));
            assert!(many.len() <= 81_920, "{}", many.len());
            let value: Value = serde_json::from_str(&many).unwrap();
            let list = value["OKR plan"].as_array().unwrap();
            assert!((500..=MAX_LINKS).contains(&list.len()), "{}", list.len());
        }
    }
}
