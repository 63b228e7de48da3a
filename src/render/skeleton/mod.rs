//! Files to begin with: valid, and with a `TODO` wherever somebody has to say what is meant.

mod carried;
mod fresh;
mod imported;
mod proposed;
mod settings;

use std::fmt::Write as _;

pub use carried::{Carried, carried};
pub use fresh::{Fresh, fresh};
pub use imported::{Imported, ImportedFile, imported};
pub use proposed::{Proposed, proposed};
pub use settings::{Settings, settings};

/// The line that names the schema of a team's file.
const SCHEMA: &str = "#:schema ../../schema/okr.schema.json";

/// Longer ids are hard to read in a key.
const ID_LENGTH: usize = 40;

/// What a title says, as an id would: its first words. Not one where it has no letters or digits of ASCII.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !slug.is_empty() && slug.len() + 1 + word.len() > ID_LENGTH {
            break;
        }
        if !slug.is_empty() && !word.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A list of texts as TOML writes it.
pub fn list(texts: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = texts.into_iter().map(|text| quoted(&text)).collect();
    format!("[{}]", items.join(", "))
}

/// Text of a file, line by line.
#[derive(Debug, Default)]
struct Lines(String);

impl Lines {
    /// A line as it is.
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// A key and its value, which TOML has in this form.
    fn pair(&mut self, key: &str, value: impl std::fmt::Display) {
        // Writing to a String cannot fail.
        let _always = writeln!(self.0, "{key} = {value}");
    }

    /// A key and its value, where there is one.
    fn maybe(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.pair(key, value);
        }
    }
}
