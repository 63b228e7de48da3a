//! What titles say: verbs, figures, units, tickets. English, as the sources of the rules are.

mod figure;
mod likeness;
mod placeholder;
mod ticket;
mod unit;
mod verb;

pub(super) use figure::{Figure, figures, way};
pub use figure::{StatedWay, stated_way};
pub(super) use likeness::{normalised, wording};
pub(super) use placeholder::placeholder;
pub(super) use ticket::ticket;
pub(super) use unit::{Unit, change_of_unit};
pub(super) use verb::{Verb, verb};

/// A count with its noun: "1 key result", "4 key results", "no key results".
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Words in a row: "a", "a and b", "a, b and c".
pub(super) fn list<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", before.join(", "), last.as_ref())
        }
    }
}
