//! The text of scenarios: blocks of lines, read without knowing what they mean. `tests/scenarios/README.md` describes them.

/// One scenario as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scenario {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) name: String,
    /// The lines between its name and its plan.
    pub(super) given: Vec<Line>,
    /// The plan, without the indent that all its lines share.
    pub(super) plan: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
}

/// How far the lines of a plan are indented.
const INDENT: &str = "  ";

/// Reads the scenarios of a file; a mistake names its line.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut in_plan = false;
    for (number, text) in (1..).zip(text.lines()) {
        let line = text.trim_end();
        let wrong = |what: &str| Err(format!("{file}:{number}: {what}: {line}"));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix("scenario ") {
            if !in_plan && !scenarios.is_empty() {
                return wrong("the scenario before this one has no plan");
            }
            if scenarios.iter().any(|other| other.name == name) {
                return wrong("another scenario has this name");
            }
            in_plan = false;
            scenarios.push(Scenario {
                file: file.to_owned(),
                line: number,
                name: name.to_owned(),
                given: Vec::new(),
                plan: Vec::new(),
            });
            continue;
        }
        let Some(scenario) = scenarios.last_mut() else {
            return wrong("no scenario has begun");
        };
        match (line.strip_prefix(INDENT), in_plan) {
            (Some(planned), true) => scenario.plan.push(planned.to_owned()),
            (Some(_), false) => return wrong("only lines of a plan are indented"),
            (None, true) => return wrong("a plan ends its scenario"),
            (None, false) if line == "plan" => in_plan = true,
            (None, false) => scenario.given.push(Line {
                number,
                text: line.to_owned(),
            }),
        }
    }
    match scenarios.last() {
        Some(last) if !in_plan => Err(format!(
            "{file}:{}: the scenario “{}” has no plan",
            last.line, last.name
        )),
        _ => Ok(scenarios),
    }
}

/// The words of a line that has the form of a pattern, in which words in capitals stand for something: `TEXT` for a text in
/// quotes, `REST` for all that follows, every other one for a single word.
pub(super) fn words(pattern: &str, line: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = line;
    for part in pattern.split(' ') {
        rest = rest.trim_start_matches(' ');
        if part == "REST" {
            found.push(rest.to_owned());
            return (!rest.is_empty()).then_some(found);
        }
        if part == "TEXT" {
            let mut texts = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let text = texts.next()?.ok()?;
            rest = &rest[texts.byte_offset()..];
            found.push(text);
            continue;
        }
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        let stands_for = part.chars().all(|c| c.is_ascii_uppercase());
        if word.is_empty() || !(stands_for || word == part) {
            return None;
        }
        if stands_for {
            found.push(word.to_owned());
        }
        rest = behind;
    }
    rest.trim().is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_its_line() {
        for (text, said) in [
            ("# a comment\n\nnow x", "f:3: no scenario has begun: now x"),
            (
                "scenario a\nscenario b\nplan",
                "f:2: the scenario before this one has no plan: scenario b",
            ),
            (
                "scenario a\n  nothing",
                "f:2: only lines of a plan are indented:   nothing",
            ),
            (
                "scenario a\nplan\n  nothing\nnow x",
                "f:4: a plan ends its scenario: now x",
            ),
            (
                "scenario a\nplan\nscenario a\nplan",
                "f:3: another scenario has this name: scenario a",
            ),
            ("scenario a", "f:1: the scenario “a” has no plan"),
        ] {
            assert_eq!(read("f", text).unwrap_err(), said);
        }
    }

    #[test]
    fn patterns_take_words_texts_and_the_rest() {
        let found = words(
            "title of KEY is TEXT",
            "title of sre/mtbf is \"a \\\"b\\\" c\"",
        );
        assert_eq!(found.unwrap(), ["sre/mtbf", "a \"b\" c"]);
        let found = words("PLACE lacks label REST", "acme/okrs lacks label a, b");
        assert_eq!(found.unwrap(), ["acme/okrs", "a, b"]);
        assert_eq!(words("KEY is closed", "sre/mtbf is closed now"), None);
        assert_eq!(words("KEY is closed", "sre/mtbf is open"), None);
    }
}
