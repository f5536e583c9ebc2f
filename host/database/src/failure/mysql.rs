//! What the error numbers of MySQL and MariaDB mean, and how they are told.
//!
//! Source: the servers' lists of error messages. Both use one list up to 1999; above, 3000 and on are
//! MySQL's and 4000 and on MariaDB's.

use model::Code;

use super::{
    DATABASE_CONSTRAINT, DATABASE_CORRUPT, DATABASE_EXISTS, DATABASE_FAILED, DATABASE_FULL,
    DATABASE_LOCKED, DATABASE_MISSING, DATABASE_TIMEOUT, DATABASE_UNREACHABLE,
    SERVER_ACCESS_DENIED, SERVER_NOT_PERMITTED, SERVER_TOO_MANY_CONNECTIONS,
};

/// The operating system's number for a full disk, and the storage engines' for a full file of records or
/// of an index, as the server's message names them.
const NO_SPACE: [&str; 7] = [
    "error 28 ",
    "errno: 28 ",
    "Errcode: 28 ",
    "error 135 ",
    "errno: 135 ",
    "error 136 ",
    "errno: 136 ",
];

/// The code for an error number; `message` tells a full disk from other failures of files.
pub(super) fn code_of(number: u16, message: &str) -> &'static Code {
    match number {
        1205 | 1213 | 1099 | 1100 | 3572 => &DATABASE_LOCKED,
        1021 | 1114 => &DATABASE_FULL,
        // Failures of files: `Got error 28 "No space left on device" from storage engine`.
        3 | 14 | 1026 | 1030 | 1005 if is_full(message) => &DATABASE_FULL,
        1040 | 1203 | 1226 => &SERVER_TOO_MANY_CONNECTIONS,
        1969 | 3024 | 1317 => &DATABASE_TIMEOUT,
        1053 | 1077 | 1079 | 1080 | 1152 | 1159 | 1161 | 1184 | 1927 | 2002 | 2003 | 2006
        | 2013 => &DATABASE_UNREACHABLE,
        1049 | 1008 => &DATABASE_MISSING,
        1007 => &DATABASE_EXISTS,
        1045 | 1130 | 1698 | 1862 | 3118 | 4151 => &SERVER_ACCESS_DENIED,
        1044 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 => &SERVER_NOT_PERMITTED,
        1034 | 1035 | 1194 | 1195 | 1712 => &DATABASE_CORRUPT,
        // Keys, references, checks, and values that a column does not take.
        1022 | 1048 | 1062 | 1169 | 1216 | 1217 | 1264 | 1265 | 1292 | 1364 | 1366 | 1406
        | 1451 | 1452 | 1557 | 1586 | 1690 | 1761 | 1762 | 3819 | 4025 => &DATABASE_CONSTRAINT,
        _ => &DATABASE_FAILED,
    }
}

/// The server's words; of an error that quotes values of rows, nothing that stands in quotes.
pub(super) fn told(number: u16, message: &str) -> String {
    // How `dialect` has a statement fail that looks for values a narrower type would cut.
    if number == 1690 && message.to_ascii_lowercase().contains("exp(char_length(") {
        return format!("a value would lose something in the narrower type ({number})");
    }
    let quotes_values = matches!(
        number,
        1062 | 1064
            | 1264
            | 1265
            | 1292
            | 1366
            | 1406
            | 1411
            | 1525
            | 1557
            | 1586
            | 1761
            | 1762
            | 3140..=3160
    );
    if !quotes_values {
        return format!("{message} ({number})");
    }
    // A quote inside a value is not doubled there, so everything between the outermost ones goes.
    let (first, last) = (message.find('\''), message.rfind('\''));
    match (first, last) {
        (Some(first), Some(last)) if first < last => {
            let (before, after) = (message.get(..first), message.get(last + 1..));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            format!("{before}'…'{after} ({number})")
        }
        _ => format!("{message} ({number})"),
    }
}

fn is_full(message: &str) -> bool {
    // The number may end the message.
    let message = format!("{message} ");
    NO_SPACE.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_meaning() {
        for (number, code) in [
            (1205, "database.locked"),
            (1040, "server.too_many_connections"),
            (1045, "server.access_denied"),
            (1062, "database.constraint"),
            (1007, "database.exists"),
            (1064, "database.failed"),
        ] {
            assert_eq!(code_of(number, "").name, code, "{number}");
        }
        assert_eq!(code_of(1030, "Got error 28").name, "database.full");
        assert_eq!(code_of(1030, "Got error 5").name, "database.failed");
        let of_a_file = "Can't create table `a`.`b` (errno: 135 \"No more room in record file\")";
        assert_eq!(code_of(1005, of_a_file).name, "database.full");
        let of_a_key = "Can't create table `tenant_28`.`x` (errno: 150 \"…\")";
        assert_eq!(code_of(1005, of_a_key).name, "database.failed");
    }

    #[test]
    fn a_value_that_the_server_quotes_is_not_told() {
        assert_eq!(
            told(1062, "Duplicate entry 'O'Brien, 4111' for key 'email'"),
            "Duplicate entry '…' (1062)"
        );
        assert_eq!(
            told(1146, "Table 'a.b' doesn't exist"),
            "Table 'a.b' doesn't exist (1146)"
        );
    }
}
