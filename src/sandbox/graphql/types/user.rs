//! Accounts.

use serde_json::Value;

use super::write::{gid, time};
use crate::sandbox::graphql::arguments::Arguments;
use crate::sandbox::graphql::connection::{Connection, Kind};
use crate::sandbox::graphql::context::Context;
use crate::sandbox::graphql::object::{Failure, Object, Resolved};
use crate::sandbox::state::User;

/// An account, as `UserCore` or, for one's own, as `CurrentUser`.
pub(in crate::sandbox::graphql) struct UserObject<'s> {
    pub(in crate::sandbox::graphql) user: &'s User,
    pub(in crate::sandbox::graphql) current: bool,
}

impl<'s> UserObject<'s> {
    /// Anybody's account.
    pub(in crate::sandbox::graphql) fn new(user: &'s User) -> Self {
        Self {
            user,
            current: false,
        }
    }

    /// The account of an id, as a field gives it.
    pub(in crate::sandbox::graphql) fn of(context: &Context<'s>, id: u64) -> Resolved<'s> {
        Resolved::optional(context.state.users.get(&id).map(Self::new))
    }

    /// Several accounts, in the order given.
    pub(in crate::sandbox::graphql) fn list(
        context: &Context<'s>,
        ids: impl IntoIterator<Item = u64>,
        arguments: &Arguments,
    ) -> Result<Resolved<'s>, Failure> {
        let users: Vec<&User> = ids
            .into_iter()
            .filter_map(|id| context.state.users.get(&id))
            .collect();
        Connection::of(Kind::USERS, users, arguments, |user| user.id, Self::new)
    }
}

impl<'s> Object<'s> for UserObject<'s> {
    fn type_name(&self) -> &'static str {
        if self.current {
            "CurrentUser"
        } else {
            "UserCore"
        }
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        context: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let user = self.user;
        Ok(match name {
            "id" => Resolved::leaf(gid("User", user.id)),
            "username" => Resolved::leaf(user.username.clone()),
            "name" => Resolved::leaf(user.name.clone()),
            "state" => Resolved::leaf(if user.blocked { "blocked" } else { "active" }),
            "active" => Resolved::leaf(!user.blocked),
            "bot" => Resolved::leaf(user.bot),
            "human" => Resolved::leaf(!user.bot),
            "type" => Resolved::leaf(if user.bot { "PROJECT_BOT" } else { "HUMAN" }),
            "webUrl" => Resolved::leaf(context.url(&user.username)),
            "webPath" => Resolved::leaf(format!("/{}", user.username)),
            "avatarUrl" => Resolved::leaf(Value::Null),
            "createdAt" => Resolved::Leaf(time(user.created_at)),
            "workItems" => {
                let mine = super::issues::Scope::assigned_to(user.id);
                super::issues::work_items(context, &mine, arguments)?
            }
            _ => Resolved::Unset,
        })
    }
}
