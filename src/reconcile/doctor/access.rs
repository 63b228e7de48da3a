//! The server, and the token.

use jiff::SignedDuration;

use super::examine::listed;
use super::facts::{Asked, Facts, Failure};
use crate::gitlab::{AccountKind, CurrentUser, ErrorKind, Metadata, TokenSelf};
use crate::model::{Date, Username};
use crate::plan::{Area, Check, Obstacle, Verdict};
use crate::reconcile::convert;

/// Links between issues are free of charge from here on (facts §3.1).
const OLDEST: (u32, u32) = (13, 4);
/// Issues are read together with their links from here on (facts §4.3, `Issue.linkedWorkItems`).
const LINKS_IN_BULK: (u32, u32) = (17, 8);
/// Clocks that differ by more than this are worth a word: GitLab's rate limits and the end of tokens go by its clock.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// So many days ahead the end of a token is said.
const DAYS_AHEAD: i32 = 30;

fn good(area: Area, id: &str, found: impl Into<String>) -> Check {
    Check::new(area, id, Verdict::Good, found)
}

/// Whether it is reached, which version it is, and what its clock says.
pub(super) fn server(facts: &Facts) -> Vec<Check> {
    let mut checks = vec![reached(facts)];
    let proxies = &facts.surroundings.proxies;
    if !facts.is_local && !proxies.is_empty() {
        let found = format!(
            "requests may go through a proxy: {} set",
            are(proxies.iter().map(String::as_str))
        );
        checks.push(Check::new(Area::Server, "proxy", Verdict::Info, found));
    }
    checks.extend(facts.ahead.map(clock));
    checks
}

fn are<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", listed(names))
}

fn reached(facts: &Facts) -> Check {
    match &facts.metadata {
        Ok(metadata) => version(metadata),
        Err(failure) if failure.is_of_the_token() => {
            let check = Check::new(
                Area::Server,
                "version",
                Verdict::Unknown,
                "GitLab answers, and does not tell its version to this token",
            );
            // Recorded: meta/metadata, as anon, bogus and job.
            check.means("it does so to accounts only, not to jobs")
        }
        Err(failure) if facts.is_gitlab() => {
            let found = format!("GitLab answers; its version is unknown: {}", failure.said);
            Check::new(Area::Server, "version", Verdict::Unknown, found).help(&*failure.hint)
        }
        Err(failure) => {
            let id = match failure.kind {
                ErrorKind::Tls(_) => "tls",
                ErrorKind::NotGitlab | ErrorKind::Undecodable | ErrorKind::TooLarge => "not-gitlab",
                _ => "unreachable",
            };
            let check = Check::new(Area::Server, id, Verdict::Blocking, &*failure.said);
            check
                .means("nothing else can be found out")
                .help(&*failure.hint)
        }
    }
}

fn version(metadata: &Metadata) -> Check {
    let version = &metadata.version;
    let found = format!("GitLab {version} answers");
    let check = |verdict| Check::new(Area::Server, "version", verdict, &*found);
    match metadata.major_minor() {
        None => check(Verdict::Unknown).means("this is no version that is understood"),
        Some(number) if number < OLDEST => check(Verdict::Blocking)
            .means("it is too old: links between issues are not free of charge before 13.4")
            .help("update GitLab"),
        Some(number) if number < LINKS_IN_BULK => check(Verdict::Warning)
            .means("before 17.8 links are read issue by issue: it takes longer, nothing is lost")
            .help(
                "update GitLab, to 18.9 if you can: that is the version that okr was tested with",
            ),
        Some(_) => check(Verdict::Good),
    }
}

fn clock(ahead: SignedDuration) -> Check {
    if ahead.abs() <= SKEW {
        return good(
            Area::Server,
            "clock",
            "its clock agrees with this machine's",
        );
    }
    let (seconds, side) = match ahead.as_secs() {
        behind @ ..0 => (-behind, "behind"),
        ahead => (ahead, "ahead of"),
    };
    let found = format!("its clock is {} {side} this machine's", lasting(seconds));
    Check::new(Area::Server, "clock", Verdict::Warning, found)
        .means(
            "rate limits and the end of tokens go by GitLab's clock, days of check-ins by this one",
        )
        .help("set the clock of the one that is wrong")
}

fn lasting(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// What kind of token it is, whose, for what, and until when.
pub(super) fn token(facts: &Facts) -> Vec<Check> {
    let Some(from) = &facts.surroundings.token_from else {
        let check = Check::new(
            Area::Token,
            "no-token",
            Verdict::Blocking,
            "there is no token for GitLab",
        );
        return vec![
            check
                .means(
                    "trackers, labels and people cannot be looked at, and nothing can be applied",
                )
                .help("set OKR_TOKEN to a token with the scope api (read_api is enough for plans), or OKR_TOKEN_FILE to the name of a file that holds one"),
        ];
    };
    if facts.is_job {
        return vec![job(from)];
    }
    let mut checks = Vec::new();
    for asked in [facts.metadata.as_ref().err(), failed(facts.user.as_ref())] {
        if let Some(failure) = asked.filter(|failure| failure.is_of_the_token()) {
            return vec![refused(from, failure)];
        }
    }
    match &facts.user {
        Some(Ok(user)) => {
            checks.push(whose(user, from));
            checks.push(counts(user, &facts.surroundings.bots));
        }
        Some(Err(failure)) => checks.push(unknown("account", "whose the token is", failure)),
        None => {}
    }
    match &facts.token {
        Some(Ok(token)) => checks.extend(scopes_and_end(token, facts)),
        Some(Err(failure)) => checks.push(unknown("scopes", "what the token may do", failure)),
        None => {}
    }
    checks
}

fn failed<T>(asked: Option<&Asked<T>>) -> Option<&Failure> {
    asked.and_then(|asked| asked.as_ref().err())
}

fn unknown(id: &str, what: &str, failure: &Failure) -> Check {
    let found = format!("{what} is unknown: {}", failure.said);
    Check::new(Area::Token, id, Verdict::Unknown, found).help(&*failure.hint)
}

fn refused(from: &str, failure: &Failure) -> Check {
    let (id, what) = match failure.kind {
        ErrorKind::TokenExpired => ("token-expired", "has expired"),
        ErrorKind::TokenRevoked => ("token-revoked", "was revoked"),
        _ => ("token-unknown", "is none that this server knows"),
    };
    let found = format!("the token from {from} {what}");
    Check::new(Area::Token, id, Verdict::Blocking, found)
        .means("GitLab answers nothing to it")
        .help(&*failure.hint)
}

/// Recorded: lists/job-links, lists/job-labels, lists/job-write; meta, as job.
fn job(from: &str) -> Check {
    let found = format!("a job token, from {from}");
    Check::new(Area::Token, "job-token", Verdict::Blocking, found)
        .means(
            "it reads the issues of projects that allow it, and neither links, labels nor accounts; it writes nothing, so \
             plans are incomplete and apply refuses",
        )
        .help("set OKR_TOKEN to a token with the scope api where an apply shall run")
}

fn whose(user: &CurrentUser, from: &str) -> Check {
    let name = &user.username;
    let found = match user.kind() {
        AccountKind::Person if user.is_admin => {
            format!("{from} is a token of {name}, an administrator")
        }
        AccountKind::Person => format!("{from} is a token of {name}"),
        AccountKind::ProjectBot(id) => {
            format!("{from} is the access token of project {id}, whose account is {name}")
        }
        AccountKind::GroupBot(id) => {
            format!("{from} is the access token of group {id}, whose account is {name}")
        }
        AccountKind::OtherBot => format!("{from} is a token of the bot {name}"),
    };
    let check = good(Area::Token, "account", found).about(name.as_str());
    match user.kind() {
        AccountKind::ProjectBot(_) => Check {
            verdict: Verdict::Info,
            ..check
        }
        .means(
            "the account is a member of that project only, and a new token will be another account",
        )
        .help("for several trackers use one account of its own, Planner in each"),
        AccountKind::GroupBot(_) => Check {
            verdict: Verdict::Info,
            ..check
        }
        .means(
            "the account is a member of that group only, and a new token will be another account",
        ),
        AccountKind::Person | AccountKind::OtherBot => check,
    }
}

/// Whether what the account creates will be taken for ours.
fn counts(user: &CurrentUser, bots: &[Username]) -> Check {
    let viewer = convert::username(&user.username);
    if bots.is_empty() {
        let found = format!("gitlab.bots is not set: only issues by {viewer} are managed");
        return Check::new(Area::Token, "bots-unset", Verdict::Info, found)
            .means("a token of another account would find none of them, and create them again")
            .help(format!(
                "write bots = [\"{viewer}\"] under [gitlab] in okr.toml"
            ));
    }
    if bots.contains(&viewer) {
        return good(Area::Token, "bots", "it is one of gitlab.bots");
    }
    let bots = bots.to_vec();
    Check::of(Area::Token, &Obstacle::NotCounted { viewer, bots })
}

/// What of a token keeps an apply from going through, or will within so many days.
pub fn token_obstacles(token: &TokenSelf, today: Date, days_ahead: i32) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    if !token.scopes.iter().any(|scope| scope == "api") {
        let scopes = token.scopes.clone();
        obstacles.push(Obstacle::NoWriteScope { scopes });
    }
    if let Some(on) = token.expires_at {
        let days = today.until(on).map_or(0, |span| span.get_days());
        if days <= days_ahead {
            obstacles.push(Obstacle::TokenEnds { on, days });
        }
    }
    obstacles
}

/// Recorded: meta/self, as two tokens.
fn scopes_and_end(token: &TokenSelf, facts: &Facts) -> Vec<Check> {
    let mut checks: Vec<Check> = token_obstacles(token, facts.surroundings.today, DAYS_AHEAD)
        .iter()
        .map(|obstacle| Check::of(Area::Token, obstacle))
        .collect();
    let told = |checks: &[Check], id: &str| checks.iter().any(|check| check.id == id);
    if !told(&checks, "scopes") {
        let several = listed(token.scopes.iter().map(String::as_str));
        let found = match token.scopes.as_slice() {
            [one] => format!("it has the scope {one}"),
            _ => format!("it has the scopes {several}"),
        };
        checks.insert(0, good(Area::Token, "scopes", found));
    }
    match token.expires_at {
        None => checks.push(
            Check::new(Area::Token, "expiry", Verdict::Info, "it has no end")
                .means("whoever finds it can use it for ever")
                .help("give it an end, and a reminder in somebody's calendar"),
        ),
        Some(day) if !told(&checks, "expiry") => {
            checks.push(good(Area::Token, "expiry", format!("it ends on {day}")));
        }
        Some(_) => {}
    }
    checks
}
