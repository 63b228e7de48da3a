//! What the rules get to know of earlier versions of the files.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::base::target_revisions;
use super::{Env, Project, Ui};
use crate::config::{self, QuarterState};
use crate::diag::Diagnostics;
use crate::lint::{ClosedQuarter, Closing, History, Past, Version, closings_wanted, past_wanted};
use crate::load::{self, Place};
use crate::model::{Date, Quarter, TeamOkrs};
use crate::render::terminal_text;
use crate::text::{FileId, SourceMap};
use crate::workspace::{ClosedFiles, Earlier, End, Ends, NoHistory, Present, VersionText, Wanted};

/// Reads what a project's files said earlier, as far as a rule asks for it. Their texts join the project's, so that
/// places in them can be shown.
pub(crate) fn read(project: &mut Project, today: Date, env: &Env, ui: &Ui) -> Past {
    read_without(project, &BTreeSet::new(), today, env, ui)
}

/// As [`read`], for files that some commits of what is checked out are not part of: those of its target branch.
pub(crate) fn read_without(
    project: &mut Project,
    commits: &BTreeSet<String>,
    today: Date,
    env: &Env,
    ui: &Ui,
) -> Past {
    let nothing = || Past::Known(History::new(None));
    let Some(config) = &project.config else {
        return nothing();
    };
    let wanted: Vec<Wanted> = past_wanted(&project.tree, config, today)
        .into_iter()
        .map(|wanted| Wanted {
            quarter: wanted.quarter.to_string(),
            since: wanted.since,
            gone_only: wanted.gone_only,
        })
        .collect();
    let closed = closings_wanted(&project.tree, config, today);
    if wanted.is_empty() && closed.is_empty() {
        return nothing();
    }
    let present = Present {
        sources: &project.sources,
        okrs: &project.okrs,
    };
    let asked = if wanted.is_empty() {
        Ok(Earlier::default())
    } else {
        project.root.history(&wanted, present, &env.for_programs)
    };
    let mut earlier = match asked {
        Ok(earlier) => earlier,
        // Where nothing is versioned, there is nothing earlier.
        Err(NoHistory::NoRepository) => return nothing(),
        // What git says may name anything that is in a repository.
        Err(why) => return Past::Unknown(terminal_text::line(&why.to_string()).into_owned()),
    };
    earlier
        .versions
        .retain(|version| !commits.contains(&version.commit));
    ui.detail(&format!(
        "git knows {} versions of the files that matter, {} of which differ from now",
        earlier.versions.len(),
        earlier.texts.len()
    ));
    let mut history = understood(project, &earlier);
    closings(project, &closed, &mut history, env);
    Past::Known(history)
}

/// Adds how quarters were closed, by what git knows of okr.toml and of their files.
fn closings(project: &mut Project, closed: &BTreeSet<Quarter>, history: &mut History, env: &Env) {
    let quarters: Vec<String> = closed.iter().map(ToString::to_string).collect();
    let branch = target_revisions(env);
    let closed_in = |text: &str| -> BTreeSet<String> {
        let mut sources = SourceMap::new();
        let file = sources.add("okr.toml", text);
        let config = config::load(&sources, file, &[], &mut Diagnostics::new());
        let states = config.quarters.iter();
        let closed = states.filter(|(_, state)| **state == QuarterState::Closed);
        closed.map(|(quarter, _)| quarter.to_string()).collect()
    };
    let ends = Ends {
        quarters: &quarters,
        branch: &branch,
        closed_in: &closed_in,
    };
    let present = Present {
        sources: &project.sources,
        okrs: &project.okrs,
    };
    let mut found = match project.root.ends(ends, present, &env.for_programs) {
        Ok(found) => found,
        Err(NoHistory::NoRepository) => return,
        Err(why) => {
            let reason = terminal_text::line(&why.to_string()).into_owned();
            for quarter in closed {
                history.close(*quarter, Closing::Unknown(reason.clone()));
            }
            return;
        }
    };
    for quarter in closed {
        match found.remove(&quarter.to_string()) {
            Some(End::At(files)) => {
                let closed = closed_quarter(project, *quarter, &files);
                history.close(*quarter, Closing::Known(closed));
            }
            Some(End::Before(day)) => {
                let reason = format!(
                    "{quarter} was closed before {day}, where the shallow clone begins; fetch all of it (in GitLab CI: GIT_DEPTH: 0)"
                );
                history.close(*quarter, Closing::Unknown(reason));
            }
            Some(End::NotYet) | None => {}
        }
    }
}

/// What a quarter's files said when it was closed. What cannot be understood any more counts as unchanged.
fn closed_quarter(project: &mut Project, quarter: Quarter, files: &ClosedFiles) -> ClosedQuarter {
    let mut okrs = BTreeMap::new();
    for (path, text) in &files.files {
        let Some(place) = Place::parse(path) else {
            continue;
        };
        let then = text.as_ref().and_then(|text| {
            let config = project.config.as_ref()?;
            let file = project.sources.add_earlier(&files.commit, path, text);
            let then = load::load(&project.sources, &[file], config, &mut Diagnostics::new());
            then.teams().next().cloned()
        });
        let then = then.or_else(|| project.tree.team(quarter, &place.team).cloned());
        okrs.extend(then.map(|then| (place.team, then)));
    }
    ClosedQuarter {
        commit: files.commit.clone(),
        date: files.date,
        okrs,
    }
}

/// Reads the texts of earlier versions as the files are read, each once. What was wrong with them then is nobody's
/// business any more.
fn understood(project: &mut Project, earlier: &Earlier) -> History {
    let mut files: BTreeMap<(&str, usize), FileId> = BTreeMap::new();
    for version in &earlier.versions {
        if let VersionText::Earlier(text) = version.text {
            files.entry((&version.path, text)).or_insert_with(|| {
                project
                    .sources
                    .add_earlier(&version.commit, &version.path, &earlier.texts[text])
            });
        }
    }
    let (sources, tree) = (&project.sources, &project.tree);
    let mut history = History::new(earlier.complete_since);
    let Some(config) = &project.config else {
        return history;
    };
    let understood: BTreeMap<FileId, TeamOkrs> = files
        .par_iter()
        .filter_map(|(_, &file)| {
            let then = load::load(sources, &[file], config, &mut Diagnostics::new());
            Some((file, then.teams().next()?.clone()))
        })
        .collect();
    for version in &earlier.versions {
        let okrs = match version.text {
            VersionText::AsNow => {
                Place::parse(&version.path).and_then(|place| tree.team(place.quarter, &place.team))
            }
            VersionText::Earlier(text) => files
                .get(&(version.path.as_str(), text))
                .and_then(|file| understood.get(file)),
        };
        // A version that could not be understood at all says nothing.
        if let Some(okrs) = okrs {
            history.add(Version {
                commit: version.commit.clone(),
                date: version.date,
                okrs: okrs.clone(),
            });
        }
    }
    history
}
