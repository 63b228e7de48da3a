//! Pages on loopback, for whoever sits at this machine.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};

use super::CliError;

/// A socket that waits for pages to show.
#[derive(Debug)]
pub(crate) struct Server {
    socket: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes an address; port 0 takes a free one.
    ///
    /// # Errors
    /// It could be reached from outside, or somebody has it.
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, CliError> {
        if !address.ip().is_loopback() {
            return Err(CliError::usage(format!(
                "the pages are shown to everybody who can reach them, so on loopback only: not on {address}"
            ))
            .hint("leave the address off, or give one like 127.0.0.1:0"));
        }
        let bind = || -> std::io::Result<Self> {
            let socket = TcpListener::bind(address)?;
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        };
        bind().map_err(|error| {
            CliError::failure(format!("cannot listen on {address}"))
                .because(error)
                .hint("choose another address with --serve")
        })
    }

    /// Where the first page is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves these files until `ended` is.
    pub(crate) async fn serve(
        self,
        files: BTreeMap<String, String>,
        ended: impl Future<Output = ()>,
    ) -> Result<(), CliError> {
        let failed = |error| CliError::failure("cannot serve the pages").because(error);
        let socket = tokio::net::TcpListener::from_std(self.socket).map_err(failed)?;
        let app = axum::Router::new()
            .fallback(answer)
            .with_state(Arc::new(files));
        let serving = std::future::IntoFuture::into_future(axum::serve(socket, app));
        tokio::select! {
            stopped = serving => stopped.map_err(failed),
            () = ended => Ok(()),
        }
    }
}

async fn answer(
    State(files): State<Arc<BTreeMap<String, String>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let plain = |status: StatusCode, text: &'static str| {
        respond(status, "text/plain; charset=utf-8", text.to_owned())
    };
    if !matches!(method, Method::GET | Method::HEAD) {
        let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "pages are only read\n");
        let allowed = axum::http::HeaderValue::from_static("GET, HEAD");
        refused.headers_mut().insert(ALLOW, allowed);
        return refused;
    }
    // A page of somebody else's whose name leads to this machine must not read these.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_loopback) {
        return plain(StatusCode::FORBIDDEN, "ask by a loopback address\n");
    }
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let kind = match path.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };
    match files.get(path) {
        Some(text) => respond(StatusCode::OK, kind, text.clone()),
        None => plain(StatusCode::NOT_FOUND, "there is no such page\n"),
    }
}

fn respond(status: StatusCode, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let value = axum::http::HeaderValue::from_static;
    headers.insert(CONTENT_TYPE, value(kind));
    headers.insert(X_CONTENT_TYPE_OPTIONS, value("nosniff"));
    headers.insert(CACHE_CONTROL, value("no-store"));
    response
}

/// Whether a `Host` names this machine: by an address of loopback, or as localhost.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in [
            "127.0.0.1:8931",
            "localhost:8931",
            "LOCALHOST",
            "[::1]:1",
            "127.9.9.9",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "10.0.0.1:80",
            "[::]:1",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
