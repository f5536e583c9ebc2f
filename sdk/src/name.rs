//! Names that the builders make when the author gives none.
//!
//! Whether a name is allowed is judged by the host.
//!
//! Invariant: a made name has at most 63 bytes and is the same for the same parts, for ever: applied
//! migrations hold it.

/// The longest name in bytes, the shortest limit among the databases (PostgreSQL).
const NAME_BYTES_MAX: usize = 63;

/// Joins a table, columns and a suffix; a name that is too long ends in a hash of the whole.
pub(crate) fn join(table: &str, columns: &[String], suffix: &str) -> String {
    let mut name = String::from(table);
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name.push('_');
    name.push_str(suffix);
    if name.len() <= NAME_BYTES_MAX {
        return name;
    }
    let hash = fnv1a(name.as_bytes());
    let mut end = NAME_BYTES_MAX - 9;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash:08x}", &name[..end])
}

/// FNV-1a with 32 bits.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_joined_as_they_are() {
        assert_eq!(
            join("users", &["a".into(), "b".into()], "unique"),
            "users_a_b_unique"
        );
    }

    #[test]
    fn long_names_have_63_bytes_and_end_in_a_hash_of_the_whole() {
        let columns = ["a".repeat(30), "b".repeat(30)];
        let name = join("memberships", &columns, "unique");
        assert_eq!(name.len(), 63);
        assert!(name.starts_with("memberships_aaaa"));
        assert_ne!(name, join("memberships", &columns, "index"));
        assert_eq!(name, join("memberships", &columns, "unique"));
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"a"), 0xe40c_292c);
    }
}
