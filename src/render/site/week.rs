//! What a staff meeting goes through: what to decide, what is at risk, who is silent, what changed.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::layout::layout;
use super::{Kind, LINES_PER_PAGE, Page, Site, block, part_of, parts, text};
use crate::model::{Amendment, ItemRef, Key, OkrTree};
use crate::render::counted;
use crate::render::status::words::{contradiction, is_news, percent, reasons};
use crate::report::{ContradictionKind, Decision, KeyResultStatus, Standing, Status};

/// The longest note that is quoted here, in characters; the key result's own page has all of it.
const NOTE: usize = 240;
/// The most check-ins of one key result that are quoted here.
const NOTES: usize = 5;

/// A part of the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Decisions,
    AtRisk,
    NeedsAttention,
    Silent,
    Changed,
    Unpulled,
    Confidential,
}

impl Section {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Decisions => "To be decided",
            Self::AtRisk => "At risk",
            Self::NeedsAttention => "Needs attention",
            Self::Silent => "Nobody has said for long",
            Self::Changed => "What changed",
            Self::Unpulled => "Written in issues, not yet in the files",
            Self::Confidential => "Confidential",
        }
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::AtRisk => "at-risk",
            Self::NeedsAttention => "needs-attention",
            Self::Silent => "silent",
            Self::Changed => "changed",
            Self::Unpulled => "unpulled",
            Self::Confidential => "confidential",
        }
    }
}

/// One line of the agenda.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) section: Section,
    pub(super) key: &'a Key,
    about: About<'a>,
}

#[derive(Debug)]
enum About<'a> {
    Decision(&'a Decision, Option<&'a KeyResultStatus>),
    KeyResult(&'a KeyResultStatus),
    Nothing,
}

/// The agenda, section by section. What is to be decided says there what is wrong, and is not told a second time.
pub(super) fn lines<'a>(status: &'a Status, tree: &OkrTree) -> Vec<Line<'a>> {
    let all = || {
        let objectives = status.teams.iter().flat_map(|team| &team.objectives);
        objectives.flat_map(|objective| &objective.key_results)
    };
    let by_key: BTreeMap<&Key, &KeyResultStatus> = all().map(|of| (&of.key, of)).collect();
    let decisions = status
        .decisions
        .iter()
        .filter(|decision| !decision.confidential);
    let mut lines: Vec<Line<'_>> = decisions
        .map(|decision| Line {
            section: Section::Decisions,
            key: &decision.key,
            about: About::Decision(decision, by_key.get(&decision.key).copied()),
        })
        .collect();
    let decided: BTreeSet<&Key> = lines.iter().map(|line| line.key).collect();
    for key_result in all() {
        let mut push = |section, about| {
            lines.push(Line {
                section,
                key: &key_result.key,
                about,
            });
        };
        if key_result.confidential {
            push(Section::Confidential, About::Nothing);
            continue;
        }
        let standing = key_result.standing;
        let is_decided = decided.contains(&key_result.key);
        let is_amended = amendments(tree, key_result, status).next().is_some();
        let is_unpulled = key_result.unpulled().next().is_some() || key_result.unreadable_rows > 0;
        let wanted = [
            (Section::AtRisk, !is_decided && standing == Standing::AtRisk),
            (
                Section::NeedsAttention,
                !is_decided && standing == Standing::NeedsAttention,
            ),
            (
                Section::Silent,
                !is_decided && (key_result.is_stale() || standing == Standing::Unknown),
            ),
            (Section::Changed, is_amended || is_news(key_result, status)),
            (Section::Unpulled, is_unpulled),
        ];
        for (section, _) in wanted.into_iter().filter(|(_, is_wanted)| *is_wanted) {
            push(section, About::KeyResult(key_result));
        }
    }
    // Within a section the order of the decisions and of the teams stays.
    lines.sort_by_key(|line| line.section);
    lines
}

/// What somebody has allowed to be changed of a goal since the day since which changes are told.
fn amendments<'t>(
    tree: &'t OkrTree,
    key_result: &KeyResultStatus,
    status: &Status,
) -> impl Iterator<Item = &'t Amendment> + use<'t> {
    let item = tree.get(&key_result.key).map(ItemRef::item);
    let (since, today) = (status.since, status.today);
    let all = item.into_iter().flat_map(|item| &item.amendments);
    all.filter(move |amendment| amendment.date > since && amendment.date <= today)
}

impl Site<'_> {
    /// On which page of the week a section begins.
    pub(super) fn part_of_section(&self, section: Section) -> usize {
        self.lines.partition_point(|line| line.section < section) / LINES_PER_PAGE
    }
}

pub(super) fn page(site: &Site<'_>, part: usize) -> Markup {
    let page = Page {
        kind: Kind::Week,
        part,
    };
    let mut sections: BTreeMap<Section, Vec<&Line<'_>>> = BTreeMap::new();
    for line in part_of(&site.lines, part, LINES_PER_PAGE) {
        sections.entry(line.section).or_default().push(line);
    }
    let is_quiet = !site
        .lines
        .iter()
        .any(|line| line.section == Section::Changed);
    let body = html! {
        h1 { "This week" }
        p.lead { (parts::flowing(&site.status.answer.sentence)) "." }
        p.dim { "Changes are those since " span.whole { (site.status.since) } "." }
        @for (section, lines) in &sections {
            section aria-labelledby=(section.id()) {
                h2 id=(section.id()) { (section.name()) }
                ul.lines { @for line in lines { (self::line(site, line, page)) } }
            }
        }
        @if part == 0 && is_quiet { p { "Nothing has changed since " (site.status.since) "." } }
    };
    layout(site, page, "This week", &body)
}

/// A line as an element of a list.
pub(super) fn line(site: &Site<'_>, line: &Line<'_>, page: Page) -> Markup {
    html! {
        li {
            div { (site.title(line.key, page)) }
            @match line.about {
                About::Nothing => {}
                About::Decision(decision, of) => {
                    div { strong { (parts::flowing(&sentence(&decision.question))) } }
                    @if let Some(of) = of { div { (parts::standing(Some(of.standing))) " " (parts::flowing(&trouble(of))) } }
                    (who(decision.key.team.as_str(), decision.owner.as_deref()))
                }
                About::KeyResult(key_result) => {
                    @match line.section {
                        Section::Changed => { (changes(key_result, site)) }
                        Section::Unpulled => { div { (unpulled(key_result)) } }
                        Section::Silent => { div { (parts::flowing(&silence(key_result, site.status))) } }
                        _ => { div { (parts::flowing(&trouble(key_result))) } }
                    }
                    (who(key_result.key.team.as_str(), key_result.owner.as_deref()))
                }
            }
        }
    }
}

/// A sentence that begins as one.
fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

fn who(team: &str, owner: Option<&str>) -> Markup {
    html! { div.dim.small { (team) @if let Some(owner) = owner { " · " (text(owner)) } } }
}

/// Score against what is due, and what is wrong.
fn trouble(key_result: &KeyResultStatus) -> String {
    let mut kinds = key_result.contradictions.iter().map(|said| said.kind);
    // Said there, too.
    let is_far_behind = kinds.any(|kind| {
        use ContradictionKind::{FarBehindButConfident, FarBehindButOnTrack};
        matches!(kind, FarBehindButOnTrack | FarBehindButConfident)
    });
    let mut said = match (&key_result.score.missing, &key_result.pace) {
        (Some(missing), _) => vec![missing.clone()],
        (None, Some(_)) if is_far_behind => Vec::new(),
        (None, Some(pace)) => vec![format!(
            "{} where {} is due",
            percent(key_result.score.percent),
            percent(Some(pace.expected))
        )],
        (None, None) => vec![percent(key_result.score.percent)],
    };
    for reason in reasons(key_result).map(str::to_owned) {
        if !said.contains(&reason) {
            said.push(reason);
        }
    }
    said.extend(contradiction(key_result));
    said.join("; ")
}

/// Since when nobody has said anything, and what else is not known.
fn silence(key_result: &KeyResultStatus, status: &Status) -> String {
    let mut said = match key_result.last_word {
        None => "no check-in yet".to_owned(),
        Some(day) => format!(
            "last word on {day}, {} ago",
            counted(
                usize::try_from((status.today - day).get_days()).unwrap_or(0),
                "day"
            )
        ),
    };
    if let Some(missing) = &key_result.score.missing {
        said.push_str("; ");
        said.push_str(missing);
    }
    said
}

fn changes(key_result: &KeyResultStatus, site: &Site<'_>) -> Markup {
    let status = site.status;
    let score = parts::moved(key_result.movement.before, key_result.movement.now);
    let done = key_result.measure.steps.iter();
    let done = done.filter(|step| step.done.is_some_and(|done| done > status.since));
    html! {
        div {
            "Score " (score)
            @if key_result.confidence != key_result.confidence_before {
                ", confidence " (parts::moved(key_result.confidence_before, key_result.confidence))
            }
        }
        @for step in done { div { "Done: " (text(&step.title)) } }
        @for amendment in amendments(site.tree, key_result, status).take(NOTES) {
            div {
                strong { "Goal amended by " (text(amendment.by.value.as_str())) ": " }
                (block(&amendment.reason.value, NOTE))
            }
        }
        @for point in key_result.news(status.since).filter(|point| point.note.is_some()).take(NOTES) {
            blockquote {
                "“" (block(point.note.as_deref().unwrap_or_default(), NOTE)) "” "
                span.dim.small { (point.date) }
            }
        }
    }
}

fn unpulled(key_result: &KeyResultStatus) -> String {
    let days = key_result.unpulled().map(|point| point.date.to_string());
    let unreadable = match key_result.unreadable_rows {
        0 => None,
        count => Some(format!("{count} that cannot be read")),
    };
    let parts: Vec<String> = days.take(20).chain(unreadable).collect();
    parts.join(", ")
}
