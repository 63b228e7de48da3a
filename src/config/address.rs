//! Which addresses lie below which.

use percent_encoding::percent_decode_str;
use url::Url;

/// Whether an address is `base` or below it: the same scheme, host and port, and each segment of the base's path, byte by byte.
/// `base` ends in a slash.
pub fn is_below(address: &Url, base: &Url) -> bool {
    let path = address.path();
    address.origin() == base.origin()
        && (path.starts_with(base.path()) || Some(path) == base.path().strip_suffix('/'))
}

/// Whether a server could understand the path as one that leads up again. Plain `..` is resolved when an address is parsed, but
/// servers and proxies that decode a path before they split it resolve it once more: `..%2f`, `..%5c`, `%252e%252e`, and with a
/// parameter `..;`.
pub fn leads_up(address: &Url) -> bool {
    let mut path = address.path().to_owned();
    loop {
        let decoded = percent_decode_str(&path)
            .decode_utf8_lossy()
            .replace('\\', "/");
        let up = |segment: &str| {
            let name = segment.split(';').next().unwrap_or_default();
            name == ".." || (name == "." && segment != ".")
        };
        if decoded.split('/').any(up) || decoded.contains(char::is_control) {
            return true;
        }
        // Each round makes it shorter, or is the last.
        if decoded == path {
            return false;
        }
        path = decoded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_goes_by_origin_and_whole_segments() {
        let below = |address: &str, base: &str| is_below(&url(address), &url(base));
        for (address, base) in [
            (
                "https://a.example.com/api/x?y#z",
                "https://a.example.com/api/",
            ),
            ("https://a.example.com/api", "https://a.example.com/api/"),
            ("https://a.example.com/api/", "https://a.example.com/api/"),
            ("https://a.example.com:443/x", "https://a.example.com/"),
            ("https://A.example.com/x", "https://a.example.com/"),
            (
                "https://a.example.com/x/../api/y",
                "https://a.example.com/api/",
            ),
        ] {
            assert!(below(address, base), "{address}");
        }
        for (address, base) in [
            ("https://a.example.com/apix", "https://a.example.com/api/"),
            (
                "https://a.example.com/api/../x",
                "https://a.example.com/api/",
            ),
            (
                "https://a.example.com/api/%2e%2E/x",
                "https://a.example.com/api/",
            ),
            (
                "https://a.example.com/api\\..\\x",
                "https://a.example.com/api/",
            ),
            (
                "https://a.example.com/%61pi/x",
                "https://a.example.com/api/",
            ),
            ("https://a.example.com/API/x", "https://a.example.com/api/"),
            ("http://a.example.com/api/x", "https://a.example.com/api/"),
            (
                "https://a.example.com:8443/api/x",
                "https://a.example.com/api/",
            ),
            (
                "https://a.example.com.evil.example/api/x",
                "https://a.example.com/api/",
            ),
            (
                "https://a.example.com@evil.example/api/x",
                "https://a.example.com/api/",
            ),
            (
                "https://evil.example/https://a.example.com/api/",
                "https://a.example.com/api/",
            ),
        ] {
            assert!(!below(address, base), "{address}");
        }
    }

    #[test]
    fn a_path_that_some_servers_read_as_leading_up_is_found() {
        for up in [
            "/api/..%2fx",
            "/api/%2e%2e%2fx",
            "/api/..%5Cx",
            "/api/x%2f..",
            "/api/%252e%252e/x",
            "/api/%25252e%25252e%25252fx",
            "/api/..;/x",
            "/api/..;a=b/x",
            "/api/%2e%2e;/x",
            "/api/.;/x",
            "/api/a%00b",
            "/api/a%0d%0ab",
        ] {
            assert!(
                leads_up(&url(&format!("https://a.example.com{up}"))),
                "{up}"
            );
        }
        for plain in [
            "/",
            "/api/x",
            "/a..b/...",
            "/a%20b/%C3%BC",
            "/v1.2/.well-known/x",
            "/100%25/%ff",
        ] {
            assert!(
                !leads_up(&url(&format!("https://a.example.com{plain}"))),
                "{plain}"
            );
        }
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }
}
