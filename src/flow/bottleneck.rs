use jiff::SignedDuration;

use super::item::Flow;
use super::period::Period;
use super::stages::{StageTime, stage_times};
use crate::model::Number;

/// Shorter times say nothing of what grows: a half of them would be less than a week.
const SHORTEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The stage where most of the time in progress goes, and whether it is a bottleneck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bottleneck {
    /// The stage, and the time there.
    pub stage: StageTime,
    /// The stage where most time goes after it, if there is another.
    pub next: Option<StageTime>,
    /// How many items were there on average in the first half of the time, to a hundredth.
    pub load_before: Option<Number>,
    /// And in the second half.
    pub load_after: Option<Number>,
    /// Whether it is one.
    pub verdict: BottleneckVerdict,
}

/// Whether the stage where most time goes is a bottleneck, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BottleneckVerdict {
    /// It is: most time goes there, and more and more items are there.
    StandsOut,
    /// There is no other stage.
    OnlyStage,
    /// The next one takes at least four fifths of its time.
    CloseSecond,
    /// Its load does not grow: it takes the time that it takes.
    NotGrowing,
    /// The time is shorter than two weeks: nobody can tell what grows.
    TooShort,
}

impl BottleneckVerdict {
    /// As outputs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StandsOut => "stands-out",
            Self::OnlyStage => "only-stage",
            Self::CloseSecond => "close-second",
            Self::NotGrowing => "not-growing",
            Self::TooShort => "too-short",
        }
    }
}

/// The stage where most of the time in progress went within a period; nothing where nothing was in progress.
///
/// It is a bottleneck where it stands out, so that the next one takes less than four fifths of its time, and where its load
/// grows: by the mean over the second half of the time, at least a tenth more items are there than in the first half.
pub fn bottleneck(flows: &[Flow], period: &Period) -> Option<Bottleneck> {
    let mut stages = stage_times(flows, period).into_iter();
    let stage = stages.next()?;
    let next = stages.next();
    let half = period.begin + period.length() / 2;
    let in_part = |part: Period| {
        let mut all = stage_times(flows, &part).into_iter();
        all.find(|own| own.stage == stage.stage && own.state == stage.state)
    };
    let first = Period {
        end: half,
        ..*period
    };
    let second = Period {
        begin: half,
        ..*period
    };
    let (before, after) = (in_part(first), in_part(second));
    let time = |part: &Option<StageTime>| part.as_ref().map_or(0, |part| part.total.as_millis());
    // Both halves are as long, but for a nanosecond: what holds for their times holds for their means.
    let grows = time(&after) > time(&before) && time(&after) * 10 >= time(&before) * 11;
    let is_close = next
        .as_ref()
        .is_some_and(|next| next.total.as_millis() * 5 >= stage.total.as_millis() * 4);
    let verdict = match &next {
        _ if period.length() < SHORTEST => BottleneckVerdict::TooShort,
        None => BottleneckVerdict::OnlyStage,
        Some(_) if is_close => BottleneckVerdict::CloseSecond,
        Some(_) if !grows => BottleneckVerdict::NotGrowing,
        Some(_) => BottleneckVerdict::StandsOut,
    };
    let load = |part: Option<StageTime>| part.map_or(Some(Number::ZERO), |part| part.mean_load);
    Some(Bottleneck {
        load_before: load(before),
        load_after: load(after),
        stage,
        next,
        verdict,
    })
}
