//! The contract that this host implements: its package, interfaces and version.
//!
//! The interfaces themselves are in `wit/v0`; [`crate::bindings`] is made from them.
//!
//! Invariant: wasmtime's linker ignores in which direction versions are compatible, so that a newer
//! guest would link silently; the ceiling is kept here.

use semver::Version;

/// The version of the contract that this host implements.
pub(crate) const HOST: Version = Version::new(0, 1, 0);
/// The WIT package.
pub(crate) const PACKAGE: &str = "strata:plugin";
/// The interfaces that a component may import.
pub(crate) const IMPORTS: &[&str] = &["types", "tenant", "snapshot", "log"];
/// The interface that a component must export.
pub(crate) const EXPORT: &str = "migrations";
/// The custom section that holds the manifest.
pub(crate) const MANIFEST_SECTION: &str = "strata:manifest";

/// How a guest's contract version stands to the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The host implements it.
    Served,
    /// The host is too old for it.
    Newer,
    /// The host no longer implements it.
    Older,
}

/// How a guest's contract version stands to the host's: while the major version is 0, each minor
/// version is a contract of its own.
pub(crate) fn standing(guest: &Version) -> Standing {
    if *guest > HOST {
        return Standing::Newer;
    }
    if (guest.major, guest.minor) == (HOST.major, HOST.minor) && guest.pre.is_empty() {
        return Standing::Served;
    }
    Standing::Older
}

/// Splits `strata:plugin/<interface>@<version>`; `None` for a name of another package.
pub(crate) fn interface(name: &str) -> Option<(&str, Version)> {
    let rest = name.strip_prefix(PACKAGE)?.strip_prefix('/')?;
    let (interface, version) = rest.split_once('@')?;
    Some((interface, Version::parse(version).ok()?))
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::{Standing, interface, standing};

    #[test]
    fn a_contract_is_served_only_up_to_the_version_of_the_host() {
        assert_eq!(standing(&Version::new(0, 1, 0)), Standing::Served);
        assert_eq!(standing(&Version::new(0, 1, 1)), Standing::Newer);
        assert_eq!(standing(&Version::new(0, 2, 0)), Standing::Newer);
        assert_eq!(standing(&Version::new(1, 0, 0)), Standing::Newer);
        assert_eq!(standing(&Version::new(0, 0, 9)), Standing::Older);
    }

    #[test]
    fn names_of_other_packages_are_no_interfaces_of_ours() {
        assert!(interface("strata:plugin/log@0.1.0").is_some());
        assert!(interface("strata:plugin/log").is_none());
        assert!(interface("wasi:io/poll@0.2.0").is_none());
        assert!(interface("strata:plugins/log@0.1.0").is_none());
    }
}
