//! Several processes that make one tenant at once: one does it, the others are told, and nothing is left half
//! done or made twice.

use std::process::Stdio;

use tests::Strata;
use tests::server::TestServer;
use tests::strata::{Outcome, failure, outcome_of, with_json};

use crate::life::{create, demand_healthy, home_on};
use crate::registry::Registry;

/// How many processes each home has.
const N_PROCESSES: usize = 4;

/// Runs the command in several processes of each home at once.
fn at_once(homes: &[&Strata], arguments: &[&str]) -> Vec<Outcome> {
    let each = homes
        .iter()
        .flat_map(|home| std::iter::repeat_n(home, N_PROCESSES));
    let children: Vec<_> = each
        .map(|home| {
            let mut command = home.command(&with_json(arguments));
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let outputs = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    outputs.map(outcome_of).collect()
}

/// Demands that somebody did it, and that the others were told that somebody is at it.
#[track_caller]
fn demand_one_did_it(outcomes: &[Outcome]) {
    assert!(
        outcomes.iter().any(|outcome| outcome.status == 0),
        "{outcomes:?}"
    );
    for told in outcomes.iter().filter(|outcome| outcome.status != 0) {
        let told = failure(told);
        let codes = ["tenant.locked", "lease.held", "tenant.exists"];
        assert!(codes.contains(&&*told.code) && told.exit == 5, "{told:?}");
    }
}

#[test]
fn of_several_processes_that_make_one_tenant_one_does_and_the_others_are_told() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        for _ in 0..3 {
            let slug = server.slug("raced");
            let _swept = server.sweeping(&[&slug]);
            demand_one_did_it(&at_once(&[&strata], &create(&slug, "east")));
            assert_eq!(strata.json(&create(&slug, "east"))["outcome"], "unchanged");
            strata.ok(&["verify", "isolation", &slug]);
        }
    }
}

#[test]
fn of_two_machines_of_one_registry_that_make_one_tenant_one_does() {
    for server in TestServer::all() {
        let Some(registry) = Registry::new() else {
            return;
        };
        let strata = registry.home();
        let name = server.slug("east");
        server.add_to(&strata, &name, 10);
        // The same keys and another folder of locks: another machine.
        let other = Strata::copy_of(&strata.home());
        let mut swept = Vec::new();
        for _ in 0..3 {
            let slug = server.slug("raced");
            swept.push(server.sweeping(&[&slug]));
            demand_one_did_it(&at_once(&[&strata, &other], &create(&slug, &name)));
            for home in [&strata, &other] {
                assert_eq!(home.json(&create(&slug, &name))["outcome"], "unchanged");
            }
            demand_healthy(&other);
        }
    }
}
