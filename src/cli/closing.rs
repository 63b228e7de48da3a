//! What people say of an objective or key result at its end, and how files hold it.

use crate::edit::{self, NewValue, Order, Place};
use crate::model::{ClosingField, ItemRef, Key, Number};
use crate::render::skeleton::{list, quoted};
use crate::text::Spanned;

/// What is said of an objective or key result at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closing {
    /// What came of it.
    Outcome(String),
    /// Its score in percent.
    Score(Number),
    /// What proves the outcome.
    Evidence(Vec<String>),
    /// What went well.
    Good(Vec<String>),
    /// What did not.
    Bad(Vec<String>),
    /// What to try next.
    Try(Vec<String>),
}

impl Closing {
    fn field(&self) -> ClosingField {
        match self {
            Self::Outcome(_) => ClosingField::Outcome,
            Self::Score(_) => ClosingField::Score,
            Self::Evidence(_) => ClosingField::Evidence,
            Self::Good(_) => ClosingField::Good,
            Self::Bad(_) => ClosingField::Bad,
            Self::Try(_) => ClosingField::Try,
        }
    }

    /// As TOML writes it.
    fn value(&self) -> String {
        match self {
            Self::Outcome(text) => quoted(text),
            Self::Score(percent) => percent.to_string(),
            Self::Evidence(texts) | Self::Good(texts) | Self::Bad(texts) | Self::Try(texts) => {
                list(texts.iter().cloned())
            }
        }
    }

    /// Whether the files say this.
    pub(super) fn is_said(&self, entry: ItemRef<'_>) -> bool {
        let item = entry.item();
        let learnt = match entry {
            ItemRef::Objective(objective) => Some(&objective.retrospective),
            ItemRef::KeyResult(..) => None,
        };
        let same = |there: &[Spanned<String>], texts: &[String]| {
            there.iter().map(|text| &text.value).eq(texts)
        };
        match self {
            Self::Outcome(text) => item.outcome.as_ref().is_some_and(|it| it.value == *text),
            Self::Score(percent) => item.score.is_some_and(|score| score.value == *percent),
            Self::Evidence(texts) => same(&item.evidence, texts),
            Self::Good(texts) => learnt.is_some_and(|learnt| same(&learnt.good, texts)),
            Self::Bad(texts) => learnt.is_some_and(|learnt| same(&learnt.bad, texts)),
            Self::Try(texts) => learnt.is_some_and(|learnt| same(&learnt.try_next, texts)),
        }
    }

    /// A file's text with it at its place; `None` where that cannot be told for certain.
    pub(super) fn put(&self, text: &str, key: &Key, order: &Order) -> Option<String> {
        let mut table = vec!["objective", key.objective.as_str()];
        if let Some(own) = &key.key_result {
            table.extend(["kr", own.as_str()]);
        }
        let field = self.field().as_str();
        if matches!(self, Self::Good(_) | Self::Bad(_) | Self::Try(_)) {
            let place = Place {
                table: &table,
                map: "retrospective",
                entry: field,
            };
            return edit::set(text, place, &self.value(), order);
        }
        edit::set_key(text, &table, field, NewValue::Plain(&self.value()), order)
    }
}
