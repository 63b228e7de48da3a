//! Labels of projects and groups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Actor, Counters, Fields, Namespace, Refusal, Role, State};
use crate::sandbox::color::stored_color;
use crate::sandbox::text::strip;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Global id.
    pub id: u64,
    /// Whose it is.
    pub owner: Namespace,
    /// 1 to 255 characters, no comma; upper and lower case differ.
    pub name: String,
    /// `#rrggbb`, as it was sent.
    pub color: String,
    /// One line of Markdown.
    pub description: Option<String>,
    /// Rank in the project, 0 first.
    pub priority: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new label is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewLabel {
    /// Name, as sent.
    pub name: String,
    /// `#rgb`, `#rrggbb` or a CSS name, as sent.
    pub color: String,
    /// Description.
    pub description: Option<String>,
    /// Rank.
    pub priority: Option<u64>,
}

/// What shall change about a label; `None` was not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// New name.
    pub name: Option<String>,
    /// New color.
    pub color: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New rank.
    pub priority: Option<Option<u64>>,
}

impl State {
    /// Whether whoever asks may make and change labels there: Planner (recorded: labels/as-guest, as-reporter).
    pub fn can_admin_labels(&self, actor: &Actor, namespace: Namespace) -> bool {
        self.role(actor, namespace) >= Role::PLANNER
    }

    /// Creates a label and gives its id.
    ///
    /// 409 if the project or group, or a group above it, has the name; a group may take the name of a project's label
    /// (recorded: labels/dup, project-dup-of-group, group-dup-of-project).
    pub fn create_label(
        &mut self,
        actor: &Actor,
        owner: Namespace,
        new: &NewLabel,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        actor.user.ok_or(Refusal::Unauthorized)?;
        if !self.can_admin_labels(actor, owner) {
            return Err(Refusal::forbidden());
        }
        let name = strip(&new.name);
        if self.label_name_taken(owner, name, None) {
            return Err(Refusal::Conflict("Label already exists".to_owned()));
        }
        let errors = label_errors(Some(name), Some(&new.color));
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        Ok(self.insert_label(owner, new, now))
    }

    /// Writes a label that is known to be right.
    pub(super) fn insert_label(&mut self, owner: Namespace, new: &NewLabel, now: Timestamp) -> u64 {
        let id = Counters::next(&mut self.counters.labels);
        let label = Label {
            id,
            owner,
            name: strip(&new.name).to_owned(),
            color: stored_color(&new.color).unwrap_or_else(|| new.color.clone()),
            description: new.description.clone(),
            priority: new.priority,
            created_at: now,
            updated_at: now,
        };
        self.labels.insert(id, label);
        id
    }

    /// Changes a label; issues that carry it show it so at once.
    pub fn update_label(
        &mut self,
        actor: &Actor,
        id: u64,
        change: &LabelChange,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let owner = self
            .labels
            .get(&id)
            .ok_or_else(|| Refusal::missing("Label"))?
            .owner;
        if !self.can_admin_labels(actor, owner) {
            return Err(Refusal::forbidden());
        }
        let name = change.name.as_deref().map(strip);
        let errors = label_errors(name, change.color.as_deref());
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        if name.is_some_and(|name| self.label_name_taken(owner, name, Some(id))) {
            return Err(Refusal::invalid("title", "has already been taken"));
        }
        let Some(label) = self.labels.get_mut(&id) else {
            return Err(Refusal::Internal);
        };
        if let Some(name) = name {
            name.clone_into(&mut label.name);
        }
        if let Some(color) = &change.color {
            label.color = stored_color(color).unwrap_or_else(|| color.clone());
        }
        if let Some(description) = &change.description {
            label.description.clone_from(description);
        }
        if let Some(priority) = change.priority {
            label.priority = priority;
        }
        label.updated_at = now;
        Ok(())
    }

    /// Deletes a label: issues lose it without a trace but the old events, which then name none (recorded: flow).
    pub fn delete_label(&mut self, actor: &Actor, id: u64) -> Result<(), Refusal> {
        let owner = self
            .labels
            .get(&id)
            .ok_or_else(|| Refusal::missing("Label"))?
            .owner;
        if !self.can_admin_labels(actor, owner) {
            return Err(Refusal::forbidden());
        }
        self.labels.remove(&id);
        for issue in self.issues.values_mut() {
            issue.labels.retain(|label| *label != id);
        }
        Ok(())
    }

    /// Whether a name is taken there or, for a project, in a group above (a group only looks at itself).
    fn label_name_taken(&self, owner: Namespace, name: &str, except: Option<u64>) -> bool {
        let above = self.ancestors(owner);
        self.labels.values().any(|label| {
            let near = label.owner == owner
                || matches!(label.owner, Namespace::Group(group) if above.contains(&group));
            near && label.name == name && Some(label.id) != except
        })
    }
}

/// What is wrong with a label: blank, with a comma, above 255 characters, no color (recorded: labels).
fn label_errors(name: Option<&str>, color: Option<&str>) -> Fields {
    let mut errors = Fields::new();
    if let Some(name) = name {
        let mut texts = Vec::new();
        if name.is_empty() {
            texts.push("can't be blank".to_owned());
        }
        if name.chars().count() > 255 {
            texts.push("is too long (maximum is 255 characters)".to_owned());
        }
        if name.is_empty() || name.contains(',') {
            texts.push("is invalid".to_owned());
        }
        if !texts.is_empty() {
            errors.push(("title", texts));
        }
    }
    if color.is_some_and(|color| stored_color(color).is_none()) {
        errors.push(("color", vec!["must be a valid color code".to_owned()]));
    }
    errors
}
