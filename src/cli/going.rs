//! How a quarter goes: from files, and what people wrote into issues where GitLab can be asked, to a status.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ToSpan as _;

use super::connect::connect;
use super::planning::{Declared, observed, recorded_observation, runtime, unobserved};
use super::{CliError, Env, Project, Ui};
use crate::model::{Date, Key, Quarter, Username};
use crate::plan::{IssueOfKey, ObservedWork, issues_of_keys};
use crate::reconcile::{Extent, Observation, observe_work};
use crate::report::{Issues, Material, Status, status as status_of};

/// What was seen in GitLab.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The issue of each key; absent where nobody looked.
    pub(crate) issues: Option<BTreeMap<Key, IssueOfKey>>,
    /// The account that looked.
    pub(crate) viewer: Option<Username>,
    /// From what record it is, if it is from one.
    pub(crate) recorded: Option<String>,
}

impl Seen {
    /// What an observation shows.
    pub(crate) fn of(declared: &Declared, observation: &Observation) -> Self {
        let (state, ownership) = (&observation.state, &observation.ownership);
        Self {
            issues: Some(issues_of_keys(&declared.desired, state, ownership)),
            viewer: state.viewer.clone(),
            recorded: None,
        }
    }
}

/// What `okr observe` has recorded.
pub(crate) fn recorded(declared: &Declared, file: &Path) -> Result<Seen, CliError> {
    let (observation, remarks) = recorded_observation(declared, file)?;
    let recorded = remarks.into_iter().find(|remark| remark.id == "recorded");
    Ok(Seen {
        recorded: recorded.map(|remark| remark.message),
        // Who recorded it need not be who looks at it.
        viewer: None,
        ..Seen::of(declared, &observation)
    })
}

/// What GitLab shows, where there is a token for it. Without one, and where GitLab fails, the files are all there is: that
/// is said, and no failure.
pub(crate) fn seen(declared: &Declared, env: &Env, ui: &Ui) -> Seen {
    if !env.has_token() {
        return Seen::default();
    }
    let look = || {
        let connection = connect(env, &declared.config, ui)?;
        let seeing = observed(declared, None, &connection, Extent::Plan, ui);
        runtime()?.block_on(seeing)
    };
    match look() {
        Ok(observation) => Seen::of(declared, &observation),
        Err(error) => {
            ui.status("GitLab could not be asked: this is from the files alone");
            say_why(&error, ui);
            Seen::default()
        }
    }
}

/// Says why something is missing from what is shown: an error that fails nothing.
pub(crate) fn say_why(error: &CliError, ui: &Ui) {
    for (word, text) in error.lines() {
        let word = if word == "error" { "reason" } else { word };
        ui.status(&format!("{word}: {text}"));
    }
}

/// What GitLab shows, and what some trackers have in their open milestones.
///
/// # Errors
/// There is no token, or GitLab fails: the files alone do not tell what work supports.
pub(crate) fn seen_with_work(
    declared: &Declared,
    trackers: &[String],
    env: &Env,
    ui: &Ui,
) -> Result<(Observation, ObservedWork), CliError> {
    let connection = connect(env, &declared.config, ui)?;
    runtime()?.block_on(async {
        let observation = observed(declared, None, &connection, Extent::Plan, ui).await?;
        let work = observe_work(&connection.client, trackers).await;
        let work = work.map_err(|error| unobserved(error, &connection))?;
        Ok((observation, work))
    })
}

/// How the quarter of a day goes, from the files and what GitLab shows; changes are those since a week ago.
///
/// # Errors
/// There is no quarter to speak of.
pub(crate) fn this_week(
    project: &Project,
    declared: &Declared,
    today: Date,
    env: &Env,
    ui: &Ui,
) -> Result<Status, CliError> {
    let quarter = quarter(None, project, declared, today)?;
    let seen = seen(declared, env, ui);
    status(
        project,
        declared,
        &seen,
        quarter,
        (today, since(None, today)?),
    )
    .ok_or_else(|| no_days(quarter))
}

/// How a quarter goes; `None` only where the calendar has no days for it. `days` are today and the day since which changes
/// are told.
pub(crate) fn status(
    project: &Project,
    declared: &Declared,
    seen: &Seen,
    quarter: Quarter,
    days: (Date, Date),
) -> Option<Status> {
    status_of(&Material {
        tree: &project.tree,
        config: &declared.config,
        sources: &project.sources,
        issues: match &seen.issues {
            Some(issues) => Issues::Observed(issues),
            None => Issues::NotObserved,
        },
        quarter,
        today: days.0,
        since: days.1,
    })
}

/// Why there is no status of a quarter.
pub(crate) fn no_days(quarter: Quarter) -> CliError {
    CliError::failure(format!("the calendar has no days for {quarter}"))
        .hint("give its days under [calendar.quarters] in okr.toml")
}

/// The quarter that is asked for, else today's, else the newest that has files.
pub(crate) fn quarter(
    asked: Option<Quarter>,
    project: &Project,
    declared: &Declared,
    today: Date,
) -> Result<Quarter, CliError> {
    let quarters = project.tree.quarters();
    let named = || {
        let names: Vec<String> = quarters.iter().map(ToString::to_string).collect();
        match names.as_slice() {
            [] => "there are no OKR files yet; okr new writes one".to_owned(),
            names => format!("there are files for {}", names.join(", ")),
        }
    };
    let missing = |message: String| Err(CliError::failure(message).hint(named()));
    if let Some(quarter) = asked {
        if quarters.contains(&quarter) {
            return Ok(quarter);
        }
        return missing(format!("no OKR file is of {quarter}"));
    }
    let current = declared.config.calendar.quarter_of(today);
    match current.filter(|current| quarters.contains(current)) {
        Some(current) => Ok(current),
        None => match quarters.last() {
            Some(newest) => Ok(*newest),
            None => missing("there is nothing to show".to_owned()),
        },
    }
}

/// The day since whose end changes are told: the one that is asked for, else seven days ago.
pub(crate) fn since(asked: Option<Date>, today: Date) -> Result<Date, CliError> {
    let week_ago = today.checked_sub(7.days()).unwrap_or(today);
    let since = asked.unwrap_or(week_ago);
    if since > today {
        return Err(
            CliError::usage(format!("--since {since} is after today, {today}"))
                .hint("give a day that is over"),
        );
    }
    Ok(since)
}
