//! The seal on precompiled code: who wrote this file knew the key of this installation.
//!
//! Precompiled code is machine code that runs with the rights of this process; wasmtime barely checks
//! it. It is not secret: the seal is a MAC, not a cipher.
//!
//! Invariant: nothing is loaded whose seal was not verified, over component, engine and code together.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use model::digest::Digest;
use sha2::Sha256;

/// First in every sealed file.
const MAGIC: &[u8] = b"strata/precompiled/1\n";
/// What the key is for: the same master key derives others for other ends.
const PURPOSE: &[u8] = b"strata/plugin/precompiled/1";
/// The length of the MAC.
const MAC_BYTES: usize = 32;

/// The key that seals precompiled code.
pub(crate) struct Seal {
    mac: Hmac<Sha256>,
}

impl Seal {
    /// Derives the key from the installation's master key; `None` never happens for these lengths.
    pub(crate) fn new(master: &[u8; 32]) -> Option<Seal> {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, master)
            .expand(PURPOSE, &mut key)
            .ok()?;
        Some(Seal {
            mac: Hmac::<Sha256>::new_from_slice(&key).ok()?,
        })
    }

    /// The sealed file of a component's code for an engine.
    pub(crate) fn seal(&self, component: &Digest, engine: &str, code: &[u8]) -> Vec<u8> {
        let mac = self.over(component, engine, code).finalize().into_bytes();
        [MAGIC, &mac, code].concat()
    }

    /// The code in a sealed file; `None` when it is broken, foreign, or of another component or engine.
    pub(crate) fn open(
        &self,
        component: &Digest,
        engine: &str,
        mut sealed: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let rest = sealed.strip_prefix(MAGIC)?;
        let (mac, code) = rest.split_at_checked(MAC_BYTES)?;
        self.over(component, engine, code).verify_slice(mac).ok()?;
        sealed.drain(..MAGIC.len() + MAC_BYTES);
        Some(sealed)
    }

    fn over(&self, component: &Digest, engine: &str, code: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(component.as_bytes());
        mac.update(&(engine.len() as u64).to_be_bytes());
        mac.update(engine.as_bytes());
        mac.update(code);
        mac
    }
}

#[cfg(test)]
mod tests {
    use model::digest::Digest;

    use super::{MAC_BYTES, MAGIC, Seal};

    #[test]
    fn a_sealed_file_opens_with_the_same_key_component_and_engine_only() {
        let seal = Seal::new(&[1; 32]).unwrap();
        let component = Digest::of_bytes(b"component");
        let sealed = seal.seal(&component, "engine", b"code");
        assert_eq!(
            seal.open(&component, "engine", sealed.clone()).unwrap(),
            b"code"
        );
        assert!(
            seal.open(&Digest::of_bytes(b"other"), "engine", sealed.clone())
                .is_none()
        );
        assert!(seal.open(&component, "engin", sealed.clone()).is_none());
        assert!(
            Seal::new(&[2; 32])
                .unwrap()
                .open(&component, "engine", sealed)
                .is_none()
        );
    }

    #[test]
    fn every_flipped_bit_and_every_cut_breaks_the_seal() {
        let seal = Seal::new(&[1; 32]).unwrap();
        let component = Digest::of_bytes(b"component");
        let sealed = seal.seal(&component, "engine", b"code");
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert!(
                seal.open(&component, "engine", broken).is_none(),
                "byte {at}"
            );
            assert!(
                seal.open(&component, "engine", sealed[..at].to_vec())
                    .is_none(),
                "cut {at}"
            );
        }
        assert_eq!(sealed.len(), MAGIC.len() + MAC_BYTES + 4);
    }
}
