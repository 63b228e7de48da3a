//! A server that says what a test tells it to: also half an answer, or nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use okrsync::gitlab::{Client, ManualClock, Settings, Token, TokenKind};

/// The token of every client here; it must never show up anywhere.
pub(crate) const TOKEN: &str = "glpat-very+secret/value";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answers.
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Announces a body and breaks off in the middle of it.
    Half(u16, String),
    /// Takes the request and breaks the connection.
    Drop,
    /// Takes the request and never answers.
    Hang,
    /// Writes what it likes.
    Raw(Raw),
}

/// Writes an answer to a connection.
#[derive(Clone)]
pub(crate) struct Raw(Arc<dyn Fn(&mut TcpStream) + Send + Sync>);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Raw")
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`json!` at the call reads better than `&json!`"
)]
impl Reply {
    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        Self::text(status, "application/json", body)
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::text(status, "text/html", body)
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl ToString) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self::Answer {
            status,
            headers,
            body: body.to_string(),
        }
    }

    pub(crate) fn raw(write: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        Self::Raw(Raw(Arc::new(write)))
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_string()));
        }
        self
    }
}

type Handler = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

/// A listener on this machine; its threads end with the test process.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Asks `handler` about each request and its place in the order of arrival, from 0.
    pub(crate) fn new(handler: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let handler: Arc<Handler> = Arc::new(handler);
        let log = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, handler) = (log.clone(), handler.clone());
                std::thread::spawn(move || serve(stream, &log, &*handler));
            }
        });
        Self { url, seen }
    }

    /// Gives these replies in turn, and the last one for ever.
    pub(crate) fn script(replies: Vec<Reply>) -> Self {
        Self::new(move |_, index| replies[index.min(replies.len() - 1)].clone())
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self, clock: &Arc<ManualClock>) -> Settings {
        let mut settings = Settings::new(self.url.parse().unwrap());
        settings.token = Some(Token::new(TOKEN).unwrap());
        settings.clock = clock.clone();
        settings
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings(&clock())).unwrap()
    }

    pub(crate) fn job_client(&self) -> Client {
        let mut settings = self.settings(&clock());
        settings.token_kind = TokenKind::Job;
        Client::new(settings).unwrap()
    }
}

/// Half past three and ten seconds, on a day of the recordings.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-22T03:30:10Z".parse().unwrap()))
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Seen>>, handler: &Handler) {
    let Some(seen) = read(&stream) else { return };
    let index = {
        let mut log = log.lock().unwrap();
        log.push(seen.clone());
        log.len() - 1
    };
    let mut stream = stream;
    match handler(&seen, index) {
        Reply::Answer {
            status,
            headers,
            body,
        } => {
            let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
            for (name, value) in headers {
                head.extend([&name, ": ", &value, "\r\n"]);
            }
            if status != 204 {
                head.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
            }
            let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
        }
        Reply::Half(status, body) => {
            let length = body.len() + 100;
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(head.as_bytes());
        }
        Reply::Drop => {}
        Reply::Raw(Raw(write)) => write(&mut stream),
        // Until the client gives up and closes its end.
        Reply::Hang => {
            let _ = stream.read(&mut [0]);
        }
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}
