use url::Url;

use super::{is_below, leads_up};
use crate::model::Id;

/// `[measure.servers.<name>]`: a server that key results may be measured by. No other is ever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureServer {
    /// Its name in these files.
    pub name: Id,
    /// Its address. What lies below it may be asked; it ends with a slash.
    pub url: Url,
    /// The environment variable that holds its token, which is sent as a bearer token; none is sent where absent.
    pub token_env: Option<String>,
}

impl MeasureServer {
    /// Whether an address lies below this server's, names no user, and cannot be read as one that leads out again.
    pub fn covers(&self, address: &Url) -> bool {
        address.username().is_empty()
            && address.password().is_none()
            && is_below(address, &self.url)
            && !leads_up(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_servers_address_is_covered_and_nothing_else() {
        let server = MeasureServer {
            name: "x".parse().unwrap(),
            url: Url::parse("https://a.example.com/api/").unwrap(),
            token_env: None,
        };
        for (address, covered) in [
            ("https://a.example.com/api/", true),
            ("https://a.example.com/api", true),
            ("https://a.example.com/api/v1/x.json?y=1#z", true),
            ("https://a.example.com:443/api/v1", true),
            ("https://A.EXAMPLE.com/api/v1", true),
            ("https://a.example.com/apis", false),
            ("https://a.example.com/", false),
            ("https://a.example.com/api/../secret", false),
            ("https://a.example.com/api/%2e%2e/secret", false),
            ("https://a.example.com/api/x%2f..%2f..%2fsecret", false),
            ("https://a.example.com/api/..%5cx", false),
            ("http://a.example.com/api/", false),
            ("https://a.example.com:8443/api/", false),
            ("https://me@a.example.com/api/", false),
            ("https://me:secret@a.example.com/api/", false),
            ("https://a.example.com.evil.example/api/", false),
            ("https://evil.example/https://a.example.com/api/", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(server.covers(&url), covered, "{address}");
        }
    }
}
