//! What titles say: verbs, figures, units. English, since that is what the sources of the rules are written in.

/// A count with its noun: "1 key result", "4 key results", "no key results".
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
