//! The access token, and its removal from every text that leaves the client.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::call::segment;

/// What stands where a token stood.
const REDACTED: &str = "[REDACTED]";

/// An access token: sent to GitLab, never shown.
///
/// `Debug` prints a placeholder, there is no `Display`, and [`Error`](super::Error)s are scrubbed of its value.
#[derive(Clone)]
pub struct Token {
    plain: SecretString,
    /// As it may stand in an address: programs differ in what they encode, and in the case of the digits.
    encoded: Vec<SecretString>,
}

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing but white space.
    #[error("the token is empty: set OKR_TOKEN to an access token, or unset it")]
    Empty,
    /// Characters that no GitLab token has and no HTTP header may carry.
    #[error("the token has characters that no token has (a space, a line break, …): copy it again")]
    Characters,
}

impl Token {
    /// Takes a token as people paste it: white space around it is cut off.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Characters);
        }
        let every = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let upper = [every, form, segment(text)];
        let lower = upper.iter().map(|encoded| lower_digits(encoded));
        let encoded = lower.chain(upper.iter().cloned()).map(Into::into).collect();
        Ok(Self {
            plain: text.into(),
            encoded,
        })
    }

    /// The value of the header that carries it, marked so that no log shows it.
    pub(super) fn header(&self) -> Result<HeaderValue, TokenError> {
        sensitive(self.plain.expose_secret())
    }

    /// The value of `Authorization` for a server that wants it as a bearer token (RFC 6750), marked likewise.
    pub(crate) fn bearer(&self) -> Result<HeaderValue, TokenError> {
        sensitive(&format!("Bearer {}", self.plain.expose_secret()))
    }

    /// `text` without the token, in plain or in URL-encoded form.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let plain = text.replace(self.plain.expose_secret(), REDACTED);
        self.encoded.iter().fold(plain, |text, form| {
            text.replace(form.expose_secret(), REDACTED)
        })
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, TokenError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| TokenError::Characters)?;
    value.set_sensitive(true);
    Ok(value)
}

/// `%2B` as `%2b`.
fn lower_digits(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(part.len().min(2));
        text.extend(["%", &digits.to_lowercase(), rest]);
    }
    text
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new(" glpat-a+b/c\n").unwrap();
        assert_eq!(format!("{token:?}"), "Token([REDACTED])");
        assert!(token.header().unwrap().is_sensitive());
        assert_eq!(
            token.scrub("glpat-a+b/c glpat%2Da%2Bb%2Fc glpat-a%2Bb%2Fc glpat-a%2bb%2fc glpat-"),
            "[REDACTED] [REDACTED] [REDACTED] [REDACTED] glpat-"
        );
    }

    #[test]
    fn what_is_no_token_is_refused() {
        assert_eq!(Token::new(" \n").unwrap_err(), TokenError::Empty);
        assert_eq!(Token::new("a b").unwrap_err(), TokenError::Characters);
        assert_eq!(Token::new("glpät").unwrap_err(), TokenError::Characters);
    }
}
