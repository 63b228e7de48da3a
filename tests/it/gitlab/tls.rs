//! Certificates of every kind of wrong, over TLS on this machine: each is named in our words, with a way out that works.

use std::error::Error as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use okrsync::gitlab::{Client, Error, ErrorKind, Settings, TlsProblem};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::clock;

/// Where every server here is asked.
const HOST: &str = "127.0.0.1";

/// A server's certificate with its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Identity {
    fn new(certificate: &rcgen::Certificate, key: KeyPair) -> Self {
        Self {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            key: key.into(),
        }
    }

    /// One that stands for itself.
    fn self_signed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Self::new(&params.self_signed(&key).unwrap(), key)
    }
}

/// An authority of one's own, as a company has one.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity::new(&params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// Tells its version to whoever accepts this certificate; its thread ends with the test process.
fn serve(identity: Identity) -> String {
    let config = ServerConfig::builder_with_provider(default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate], identity.key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind((HOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let body = r#"{"version": "18.9.0", "revision": "abc", "enterprise": false}"#;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = BufReader::new(StreamOwned::new(connection, stream));
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                line.clear();
            }
            let _refused = write!(
                stream.get_mut(),
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    url
}

/// Asks a server that shows this certificate, trusting this authority besides the system's.
async fn ask(identity: Identity, authority: Option<&str>) -> Result<(), Error> {
    let mut settings = Settings::new(serve(identity).parse().unwrap());
    settings.clock = clock();
    settings.ca_file = authority.map(|pem| pem.as_bytes().to_vec());
    let client = Client::new(settings).unwrap();
    client.metadata().await.map(|_| ())
}

/// Expects a failure of this kind that says these words, and keeps what the TLS library said.
fn refused(asked: Result<(), Error>, problem: TlsProblem, says: &str, hint: &str, raw: &str) {
    let error = asked.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Tls(problem), "{error:?}");
    assert_eq!(error.attempts(), 1, "a certificate gets no better");
    let text = error.to_string();
    assert!(text.contains(says) && !text.contains(raw), "{text}");
    assert!(error.hint().contains(hint), "{}", error.hint());
    let mut chain = Vec::new();
    let mut link = error.source();
    while let Some(cause) = link {
        chain.push(cause.to_string());
        link = cause.source();
    }
    assert!(chain.concat().contains(raw), "{chain:?}");
}

#[tokio::test]
async fn an_authority_of_ones_own_has_to_be_named() {
    let authority = Authority::new();
    refused(
        ask(authority.issue(HOST, |_| {}), None).await,
        TlsProblem::UnknownIssuer,
        "not from an authority that is trusted here",
        "set OKR_CA_FILE",
        "UnknownIssuer",
    );
    // Made anew under the same name, it is another.
    let other = Authority::new();
    let asked = ask(authority.issue(HOST, |_| {}), Some(&other.pem)).await;
    assert_eq!(
        *asked.unwrap_err().kind(),
        ErrorKind::Tls(TlsProblem::UnknownIssuer)
    );
    let asked = ask(authority.issue(HOST, |_| {}), Some(&authority.pem)).await;
    asked.unwrap();
}

#[tokio::test]
async fn a_certificate_has_its_time() {
    let authority = Authority::new();
    let over = authority.issue(HOST, |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    refused(
        ask(over, Some(&authority.pem)).await,
        TlsProblem::Expired,
        "has expired",
        "renewed",
        "not valid after",
    );
    let early = authority.issue(HOST, |params| params.not_before = date_time_ymd(4000, 1, 1));
    refused(
        ask(early, Some(&authority.pem)).await,
        TlsProblem::NotYetValid,
        "is not valid yet",
        "clock",
        "not valid before",
    );
}

#[tokio::test]
async fn a_certificate_is_for_the_name_that_was_asked() {
    let authority = Authority::new();
    let elsewhere = authority.issue("gitlab.example.com", |_| {});
    refused(
        ask(elsewhere, Some(&authority.pem)).await,
        TlsProblem::WrongName,
        "for another name",
        "subjectAltName",
        "gitlab.example.com",
    );
}

#[tokio::test]
async fn an_authoritys_certificate_is_no_servers_and_the_way_out_works() {
    let authority =
        |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let identity = Identity::self_signed(HOST, authority);
    let own = identity.pem.clone();
    refused(
        ask(identity, Some(&own)).await,
        TlsProblem::Authority,
        "the certificate of an authority (CA:TRUE)",
        "CA:FALSE",
        "CaUsedAsEndEntity",
    );
    let asked = ask(Identity::self_signed(HOST, authority), None).await;
    assert_eq!(
        *asked.unwrap_err().kind(),
        ErrorKind::Tls(TlsProblem::Authority)
    );
    // What the hint advises: the same, but no authority's.
    let identity = Identity::self_signed(HOST, |params| params.is_ca = IsCa::ExplicitNoCa);
    let own = identity.pem.clone();
    ask(identity, Some(&own)).await.unwrap();
}
