//! Password hashes (Argon2id). Slow by design: the shells run these on a blocking thread.

use std::sync::LazyLock;

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::l10n::text;
use crate::refusal::Refused;

/// Shortest password taken, in characters.
pub const SHORTEST: usize = 10;
/// Longest password taken, in bytes, so that hashing can't be made to cost more.
pub const LONGEST: usize = 256;

/// Kibibytes and passes of a new hash. Of the pairs that OWASP's password storage cheat sheet holds to be equally strong,
/// the one that takes least memory: several people sign in at once. A stored hash is checked as it was made.
const COST: (u32, u32) = (7 * 1024, 5);

/// The hash of a password as a PHC string with its own random salt.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let params = Params::new(COST.0, COST.1, 1, None).map_err(|e| anyhow!("hashing a password: {e}"))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash =
        hasher.hash_password(password.as_bytes()).map_err(|e| anyhow!("hashing a password: {e}"))?;
    Ok(hash.to_string())
}

/// Whether the password is the one hashed. Without a hash (unknown name) it works as long and says no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let known = hash.is_some();
    let Some(hash) = hash.or(NOBODY.as_deref()) else {
        return false;
    };
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    let right = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
    right && known
}

/// Whether a password may be chosen for this account.
pub fn acceptable(field: &str, password: &str, login: &str) -> Result<(), Refused> {
    let length = password.chars().count();
    if length < SHORTEST || password.len() > LONGEST || password.eq_ignore_ascii_case(login) {
        return Err(Refused::BadValue {
            field: field.to_owned(),
            expected: text(|l| l.msg_password_rule(SHORTEST.to_string())),
        });
    }
    Ok(())
}

static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody").ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_of_a_known_account_passes() {
        let hashed = hash("correct horse").unwrap();
        assert!(verify("correct horse", Some(&hashed)));
        assert!(!verify("correct horsf", Some(&hashed)));
        assert!(!verify("nobody", None));
        assert_ne!(hashed, hash("correct horse").unwrap());
    }

    #[test]
    fn a_hash_made_at_another_cost_is_still_good() {
        let dearer: PasswordHash = Argon2::default().hash_password(b"correct horse").unwrap();
        assert!(verify("correct horse", Some(&dearer.to_string())));
        assert!(!verify("correct horsf", Some(&dearer.to_string())));
    }

    #[test]
    fn short_passwords_and_the_login_itself_are_refused() {
        assert!(acceptable("password", "123456789", "x").is_err());
        assert!(acceptable("password", "Head.Rmd-Qz", "head.rmd-qz").is_err());
        assert!(acceptable("password", "十个汉字也算十个字符", "x").is_ok());
    }
}
