//! From a scenario to its plan.

use okrsync::plan::{Base, Ownership, Plan, PlanPolicy, Scope, plan, tell_edits};

use super::files::Files;
use super::gitlab::GitLab;
use super::language::{Line, Scenario, words};
use super::statements::STATEMENTS;

/// The lines that say where a scenario begins, and who asks for what.
#[derive(Default)]
struct Frame {
    nothing_applied: bool,
    premium: bool,
    paused: bool,
    scope: Scope,
}

impl Frame {
    fn takes(&mut self, line: &str) -> Result<bool, String> {
        if let Some(team) = line.strip_prefix("only team ") {
            let team = team.parse().map_err(|e| format!("no team: {e}"))?;
            return Ok(self.scope.teams.insert(team));
        }
        if let Some(quarter) = line.strip_prefix("only quarter ") {
            let quarter = quarter.parse().map_err(|e| format!("no quarter: {e}"))?;
            return Ok(self.scope.quarters.insert(quarter));
        }
        match line {
            "nothing was applied" => self.nothing_applied = true,
            "Premium" => self.premium = true,
            "OKR_PAUSED is set" => self.paused = true,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The plan of a scenario. A mistake names its line.
pub(super) fn planned(scenario: &Scenario) -> Result<Plan, String> {
    let at = |line: &Line, what: String| {
        format!("{}:{}: {what}: {}", scenario.file, line.number, line.text)
    };
    let whole = |what: String| format!("{}:{}: {what}", scenario.file, scenario.line);
    let mut frame = Frame::default();
    let mut was = Files::standard();
    let mut base: Option<Files> = None;
    let mut now: Option<Files> = None;
    let mut rest = Vec::new();
    for line in &scenario.given {
        let (first, edit) = line.text.split_once(' ').unwrap_or((&line.text, ""));
        let edited = match first {
            "was" if base.is_none() && now.is_none() => was.edit(edit),
            "base" if now.is_none() => {
                let base = base.get_or_insert_with(|| was.clone());
                if edit == "is that" {
                    Ok(())
                } else {
                    base.edit(edit)
                }
            }
            "now" => {
                let before = base.as_ref().unwrap_or(&was);
                now.get_or_insert_with(|| before.clone()).edit(edit)
            }
            "was" | "base" => Err("first what was, then the base, then what is now".into()),
            _ => {
                match frame.takes(&line.text) {
                    Ok(true) => {}
                    Ok(false) => rest.push(line),
                    Err(what) => return Err(at(line, what)),
                }
                Ok(())
            }
        };
        edited.map_err(|what| at(line, what))?;
    }
    let now = now.as_ref().or(base.as_ref()).unwrap_or(&was);
    let now = now.declared().map_err(whole)?;
    let base = base
        .map(|base| base.declared())
        .transpose()
        .map_err(whole)?;
    let was = was.declared().map_err(whole)?;
    let all: Vec<_> = [Some(&was), base.as_ref(), Some(&now)]
        .into_iter()
        .flatten()
        .collect();
    let mut gitlab = GitLab::before(&all, frame.premium);
    let ownership = |config| Ownership::of(config, None).ok_or("gitlab.bots is empty".to_owned());
    if !frame.nothing_applied {
        gitlab.apply(&was, &ownership(&was.config).map_err(whole)?);
    }
    for line in rest {
        let fitting = STATEMENTS
            .iter()
            .find_map(|(pattern, does)| Some((words(pattern, &line.text)?, does)));
        let (found, does) = fitting.ok_or_else(|| at(line, "no line has this form".into()))?;
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        does(&mut gitlab, &found).map_err(|what| at(line, what))?;
    }
    gitlab.state.issues.sort_by_key(|issue| issue.id);
    let (ours, theirs) = (
        ownership(&now.config).map_err(whole)?,
        ownership(base.as_ref().map_or(&now.config, |base| &base.config)).map_err(whole)?,
    );
    let policy = PlanPolicy {
        readers: None,
        config: &now.config,
        ownership: &ours,
        scope: &frame.scope,
        paused: frame.paused,
        base: base.as_ref().map(|base| Base {
            name: "main",
            desired: &base.desired,
            config: &base.config,
            ownership: &theirs,
        }),
    };
    let mut plan = plan(&now.desired, &gitlab.state, policy);
    tell_edits(&mut plan, &gitlab.state, &ours);
    Ok(plan)
}
