//! Labels of projects and groups.

use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef, segment};
use super::client::Client;
use super::error::Error;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// The global id.
    pub id: u64,
    /// The name; its case counts (recorded: labels/create:OKR:O).
    pub name: String,
    /// `#rrggbb`, or as somebody wrote it (recorded: labels/short-color).
    pub color: String,
    /// What it means.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it is the project's own; only lists of a project say so.
    #[serde(default)]
    pub is_project_label: Option<bool>,
}

/// A label to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewLabel {
    /// 1 to 255 characters without a comma; white space around it is cut off by GitLab.
    pub name: String,
    /// `#rrggbb` or a CSS colour name; GitLab insists on one (recorded: labels/no-color).
    pub color: String,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Where labels live.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelHome {
    /// In a project; its list includes the labels of the groups above it.
    Project(ProjectRef),
    /// In a group, by its full path.
    Group(String),
}

impl LabelHome {
    fn path(&self) -> String {
        match self {
            Self::Project(project) => format!("projects/{}/labels", project.segment()),
            Self::Group(path) => format!("groups/{}/labels", segment(path)),
        }
    }
}

impl Client {
    /// The labels that issues there can carry, in GitLab's order, which is by name. A name may occur twice: in a
    /// project and in a group above it (recorded: labels/group-dup-of-project).
    pub async fn labels(&self, home: &LabelHome) -> Result<Vec<Label>, Error> {
        let call = Call::get("labels", &home.path());
        let call = match home {
            LabelHome::Project(_) => call.query("include_ancestor_groups", &true),
            LabelHome::Group(_) => call.query("only_group_labels", &true),
        };
        self.pages(&call).await
    }

    /// Makes a label, by one request. Where it exists already, here or above, the answer is the conflict
    /// [`LabelExists`](super::Conflict::LabelExists); of two at the same time one may get a 500, which is ambiguous.
    pub async fn create_label(&self, home: &LabelHome, label: &NewLabel) -> Result<Label, Error> {
        let call = Call::post("labels", &home.path()).body(label);
        self.json(&call).await
    }
}
