//! The server itself killed during a run: whatever it was at, the next command finishes the tenant.

use std::process::Stdio;
use std::time::Duration;

use tests::private_server::PrivateServer;
use tests::server::Kind;

use crate::life::{create, demand_healthy, home_on};

/// How often a server is killed.
fn n_kills() -> u64 {
    if std::env::var("STRATA_TEST_FULL").is_ok() {
        30
    } else {
        4
    }
}

fn killed_during_runs(kind: Kind) {
    let Some(mut private) = PrivateServer::start(kind) else {
        return;
    };
    let server = private.as_test_server();
    let strata = home_on(&server);
    let twin = server.slug("twin");
    let begun = std::time::Instant::now();
    strata.ok(&create(&twin, "east"));
    let whole = begun.elapsed();
    let wanted = strata.json(&["tenant", "show", &twin])["tenant"]["fingerprint"].clone();
    for n in 0..n_kills() {
        let slug = server.slug("struck");
        let mut command = strata.command(&create(&slug, "east"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // Moments spread over the run by the golden ratio: the same ones in every run of the test.
        let part = (n * 618 + 80) % 1_000;
        std::thread::sleep(whole.mul_f64(f64::from(u32::try_from(part).unwrap()) / 1_000.0));
        private.kill();
        std::thread::sleep(Duration::from_millis(50));
        private.run();
        child.wait().unwrap();
        let again = strata.run(&create(&slug, "east"));
        assert_eq!(
            again.status, 0,
            "kill {n} at {part}/1000:\n{}",
            again.stderr
        );
        let shown = strata.json(&["tenant", "show", &slug]);
        assert_eq!(
            shown["tenant"]["fingerprint"], wanted,
            "kill {n} at {part}/1000"
        );
    }
    demand_healthy(&strata);
}

#[test]
fn a_postgresql_that_is_killed_during_a_run_costs_nothing() {
    killed_during_runs(Kind::Postgres);
}

#[test]
fn a_mariadb_that_is_killed_during_a_run_costs_nothing() {
    killed_during_runs(Kind::Mysql);
}
