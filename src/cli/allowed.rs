//! Which servers may be asked for values: those that okr.toml lists on the branch that a change goes to.

use std::collections::BTreeMap;

use super::base::branches;
use super::{Env, Project, Ui};
use crate::config::{Config, MeasureServer};
use crate::model::Id;
use crate::render::terminal_text::line;
use crate::workspace::NoBase;

/// Where a clone keeps the default branch of where it came from.
const DEFAULT_BRANCH: &str = "refs/remotes/origin/HEAD";

/// The servers that may be asked, and of those that okr.toml lists but that may not, why.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) servers: BTreeMap<Id, MeasureServer>,
    refused: BTreeMap<Id, String>,
}

impl Allowed {
    /// The servers of this okr.toml that the branch which it goes to lists in the same words: a change that is still under review
    /// sends nobody's token anywhere. Where there is no such branch, all of them.
    pub(crate) fn of(project: &Project, config: &Config, env: &Env, ui: &Ui) -> Self {
        let all = || Self {
            servers: config.servers.clone(),
            refused: BTreeMap::new(),
        };
        if config.servers.is_empty() {
            return Self::default();
        }
        let asked = (!env.in_merge_request()).then_some(DEFAULT_BRANCH);
        let (target, name) = match branches(project, asked, env) {
            Ok(None) => return all(),
            Ok(Some(branches)) => (branches.target, branches.name),
            // Nothing that anybody could have reviewed: a directory of one's own.
            Err(
                NoBase::NoGit | NoBase::NoRepository | NoBase::NoCommit | NoBase::NotHere { .. },
            ) if !env.in_merge_request() => {
                return all();
            }
            Err(why) => {
                let why = line(&why.to_string()).into_owned();
                ui.detail(&why);
                return Self::nothing(config, &format!("the target branch is not known: {why}"));
            }
        };
        let listed = target.and_then(|target| target.config);
        let listed = listed.map(|config| config.servers).unwrap_or_default();
        let mut allowed = Self::default();
        for (id, server) in &config.servers {
            if listed.get(id) == Some(server) {
                allowed.servers.insert(id.clone(), server.clone());
            } else {
                let name = name.trim_start_matches("refs/remotes/");
                let why = format!("okr.toml of {name} does not list it in the same words");
                allowed.refused.insert(id.clone(), why);
            }
        }
        allowed
    }

    fn nothing(config: &Config, why: &str) -> Self {
        let ids = config.servers.keys();
        Self {
            servers: BTreeMap::new(),
            refused: ids.map(|id| (id.clone(), why.to_owned())).collect(),
        }
    }

    /// Why a server of okr.toml is not asked.
    pub(crate) fn refused(&self, server: &Id) -> Option<&str> {
        self.refused.get(server).map(String::as_str)
    }
}
