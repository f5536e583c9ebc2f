//! A server whose disk is full while a tenant is made or changed: told as that, and nothing is lost. With
//! room again the next command ends at the plan's end or the exact start.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tests::Strata;
use tests::private_server::{Extra, PrivateServer};
use tests::server::{Kind, TestServer};
use tests::strata::{Failure, failure, outcome, with_json};

use crate::life::{create, demand_healthy, home_on};
use crate::registry::Registry;

/// The bytes of a page of PostgreSQL.
const PAGE: u64 = 8_192;

/// The bytes of a MiB.
const MIB: u64 = 1_048_576;

/// How often a disk is full, each time with more room before it is.
const N_ROOMS: u64 = 6;

/// A server of a test's own whose disk can be made full. On PostgreSQL it is how large a file may be that
/// a session writes; on MariaDB how large its one data file may be.
struct Disk {
    private: PrivateServer,
    server: TestServer,
}

impl Disk {
    fn new(kind: Kind) -> Option<Disk> {
        let extra = match kind {
            Kind::Postgres => Extra {
                // A file of the server's log is smaller than any limit here: a server that cannot write
                // its log goes down, which `crashes` tells of.
                make: vec!["--wal-segsize=1".to_owned()],
                run: vec!["-c".to_owned(), "autovacuum=off".to_owned()],
                ..Extra::default()
            },
            Kind::Mysql => Extra {
                make: bounded(MIB * 1_024),
                run: bounded(MIB * 1_024),
                ..Extra::default()
            },
        };
        let private = PrivateServer::start_with(kind, extra)?;
        let server = private.as_test_server();
        match kind {
            Kind::Postgres => {
                // What is left of dropped tables makes the largest file of every new database larger
                // than those of the log.
                let allow = "ALTER DATABASE template0 WITH ALLOW_CONNECTIONS true";
                server.execute("postgres", allow).unwrap();
                let bloat = "DO $$ DECLARE columns text; BEGIN \
                     SELECT string_agg('c' || n || ' int', ', ') INTO columns FROM generate_series(1, 1500) n; \
                     FOR n IN 1..8 LOOP EXECUTE 'CREATE TABLE ballast (' || columns || ')'; \
                     EXECUTE 'DROP TABLE ballast'; END LOOP; END $$";
                server.execute("template0", bloat).unwrap();
            }
            Kind::Mysql => server.execute("mysql", "CREATE DATABASE ballast").unwrap(),
        }
        Some(Disk { private, server })
    }

    /// Leaves room for a part of a building: for nothing with 0.
    fn leave(&mut self, room: u64) {
        match self.server.kind {
            Kind::Postgres => {
                let size = "SELECT pg_relation_size('pg_attribute')::text";
                let size: u64 = self.server.query("template0", size)[0].parse().unwrap();
                // A page of which a half fits is what a full disk looks like to the server.
                let limit = size - PAGE / 2 + room * PAGE;
                self.private.limit_files(Some(limit));
            }
            Kind::Mysql => {
                self.bound(0);
                // Full to the brim, and then some of what one MiB more takes. Nothing of it is ever
                // dropped: a MariaDB without any room may die of that.
                self.fill(u64::MAX);
                self.bound(MIB);
                self.fill((N_ROOMS - 1).saturating_sub(room) * 8);
            }
        }
    }

    /// Bounds a MariaDB to so many bytes more than it has.
    fn bound(&mut self, more: u64) {
        let size = self.private.size_of("data/ibdata1");
        self.private.restart(bounded(size + more));
    }

    /// Puts so many tables into a MariaDB, or as many as it takes.
    fn fill(&self, n: u64) {
        for _ in 0..n.div_ceil(8) {
            let table = |_| format!("CREATE TABLE {} (a int PRIMARY KEY)", name());
            let tables: Vec<String> = (0..8).map(table).collect();
            if self.server.execute("ballast", &tables.join("; ")).is_err() {
                return;
            }
        }
    }

    /// Makes room again.
    fn free(&mut self) {
        match self.server.kind {
            Kind::Postgres => self.private.limit_files(None),
            Kind::Mysql => self.private.restart(bounded(MIB * 1_024)),
        }
    }
}

/// The arguments of a MariaDB whose data file may have so many bytes.
fn bounded(bytes: u64) -> Vec<String> {
    let size = format!(
        "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M",
        bytes / MIB
    );
    let one_file = "--innodb-file-per-table=0";
    let steps = "--innodb-autoextend-increment=1";
    vec![one_file.to_owned(), steps.to_owned(), size]
}

/// A name that no other table has.
fn name() -> String {
    static COUNTER: AtomicUsize = AtomicUsize::new(0);
    format!("b{}", COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// Demands that a failure says that the disk is full and what to do, and no password.
#[track_caller]
fn demand_told(told: &Failure, server: &TestServer) {
    let codes = ["database.full", "run.undone", "run.incomplete"];
    assert!(codes.contains(&&*told.code), "{told:?}");
    assert_eq!(told.hints[0], "make room on the disk, then do it again");
    assert!(!told.text().contains(&server.parts().1), "{told:?}");
    assert!(!told.causes.is_empty(), "{told:?}");
}

fn shown(strata: &Strata, slug: &str) -> Value {
    strata.json(&["tenant", "show", slug])["tenant"].clone()
}

fn made_on_a_full_disk(kind: Kind) {
    let Some(mut disk) = Disk::new(kind) else {
        return;
    };
    let server = disk.server.clone();
    let strata = home_on(&server);
    let twin = server.slug("twin");
    strata.ok(&create(&twin, "east"));
    let wanted = shown(&strata, &twin)["fingerprint"].clone();
    let mut told_as = BTreeSet::new();
    for room in 0..N_ROOMS {
        let slug = server.slug("full");
        disk.leave(room);
        let tried = outcome(&mut strata.command(&with_json(&create(&slug, "east"))));
        if tried.status != 0 {
            let told = failure(&tried);
            demand_told(&told, &server);
            told_as.insert(told.code);
        }
        disk.free();
        // Either command finishes it.
        if room % 2 == 0 && tried.status != 0 {
            strata.ok(&["resume", &slug]);
        }
        strata.ok(&create(&slug, "east"));
        let tenant = shown(&strata, &slug);
        assert_eq!(tenant["fingerprint"], wanted, "room {room}");
        assert_eq!(tenant["provisioning_status"], "completed", "room {room}");
    }
    // Before the first migration, and in one.
    let codes: Vec<&str> = told_as.iter().map(String::as_str).collect();
    assert_eq!(codes, ["database.full", "run.undone"]);
    demand_healthy(&strata);
    strata.ok(&["verify", "isolation", "--all"]);
}

#[test]
fn a_tenant_for_which_a_postgresql_has_no_room_is_made_when_there_is_room_again() {
    made_on_a_full_disk(Kind::Postgres);
}

#[test]
fn a_tenant_for_which_a_mariadb_has_no_room_is_made_when_there_is_room_again() {
    made_on_a_full_disk(Kind::Mysql);
}

#[test]
fn a_tenant_whose_making_failed_is_free_at_once_for_every_machine_of_the_registry() {
    let (Some(registry), Some(mut disk)) = (Registry::new(), Disk::new(Kind::Mysql)) else {
        return;
    };
    let server = disk.server.clone();
    let strata = registry.home();
    server.add_to(&strata, "east", 10);
    for room in [0, 2] {
        let slug = server.slug("given-back");
        disk.leave(room);
        strata.error(&create(&slug, "east"));
        disk.free();
        strata.ok(&create(&slug, "east"));
    }
    demand_healthy(&strata);
}

/// How many members the club has that is changed; its table is larger than a file of PostgreSQL's log.
const N_MEMBERS: u32 = 30_000;

/// Puts members into a club, and gives the bytes of their table on PostgreSQL.
fn fill_club(server: &TestServer, database: &str) -> u64 {
    let numbers = match server.kind {
        Kind::Postgres => format!("generate_series(1, {N_MEMBERS}) AS s(seq)"),
        Kind::Mysql => format!("seq_1_to_{N_MEMBERS} AS s"),
    };
    for sql in [
        format!(
            "INSERT INTO people (id, name, email, created_at, updated_at) \
             SELECT seq, 'Somebody', concat('somebody-', seq), now(), now() FROM {numbers}"
        ),
        format!(
            "INSERT INTO club_members (id, person_id, level_id, created_at, updated_at) \
             SELECT seq, seq, (SELECT min(id) FROM club_levels), now(), now() FROM {numbers}"
        ),
    ] {
        server.execute(database, &sql).unwrap();
    }
    match server.kind {
        Kind::Postgres => {
            let size = "SELECT pg_relation_size('club_members')::text";
            server.query(database, size)[0].parse().unwrap()
        }
        Kind::Mysql => 0,
    }
}

fn changed_on_a_full_disk(kind: Kind) {
    let Some(mut disk) = Disk::new(kind) else {
        return;
    };
    let server = disk.server.clone();
    let strata = home_on(&server);
    let (twin, slug) = (server.slug("twin"), server.slug("full"));
    for slug in [&twin, &slug] {
        strata.ok(&create(slug, "east"));
    }
    let upgrade = |slug: &str| {
        let plan = strata.json(&["plan", slug, "--template", "fx_club@2.0.0"]);
        let digest = plan["digest"].as_str().unwrap();
        outcome(&mut strata.command(&with_json(&["apply", slug, "--plan", digest])))
    };
    assert_eq!(upgrade(&twin).status, 0);
    let before = shown(&strata, &slug)["fingerprint"].clone();
    let after = shown(&strata, &twin)["fingerprint"].clone();
    let database = format!("tenant_{}", slug.replace('-', "_"));
    let size = fill_club(&server, &database);
    match kind {
        Kind::Postgres => disk.private.limit_files(Some(size + PAGE / 2)),
        Kind::Mysql => {
            disk.bound(0);
            disk.fill(u64::MAX);
        }
    }
    let tried = upgrade(&slug);
    let told = failure(&tried);
    demand_told(&told, &server);
    disk.free();
    let resumed = strata.run(&with_json(&["resume", &slug]));
    if told.code == "run.incomplete" {
        let ended = resumed.status == 0 || failure(&resumed).code == "run.undone";
        assert!(ended, "{}", resumed.stderr);
    } else {
        assert_eq!(failure(&resumed).code, "run.nothing_to_resume");
    }
    let found = shown(&strata, &slug)["fingerprint"].clone();
    assert!([&before, &after].contains(&&found), "{found}");
    demand_healthy(&strata);
    if found == before {
        assert_eq!(upgrade(&slug).status, 0);
    }
    assert_eq!(shown(&strata, &slug)["fingerprint"], after);
    let members = "SELECT concat(count(points)) FROM club_members";
    let members = server.query(&database, members);
    assert_eq!(members, [N_MEMBERS.to_string()]);
    demand_healthy(&strata);
}

#[test]
fn a_change_for_which_a_postgresql_has_no_room_costs_nothing() {
    changed_on_a_full_disk(Kind::Postgres);
}

#[test]
fn a_change_for_which_a_mariadb_has_no_room_costs_nothing() {
    changed_on_a_full_disk(Kind::Mysql);
}
