//! A tenant on a server: made, looked at, changed, closed to others, made again, dropped when it fails.

use tests::server::{Kind, TestServer, on};
use tests::strata::failure;
use tests::{Strata, home};

/// The arguments that make a club.
pub(crate) fn create<'a>(slug: &'a str, server: &'a str) -> Vec<&'a str> {
    vec![
        "tenant",
        "create",
        slug,
        "--name",
        "Club",
        "--template",
        "fx_club@1.0.0",
        "--module",
        "fx_events",
        "--server",
        server,
    ]
}

/// A home with the fixtures and the server `east`.
pub(crate) fn home_on(server: &TestServer) -> Strata {
    let strata = home::with_fixtures();
    server.add_to(&strata, "east", 10);
    strata
}

/// Demands that `doctor` finds nothing wrong.
#[track_caller]
pub(crate) fn demand_healthy(strata: &Strata) {
    let outcome = strata.run(&["doctor"]);
    assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
}

/// The login of a tenant's application: role and password.
pub(crate) fn login(strata: &Strata, slug: &str) -> (String, String) {
    let shown = strata.json(&["tenant", "credentials", slug]);
    let text = |key: &str| shown[key].as_str().unwrap().to_owned();
    (text("role"), text("password"))
}

#[test]
fn a_tenant_is_made_once_changed_by_a_plan_and_found_as_its_ledger_says() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let slug = server.slug("life");
        let _swept = server.sweeping(&[&slug]);
        let created = strata.json(&create(&slug, "east"));
        assert_eq!(created["outcome"], "created");
        let again = strata.json(&create(&slug, "east"));
        assert_eq!(again["outcome"], "unchanged");
        assert_eq!(created["fingerprint"], again["fingerprint"]);
        demand_healthy(&strata);
        let plan = strata.json(&["plan", &slug, "--template", "fx_club@2.0.0"]);
        let digest = plan["digest"].as_str().unwrap().to_owned();
        strata.ok(&["apply", &slug, "--plan", &digest]);
        demand_healthy(&strata);
        let shown = strata.json(&["tenant", "show", &slug]);
        assert_eq!(shown["tenant"]["server"], "east");
        assert_eq!(shown["tenant"]["migrations"], 7);
        let listed = strata.json(&["server", "list"]);
        assert_eq!(listed["servers"][0]["tenants"], 1);
        let refused = strata.error(&["server", "remove", "east"]);
        assert_eq!(refused.code, "server.has_tenants");
    }
}

#[test]
fn isolation_is_proved_for_every_tenant_and_a_right_too_many_is_found() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let n = if std::env::var("STRATA_TEST_FULL").is_ok() {
            20
        } else {
            3
        };
        let slugs: Vec<String> = (0..n).map(|_| server.slug("walled")).collect();
        let names: Vec<&str> = slugs.iter().map(String::as_str).collect();
        let _swept = server.sweeping(&names);
        for slug in &slugs {
            strata.ok(&create(slug, "east"));
        }
        strata.ok(&create("in-a-file", "file"));
        let report = strata.json(&["verify", "isolation", "--all"]);
        assert_eq!(report["broken"], 0);
        assert_eq!(report["tenants"].as_array().unwrap().len(), n + 1);
        for tenant in report["tenants"].as_array().unwrap() {
            let tried = tenant["trials"].as_array().unwrap().len();
            let least = if tenant["place"] == "file" {
                3
            } else {
                n - 1 + 20
            };
            assert!(tried >= least, "{tenant}");
        }
        let database = format!("tenant_{}", slugs[0].replace('-', "_"));
        let (role, _) = login(&strata, &slugs[0]);
        let grant = match server.kind {
            tests::server::Kind::Postgres => format!("GRANT SELECT ON strata_ledger TO {role}"),
            tests::server::Kind::Mysql => {
                format!("GRANT SELECT ON {database}.strata_ledger TO '{role}'@'%'")
            }
        };
        server.execute(&database, &grant).unwrap();
        let failed = strata.error(&["verify", "isolation", &slugs[0]]);
        assert_eq!(failed.code, "isolation.broken");
        assert!(failed.text().contains("strata_ledger"), "{failed:?}");
    }
}

#[test]
fn databases_have_the_collation_that_the_server_was_added_with() {
    for server in TestServer::all() {
        let strata = home::with_fixtures();
        let add = |collation: &str| {
            failure(&server.add_with(&strata, "east", &["--collation", collation])).code
        };
        assert_eq!(add("latin1_bin"), "server.collation_invalid");
        assert_eq!(add("utf8mb4_no_such"), "server.collation_invalid");
        if server.kind == Kind::Postgres {
            assert_eq!(add("utf8mb4_bin"), "server.collation_invalid");
            continue;
        }
        let slugs = ["usual", "own"].map(|name| server.slug(name));
        let _swept = server.sweeping(&[&slugs[0], &slugs[1]]);
        let names = [
            ("usual", "utf8mb4_unicode_ci"),
            ("own", "utf8mb4_general_ci"),
        ];
        for (slug, (name, wanted)) in slugs.iter().zip(names) {
            let collation = ["--collation", wanted];
            let with: &[&str] = if name == "own" { &collation } else { &[] };
            assert_eq!(server.add_with(&strata, name, with).status, 0);
            strata.ok(&create(slug, name));
            let database = format!("tenant_{}", slug.replace('-', "_"));
            let sql = "SELECT CONCAT(@@character_set_database, ' ', @@collation_database)";
            assert_eq!(server.query(&database, sql), [format!("utf8mb4 {wanted}")]);
            demand_healthy(&strata);
        }
    }
}

#[test]
fn a_password_that_was_changed_lets_nobody_in_any_more_and_the_new_one_does() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let slug = server.slug("keys");
        let _swept = server.sweeping(&[&slug]);
        strata.ok(&create(&slug, "east"));
        let database = format!("tenant_{}", slug.replace('-', "_"));
        let (role, old) = login(&strata, &slug);
        let again = strata.error(&["tenant", "credentials", &slug]);
        assert_eq!(again.code, "tenant.credentials_shown");
        assert!(!again.text().contains(&old), "{again:?}");
        let enters = |password: &str| {
            let url = server.url_of(&database, Some((&role, password)));
            on(&url, "SELECT 'in'").is_ok()
        };
        assert!(old.len() >= 32 && enters(&old));
        let rotated = strata.json(&["tenant", "rotate-credentials", &slug]);
        assert!(rotated.get("password").is_none(), "{rotated}");
        let (_, new) = login(&strata, &slug);
        assert!(new != old && enters(&new) && !enters(&old));
        let shown = strata.json(&["tenant", "rotate-credentials", &slug, "--show"]);
        assert!(enters(shown["password"].as_str().unwrap()) && !enters(&new));
        let again = strata.error(&["tenant", "credentials", &slug]);
        assert_eq!(again.code, "tenant.credentials_shown");
        // Strata itself goes on with the new password of its own role.
        demand_healthy(&strata);
        strata.ok(&create(&slug, "east"));
    }
}

#[test]
fn a_first_building_that_fails_drops_the_database_and_the_roles_that_it_made() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        let stumble =
            tests::workspace::root().join("tests/tests/provisioning/stumble/fx_stumble-1.0.0.wasm");
        strata.ok(&["plugin", "add", stumble.to_str().unwrap()]);
        let slug = server.slug("fails");
        let _swept = server.sweeping(&[&slug]);
        let mut arguments = create(&slug, "east");
        arguments.extend(["--module", "fx_stumble", "--fact", "twice=yes"]);
        let mut role = None;
        for _ in 0..2 {
            let failed = strata.error(&arguments);
            assert_eq!(
                (&*failed.code, failed.exit),
                ("run.undone", 7),
                "{failed:?}"
            );
            let database = format!("tenant_{}", slug.replace('-', "_"));
            assert!(!server.has_database(&database));
            let application = role.get_or_insert_with(|| login(&strata, &slug).0);
            let migration = application.replace("_app", "_mig");
            assert_eq!(server.roles(&[application.clone(), migration]), [""; 0]);
        }
    }
}

#[test]
fn without_a_name_a_tenant_goes_to_the_server_with_the_fewest_tenants() {
    for server in TestServer::all() {
        let strata = home_on(&server);
        server.add_to(&strata, "west", 10);
        let slugs: Vec<String> = (0..3).map(|_| server.slug("placed")).collect();
        let names: Vec<&str> = slugs.iter().map(String::as_str).collect();
        let _swept = server.sweeping(&names);
        let mut places = Vec::new();
        for slug in &slugs {
            strata.ok(&[
                "tenant",
                "create",
                slug,
                "--name",
                "P",
                "--template",
                "fx_club@1.0.0",
            ]);
            let shown = strata.json(&["tenant", "show", slug]);
            places.push(shown["tenant"]["server"].as_str().unwrap().to_owned());
        }
        assert_eq!(places, ["east", "west", "east"]);
    }
}
