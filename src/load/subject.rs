use std::fmt;

/// Where in a file something stands: `objective.mtbf.kr.hours.share`. It is written out only where something is wrong
/// there, which is rare.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    above: Option<&'a Self>,
    key: &'a str,
}

impl<'a> Subject<'a> {
    /// A key of the file's root.
    pub(super) const fn root(key: &'a str) -> Self {
        Self { above: None, key }
    }

    /// A key of the table that stands here.
    pub(super) const fn key<'b>(&'b self, key: &'b str) -> Subject<'b> {
        Subject {
            above: Some(self),
            key,
        }
    }

    /// The last key of the path.
    pub(super) const fn last(&self) -> &'a str {
        self.key
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        f.write_str(self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_written_as_the_path_of_its_keys() {
        let objective = Subject::root("objective");
        let mtbf = objective.key("mtbf");
        let title = mtbf.key("title");
        assert_eq!(title.to_string(), "objective.mtbf.title");
        assert_eq!(title.last(), "title");
        assert_eq!(objective.to_string(), "objective");
    }
}
