//! What people did in GitLab and no file can say, or no file shall: told, with the reason, and never dropped.

use super::super::change::{Cause, Field, Plan, Remark};

/// Something that people did in GitLab and that stays there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotPulled {
    /// What they did.
    pub remark: Remark,
    /// Why it comes into no file.
    pub why: String,
}

impl NotPulled {
    pub(super) fn new(remark: Remark, why: impl Into<String>) -> Self {
        Self {
            remark,
            why: why.into(),
        }
    }
}

/// Why what people do to this field never comes into a file; `None` where a pull compares it itself, or people do nothing to
/// it.
fn why(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::State => "the file says by `status`, with a reason, that something has ended",
        Field::Labels => "labels follow from okr.toml",
        Field::Assignees => "assignees follow from the managers and owners that the files name",
        Field::Link => "links follow from `supports`, `work` and the like in the file",
        Field::CheckIn(_) => {
            "the file keeps what it says of that day: remove it there if that is meant"
        }
        _ => return None,
    })
}

/// What a plan knows of edits that no pull compares: drift that is kept, that it changes back or writes over.
pub(super) fn by_plan(plan: &Plan) -> Vec<NotPulled> {
    let mut found = Vec::new();
    let kept = plan.notices.iter();
    for notice in kept.filter(|notice| notice.id == "drift" && notice.key.is_some()) {
        if let Some(why) = notice.field.and_then(why) {
            found.push(NotPulled::new(notice.clone(), why));
        }
    }
    for change in &plan.changes {
        let (Some(key), Some(issue)) = (&change.key, &change.issue) else {
            continue;
        };
        for field in &change.fields {
            let theirs = field.cause == Cause::Drift || field.overwrites.is_some();
            let Some(why) = why(field.field).filter(|_| theirs) else {
                continue;
            };
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            let (before, after) = (side(&field.before), side(&field.after));
            let name = field.field.name();
            let message = format!("{name} was changed in GitLab: “{before}”, declared “{after}”");
            let remark = Remark {
                confidential: change.confidential,
                ..Remark::drift(field.field, message)
            };
            let remark = remark.on(key).at(&issue.reference());
            let why = format!("{why}; the next apply changes it back");
            found.push(NotPulled::new(remark, why));
        }
    }
    found
}
