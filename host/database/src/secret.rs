//! [`Secret`]: a text that is shown to nobody by accident.

use std::fmt;

/// How many random bytes a password is made of: 160 bits.
const PASSWORD_BYTES: usize = 20;

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password, or a URL that holds one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// A new password of 32 letters and digits, 160 random bits of the system's generator.
    pub fn random_password() -> Secret {
        // A version 4 id has 122 random bits; of two of them the 20 bytes that are random throughout.
        let (first, second) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        let random = |n: &usize| ![6, 8].contains(&(n % 16));
        let bytes = [*first.as_bytes(), *second.as_bytes()].concat();
        let chosen = (0..bytes.len()).filter(random).take(PASSWORD_BYTES);
        let mut bits = 0_u64;
        let mut n_bits = 0;
        let mut text = String::new();
        for place in chosen {
            bits = (bits << 8) | u64::from(bytes.get(place).copied().unwrap_or_default());
            n_bits += 8;
            while n_bits >= 5 {
                n_bits -= 5;
                let letter = usize::try_from((bits >> n_bits) & 31).unwrap_or(0);
                text.push(char::from(ALPHABET.get(letter).copied().unwrap_or(b'a')));
            }
            bits &= (1 << n_bits) - 1;
        }
        Secret(text)
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_160_bits_and_is_never_the_same() {
        let (one, other) = (Secret::random_password(), Secret::random_password());
        assert_eq!(one.expose().len(), 32);
        assert!(one.expose().bytes().all(|b| ALPHABET.contains(&b)));
        assert_ne!(one, other);
    }

    #[test]
    fn a_secret_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret");
    }
}
