//! What is said of an objective or key result when it comes to its end, and what of it is still to be said.

use super::{ItemRef, Lifecycle, ScoreRules, progress};
use crate::text::Spanned;

/// Something that is said of an objective or key result before it can be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClosingField {
    /// What came of it.
    Outcome,
    /// Its score, where its values give none.
    Score,
    /// What proves the outcome.
    Evidence,
    /// What went well.
    Good,
    /// What did not.
    Bad,
    /// What to try next.
    Try,
}

impl ClosingField {
    /// As files write it; the last three stand in `retrospective`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Score => "score",
            Self::Evidence => "evidence",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Try => "try",
        }
    }
}

/// How much of something has been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    /// A `TODO` keeps its place.
    Later,
    All,
}

/// What is still to be said before it can be closed, in the order of the fields: of a key result its outcome, a score where
/// its values give none, and evidence; of an objective its outcome and what was good, bad, and to try next. A `TODO` says
/// nothing. What was dropped, by itself or with its objective, has said why, and nothing more is asked of it.
pub fn unsaid(entry: ItemRef<'_>) -> Vec<ClosingField> {
    which(entry, |said| said != Said::All)
}

/// What of it only a `TODO` keeps the place of.
pub fn left_for_later(entry: ItemRef<'_>) -> Vec<ClosingField> {
    which(entry, |said| said == Said::Later)
}

fn which(entry: ItemRef<'_>, wanted: impl Fn(Said) -> bool) -> Vec<ClosingField> {
    let dropped = |item: &super::Item| matches!(item.lifecycle, Lifecycle::Dropped { .. });
    let item = entry.item();
    let outcome = (ClosingField::Outcome, said(item.outcome.iter()));
    let fields = match entry {
        ItemRef::KeyResult(objective, own) => {
            if dropped(&objective.item) || dropped(item) {
                return Vec::new();
            }
            let is_known = item.score.is_some() || progress(own, &ScoreRules::default()).is_some();
            let score = if is_known { Said::All } else { Said::Nothing };
            vec![
                outcome,
                (ClosingField::Score, score),
                (ClosingField::Evidence, said(&item.evidence)),
            ]
        }
        ItemRef::Objective(objective) => {
            if dropped(item) {
                return Vec::new();
            }
            let learnt = &objective.retrospective;
            vec![
                outcome,
                (ClosingField::Good, said(&learnt.good)),
                (ClosingField::Bad, said(&learnt.bad)),
                (ClosingField::Try, said(&learnt.try_next)),
            ]
        }
    };
    let fields = fields.into_iter().filter(|(_, how)| wanted(*how));
    fields.map(|(field, _)| field).collect()
}

fn said<'a>(texts: impl IntoIterator<Item = &'a Spanned<String>>) -> Said {
    let mut said = Said::Nothing;
    for text in texts {
        if text.value.trim_start().starts_with("TODO") {
            return Said::Later;
        }
        said = Said::All;
    }
    said
}
