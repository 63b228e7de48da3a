//! One list of findings that has everything that is awkward to show.

use crate::config;
use crate::diag::{Diagnostic, Diagnostics, Fix, Level, Levels, RuleMeta, Severity};
use crate::lint::Skipped;
use crate::load;
use crate::model::OkrTree;
use crate::render::diagnostics::Report;
use crate::text::{FileId, SourceMap, Span};

/// With a byte order mark and the line ends of Windows.
const SRE: &str = "\u{feff}#:schema x\r\n[objective.mtbf]\r\ntitle = \"Größe 成長\"\r\n\r\n\
    [objective.mtbf.kr.deploys]\r\ntitle = \"Deploy daily\"\r\nfrom = 1\r\nto = 5\r\n\r\n\
    [objective.mtbf.kr.hours]\r\ntitle = \"\u{202e}sruoh\u{1b}[2J\u{9b}\"\r\nto = 99,95\r\n";

const CONFIG: &str =
    "[gitlab]\nowner = \"a/b\"\n[teams.sre]\ntracker = \"a/sre\"\n[policy]\nareas = [\"a\"]\n";

/// A path and a text that try whatever a format could fall for.
const HOSTILE_PATH: &str = "okrs/2026-q4/a <b>&\"%41\u{1b}[31m#:?.toml";
const HOSTILE: &str = "\u{1b}[2J\u{9b}\u{202e}x\u{0}\u{fffe}</failure>]]><b>&amp; \
    [to](https://evil.example) {0} {{1}} [[ATTACHMENT|/etc/passwd]] ${HOME} `x` | \u{7f}\u{85}\u{2028}\r\n\tend";

pub(super) const RULES: &[&RuleMeta] = &[
    &RuleMeta::form(
        "decimal-comma",
        "a decimal number with a comma",
        "TOML reads a comma as the end of the value, so write `99.95`.",
    ),
    &RuleMeta {
        levels: Levels::always(Level::OFF),
        ..RuleMeta::notice(
            "no-files",
            "there is no OKR file",
            "Write [one](okrs) {0} times.",
        )
    },
    &RuleMeta::notice("x-rule", "something else", "See `{ min = 1 }`."),
];

/// What a report is made of.
pub(super) struct Scene {
    pub(super) sources: SourceMap,
    pub(super) findings: Diagnostics,
    pub(super) files: Vec<FileId>,
    pub(super) tree: OkrTree,
    pub(super) skipped: Vec<Skipped>,
}

impl Scene {
    pub(super) fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            sources: &self.sources,
            files: &self.files,
            tree: &self.tree,
            rules: RULES,
            skipped: &self.skipped,
            rules_url: Some("https://okrs.example.com/rules.html"),
            directory: "goals/",
        }
    }
}

/// Nothing but files and what they say.
pub(super) fn clean() -> Scene {
    let mut sources = SourceMap::new();
    let config = sources.add("okr.toml", CONFIG);
    let sre = sources.add("okrs/2026-q4/sre.toml", SRE);
    let mut unheard = Diagnostics::new();
    let settings = config::load(&sources, config, &[], &mut unheard);
    let tree = load::load(&sources, &[sre], &settings, &mut unheard);
    Scene {
        sources,
        findings: Diagnostics::new(),
        files: vec![config, sre],
        tree,
        skipped: Vec::new(),
    }
}

/// Everything at once: labels in other files and in an earlier version, a fix, a byte order mark, line ends of Windows, no place at all, no width, the
/// end of a file, several lines, a very long line, two alike, and text that steers, hides, links and ends elements.
pub(super) fn ugly() -> Scene {
    let mut scene = clean();
    let [config, sre] = [scene.files[0], scene.files[1]];
    let sources = &mut scene.sources;
    let hostile = sources.add(HOSTILE_PATH, HOSTILE);
    let long = format!("a = \"{}\" # {}\n", "word ".repeat(60), "more ".repeat(60));
    let long = sources.add("okrs/2026-q4/long.toml", long);
    let then = sources.add_earlier("f6f0fd1", "okrs/2026-q4/sre.toml", "to = 99\n");
    let number = span(sources, sre, "99,95");
    let comma = Diagnostic::error("decimal-comma", "a decimal number is written with a point")
        .at(number, "comma")
        .with_label(span(sources, sre, "hours"), "in this key result")
        .with_label(span(sources, config, "areas"), "asked for here")
        .with_label(span(sources, then, "99"), "what it was")
        .with_note("TOML reads a comma as the end of the value")
        .with_fix(Fix {
            span: number,
            replacement: "99.95".to_owned(),
            title: "write it with a point".to_owned(),
        })
        .about("2026-q4/sre/mtbf/hours.to");
    let twin = Diagnostic::warning("decimal-comma", "the same again")
        .at(span(sources, sre, "99"), "")
        .about("2026-q4/sre/mtbf/hours.to");
    let end = SRE.len();
    let several = span(
        sources,
        sre,
        "[objective.mtbf]\r\ntitle = \"Größe 成長\"\r\n",
    );
    let between = span(sources, sre, "\r\nto = 99").range().start;
    let of_hostile = |range| Span::new(hostile, range);
    scene.findings.extend([
        comma,
        twin,
        Diagnostic::warning("x-rule", "the file ends here").at(Span::new(sre, end..end), ""),
        Diagnostic::new("no-files", Severity::Info, "there is no OKR file")
            .with_help("write one\nor two")
            .with_help("is that all?"),
        Diagnostic::error("x-rule", "all of this")
            .at(several, "two lines")
            .about("2026-q4/sre/mtbf"),
        Diagnostic::new("x-rule", Severity::Info, "between two characters")
            .at(Span::new(sre, between + 1..between + 1), "here")
            .about("2026-q4/sre/mtbf/hours.title"),
        Diagnostic::error("not-in-the-list", HOSTILE)
            .at(of_hostile(0..HOSTILE.len()), HOSTILE)
            .with_label(of_hostile(4..4), HOSTILE)
            .with_note(HOSTILE)
            .with_help(HOSTILE)
            .with_fix(Fix {
                span: of_hostile(0..1),
                replacement: HOSTILE.to_owned(),
                title: HOSTILE.to_owned(),
            })
            .about(HOSTILE),
        Diagnostic::warning("x-rule", "far to the right")
            .at(span(sources, long, "# more"), "a comment")
            .with_fix(Fix {
                span: span(sources, long, "# more"),
                replacement: "# less".to_owned(),
                title: "say less".to_owned(),
            }),
    ]);
    let reason = "the clone is shallow \u{1b}[2J<&]]>; fetch all of it";
    scene.skipped = vec![Skipped {
        rule: "no-files",
        reason: reason.to_owned(),
    }];
    scene
}

pub(super) fn span(sources: &SourceMap, file: FileId, text: &str) -> Span {
    let at = sources.file(file).text().find(text).unwrap();
    Span::new(file, at..at + text.len())
}
