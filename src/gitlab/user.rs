//! Accounts, and the token that we act by.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::call::{Call, ProjectRef};
use super::client::Client;
use super::error::{Error, ErrorKind, GraphqlProblem};
use super::graphql;

/// An account, as other answers mention it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct User {
    /// The global id, by which issues are assigned.
    pub id: u64,
    /// The name to mention, in the case that its owner gave it; GitLab compares it without regard to case.
    pub username: String,
    /// The name to show.
    #[serde(default)]
    pub name: String,
    /// `active`, `blocked`, … A blocked account is dropped silently from assignees.
    #[serde(default)]
    pub state: String,
}

impl User {
    /// Whether the account can be assigned at all; whether it may read a project is another question.
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }
}

/// The account that the token belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CurrentUser {
    /// The global id.
    pub id: u64,
    /// The name, as authors of issues show it.
    pub username: String,
    /// The name to show.
    #[serde(default)]
    pub name: String,
    /// Whether it is the bot of a project or group access token.
    #[serde(default)]
    pub bot: bool,
    /// Whether it administers the instance; GitLab says so to administrators only.
    #[serde(default)]
    pub is_admin: bool,
}

/// What kind of account acts by a token, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// A person's, or one that was made like a person's.
    Person,
    /// The bot of the access token of the project with this id.
    ProjectBot(u64),
    /// The bot of the access token of the group with this id.
    GroupBot(u64),
    /// Another bot.
    OtherBot,
}

impl CurrentUser {
    /// What kind of account it is. The bot of a project's token is `project_<id>_bot_…` (recorded: bots/bot-user). A
    /// group's was not recorded; GitLab names both by one rule, the kind and the id before `_bot`
    /// (`app/services/resource_access_tokens/create_service.rb`).
    pub fn kind(&self) -> AccountKind {
        let id_of = |prefix: &str| {
            let (id, rest) = self.username.strip_prefix(prefix)?.split_once('_')?;
            rest.starts_with("bot").then(|| id.parse().ok())?
        };
        if !self.bot {
            return AccountKind::Person;
        }
        if let Some(id) = id_of("project_") {
            AccountKind::ProjectBot(id)
        } else if let Some(id) = id_of("group_") {
            AccountKind::GroupBot(id)
        } else {
            AccountKind::OtherBot
        }
    }
}

/// The token itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenSelf {
    /// What its owner called it.
    pub name: String,
    /// `api` reads and writes, `read_api` reads.
    pub scopes: Vec<String>,
    /// Whose it is.
    pub user_id: u64,
    /// Whether it works at present.
    pub active: bool,
    /// The day on which it ends, at 00:00 UTC.
    pub expires_at: Option<Date>,
}

/// A member of a project, also through groups.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// The account.
    #[serde(flatten)]
    pub user: User,
    /// The role: 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner.
    pub access_level: u32,
}

impl Client {
    /// Who we are. A job token is refused with 401. Recorded: meta/user.
    pub async fn current_user(&self) -> Result<CurrentUser, Error> {
        self.json(&Call::get("user", "user")).await
    }

    /// What the token may do and until when. A job token is refused with 401. Recorded: meta/self.
    pub async fn token_self(&self) -> Result<TokenSelf, Error> {
        self.json(&Call::get("token", "personal_access_tokens/self"))
            .await
    }

    /// The accounts of these names, ordered by name; unknown names are absent. The case of names does not matter
    /// (recorded: meta/users-by-name-case).
    ///
    /// Asks for a hundred at a time by GraphQL, and one by one where GraphQL is refused.
    pub async fn users(&self, usernames: &[String]) -> Result<Vec<User>, Error> {
        let mut wanted = usernames.to_vec();
        wanted.sort_by_key(|name| name.to_lowercase());
        wanted.dedup_by_key(|name| name.to_lowercase());
        let mut found = BTreeMap::new();
        for names in wanted.chunks(100) {
            let users = match self.users_by_graphql(names).await {
                Err(error) if error.refuses_graphql() => self.users_one_by_one(names).await?,
                users => users?,
            };
            found.extend(
                users
                    .into_iter()
                    .map(|user| (user.username.to_lowercase(), user)),
            );
        }
        Ok(found.into_values().collect())
    }

    async fn users_by_graphql(&self, usernames: &[String]) -> Result<Vec<User>, Error> {
        #[derive(Serialize)]
        struct Variables<'a> {
            usernames: &'a [String],
        }
        #[derive(Deserialize)]
        struct Data {
            users: graphql::Nodes<Account>,
        }
        #[derive(Deserialize)]
        struct Account {
            id: graphql::Gid,
            username: String,
            name: String,
            state: String,
        }
        if self.has_job_token() {
            let call = Call::graphql();
            return Err(self.failure(ErrorKind::Unauthorized, &call));
        }
        let data: Data = self
            .graphql_read(graphql::USERS, &Variables { usernames }, None)
            .await?;
        let users = data.users.nodes.into_iter().map(|account| User {
            id: account.id.0,
            username: account.username,
            name: account.name,
            state: account.state,
        });
        Ok(users.collect())
    }

    async fn users_one_by_one(&self, usernames: &[String]) -> Result<Vec<User>, Error> {
        let mut users = Vec::new();
        for name in usernames {
            let call = Call::get("users", "users").query("username", name);
            users.extend(self.json::<Vec<User>>(&call).await?);
        }
        Ok(users)
    }

    /// Everybody with a role in the project, also through groups, by id; each once, with the highest role. GitLab allows
    /// 200 of these requests a minute.
    pub async fn members(&self, project: &ProjectRef) -> Result<Vec<Member>, Error> {
        let path = format!("projects/{}/members/all", project.segment());
        let mut members: Vec<Member> = self.pages(&Call::get("members", &path)).await?;
        members.sort_by_key(|member| (member.user.id, std::cmp::Reverse(member.access_level)));
        members.dedup_by_key(|member| member.user.id);
        Ok(members)
    }
}

impl Client {
    /// Those of these accounts that have a role in the project, also through groups, by id; each once, with the highest
    /// role.
    pub async fn members_among(
        &self,
        project: &ProjectRef,
        accounts: &[u64],
    ) -> Result<Vec<Member>, Error> {
        let path = format!("projects/{}/members/all", project.segment());
        let mut members: Vec<Member> = Vec::new();
        for ids in accounts.chunks(100) {
            let call = ids.iter().fold(Call::get("members", &path), |call, id| {
                call.query("user_ids[]", id)
            });
            members.extend(self.pages::<Member>(&call).await?);
        }
        members.sort_by_key(|member| (member.user.id, std::cmp::Reverse(member.access_level)));
        members.dedup_by_key(|member| member.user.id);
        Ok(members)
    }
}

impl Error {
    /// True where GraphQL itself is not to be had with this token or server, while REST may work.
    pub(super) fn refuses_graphql(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Unauthorized
                | ErrorKind::Forbidden
                | ErrorKind::NotFound
                | ErrorKind::Graphql(GraphqlProblem::UnknownField)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_behind_a_token_is_told_by_its_name() {
        let kind = |username: &str, bot: bool| {
            CurrentUser {
                id: 1,
                username: username.into(),
                name: String::new(),
                bot,
                is_admin: false,
            }
            .kind()
        };
        assert_eq!(
            kind("project_1_bot_a8249ceb29ba1ebd2d963d821cedaa36", true),
            AccountKind::ProjectBot(1)
        );
        assert_eq!(kind("group_17_bot_a824", true), AccountKind::GroupBot(17));
        assert_eq!(kind("support-bot", true), AccountKind::OtherBot);
        assert_eq!(kind("project_x_bot_1", true), AccountKind::OtherBot);
        // Anybody may take such a name.
        assert_eq!(kind("project_1_bot_x", false), AccountKind::Person);
    }
}
