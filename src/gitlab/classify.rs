//! What a failed answer means.

use percent_encoding::percent_decode_str;
use reqwest::StatusCode;
use serde_json::Value;

use super::error::{Cause, ErrorKind, TlsProblem, conflict, is_html};

/// The kind of a failure that came with an answer (429 and redirects are judged elsewhere).
pub(super) fn kind(status: StatusCode, body: &[u8]) -> ErrorKind {
    if status.is_server_error() {
        return ErrorKind::Server;
    }
    let text = String::from_utf8_lossy(body);
    let json: Option<Value> = serde_json::from_slice(body).ok();
    // GitLab's API says 400 and 429 in plain text too (recorded: meta/nul), the others in JSON only.
    let foreign = json.is_none() && !text.trim().is_empty();
    if is_html(&text) || (foreign && status != StatusCode::BAD_REQUEST) {
        return ErrorKind::NotGitlab;
    }
    let json = json.unwrap_or(Value::Null);
    let error = json
        .get("error")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match status.as_u16() {
        400 => ErrorKind::Invalid,
        401 if text.contains("Token is expired") => ErrorKind::TokenExpired,
        401 if text.contains("Token was revoked") => ErrorKind::TokenRevoked,
        401 => ErrorKind::Unauthorized,
        403 if error == "insufficient_scope" || error == "insufficient_granular_scope" => {
            let needed = json
                .get("scope")
                .and_then(Value::as_str)
                .unwrap_or_default();
            ErrorKind::InsufficientScope {
                needed: needed.to_owned(),
            }
        }
        403 if text.contains("read-only") || text.contains("maintenance") => ErrorKind::ReadOnly,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        405 if text.contains("moved project") => ErrorKind::ProjectMoved { to: None },
        405 => ErrorKind::MethodNotAllowed,
        409 => ErrorKind::Conflict(conflict(body)),
        412 => ErrorKind::PreconditionFailed,
        422 => ErrorKind::Unprocessable,
        _ => ErrorKind::Unexpected,
    }
}

/// The project that a redirect leads to, decoded, if it is another than was asked for.
pub(super) fn moved_project(from: &str, to: &str) -> Option<String> {
    let (from, to) = (project_segment(from)?, project_segment(to)?);
    (from != to).then(|| percent_decode_str(to).decode_utf8_lossy().into_owned())
}

fn project_segment(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/api/v4/projects/")?;
    rest.split('/').next().filter(|segment| !segment.is_empty())
}

/// What of TLS a failure to connect comes from, if it does. The library that says so is not ours to name, and its texts are
/// stable: a test shows it certificates of each kind.
pub(crate) fn tls(cause: &Cause) -> Option<TlsProblem> {
    let mut link: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(error) = link {
        let text = error.to_string();
        let found = SIGNS.iter().find(|(sign, _)| text.contains(sign));
        if let Some((_, problem)) = found {
            return Some(*problem);
        }
        link = error.source();
    }
    None
}

/// Texts of the TLS library, the particular ones before those that they contain.
const SIGNS: [(&str, TlsProblem); 11] = [
    ("UnknownIssuer", TlsProblem::UnknownIssuer),
    // Another authority of the same name: one that was made anew.
    ("BadSignature", TlsProblem::UnknownIssuer),
    ("CaUsedAsEndEntity", TlsProblem::Authority),
    ("certificate expired", TlsProblem::Expired),
    ("certificate not valid yet", TlsProblem::NotYetValid),
    ("certificate not valid for name", TlsProblem::WrongName),
    ("InvalidContentType", TlsProblem::NotTls),
    ("certificate", TlsProblem::Other),
    ("fatal alert", TlsProblem::Other),
    ("corrupt message", TlsProblem::Other),
    ("tls handshake", TlsProblem::Other),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_project_is_recognised_by_its_segment() {
        let old = "/api/v4/projects/acme%2Fold/issues";
        let moved = |to| moved_project(old, to);
        assert_eq!(
            moved("/api/v4/projects/acme%2Fnew/issues").as_deref(),
            Some("acme/new")
        );
        assert_eq!(moved("/api/v4/projects/12/issues").as_deref(), Some("12"));
        assert_eq!(moved(old), None);
        assert_eq!(moved("/users/sign_in"), None);
    }

    #[test]
    fn what_is_not_gitlab_is_told_apart() {
        let kind =
            |status: u16, body: &str| kind(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        assert_eq!(
            kind(404, "<html><body>no</body></html>"),
            ErrorKind::NotGitlab
        );
        assert_eq!(kind(404, "404 page not found"), ErrorKind::NotGitlab);
        assert_eq!(
            kind(404, r#"{"message":"404 Project Not Found"}"#),
            ErrorKind::NotFound
        );
        assert_eq!(kind(400, "Bad Request"), ErrorKind::Invalid);
        assert_eq!(kind(403, ""), ErrorKind::Forbidden);
        assert_eq!(kind(502, "<html></html>"), ErrorKind::Server);
        assert_eq!(kind(418, "{}"), ErrorKind::Unexpected);
    }
}
