use crate::diag::Fix;

/// A text with fixes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The text.
    pub text: String,
    /// Which fixes it has, by their places in the list that was given; in the order of the text.
    pub fixes: Vec<usize>,
}

/// Cuts fixes of one file into its text: the earlier one first, and of those that overlap only the first.
pub fn apply(text: &str, fixes: &[&Fix]) -> Applied {
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    order.sort_by_key(|&at| {
        let fix = fixes[at];
        (fix.span.start, fix.span.end, &fix.replacement, at)
    });
    let mut applied = Applied {
        text: String::with_capacity(text.len()),
        fixes: Vec::new(),
    };
    let mut copied = 0;
    let mut inserted_at = None;
    for at in order {
        let range = fixes[at].span.range();
        let overlaps = range.start < copied || inserted_at == Some(range.start);
        let (false, Some(between), Some(_)) = (
            overlaps,
            text.get(copied..range.start),
            text.get(range.clone()),
        ) else {
            continue;
        };
        applied.text.push_str(between);
        applied.text.push_str(&fixes[at].replacement);
        applied.fixes.push(at);
        copied = range.end;
        inserted_at = range.is_empty().then_some(range.start);
    }
    applied
        .text
        .push_str(text.get(copied..).unwrap_or_default());
    applied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceMap, Span};

    fn fix(start: usize, end: usize, replacement: &str) -> Fix {
        let file = SourceMap::new().add("f", "");
        Fix {
            span: Span::new(file, start..end),
            replacement: replacement.to_owned(),
            title: String::new(),
        }
    }

    #[test]
    fn fixes_are_cut_in_by_their_places() {
        let text = "a = 1,5\r\nü = \"2\"\r\n";
        let fixes = [fix(14, 17, "2"), fix(4, 7, "1.5"), fix(0, 0, "# c\r\n")];
        let applied = apply(text, &fixes.each_ref());
        assert_eq!(applied.text, "# c\r\na = 1.5\r\nü = 2\r\n");
        assert_eq!(applied.fixes, [2, 1, 0]);
    }

    #[test]
    fn of_fixes_that_overlap_the_first_counts() {
        let overlapping = [fix(2, 5, "x"), fix(4, 6, "y"), fix(5, 7, "z")];
        let applied = apply("01234567", &overlapping.each_ref());
        assert_eq!(applied.text, "01xz7");
        assert_eq!(applied.fixes, [0, 2]);
        let twice = [fix(1, 1, "b"), fix(1, 1, "a")];
        assert_eq!(apply("01", &twice.each_ref()).fixes, [1]);
        let at_one_place = [fix(1, 2, "x"), fix(1, 1, "i")];
        assert_eq!(apply("012", &at_one_place.each_ref()).text, "0i12");
    }

    #[test]
    fn places_that_are_none_are_left_alone() {
        let wrong = [fix(1, 2, "x"), fix(9, 9, "y")];
        assert_eq!(apply("ü", &wrong.each_ref()).text, "ü");
    }
}
