use super::{Lines, quoted};
use crate::model::{Id, Quarter, Username};

/// What a new `okr.toml` says.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// Which versions of `okr` may be used.
    pub required_version: &'a str,
    /// The GitLab instance, where it is not the pipeline's.
    pub url: Option<&'a str>,
    /// The project of these files.
    pub owner: &'a str,
    /// The quarter that begins as a draft.
    pub quarter: Quarter,
    /// The first team.
    pub team: &'a Id,
    /// Its name for people.
    pub name: &'a str,
    /// Its manager.
    pub manager: &'a Username,
    /// The project that holds its issues.
    pub tracker: &'a str,
}

/// An `okr.toml` to begin with.
pub fn settings(settings: &Settings<'_>) -> String {
    let mut lines = Lines::default();
    let todo = |text: &str, what: &str| {
        let mark = if text.contains("TODO") { "TODO: " } else { "" };
        format!("{} # {mark}{what}", quoted(text))
    };
    lines.line("#:schema schema/config.schema.json");
    lines.line("# Who plans here, where their issues live, and what is asked of every OKR.");
    lines.pair("required_version", quoted(settings.required_version));
    lines.line("");
    lines.line("[gitlab]");
    match settings.url {
        Some(url) => lines.pair("url", quoted(url)),
        None => lines.line(
            "# url = \"https://gitlab.example.com\" # default: the instance that runs the pipeline",
        ),
    }
    let owner = "the project of these files: written into every issue that they manage";
    lines.pair("owner", todo(settings.owner, owner));
    lines
        .line("# bots = [\"okr-bot\"] # the accounts whose issues count; default: the token's own");
    lines.line("");
    lines.line("[calendar]");
    lines.pair(
        "year_starts",
        "\"january\" # the month in which a year of quarters begins",
    );
    lines.line("");
    lines.line("# A draft is checked and planned, but makes no issues. Remove these two lines when everybody has agreed.");
    lines.line(&format!("[quarters.\"{}\"]", settings.quarter));
    lines.pair("state", "\"draft\"");
    lines.line("");
    lines.line(
        "# One table for each team; the id is the name of its files, okrs/<quarter>/<id>.toml.",
    );
    lines.line(&format!("[teams.{}]", settings.team));
    lines.pair("name", quoted(settings.name));
    lines
        .line("# parent = \"department\" # the id of the team above, whose objectives it supports");
    let manager = "the username: answers for what has no owner";
    lines.pair("manager", todo(settings.manager.as_str(), manager));
    let tracker = "the project that holds the team's issues";
    lines.pair("tracker", todo(settings.tracker, tracker));
    lines.line("");
    lines.line("[policy]");
    lines.pair("objectives", "{ min = 1, max = 3 }");
    lines.pair("key_results", "{ min = 1, max = 3 }");
    lines.line(
        "# areas = [\"availability\", \"product\"] # what a team's key results cover together",
    );
    lines.line("");
    lines.line(
        "# `okr rules` lists all rules; those that are not errors by themselves can be set here.",
    );
    lines.line("[rules]");
    lines.line("# no-flow-metric = \"error\"");
    lines.0
}
