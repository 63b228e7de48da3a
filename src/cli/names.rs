//! Whether the names that somebody gave `okr init` are those of projects and accounts that GitLab knows.

use super::planning::runtime;
use super::{CliError, Env, Ui, connect};
use crate::config::Config;
use crate::gitlab::{Client, Error, ErrorKind, Member};
use crate::model::Username;
use crate::plan::ROLE_TO_LINK;
use crate::render::terminal_text::line;

/// How many members of a tracker are named at most.
const NAMED: usize = 12;

/// What is asked about.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// The project of the OKR files.
    pub(crate) owner: &'a str,
    /// The team's tracker.
    pub(crate) tracker: &'a str,
    /// The team's manager; `None` where nobody has said who.
    pub(crate) manager: Option<&'a Username>,
}

/// Asks GitLab about names, and says what it found.
///
/// # Errors
/// GitLab cannot be asked, or one of the names is nothing that the token can see.
pub(crate) fn ask(names: &Names<'_>, config: &Config, env: &Env, ui: &Ui) -> Result<(), CliError> {
    let connection = connect(env, config, ui)?;
    let asked = runtime()?.block_on(look(names, &connection.client));
    let found = asked.map_err(|error| {
        CliError::failure(format!("{} cannot be asked about names", connection.server))
            .because(error)
            .hint("okr init without --ask needs no GitLab; okr doctor looks at the connection")
    })?;
    for said in &found.said {
        ui.status(said);
    }
    let Some((first, rest)) = found.wrong.split_first() else {
        return Ok(());
    };
    let refused = rest.iter().fold(CliError::failure(first), CliError::hint);
    Err(refused.hint("nothing was written; correct the name, or leave --ask out"))
}

#[derive(Debug, Default)]
struct Found {
    said: Vec<String>,
    wrong: Vec<String>,
}

async fn look(names: &Names<'_>, client: &Client) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut projects = vec![names.owner];
    if names.tracker != names.owner {
        projects.push(names.tracker);
    }
    for path in projects {
        match client.project(&path.into()).await {
            Ok(project) if project.path_with_namespace == path => {
                found.said.push(format!("{} is there", line(path)));
            }
            Ok(project) => found.wrong.push(format!(
                "GitLab writes {} as {}",
                line(path),
                line(&project.path_with_namespace)
            )),
            Err(error) => found.wrong.push(absent(path, error)?),
        }
    }
    let members = match client.members(&names.tracker.into()).await {
        Ok(members) => members,
        // A job token, or one that may not know.
        Err(error) if refuses(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    match names.manager {
        Some(manager) => {
            found
                .manager(manager, names.tracker, &members, client)
                .await?;
        }
        None => found.propose(names.tracker, &members),
    }
    Ok(found)
}

impl Found {
    async fn manager(
        &mut self,
        manager: &Username,
        tracker: &str,
        members: &[Member],
        client: &Client,
    ) -> Result<(), Error> {
        let name = manager.as_str();
        let is = |username: &str| username.eq_ignore_ascii_case(name);
        if members.iter().any(|member| is(&member.user.username)) {
            self.said
                .push(format!("{name} is a member of {}", line(tracker)));
            return Ok(());
        }
        let accounts = match client.users(&[name.to_owned()]).await {
            Ok(accounts) => accounts,
            Err(error) if refuses(&error) => {
                self.said.push(format!(
                    "whether {name} is an account is not for this token to see"
                ));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if accounts.is_empty() {
            self.wrong
                .push(format!("{name} is no account of this GitLab"));
        } else if members.is_empty() {
            self.said.push(format!("{name} is an account"));
        } else {
            self.said.push(format!(
                "{name} is an account, and no member of {}: GitLab assigns issues there to members alone",
                line(tracker)
            ));
        }
        Ok(())
    }

    /// Nobody has said who the manager is.
    fn propose(&mut self, tracker: &str, members: &[Member]) {
        let mut people: Vec<&Member> = members
            .iter()
            .filter(|member| member.access_level >= ROLE_TO_LINK)
            .collect();
        people.sort_by_key(|member| std::cmp::Reverse(member.access_level));
        if people.is_empty() {
            return;
        }
        let names: Vec<_> = people
            .iter()
            .take(NAMED)
            .map(|member| line(&member.user.username))
            .collect();
        let more = match people.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.said.push(format!(
            "members of {}, for --manager: {}{more}",
            line(tracker),
            names.join(", ")
        ));
    }
}

fn refuses(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::NotFound
    )
}

/// What to say of a project that is not where it should be.
fn absent(path: &str, error: Error) -> Result<String, Error> {
    match error.kind() {
        ErrorKind::NotFound => Ok(format!(
            "{} is not there, or the token's account may not see it",
            line(path)
        )),
        ErrorKind::ProjectMoved { to: Some(to) } => {
            Ok(format!("{} is {} by now", line(path), line(to)))
        }
        _ => Err(error),
    }
}
