use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::OnceLock;

use super::{
    Assign, AssigneeTemplate, Config, Dropped, GitLabSettings, LabelPlace, LabelTemplate, Labels,
    OverAchievement, QuarterState, Regression, RollUp, Safety, ScoringSettings, load_calendar,
    load_flow, load_measure, load_rules, load_teams,
};
use super::{raw, refine};
use crate::diag::{Diagnostic, Diagnostics, Fix, closest, misspelt};
use crate::model::{Number, Quarter, Username};
use crate::syntax::{At, Document, Entries, IdKey, Poison, QuarterKey, SchemaCheck, schema_of};
use crate::text::{FileId, SourceMap, Span, Spanned};

/// The JSON Schema of `okr.toml`.
pub fn schema() -> serde_json::Value {
    schema_of::<raw::File>()
}

fn check() -> &'static SchemaCheck {
    static CHECK: OnceLock<SchemaCheck> = OnceLock::new();
    CHECK.get_or_init(|| SchemaCheck::new(&schema(), |text| text.parse::<Number>().is_ok(), &[]))
}

/// Reads `okr.toml`. It never fails: what cannot be used is a diagnostic, and its default takes its place.
///
/// `rules` are the ids of all rules there are, for `[rules]`; where empty, any id is taken.
pub fn load(
    sources: &SourceMap,
    file: FileId,
    rules: &[&str],
    diagnostics: &mut Diagnostics,
) -> Config {
    let mut document = Document::parse(sources, file, diagnostics);
    check().check(&mut document, &refine::say, diagnostics);
    let poison = document.poison().clone();
    let raw: raw::File = document.into_typed(diagnostics).unwrap_or_default();
    let mut reader = Reader {
        sources,
        file,
        poison,
        diagnostics,
    };
    let policy = load_teams::general_policy(&mut reader, raw.policy);
    let labels = reader.labels(raw.labels.unwrap_or_default());
    Config {
        file: Some(file),
        required_version: reader.required_version(raw.required_version),
        gitlab: reader.gitlab(raw.gitlab),
        calendar: load_calendar::calendar(&mut reader, raw.calendar.unwrap_or_default()),
        quarters: reader.quarters(raw.quarters),
        assign: reader.assign(raw.assign.unwrap_or_default()),
        teams: load_teams::teams(&mut reader, raw.teams, &policy, rules),
        policy,
        safety: safety(&raw.safety.unwrap_or_default()),
        scoring: reader.scoring(raw.scoring.unwrap_or_default()),
        flow: load_flow::flow(&mut reader, raw.flow.unwrap_or_default(), &labels),
        servers: load_measure::servers(&mut reader, raw.measure),
        labels,
        rules: load_rules::rules(&mut reader, raw.rules, "rules", rules),
        rules_url: reader.rules_url(raw.rules_url),
    }
}

/// One reading of `okr.toml`.
pub(super) struct Reader<'a> {
    pub sources: &'a SourceMap,
    pub file: FileId,
    pub poison: Poison,
    pub diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    pub(super) fn error(
        &mut self,
        rule: &'static str,
        span: Span,
        subject: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(
            Diagnostic::error(rule, message)
                .at(span, "")
                .with_help(help)
                .about(subject),
        );
    }

    /// Reads a text as a value; what it is not is said in the words of its error.
    pub(super) fn parse<T>(
        &mut self,
        text: At<String>,
        subject: &str,
        help: &str,
    ) -> Option<Spanned<T>>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        text.parse_as(self.file, &subject, help, None, self.diagnostics)
    }

    pub(super) fn username(&mut self, text: At<String>, subject: &str) -> Option<Username> {
        text.parse_as_account(self.file, &subject, self.diagnostics)
            .map(|name| name.value)
    }

    pub(super) fn project(&mut self, text: At<String>, subject: &str) -> Option<String> {
        let text = text.spanned(self.file);
        let reference = format!("{}#1", text.value);
        if reference.parse::<crate::model::IssueReference>().is_ok() {
            return Some(text.value);
        }
        let message = format!("`{}` is not the path of a project", text.value);
        let path = text
            .value
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split_once('/'));
        let help = match path {
            Some((_, path)) => format!(
                "write the path without the address: \"{}\"",
                path.trim_end_matches('/')
            ),
            None => "write group/project, as in the address of the project".to_owned(),
        };
        self.error("wrong-value", text.span, subject, message, help);
        None
    }

    fn required_version(&mut self, text: Option<At<String>>) -> Option<Spanned<String>> {
        let text = text?.spanned(self.file);
        if let Err(error) = semver::VersionReq::parse(&text.value) {
            let message = format!("`{}` is not a requirement on versions: {error}", text.value);
            let help = "write something like \">=0.1\" or \">=0.1, <0.3\"";
            self.error("wrong-value", text.span, "required_version", message, help);
            return None;
        }
        Some(text)
    }

    fn rules_url(&mut self, text: Option<At<String>>) -> Option<String> {
        let text = text?.spanned(self.file);
        if let Some(mut page) = web_address(&text.value) {
            // Each rule has a place of its own on it.
            page.set_fragment(None);
            return Some(page.into());
        }
        let message = "this is not the address of a page";
        let help = "write something like \"https://okrs.example.com/rules.html\"";
        self.error("wrong-value", text.span, "rules_url", message, help);
        None
    }

    fn gitlab(&mut self, raw: Option<At<raw::GitLab>>) -> GitLabSettings {
        let raw = raw
            .map(|raw| raw.spanned(self.file).value)
            .unwrap_or_default();
        let url = raw.url.and_then(|text| {
            let text = text.spanned(self.file);
            if is_web_address(&text.value) {
                return Some(text);
            }
            let message = "this is not the address of a GitLab instance";
            let help =
                "write something like \"https://gitlab.example.com\", without a token or user name";
            self.error("wrong-value", text.span, "gitlab.url", message, help);
            None
        });
        let owner = raw.owner.and_then(|text| self.owner(text, "gitlab.owner"));
        let previous_owners = raw
            .previous_owners
            .into_iter()
            .filter_map(|text| self.owner(text, "gitlab.previous_owners"))
            .collect();
        let bots = raw
            .bots
            .into_iter()
            .filter_map(|text| self.username(text, "gitlab.bots"))
            .collect();
        GitLabSettings {
            url,
            owner: owner.unwrap_or_default(),
            previous_owners,
            bots,
        }
    }

    fn owner(&mut self, text: At<String>, subject: &str) -> Option<String> {
        let text = text.spanned(self.file);
        let fits = !text.value.is_empty()
            && text.value.len() <= 255
            && text
                .value
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"'));
        if !fits {
            let message = "an owner is a short name without spaces";
            let help =
                "write the path of the project that holds these OKRs, like \"gl-infra/okrs\"";
            self.error("wrong-value", text.span, subject, message, help);
        }
        fits.then_some(text.value)
    }

    fn quarters(
        &mut self,
        raw: Entries<QuarterKey, raw::QuarterSettings>,
    ) -> BTreeMap<Quarter, QuarterState> {
        let mut states = BTreeMap::new();
        for (quarter, settings) in raw {
            let settings = settings.spanned(self.file).value;
            if let (Some(quarter), Some(state)) = (
                self.parse::<Quarter>(quarter, "quarters", "write yyyy-qn"),
                settings.state,
            ) {
                let state = match state {
                    raw::State::Draft => QuarterState::Draft,
                    raw::State::Active => QuarterState::Active,
                    raw::State::Closed => QuarterState::Closed,
                };
                states.insert(quarter.value, state);
            }
        }
        states
    }

    fn labels(&mut self, raw: raw::Labels) -> Labels {
        let default = Labels::default();
        let mut templates = |texts: Option<Vec<At<String>>>, subject: &str, default: Vec<_>| {
            let Some(texts) = texts else { return default };
            texts
                .into_iter()
                .filter_map(|text| {
                    let text = text.spanned(self.file);
                    let template = LabelTemplate::new(&text.value);
                    if template.is_none() {
                        let message = format!("\"{}\" cannot be a label", text.value);
                        let help = "a label has no comma, no white space at its ends, at most 180 characters, and no braces but {team} and {quarter}";
                        self.error("wrong-value", text.span, subject, message, help);
                    }
                    template
                })
                .collect()
        };
        Labels {
            objective: templates(raw.objective, "labels.objective", default.objective),
            key_result: templates(raw.key_result, "labels.key_result", default.key_result),
            at: match raw.at {
                None | Some(raw::Place::Project) => LabelPlace::Project,
                Some(raw::Place::Group) => LabelPlace::Group,
            },
        }
    }

    fn assign(&mut self, raw: raw::Assign) -> Assign {
        let default = Assign::default();
        let mut templates = |texts: Option<Vec<At<String>>>, subject: &str, default: Vec<_>| {
            let Some(texts) = texts else { return default };
            texts
                .into_iter()
                .filter_map(|text| match text.get().as_str() {
                    "{manager}" => Some(AssigneeTemplate::Manager),
                    "{director}" => Some(AssigneeTemplate::Director),
                    "{owner}" => Some(AssigneeTemplate::Owner),
                    word if word.starts_with('{') || word.ends_with('}') => {
                        let message = format!("`{word}` stands for nobody");
                        let near = closest(word, ["{manager}", "{director}", "{owner}"]);
                        let help = near.map_or_else(
                            || "write {manager}, {director}, {owner} or a username".to_owned(),
                            |near| format!("did you mean {near}?"),
                        );
                        let span = text.span(self.file);
                        let fix = misspelt(word, ["{manager}", "{director}", "{owner}"]);
                        self.diagnostics.push(
                            Diagnostic::error("wrong-value", message)
                                .at(span, "")
                                .with_help(help)
                                .with_fix(fix.map(|near| {
                                    Fix::new(span, format!("\"{near}\""), format!("write {near}"))
                                }))
                                .about(subject),
                        );
                        None
                    }
                    _ => self.username(text, subject).map(AssigneeTemplate::User),
                })
                .collect()
        };
        Assign {
            objective: templates(raw.objective, "assign.objective", default.objective),
            key_result: templates(raw.key_result, "assign.key_result", default.key_result),
        }
    }

    fn scoring(&mut self, raw: raw::Scoring) -> ScoringSettings {
        let default = ScoringSettings::default();
        let over_achievement = raw.over_achievement.and_then(|cap| {
            let cap = cap.spanned(self.file);
            match cap.value {
                raw::OverAchievement::Word(raw::Uncapped::Uncapped) => {
                    Some(OverAchievement::Uncapped)
                }
                raw::OverAchievement::Cap(_) => self
                    .sources
                    .slice(cap.span)
                    .parse()
                    .ok()
                    .map(OverAchievement::CapAt),
            }
        });
        let late_per_week = raw.late_per_week.and_then(|lost| {
            let span = lost.span(self.file);
            self.sources.slice(span).parse().ok()
        });
        ScoringSettings {
            over_achievement: over_achievement.unwrap_or(default.over_achievement),
            regression: match raw.regression {
                Some(raw::Regression::Zero) => Regression::Zero,
                Some(raw::Regression::Negative) | None => Regression::Negative,
            },
            late_per_week: late_per_week.unwrap_or(default.late_per_week),
            dropped: match raw.dropped {
                Some(raw::Dropped::Zero) => Dropped::Zero,
                Some(raw::Dropped::Excluded) | None => Dropped::Excluded,
            },
            roll_up: match raw.roll_up {
                Some(raw::RollUp::Weighted) => RollUp::Weighted,
                Some(raw::RollUp::Mean) | None => RollUp::Mean,
            },
        }
    }
}

/// Whether a text is the address of something in the web, without anybody's name or password in it.
fn is_web_address(text: &str) -> bool {
    web_address(text).is_some()
}

pub(super) fn web_address(text: &str) -> Option<url::Url> {
    url::Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn safety(raw: &raw::Safety) -> Safety {
    let default = Safety::default();
    Safety {
        paused: raw.paused.unwrap_or(default.paused),
        max_create: raw.max_create.unwrap_or(default.max_create),
        max_close: raw.max_close.unwrap_or(default.max_close),
        max_close_percent: raw.max_close_percent.unwrap_or(default.max_close_percent),
        max_close_quarters: raw.max_close_quarters.unwrap_or(default.max_close_quarters),
        max_notify: raw.max_notify.unwrap_or(default.max_notify),
        max_create_percent: raw.max_create_percent.or(default.max_create_percent),
        max_notify_percent: raw.max_notify_percent.or(default.max_notify_percent),
        max_retitle: raw.max_retitle.unwrap_or(default.max_retitle),
    }
}

/// The raw teams table, as [`load_teams`] takes it.
pub(super) type RawTeams = Entries<IdKey, raw::Team>;
