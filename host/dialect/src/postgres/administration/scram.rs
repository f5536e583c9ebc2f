//! SCRAM-SHA-256 verifiers: what PostgreSQL stores in the place of a password, made here so that the
//! password itself never reaches it.
//!
//! Source: RFC 5802 and RFC 7677; the form of the text is that of `pg_authid.rolpassword`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// How often the password is stretched: what the server itself does.
const ITERATIONS: u32 = 4_096;

/// The verifier of a password, which must be ASCII: other texts would have to be normalised first.
pub(super) fn verifier(password: &str, salt: [u8; 16]) -> String {
    let salted = stretched(password, &salt);
    let client_key = keyed(&salted, &[b"Client Key"]);
    let stored_key: [u8; 32] = Sha256::digest(client_key).into();
    let server_key = keyed(&salted, &[b"Server Key"]);
    let text = |bytes: &[u8]| STANDARD.encode(bytes);
    format!(
        "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
        text(&salt),
        text(&stored_key),
        text(&server_key)
    )
}

/// PBKDF2 with one block.
fn stretched(password: &str, salt: &[u8]) -> [u8; 32] {
    let mut last = keyed(password.as_bytes(), &[salt, &1_u32.to_be_bytes()]);
    let mut all = last;
    for _ in 1..ITERATIONS {
        last = keyed(password.as_bytes(), &[&last]);
        for (sum, byte) in all.iter_mut().zip(last) {
            *sum ^= byte;
        }
    }
    all
}

fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length; were it to fail, nobody could log in with the result.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_of_the_standard() {
        // The example of RFC 7677: user `user`, password `pencil`.
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = verifier("pencil", salt.try_into().unwrap());
        assert_eq!(
            verifier,
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
             wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }
}
