//! A password that nobody knows: the server's port can be reached by everybody on this machine.

use std::fs::File;
use std::io::Read as _;

use crate::failure::Failure;

/// Makes one, of characters that need no quoting in SQL, in a URL or in a shell.
pub(super) fn random() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|cause| Failure::broken(format!("no random bytes: {cause}")))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_passwords_differ_and_have_one_length() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), other.len()), (32, 32));
    }
}
