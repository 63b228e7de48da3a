use schemars::JsonSchema;
use serde::Serialize;

use super::contradiction::Known;
use super::pace::ATTENTION_BELOW;
use super::score::percent;
use crate::model::{Date, Freshness, Health, Lifecycle, Number, Unmeasured};

/// Confidence in percent below which a key result needs attention, whatever its owner calls it.
const UNSURE_BELOW: i64 = 40;

/// How a key result stands: the worse of what its data say and what people say. The words are GitLab's for health; what is
/// unknown is never on track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It was dropped, and is asked for nothing any more.
    Dropped,
    /// It has come to its end; its score is what it is.
    Ended,
    /// Its quarter has not begun, or is a draft.
    NotBegun,
    /// The target is reached.
    Reached,
    /// It goes as planned.
    OnTrack,
    /// It is slower than planned, or people say so.
    NeedsAttention,
    /// Nobody knows: nothing was measured, or what was is out of date.
    Unknown,
    /// It will not be reached as things stand.
    AtRisk,
}

impl Standing {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Ended => "ended",
            Self::NotBegun => "not begun",
            Self::Reached => "reached",
            Self::OnTrack => "on track",
            Self::NeedsAttention => "needs attention",
            Self::Unknown => "unknown",
            Self::AtRisk => "at risk",
        }
    }

    /// Whether nothing needs to be done about it.
    pub fn is_fine(self) -> bool {
        self < Self::NeedsAttention
    }

    /// The weakest of several that are asked for something; `None` where none is.
    pub(super) fn weakest(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let asked = all
            .into_iter()
            .filter(|standing| *standing > Self::NotBegun);
        asked.max()
    }
}

/// How a key result stands that is worked on, and why.
pub(super) fn of_active(
    known: &Known<'_>,
    unmeasured: Option<Unmeasured>,
    freshness: Freshness,
    last_word: Option<Date>,
) -> (Standing, Vec<String>) {
    if known.is_reached() {
        return (Standing::Reached, Vec::new());
    }
    let mut reasons: Vec<(Standing, String)> = Vec::new();
    let mut because = |standing, reason: String| reasons.push((standing, reason));
    if let Some(why) = unmeasured {
        because(Standing::Unknown, why.name().to_owned());
    } else if freshness == Freshness::Stale {
        let silence = last_word.map_or_else(
            || "nobody has said yet how it goes".to_owned(),
            |day| format!("nobody has said since {day} how it goes"),
        );
        because(Standing::Unknown, silence);
    }
    if known.is_overdue() {
        because(Standing::AtRisk, format!("it was due on {}", known.due));
    }
    let steps = known.overdue_steps();
    if !steps.is_empty() {
        let late = format!("overdue: {}", steps.join(", "));
        because(Standing::NeedsAttention, late);
    }
    let is_slow = known
        .pace
        .ratio
        .is_some_and(|ratio| ratio < Number::from(ATTENTION_BELOW));
    let is_worse = known
        .progress
        .is_some_and(|progress| progress.percent < Number::ZERO);
    let pace = known.pace.ratio.map(percent).unwrap_or_default();
    let pace = format!("{pace} of the planned pace");
    if known.is_far_behind() {
        because(Standing::AtRisk, pace);
    } else if is_slow {
        because(Standing::NeedsAttention, pace);
    } else if is_worse {
        let worse = "the value is worse than the baseline";
        because(Standing::NeedsAttention, worse.to_owned());
    }
    if known.is_broken() {
        because(
            Standing::NeedsAttention,
            "the last value breaks its bound".to_owned(),
        );
    }
    if let Some(since) = known.flat_since() {
        let flat = format!("the value has been {} since {}", since.value, since.date);
        because(Standing::NeedsAttention, flat);
    }
    match known.health() {
        Some((day, Health::AtRisk)) => {
            because(Standing::AtRisk, format!("said to be at risk on {day}"));
        }
        Some((day, Health::NeedsAttention)) => because(
            Standing::NeedsAttention,
            format!("said to need attention on {day}"),
        ),
        Some((_, Health::OnTrack)) | None => {}
    }
    if let Some(confidence) = known.confidence()
        && confidence < Number::from(UNSURE_BELOW)
    {
        because(
            Standing::NeedsAttention,
            format!("confidence is {confidence} %"),
        );
    }
    let standing = reasons.iter().map(|(standing, _)| *standing).max();
    let reasons = reasons.into_iter().map(|(_, reason)| reason).collect();
    (standing.unwrap_or(Standing::OnTrack), reasons)
}

/// How something stands that is not worked on any more.
pub(super) fn of_ended(lifecycle: &Lifecycle) -> Option<Standing> {
    match lifecycle {
        Lifecycle::Active => None,
        Lifecycle::Dropped { .. } => Some(Standing::Dropped),
        Lifecycle::Closed { .. } => Some(Standing::Ended),
    }
}
