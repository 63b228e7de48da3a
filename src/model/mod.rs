//! OKRs as values: quarters, keys, objectives, key results, measures, check-ins. Valid by construction.
//!
//! A value of these types that exists is well formed; what is wrong in a file is said by `load` before it gets here.
//! Nothing here knows TOML, JSON or GitLab's API.

mod calendar;
mod check_in;
mod closing;
mod freshness;
mod gauge;
mod item;
mod json_pointer;
mod key;
mod measure;
mod number;
mod pace;
mod people;
mod quarter;
mod score;
mod title;
mod tree;
mod work;

pub use calendar::{Calendar, Period, YearNaming};
pub use check_in::{CheckIn, Health};
pub use closing::{ClosingField, left_for_later, unsaid};
pub use freshness::{Freshness, GRACE_DAYS, STALE_DAYS};
pub use gauge::{
    Aggregate, Counted, CountedState, Dimension, Gauge, GaugeSource, ItemType, Scale, Window,
    WorkFigure,
};
pub use item::{Allowance, Amendment, Item, KeyResult, Kind, Lifecycle, Objective, Retrospective};
pub use json_pointer::pointer_steps;
pub use key::{Id, Key, ParseIdError, ParseKeyError};
pub use measure::{Measure, MilestoneStep, Scoring};
pub use number::{Number, ParseNumberError};
pub use pace::{
    FLAT_DAYS, JUDGED_FROM, Trend, elapsed, expected, expected_of_months, trend, unmoved_since,
};
pub use people::{ParseUsernameError, Username};
pub use quarter::{ParseQuarterError, Quarter};
pub use score::{
    Progress, Reading, ScoreRules, Source, StepWorth, Unmeasured, Working, linear_progress,
    percent, progress, readings, round_half_up, weighted_mean, worth,
};
pub use title::stored_title_length;
pub use tree::{ItemRef, OkrTree, TeamOkrs};
pub use work::{IssueReference, ParseReferenceError, WorkReference};

/// A calendar day.
pub use jiff::civil::Date;
