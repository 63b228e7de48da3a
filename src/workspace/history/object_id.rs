use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// The id of a commit or text in git, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ObjectId(String);

/// How long ids are in hexadecimal: most repositories have SHA-1, new ones may have SHA-256.
const SHA1: usize = 40;
const SHA256: usize = 64;

impl ObjectId {
    /// Takes an id as git writes it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_id =
            matches!(text.len(), SHA1 | SHA256) && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then(|| Self(text.to_owned()))
    }

    /// The id that git gives to a text in a repository in which another object has the id `like`.
    pub(super) fn of_text(text: &str, like: &Self) -> Option<Self> {
        let head = format!("blob {}\0", text.len());
        let bytes = match like.0.len() {
            SHA1 => Sha1::new_with_prefix(head)
                .chain_update(text)
                .finalize()
                .to_vec(),
            SHA256 => Sha256::new_with_prefix(head)
                .chain_update(text)
                .finalize()
                .to_vec(),
            _ => return None,
        };
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
        Some(Self(digits.collect()))
    }

    /// All of it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is of a repository with SHA-256.
    pub(super) fn is_sha256(&self) -> bool {
        self.0.len() == SHA256
    }

    /// As people read it.
    pub(super) fn abbreviated(&self) -> String {
        self.0.chars().take(8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_git_gives() {
        // `git hash-object` of "a\n", in repositories of both kinds.
        let sha1 = "78981922613b2afb6025042ff6bd878ac1994e85";
        let sha256 = "f8625e43f9e04f24291f77cdbe4c71b3c2a3b0003f60419b3ed06a058d766c8b";
        for id in [sha1, sha256] {
            let id = ObjectId::parse(id).unwrap();
            assert_eq!(ObjectId::of_text("a\n", &id), Some(id.clone()));
            assert_ne!(ObjectId::of_text("a\r\n", &id), Some(id));
        }
        for wrong in ["", "78981922", &"x".repeat(40)] {
            assert_eq!(ObjectId::parse(wrong), None, "{wrong}");
        }
    }
}
