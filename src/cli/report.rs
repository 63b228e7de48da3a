use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use super::{CliError, output};

/// `--report KIND=FILE`: a report that is written besides the result.
#[derive(Debug, Clone)]
pub(crate) struct Report<K> {
    pub(crate) kind: K,
    file: PathBuf,
}

impl<K> Report<K> {
    /// Where it goes.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Writes its text.
    pub(crate) fn write(&self, text: &str) -> Result<(), CliError> {
        output::write(&self.file, text)
    }
}

impl<K: ValueEnum> FromStr for Report<K> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('=').and_then(|(kind, file)| {
            let kind = K::from_str(kind, false).ok()?;
            let file = (!file.is_empty()).then(|| file.into())?;
            Some(Self { kind, file })
        });
        parsed.ok_or_else(|| {
            let kinds = K::value_variants().iter().filter_map(K::to_possible_value);
            let forms: Vec<String> = kinds
                .map(|kind| format!("{}=FILE", kind.get_name()))
                .collect();
            match forms.split_last() {
                Some((last, [])) => format!("write it as {last}"),
                Some((last, others)) => format!("write it as {} or {last}", others.join(", ")),
                None => "there is no report".to_owned(),
            }
        })
    }
}
