use std::fmt;

/// Keys that are listed at the most.
const MAX_KEYS: usize = 8;
/// Characters of a key that are shown at the most.
const MAX_KEY: usize = 60;

/// What is there where something else was expected. Texts are not quoted: nobody knows what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// An object with these keys, in their order.
    Object(Vec<String>),
    /// An array of so many elements.
    Array(usize),
    /// A number, of which a part was asked for.
    Number,
    /// A text that is no number as a whole.
    Text,
    /// `true` or `false`.
    Truth,
    /// `null`.
    Null,
    /// A number that cannot be kept exactly.
    LongNumber,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(keys) if keys.is_empty() => f.write_str("an object without any key"),
            Self::Object(keys) => {
                let shown = keys.iter().take(MAX_KEYS);
                let shown = shown.map(|key| key.chars().take(MAX_KEY).collect());
                let mut shown: Vec<String> = shown.collect();
                let more = keys.len() - shown.len();
                if more > 0 {
                    shown.push(format!("and {more} more"));
                }
                let s = if keys.len() == 1 { "" } else { "s" };
                write!(f, "an object with the key{s} {}", shown.join(", "))
            }
            Self::Array(1) => f.write_str("an array of 1 element"),
            Self::Array(length) => write!(f, "an array of {length} elements"),
            Self::Number => f.write_str("a number"),
            Self::Text => f.write_str("a text that is no number"),
            Self::Truth => f.write_str("true or false"),
            Self::Null => f.write_str("null"),
            Self::LongNumber => f.write_str("a number of more than the 28 digits that are kept"),
        }
    }
}
