//! What every page has in common.

use maud::{DOCTYPE, Markup, html};

use super::{Kind, Page, Site, text};
use crate::model::Date;

/// What a page may load: its stylesheet.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";

/// A page with its head, the way to the others, and its own body. The first heading is the body's.
pub(super) fn layout(site: &Site<'_>, page: Page, title: &str, body: &Markup) -> Markup {
    let sections = [
        (Kind::Overview, "Overview"),
        (Kind::Week, "This week"),
        (Kind::Heat, "Heat map"),
        (Kind::Alignment, "Alignment"),
    ];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (super::block(title, 48)) " – OKRs " (site.status.quarter) }
                link rel="stylesheet" href=(site.to(Page::first(Kind::Style), page));
            }
            body {
                a.skip href="#main" { "To the content" }
                header {
                    nav aria-label="Site" {
                        span.brand { "OKRs " (site.status.quarter) }
                        ul {
                            @for (kind, name) in sections {
                                li {
                                    a href=(site.to(Page::first(kind), page))
                                        aria-current=[(kind == page.kind).then_some("page")] { (name) }
                                }
                            }
                        }
                    }
                }
                main id="main" {
                    (body)
                    (pager(site, page))
                }
                footer {
                    p { (super::parts::flowing(&when(site))) }
                }
            }
        }
    }
}

/// Which day it is in which quarter, and what is known of GitLab.
pub(super) fn when(site: &Site<'_>) -> String {
    let status = site.status;
    let (quarter, today) = (status.quarter, status.today);
    let days = |until: Date| (until - status.start).get_days().saturating_add(1);
    let mut text = if today < status.start {
        format!("{quarter} begins on {}; as of {today}", status.start)
    } else if today > status.end {
        format!("{quarter} ended on {}; as of {today}", status.end)
    } else {
        format!(
            "{quarter} on {today}, day {} of {}",
            days(today),
            days(status.end)
        )
    };
    if status.state != "active" {
        text.push_str("; it is ");
        text.push_str(&status.state);
    }
    text.push_str(if status.observed {
        "; from the files, and what people wrote into issues"
    } else {
        "; from the files alone"
    });
    text
}

/// The other pages of a long list.
fn pager(site: &Site<'_>, page: Page) -> Markup {
    let parts = site.parts(page.kind);
    let to = |part: usize| site.to(Page { part, ..page }, page);
    // Around this one, and the ends.
    let near = |part: usize| part == 0 || part + 1 == parts || part.abs_diff(page.part) <= 3;
    html! {
        @if parts > 1 {
            nav.pager aria-label="Pages" {
                @if page.part > 0 { a rel="prev" href=(to(page.part - 1)) { "‹ Previous" } " " }
                @for part in (0..parts).filter(|part| near(*part)) {
                    a href=(to(part)) aria-current=[(part == page.part).then_some("page")] {
                        "Page " (part + 1)
                    } " "
                }
                @if page.part + 1 < parts { a rel="next" href=(to(page.part + 1)) { "Next ›" } }
            }
        }
    }
}

/// The way up from a page to those that hold it.
pub(super) fn crumbs(ways: &[(String, String)], here: &str) -> Markup {
    html! {
        nav.crumbs aria-label="Breadcrumbs" {
            ol {
                @for (address, name) in ways { li { a href=(address) { (text(name)) } } }
                li aria-current="page" { (text(here)) }
            }
        }
    }
}

/// A table that may be wider than the page: it scrolls by itself, also by keyboard.
pub(super) fn wide(name: &str, table: &Markup) -> Markup {
    html! { section.wide tabindex="0" aria-label=(text(name)) { (table) } }
}
