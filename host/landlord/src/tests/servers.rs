//! Servers, what tenants are on them, and the credentials of tenants.

use model::{Backend, TenantId};

use crate::credentials::StoredCredentials;
use crate::landlord::Landlord;
use crate::servers::*;
use crate::tenants::{NewTenant, Tenant};
use crate::tests::home::{Home, everywhere};
use crate::tests::{at, landlord, new_tenant, registered, slug};

everywhere! {
    a_server_is_read_back_as_it_was_added,
    a_server_added_again_is_the_same_unless_it_differs,
    a_name_that_no_server_can_have_is_refused,
    a_server_that_nobody_knows_is_told_with_those_that_are_known,
    a_server_with_tenants_is_not_forgotten,
    a_tenant_is_on_a_server_that_is_there,
    the_next_tenant_goes_to_the_server_with_the_fewest_and_then_by_name,
    one_name_of_a_database_is_one_tenant_s_on_all_servers,
    credentials_are_stored_replaced_and_forgotten,
}

fn new_server(name: &str) -> NewServer {
    NewServer {
        name: name.to_owned(),
        backend: Backend::Postgresql,
        version: "15.18".to_owned(),
        url: "v1.00".to_owned(),
        max_connections: 20,
        collation: None,
    }
}

async fn add(landlord: &mut Landlord, new: &NewServer) -> model::Result<()> {
    let mut change = landlord.begin().await?;
    let is_same = |present: &RegisteredServer| present.url == new.url;
    change.add_server(new, is_same, "tests", at(1)).await?;
    change.commit().await
}

async fn with_servers(home: &Home, names: &[&str]) -> Landlord {
    let mut landlord = landlord(home).await;
    for name in names {
        add(&mut landlord, &new_server(name)).await.unwrap();
    }
    landlord
}

async fn remove(landlord: &mut Landlord, name: &str) -> model::Result<()> {
    let mut change = landlord.begin().await?;
    change.remove_server(name).await?;
    change.commit().await
}

async fn on_server(landlord: &mut Landlord, n: u128, text: &str, server: &str) -> Tenant {
    let new = NewTenant {
        server: Some(server.to_owned()),
        ..new_tenant(n, text)
    };
    let mut change = landlord.begin().await.unwrap();
    let tenant = change.register_tenant(&new, at(1)).await.unwrap();
    change.commit().await.unwrap();
    tenant
}

async fn a_server_is_read_back_as_it_was_added(home: &Home) {
    let mut landlord = landlord(home).await;
    let kinds = [Backend::Mariadb, Backend::Mysql, Backend::Postgresql];
    for (name, backend) in ["north", "b_2", "1-east"].into_iter().zip(kinds) {
        let new = NewServer {
            backend,
            ..new_server(name)
        };
        add(&mut landlord, &new).await.unwrap();
    }
    let servers = landlord.servers().await.unwrap();
    let names: Vec<_> = servers
        .iter()
        .map(|one| (&*one.name, one.backend))
        .collect();
    let expected = [
        ("1-east", Backend::Postgresql),
        ("b_2", Backend::Mysql),
        ("north", Backend::Mariadb),
    ];
    assert_eq!(names, expected);
    let expected = RegisteredServer {
        name: "north".to_owned(),
        backend: Backend::Mariadb,
        version: "15.18".to_owned(),
        url: "v1.00".to_owned(),
        collation: None,
        max_connections: 20,
        tenants: 0,
        added_by: "tests".to_owned(),
        added_at: at(1),
    };
    assert_eq!(landlord.server("north").await.unwrap(), expected);
}

async fn a_server_added_again_is_the_same_unless_it_differs(home: &Home) {
    let mut landlord = with_servers(home, &["east"]).await;
    let newer = NewServer {
        version: "16.4".to_owned(),
        max_connections: 7,
        ..new_server("east")
    };
    add(&mut landlord, &newer).await.unwrap();
    let present = landlord.server("east").await.unwrap();
    let noted = (present.version.as_str(), present.max_connections);
    assert_eq!((noted, present.added_at), (("16.4", 7), at(1)));
    for differs in [
        NewServer {
            backend: Backend::Mysql,
            ..new_server("east")
        },
        NewServer {
            url: "v1.01".to_owned(),
            ..new_server("east")
        },
    ] {
        let error = add(&mut landlord, &differs).await.unwrap_err();
        assert!(error.is(&SERVER_EXISTS_DIFFERENTLY), "{error}");
    }
    let mut change = landlord.begin().await.unwrap();
    change.note_server_version("east", "17.1").await.unwrap();
    change.commit().await.unwrap();
    let present = landlord.server("east").await.unwrap();
    let noted = (present.version.as_str(), present.max_connections);
    assert_eq!(noted, ("17.1", 7));
}

async fn a_name_that_no_server_can_have_is_refused(home: &Home) {
    let mut landlord = landlord(home).await;
    let long = "a".repeat(64);
    for name in [
        "", "-east", "_east", "East", "e st", "\u{fc}st", "file", &long,
    ] {
        let error = add(&mut landlord, &new_server(name)).await.unwrap_err();
        assert!(error.is(&SERVER_NAME_INVALID), "{name}: {error}");
    }
    for name in ["9", "a-_", &long[1..]] {
        add(&mut landlord, &new_server(name)).await.unwrap();
    }
}

async fn a_server_that_nobody_knows_is_told_with_those_that_are_known(home: &Home) {
    let mut landlord = landlord(home).await;
    let error = landlord.server("west").await.unwrap_err();
    assert!(error.is(&SERVER_UNKNOWN) && error.hints()[0].contains("strata server add"));
    add(&mut landlord, &new_server("north")).await.unwrap();
    add(&mut landlord, &new_server("east")).await.unwrap();
    let mut errors = vec![landlord.server("west").await.unwrap_err()];
    errors.push(remove(&mut landlord, "west").await.unwrap_err());
    let mut change = landlord.begin().await.unwrap();
    errors.push(change.note_server_version("west", "1").await.unwrap_err());
    for error in errors {
        assert!(error.is(&SERVER_UNKNOWN), "{error}");
        assert!(error.message().contains("`west`"), "{error}");
        assert_eq!(error.hints()[0], "known are `east`, `north`");
    }
}

async fn a_server_with_tenants_is_not_forgotten(home: &Home) {
    let mut landlord = with_servers(home, &["east", "west"]).await;
    let tenant = on_server(&mut landlord, 2, "acme", "east").await;
    assert_eq!(tenant.server.as_deref(), Some("east"));
    assert_eq!(landlord.server("east").await.unwrap().tenants, 1);
    let error = remove(&mut landlord, "east").await.unwrap_err();
    assert!(error.is(&SERVER_HAS_TENANTS), "{error}");
    remove(&mut landlord, "west").await.unwrap();
    let again = remove(&mut landlord, "west").await.unwrap_err();
    assert!(again.is(&SERVER_UNKNOWN));
    // Nor by hand.
    let session = landlord.session().await.unwrap();
    assert!(session.run("DELETE FROM servers", &[]).await.is_err());
    assert_eq!(landlord.servers().await.unwrap().len(), 1);
}

async fn a_tenant_is_on_a_server_that_is_there(home: &Home) {
    let mut landlord = landlord(home).await;
    assert_eq!(registered(&mut landlord, 2, "acme").await.server, None);
    let new = NewTenant {
        server: Some("nowhere".to_owned()),
        ..new_tenant(3, "lost")
    };
    let mut change = landlord.begin().await.unwrap();
    let error = change.register_tenant(&new, at(1)).await.unwrap_err();
    assert!(error.is(&database::failure::DATABASE_CONSTRAINT), "{error}");
    drop(change);
    assert!(landlord.find_tenant(&slug("lost")).await.unwrap().is_none());
}

async fn the_next_tenant_goes_to_the_server_with_the_fewest_and_then_by_name(home: &Home) {
    let mut landlord = landlord(home).await;
    assert_eq!(landlord.placement().await.unwrap(), None);
    for name in ["b", "a", "c"] {
        add(&mut landlord, &new_server(name)).await.unwrap();
    }
    let mut went = Vec::new();
    for n in 0..5 {
        let next = landlord.placement().await.unwrap().unwrap();
        on_server(&mut landlord, 10 + n, &format!("tenant{n}"), &next).await;
        went.push(next);
    }
    assert_eq!(went, ["a", "b", "c", "a", "b"]);
    assert_eq!(landlord.placement().await.unwrap().as_deref(), Some("c"));
}

async fn one_name_of_a_database_is_one_tenant_s_on_all_servers(home: &Home) {
    let mut landlord = with_servers(home, &["east", "west"]).await;
    on_server(&mut landlord, 2, "red-star", "east").await;
    let new = NewTenant {
        server: Some("west".to_owned()),
        ..new_tenant(3, "red_star")
    };
    let mut change = landlord.begin().await.unwrap();
    let error = change.register_tenant(&new, at(1)).await.unwrap_err();
    assert!(error.is(&crate::tenants::SLUG_COLLISION), "{error}");
}

fn credentials(password: &str) -> StoredCredentials {
    StoredCredentials {
        application_role: "t_abc_app".to_owned(),
        application_password: format!("v1.{password}"),
        migration_role: "t_abc_mig".to_owned(),
        migration_password: format!("v1.{password}{password}"),
    }
}

async fn credentials_are_stored_replaced_and_forgotten(home: &Home) {
    let mut landlord = landlord(home).await;
    let one = registered(&mut landlord, 2, "acme").await.id;
    let other = registered(&mut landlord, 3, "other").await.id;
    for (of, password) in [(one, "1"), (other, "2"), (one, "3"), (one, "3")] {
        let mut change = landlord.begin().await.unwrap();
        let stored = credentials(password);
        let storing = change.store_credentials(of, &stored, at(2));
        storing.await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(landlord.credentials(of).await.unwrap(), Some(stored));
    }
    for _ in 0..2 {
        let mut change = landlord.begin().await.unwrap();
        change.forget_credentials(one).await.unwrap();
        change.commit().await.unwrap();
    }
    assert_eq!(landlord.credentials(one).await.unwrap(), None);
    let kept = landlord.credentials(other).await.unwrap();
    assert_eq!(kept, Some(credentials("2")));
    let mut change = landlord.begin().await.unwrap();
    let (stranger, of_nobody) = (TenantId(crate::tests::uuid(99)), credentials("4"));
    let stored = change.store_credentials(stranger, &of_nobody, at(2));
    assert!(stored.await.is_err());
}
