use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

use super::standing::Standing;
use super::status::{KeyResultStatus, TeamStatus};
use crate::model::Quarter;

/// How many key results the answer names.
const NAMED: usize = 3;

/// Are we on track, and where not?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// In one word.
    pub verdict: Verdict,
    /// In one sentence. It names key results by their keys, and none that is confidential.
    pub sentence: String,
    /// How many key results stand how.
    pub counts: Counts,
}

/// Whether a quarter goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All key results are on track.
    OnTrack,
    /// Most are.
    Mostly,
    /// Half or more are not.
    NotOnTrack,
    /// Of half or more nobody knows.
    Unknown,
    /// There is nothing to judge yet, or no more.
    Nothing,
}

/// How many key results stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Targets that are reached.
    pub reached: u32,
    /// On track.
    pub on_track: u32,
    /// Slower than planned.
    pub needs_attention: u32,
    /// Not to be reached as things stand.
    pub at_risk: u32,
    /// Nobody knows.
    pub unknown: u32,
    /// Not begun.
    pub not_begun: u32,
    /// Come to their end before the quarter did.
    pub ended: u32,
    /// Dropped.
    pub dropped: u32,
    /// Late or out of date check-ins, whatever else is known.
    pub stale: u32,
}

impl Counts {
    /// Key results of which something is asked.
    pub fn asked(self) -> u32 {
        self.reached + self.on_track + self.needs_attention + self.at_risk + self.unknown
    }

    /// Of these key results.
    pub(super) fn of<'a>(key_results: impl Iterator<Item = &'a KeyResultStatus>) -> Self {
        let mut counts = Self::default();
        for key_result in key_results {
            *match key_result.standing {
                Standing::Reached => &mut counts.reached,
                Standing::OnTrack => &mut counts.on_track,
                Standing::NeedsAttention => &mut counts.needs_attention,
                Standing::AtRisk => &mut counts.at_risk,
                Standing::Unknown => &mut counts.unknown,
                Standing::NotBegun => &mut counts.not_begun,
                Standing::Ended => &mut counts.ended,
                Standing::Dropped => &mut counts.dropped,
            } += 1;
            counts.stale += u32::from(key_result.is_stale());
        }
        counts
    }
}

/// The answer about these teams.
pub(super) fn answer(teams: &[TeamStatus], quarter: Quarter) -> Answer {
    let key_results: Vec<&KeyResultStatus> = teams
        .iter()
        .flat_map(|team| &team.objectives)
        .flat_map(|objective| &objective.key_results)
        .collect();
    let counts = Counts::of(key_results.iter().copied());
    let (asked, bad) = (
        counts.asked(),
        counts.needs_attention + counts.at_risk + counts.unknown,
    );
    let (verdict, opening) = if asked == 0 {
        (Verdict::Nothing, nothing(counts, quarter))
    } else if bad == 0 {
        let all = match asked {
            1 => "On track: the one key result".to_owned(),
            all => format!("On track: all {all} key results"),
        };
        (Verdict::OnTrack, all)
    } else if counts.unknown * 2 >= asked {
        (
            Verdict::Unknown,
            format!(
                "Unknown: nobody knows how {} of {} {}",
                counts.unknown,
                plural(asked),
                if asked == 1 { "goes" } else { "go" }
            ),
        )
    } else if bad * 2 >= asked {
        (
            Verdict::NotOnTrack,
            format!("Not on track in {bad} of {}", plural(asked)),
        )
    } else {
        (
            Verdict::Mostly,
            format!("On track but for {bad} of {}", plural(asked)),
        )
    };
    let mut worst: Vec<&KeyResultStatus> = key_results
        .into_iter()
        .filter(|key_result| !key_result.standing.is_fine())
        .collect();
    let all = worst.len();
    // The answer goes into logs and notes: of what is confidential it says no more than that it is one of so many.
    worst.retain(|key_result| !key_result.confidential);
    // The order of the teams decides among equals.
    worst.sort_by_key(|key_result| std::cmp::Reverse(key_result.standing));
    let named = worst.len().min(NAMED);
    worst.truncate(named);
    let mut sentence = opening;
    // Those that stand the same are told together.
    let groups = worst.chunk_by(|one, other| one.standing == other.standing);
    for (at, group) in groups.enumerate() {
        sentence.push_str(if at == 0 { ": " } else { ", " });
        sentence.push_str(&how(group));
    }
    if let (1.., more @ 1..) = (named, all.saturating_sub(named)) {
        let _always = write!(sentence, ", and {more} more");
    }
    Answer {
        verdict,
        sentence,
        counts,
    }
}

fn nothing(counts: Counts, quarter: Quarter) -> String {
    if counts.not_begun > 0 {
        format!(
            "{quarter} has not begun: {} are planned",
            plural(counts.not_begun)
        )
    } else if counts.ended + counts.dropped > 0 {
        format!("Nothing is left to do: every key result of {quarter} has ended or was dropped")
    } else {
        format!("Nothing to judge: no key result is declared for {quarter}")
    }
}

/// Key results that stand the same, without their quarter, and how they stand.
fn how(group: &[&KeyResultStatus]) -> String {
    let keys = group.iter().map(|key_result| {
        let key = key_result.key.to_string();
        let short = key.split_once('/').map(|(_, rest)| rest.to_owned());
        short.unwrap_or(key)
    });
    let keys: Vec<String> = keys.collect();
    let names = match keys.split_last() {
        Some((last, others @ [_, ..])) => format!("{} and {last}", others.join(", ")),
        _ => keys.join(""),
    };
    let is = match (group.first().map(|first| first.standing), group.len()) {
        (Some(Standing::NeedsAttention), 1) => "needs attention".to_owned(),
        (Some(Standing::NeedsAttention), _) => "need attention".to_owned(),
        (Some(standing), 1) => format!("is {}", standing.name()),
        (Some(standing), _) => format!("are {}", standing.name()),
        (None, _) => String::new(),
    };
    format!("{names} {is}")
}

fn plural(count: u32) -> String {
    match count {
        1 => "1 key result".to_owned(),
        count => format!("{count} key results"),
    }
}
