/// `[flow]`: how the labels and states of issues tell where work is, and what kind of work it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowSettings {
    /// Which labels say where a work item is.
    pub states: FlowStates,
    /// Which labels say what kind of work it is.
    pub types: FlowTypes,
    /// The labels that tell managed issues: one with all labels of one of these sets is no work item.
    pub managed: Vec<Vec<String>>,
    /// What the time is between a close and a reopening.
    pub reopened: Reopened,
    /// How incidents are told.
    pub incidents: IncidentSettings,
    /// The environment whose deployments count.
    pub environment: String,
}

impl Default for FlowSettings {
    fn default() -> Self {
        Self {
            states: FlowStates::default(),
            types: FlowTypes::default(),
            managed: Vec::new(),
            reopened: Reopened::Waiting,
            incidents: IncidentSettings::default(),
            environment: "production".to_owned(),
        }
    }
}

impl FlowSettings {
    /// Whether no label says anything: the flow of work is then unknown.
    pub fn is_empty(&self) -> bool {
        let states = &self.states;
        states.active.is_empty() && states.waiting.is_empty() && states.blocked.is_empty()
    }
}

/// `[flow.states]`: the labels of an open issue, from what counts most to what counts least. An issue with none of them is
/// new: nobody has committed to it yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowStates {
    /// Work that will not be done, also once it is closed.
    pub cancelled: Vec<String>,
    /// Work that is done though its issue is open.
    pub done: Vec<String>,
    /// Work that waits, whatever else its issue says.
    pub blocked: Vec<String>,
    /// Work that somebody works on.
    pub active: Vec<String>,
    /// Work that was committed to and waits for somebody.
    pub waiting: Vec<String>,
}

/// `[flow.types]`: the four kinds of work items of the Flow Framework, and what is none. Where an issue has labels of several,
/// the earlier of these counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowTypes {
    /// No work item at all.
    pub ignore: Vec<String>,
    /// Security, privacy, compliance.
    pub risk: Vec<String>,
    /// Something that was promised does not work.
    pub defect: Vec<String>,
    /// What makes later work slower or harder.
    pub debt: Vec<String>,
    /// New value.
    pub feature: Vec<String>,
}

/// What the time is between a close and a reopening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopened {
    /// The item waited.
    Waiting,
    /// It does not count.
    Excluded,
}

/// `[flow.incidents]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentSettings {
    /// The labels that say that an incident's effect is over.
    pub mitigated: Vec<String>,
    /// The labels that say that it is resolved, where that comes before its close.
    pub resolved: Vec<String>,
    /// The severities that count for the times between incidents and to their end, 1 the worst, 4 the least.
    pub severities: Vec<u8>,
}

impl Default for IncidentSettings {
    fn default() -> Self {
        Self {
            mitigated: vec!["incident::mitigated".to_owned()],
            resolved: vec!["incident::resolved".to_owned()],
            severities: vec![1, 2],
        }
    }
}

/// `[teams.<id>.flow]`: whose issues are the team's work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueStream {
    /// The full paths of the projects.
    pub projects: Vec<String>,
    /// Labels that an issue has, all of them, to be the team's.
    pub labels: Vec<String>,
}
