//! A tenant's file that is not there, is not that tenant's, or is in other hands.

use std::fs;
use std::os::unix::fs::symlink;

use tests::database;
use tests::home::with_fixtures;
use tests::{Strata, snapshot_of};

use crate::refusal::{assert_said, create, refused};

/// A home with the tenants `acme` and `everest`, and a plan for `acme`.
struct World {
    strata: Strata,
    plan: String,
}

impl World {
    fn new() -> World {
        let strata = with_fixtures().with("STRATA_DATABASE_LOCK_TIMEOUT_MS", "200");
        strata.ok(&create("acme", &[]));
        strata.ok(&create("everest", &[]));
        let plan = strata.json(&["plan", "acme", "--template", "fx_club@1.0.0"]);
        let plan = plan["digest"].as_str().unwrap().to_owned();
        World { strata, plan }
    }

    /// Every command that opens the tenant's database is refused so.
    #[track_caller]
    fn assert_refused(&self, code: (&str, i32), names: &[&str]) {
        let commands: [&[&str]; 4] = [
            &["plan", "acme", "--template", "fx_club@2.0.0"],
            &["history", "acme"],
            &["explain", "acme", "people"],
            &["apply", "acme", "--plan", &self.plan],
        ];
        for command in commands {
            refused(&self.strata, command, code, names);
        }
        // To be shown it need not be there.
        let shown = self.strata.json(&["tenant", "show", "acme"]);
        assert!(shown["tenant"]["unavailable"].is_string(), "{shown:#}");
        self.strata.ok(&["tenant", "list"]);
    }

    /// The doctor finds it, and the other tenant is none the worse.
    #[track_caller]
    fn assert_diagnosed(&self) {
        let doctor = self.strata.run(&["doctor"]);
        assert_eq!(doctor.status, 10, "{doctor:?}");
        assert!(doctor.stdout.contains("acme"), "{doctor:?}");
        self.strata.ok(&["history", "everest"]);
    }
}

#[test]
fn a_tenant_whose_file_was_deleted_is_refused() {
    let world = World::new();
    fs::remove_file(world.strata.tenant_file("acme")).unwrap();
    world.assert_refused(("database.missing", 3), &["tenant_acme"]);
    world.assert_diagnosed();
    // Creating it again would be another database under the same name.
    refused(
        &world.strata,
        &create("acme", &[]),
        ("database.missing", 3),
        &["tenant_acme"],
    );
}

#[test]
fn a_tenant_whose_file_is_a_symbolic_link_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    let moved = world.strata.folder().join("moved.db");
    fs::rename(&file, &moved).unwrap();
    symlink(&moved, &file).unwrap();
    let bytes = fs::read(&moved).unwrap();
    world.assert_refused(("database.not_regular", 4), &["tenant_acme"]);
    world.assert_diagnosed();
    assert_eq!(fs::read(&moved).unwrap(), bytes);
}

#[test]
fn a_tenant_whose_file_has_a_second_name_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    fs::hard_link(&file, world.strata.folder().join("second.db")).unwrap();
    world.assert_refused(("database.not_regular", 4), &["tenant_acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_is_a_folder_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    world.assert_refused(("database.not_regular", 4), &["tenant_acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_is_another_tenants_is_refused() {
    let world = World::new();
    let other = world.strata.tenant_file("everest");
    fs::copy(other, world.strata.tenant_file("acme")).unwrap();
    world.assert_refused(("database.foreign", 5), &["acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_is_of_another_landlord_is_refused() {
    let world = World::new();
    let other = World::new();
    fs::copy(
        other.strata.tenant_file("acme"),
        world.strata.tenant_file("acme"),
    )
    .unwrap();
    world.assert_refused(("database.foreign", 5), &["acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_is_somebody_elses_database_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    fs::remove_file(&file).unwrap();
    fs::write(&file, []).unwrap();
    // With the journal that Strata asks for: to open a database of another kind turns it into this one.
    let sql = "PRAGMA journal_mode = WAL; CREATE TABLE people (id INTEGER PRIMARY KEY)";
    database::execute(&file, sql);
    world.assert_refused(("database.unmarked", 5), &["acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_is_no_database_is_refused() {
    let world = World::new();
    fs::write(
        world.strata.tenant_file("acme"),
        "just a text, and a long one\n".repeat(99),
    )
    .unwrap();
    world.assert_refused(("database.corrupt", 6), &["tenant_acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_tenant_whose_file_was_set_back_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    let kept = fs::read(&file).unwrap();
    world.strata.ok(&["apply", "acme", "--plan", &world.plan]);
    fs::write(&file, kept).unwrap();
    let command = ["plan", "acme", "--template", "fx_club@2.0.0"];
    refused(&world.strata, &command, ("ledger.diverged", 5), &["acme"]);
    let command = ["apply", "acme", "--plan", &world.plan];
    refused(&world.strata, &command, ("ledger.diverged", 5), &["acme"]);
    world.assert_diagnosed();
}

#[test]
fn a_file_that_stands_where_a_new_tenants_would_be_is_refused_and_kept() {
    let strata = with_fixtures();
    let outside = strata.file("outside.db", b"precious");
    let file = strata.tenant_file("acme");
    type Made<'a> = &'a dyn Fn();
    let ways: [Made<'_>; 3] = [
        &|| fs::write(&file, b"precious").unwrap(),
        &|| symlink(&outside, &file).unwrap(),
        &|| symlink("/nonexistent/nothing", &file).unwrap(),
    ];
    for make in ways {
        make();
        refused(
            &strata,
            &create("acme", &[]),
            ("database.exists", 5),
            &["tenant_acme"],
        );
        fs::remove_file(&file).unwrap();
    }
    assert_eq!(fs::read(&outside).unwrap(), b"precious");
    strata.ok(&create("acme", &[]));
}

#[test]
fn a_tenant_that_another_process_works_on_is_refused() {
    let world = World::new();
    let path = world.strata.home().join("locks/tenant_acme.lock");
    let lock = fs::File::options().write(true).open(path).unwrap();
    lock.lock().unwrap();
    let apply = ["apply", "acme", "--plan", &world.plan];
    refused(
        &world.strata,
        &apply,
        ("tenant.locked", 5),
        &["tenant_acme"],
    );
    // Reading needs no lock.
    world.strata.ok(&["history", "acme"]);
    drop(lock);
    world.strata.ok(&apply);
}

#[test]
fn a_tenant_whose_database_somebody_else_holds_is_refused() {
    let world = World::new();
    let file = world.strata.tenant_file("acme");
    let apply = ["apply", "acme", "--plan", world.plan.as_str()];
    // No snapshot in between: whoever closes a file loses the locks that this process has on it.
    let before = snapshot_of(&world.strata.home());
    database::while_locked(&file, || {
        let failure = world.strata.error(&apply);
        assert_said(&failure, ("database.locked", 5), &["acme"]);
    });
    // The landlord keeps that it was tried, and that the run is over.
    let mut changes = before.changes_to(&snapshot_of(&world.strata.home()));
    let tried = ["runs", "provisioning_events", "sqlite_sequence"];
    changes.retain(|line| {
        let is_of = |table| line[2..].starts_with(&format!("landlord.db {table}:"));
        !tried.into_iter().any(is_of)
    });
    assert!(changes.is_empty(), "{changes:#?}");
    let unfinished = "SELECT id FROM runs WHERE status NOT IN ('succeeded', 'undone')";
    let unfinished = database::column(&world.strata.landlord_file(), unfinished);
    assert!(unfinished.is_empty(), "{unfinished:?}");
    world.strata.ok(&apply);
}

#[test]
fn a_new_tenant_whose_lock_another_process_holds_is_refused() {
    let strata = with_fixtures();
    let path = strata.home().join("locks/tenant_acme.lock");
    let lock = fs::File::create(path).unwrap();
    lock.lock().unwrap();
    refused(
        &strata,
        &create("acme", &[]),
        ("tenant.locked", 5),
        &["tenant_acme"],
    );
    drop(lock);
    strata.ok(&create("acme", &[]));
}

#[test]
fn a_landlord_that_somebody_else_holds_is_refused() {
    let strata = with_fixtures().with("STRATA_DATABASE_LOCK_TIMEOUT_MS", "200");
    let landlord = strata.landlord_file();
    database::while_locked(&landlord, || {
        let failure = strata.error(&create("acme", &[]));
        assert_said(&failure, ("database.locked", 5), &["landlord"]);
    });
    assert!(!strata.tenant_file("acme").exists());
    strata.ok(&create("acme", &[]));
}
