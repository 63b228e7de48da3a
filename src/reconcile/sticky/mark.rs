use serde::{Deserialize, Serialize};

const BEGINS: &str = "<!-- okrsync:text ";
const ENDS: &str = " -->";

/// How far the thing is that a text is about: what is said at a later stage is not replaced by what an earlier one says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is open: under review, or drifting.
    #[default]
    Open,
    /// It is over: merged, or no drift is left.
    Over,
}

/// The marker at the end of a text of ours: a comment that GitLab does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What the text is about, like `merge-request` or `drift`; one of a kind stands in a place.
    pub kind: String,
    /// Whose OKRs: `gitlab.owner`. Two sets of OKRs may share a project.
    pub owner: String,
    /// How far it is.
    #[serde(default)]
    pub stage: Stage,
    /// The id of the pipeline that wrote it; GitLab numbers them in the order in which they are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u64>,
    /// How often it began anew, for an issue that was closed and reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<u32>,
}

impl Mark {
    /// The marker in the last line of a text, and the text above it.
    pub fn split(text: &str) -> Option<(&str, Self)> {
        let text = text.trim_end();
        let (above, last) = text.rsplit_once('\n').unwrap_or(("", text));
        let json = last.strip_prefix(BEGINS)?.strip_suffix(ENDS)?;
        let mark = serde_json::from_str(json).ok()?;
        Some((above.trim_end(), mark))
    }

    /// A text with this marker at its end.
    pub fn mark(&self, text: &str) -> String {
        // What is written is made of strings and numbers, which cannot fail. `>` is escaped, so nothing ends the comment.
        let json = serde_json::to_string(self).unwrap_or_default();
        let json = json.replace('>', "\\u003e");
        format!("{}\n\n{BEGINS}{json}{ENDS}", text.trim_end())
    }

    /// Whether both mark the same thing.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.kind == other.kind && self.owner == other.owner
    }

    /// Whether a later pipeline wrote it.
    pub(super) fn is_later_than(&self, other: &Self) -> bool {
        matches!((self.pipeline, other.pipeline), (Some(this), Some(that)) if this > that)
    }

    /// Whether what carries it must not be replaced by what carries the other.
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        self.stage > other.stage || (self.stage == other.stage && self.is_later_than(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark {
            kind: "merge-request".into(),
            owner: "acme/okrs".into(),
            stage: Stage::Open,
            pipeline: Some(12),
            episode: None,
        }
    }

    #[test]
    fn a_marker_is_read_as_it_was_written_whatever_its_owner_is_called() {
        for owner in ["acme/okrs", "--> <!--", "a\"\n>", ""] {
            let mark = Mark {
                owner: owner.into(),
                ..mark()
            };
            let text = mark.mark("Words\n\n");
            assert_eq!(text.matches("-->").count(), 1, "{text}");
            assert_eq!(Mark::split(&text), Some(("Words", mark)));
        }
    }

    #[test]
    fn only_the_last_line_counts() {
        let text = mark().mark("Words");
        assert_eq!(Mark::split(&format!("{text}\nmore")), None);
        assert_eq!(
            Mark::split(&format!("> {text}").replace('\n', "\n> ")),
            None
        );
        for none in [
            "",
            "words",
            "<!-- okrsync:text -->",
            "<!-- okrsync:text {} -->",
        ] {
            assert_eq!(Mark::split(none), None, "{none}");
        }
    }

    #[test]
    fn later_pipelines_and_stages_are_newer() {
        let of = |stage, pipeline| Mark {
            stage,
            pipeline,
            ..mark()
        };
        let (open, over) = (Stage::Open, Stage::Over);
        assert!(of(open, Some(2)).is_newer_than(&of(open, Some(1))));
        assert!(!of(open, Some(1)).is_newer_than(&of(open, Some(1))));
        assert!(of(over, Some(1)).is_newer_than(&of(open, Some(2))));
        assert!(!of(open, Some(2)).is_newer_than(&of(over, Some(1))));
        assert!(!of(open, None).is_newer_than(&of(open, Some(1))));
        assert!(!of(open, Some(9)).is_newer_than(&of(open, None)));
    }
}
