//! The registry on a PostgreSQL server, shared by two homes.

use tests::Strata;
use tests::server::{Kind, TestServer};

use crate::life::{create, demand_healthy};

/// The arguments that put a home's registry into a database, with the password in the environment.
fn init(strata: &Strata, server: &TestServer, database: &str) -> tests::strata::Outcome {
    let (_, password) = server.parts();
    let url = server
        .url_of(database, None)
        .replace(&format!(":{password}@"), "@");
    let mut command = strata.command(&["--output", "json", "init", "--landlord", &url]);
    command.env("STRATA_SERVER_PASSWORD", password);
    tests::strata::outcome(&mut command)
}

/// A registry's database on a server, which goes with it.
pub(crate) struct Registry {
    server: TestServer,
    database: String,
}

impl Registry {
    /// An empty database; none without a PostgreSQL.
    pub(crate) fn new() -> Option<Registry> {
        let server = TestServer::of(Kind::Postgres)?;
        let database = server.slug("registry").replace('-', "_");
        let registry = Registry { server, database };
        registry.drop_database();
        registry.execute(&format!("CREATE DATABASE {}", registry.database));
        Some(registry)
    }

    /// A home whose registry it is, with the plugins of the fixtures.
    pub(crate) fn home(&self) -> Strata {
        let strata = Strata::bare();
        let made = init(&strata, &self.server, &self.database);
        assert_eq!(made.status, 0, "{}", made.stderr);
        add_fixtures(&strata);
        strata
    }

    fn execute(&self, sql: &str) {
        self.server.execute("postgres", sql).unwrap();
    }

    fn drop_database(&self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database);
        self.execute(&drop);
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.drop_database();
    }
}

fn add_fixtures(strata: &Strata) {
    let mut add = vec!["plugin".to_owned(), "add".to_owned()];
    add.extend(tests::home::FIXTURES.map(|name| {
        let file = tests::component::fixtures().join(format!("{name}.wasm"));
        file.to_str().unwrap().to_owned()
    }));
    strata.ok(&add);
}

#[test]
fn a_registry_on_a_server_does_all_that_one_in_a_file_does_and_is_closed_to_tenants() {
    let Some(server) = TestServer::of(Kind::Postgres) else {
        return;
    };
    let database = server.slug("registry").replace('-', "_");
    let drop = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    server.execute("postgres", &drop).unwrap();
    let strata = Strata::bare();
    let missing = init(&strata, &server, &database);
    assert!(
        missing.stderr.contains("database.missing"),
        "{}",
        missing.stderr
    );
    server
        .execute("postgres", &format!("CREATE DATABASE {database}"))
        .unwrap();
    let strata = Strata::bare();
    for outcome in ["created", "unchanged"] {
        let made = init(&strata, &server, &database);
        assert_eq!(made.status, 0, "{}", made.stderr);
        assert!(made.stdout.contains(outcome), "{}", made.stdout);
    }
    let (_, password) = server.parts();
    let sealed = std::fs::read_to_string(strata.home().join("landlord.url")).unwrap();
    assert!(!sealed.contains(&password));
    add_fixtures(&strata);
    server.add_to(&strata, "east", 10);
    let slug = server.slug("listed");
    let swept = server.sweeping(&[&slug]);
    strata.ok(&create(&slug, "east"));
    strata.ok(&create("in-a-file", "file"));
    let plan = strata.json(&["plan", &slug, "--template", "fx_club@2.0.0"]);
    strata.ok(&["apply", &slug, "--plan", plan["digest"].as_str().unwrap()]);
    strata.ok(&["explain", &slug, "club_members.points"]);
    demand_healthy(&strata);
    let report = strata.json(&["verify", "isolation", &slug]);
    let trials = report["tenants"][0]["trials"].to_string();
    assert!(
        report["broken"] == 0 && trials.contains("registry"),
        "{report}"
    );
    // Another home of the same registry sees the same tenants, but has another key for their passwords.
    let other = Strata::bare();
    assert_eq!(init(&other, &server, &database).status, 0);
    assert_eq!(
        other.json(&["tenant", "list"])["tenants"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let sealed = other.error(&["tenant", "credentials", &slug]);
    assert_eq!(sealed.code, "secret.unreadable");
    std::mem::drop(swept);
    server.execute("postgres", &drop).unwrap();
}
