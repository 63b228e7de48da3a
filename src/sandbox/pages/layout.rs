//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::sandbox::state::State;

/// Inlined, so that a page is one file that can be kept and mailed.
const STYLE: &str = include_str!("style.css");

/// A page: `crumbs` are the links from the front page down, each a text and a path.
pub(super) fn page(state: &State, title: &str, crumbs: &[(&str, String)], body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.top {
                    div {
                        a.brand href="/" { "okr sandbox" }
                        @for (text, path) in crumbs {
                            a.crumb href=(path) { (text) }
                        }
                    }
                }
                main { (body) }
                footer {
                    div {
                        "A sandbox on this machine, shaped like GitLab " (state.settings.version)
                        ". There is no login: it shows every issue, confidential ones too, to whoever can open this page."
                    }
                }
            }
        }
    }
}
