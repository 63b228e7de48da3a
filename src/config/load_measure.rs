use std::collections::BTreeMap;

use super::load::{Reader, web_address};
use super::{MeasureServer, raw};
use crate::model::Id;

/// Variables whose secret is GitLab's: sent to another server, it would be lost.
const GITLAB_TOKENS: [&str; 6] = [
    "OKR_TOKEN",
    "OKR_NOTE_TOKEN",
    "OKR_PULL_TOKEN",
    "GITLAB_TOKEN",
    "CI_JOB_TOKEN",
    "CI_JOB_JWT",
];

/// Reads `[measure]`.
pub(super) fn servers(
    reader: &mut Reader<'_>,
    raw: Option<raw::Measure>,
) -> BTreeMap<Id, MeasureServer> {
    let mut servers = BTreeMap::new();
    for (name, server) in raw.unwrap_or_default().servers {
        let subject = "measure.servers";
        let help = "use small letters, digits and hyphens";
        let Some(name) = reader.parse::<Id>(name, subject, help) else {
            continue;
        };
        let name = name.value;
        let subject = format!("{subject}.{name}");
        let server = server.spanned(reader.file).value;
        let url = server.url.and_then(|text| {
            let text = text.spanned(reader.file);
            let url = web_address(&text.value).filter(|url| {
                url.query().is_none() && url.fragment().is_none() && !url.cannot_be_a_base()
            });
            if url.is_none() {
                let message = "this is not the address of a server";
                let help = "write something like \"https://prometheus.example.com\", without a user name, a password or a query";
                reader.error("wrong-value", text.span, &format!("{subject}.url"), message, help);
            }
            url
        });
        let token_env = server.token_env.and_then(|text| {
            let text = text.spanned(reader.file);
            let message = if GITLAB_TOKENS.contains(&text.value.as_str()) {
                format!("{} is a token of GitLab's, and no other server gets it", text.value)
            } else if is_variable(&text.value) {
                return Some(text.value);
            } else {
                format!("\"{}\" is not the name of a variable", text.value)
            };
            let help = "name the environment variable that holds the token, like \"PROMETHEUS_TOKEN\"; never write the token here";
            reader.error("wrong-value", text.span, &format!("{subject}.token_env"), message, help);
            None
        });
        if let Some(mut url) = url {
            if !url.path().ends_with('/') {
                url.set_path(&format!("{}/", url.path()));
            }
            servers.insert(
                name.clone(),
                MeasureServer {
                    name,
                    url,
                    token_env,
                },
            );
        }
    }
    servers
}

/// Whether a text can be the name of an environment variable in GitLab's settings.
fn is_variable(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
