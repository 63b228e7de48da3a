//! What the rules get to know of earlier versions of the files.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Env, Project, Ui};
use crate::diag::Diagnostics;
use crate::lint::{History, Past, Version, past_wanted};
use crate::load::{self, Place};
use crate::model::{Date, TeamOkrs};
use crate::render::terminal_text;
use crate::text::FileId;
use crate::workspace::{Earlier, NoHistory, Present, VersionText, Wanted};

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
    if wanted.is_empty() {
        return nothing();
    }
    let present = Present {
        sources: &project.sources,
        okrs: &project.okrs,
    };
    let mut earlier = match project.root.history(&wanted, present, &env.for_programs) {
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
    Past::Known(understood(project, &earlier))
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
