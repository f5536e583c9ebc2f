//! Who the servers run as when `xtask` runs as root, which both of them refuse.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

/// The account that is there for programs that should own nothing.
const PREFERRED: &str = "nobody";

/// Whoever runs the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// The one that `xtask` runs as.
    Own,
    /// Another one, because ours is root.
    Other {
        /// User.
        user: u32,
        /// Group.
        group: u32,
    },
}

impl Account {
    /// Finds an account that is not root.
    pub(super) fn find() -> Result<Account, Failure> {
        if !is_root() {
            return Ok(Account::Own);
        }
        std::fs::read_to_string("/etc/passwd")
            .ok()
            .and_then(|accounts| unprivileged(&accounts))
            .ok_or_else(|| {
                Failure::broken("no account but root, and a database server refuses to run as root")
            })
    }

    /// Has a program run as this account.
    pub(super) fn run(self, command: &mut Command) {
        if let Account::Other { user, group } = self {
            // Root's further groups are dropped by `uid`.
            command.uid(user).gid(group);
        }
    }

    /// Gives a file or a folder to this account.
    pub(super) fn own(self, path: &Path) -> std::io::Result<()> {
        match self {
            Account::Own => Ok(()),
            Account::Other { user, group } => {
                std::os::unix::fs::chown(path, Some(user), Some(group))
            }
        }
    }
}

/// Whether we may do everything.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The preferred account in a text like `/etc/passwd`, else the first that is not root.
fn unprivileged(accounts: &str) -> Option<Account> {
    let read = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let user: u32 = fields.get(2)?.parse().ok()?;
        let group: u32 = fields.get(3)?.parse().ok()?;
        (user != 0).then(|| (fields[0].to_owned(), Account::Other { user, group }))
    };
    let found: Vec<(String, Account)> = accounts.lines().filter_map(read).collect();
    found
        .iter()
        .find(|(name, _)| name == PREFERRED)
        .or(found.first())
        .map(|(_, account)| *account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(user: u32, group: u32) -> Option<Account> {
        Some(Account::Other { user, group })
    }

    #[test]
    fn nobody_is_preferred_and_root_by_any_name_is_not_taken() {
        let accounts = "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:\n# a comment\nbin:x:2:3::/:\n";
        assert_eq!(unprivileged(accounts), other(2, 3));
        let accounts = format!("{accounts}nobody:x:65534:65533::/:\n");
        assert_eq!(unprivileged(&accounts), other(65534, 65533));
        assert_eq!(unprivileged("root:x:0:0::/:\nnobody:*:-2:-2::/:\n"), None);
    }
}
