//! What goes wrong with servers: each a clear error with a code and a hint, nothing lost, and the next
//! command finds its way. No password is in any of them.

use tests::Strata;
use tests::server::{Kind, TestServer};

use crate::life::{create, demand_healthy, home_on};

#[test]
fn a_server_that_cannot_be_used_is_not_added_and_the_reason_has_a_code() {
    for server in TestServer::all() {
        let strata = Strata::new();
        let (_, password) = server.parts();
        let with = |from: &str, to: &str| TestServer {
            url: server.url.replacen(from, to, 1),
            ..server.clone()
        };
        let port = server.url.rsplit_once(':').unwrap().1;
        let port = port.split('/').next().unwrap();
        for (changed, code) in [
            (with(&format!(":{port}"), ":1"), "database.unreachable"),
            (with(&password, "wrong-password"), "server.access_denied"),
            (
                with(
                    &format!("{port}/{}", server.home()),
                    &format!("{port}/no_such"),
                ),
                "database.missing",
            ),
        ] {
            let refused = changed.refusal_to_add(&strata, "east");
            assert_eq!(refused.code, code, "{refused:?}");
            assert!(!refused.hints.is_empty(), "{refused:?}");
            for secret in [&password, "wrong-password"] {
                assert!(!refused.text().contains(secret), "{refused:?}");
            }
        }
        let open = strata.error(&["server", "add", "east", &server.url]);
        assert_eq!(open.code, "server.password_in_arguments");
        assert!(!open.text().contains(&password), "{open:?}");
        let unknown = strata.error(&["server", "check", "east"]);
        assert_eq!(unknown.code, "server.unknown");
        let reserved = server.refusal_to_add(&strata, "file");
        assert_eq!(reserved.code, "server.name_invalid");
    }
}

#[test]
fn an_administrator_who_may_not_make_databases_is_told_what_is_missing() {
    for server in TestServer::all() {
        let strata = Strata::new();
        let user = format!("t_weak_{}", std::process::id());
        let (make, drop) = match server.kind {
            Kind::Postgres => (
                format!("CREATE ROLE {user} LOGIN PASSWORD 'weak'"),
                format!("DROP ROLE {user}"),
            ),
            Kind::Mysql => (
                format!(
                    "CREATE USER '{user}'@'%' IDENTIFIED BY 'weak'; GRANT SELECT ON mysql.* TO '{user}'@'%'"
                ),
                format!("DROP USER '{user}'@'%'"),
            ),
        };
        server.execute(server.home(), &make).unwrap();
        let weak = TestServer {
            url: server.url_of(server.home(), Some((&user, "weak"))),
            ..server.clone()
        };
        let refused = weak.refusal_to_add(&strata, "east");
        server.execute(server.home(), &drop).unwrap();
        assert_eq!(refused.code, "server.privileges_missing", "{refused:?}");
    }
}

#[test]
fn a_database_that_is_there_already_is_left_as_it_is() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let slug = server.slug("taken");
        let _swept = server.sweeping(&[&slug]);
        let database = format!("tenant_{}", slug.replace('-', "_"));
        let home = server.home();
        server
            .execute(home, &format!("CREATE DATABASE {database}"))
            .unwrap();
        server
            .execute(&database, "CREATE TABLE theirs (a integer)")
            .unwrap();
        let refused = strata.error(&create(&slug, "east"));
        assert_eq!(refused.code, "database.exists", "{refused:?}");
        server
            .execute(&database, "INSERT INTO theirs VALUES (1)")
            .unwrap();
        server
            .execute(home, &format!("DROP DATABASE {database}"))
            .unwrap();
        assert_eq!(strata.json(&create(&slug, "east"))["outcome"], "created");
    }
}

#[test]
fn a_database_that_was_dropped_by_hand_is_told_and_nothing_else_suffers() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let (gone, stays) = (server.slug("gone"), server.slug("stays"));
        let _swept = server.sweeping(&[&gone, &stays]);
        strata.ok(&create(&gone, "east"));
        strata.ok(&create(&stays, "east"));
        let database = format!("tenant_{}", gone.replace('-', "_"));
        server
            .execute(server.home(), &format!("DROP DATABASE {database}"))
            .unwrap();
        for command in [
            vec!["history", &gone],
            vec!["resume", &gone],
            create(&gone, "east"),
        ] {
            let told = strata.error(&command);
            assert!(
                ["database.missing", "server.not_permitted"].contains(&&*told.code),
                "{told:?}"
            );
        }
        assert_eq!(strata.json(&create(&stays, "east"))["outcome"], "unchanged");
    }
}

#[test]
fn somebody_elses_lock_is_waited_out_a_little_and_then_told_and_nothing_is_changed() {
    let Some(server) = TestServer::of(Kind::Postgres) else {
        return;
    };
    let strata = home_on(&server);
    let slug = server.slug("locked");
    let _swept = server.sweeping(&[&slug]);
    strata.ok(&create(&slug, "east"));
    let database = format!("tenant_{}", slug.replace('-', "_"));
    let plan = strata.json(&["plan", &slug, "--template", "fx_club@2.0.0"]);
    let digest = plan["digest"].as_str().unwrap();
    let url = server.url_of(&database, None);
    let holding = std::thread::spawn(move || {
        tests::server::on(
            &url,
            "BEGIN; LOCK TABLE club_members IN SHARE MODE; SELECT 'held' FROM pg_sleep(12); COMMIT",
        )
    });
    std::thread::sleep(std::time::Duration::from_millis(500));
    let mut command = strata.command(&tests::strata::with_json(&[
        "apply", &slug, "--plan", digest,
    ]));
    command.env("STRATA_DATABASE_LOCK_TIMEOUT_MS", "200");
    let told = tests::strata::failure(&tests::strata::outcome(&mut command));
    assert_eq!(told.code, "run.undone", "{told:?}");
    assert!(told.text().contains("lock"), "{told:?}");
    holding.join().unwrap().unwrap();
    demand_healthy(&strata);
    let plan = strata.json(&["plan", &slug, "--template", "fx_club@2.0.0"]);
    strata.ok(&["apply", &slug, "--plan", plan["digest"].as_str().unwrap()]);
}

#[test]
fn a_tenant_that_another_session_works_on_is_told_as_locked_at_once() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let slug = server.slug("held");
        let _swept = server.sweeping(&[&slug]);
        strata.ok(&create(&slug, "east"));
        let plan = strata.json(&["plan", &slug, "--template", "fx_club@2.0.0"]);
        let digest = plan["digest"].as_str().unwrap();
        let database = format!("tenant_{}", slug.replace('-', "_"));
        let migration = crate::life::login(&strata, &slug).0.replace("_app", "_mig");
        let lock = format!("strata:{migration}");
        let hold = match server.kind {
            Kind::Postgres => format!(
                "SELECT pg_advisory_lock(hashtextextended('{lock}', 0))::text; SELECT 'held' FROM pg_sleep(3)"
            ),
            Kind::Mysql => format!("SELECT GET_LOCK('{lock}', 0); SELECT SLEEP(3)"),
        };
        let url = server.url_of(&database, None);
        let holding = std::thread::spawn(move || tests::server::on(&url, &hold));
        std::thread::sleep(std::time::Duration::from_millis(700));
        let told = strata.error(&["apply", &slug, "--plan", digest]);
        assert_eq!(told.code, "tenant.locked", "{told:?}");
        holding.join().unwrap().unwrap();
        strata.ok(&["apply", &slug, "--plan", digest]);
    }
}

#[test]
fn a_server_with_too_many_connections_is_waited_for() {
    let Some(server) = TestServer::of(Kind::Postgres) else {
        return;
    };
    let strata = home_on(&server);
    let slug = server.slug("crowded");
    let _swept = server.sweeping(&[&slug]);
    strata.ok(&create(&slug, "east"));
    let migration = crate::life::login(&strata, &slug).0.replace("_app", "_mig");
    let limit = |n: i32| format!("ALTER ROLE {migration} CONNECTION LIMIT {n}");
    server.execute("postgres", &limit(0)).unwrap();
    let (freeing, free) = (server.clone(), limit(-1));
    let freed = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(2));
        freeing.execute("postgres", &free)
    });
    let begun = std::time::Instant::now();
    strata.ok(&["history", &slug]);
    assert!(
        begun.elapsed() > std::time::Duration::from_secs(1),
        "it did not have to wait"
    );
    freed.join().unwrap().unwrap();
}
