//! Databases and roles on a real server: who gets in, and what is refused there.

use dialect::{Access, Administration, HeldPrivilege, HeldScope, Password, Relation, TenantRoles};
use model::Name;
use sqlx::{AssertSqlSafe, ConnectOptions as _, MySqlConnection, Row as _};

use super::world::mysql::{execute_on, url};
use super::world::{dialect, is_there};

fn administration() -> &'static dyn Administration {
    dialect().administration().unwrap()
}

fn roles(letter: char) -> TenantRoles {
    let name = |text: String| Name::internal(text).unwrap();
    let id = std::process::id();
    TenantRoles {
        database: name(format!("tenant_trial_{letter}_{id}")),
        application: name(format!("t_trial{letter}{id}_app")),
        migration: name(format!("t_trial{letter}{id}_mig")),
    }
}

fn password(text: &str) -> Password<'_> {
    Password {
        text,
        salt: [7; 16],
    }
}

async fn run(connection: &mut MySqlConnection, statements: Vec<String>) {
    for sql in statements {
        execute_on(connection, &sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn as_role(
    roles: &TenantRoles,
    role: &Name,
    database: &Name,
) -> Result<MySqlConnection, String> {
    let _ = roles;
    let options = url().unwrap().username(role.as_str()).password("hunter2");
    let connected = options.database(database.as_str()).connect().await;
    connected.map_err(|error| error.to_string())
}

async fn admin(database: Option<&Name>) -> MySqlConnection {
    let options = url().unwrap();
    let options = match database {
        Some(database) => options.database(database.as_str()),
        None => options,
    };
    options.connect().await.unwrap()
}

async fn made(roles: &TenantRoles) {
    let mut server = admin(None).await;
    run(&mut server, administration().server_set_up()).await;
    let set = || password("hunter2");
    run(
        &mut server,
        administration().create_roles(roles, set(), set()),
    )
    .await;
    run(
        &mut server,
        administration().create_roles(roles, set(), set()),
    )
    .await;
    run(&mut server, administration().create_database(roles, None)).await;
    let mut inside = admin(Some(&roles.database)).await;
    run(&mut inside, administration().secure_database(roles)).await;
    run(&mut inside, administration().secure_database(roles)).await;
    let mut migration = as_role(roles, &roles.migration, &roles.database)
        .await
        .unwrap();
    for sql in [
        "CREATE TABLE strata_ledger (a integer, b integer)",
        "CREATE TABLE members (id bigint AUTO_INCREMENT PRIMARY KEY, a text)",
        "CREATE TABLE journal (a integer)",
    ] {
        execute_on(&mut migration, sql).await.unwrap();
    }
}

async fn granted(roles: &TenantRoles, relations: &[(&str, Access)]) {
    let mut inside = admin(Some(&roles.database)).await;
    let held = sqlx::query(AssertSqlSafe(
        administration().held_privileges().replace("$1", "?"),
    ))
    .bind(roles.application.as_str())
    .bind(roles.application.as_str())
    .bind(roles.application.as_str())
    .fetch_all(&mut inside)
    .await
    .unwrap();
    let held = held.iter().map(|row| HeldPrivilege {
        relation: row.get(0),
        privilege: row.get(1),
        scope: HeldScope::of(row.get(2)).unwrap(),
    });
    let held: Vec<HeldPrivilege> = held.collect();
    let relations: Vec<Relation> = relations
        .iter()
        .map(|(name, access)| Relation {
            name: Name::new(*name).unwrap(),
            access: *access,
        })
        .collect();
    run(
        &mut inside,
        administration().grants(roles, &relations, &held),
    )
    .await;
}

async fn dropped(roles: &TenantRoles) {
    let mut server = admin(None).await;
    for _ in 0..2 {
        run(&mut server, administration().drop_database(roles)).await;
        run(&mut server, administration().drop_roles(roles)).await;
    }
}

#[tokio::test]
async fn an_application_reads_and_writes_its_rows_and_is_refused_everything_else() {
    if !is_there() {
        return;
    }
    let (own, other) = (roles('a'), roles('b'));
    made(&own).await;
    made(&other).await;
    let all = [("members", Access::Rows), ("journal", Access::Rows)];
    granted(&own, &all).await;
    let mut inside = admin(Some(&own.database)).await;
    let application = format!("'{}'@'%'", own.application);
    for sql in [
        format!("GRANT UPDATE (a) ON journal TO {application}"),
        format!("GRANT SELECT (a), SELECT (b) ON strata_ledger TO {application}"),
        format!("GRANT SHOW VIEW ON journal TO {application} WITH GRANT OPTION"),
        format!("REVOKE UPDATE ON members FROM {application}"),
        format!("GRANT UPDATE (id) ON members TO {application}"),
    ] {
        execute_on(&mut inside, &sql).await.unwrap();
    }
    granted(
        &own,
        &[("members", Access::Rows), ("journal", Access::Append)],
    )
    .await;
    let mut application = as_role(&own, &own.application, &own.database)
        .await
        .unwrap();
    for sql in [
        "INSERT INTO members (a) VALUES ('x')",
        "UPDATE members SET a = 'y'",
        "DELETE FROM members",
        "INSERT INTO journal VALUES (1)",
        "SELECT a FROM journal",
    ] {
        execute_on(&mut application, sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let relations = ["members", "journal", "strata_ledger"].map(str::to_owned);
    let mut forbidden = administration().forbidden(&own, &[other.database.to_string()], &relations);
    for sql in [
        "UPDATE journal SET a = 2",
        "DELETE FROM journal",
        "TRUNCATE members",
        "SELECT * FROM members INTO OUTFILE '/tmp/strata_trial'",
    ] {
        forbidden.push(dialect::Attempt {
            what: sql.to_owned(),
            sql: sql.to_owned(),
        });
    }
    for attempt in forbidden {
        let error = execute_on(&mut application, &attempt.sql)
            .await
            .expect_err(&attempt.what);
        let refused = ["denied", "you need (at least one of)"];
        assert!(
            refused.iter().any(|words| error.contains(words)),
            "{}: {error}",
            attempt.what
        );
    }
    for role in [&own.application, &own.migration] {
        let error = as_role(&own, role, &other.database).await.err().unwrap();
        assert!(error.contains("Access denied"), "{error}");
    }
    dropped(&own).await;
    dropped(&other).await;
}

#[tokio::test]
async fn a_name_with_an_underscore_gives_no_right_on_a_name_like_it() {
    if !is_there() {
        return;
    }
    let own = roles('c');
    made(&own).await;
    let like = own.database.as_str().replacen('_', "x", 1);
    let mut server = admin(None).await;
    execute_on(&mut server, &format!("CREATE DATABASE {like}"))
        .await
        .unwrap();
    let mut migration = as_role(&own, &own.migration, &own.database).await.unwrap();
    let entered = execute_on(&mut migration, &format!("CREATE TABLE {like}.a (a int)")).await;
    execute_on(&mut server, &format!("DROP DATABASE {like}"))
        .await
        .unwrap();
    let error = entered.unwrap_err();
    assert!(error.contains("denied"), "{error}");
    assert_eq!(
        names_of(
            &mut server,
            Box::leak(
                administration()
                    .find_database()
                    .replace("$2", "1")
                    .into_boxed_str()
            ),
            &own.database
        )
        .await,
        [own.database.to_string()]
    );
    assert_eq!(
        names_of(&mut server, administration().find_role(), &own.migration).await,
        [own.migration.to_string()]
    );
    dropped(&own).await;
    assert!(
        names_of(&mut server, administration().find_role(), &own.migration)
            .await
            .is_empty()
    );
}

async fn names_of(server: &mut MySqlConnection, query: &'static str, name: &Name) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(query.replace("$1", "?")))
        .bind(name.as_str())
        .fetch_all(server)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn the_administrator_lacks_nothing_and_a_tenants_user_everything() {
    if !is_there() {
        return;
    }
    let own = roles('d');
    made(&own).await;
    let query = administration().missing_privileges();
    let mut server = admin(None).await;
    let missing = sqlx::query(query).fetch_all(&mut server).await.unwrap();
    assert!(missing.is_empty());
    let mut migration = as_role(&own, &own.migration, &own.database).await.unwrap();
    let missing = sqlx::query(query).fetch_all(&mut migration).await.unwrap();
    assert_eq!(missing.len(), 13);
    drop(migration);
    dropped(&own).await;
}
