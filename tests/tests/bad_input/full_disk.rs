//! A disk that is full: nothing half done stays, and the same command with room succeeds.

use std::process::Command;

use tests::Strata;
use tests::home::{with_first_party, with_fixtures};
use tests::strata::{Outcome, failure, outcome, with_json};
use tests::{snapshot_of, workspace};

use crate::refusal::{assert_said, create};

/// The variable of `database.max_page_count`.
const PAGES: &str = "STRATA_DATABASE_MAX_PAGE_COUNT";

/// `tenant create` of a tenant whose file is larger than the landlord's.
fn party() -> Vec<&'static str> {
    let modules = [
        "--module",
        "membership_management",
        "--module",
        "finance_tracking",
        "--module",
        "election_campaign",
    ];
    let mut arguments = create("acme", &["--template", "political_party_nepal@2.0.0"]);
    arguments.extend(modules);
    arguments
}

/// Runs a command that may write no file beyond a size. Whether the signal that comes with it is ignored,
/// as services do, or kills, as in a shell, is the second choice.
fn run_within(strata: &Strata, bytes: u64, is_signal_ignored: bool, arguments: &[&str]) -> Outcome {
    let trap = if is_signal_ignored {
        "trap '' XFSZ; "
    } else {
        ""
    };
    // The shell counts in blocks of 512 bytes.
    let script = format!("{trap}ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(script)
        .arg(workspace::binary())
        .args(with_json(arguments));
    strata.set_up(&mut command);
    outcome(&mut command)
}

/// No file of a tenant is there, and the landlord says that the building failed.
#[track_caller]
fn assert_nothing_left(strata: &Strata) {
    let left = std::fs::read_dir(strata.home().join("tenants")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
    let listed = strata.json(&["tenant", "list"]);
    for tenant in listed["tenants"].as_array().unwrap() {
        assert_eq!(tenant["provisioning_status"], "failed", "{listed:#}");
    }
}

/// What a tenant is once it stands.
fn fingerprint(strata: &Strata, arguments: &[&str]) -> String {
    let created = strata.json(arguments);
    strata.ok(&["doctor"]);
    created["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn a_tenant_that_does_not_fit_into_its_pages_is_undone() {
    let command = create("acme", &["--template", "fx_club@2.0.0"]);
    let expected = fingerprint(&with_fixtures(), &command);
    for pages in ["1", "3", "8", "14", "20"] {
        let strata = with_fixtures().with(PAGES, pages);
        let failure = strata.error(&command);
        // Where not even the tables of Strata's own fit, no run has begun that could be undone.
        let code = match failure.exit {
            6 => ("database.full", 6),
            _ => ("run.undone", 7),
        };
        assert_said(&failure, code, &["`acme`", "full"]);
        let strata = strata.with(PAGES, "0");
        assert_nothing_left(&strata);
        assert_eq!(fingerprint(&strata, &command), expected, "{pages} pages");
    }
}

#[test]
fn a_change_that_does_not_fit_leaves_the_tenant_as_it_was() {
    let strata = with_fixtures();
    strata.ok(&create("acme", &[]));
    let plan = strata.json(&["plan", "acme", "--template", "fx_club@2.0.0"]);
    let apply = ["apply", "acme", "--plan", plan["digest"].as_str().unwrap()];
    let file = strata.tenant_file("acme");
    let tables = || tests::database::column(&file, "SELECT sql FROM sqlite_master ORDER BY name");
    let (before, pages) = (
        tables(),
        tests::database::number(&file, "SELECT page_count FROM pragma_page_count"),
    );
    let strata = strata.with(PAGES, &(pages + 1).to_string());
    let failure = strata.error(&apply);
    assert_said(&failure, ("run.undone", 7), &["`acme`", "full"]);
    assert_eq!(tables(), before);
    let strata = strata.with(PAGES, "0");
    strata.ok(&["tenant", "show", "acme"]);
    strata.ok(&["doctor"]);
    strata.ok(&apply);
}

#[test]
fn a_tenant_whose_file_may_not_grow_is_undone() {
    let strata = with_first_party();
    let landlord = strata.landlord_file().metadata().unwrap().len();
    let (probe, command) = (with_first_party(), party());
    let expected = fingerprint(&probe, &command);
    let size = probe.tenant_file("acme").metadata().unwrap().len();
    let grown = probe.landlord_file().metadata().unwrap().len();
    let limit = size - 32 * 1024;
    assert!(
        limit > grown,
        "the tenant has {size} bytes, the landlord {landlord}, then {grown}"
    );
    for is_signal_ignored in [true, false] {
        let strata = with_first_party();
        let failed = failure(&run_within(&strata, limit, is_signal_ignored, &command));
        assert_said(&failed, ("run.undone", 7), &["`acme`"]);
        assert_nothing_left(&strata);
        assert_eq!(fingerprint(&strata, &command), expected);
    }
}

#[test]
fn a_landlord_that_may_not_grow_loses_nothing() {
    let command = create("acme", &["--template", "fx_club@2.0.0"]);
    let expected = fingerprint(&with_fixtures(), &command);
    let strata = with_fixtures();
    let size = strata.landlord_file().metadata().unwrap().len();
    for limit in [
        4_096,
        size / 2,
        size,
        size + 8_192,
        size + 16_384,
        size + 32_768,
    ] {
        let strata = with_fixtures();
        let outcome = run_within(&strata, limit, true, &command);
        if outcome.status != 0 {
            let failed = failure(&outcome);
            assert!([6, 7, 8].contains(&failed.exit), "{limit}: {failed:#?}");
            assert!(!failed.hints.is_empty(), "{limit}: {failed:#?}");
        }
        assert_eq!(fingerprint(&strata, &command), expected, "{limit} bytes");
    }
}

#[test]
fn a_component_that_does_not_fit_into_the_store_is_not_in_the_catalogue() {
    let strata = Strata::new();
    let before = snapshot_of(&strata.home());
    let file = strata.file("core.wasm", &tests::fixture("fx_core-1.0.0"));
    let add = ["plugin", "add", file.as_str()];
    let failed = failure(&run_within(&strata, 64 * 1024, true, &add));
    assert!([3, 6].contains(&failed.exit), "{failed:#?}");
    assert!(!failed.hints.is_empty(), "{failed:#?}");
    let mut changes = before.changes_to(&snapshot_of(&strata.home()));
    // The landlord too found no room, to write down how the command ended: its log waits to be put in.
    changes.retain(|change| !change.starts_with("+ landlord.db-"));
    assert!(changes.is_empty(), "{changes:#?}");
    strata.ok(&add);
}
