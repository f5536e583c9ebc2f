//! The ledger on a server: closed to the application, and what an administrator does to it is noticed.

use tests::server::{TestServer, on};

use crate::life::{create, home_on, login};

#[test]
fn the_application_cannot_change_the_ledger_and_an_administrator_is_noticed() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let slug = server.slug("ledger");
        let _swept = server.sweeping(&[&slug]);
        strata.ok(&create(&slug, "east"));
        let database = format!("tenant_{}", slug.replace('-', "_"));
        let (role, password) = login(&strata, &slug);
        let application = server.url_of(&database, Some((&role, &password)));
        for sql in [
            "UPDATE strata_ledger SET run = run",
            "DELETE FROM strata_ledger WHERE sequence = 2",
            "INSERT INTO strata_ledger SELECT * FROM strata_ledger",
            "SELECT event FROM strata_ledger",
            "UPDATE strata_meta SET fence = 0",
        ] {
            let refused = on(&application, sql).expect_err(sql);
            assert!(refused.contains("denied"), "{sql}: {refused}");
        }
        // The table is append-only even to its owner: an administrator has to take that away first.
        let change = "UPDATE strata_ledger SET time = '2020-01-01T00:00:00Z' WHERE sequence = 2";
        server.execute(&database, change).expect_err(change);
        let unlock = match server.kind {
            tests::server::Kind::Postgres => "ALTER TABLE strata_ledger DISABLE TRIGGER ALL",
            tests::server::Kind::Mysql => "DROP TRIGGER strata_append_only_update_strata_ledger",
        };
        server.execute(&database, unlock).unwrap();
        server.execute(&database, change).unwrap();
        for command in [
            vec!["history", &slug],
            vec!["plan", &slug, "--template", "fx_club@2.0.0"],
        ] {
            let failed = strata.error(&command);
            assert_eq!(failed.code, "ledger.tampered", "{failed:?}");
        }
    }
}
