//! The projects that hold issues.

use std::collections::{BTreeMap, BTreeSet};

use super::examine::{counted, listed};
use super::facts::{Facts, Failure, ProjectFacts};
use super::wanted::TrackerWants;
use crate::gitlab::{ErrorKind, IssuesAccess, Label, Project};
use crate::model::Username;
use crate::plan::{Area, Check, Obstacle, ROLE_NEEDED, Verdict, role_name};

/// What is said of every tracker, and what is said of all at once.
pub(super) fn checks(facts: &Facts) -> Vec<Check> {
    let mut checks: Vec<Check> = facts
        .listed
        .iter()
        .map(|(tracker, asked)| for_a_job(tracker, asked.as_ref().err()))
        .collect();
    let is_admin = matches!(&facts.user, Some(Ok(user)) if user.is_admin);
    for (path, wants) in &facts.wanted.trackers {
        let Some(known) = facts.projects.get(path) else {
            continue;
        };
        match &known.project {
            Ok(project) => {
                checks.extend(standing(path, project, known, is_admin));
                checks.extend(labels(path, wants, known, facts));
                checks.extend(templates(path, known));
            }
            Err(failure) => checks.push(unreadable(path, failure)),
        }
    }
    checks.extend(tiers(facts));
    checks
}

/// Recorded: lists/job-list. Which refusal another project gives is documented only (facts §6.5).
fn for_a_job(tracker: &str, failure: Option<&Failure>) -> Check {
    let Some(failure) = failure else {
        let found = format!("{tracker}: its issues can be read");
        return Check::new(Area::Trackers, "tracker", Verdict::Good, found).about(tracker);
    };
    let found = format!("{tracker}: its issues cannot be read: {}", failure.said);
    let check = Check::new(
        Area::Trackers,
        "tracker-unreadable",
        Verdict::Blocking,
        found,
    );
    check.about(tracker).help(
        "add the project of the OKRs to the tracker's CI/CD job token allowlist, and let whoever starts the pipeline be a \
         member of the tracker",
    )
}

fn unreadable(path: &str, failure: &Failure) -> Check {
    let found = match failure.kind {
        ErrorKind::NotFound => {
            format!("{path} does not exist, or this token may not know that it does")
        }
        _ => format!("{path} cannot be read: {}", failure.said),
    };
    Check::new(
        Area::Trackers,
        "tracker-unreadable",
        Verdict::Blocking,
        found,
    )
    .about(path)
    .means("no plan can be made")
    .help(&*failure.hint)
}

/// Whether issues can be made and changed.
fn standing(path: &str, project: &Project, known: &ProjectFacts, is_admin: bool) -> Vec<Check> {
    let tracker = path.to_owned();
    let mut obstacles = Vec::new();
    if project.archived {
        let tracker = tracker.clone();
        obstacles.push(Obstacle::Archived { tracker });
    }
    if project.issues_enabled == Some(false)
        || project.issues_access_level == Some(IssuesAccess::Disabled)
    {
        let tracker = tracker.clone();
        obstacles.push(Obstacle::IssuesOff { tracker });
    }
    let role = known.role();
    if let Some(role) = role.filter(|role| !is_admin && *role < ROLE_NEEDED) {
        obstacles.push(Obstacle::RoleTooLow { tracker, role });
    }
    if !obstacles.is_empty() {
        let check = |obstacle| Check::of(Area::Trackers, obstacle);
        return obstacles.iter().map(check).collect();
    }
    let (verdict, as_whom) = match role {
        _ if is_admin => (Verdict::Good, "an administrator needs no role".to_owned()),
        Some(role) => (Verdict::Good, format!("the role is {}", role_name(role))),
        None => (Verdict::Unknown, "the role is not told".to_owned()),
    };
    let found = format!("{path}: issues are on, {as_whom}");
    let mut check = Check::new(Area::Trackers, "tracker", verdict, found).about(path);
    if verdict == Verdict::Unknown {
        check = check.help(format!(
            "see in the members of {path} that the account is Planner or above"
        ));
    }
    vec![check]
}

/// Labels that are there twice, and those that will be made.
fn labels(path: &str, wants: &TrackerWants, known: &ProjectFacts, facts: &Facts) -> Vec<Check> {
    let labels = match &known.labels {
        None => return Vec::new(),
        Some(Ok(labels)) => labels,
        Some(Err(failure)) => {
            let found = format!("which labels {path} has is unknown: {}", failure.said);
            let check = Check::new(Area::Trackers, "labels", Verdict::Unknown, found);
            return vec![check.about(path).help(&*failure.hint)];
        }
    };
    let mut checks = Vec::new();
    let twice: BTreeSet<&str> = wants
        .labels
        .iter()
        .filter(|name| is_at_both_levels(name, labels))
        .map(String::as_str)
        .collect();
    if !twice.is_empty() {
        // Recorded: labels/group-dup-of-project. Which of the two an issue gets is not defined (facts §5).
        let found = format!(
            "{path}: in the project and in a group above it there is {}",
            listed(twice)
        );
        let check = Check::new(Area::Trackers, "label-twice", Verdict::Warning, found);
        checks.push(
            check
                .about(path)
                .means("GitLab does not say which of the two an issue gets, and boards and filters tell them apart")
                .help("delete the project's own, or promote it to the group"),
        );
    }
    let missing: BTreeSet<&str> = wants
        .labels
        .iter()
        .filter(|name| !labels.iter().any(|label| label.name == **name))
        .map(String::as_str)
        .collect();
    if missing.is_empty() {
        return checks;
    }
    let group = path.rsplit_once('/').map(|(group, _)| group);
    let home = group.filter(|_| facts.surroundings.labels_in_group);
    let found = format!(
        "{path}: {}",
        counted(missing.len(), "label is missing", "labels are missing")
    );
    let means = format!(
        "apply would make {} in {}",
        listed(missing),
        home.unwrap_or(path)
    );
    let check = Check::new(Area::Trackers, "labels", Verdict::Info, found).about(path);
    checks.push(check.means(means));
    checks.extend(home.and_then(|group| in_group(group, known, facts)));
    checks
}

fn is_at_both_levels(name: &str, labels: &[Label]) -> bool {
    let at = |own: bool| {
        let is_it = |label: &&Label| label.name == name && label.is_project_label == Some(own);
        labels.iter().any(|label| is_it(&label))
    };
    at(true) && at(false)
}

/// Labels of a group need a role in the group (facts §5).
fn in_group(group: &str, known: &ProjectFacts, facts: &Facts) -> Option<Check> {
    let is_admin = matches!(&facts.user, Some(Ok(user)) if user.is_admin);
    let permissions = known.project.as_ref().ok()?.permissions.as_ref()?;
    let role = permissions
        .group_access
        .as_ref()
        .map_or(0, |access| access.access_level);
    if is_admin || role >= ROLE_NEEDED {
        return None;
    }
    let found = format!("the token's account has no role of Planner or above in the group {group}");
    let check = Check::new(Area::Trackers, "group-role", Verdict::Blocking, found).about(group);
    Some(
        check
            .means("it cannot make labels there")
            .help("give it the role, make the labels by hand, or write at = \"project\" under [labels] in okr.toml"),
    )
}

/// A default template goes into issues without a description (facts §1.4); ours always have one.
fn templates(path: &str, known: &ProjectFacts) -> Option<Check> {
    let check =
        |verdict, found: String| Check::new(Area::Trackers, "template", verdict, found).about(path);
    match known.templates.as_ref()? {
        Ok(names)
            if names
                .iter()
                .any(|name| name.eq_ignore_ascii_case("default")) =>
        {
            let found = format!("{path}: it has a default template for issues");
            Some(check(Verdict::Info, found).means(
                "GitLab puts it, with its quick actions, into issues that people make without a description; those of okr \
                 always have one and stay free of it",
            ))
        }
        Ok(_) => None,
        Err(_) => {
            let found = format!("{path}: whether it has a default template for issues is not told");
            Some(check(Verdict::Unknown, found).means("it would not touch the issues of okr"))
        }
    }
}

/// Which tier the trackers have, and whom it does not assign.
fn tiers(facts: &Facts) -> Vec<Check> {
    let mut by_tier: BTreeMap<Option<bool>, Vec<&str>> = BTreeMap::new();
    let mut not_kept: BTreeMap<Username, u32> = BTreeMap::new();
    for (path, wants) in &facts.wanted.trackers {
        let Some(known) = facts
            .projects
            .get(path)
            .filter(|known| known.project.is_ok())
        else {
            continue;
        };
        by_tier
            .entry(known.several_assignees)
            .or_default()
            .push(path);
        if known.several_assignees != Some(true) {
            for (person, issues) in &wants.not_kept {
                *not_kept.entry(person.clone()).or_default() += issues;
            }
        }
    }
    let one_tier = by_tier.len() == 1;
    let mut checks: Vec<Check> = by_tier
        .into_iter()
        .map(|(several, paths)| {
            let of = if one_tier {
                String::new()
            } else {
                format!(" of {}", listed(paths))
            };
            let (verdict, found) = match several {
                Some(true) => (
                    Verdict::Good,
                    format!("the tier{of} is Premium or above: issues can have several assignees"),
                ),
                Some(false) => (
                    Verdict::Good,
                    format!("the tier{of} is Free: all that okr does works on it"),
                ),
                None => (
                    Verdict::Unknown,
                    format!("the tier{of} is not told; it is taken for Free"),
                ),
            };
            Check::new(Area::Trackers, "tier", verdict, found)
        })
        .collect();
    checks.extend(not_kept.into_iter().map(|(person, issues)| {
        Check::of(Area::Trackers, &Obstacle::OneAssignee { person, issues })
    }));
    checks
}
