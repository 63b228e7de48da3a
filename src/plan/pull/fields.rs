//! Title, due date and description.

use super::{Compared, LeftReason, Pull, Statement};
use crate::config::{DriftPolicy, Pullable};
use crate::issue::{StatedDescription, declared_title, digest};
use crate::plan::Field;
use crate::plan::decide::{course, observed_title};
use crate::plan::three_way::{Verdict, compare};

/// Why an edit of the text within a block does not come back.
const MORE_THAN_THE_DESCRIPTION: &str = "more than its description was edited, and the rest of that text follows from other keys of the file";

impl Compared<'_> {
    pub(super) fn fields(&self, pull: &mut Pull) {
        self.title(pull);
        self.due(pull);
        self.description(pull);
        self.confidentiality(pull);
    }

    fn title(&self, pull: &mut Pull) {
        let (applied, observed) = (&self.managed.marker.applied, &self.managed.issue.title);
        let (desired, applied) = (&self.wanted.title, Some(&applied.title));
        let verdict = compare(
            desired,
            applied,
            &observed_title(desired, applied, observed),
        );
        let (declared, written) = (&self.item.title.value, declared_title(observed));
        let message = format!("title was changed in GitLab: “{written}”, declared “{declared}”");
        if self.is_asked(verdict, Field::Title, Pullable::Title, message, pull) {
            let declared = Some(Statement::Title(declared.clone()));
            self.edited(verdict, declared, Statement::Title(written), pull);
        }
    }

    fn due(&self, pull: &mut Pull) {
        let (wanted, applied) = (self.wanted.due, self.managed.marker.applied.due);
        let observed = self.managed.issue.due;
        let verdict = compare(&Some(wanted), Some(&applied), &observed);
        let written = observed.map_or_else(|| "nothing".to_owned(), |day| day.to_string());
        let message = format!("due date was changed in GitLab: “{written}”, declared “{wanted}”");
        if !self.is_asked(verdict, Field::Due, Pullable::Due, message.clone(), pull) {
            return;
        }
        if let Some(day) = observed {
            let declared = Some(Statement::Due(wanted));
            self.edited(verdict, declared, Statement::Due(day), pull);
        } else {
            let why = "no file says that there is no due date: without one it is the quarter's end";
            self.stays(message, why, pull);
        }
    }

    fn description(&self, pull: &mut Pull) {
        let applied = &self.managed.marker.applied.digest;
        let (desired, observed) = (&self.wanted.definition, &self.managed.body.definition);
        let verdict = compare(&digest(desired), Some(applied), &digest(observed));
        let message = "the text between the okrsync markers was edited in GitLab".to_owned();
        let field = Field::Definition;
        if !self.is_asked(verdict, field, Pullable::Description, message.clone(), pull) {
            return;
        }
        let declared = self.item.description.as_ref();
        let declared = declared.map(|text| text.value.as_str());
        let stated = StatedDescription::read(desired, declared, observed);
        let says = |text: &str| Statement::Description(text.to_owned());
        match stated {
            Some(stated) if stated.text.is_empty() => {
                let why = "no description is left: remove the key from the file if that is meant";
                self.stays(message, why, pull);
            }
            // Nothing else differs from what was applied, though the file may have moved on: by a check-in, for example.
            Some(stated) if stated.digest_as_declared == *applied => {
                self.came(says(&stated.text), declared.map(says), pull);
            }
            Some(stated)
                if verdict == Verdict::Conflict
                    && declared.map(str::trim) != Some(stated.text.trim()) =>
            {
                self.edited(verdict, declared.map(says), says(&stated.text), pull);
            }
            _ => self.stays(message, MORE_THAN_THE_DESCRIPTION, pull),
        }
    }

    fn confidentiality(&self, pull: &mut Pull) {
        let declared = self.wanted.confidential || self.managed.marker.applied.confidential;
        if self.managed.issue.confidential && !declared {
            let message = "the issue was made confidential in GitLab".to_owned();
            let why =
                "who may read the file would know: set `confidential = true` there if they may";
            self.stays(message, why, pull);
        }
    }

    /// Whether people changed a field, and a pull is to bring that: else it is said why it stays.
    fn is_asked(
        &self,
        verdict: Verdict,
        field: Field,
        pullable: Pullable,
        message: String,
        pull: &mut Pull,
    ) -> bool {
        if !matches!(verdict, Verdict::Drift | Verdict::Conflict) {
            return false;
        }
        if self.managed.marker.pending {
            let why = "an apply of it was interrupted, so nobody knows whose it is: let okr apply end first";
            self.stays(message, why, pull);
        } else if course(&self.policy.drift, Some(field)) == DriftPolicy::Revert {
            let why = "the policy says that it is changed back, and the next apply does";
            self.stays(message, why, pull);
        } else if self.policy.pull.contains(&pullable) {
            return true;
        } else {
            self.not_asked(pullable, message, pull);
        }
        false
    }

    /// The policy leaves it in GitLab.
    pub(super) fn not_asked(&self, pullable: Pullable, message: String, pull: &mut Pull) {
        let name = pullable.as_str();
        let why = format!(
            "`pull` in the policy of {} does not name \"{name}\"",
            self.wanted.team
        );
        self.stays(message, why, pull);
    }

    /// What people changed, against what the file says.
    fn edited(
        &self,
        verdict: Verdict,
        declared: Option<Statement>,
        written: Statement,
        pull: &mut Pull,
    ) {
        if verdict == Verdict::Conflict {
            let part = written.part();
            let written = vec![written];
            let reason = LeftReason::Conflict { declared, written };
            pull.left.push(self.left(part, reason));
        } else {
            self.came(written, declared, pull);
        }
    }
}
