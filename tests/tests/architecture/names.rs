//! Files are named by what they are about.

use crate::tree;
use crate::violations::{Verdict, verdict};

/// Names that say nothing, or that a thing "does things".
const EMPTY_NAMES: [&str; 12] = [
    "util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services",
    "handler", "handlers", "misc",
];

/// The folder or file in a path whose name says nothing.
fn empty_name(path: &str) -> Option<&str> {
    path.split('/')
        .find(|part| EMPTY_NAMES.contains(&part.split('.').next().unwrap_or(part)))
}

#[test]
fn no_file_is_called_utils_helpers_common_manager_service_or_handler() -> Verdict {
    let folders = ["host/", "sdk/", "plugins/", "tenant-migrations/", "tests/"];
    let files = tree::rust_files(&folders);
    let places = files
        .iter()
        .filter_map(|path| Some(format!("{path}: `{}`", empty_name(path)?)));
    verdict("a file is named by a noun of the domain", places.collect())
}

#[test]
fn an_empty_name_is_found_in_file_and_folder() {
    assert_eq!(empty_name("host/plan/src/utils.rs"), Some("utils.rs"));
    assert_eq!(empty_name("tests/tests/common/mod.rs"), Some("common"));
    assert_eq!(empty_name("host/plan/src/commons.rs"), None);
}
