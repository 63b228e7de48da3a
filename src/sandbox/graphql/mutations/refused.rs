//! A refusal of the state in the words of GraphQL.

use crate::sandbox::graphql::object::Failure;
use crate::sandbox::state::Refusal;

/// What a refusal becomes: reasons in the payload, or an error beside it.
///
/// A record that does not validate is told in whole sentences (recorded: mutations/one-of-three-fails); the rate limit
/// on creation and GitLab's own accidents end the whole request (recorded: throttle_create/graphql-create-over-limit).
pub(super) fn reasons(refusal: Refusal) -> Result<Vec<String>, Failure> {
    let message = refusal.to_string();
    match refusal {
        Refusal::Invalid(fields) => {
            let sentences = fields.into_iter().flat_map(|(field, texts)| {
                texts.into_iter().map(move |text| sentence(field, &text))
            });
            Ok(sentences.collect())
        }
        Refusal::BadRequest(text) | Refusal::Unprocessable(text) => Ok(vec![text]),
        Refusal::RateLimited { .. } => Err(Failure::Request(429, message)),
        // Two issues of one number are an accident that only REST has words for.
        Refusal::Internal | Refusal::Conflict(_) => {
            Err(Failure::Request(500, "Internal server error".to_owned()))
        }
        Refusal::Unauthorized
        | Refusal::TokenExpired
        | Refusal::TokenRevoked
        | Refusal::InsufficientScope
        | Refusal::Forbidden(_)
        | Refusal::NotFound(_) => Err(Failure::unavailable()),
    }
}

/// `Title is too long (maximum is 255 characters)`.
pub(super) fn sentence(field: &str, text: &str) -> String {
    if field == "base" {
        return text.to_owned();
    }
    let words = field.replace(['_', '.'], " ");
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{} {text}", letters.as_str())
}
