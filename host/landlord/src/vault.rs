//! [`Vault`]: seals what the landlord must keep and nobody may read in its tables.
//!
//! XChaCha20-Poly1305 under a key that is derived from the home's master key for this purpose alone. What
//! a sealed text belongs to is authenticated with it, so that a row copied over another does not open.
//!
//! Invariant: no error and no debug text shows a secret or a key.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use database::Secret;
use hkdf::Hkdf;
use model::{Error, Result};
use sha2::Sha256;

mod codes {
    model::codes! {
        SECRET_UNREADABLE = "secret.unreadable", Unreachable, "A sealed text of the landlord does not open: the master key is another one, or the text was changed or moved.";
    }
}
pub use codes::*;

/// What the key is derived for.
const PURPOSE: &[u8] = b"strata/credentials/1";

/// The form of a sealed text: this, then nonce and ciphertext in hexadecimal digits.
const FORM: &str = "v1.";

/// The bytes of a nonce.
const NONCE_BYTES: usize = 24;

/// Seals and opens.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of a home.
    pub fn new(master_key: &[u8; 32]) -> Vault {
        let mut key = [0; 32];
        // Fails for more than 255 times the bytes of a hash alone; these are as many as one hash has.
        let expanded = Hkdf::<Sha256>::new(None, master_key).expand(PURPOSE, &mut key);
        debug_assert!(expanded.is_ok());
        Vault {
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
        }
    }

    /// Seals a secret for a place: `server/east/url`.
    ///
    /// # Errors
    /// `secret.unreadable`, for a text too long to seal.
    pub fn seal(&self, place: &str, secret: &Secret) -> Result<String> {
        // Two version 4 ids have 244 random bits: more than a nonce of 24 bytes can hold twice.
        let (one, other) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        let random = [*one.as_bytes(), *other.as_bytes()].concat();
        let mut nonce = [0; NONCE_BYTES];
        for (byte, random) in nonce.iter_mut().zip(random) {
            *byte = random;
        }
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| unreadable(place))?;
        Ok([FORM, &hex::encode(nonce), &hex::encode(sealed)].concat())
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// `secret.unreadable`.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Secret> {
        let open = || {
            let bytes = hex::decode(sealed.strip_prefix(FORM)?).ok()?;
            let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
            let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
            let payload = Payload {
                msg: sealed,
                aad: place.as_bytes(),
            };
            let opened = self.cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
            String::from_utf8(opened).ok()
        };
        open().map(Secret::new).ok_or_else(|| unreadable(place))
    }
}

fn unreadable(place: &str) -> Error {
    Error::new(
        &SECRET_UNREADABLE,
        format!("what is sealed for `{place}` does not open"),
    )
    .hint("restore `keys/master.key` and the landlord from backups of one time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_at_its_place_under_its_key_and_nowhere_else() {
        let vault = Vault::new(&[7; 32]);
        let secret = Secret::new("hunter2");
        let sealed = vault.seal("tenant/a/application", &secret).unwrap();
        assert!(!sealed.contains("hunter2"));
        let opened = vault.open("tenant/a/application", &sealed).unwrap();
        assert_eq!(opened, secret);
        for (vault, place) in [
            (&vault, "tenant/b/application"),
            (&Vault::new(&[8; 32]), "tenant/a/application"),
        ] {
            let error = vault.open(place, &sealed).unwrap_err();
            assert!(error.is(&SECRET_UNREADABLE), "{error}");
        }
    }

    #[test]
    fn neither_a_vault_nor_an_error_shows_a_secret() {
        let vault = Vault::new(&[7; 32]);
        assert_eq!(format!("{vault:?}"), "Vault");
        let sealed = vault.seal("server/east/url", &Secret::new("hunter2"));
        let error = vault.open("server/west/url", &sealed.unwrap()).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        assert!(error.message().contains("`server/west/url`"), "{error}");
        assert!(error.hints()[0].contains("keys/master.key"), "{error:?}");
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike() {
        let vault = Vault::new(&[7; 32]);
        let secret = Secret::new("hunter2");
        let seal = || vault.seal("a", &secret).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_text_that_was_changed_or_is_none_does_not_open() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal("a", &Secret::new("x")).unwrap();
        let (start, last) = sealed.split_at(sealed.len() - 1);
        let changed = [start, if last == "0" { "1" } else { "0" }].concat();
        for text in [changed.as_str(), "", "v1.", "v1.zz", "x", start] {
            assert!(vault.open("a", text).is_err(), "{text}");
        }
    }
}
