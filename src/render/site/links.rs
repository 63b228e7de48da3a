//! Where pages lie, and how they refer to each other.

use maud::{Markup, html};

use super::{KEY_RESULTS_PER_PAGE, Kind, Page, Site, text};
use crate::model::Key;
use crate::report::{Found, IssueLink};

impl<'a> Site<'a> {
    /// The path of a page in the site. Ids have neither dots nor slashes, so no two pages share one.
    pub(super) fn path(&self, page: Page) -> String {
        let name = match page.kind {
            Kind::Style => return "style.css".to_owned(),
            Kind::Overview => "index".to_owned(),
            Kind::Teams => "teams".to_owned(),
            Kind::Week => "week".to_owned(),
            Kind::Heat => "heat".to_owned(),
            Kind::Alignment => "alignment".to_owned(),
            Kind::Team(team) => {
                let team = self.status.teams.get(team);
                format!("teams/{}", team.map_or("", |team| team.id.as_str()))
            }
            Kind::Objective(team, at) => match self.objective(team, at) {
                Some((team, objective)) => {
                    format!("objectives/{}.{}", team.id, objective.key.objective)
                }
                None => String::new(),
            },
            Kind::Flow(at) => {
                let flow = self.flows.get(at);
                format!("flow/{}", flow.map_or("", |flow| flow.team.as_str()))
            }
        };
        match page.part {
            0 => format!("{name}.html"),
            part => format!("{name}.{}.html", part.saturating_add(1)),
        }
    }

    /// The address of a page as another one writes it.
    pub(super) fn to(&self, page: Page, from: Page) -> String {
        let path = self.path(page);
        match from.kind {
            Kind::Team(_) | Kind::Objective(..) | Kind::Flow(_) => format!("../{path}"),
            _ => path,
        }
    }

    /// What a key names, if that is part of the site.
    pub(super) fn find(&self, key: &Key) -> Option<Found<'a>> {
        let place = self.places.get(key)?;
        let (_, objective) = self.objective(place.team, place.objective)?;
        match place.key_result {
            None => Some(Found::Objective(objective)),
            Some(at) => objective.key_results.get(at).map(Found::KeyResult),
        }
    }

    /// The address of an objective or key result; none of what is confidential or not part of the site.
    fn address(&self, key: &Key, from: Page) -> Option<String> {
        let place = self.places.get(key)?;
        if is_confidential(self.find(key)?) {
            return None;
        }
        let kind = Kind::Objective(place.team, place.objective);
        let Some(at) = place.key_result else {
            return Some(self.to(Page::first(kind), from));
        };
        let part = at / KEY_RESULTS_PER_PAGE;
        let page = self.to(Page { kind, part }, from);
        let id = key.key_result.as_ref()?;
        Some(format!("{page}#{}", anchor(id.as_str())))
    }

    /// An objective or key result by its title, where that may be told, else by its key.
    pub(super) fn title(&self, key: &Key, from: Page) -> Markup {
        let title = self.find(key).filter(|found| !is_confidential(*found));
        let title = title.map(|found| match found {
            Found::Objective(objective) => &objective.title,
            Found::KeyResult(key_result) => &key_result.title,
        });
        html! {
            @match (self.address(key, from), title) {
                (Some(address), Some(title)) => { a href=(address) { (text(title)) } }
                _ => { (self.key(key, from)) }
            }
        }
    }

    /// An objective or key result by its key, without the quarter where that is the one of the site.
    pub(super) fn key(&self, key: &Key, from: Page) -> Markup {
        let short = self.short(key);
        html! {
            @match self.address(key, from) {
                Some(address) => { a href=(address) { code { (short) } } }
                None => {
                    code { (short) }
                    @if self.find(key).is_some_and(is_confidential) { " (confidential)" }
                }
            }
        }
    }

    pub(super) fn short(&self, key: &Key) -> String {
        let full = key.to_string();
        match full.split_once('/') {
            Some((_, short)) if key.quarter == self.status.quarter => short.to_owned(),
            _ => full,
        }
    }

    /// Several keys, with commas between.
    pub(super) fn keys<'k>(&self, keys: impl IntoIterator<Item = &'k Key>, from: Page) -> Markup {
        html! {
            @for (at, key) in keys.into_iter().enumerate() {
                @if at > 0 { ", " }
                (self.key(key, from))
            }
        }
    }
}

pub(super) fn is_confidential(found: Found<'_>) -> bool {
    match found {
        Found::Objective(objective) => objective.confidential,
        Found::KeyResult(key_result) => key_result.confidential,
    }
}

/// The place of a key result on its page: ids of the page itself do not begin so.
pub(super) fn anchor(id: &str) -> String {
    format!("kr-{id}")
}

/// An issue; a link where its address is one that a browser may follow.
pub(super) fn issue(issue: &IssueLink) -> Markup {
    address(&issue.web_url, &issue.reference)
}

/// A link where an address is one that a browser may follow, else the words alone.
pub(super) fn address(address: &str, words: &str) -> Markup {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    html! {
        @if is_web {
            a href=(text(address)) rel="noreferrer" { (text(words)) }
        } @else {
            (text(words))
        }
    }
}
