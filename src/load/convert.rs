use super::fields::Reader;
use super::subject::Subject;
use super::{gauge, measure, raw, schedule};
use crate::diag::Diagnostic;
use crate::model::{
    Allowance, Amendment, CheckIn, Health, Id, Item, Key, KeyResult, Kind, Lifecycle, Objective,
    Retrospective, Scoring, TeamOkrs, stored_title_length,
};
use crate::syntax::{At, DateKey, Entries};
use crate::text::{Span, Spanned};

/// GitLab's limit for the title of an issue, in characters.
const LONGEST_TITLE: usize = 255;

/// The table of all objectives.
const OBJECTIVE: Subject<'_> = Subject::root("objective");

/// Makes a file's OKRs from its raw form.
pub(super) fn file(reader: &mut Reader<'_>, raw: raw::File) -> TeamOkrs {
    let entries = raw.objective.into_iter();
    // A vector that grows takes room for four where most hold one: thousands of files are held at once.
    let mut objectives = Vec::with_capacity(entries.len());
    for (name, raw) in entries {
        let Some(id) = id(reader, name, &OBJECTIVE) else {
            continue;
        };
        if let Some(objective) = objective(reader, &id, raw) {
            objectives.push(objective);
        }
    }
    TeamOkrs {
        quarter: reader.place.quarter,
        team: reader.place.team.clone(),
        file: reader.file,
        objectives,
    }
}

fn id(reader: &mut Reader<'_>, name: At<String>, subject: &Subject<'_>) -> Option<Id> {
    let name = name.spanned(reader.file);
    let id = name.value.parse().ok();
    if id.is_none() {
        let message = format!("`{}` is too long for an id", name.value);
        reader.error(
            "bad-id",
            name.span,
            subject,
            message,
            "use at most 63 characters",
        );
    }
    id
}

fn objective(reader: &mut Reader<'_>, id: &Id, raw: At<raw::Objective>) -> Option<Objective> {
    let raw = raw.spanned(reader.file);
    let (span, mut raw) = (raw.span, raw.value);
    let path = OBJECTIVE.key(id.as_str());
    let key = Key::objective(reader.place.quarter, reader.place.team.clone(), id.clone());
    let item = item(reader, key.clone(), span, &path, raw.take_common());
    let supports = reader.keys(raw.supports, &path.key("supports"));
    let retrospective = raw.retrospective.unwrap_or_default();
    let learnt = path.key("retrospective");
    let retrospective = Retrospective {
        good: reader.texts(retrospective.good, &learnt.key("good")),
        bad: reader.texts(retrospective.bad, &learnt.key("bad")),
        try_next: reader.texts(retrospective.r#try, &learnt.key("try")),
    };
    let entries = raw.kr.into_iter();
    let mut key_results = Vec::with_capacity(entries.len());
    let mut broken = Vec::new();
    for (name, raw) in entries {
        let Some(id) = self::id(reader, name, &path) else {
            continue;
        };
        let key = key.with_key_result(id.clone());
        match key_result(reader, key.clone(), raw, &path.key("kr").key(id.as_str())) {
            Some(key_result) => key_results.push(key_result),
            None => broken.push(key),
        }
    }
    reader.broken.append(&mut broken);
    let Some(item) = item else {
        reader.broken.push(key);
        reader.broken.extend(
            key_results
                .into_iter()
                .map(|key_result| key_result.item.key),
        );
        return None;
    };
    Some(Objective {
        item,
        supports,
        retrospective,
        key_results,
    })
}

fn key_result(
    reader: &mut Reader<'_>,
    key: Key,
    raw: At<raw::KeyResult>,
    path: &Subject<'_>,
) -> Option<KeyResult> {
    let raw = raw.spanned(reader.file);
    let (span, mut raw) = (raw.span, raw.value);
    let item = item(reader, key, span, path, raw.take_common());
    let measure = measure::read(
        reader,
        span,
        path,
        measure::Raw {
            from: raw.from,
            to: raw.to,
            at_least: raw.at_least,
            at_most: raw.at_most,
            milestone: raw.milestone,
        },
    );
    let scoring = reader.at(raw.scoring).map(|scoring| {
        scoring.map(|scoring| match scoring {
            raw::Scoring::EndValue => Scoring::EndValue,
            raw::Scoring::MonthlyAverage => Scoring::MonthlyAverage,
            raw::Scoring::PeriodsHeld => Scoring::PeriodsHeld,
            raw::Scoring::BudgetLeft => Scoring::BudgetLeft,
        })
    });
    let scoring = scoring.filter(|scoring| {
        let suits = measure
            .as_ref()
            .is_none_or(|measure| scoring.value.suits(measure));
        if !suits {
            let message = format!("\"{}\" does not suit this measure", scoring.value.as_str());
            let help = match scoring.value {
                Scoring::MonthlyAverage => "it needs `from` and `to`",
                Scoring::BudgetLeft => "it needs `at_most`",
                Scoring::PeriodsHeld | Scoring::EndValue => "it needs `at_least` or `at_most`",
            };
            reader.error(
                "scoring-mismatch",
                scoring.span,
                &path.key("scoring"),
                message,
                help,
            );
        }
        suits
    });
    let kind = reader.at(raw.kind).map(|kind| {
        kind.map(|kind| match kind {
            raw::Kind::Business => Kind::Business,
            raw::Kind::Flow => Kind::Flow,
            raw::Kind::Team => Kind::Team,
        })
    });
    let flow_metric = reader.text(raw.flow_metric, &path.key("flow_metric"));
    let other_kind = kind.as_ref().is_none_or(|kind| kind.value != Kind::Flow);
    if let Some(flow_metric) = &flow_metric
        && other_kind
        && !reader.poison.has(&path.key("kind"))
    {
        let message = "`flow_metric` is for key results of kind \"flow\"";
        reader.error(
            "flow-metric-kind",
            flow_metric.span,
            &path.key("flow_metric"),
            message,
            "add kind = \"flow\", or remove `flow_metric`",
        );
    }
    let area = reader.text(raw.area, &path.key("area"));
    let share = reader.number(raw.share);
    let metric = reader.text(raw.metric, &path.key("metric"));
    let unit = reader.text(raw.unit, &path.key("unit"));
    let around = gauge::Surroundings {
        measure: measure.as_ref(),
        unit: unit.as_ref(),
    };
    let gauge = raw
        .measure
        .and_then(|raw| gauge::read(reader, raw, &path.key("measure"), &around));
    let check_ins = check_ins(reader, raw.check_in, &path.key("check_in"));
    let (Some(item), Some(measure)) = (item, measure) else {
        return None;
    };
    Some(KeyResult {
        item,
        area,
        share,
        kind,
        flow_metric,
        metric,
        unit,
        measure,
        scoring,
        gauge,
        check_ins,
    })
}

fn check_ins(
    reader: &mut Reader<'_>,
    raw: Entries<DateKey, raw::CheckIn>,
    path: &Subject<'_>,
) -> Vec<CheckIn> {
    let entries = raw.into_iter();
    let mut check_ins: Vec<CheckIn> = Vec::with_capacity(entries.len());
    for (name, raw) in entries {
        let name = name.spanned(reader.file);
        let subject = path.key(&name.value);
        let Some(date) = schedule::day_key(reader, &name, &subject) else {
            continue;
        };
        let raw = raw.spanned(reader.file);
        let (span, raw) = (raw.span, raw.value);
        let check_in = CheckIn {
            date: date.value,
            span: date.span,
            value: reader.number(raw.value),
            measured: raw.measured,
            confidence: reader.number(raw.confidence),
            health: reader.at(raw.health).map(|health| {
                health.map(|health| match health {
                    raw::Health::OnTrack => Health::OnTrack,
                    raw::Health::NeedsAttention => Health::NeedsAttention,
                    raw::Health::AtRisk => Health::AtRisk,
                })
            }),
            note: reader.text(raw.note, &subject.key("note")),
        };
        let says_nothing = check_in.value.is_none()
            && check_in.confidence.is_none()
            && check_in.health.is_none()
            && check_in.note.is_none();
        if says_nothing {
            let spoiled = ["value", "confidence", "health", "note"]
                .iter()
                .any(|key| reader.poison.excuses(span, &subject.key(key)));
            if !spoiled {
                let message = format!("the check-in of {} says nothing", date.value);
                reader.error(
                    "empty-check-in",
                    date.span,
                    &subject,
                    message,
                    "give at least one of value, confidence, health, note",
                );
            }
            continue;
        }
        schedule::check_in(reader, &date, &subject);
        check_ins.push(check_in);
    }
    check_ins.sort_by_key(|check_in| check_in.date);
    check_ins
}

fn item(
    reader: &mut Reader<'_>,
    key: Key,
    span: Span,
    path: &Subject<'_>,
    raw: raw::Common,
) -> Option<Item> {
    let title = title(reader, raw.title, &path.key("title"));
    let due = reader.day(raw.due);
    if let Some(due) = &due {
        schedule::due(reader, due, &path.key("due"));
    }
    let lifecycle = lifecycle(reader, raw.status, raw.reason, span, path);
    let previously = raw
        .previously
        .into_iter()
        .filter_map(|text| former_key(reader, text, &key, &path.key("previously")))
        .collect();
    let adopt = raw.adopt.and_then(|text| {
        reader.parse(
            text,
            &path.key("adopt"),
            "write group/project#123, without the instance's address",
        )
    });
    let carried_from = raw
        .carried_from
        .and_then(|text| reader.key(text, &path.key("carried_from")));
    let work = raw
        .work
        .into_iter()
        .filter_map(|text| {
            reader.parse(
                text,
                &path.key("work"),
                "write 'group/project#123' or 'group/project%\"Milestone\"'",
            )
        })
        .collect();
    let allow = raw
        .allow
        .into_iter()
        .filter_map(|allow| {
            let allow = allow.spanned(reader.file).value;
            Some(Allowance {
                rule: reader.text(allow.rule, &path.key("allow").key("rule"))?,
                reason: reader.text(allow.reason, &path.key("allow").key("reason"))?,
                until: reader.day(allow.until),
            })
        })
        .collect();
    let mut amendments: Vec<Amendment> = Vec::new();
    for (name, amendment) in raw.amendment {
        let name = name.spanned(reader.file);
        let table = path.key("amendment");
        let subject = table.key(&name.value);
        let Some(date) = schedule::day_key(reader, &name, &subject) else {
            continue;
        };
        let amendment = amendment.spanned(reader.file).value;
        let by = reader.username(amendment.by, &subject.key("by"));
        let reason = reader.text(amendment.reason, &subject.key("reason"));
        if let (Some(by), Some(reason)) = (by, reason) {
            amendments.push(Amendment {
                date: date.value,
                by,
                reason,
            });
        }
    }
    amendments.sort_by_key(|amendment| amendment.date);
    let item = Item {
        key,
        span,
        title: title
            .clone()
            .unwrap_or_else(|| Spanned::new(String::new(), span)),
        description: reader
            .at(raw.description)
            .filter(|text| !text.value.trim().is_empty()),
        owner: reader.username(raw.owner, &path.key("owner")),
        due,
        confidential: raw.confidential,
        weight: reader.number(raw.weight),
        lifecycle,
        previously,
        adopt,
        carried_from,
        depends_on: reader.keys(raw.depends_on, &path.key("depends_on")),
        confirms: reader.keys(raw.confirms, &path.key("confirms")),
        work,
        allow,
        amendments,
        outcome: reader.text(raw.outcome, &path.key("outcome")),
        score: reader.number(raw.score),
        evidence: reader.texts(raw.evidence, &path.key("evidence")),
    };
    title.map(|_| item)
}

/// The title, if it can be one. Its absence was reported by the schema.
fn title(
    reader: &mut Reader<'_>,
    raw: Option<At<String>>,
    subject: &Subject<'_>,
) -> Option<Spanned<String>> {
    let title = reader.text(raw, subject)?;
    if title.value.contains(['\n', '\r']) {
        let message = "a title is one line";
        reader.error(
            "title-lines",
            title.span,
            subject,
            message,
            "put what follows the first line into `description`",
        );
        return None;
    }
    let length = stored_title_length(&title.value);
    if length > LONGEST_TITLE {
        let own = title.value.chars().count();
        let marks = if length > own {
            ", counting one more for each @, which is kept from notifying people"
        } else {
            ""
        };
        reader.diagnostics.push(
            Diagnostic::error(
                "title-too-long",
                format!(
                    "the title has {length} characters{marks}, but GitLab keeps at most {LONGEST_TITLE}"
                ),
            )
            .at(title.span, "")
            .with_help("shorten it, and put the rest into `description`")
            .about(subject.to_string()),
        );
        return None;
    }
    Some(title)
}

fn lifecycle(
    reader: &mut Reader<'_>,
    status: Option<At<raw::Status>>,
    reason: Option<At<String>>,
    span: Span,
    path: &Subject<'_>,
) -> Lifecycle {
    let status = reader.at(status);
    let subject = path.key("reason");
    let reason = reader.text(reason, &subject);
    match status.map(|status| (status.value, status.span)) {
        Some((raw::Status::Dropped, at)) => {
            if reason.is_none() && !reader.poison.excuses(span, &subject) {
                let message = "dropped, but nobody says why";
                let help = "add reason = \"…\", so that everybody knows next quarter, too";
                reader.error("dropped-without-reason", at, &subject, message, help);
            }
            let reason = reason.unwrap_or_else(|| Spanned::new(String::new(), at));
            Lifecycle::Dropped { reason }
        }
        Some((raw::Status::Closed, _)) => Lifecycle::Closed { reason },
        Some((raw::Status::Active, _)) | None => {
            if let Some(reason) = reason
                && !reader.poison.has(&path.key("status"))
            {
                let message = "`reason` says why something was dropped or closed, but it is active";
                reader.error(
                    "reason-without-status",
                    reason.span,
                    &subject,
                    message,
                    "add status = \"dropped\" or \"closed\", or remove `reason`",
                );
            }
            Lifecycle::Active
        }
    }
}

/// A former key: a full one, or an id that took this one's place.
fn former_key(
    reader: &mut Reader<'_>,
    text: At<String>,
    now: &Key,
    subject: &Subject<'_>,
) -> Option<Spanned<Key>> {
    let Ok(id) = text.get().parse::<Id>() else {
        return reader.key(text, subject);
    };
    let key = if now.is_key_result() {
        now.of_objective().with_key_result(id)
    } else {
        Key {
            objective: id,
            ..now.clone()
        }
    };
    Some(Spanned::new(key, text.span(reader.file)))
}
