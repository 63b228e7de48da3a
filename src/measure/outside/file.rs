//! The text of a file as a value.

use super::decimal::exact;
use super::document::{Document, PointerError, pointed};
use crate::model::Number;

/// Why a file holds no value.
#[derive(Debug, thiserror::Error)]
pub enum FileValueError {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It is not one number, and nothing says where in it a number is.
    #[error("the file is not one number and nothing else")]
    NoNumber,
    /// A pointer leads into JSON only.
    #[error("the file is no JSON")]
    NotJson(#[source] serde_json::Error),
    /// Where the pointer leads is no number.
    #[error(transparent)]
    Pointer(#[from] PointerError),
}

impl FileValueError {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Empty => {
                "Have what writes the file write a number: an empty file is not taken for zero."
            }
            Self::NoNumber => {
                "Write a number alone, such as 99.95: no unit, no percent sign, no decimal comma; or name a JSON Pointer to it where the file is JSON."
            }
            Self::NotJson(_) => {
                "Have what writes the file write JSON, or one number and no pointer to it."
            }
            Self::Pointer(error) => return error.hint(),
        };
        hint.to_owned()
    }
}

/// The value that the text of a file is: what a JSON Pointer leads to, or without one a text that is one number as a whole, white
/// space around it aside.
///
/// # Errors
/// It holds anything else, which is said; it never becomes zero.
pub fn file_value(text: &str, pointer: Option<&str>) -> Result<Number, FileValueError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(FileValueError::Empty);
    }
    match pointer {
        Some(pointer) => {
            let document = Document::parse(text).map_err(FileValueError::NotJson)?;
            Ok(pointed(&document, pointer)?)
        }
        None => exact(text).ok_or(FileValueError::NoNumber),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_one_number_or_json_with_a_pointer() {
        let value = |text: &str, pointer| file_value(text, pointer).unwrap().to_string();
        assert_eq!(value("99.95\n", None), "99.95");
        assert_eq!(value("\u{feff}  -3\r\n", None), "-3");
        assert_eq!(
            value(r#"{"total": {"pct": "87.5"}}"#, Some("/total/pct")),
            "87.5"
        );
        assert_eq!(value("12", Some("")), "12");
    }

    #[test]
    fn whatever_else_it_holds_is_no_value() {
        let error = |text: &str, pointer| file_value(text, pointer).unwrap_err();
        for text in ["", " \n"] {
            assert!(matches!(error(text, None), FileValueError::Empty));
            assert!(matches!(error(text, Some("/a")), FileValueError::Empty));
        }
        for text in [
            "n/a",
            "1 2",
            "12\n13",
            "12 %",
            "99,95",
            "\"12\"",
            "{\"v\": 1}",
            "1_000",
            "NaN",
        ] {
            assert!(
                matches!(error(text, None), FileValueError::NoNumber),
                "{text}"
            );
        }
        assert!(matches!(
            error("v: 1", Some("/v")),
            FileValueError::NotJson(_)
        ));
        assert_eq!(
            error("{}", Some("/v")).to_string(),
            "there is no `/v`: the document is an object without any key"
        );
        assert!(error("12 %", None).hint().contains("no percent sign"));
    }
}
