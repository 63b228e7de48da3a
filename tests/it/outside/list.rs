//! Who is asked, and what is sent along.

use okrsync::measure::{Outside, OutsideError, OutsideSettings, SetupError};

use super::{TOKEN, json, listed, of, value, whole};
use crate::gitlab::server::{Reply, Server};

fn answering() -> Server {
    Server::script(vec![Reply::json(200, r#"{"value": 99.950}"#)])
}

fn redirecting(to: &str) -> Server {
    let to = to.to_owned();
    Server::new(move |_, _| Reply::text(302, "text/plain", "").with("location", &to))
}

#[tokio::test]
async fn a_document_of_a_listed_server_is_read_with_its_token() {
    let server = answering();
    let url = format!("{}/api", server.url);
    let list = vec![listed("metrics", &url, Some(TOKEN))];
    let outside = Outside::new(OutsideSettings::new(list)).unwrap();
    let answer = json(&outside, &format!("{url}/kpi?team=sre#top"))
        .await
        .unwrap();
    assert_eq!(value(&answer, "/value"), "99.95");
    assert_eq!(answer.address.as_str(), format!("{url}/kpi?team=sre#top"));
    let seen = server.seen();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].path.as_str()),
        ("GET", "/api/kpi?team=sre")
    );
    assert_eq!(
        seen[0].header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    for header in ["private-token", "job-token", "cookie"] {
        assert_eq!(seen[0].header(header), None);
    }
    assert!(!format!("{outside:?}").contains(TOKEN));
}

#[tokio::test]
async fn what_is_not_listed_is_not_asked() {
    let server = answering();
    let outside = of(&format!("{}/api", server.url));
    let port = server.url.rsplit(':').next().unwrap();
    for address in [
        format!("{}/", server.url),
        format!("{}/apix", server.url),
        format!("{}/api/../x", server.url),
        format!("{}/api/%2e%2e/x", server.url),
        format!("http://localhost:{port}/api/x"),
        format!("https://127.0.0.1:{port}/api/x"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "data:application/json,1".to_owned(),
    ] {
        let error = json(&outside, &address).await.unwrap_err();
        assert!(
            matches!(error, OutsideError::NotListed { .. }),
            "{address}: {error:?}"
        );
        assert!(error.hint().contains(&server.url), "{}", error.hint());
    }
    for address in [
        format!("{}/api/..%2fx", server.url),
        format!("{}/api/..;/x", server.url),
    ] {
        let error = json(&outside, &address).await.unwrap_err();
        assert!(
            matches!(error, OutsideError::LeadsUp { .. }),
            "{address}: {error:?}"
        );
    }
    let nobody = Outside::new(OutsideSettings::new(Vec::new())).unwrap();
    let error = json(&nobody, &server.url).await.unwrap_err();
    assert!(error.hint().contains("lists no server"));
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn credentials_in_an_address_are_refused_and_not_repeated() {
    let server = answering();
    let address = server.url.replace("http://", "http://mia:s3cret@");
    let error = json(&of(&server.url), &address).await.unwrap_err();
    assert!(matches!(error, OutsideError::Credentials { .. }));
    assert!(!whole(&error).contains("s3cret"), "{}", whole(&error));
    assert_eq!(server.seen().len(), 0);
    let list = vec![listed("metrics", &address, None)];
    let error = Outside::new(OutsideSettings::new(list)).unwrap_err();
    assert!(matches!(error, SetupError::Credentials { .. }));
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[tokio::test]
async fn no_redirect_leaves_the_list() {
    let elsewhere = answering();
    let server = redirecting(&format!("{}/login?from={TOKEN}", elsewhere.url));
    let list = vec![listed("metrics", &server.url, Some(TOKEN))];
    let outside = Outside::new(OutsideSettings::new(list)).unwrap();
    let error = json(&outside, &format!("{}/kpi", server.url))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}/kpi redirects to {}/login, which is not followed",
            server.url, elsewhere.url
        )
    );
    assert!(error.hint().contains("sign-in"));
    assert!(!whole(&error).contains(TOKEN), "{}", whole(&error));
    assert_eq!((server.seen().len(), elsewhere.seen().len()), (1, 0));

    // Neither out of the part of a server that is listed, nor with a name and password.
    for to in [
        "/other/x",
        "/api/../x",
        "/api/..%2fx",
        "//mia:s3cret@127.0.0.1:1/api/",
        "gopher://x/",
        "http://",
    ] {
        let server = redirecting(to);
        let outside = of(&format!("{}/api", server.url));
        let error = json(&outside, &format!("{}/api/x", server.url))
            .await
            .unwrap_err();
        let refused = matches!(
            error,
            OutsideError::Redirected { .. } | OutsideError::BadRedirect { .. }
        );
        assert!(refused, "{to}: {error:?}");
        assert!(!whole(&error).contains("s3cret"));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_between_listed_servers_carries_the_token_of_the_one_that_is_asked() {
    let second = answering();
    let first = redirecting(&format!("{}/data/kpi", second.url));
    let third = redirecting(&format!("{}/x", first.url));
    let list = vec![
        listed("first", &first.url, Some("token-of-first")),
        listed(
            "second",
            &format!("{}/data", second.url),
            Some("token-of-second"),
        ),
        // The part of a server that says more wins.
        listed("all-of-second", &second.url, Some("token-of-all")),
        listed("third", &third.url, None),
    ];
    let outside = Outside::new(OutsideSettings::new(list)).unwrap();
    let address = format!("{}/kpi", third.url);
    let answer = json(&outside, &address).await.unwrap();
    assert_eq!(value(&answer, "/value"), "99.95");
    assert_eq!(
        answer.address.as_str(),
        address,
        "what people wrote is the evidence"
    );
    let sent = |server: &Server| server.seen()[0].header("authorization").map(str::to_owned);
    assert_eq!(sent(&third), None);
    assert_eq!(sent(&first).as_deref(), Some("Bearer token-of-first"));
    assert_eq!(sent(&second).as_deref(), Some("Bearer token-of-second"));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::new(|seen, _| {
        let to = format!("{}x", seen.path);
        Reply::text(307, "text/plain", "").with("location", to)
    });
    let error = json(&of(&server.url), &server.url).await.unwrap_err();
    assert!(matches!(error, OutsideError::TooManyRedirects { .. }));
    assert_eq!(server.seen().len(), 6, "the address and five redirects");
}

#[test]
fn a_list_says_what_is_wrong_with_it() {
    let refused = |servers: Vec<okrsync::measure::Server>| {
        Outside::new(OutsideSettings::new(servers))
            .unwrap_err()
            .to_string()
    };
    let one = |url: &str, token: Option<&str>| refused(vec![listed("m", url, token)]);
    assert!(one("http://metrics.example.com", None).contains("plain http"));
    assert!(one("http://127.0.0.1.example.com", None).contains("plain http"));
    assert!(one("ftp://metrics.example.com", None).contains("is not the address of a server"));
    assert!(
        one("https://metrics.example.com/?a=s3cret", None)
            .ends_with("write it as https://metrics.example.com")
    );
    assert!(!one("https://metrics.example.com/?a=s3cret", None).contains("s3cret"));
    assert!(one("https://metrics.example.com", Some(" ")).contains("is empty"));
    assert!(one("https://metrics.example.com", Some("a b")).contains("no token has"));
    let twice = refused(vec![
        listed("a", "https://metrics.example.com/x", None),
        listed("b", "https://metrics.example.com:443/x/", None),
    ]);
    assert_eq!(
        twice,
        "the servers `a` and `b` have the same url: remove one of them"
    );
    let mut settings = OutsideSettings::new(vec![listed("m", "http://metrics.example.com", None)]);
    settings.allow_plain_http = true;
    Outside::new(settings.clone()).unwrap();
    settings.ca_file = Some(b"no certificate".to_vec());
    let error = Outside::new(settings).unwrap_err();
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .to_string()
            .contains("no certificate in PEM form")
    );
}
