//! Rate limits are obeyed, by whom they concern, and provoked once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use okrsync::gitlab::{
    Client, Clock, ErrorKind, Event, IssuePatch, ManualClock, NewIssue, NoteTarget, ProjectRef,
};

use super::recordings::recorded;
use super::server::{Reply, Server, clock};

const PROJECT: ProjectRef = ProjectRef::Id(1);

fn new_issue() -> NewIssue {
    NewIssue {
        title: "t".into(),
        description: "d".into(),
        ..NewIssue::default()
    }
}

fn issue() -> Reply {
    recorded("graphql/first").reply()
}

fn seconds(waits: &[u64]) -> Vec<Duration> {
    waits.iter().copied().map(Duration::from_secs).collect()
}

/// A GitLab that lets an account make `limit` issues in a minute of its clock.
fn limited(clock: &Arc<ManualClock>, limit: usize) -> Server {
    let (clock, made) = (clock.clone(), Mutex::new(Vec::<i64>::new()));
    let full = recorded("throttle_create/burst-3").reply();
    Server::new(move |_, _| {
        let minute = clock.now().as_second().div_euclid(60);
        let mut made = made.lock().unwrap();
        if made.iter().filter(|at| **at == minute).count() >= limit {
            return full.clone();
        }
        made.push(minute);
        issue()
    })
}

fn refused(server: &Server, answers: &Mutex<Vec<u16>>) -> usize {
    let answers = answers.lock().unwrap();
    assert_eq!(answers.len(), server.seen().len());
    answers.iter().filter(|status| **status == 429).count()
}

fn watched(server: &Server, clock: &Arc<ManualClock>) -> (Client, Arc<Mutex<Vec<u16>>>) {
    let answers: Arc<Mutex<Vec<u16>>> = Arc::default();
    let log = answers.clone();
    let mut settings = server.settings(clock);
    settings.observer = Some(Arc::new(move |event| {
        if let Event::Answered {
            status: Some(status),
            ..
        } = event
        {
            log.lock().unwrap().push(*status);
        }
    }));
    (Client::new(settings).unwrap(), answers)
}

#[tokio::test]
async fn creation_waits_for_the_next_minute_and_is_refused_once() {
    let clock = clock();
    let server = limited(&clock, 3);
    let (client, answers) = watched(&server, &clock);
    for _ in 0..4 {
        client.create_issue(&PROJECT, &new_issue()).await.unwrap();
    }
    // From ten seconds past to one second into the next minute.
    assert_eq!(clock.waits(), seconds(&[51]));
    assert_eq!((server.seen().len(), refused(&server, &answers)), (5, 1));
}

#[tokio::test]
async fn many_at_once_provoke_no_more_than_were_under_way() {
    let clock = clock();
    let server = limited(&clock, 10);
    let (client, answers) = watched(&server, &clock);
    let creations = (0..30).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.create_issue(&PROJECT, &new_issue()).await })
    });
    for creation in creations.collect::<Vec<_>>() {
        creation.await.unwrap().unwrap();
    }
    // Two windows ran full; each time at most the eight that may be under way were refused.
    assert!(refused(&server, &answers) <= 16, "{answers:?}");
    assert!(clock.now() >= "2026-11-22T03:32:00Z".parse().unwrap());
}

#[tokio::test]
async fn only_what_is_limited_waits() {
    let clock = clock();
    let refused = recorded("throttle_create/note-burst-3").reply();
    let note = recorded("notes/create").reply();
    let tried = AtomicBool::new(false);
    let server = Server::new(move |seen, _| match seen.method.as_str() {
        "GET" => issue(),
        _ if tried.swap(true, Ordering::Relaxed) => note.clone(),
        _ => refused.clone(),
    });
    let client = Client::new(server.settings(&clock)).unwrap();
    let target = NoteTarget::Issue(PROJECT, 1);
    let note = client.create_note(&target, "n");
    let read = client.issue(&PROJECT, 1);
    let (note, read) = tokio::join!(note, read);
    assert_eq!((note.unwrap().id, read.unwrap().iid), (1, 1));
    assert_eq!(clock.waits(), seconds(&[60]));
}

#[tokio::test]
async fn the_throttle_of_everything_stops_everything() {
    let clock = clock();
    let server = Server::script(vec![recorded("throttle_api/read-6").reply(), issue()]);
    let client = Client::new(server.settings(&clock)).unwrap();
    client.issue(&PROJECT, 1).await.unwrap();
    assert_eq!(clock.waits(), seconds(&[10]));
}

#[tokio::test]
async fn what_is_used_up_is_not_asked_for() {
    // The recorded window of six requests, ten seconds before it ends.
    let clock = Arc::new(ManualClock::new("2026-11-22T03:48:50Z".parse().unwrap()));
    let mut replies: Vec<Reply> = (0..6)
        .map(|n| recorded(&format!("throttle_api/read-{n}")).reply())
        .collect();
    replies.push(recorded("throttle_api/after-wait").reply());
    let server = Server::script(replies);
    let client = Client::new(server.settings(&clock)).unwrap();
    for _ in 0..6 {
        client.issue(&PROJECT, 1).await.unwrap();
    }
    assert!(clock.waits().is_empty());
    client.issue(&PROJECT, 1).await.unwrap();
    assert_eq!(clock.waits(), seconds(&[10]));
    assert_eq!(client.requests_sent(), 7);
}

#[tokio::test]
async fn many_at_once_do_not_overdraw_what_is_left() {
    const LIMIT: u64 = 6;
    let clock = Arc::new(ManualClock::new("2026-11-22T03:48:50Z".parse().unwrap()));
    let (time, used) = (clock.clone(), Mutex::new((0, 0)));
    // Six requests in each half of a minute, told as GitLab tells it.
    let server = Server::new(move |_, _| {
        let window = time.now().as_second().div_euclid(30);
        let mut used = used.lock().unwrap();
        *used = if used.0 == window {
            (window, used.1 + 1)
        } else {
            (window, 1)
        };
        let reply = if used.1 > LIMIT {
            Reply::text(429, "text/plain", "Retry later\n").with("retry-after", 30)
        } else {
            issue()
        };
        reply
            .with("ratelimit-remaining", LIMIT.saturating_sub(used.1))
            .with("ratelimit-reset", (window + 1) * 30)
    });
    let (client, answers) = watched(&server, &clock);
    let reads = (0..20).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.issue(&PROJECT, 1).await })
    });
    for read in reads.collect::<Vec<_>>() {
        read.await.unwrap().unwrap();
    }
    assert_eq!((refused(&server, &answers), server.seen().len()), (0, 20));
}

#[tokio::test]
async fn whoever_watches_is_told_of_waits() {
    let clock = clock();
    let server = Server::script(vec![recorded("throttle_api/read-6").reply(), issue()]);
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = told.clone();
    let mut settings = server.settings(&clock);
    settings.observer = Some(Arc::new(move |event| {
        let line = match event {
            Event::Answered {
                method,
                path,
                status,
                attempt,
            } => {
                format!("{method} {path} {status:?} {attempt}")
            }
            Event::Waiting { duration, .. } => format!("wait {duration:?}"),
        };
        log.lock().unwrap().push(line);
    }));
    Client::new(settings)
        .unwrap()
        .issue(&PROJECT, 1)
        .await
        .unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [
            "GET /api/v4/projects/1/issues/1 Some(429) 1",
            "wait 10s",
            "GET /api/v4/projects/1/issues/1 Some(201) 2",
        ]
    );
}

#[tokio::test]
async fn a_limit_that_is_not_what_it_says_is_given_up() {
    let clock = clock();
    let server = Server::script(vec![recorded("throttle_api/read-6").reply()]);
    let client = Client::new(server.settings(&clock)).unwrap();
    let error = client
        .create_issue(&PROJECT, &new_issue())
        .await
        .unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::RateLimited {
            wait: Some(Duration::from_secs(10))
        }
    );
    assert_eq!((error.attempts(), error.is_ambiguous()), (5, false));
    assert!(error.hint().contains("10 s"));
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_an_error() {
    let clock = clock();
    let long = Reply::text(429, "text/plain", "Retry later").with("retry-after", 4000);
    let server = Server::script(vec![long, issue()]);
    let client = Client::new(server.settings(&clock)).unwrap();
    let error = client.issue(&PROJECT, 1).await.unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::RateLimited {
            wait: Some(Duration::from_secs(4000))
        }
    );
    assert_eq!((clock.waits(), server.seen().len()), (vec![], 1));
}

#[tokio::test]
async fn a_merged_text_does_not_wait_until_it_is_stale() {
    let clock = clock();
    let server = Server::script(vec![recorded("throttle_api/read-6").reply(), issue()]);
    let client = Client::new(server.settings(&clock)).unwrap();
    let patch = IssuePatch {
        description: Some("merged".into()),
        ..IssuePatch::default()
    };
    for _ in 0..2 {
        let error = client
            .update_issue_once(&PROJECT, 1, &patch)
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::RateLimited { .. }),
            "{error}"
        );
        assert!(!error.is_ambiguous());
    }
    assert_eq!(server.seen().len(), 1, "the second was not even sent");
    client.issue(&PROJECT, 1).await.unwrap();
    assert_eq!(clock.waits(), seconds(&[10]), "reading again is what waits");
    client.update_issue_once(&PROJECT, 1, &patch).await.unwrap();
}

#[tokio::test]
async fn the_servers_clock_is_compared_with_ours() {
    let server = Server::script(vec![
        Reply::json(200, "{\"version\":\"18.9.0\"}").with("date", "Mon, 16 Nov 2026 09:02:05 GMT"),
        Reply::json(401, "{}").with("date", "Mon, 16 Nov 2026 08:59:00 GMT"),
        Reply::json(401, "{}").with("date", "yesterday"),
    ]);
    let start = "2026-11-16T09:00:00Z".parse().unwrap();
    let mut settings = okrsync::gitlab::Settings::new(server.url.parse().unwrap());
    settings.clock = std::sync::Arc::new(okrsync::gitlab::ManualClock::new(start));
    let client = okrsync::gitlab::Client::new(settings).unwrap();
    assert_eq!(client.server_ahead(), None);
    client.metadata().await.unwrap();
    assert_eq!(
        client.server_ahead(),
        Some(jiff::SignedDuration::from_secs(125))
    );
    // Failures have a date too; what is none changes nothing.
    for _ in 0..2 {
        client.metadata().await.unwrap_err();
        assert_eq!(
            client.server_ahead(),
            Some(jiff::SignedDuration::from_secs(-60))
        );
    }
}
