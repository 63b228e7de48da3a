//! What to do next, by kind of failure.

use super::{Conflict, Error, ErrorKind, GraphqlProblem, TlsProblem};

impl ErrorKind {
    /// What happened, where no status says it.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Self::Refused => "not sent",
            Self::NotGitlab => "the answer does not come from GitLab's API",
            Self::Undecodable => "the answer is not of the shape that GitLab's API has",
            Self::TooLarge => "the answer is longer than any that GitLab gives",
            Self::Dropped => "the connection broke before the answer was complete",
            Self::Unreachable => "no connection",
            Self::Tls(problem) => problem.what(),
            Self::Timeout => "no answer in time",
            Self::Graphql(_) => "GraphQL",
            Self::NoteWasCommands => "GitLab executed the note as quick actions",
            Self::Unstable => "the list kept changing while it was read",
            Self::RateLimited { .. } => "GitLab's rate limit",
            _ => "an answer that GitLab's API does not give",
        }
    }
}

impl TlsProblem {
    /// In a few words.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "no secure connection: the server's certificate is not from an authority that is trusted here"
            }
            Self::Expired => "no secure connection: the server's certificate has expired",
            Self::NotYetValid => "no secure connection: the server's certificate is not valid yet",
            Self::WrongName => "no secure connection: the server's certificate is for another name",
            Self::Authority => {
                "no secure connection: the server shows the certificate of an authority (CA:TRUE) as its own"
            }
            Self::NotTls => "no secure connection: what answers there does not speak TLS",
            Self::Other => "no secure connection",
        }
    }

    /// What a person can do about it.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::UnknownIssuer | Self::Other => {
                "Check the url; for a certificate of your own authority set OKR_CA_FILE to the file with that \
                 authority's certificate (PEM). In CI, GitLab's CI_SERVER_TLS_CA_FILE is taken without asking."
            }
            Self::Expired => {
                "Have the server's certificate renewed, or set this machine's clock if it is wrong. OKR_CA_FILE does not \
                 help here."
            }
            Self::NotYetValid => {
                "Set this machine's clock if it is wrong, or have the server's certificate made anew. OKR_CA_FILE does \
                 not help here."
            }
            Self::WrongName => {
                "Write the url with a name that the certificate is for, or have this name put into the certificate: \
                 only its subjectAltName counts, not its common name. OKR_CA_FILE does not help here."
            }
            Self::Authority => {
                "No client takes an authority's certificate for a server's, OKR_CA_FILE or not. Give the server one of \
                 its own (openssl req -x509 with -addext basicConstraints=critical,CA:FALSE, or one that the authority \
                 issues), and set OKR_CA_FILE to that certificate or to the authority's."
            }
            Self::NotTls => "Check the url: this port may be one for http, or not GitLab's at all.",
        }
    }
}

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> String {
        let text = match self.kind() {
            ErrorKind::Refused => "Nothing was sent: change what is asked for.",
            ErrorKind::Invalid => "GitLab does not accept a value: change it and run again.",
            ErrorKind::Unauthorized => {
                "Set OKR_TOKEN to a token of this server: scope api to apply, read_api to plan. A CI job token reads \
                 issues only."
            }
            ErrorKind::TokenExpired => {
                "The token has expired: make a new one (scope api to apply, read_api to plan) and set OKR_TOKEN."
            }
            ErrorKind::TokenRevoked => {
                "The token was revoked: make a new one (scope api to apply, read_api to plan) and set OKR_TOKEN."
            }
            ErrorKind::InsufficientScope { .. } => {
                "Set OKR_TOKEN to a token with scope api to write; read_api suffices to read."
            }
            ErrorKind::Forbidden => {
                "Give the token's user at least the Planner role in this project (its group for group labels), or use \
                 a token of somebody who has it."
            }
            ErrorKind::ReadOnly => "The instance accepts no writes at present: run again later.",
            ErrorKind::NotFound => {
                "Check the path. GitLab also answers 404 for what a token may not see: make its user a member of the \
                 project, Planner or above."
            }
            ErrorKind::ProjectMoved { to: Some(to) } => {
                return format!("The project was renamed or moved: write its new path, {to}.");
            }
            ErrorKind::ProjectMoved { to: None } => {
                "The project was renamed or moved: write its new path, as the project's page shows it."
            }
            ErrorKind::Redirected { to } => {
                return format!(
                    "The server points to {to}: if that is your GitLab, set it as the url. The token is sent to the \
                     configured server only."
                );
            }
            ErrorKind::MethodNotAllowed => {
                "The server does not accept this here: check the url and GitLab's version."
            }
            ErrorKind::Conflict(conflict) => match conflict {
                Conflict::DuplicatedIssue => {
                    "The number is taken, or a label was made at the same moment: look, then try again."
                }
                Conflict::ResourceLock => {
                    "Somebody saved the issue at the same moment: read it again, then write."
                }
                Conflict::AlreadyLinked => "The two issues are linked already.",
                Conflict::LabelExists => "The label exists already, here or in a group above.",
                Conflict::Captcha => {
                    "GitLab suspects spam and wants a captcha solved: an administrator can allow possible spam of \
                     this account."
                }
                Conflict::Other => "Something else stands against it: read it again, then decide.",
            },
            ErrorKind::PreconditionFailed => "It changed meanwhile: read it again, then decide.",
            ErrorKind::Unprocessable => {
                "GitLab understands it but cannot do it: its message says why."
            }
            ErrorKind::RateLimited { wait: Some(wait) } => {
                return format!(
                    "GitLab limits how fast this account may go: try again in {} s.",
                    wait.as_secs()
                );
            }
            ErrorKind::RateLimited { wait: None } => {
                "GitLab limits how fast this account may go: run again in a few minutes."
            }
            ErrorKind::Server => {
                "GitLab failed: run again; if it stays so, give the request id to its administrators."
            }
            ErrorKind::NotGitlab | ErrorKind::TooLarge => {
                "Check the url: a proxy, a sign-in page or another program answered in GitLab's place."
            }
            ErrorKind::Undecodable => {
                "Check that the url is a GitLab of a supported version; if it is, this is a fault of ours: report it."
            }
            ErrorKind::Dropped | ErrorKind::Timeout => {
                "The network or the server is struggling: run again."
            }
            ErrorKind::Unreachable => {
                "Check the url, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)."
            }
            ErrorKind::Tls(problem) => problem.hint(),
            ErrorKind::Graphql(problem) => match problem {
                GraphqlProblem::NotFoundOrForbidden => {
                    "Check that it exists and that the token's user has the Planner role there."
                }
                GraphqlProblem::UnknownField => {
                    "This server's GraphQL lacks what was asked for: it is older than supported."
                }
                GraphqlProblem::TooComplex | GraphqlProblem::Timeout => {
                    "Ask for less at once: fewer projects or issues."
                }
                GraphqlProblem::Other => "Run again; if it stays so, report it.",
            },
            ErrorKind::ProjectsNotFound(_) => {
                "Check the paths. GitLab also hides what a token may not see: make its user a member of each project, \
                 Planner or above."
            }
            ErrorKind::NoteWasCommands => {
                "The text consisted of quick actions only: escape a leading slash with a backslash."
            }
            ErrorKind::Unstable => "Somebody is changing many issues at present: run again.",
            ErrorKind::Unexpected => "Check the url and what stands between you and GitLab.",
        };
        if self.is_ambiguous() {
            return format!("It may have happened nevertheless: look before you repeat it. {text}");
        }
        text.to_owned()
    }
}
