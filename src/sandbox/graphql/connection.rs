//! Pages of a list: `nodes`, `edges`, `pageInfo`, `count`, with opaque cursors.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::arguments::Arguments;
use super::context::Context;
use super::object::{Failure, Object, Resolved};

/// GitLab gives at most so many items a page, and so many where `first` is left out (facts §4.1).
const MAX_PAGE: usize = 100;

/// The names of a connection's types.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    connection: &'static str,
    edge: &'static str,
}

/// Names the two types of a connection, as the schema does.
macro_rules! kinds {
    ($($name:ident = $base:literal),* $(,)?) => {
        impl Kind {
            $(pub(super) const $name: Self =
                Self { connection: concat!($base, "Connection"), edge: concat!($base, "Edge") };)*
        }
    };
}

kinds! {
    GROUPS = "Group",
    ISSUES = "Issue",
    LABELS = "Label",
    LINKED_ITEMS = "LinkedWorkItemType",
    MEMBERS = "MemberInterface",
    MILESTONES = "Milestone",
    NOTES = "Note",
    PROJECTS = "Project",
    USERS = "UserCore",
    WORK_ITEMS = "WorkItem",
    WORK_ITEM_TYPES = "WorkItemType",
}

/// The value of an item in the order of its list, with the name of that order.
pub(super) type Rank = Option<(&'static str, String)>;

/// How the items of a list are told apart and ordered.
pub(super) struct Order<Id, By, Beyond> {
    /// The item's id.
    pub(super) id: Id,
    /// Its rank, for a cursor.
    pub(super) by: By,
    /// Whether an item lies behind a cursor whose own item has left the list.
    pub(super) beyond: Beyond,
}

/// The opaque text that names an item and its rank.
fn cursor(id: u64, by: Rank) -> String {
    let mut key = serde_json::Map::new();
    if let Some((name, value)) = by {
        key.insert(name.to_owned(), Value::from(value));
    }
    key.insert("id".to_owned(), Value::from(id.to_string()));
    URL_SAFE_NO_PAD.encode(Value::Object(key).to_string())
}

/// A cursor that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: u64,
    /// The value of the item in the order of the list, at the time when its page was made.
    pub(super) by: Option<String>,
}

impl Seen {
    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
        let key: serde_json::Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
        let id = key.get("id")?.as_str()?.parse().ok()?;
        let by = key
            .iter()
            .find(|(name, _)| *name != "id")
            .and_then(|(_, value)| value.as_str());
        Some(Self {
            id,
            by: by.map(str::to_owned),
        })
    }
}

/// One page of a list.
pub(super) struct Connection<'s> {
    kind: Kind,
    items: Vec<(Rc<dyn Object<'s> + 's>, String)>,
    total: usize,
    has_next: bool,
    has_previous: bool,
}

impl<'s> Connection<'s> {
    /// The page that `first`, `last`, `after` and `before` ask for.
    ///
    /// A cursor names the item after which the page goes on, and its rank: where the item is no longer in the list, the
    /// page begins with the first one that lies beyond.
    pub(super) fn page<T, O: Object<'s> + 's>(
        kind: Kind,
        all: Vec<T>,
        arguments: &Arguments,
        order: &Order<impl Fn(&T) -> u64, impl Fn(&T) -> Rank, impl Fn(&T, &Seen) -> bool>,
        object: impl Fn(T) -> O,
    ) -> Result<Self, Failure> {
        let total = all.len();
        let seen = |name: &str| match arguments.text(name).filter(|text| !text.is_empty()) {
            Some(text) => Seen::decode(text)
                .map(Some)
                .ok_or_else(|| Failure::Field("Please provide a valid cursor".to_owned())),
            None => Ok(None),
        };
        let first_beyond = |seen: &Seen| {
            let found = all.iter().position(|one| (order.id)(one) == seen.id);
            let found = found.map(|at| at + 1);
            found
                .or_else(|| all.iter().position(|one| (order.beyond)(one, seen)))
                .unwrap_or(total)
        };
        let mut from = seen("after")?.map_or(0, |seen| first_beyond(&seen));
        let before = seen("before")?.map_or(total, |seen| first_beyond(&seen).saturating_sub(1));
        let mut to = before.max(from);
        let size = |name: &str| {
            let number = arguments.number(name)?;
            Some(usize::try_from(number).unwrap_or(0).min(MAX_PAGE))
        };
        match (size("first"), size("last")) {
            (None, Some(last)) => from = from.max(to.saturating_sub(last)),
            (first, _) => to = to.min(from + first.unwrap_or(MAX_PAGE)),
        }
        let items = all
            .into_iter()
            .skip(from)
            .take(to - from)
            .map(|one| {
                let cursor = cursor((order.id)(&one), (order.by)(&one));
                (Rc::new(object(one)) as Rc<dyn Object<'s> + 's>, cursor)
            })
            .collect();
        Ok(Self {
            kind,
            items,
            total,
            has_next: to < total,
            has_previous: from > 0,
        })
    }

    /// A list that fits one page and goes by id, as a field gives it.
    pub(super) fn of<T, O: Object<'s> + 's>(
        kind: Kind,
        all: Vec<T>,
        arguments: &Arguments,
        id: impl Fn(&T) -> u64,
        object: impl Fn(T) -> O,
    ) -> Result<Resolved<'s>, Failure> {
        let order = Order {
            id,
            by: |_: &T| None,
            beyond: |_: &T, _: &Seen| false,
        };
        Ok(Resolved::object(Self::page(
            kind, all, arguments, &order, object,
        )?))
    }

    /// An empty list.
    pub(super) fn empty(kind: Kind) -> Resolved<'s> {
        let items = Vec::new();
        Resolved::object(Self {
            kind,
            items,
            total: 0,
            has_next: false,
            has_previous: false,
        })
    }
}

impl<'s> Object<'s> for Connection<'s> {
    fn type_name(&self) -> &'static str {
        self.kind.connection
    }

    fn field(
        &self,
        name: &str,
        arguments: &Arguments,
        _: &Context<'s>,
    ) -> Result<Resolved<'s>, Failure> {
        let nodes = self.items.iter();
        Ok(match name {
            "nodes" => Resolved::List(
                nodes
                    .map(|(node, _)| Resolved::Object(Rc::clone(node)))
                    .collect(),
            ),
            "edges" => {
                let edge = |(node, cursor): &(Rc<dyn Object<'s> + 's>, String)| {
                    let (node, cursor) = (Rc::clone(node), cursor.clone());
                    Resolved::object(Edge {
                        kind: self.kind,
                        node,
                        cursor,
                    })
                };
                Resolved::List(nodes.map(edge).collect())
            }
            "pageInfo" => Resolved::object(PageInfo {
                start: self.items.first().map(|(_, cursor)| cursor.clone()),
                end: self.items.last().map(|(_, cursor)| cursor.clone()),
                has_next: self.has_next,
                has_previous: self.has_previous,
            }),
            "count" => {
                let limit = arguments
                    .number("limit")
                    .and_then(|limit| usize::try_from(limit).ok());
                // Counting stops one above the limit.
                Resolved::leaf(limit.map_or(self.total, |limit| self.total.min(limit + 1)))
            }
            _ => Resolved::Unset,
        })
    }
}

struct Edge<'s> {
    kind: Kind,
    node: Rc<dyn Object<'s> + 's>,
    cursor: String,
}

impl<'s> Object<'s> for Edge<'s> {
    fn type_name(&self) -> &'static str {
        self.kind.edge
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "node" => Resolved::Object(Rc::clone(&self.node)),
            "cursor" => Resolved::leaf(self.cursor.clone()),
            _ => Resolved::Unset,
        })
    }
}

struct PageInfo {
    start: Option<String>,
    end: Option<String>,
    has_next: bool,
    has_previous: bool,
}

impl<'s> Object<'s> for PageInfo {
    fn type_name(&self) -> &'static str {
        "PageInfo"
    }

    fn field(&self, name: &str, _: &Arguments, _: &Context<'s>) -> Result<Resolved<'s>, Failure> {
        Ok(match name {
            "startCursor" => Resolved::leaf(self.start.clone()),
            "endCursor" => Resolved::leaf(self.end.clone()),
            "hasNextPage" => Resolved::leaf(self.has_next),
            "hasPreviousPage" => Resolved::leaf(self.has_previous),
            _ => Resolved::Unset,
        })
    }
}
