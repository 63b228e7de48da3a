use jiff::SignedDuration;

use super::period::MAX_POINTS;

/// Why a query of Prometheus gives no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Prometheus does not answer it, and says why.
    #[error("Prometheus refuses the query ({kind}): {message}")]
    Refused {
        /// Its word for the kind of error, such as `bad_data`, `execution` or `timeout`.
        kind: String,
        /// Its sentence, cut to 300 characters.
        message: String,
    },
    /// No series at that time.
    #[error("the query gives no data")]
    NoData,
    /// More than one series.
    #[error("the query gives {count} series, which {}", apart_by(.apart))]
    Several {
        /// How many.
        count: usize,
        /// The labels in which they differ.
        apart: Vec<String>,
    },
    /// Not a number, or an infinite one.
    #[error("the query gives {0}, which is no value")]
    NotFinite(String),
    /// A value that 28 decimal digits do not hold.
    #[error("the query gives {0}, which cannot be kept as a decimal number")]
    Unkept(String),
    /// A native histogram.
    #[error("the query gives a histogram, not a number")]
    Histogram,
    /// A range of samples at one instant.
    #[error("the query gives a range of samples, not a value")]
    Samples,
    /// A text.
    #[error("the query gives a text, not a number")]
    Text,
    /// Something else than series over a period.
    #[error("Prometheus answers with something else than values over a period")]
    NoPeriod,
    /// Nothing was asked: not even one step fits.
    #[error("the period of {length:#} is shorter than a step of {step:#}")]
    Period {
        /// How long the period is; nothing where it ends before it begins.
        length: SignedDuration,
        /// How long a step is.
        step: SignedDuration,
    },
    /// Nothing was asked: Prometheus would refuse.
    #[error("the period has {points} steps, more than the {MAX_POINTS} that Prometheus answers")]
    TooManyPoints {
        /// How many.
        points: i64,
    },
    /// Nothing was asked: the sum would be whatever the step makes of it.
    #[error("a sum over a period needs a step")]
    SumWithoutStep,
}

fn apart_by(labels: &[String]) -> String {
    match labels {
        [] => "have the same labels".to_owned(),
        labels => format!("differ in {}", labels.join(", ")),
    }
}

impl QueryError {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Refused { kind, .. } => match kind.as_str() {
                "timeout" | "canceled" => {
                    "Ask for less: a shorter period, a longer step, or a recording rule for what is heavy."
                }
                "unavailable" | "internal" => {
                    "Run again later; if it stays so, tell who runs the server."
                }
                _ => "Try the query on the server's own page, and write it as it works there.",
            },
            Self::NoData => {
                "Check names and labels on the server's own page, and that it kept data of that time. No data is not taken for zero; where it means zero, write `… or vector(0)`."
            }
            Self::Several { .. } => {
                "Make it one: name the labels of the one that is meant, or aggregate them: sum(…), max(…)."
            }
            Self::NotFinite(text) if text == "NaN" => {
                "Nothing is divided by nothing at that time: ask over a longer window, or write what it means then: `… >= 0 or vector(0)`."
            }
            Self::NotFinite(_) => {
                "Something is divided by zero: write the query so that it is not."
            }
            Self::Unkept(_) => "Ask in a larger or smaller unit.",
            Self::Histogram => "Ask for one number of it: histogram_quantile(…), histogram_avg(…).",
            Self::Samples => {
                "Wrap it in a function over time, such as avg_over_time(…), or measure over a period."
            }
            Self::Text | Self::NoPeriod => "Write a query that gives a number.",
            Self::Period { .. } => {
                "Run again when more of the period has passed, or give a shorter step."
            }
            Self::TooManyPoints { .. } => "Give a longer step.",
            Self::SumWithoutStep => {
                "Give the step, as long as the window in the query: increase(…[1h]) with a step of an hour counts each moment once."
            }
        };
        hint.to_owned()
    }
}
