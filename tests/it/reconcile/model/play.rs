//! Carrying a script out, and what must hold after each apply.

use std::collections::{BTreeMap, BTreeSet};

use okrsync::gitlab::Client;
use okrsync::issue::{DesiredIssue, Marker};
use okrsync::model::Key;
use okrsync::plan::Plan;
use okrsync::sandbox::state::{IssueState, State, Tier};
use okrsync::sandbox::{Fault, FaultRule, World};
use serde_json::json;

use super::super::faults::edit;
use super::super::scene::{Scene, world};
use super::files::{FileEdit, Files};
use super::people::{Deed, Theirs, here, is_bare, names, told};
use super::{Step, Trouble};

/// A GitLab, the files, and what is known of both.
pub(super) struct Play {
    scene: Scene,
    files: Files,
    theirs: Theirs,
    /// What the last apply declared, where nothing but people's deeds came after it and it did all that it should.
    settled: Option<Vec<DesiredIssue>>,
    /// The keys that a conflict kept that apply from.
    stopped: BTreeSet<Key>,
    /// Whether something that people did is put right whatever the policy.
    disturbed: bool,
    /// The keys that issues had when their marker was last read.
    known: BTreeMap<u64, String>,
    /// How often which step changed something.
    pub(super) tally: Tally,
}

pub(super) type Tally = BTreeMap<String, u32>;

impl Play {
    pub(super) async fn new(premium: bool) -> Self {
        let tier = if premium { Tier::Premium } else { Tier::Free };
        let scene = Scene::of(World { tier, ..world() }).await;
        for title in ["Work of others", "To be adopted"] {
            let path = "/api/v4/projects/acme%2Fdelivery/issues";
            let sent = json!({"title": title, "description": "Theirs.", "labels": "theirs"});
            edit(&scene, "POST", path, sent).await;
        }
        Self {
            scene,
            files: Files::new(),
            theirs: Theirs::default(),
            settled: None,
            stopped: BTreeSet::new(),
            disturbed: false,
            known: BTreeMap::new(),
            tally: Tally::new(),
        }
    }

    fn client(&self) -> Client {
        Client::new(self.scene.one_by_one()).unwrap()
    }

    /// The issues of ours that are no moved originals, and one of others.
    fn candidates(&self, state: &State) -> Vec<u64> {
        let lives = |id: &&u64| state.issues.get(id).is_some_and(|i| i.moved_to.is_none());
        let ours = self.known.keys().filter(lives).copied();
        ours.chain([1]).collect()
    }

    async fn ann(&mut self, at: u8, deed: Deed) {
        let state = self.scene.state();
        let mut candidates = self.candidates(&state);
        if matches!(deed, Deed::Restore) && candidates.iter().any(|id| is_bare(&state, *id)) {
            candidates.retain(|id| is_bare(&state, *id));
        }
        let id = candidates[usize::from(at) % candidates.len()];
        self.disturbed |= self.theirs.happens(&self.scene, id, deed).await;
    }

    /// Takes a step, and counts it where it changed something.
    pub(super) async fn step(&mut self, step: Step) -> Result<(), String> {
        let (files, state) = (format!("{:?}", self.files), self.scene.state());
        self.take(step).await?;
        if files != format!("{:?}", self.files) || state != self.scene.state() {
            let text = format!("{step:?}").replace(|c: char| !c.is_ascii_alphabetic(), " ");
            let words: Vec<&str> = text.split_whitespace().take(2).collect();
            *self.tally.entry(words.join(" ")).or_default() += 1;
        }
        Ok(())
    }

    async fn take(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::File(at, edit) => self.edit(at, edit),
            Step::Ann(at, deed) => self.ann(at, deed).await,
            Step::Adopt(at) => self.adopt(usize::from(at)),
            Step::Apply => self.apply().await?,
            Step::Troubled(trouble, at) => self.troubled(trouble, at.into()).await?,
            Step::Twice => self.behind(None).await?,
            Step::Behind(at, deed) => self.behind(Some((at, deed))).await?,
        }
        Ok(())
    }

    fn edit(&mut self, at: u8, edit: FileEdit) {
        let at = usize::from(at);
        let is_bare = self.bare_keys();
        let is_title = matches!(edit, FileEdit::Title(_));
        // An issue without its block is known by its title alone.
        if is_title
            && self
                .files
                .item_at(at)
                .is_some_and(|(key, _)| is_bare.contains(&key))
        {
            return;
        }
        self.files.edit(at, edit);
    }

    /// The keys whose issues lost their block.
    fn bare_keys(&self) -> BTreeSet<String> {
        let state = self.scene.state();
        let bare = |id: &u64| is_bare(&state, here(&state, *id));
        let known = self.known.iter().filter(|(id, _)| bare(id));
        known.map(|(_, key)| key.clone()).collect()
    }

    fn adopt(&mut self, at: usize) {
        let state = self.scene.state();
        let known = self.known.iter().map(|(id, key)| (here(&state, *id), key));
        let bare: Vec<_> = known.filter(|(id, _)| is_bare(&state, *id)).collect();
        let Some((id, key)) = bare.get(at % bare.len().max(1)) else {
            return;
        };
        if let Some(item) = self.files.item_of(key) {
            let issue = &state.issues[id];
            let project = &state.projects[&issue.project].path;
            item.adopt = Some(format!("{project}#{}", issue.iid));
        }
    }

    fn declare(&mut self) -> Vec<DesiredIssue> {
        let (config, desired) = self.files.declared();
        self.scene.config = config;
        desired
    }

    async fn troubled(&mut self, trouble: Trouble, at: u32) -> Result<(), String> {
        let desired = self.declare();
        let before = self.scene.state();
        let once = |fault| FaultRule {
            skip: at,
            ..FaultRule::once(fault)
        };
        let ever = |skip| FaultRule {
            skip,
            times: u32::MAX,
            ..FaultRule::once(Fault::DropBefore)
        };
        let (status, body) = (500, String::new());
        self.scene.sandbox.set_faults(match trouble {
            Trouble::FailsBefore => vec![once(Fault::StatusBefore { status, body })],
            Trouble::FailsAfter => vec![once(Fault::StatusAfter { status, body })],
            Trouble::DropsAfter => vec![once(Fault::DropAfter)],
            Trouble::Dies => vec![ever(at)],
            Trouble::DiesAfter => vec![once(Fault::DropAfter), ever(at + 1)],
        });
        // It may end in any way.
        let _ended = self.scene.attempt(&self.client(), &desired).await;
        self.scene.sandbox.set_faults(vec![]);
        self.settled = None;
        self.of_others(&before, &desired)
    }

    /// An apply of a plan that something came between: another apply, or a deed.
    async fn behind(&mut self, deed: Option<(u8, Deed)>) -> Result<(), String> {
        let desired = self.declare();
        let (plan, observation) = self.scene.plan(&desired).await;
        match deed {
            Some((at, deed)) => self.ann(at, deed).await,
            None => {
                let _ended = self.scene.attempt(&self.client(), &desired).await;
            }
        }
        let before = self.scene.state();
        let _ended = self.scene.carry_out(&plan, &observation, &desired).await;
        self.settled = None;
        self.of_others(&before, &desired)
    }

    async fn apply(&mut self) -> Result<(), String> {
        let desired = self.declare();
        let before = self.scene.state();
        let ended = self.scene.attempt(&self.client(), &desired).await;
        let (plan, ended) = ended.map_err(|error| format!("the apply failed: {error:?}"))?;
        if ended.failed() > 0 {
            return Err(format!("changes failed: {:#?}", ended.outcomes));
        }
        self.of_others(&before, &desired)?;
        let (next, _) = self.scene.plan(&desired).await;
        if !next.is_empty() {
            return Err(format!("the next plan is not empty: {:#?}", next.changes));
        }
        if let Some(settled) = self.settled.take() {
            self.unfought(&before, &settled, &desired, &plan)?;
        }
        self.once(&desired)?;
        self.settled = Some(desired);
        self.stopped = next.conflicts.into_iter().filter_map(|c| c.key).collect();
        self.disturbed = false;
        Ok(())
    }

    /// Nothing of people's is lost, and nothing that is not ours was touched.
    fn of_others(&mut self, before: &State, desired: &[DesiredIssue]) -> Result<(), String> {
        let after = self.scene.state();
        for (id, issue) in &after.issues {
            let text = issue.description.as_deref().unwrap_or_default();
            let by_bot = after.users[&issue.author].username == "bot";
            if let (Some(marker), true) = (Marker::read(text), by_bot) {
                self.known.insert(*id, marker.key.to_string());
            }
        }
        let lost = self.theirs.lost(&after);
        if !lost.is_empty() {
            return Err(format!("lost: {}", lost.join("; ")));
        }
        let adopted: BTreeSet<String> = desired
            .iter()
            .filter_map(|wanted| Some(wanted.adopt.as_ref()?.to_string()))
            .collect();
        for (id, issue) in &before.issues {
            let reference = format!("{}#{}", before.projects[&issue.project].path, issue.iid);
            let by_bot = before.users[&issue.author].username == "bot";
            let ours = by_bot && !is_bare(before, *id) || adopted.contains(&reference);
            if !ours && told(before, *id) != told(&after, *id) {
                let (old, new) = (told(before, *id), told(&after, *id));
                return Err(format!("{reference} is not ours:\n{old}\n{new}"));
            }
        }
        Ok(())
    }

    /// No key has two live issues.
    fn once(&self, desired: &[DesiredIssue]) -> Result<(), String> {
        let state = self.scene.state();
        for wanted in desired {
            let is_its = |key: &str| {
                let earlier = wanted.previously.iter();
                let mut keys = earlier.chain([&wanted.key]).map(ToString::to_string);
                keys.any(|other| other == key)
            };
            let live: Vec<u64> = self
                .known
                .iter()
                .filter(|(id, key)| {
                    let issue = &state.issues[id];
                    let text = issue.description.as_deref().unwrap_or_default();
                    let twin = Marker::read(text).is_some_and(|m| m.duplicate_of.is_some());
                    let open = issue.state == IssueState::Opened && issue.moved_to.is_none();
                    is_its(key) && open && !twin
                })
                .map(|(id, _)| *id)
                .collect();
            if live.len() > 1 {
                return Err(format!("{} has the issues {live:?}", wanted.key));
            }
        }
        Ok(())
    }

    /// What people did to fields that the files did not change stays; where the files changed nothing, nothing is done.
    fn unfought(
        &self,
        before: &State,
        was: &[DesiredIssue],
        now: &[DesiredIssue],
        plan: &Plan,
    ) -> Result<(), String> {
        if was == now && !self.disturbed && !plan.is_empty() {
            return Err(format!("people are fought: {:#?}", plan.changes));
        }
        let after = self.scene.state();
        for old in was.iter().filter(|old| !self.stopped.contains(&old.key)) {
            let Some(new) = now.iter().find(|new| new.key == old.key) else {
                continue;
            };
            let key = old.key.to_string();
            let lives = |id: &&u64| before.issues.get(id).is_some_and(|i| i.moved_to.is_none());
            let mut ids = self.known.iter().filter(|(_, other)| **other == key);
            let Some((id, _)) = ids.find(|(id, _)| lives(id)) else {
                continue;
            };
            let (one, other) = (&before.issues[id], &after.issues[&here(&after, *id)]);
            let fought = |field: &str| Err(format!("people are fought about the {field} of {key}"));
            if old.title == new.title && one.title != other.title {
                return fought("title");
            }
            if old.due == new.due && one.due_date != other.due_date {
                return fought("due date");
            }
            let ends_alike = (old.open, old.quarter_state) == (new.open, new.quarter_state);
            if ends_alike && one.state != other.state {
                return fought("state");
            }
            if old.labels == new.labels && names(before, *id) != names(&after, other.id) {
                return fought("labels");
            }
            if old.assignees == new.assignees && one.assignees != other.assignees {
                return fought("assignees");
            }
        }
        Ok(())
    }
}
