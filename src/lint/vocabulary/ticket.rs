/// What in a title names a ticket, a merge request, an epic or a place on a roadmap, in the title's own words.
pub(in crate::lint) fn ticket(title: &str) -> Option<&str> {
    for word in title.split_whitespace() {
        let bare = word
            .trim_start_matches(['(', '[', '"', '\''])
            .trim_end_matches([')', ']', '"', '\'', '.', ',', ';', ':']);
        if bare.starts_with("http://")
            || bare.starts_with("https://")
            || is_reference(bare)
            || is_key(bare)
        {
            return Some(bare);
        }
    }
    let lower = title.to_lowercase();
    // Of one length only where nothing changed its length; only then do places in one mean places in the other.
    let words = [
        "the epic",
        "epics",
        "roadmap",
        "sprint",
        "sprints",
        "user story",
        "user stories",
        "feature flag",
    ];
    words.into_iter().find_map(|word| {
        let start = find_word(&lower, word)?;
        title.get(start..start + word.len())
    })
}

/// `#12`, `!12`, `&12`, `%12`, with or without a project's path in front.
fn is_reference(word: &str) -> bool {
    let Some(sign) = word.find(['#', '!', '&']) else {
        return false;
    };
    let (path, number) = (&word[..sign], &word[sign + 1..]);
    let digits = number.trim_end_matches('+');
    // "#1" is a rank far more often than an issue.
    word != "#1"
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (path.is_empty()
            || path
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.')))
}

/// `PROJ-123`, but no name of a standard or algorithm.
fn is_key(word: &str) -> bool {
    const STANDARDS: &[&str] = &[
        "AES", "BS", "COVID", "CVE", "CWE", "DIN", "EN", "FIPS", "ISO", "IEC", "IEEE", "NIST",
        "PCI", "RFC", "RSA", "SEV", "SHA", "SOC", "TLS", "UTF", "WCAG",
    ];
    let Some((project, number)) = word.rsplit_once('-') else {
        return false;
    };
    (2..=10).contains(&project.len())
        && project.bytes().all(|b| b.is_ascii_uppercase())
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && !STANDARDS.contains(&project)
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).find_map(|(start, _)| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        (!is_letter(before) && !is_letter(after)).then_some(start)
    })
}

#[cfg(test)]
mod tests {
    use super::ticket;

    #[test]
    fn tickets_are_told_from_standards() {
        for (title, wanted) in [
            (
                "Close gl-infra/infrastructure#123",
                Some("gl-infra/infrastructure#123"),
            ),
            ("Finish &799.", Some("&799")),
            ("Do OPS-17 and more", Some("OPS-17")),
            ("See https://example.com/x", Some("https://example.com/x")),
            ("Complete the Epic on search", Some("the Epic")),
            ("Give customers an epic experience", None),
            ("Deliver what the roadmap says", Some("roadmap")),
            ("Pass the audit of ISO-27001 and SOC-2", None),
            ("Be #1 in search", None),
            ("Use SHA-256 and UTF-8", None),
            ("Cut R&D cost", None),
            ("Episcopal records", None),
        ] {
            assert_eq!(ticket(title), wanted, "{title}");
        }
    }
}
