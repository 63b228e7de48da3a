//! Which GitLab, and with which token.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{CliError, Env, ExitStatus, Ui};
use crate::config::Config;
use crate::gitlab::{Client, Settings, Token, TokenKind};

/// A client, and what it was made of.
#[derive(Debug)]
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The address, and what named it.
    pub server: String,
    /// The variable that the token came from.
    pub token_from: &'static str,
    /// Whether the token can write: a job token only reads.
    pub writes: bool,
}

impl Connection {
    /// Refuses a token that cannot write.
    pub(crate) fn must_write(&self) -> Result<(), CliError> {
        if self.writes {
            return Ok(());
        }
        Err(
            CliError::failure("a job token cannot write to GitLab").hint(
                "set OKR_TOKEN to a token with the scope api and the role Planner in every tracker",
            ),
        )
    }
}

/// A token and where it came from.
struct Found {
    secret: SecretString,
    from: &'static str,
    kind: TokenKind,
}

/// A server, and the token for it where there is one.
#[derive(Debug)]
pub(crate) struct Reach {
    /// The client.
    pub(crate) client: Client,
    /// The address, and what named it.
    pub(crate) server: String,
    /// The variable that the token came from, and what kind it is.
    pub(crate) token: Option<(&'static str, TokenKind)>,
}

/// Connects to the server that the environment or okr.toml names, with the token of the environment.
///
/// # Errors
/// No server or token is given, one of them cannot be one, or the token would leave for another host than its pipeline's.
pub fn connect(env: &Env, config: &Config, ui: &Ui) -> Result<Connection, CliError> {
    let reach = reach(env, config, ui, |_| {})?;
    let Some((token_from, kind)) = reach.token else {
        return Err(CliError::failure("no token for GitLab").hint(
            "set OKR_TOKEN to a token with the scope api (read_api is enough for plans), or OKR_TOKEN_FILE to the name of a \
             file that holds one; or try `okr demo`, which needs none",
        ));
    };
    Ok(Connection {
        client: reach.client,
        server: reach.server,
        token_from,
        writes: kind == TokenKind::Private,
    })
}

/// As [`connect`], also where no token is given, with settings that a command may change.
pub(crate) fn reach(
    env: &Env,
    config: &Config,
    ui: &Ui,
    change: impl FnOnce(&mut Settings),
) -> Result<Reach, CliError> {
    reach_with(token(env)?, env, config, ui, change)
}

/// Connects with the token for notes, and no other: who may write to trackers shall not be needed in merge requests. `None`
/// where there is none.
///
/// # Errors
/// As of [`connect`].
pub(crate) fn connect_for_notes(
    env: &Env,
    config: &Config,
    ui: &Ui,
) -> Result<Option<Connection>, CliError> {
    let Some(token) = note_token(env)? else {
        return Ok(None);
    };
    let token_from = token.from;
    let reach = reach_with(Some(token), env, config, ui, |_| {})?;
    Ok(Some(Connection {
        client: reach.client,
        server: reach.server,
        token_from,
        writes: true,
    }))
}

/// Connects a job to the server of its own pipeline, with the job's own token: to read what is in its project, whatever
/// server has the issues.
///
/// # Errors
/// This is no job.
pub(crate) fn connect_as_job(env: &Env, ui: &Ui) -> Result<Client, CliError> {
    let from = "CI_SERVER_URL";
    let (Some(secret), Some(text)) = (&env.ci_job_token, &env.ci_server_url) else {
        return Err(CliError::usage("this is no job of a pipeline")
            .hint("CI_JOB_TOKEN and CI_SERVER_URL are not set"));
    };
    let token = Found {
        secret: secret.clone(),
        from: "CI_JOB_TOKEN",
        kind: TokenKind::Job,
    };
    let server = (address(text, from)?, from);
    Ok(reach_at(server, Some(token), env, ui, |_| {})?.client)
}

fn reach_with(
    token: Option<Found>,
    env: &Env,
    config: &Config,
    ui: &Ui,
    change: impl FnOnce(&mut Settings),
) -> Result<Reach, CliError> {
    reach_at(server(env, config)?, token, env, ui, change)
}

fn reach_at(
    (server, server_from): (Url, &'static str),
    token: Option<Found>,
    env: &Env,
    ui: &Ui,
    change: impl FnOnce(&mut Settings),
) -> Result<Reach, CliError> {
    let named = format!("{server} (from {server_from})");
    let mut settings = Settings::new(server.clone());
    if let Some(token) = &token {
        guard(env, &server, server_from)?;
        ui.detail(&format!("GitLab: {named}, token from {}", token.from));
        settings.token_kind = token.kind;
        let secret = Token::new(token.secret.expose_secret()).map_err(|error| {
            CliError::failure(format!("{} holds no token", token.from))
                .because(error)
                .hint("copy it again, without quotation marks or line breaks")
        })?;
        settings.token = Some(secret);
    }
    settings.ca_file = certificates(env)?;
    settings.allow_plain_http = env.allow_http;
    settings.observer = ui.request_log();
    change(&mut settings);
    let client = Client::new(settings).map_err(|error| {
        CliError::failure("cannot set up the connection to GitLab").because(error)
    })?;
    Ok(Reach {
        client,
        server: named,
        token: token.map(|token| (token.from, token.kind)),
    })
}

/// `OKR_URL`, else okr.toml, else `CI_SERVER_URL`.
fn server(env: &Env, config: &Config) -> Result<(Url, &'static str), CliError> {
    let declared = config.gitlab.url.as_ref().map(|url| &url.value);
    let candidates = [
        (env.okr_url.as_ref(), "OKR_URL"),
        (declared, "okr.toml"),
        (env.ci_server_url.as_ref(), "CI_SERVER_URL"),
    ];
    let Some((text, from)) = candidates
        .into_iter()
        .find_map(|(text, from)| Some((text?, from)))
    else {
        return Err(CliError::failure("no GitLab is named").hint(
            "set OKR_URL, or gitlab.url in okr.toml, to an address like https://gitlab.example.com",
        ));
    };
    Ok((address(text, from)?, from))
}

fn address(text: &str, from: &str) -> Result<Url, CliError> {
    Url::parse(text).map_err(|error| {
        CliError::usage(format!("{from} names no address: {text}"))
            .because(error)
            .hint("write it like https://gitlab.example.com")
    })
}

fn private(secret: SecretString, from: &'static str) -> Found {
    Found {
        secret,
        from,
        kind: TokenKind::Private,
    }
}

/// `OKR_NOTE_TOKEN`, else the file that `OKR_NOTE_TOKEN_FILE` names.
fn note_token(env: &Env) -> Result<Option<Found>, CliError> {
    if let Some(secret) = &env.note_token {
        return Ok(Some(private(secret.clone(), "OKR_NOTE_TOKEN")));
    }
    let from = "OKR_NOTE_TOKEN_FILE";
    let path = env.note_token_file.as_deref();
    path.map(|path| Ok(private(read_token(path, from)?, from)))
        .transpose()
}

/// `OKR_TOKEN`, else the file that `OKR_TOKEN_FILE` names, else `GITLAB_TOKEN`, else `CI_JOB_TOKEN`.
fn token(env: &Env) -> Result<Option<Found>, CliError> {
    if let Some(secret) = &env.okr_token {
        return Ok(Some(private(secret.clone(), "OKR_TOKEN")));
    }
    if let Some(path) = &env.okr_token_file {
        let from = "OKR_TOKEN_FILE";
        return Ok(Some(private(read_token(path, from)?, from)));
    }
    if let Some(secret) = &env.gitlab_token {
        return Ok(Some(private(secret.clone(), "GITLAB_TOKEN")));
    }
    Ok(env.ci_job_token.clone().map(|secret| Found {
        secret,
        from: "CI_JOB_TOKEN",
        kind: TokenKind::Job,
    }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the token's file is no file of the workspace: it lies outside on purpose"
)]
fn read_token(path: &str, from: &str) -> Result<SecretString, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        CliError::failure(format!(
            "cannot read the token from {path}, which {from} names"
        ))
        .because(error)
    })?;
    Ok(SecretString::from(text.trim()))
}

/// The certificates of authorities that are trusted besides the system's.
pub(crate) fn certificates(env: &Env) -> Result<Option<Vec<u8>>, CliError> {
    env.ca_file.as_deref().map(read_certificates).transpose()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the authority's certificates are no file of the workspace: they belong to the machine"
)]
fn read_certificates(path: &str) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| {
        CliError::failure(format!("cannot read certificates from {path}"))
            .because(error)
            .hint("OKR_CA_FILE (in CI: CI_SERVER_TLS_CA_FILE) names a file with certificates in PEM form")
    })
}

/// In a pipeline the token goes to that pipeline's server only, unless `OKR_URL` names another: okr.toml is part of the
/// change under review.
fn guard(env: &Env, server: &Url, from: &str) -> Result<(), CliError> {
    let Some(ci) = env
        .ci_server_url
        .as_ref()
        .and_then(|text| Url::parse(text).ok())
    else {
        return Ok(());
    };
    // The scheme is part of the origin: where plain http is allowed, okr.toml must not turn https into it.
    if from != "okr.toml" || server.origin() == ci.origin() {
        return Ok(());
    }
    Err(CliError::new(
        ExitStatus::Refused,
        format!("okr.toml sends this pipeline's token to {server}, which is not its own server {ci}"),
    )
    .hint("correct gitlab.url in okr.toml, or set OKR_URL in the project's variables if another server is meant"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_pipelines_token_does_not_follow_okr_toml_to_another_host() {
        let env = Env {
            ci_server_url: Some("https://gitlab.example.com".into()),
            ..Env::default()
        };
        assert!(guard(&env, &url("https://gitlab.example.com/"), "okr.toml").is_ok());
        assert!(guard(&env, &url("https://elsewhere.example.com"), "OKR_URL").is_ok());
        let refused = guard(&env, &url("https://elsewhere.example.com"), "okr.toml").unwrap_err();
        assert_eq!(refused.status().code(), 7);
        assert!(guard(&env, &url("http://gitlab.example.com"), "okr.toml").is_err());
        assert!(guard(&env, &url("http://gitlab.example.com:443"), "okr.toml").is_err());
        assert!(
            guard(
                &Env::default(),
                &url("https://elsewhere.example.com"),
                "okr.toml"
            )
            .is_ok()
        );
    }

    #[test]
    fn tokens_are_taken_in_their_order() {
        let secret = |text: &str| Some(SecretString::from(text));
        let mut env = Env {
            ci_job_token: secret("job"),
            ..Env::default()
        };
        assert_eq!(token(&env).unwrap().unwrap().from, "CI_JOB_TOKEN");
        env.gitlab_token = secret("general");
        assert_eq!(token(&env).unwrap().unwrap().from, "GITLAB_TOKEN");
        env.okr_token = secret("own");
        assert_eq!(token(&env).unwrap().unwrap().from, "OKR_TOKEN");
        let gone = Env {
            okr_token_file: Some("/no/such/file".into()),
            ..Env::default()
        };
        assert!(token(&gone).is_err());
    }

    #[test]
    fn notes_are_written_with_their_own_token_alone() {
        let secret = |text: &str| Some(SecretString::from(text));
        let mut env = Env {
            okr_token: secret("own"),
            gitlab_token: secret("general"),
            ci_job_token: secret("job"),
            ..Env::default()
        };
        assert!(note_token(&env).unwrap().is_none());
        env.note_token_file = Some("/no/such/file".into());
        let error = note_token(&env).err().unwrap();
        assert!(error.lines()[0].1.contains("OKR_NOTE_TOKEN_FILE"));
        env.note_token = secret("note");
        assert_eq!(note_token(&env).unwrap().unwrap().from, "OKR_NOTE_TOKEN");
        env.note_token = None;
        env.note_token_file = None;
        env.okr_token = None;
        assert!(note_token(&env).unwrap().is_none());
    }
}
