use crate::model::{Id, Quarter};

/// A label with `{team}` and `{quarter}` in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelTemplate(String);

impl LabelTemplate {
    /// A template; it may hold `{team}` and `{quarter}`, no other braces, no comma, and no white space at its ends.
    /// `None` for what GitLab would not take as a label.
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.replace("{team}", "t").replace("{quarter}", "q");
        let fits = !rest.is_empty()
            && rest.trim() == rest
            && !rest.contains([',', '{', '}', '\n', '\r', '\0'])
            && text.chars().count() <= 180;
        fits.then(|| Self(text.to_owned()))
    }

    /// The label of a team's issue in a quarter.
    pub fn fill(&self, team: &Id, quarter: Quarter) -> String {
        self.0
            .replace("{team}", team.as_str())
            .replace("{quarter}", &quarter.to_string())
    }

    /// Whether the label differs from team to team.
    pub fn has_team(&self) -> bool {
        self.0.contains("{team}")
    }

    /// Whether the label differs from quarter to quarter.
    pub fn has_quarter(&self) -> bool {
        self.0.contains("{quarter}")
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where missing labels are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelPlace {
    /// In each tracker.
    #[default]
    Project,
    /// In the group that holds the tracker.
    Group,
}

/// `[labels]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// What objectives' issues carry.
    pub objective: Vec<LabelTemplate>,
    /// What key results' issues carry.
    pub key_result: Vec<LabelTemplate>,
    /// Where missing ones are made.
    pub at: LabelPlace,
}

impl Labels {
    /// The labels that each objective's issue carries, whatever its team and quarter.
    pub fn of_objectives(&self) -> Vec<String> {
        fixed(&self.objective)
    }

    /// The labels that each key result's issue carries, whatever its team and quarter.
    pub fn of_key_results(&self) -> Vec<String> {
        fixed(&self.key_result)
    }
}

fn fixed(templates: &[LabelTemplate]) -> Vec<String> {
    let fixed = templates
        .iter()
        .filter(|template| !template.has_team() && !template.has_quarter());
    fixed.map(|template| template.as_str().to_owned()).collect()
}

impl Default for Labels {
    /// The labels of GitLab Infrastructure's blueprint.
    fn default() -> Self {
        let templates = |texts: &[&str]| {
            texts
                .iter()
                .map(|&text| LabelTemplate(text.to_owned()))
                .collect()
        };
        Self {
            objective: templates(&["okr:o", "team:{team}", "{quarter}"]),
            key_result: templates(&["okr:kr", "{quarter}"]),
            at: LabelPlace::Project,
        }
    }
}

/// One whom issues are assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssigneeTemplate {
    /// `{manager}`: the team's manager.
    Manager,
    /// `{director}`: the manager of the root of the team's tree.
    Director,
    /// `{owner}`: the owner of the objective or key result.
    Owner,
    /// A fixed account.
    User(crate::model::Username),
}
