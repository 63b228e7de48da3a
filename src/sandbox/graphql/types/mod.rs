//! The types of the schema, one file each.

pub(super) mod flow;
pub(super) mod group;
pub(super) mod issue;
pub(super) mod issues;
pub(super) mod label;
pub(super) mod link;
pub(super) mod member;
pub(super) mod milestone;
pub(super) mod namespace;
pub(super) mod note;
pub(super) mod project;
pub(super) mod query;
pub(super) mod record;
pub(super) mod user;
pub(super) mod widget;
pub(super) mod work_item;
pub(super) mod work_item_type;
pub(super) mod write;
