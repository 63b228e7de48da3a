//! What the open milestones of the trackers support: for a terminal, and for an agenda.

use std::fmt::Write as _;

use super::human::{HumanOptions, short};
use super::markdown::MarkdownOptions;
use crate::model::Date;
use crate::render::counted;
use crate::render::plan::human::page::{Page, Tone};
use crate::render::plan::markdown::escape;
use crate::report::{MilestoneIssue, Status, Supported, WorkMilestone, WorkStatus, WorkTracker};

/// What a status says of the work, for people at a terminal. The first line is the answer; then every tracker with its open
/// milestones, what they support, and the issues that support nothing. Empty where nobody asked.
///
/// Text from GitLab is shown, never obeyed.
pub fn human_work(status: &Status, options: &HumanOptions) -> String {
    let Some(work) = &status.work else {
        return String::new();
    };
    let mut page = Page::new(options.width, options.color);
    page.whole_line(&[(Tone::Strong, work.sentence.clone())]);
    let when = format!("{} on {}", status.quarter, status.today);
    page.line(0, 0, &[(Tone::Dim, when)]);
    for why in &work.unseen_links {
        let text = format!("links are not all known: {why}");
        page.line(0, 2, &[(Tone::Alarm, text)]);
    }
    for tracker in &work.trackers {
        page.blank();
        page.line(0, 2, &[(Tone::Strong, tracker.tracker.clone())]);
        let titles = options.confidential_visible || !tracker.restricted;
        if !titles {
            page.line(2, 4, &[(Tone::Dim, FEWER.to_owned())]);
        }
        for remark in tracker_remarks(tracker) {
            page.line(2, 4, &[(Tone::Change, remark)]);
        }
        for milestone in &tracker.milestones {
            milestone_lines(&mut page, milestone, status.today, titles, options);
        }
    }
    page.into_text()
}

/// What is said of a tracker whose titles are not for all who read the output.
const FEWER: &str = "open to fewer people than the OKRs, so without titles";

fn milestone_lines(
    page: &mut Page,
    milestone: &WorkMilestone,
    today: Date,
    titles: bool,
    options: &HumanOptions,
) {
    let name = if titles {
        milestone.title.clone()
    } else {
        milestone.reference.clone()
    };
    let mut spans = vec![(Tone::Strong, name)];
    spans.extend(due(milestone, today).map(|text| (Tone::Plain, text)));
    page.line(2, 4, &spans);
    page.line(4, 6, &[(Tone::Link, milestone.web_url.clone())]);
    let is_alarming = milestone.supports.is_empty() && milestone.unknown.is_empty();
    let tone = if is_alarming {
        Tone::Alarm
    } else {
        Tone::Plain
    };
    page.line(4, 6, &[(tone, supports(milestone, short))]);
    for (what, issues) in left(milestone) {
        page.line(4, 6, &[(Tone::Change, what)]);
        for issue in issues {
            let number = issue
                .reference
                .rsplit_once('#')
                .map_or("", |(_, number)| number);
            let mut spans = vec![(Tone::Link, format!("#{number}"))];
            if titles && (options.confidential_visible || !issue.confidential) {
                spans.push((Tone::Plain, format!(" {}", issue.title)));
            } else if issue.confidential {
                spans.push((Tone::Dim, " confidential".to_owned()));
            }
            page.line(6, 8, &spans);
        }
    }
}

fn tracker_remarks(tracker: &WorkTracker) -> Vec<String> {
    let unread = tracker.unread.iter();
    let unread = unread.map(|why| format!("not read: {why}"));
    let mut remarks: Vec<String> = unread.chain(tracker.remarks.iter().cloned()).collect();
    if remarks.is_empty() && tracker.milestones.is_empty() {
        remarks.push("no milestone is open".to_owned());
    }
    remarks
}

fn due(milestone: &WorkMilestone, today: Date) -> Option<String> {
    let group = if milestone.of_group {
        ", of the group"
    } else {
        ""
    };
    match milestone.due {
        Some(due) if due < today => Some(format!("{group}, was due {due}")),
        Some(due) => Some(format!("{group}, due {due}")),
        None => (!group.is_empty()).then(|| group.to_owned()),
    }
}

/// What a milestone supports, with what of it does.
fn supports(milestone: &WorkMilestone, key: impl Fn(&crate::model::Key) -> String) -> String {
    if milestone.supports.is_empty() {
        return if milestone.unknown.is_empty() {
            "supports no key result".to_owned()
        } else {
            "what it supports is unknown".to_owned()
        };
    }
    let of = |supported: &Supported| {
        let issues = usize::try_from(supported.issues).unwrap_or(usize::MAX);
        let by = match (supported.named, supported.issues) {
            (true, 0) => "named".to_owned(),
            (true, _) => format!("named, {}", counted(issues, "issue")),
            (false, _) => counted(issues, "issue"),
        };
        format!("{} ({by})", key(&supported.key))
    };
    let all: Vec<String> = milestone.supports.iter().map(of).collect();
    format!("supports {}", all.join(", "))
}

/// The issues of a milestone that support nothing, and those of which that is not known, each with what to say of them.
fn left(milestone: &WorkMilestone) -> Vec<(String, &[MilestoneIssue])> {
    let all = usize::try_from(milestone.issues).unwrap_or(usize::MAX);
    let of =
        |issues: &[MilestoneIssue]| format!("{} of {}", issues.len(), counted(all, "open issue"));
    let (without, unknown) = (&milestone.without, &milestone.unknown);
    let mut left: Vec<(String, &[MilestoneIssue])> = Vec::new();
    if !without.is_empty() {
        let verb = if without.len() == 1 {
            "supports"
        } else {
            "support"
        };
        left.push((format!("{} {verb} no key result:", of(without)), without));
    }
    if !unknown.is_empty() {
        left.push((format!("unknown of {}:", of(unknown)), unknown));
    }
    left
}

/// How much of the work is said in an agenda, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Titles,
    References,
    Milestones,
    Answer,
}

/// What a status says of the work, as Markdown for the agenda of a meeting. Empty where nobody asked.
///
/// Text that people wrote is shown and does nothing. Confidential issues, and all of trackers that are open to fewer people than
/// the OKRs, appear by reference only. Never more than [`MarkdownOptions::max_bytes`].
pub fn markdown_work(status: &Status, options: &MarkdownOptions) -> String {
    let Some(work) = &status.work else {
        return String::new();
    };
    let levels = [Level::Titles, Level::References, Level::Milestones];
    for level in levels {
        let text = page(status, work, level);
        if text.len() <= options.max_bytes {
            return text;
        }
    }
    let mut text = page(status, work, Level::Answer);
    while text.len() > options.max_bytes {
        text.pop();
    }
    text
}

fn page(status: &Status, work: &WorkStatus, level: Level) -> String {
    let mut text = format!(
        "**{}**\n\n{} on {}.\n",
        escape::prose(&work.sentence),
        status.quarter,
        status.today
    );
    let left_out = match level {
        Level::Titles => None,
        Level::References => Some("titles of issues"),
        Level::Milestones => Some("issues"),
        Level::Answer => Some("everything but the answer"),
    };
    if let Some(left_out) = left_out {
        let _ = write!(
            text,
            "\n*Left out, because it would not fit: {left_out}. `okr status --work` shows it.*\n"
        );
    }
    if level == Level::Answer {
        return text;
    }
    for why in &work.unseen_links {
        let _ = write!(text, "\nLinks are not all known: {}.\n", escape::prose(why));
    }
    for tracker in &work.trackers {
        let _ = write!(text, "\n#### {}\n\n", escape::code(&tracker.tracker));
        if tracker.restricted {
            let _ = writeln!(text, "- *{FEWER}*");
        }
        for remark in tracker_remarks(tracker) {
            let _ = writeln!(text, "- *{}*", escape::prose(&remark));
        }
        for milestone in &tracker.milestones {
            milestone_item(
                &mut text,
                milestone,
                status.today,
                tracker.restricted,
                level,
            );
        }
    }
    text
}

fn milestone_item(
    text: &mut String,
    milestone: &WorkMilestone,
    today: Date,
    restricted: bool,
    level: Level,
) {
    let name = if restricted {
        escape::code(&milestone.reference)
    } else {
        escape::prose(&milestone.title)
    };
    let name = escape::link(&name, &milestone.web_url);
    let due = due(milestone, today).unwrap_or_default();
    let supports = supports(milestone, |key| escape::code(&key.to_string()));
    let _ = writeln!(text, "- {name}{due}: {supports}");
    for (what, issues) in left(milestone) {
        if level == Level::Milestones {
            let _ = writeln!(text, "  - {}", what.trim_end_matches(':'));
            continue;
        }
        let _ = writeln!(text, "  - {what}");
        for issue in issues {
            // Without its address: GitLab notes in an issue that its address was mentioned (facts §2.6).
            let _ = write!(text, "    - {}", escape::code(&issue.reference));
            if issue.confidential {
                text.push_str(" (confidential)");
            } else if !restricted && level == Level::Titles {
                let _ = write!(text, " {}", escape::prose(&issue.title));
            }
            text.push('\n');
        }
    }
}
