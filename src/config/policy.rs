/// How many of something there may be, both bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least.
    pub min: u32,
    /// At most; never below `min`.
    pub max: u32,
}

impl Bounds {
    /// Whether a count lies within.
    pub fn contains(self, count: usize) -> bool {
        (self.min as usize..=self.max as usize).contains(&count)
    }
}

/// What happens to what people changed in GitLab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DriftPolicy {
    /// It is kept and shown.
    #[default]
    Keep,
    /// It is changed back.
    Revert,
    /// It fails the plan.
    Fail,
}

/// `[policy]`, or a team's own: what is asked of OKRs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Objectives of a team in a quarter.
    pub objectives: Bounds,
    /// Key results of an objective.
    pub key_results: Bounds,
    /// The areas that key results belong to; any text where empty.
    pub areas: Vec<String>,
    /// What a key result of kind `flow` may name.
    pub flow_metrics: Vec<String>,
    /// What happens to fields that people changed in GitLab.
    pub drift: DriftPolicy,
}

impl Default for Policy {
    /// Up to three objectives with up to three key results each: "3x3". The flow metrics are the five of the Flow Framework.
    fn default() -> Self {
        Self {
            objectives: Bounds { min: 0, max: 3 },
            key_results: Bounds { min: 1, max: 3 },
            areas: Vec::new(),
            flow_metrics: ["velocity", "time", "efficiency", "load", "distribution"]
                .map(str::to_owned)
                .into(),
            drift: DriftPolicy::Keep,
        }
    }
}
