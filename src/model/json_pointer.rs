/// The names and indexes that a JSON Pointer (RFC 6901) leads through, none for the document itself: `~1` is a slash, `~0` a
/// tilde. `None` where the text is no JSON Pointer.
pub fn pointer_steps(pointer: &str) -> Option<Vec<String>> {
    let mut steps = pointer.split('/');
    // A pointer is empty, or begins with a slash.
    steps.next().filter(|before| before.is_empty())?;
    steps.map(unescaped).collect()
}

fn unescaped(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut name = parts.next()?.to_owned();
    for part in parts {
        let rest = part
            .strip_prefix('0')
            .map(|rest| ('~', rest))
            .or_else(|| part.strip_prefix('1').map(|rest| ('/', rest)));
        let (escaped, rest) = rest?;
        name.push(escaped);
        name.push_str(rest);
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::pointer_steps;

    #[test]
    fn a_pointer_is_its_steps_or_it_is_none() {
        let steps = |pointer| pointer_steps(pointer).map(|steps| steps.join("|"));
        for (pointer, expected) in [
            ("", Some("")),
            ("/", Some("")),
            ("/a/0/b", Some("a|0|b")),
            ("/a~1b/m~0n/~01", Some("a/b|m~n|~1")),
            ("a", None),
            ("/a~", None),
            ("/~2", None),
        ] {
            assert_eq!(steps(pointer).as_deref(), expected, "{pointer}");
        }
        assert_eq!(pointer_steps("").unwrap().len(), 0);
        assert_eq!(pointer_steps("/").unwrap().len(), 1);
    }
}
