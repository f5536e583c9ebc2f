//! Actors, and the audit log that they leave.

use std::collections::BTreeSet;

use model::audit::AUDIT_TAMPERED;
use model::{ActorKind, ActorName, AuditEntry, AuditEvent, Result, Role};

use crate::actors::*;
use crate::audit::AuditFilter;
use crate::landlord::Landlord;
use crate::tests::home::{Home, everywhere};
use crate::tests::{at, landlord, registered};
use crate::vault::Vault;

everywhere! {
    an_actor_is_found_by_its_token_until_it_is_disabled,
    the_first_actor_is_an_administrator_and_the_last_one_stays,
    a_name_is_never_given_twice,
    entries_are_read_back_in_their_order_and_by_what_is_asked_for,
    whatever_is_done_to_ten_thousand_entries_by_hand_is_found_and_named,
}

fn new_actor(name: &str, roles: &[Role]) -> NewActor {
    NewActor {
        name: ActorName::new(name).unwrap(),
        kind: ActorKind::User,
        roles: roles.iter().copied().collect(),
        tenants: Vec::new(),
        token_id: format!("id-{name}"),
        token_hash: format!("hash-{name}"),
    }
}

async fn add(landlord: &mut Landlord, new: &NewActor) -> Result<()> {
    let mut change = landlord.begin().await?;
    change.add_actor(new, "tests", at(1)).await?;
    change.commit().await
}

async fn disable(landlord: &mut Landlord, name: &str) -> Result<()> {
    let mut change = landlord.begin().await?;
    let name = ActorName::new(name).unwrap();
    change.disable_actor(&name, at(2)).await?;
    change.commit().await
}

async fn an_actor_is_found_by_its_token_until_it_is_disabled(home: &Home) {
    let mut landlord = landlord(home).await;
    assert!(!landlord.has_actors().await.unwrap());
    let acme = registered(&mut landlord, 1, "acme").await;
    add(&mut landlord, &new_actor("root", &[Role::Admin]))
        .await
        .unwrap();
    let new = NewActor {
        tenants: vec![acme.id],
        ..new_actor("sita", &[Role::TenantAdmin, Role::Viewer])
    };
    add(&mut landlord, &new).await.unwrap();
    assert!(landlord.has_actors().await.unwrap());
    let found = landlord.actor_of_token("id-sita").await.unwrap().unwrap();
    assert_eq!(found.actor.name, "sita");
    assert_eq!(found.actor.roles, new.roles);
    assert_eq!(found.actor.tenants, BTreeSet::from([acme.slug]));
    assert_eq!(
        (found.token_hash.as_str(), found.disabled_at),
        ("hash-sita", None)
    );
    assert_eq!(landlord.actor_of_token("id").await.unwrap(), None);
    for _ in 0..2 {
        disable(&mut landlord, "sita").await.unwrap();
    }
    let found = landlord.actor_of_token("id-sita").await.unwrap().unwrap();
    assert_eq!(found.disabled_at, Some(at(2)));
    let error = disable(&mut landlord, "gita").await.unwrap_err();
    assert!(error.is(&ACTOR_UNKNOWN) && error.hints()[0].contains("`root`"));
}

async fn the_first_actor_is_an_administrator_and_the_last_one_stays(home: &Home) {
    let mut landlord = landlord(home).await;
    let operator = new_actor("hari", &[Role::Operator]);
    let error = add(&mut landlord, &operator).await.unwrap_err();
    assert!(error.is(&ACTOR_LAST_ADMIN));
    assert!(!landlord.has_actors().await.unwrap());
    add(&mut landlord, &new_actor("root", &[Role::Admin]))
        .await
        .unwrap();
    add(&mut landlord, &operator).await.unwrap();
    let error = disable(&mut landlord, "root").await.unwrap_err();
    assert!(error.is(&ACTOR_LAST_ADMIN));
    add(&mut landlord, &new_actor("boss", &[Role::Admin]))
        .await
        .unwrap();
    disable(&mut landlord, "root").await.unwrap();
    assert!(
        disable(&mut landlord, "boss")
            .await
            .unwrap_err()
            .is(&ACTOR_LAST_ADMIN)
    );
}

async fn a_name_is_never_given_twice(home: &Home) {
    let mut landlord = landlord(home).await;
    add(&mut landlord, &new_actor("root", &[Role::Admin]))
        .await
        .unwrap();
    add(&mut landlord, &new_actor("hari", &[Role::Operator]))
        .await
        .unwrap();
    disable(&mut landlord, "hari").await.unwrap();
    let again = new_actor("hari", &[Role::Operator]);
    assert!(
        add(&mut landlord, &again)
            .await
            .unwrap_err()
            .is(&ACTOR_EXISTS)
    );
}

fn vault() -> Vault {
    Vault::new(&[7; 32])
}

fn event(n: i64) -> AuditEvent {
    AuditEvent {
        actor: if n % 2 == 0 { "ram" } else { "sita" }.to_owned(),
        roles: vec!["operator".to_owned()],
        action: "apply".to_owned(),
        subject: format!("tenant-{}", n % 10),
        digest: None,
        outcome: "done".to_owned(),
    }
}

async fn write(landlord: &mut Landlord, n_entries: i64) {
    let mut change = landlord.begin().await.unwrap();
    for n in 0..n_entries {
        change
            .add_to_audit(event(n), &vault(), at(n))
            .await
            .unwrap();
    }
    change.commit().await.unwrap();
}

async fn verify(landlord: &mut Landlord) -> Result<i64> {
    let mut entries = 0;
    let mut count = |_: &AuditEntry| {
        entries += 1;
        Ok(())
    };
    landlord.verify_audit(&vault(), &mut count).await?;
    Ok(entries)
}

async fn entries_are_read_back_in_their_order_and_by_what_is_asked_for(home: &Home) {
    let mut landlord = landlord(home).await;
    assert_eq!(verify(&mut landlord).await.unwrap(), 0);
    write(&mut landlord, 30).await;
    write(&mut landlord, 1).await;
    assert_eq!(verify(&mut landlord).await.unwrap(), 31);
    let all = landlord
        .audit_entries(&AuditFilter::default(), 5)
        .await
        .unwrap();
    let places: Vec<i64> = all.iter().map(|entry| entry.sequence).collect();
    assert_eq!(places, [27, 28, 29, 30, 31]);
    let filter = AuditFilter {
        actor: Some("sita".to_owned()),
        subject: Some("tenant-3".to_owned()),
        action: Some("apply".to_owned()),
    };
    let some = landlord.audit_entries(&filter, 50).await.unwrap();
    let places: Vec<i64> = some.iter().map(|entry| entry.sequence).collect();
    assert_eq!(places, [4, 14, 24]);
    assert_eq!(some[0].event, event(3));
}

/// Runs a statement as somebody who may do everything in the landlord's database, its triggers gone.
async fn by_hand(home: &Home, sql: &'static str) {
    let mut connection = home.database().await;
    let is_file = home.folder().is_some();
    let session = connection.session().await.unwrap();
    if is_file {
        let names =
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'";
        for row in session.fetch(names, &[]).await.unwrap() {
            let name = crate::stored::reading(&row, "triggers")
                .text("name")
                .unwrap()
                .to_owned();
            let drop: &'static str = Box::leak(format!("DROP TRIGGER {name}").into_boxed_str());
            session.run(drop, &[]).await.unwrap();
        }
    } else {
        let disabled = "ALTER TABLE audit_log DISABLE TRIGGER ALL";
        session.run(disabled, &[]).await.unwrap();
    }
    session.run(sql, &[]).await.unwrap();
    // Two rows cannot change places in one statement: what is below zero is on its way.
    if sql.contains("- 15999") {
        let there = "UPDATE audit_log SET sequence = -sequence WHERE sequence < 0";
        session.run(there, &[]).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn whatever_is_done_to_ten_thousand_entries_by_hand_is_found_and_named(home: &Home) {
    let mut landlord = landlord(home).await;
    write(&mut landlord, 10_000).await;
    assert_eq!(verify(&mut landlord).await.unwrap(), 10_000);
    for (done, taken_back, named) in [
        (
            "UPDATE audit_log SET event = replace(event, 'sita', 'sitb') WHERE sequence = 4000",
            "UPDATE audit_log SET event = replace(event, 'sitb', 'sita') WHERE sequence = 4000",
            "entry 4000 is not what was written",
        ),
        (
            "UPDATE audit_log SET sequence = sequence - 15999 WHERE sequence IN (7999, 8000)",
            "UPDATE audit_log SET sequence = sequence - 15999 WHERE sequence IN (7999, 8000)",
            "entry 7999 does not follow",
        ),
        (
            "UPDATE audit_log SET event = event || 'x' WHERE sequence = 8",
            "UPDATE audit_log SET event = substr(event, 1, length(event) - 1) WHERE sequence = 8",
            "entry 8 cannot be read",
        ),
        (
            "UPDATE audit_log SET sequence = -sequence WHERE sequence > 9998",
            "UPDATE audit_log SET sequence = -sequence WHERE sequence < 0",
            "entries 9999 to 10000 are missing",
        ),
        (
            "DELETE FROM audit_log WHERE sequence = 6000",
            "SELECT 1",
            "entry 6000 is missing",
        ),
    ] {
        by_hand(home, done).await;
        let error = verify(&mut landlord).await.unwrap_err();
        assert!(error.is(&AUDIT_TAMPERED), "{done}: {error}");
        assert!(error.message().contains(named), "{done}: {error}");
        if named.starts_with("entries") {
            let mut change = landlord.begin().await.unwrap();
            let refused = change.add_to_audit(event(1), &vault(), at(1)).await;
            assert!(refused.unwrap_err().is(&AUDIT_TAMPERED));
        }
        by_hand(home, taken_back).await;
    }
}
