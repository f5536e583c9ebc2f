//! Registering tenants and what happens to them.

use model::status::{
    ProvisioningEvent as P, ProvisioningStatus, STATUS_ILLEGAL, TenantEvent, TenantStatus,
};
use model::{Digest, TenantId};

use crate::stored::LANDLORD_BAD_ROW;
use crate::tenants::{SLUG_COLLISION, TENANT_EXISTS, TENANT_INVALID, TENANT_UNKNOWN};
use crate::tests::home::{Home, everywhere};
use crate::tests::{at, landlord, new_tenant, registered, slug, uuid};

everywhere! {
    a_registered_tenant_is_found_by_slug_and_by_id,
    slugs_that_become_one_database_name_collide_by_name,
    pages_of_tenants_follow_each_other_without_gap,
    provisioning_notes_each_moment_once,
    an_illegal_step_is_refused_and_names_the_tenant,
    a_change_that_is_dropped_never_was,
    a_row_that_was_changed_by_hand_is_named,
}

async fn a_registered_tenant_is_found_by_slug_and_by_id(home: &Home) {
    let mut landlord = landlord(home).await;
    let tenant = registered(&mut landlord, 2, "nepali-congress").await;
    assert_eq!(tenant.database_name, "tenant_nepali_congress");
    assert_eq!(tenant.status, TenantStatus::Registered);
    assert_eq!(tenant.request["modules"][0], "forum");
    assert_eq!(
        (tenant.created_at, tenant.ledger_head, tenant.fence),
        (at(1), None, 0)
    );
    assert_eq!(
        landlord.tenant(&slug("nepali-congress")).await.unwrap(),
        tenant
    );
    assert_eq!(landlord.tenant_by_id(tenant.id).await.unwrap(), tenant);
    assert!(
        landlord
            .tenant(&slug("nobody"))
            .await
            .unwrap_err()
            .is(&TENANT_UNKNOWN)
    );
    assert!(
        landlord
            .find_tenant(&slug("nobody"))
            .await
            .unwrap()
            .is_none()
    );
}

async fn slugs_that_become_one_database_name_collide_by_name(home: &Home) {
    let mut landlord = landlord(home).await;
    registered(&mut landlord, 2, "red-star").await;
    let mut change = landlord.begin().await.unwrap();
    let error = change
        .register_tenant(&new_tenant(3, "red_star"), at(1))
        .await
        .unwrap_err();
    assert!(error.is(&SLUG_COLLISION));
    assert!(
        error.message().contains("`red-star`") && error.message().contains("`red_star`"),
        "{error}"
    );
    let error = change
        .register_tenant(&new_tenant(3, "red-star"), at(1))
        .await
        .unwrap_err();
    assert!(error.is(&TENANT_EXISTS));
    let mut unprintable = new_tenant(3, "blue");
    unprintable.name = "a\u{7}b".to_owned();
    assert!(
        change
            .register_tenant(&unprintable, at(1))
            .await
            .unwrap_err()
            .is(&TENANT_INVALID)
    );
    // Refusals are no failed statements: the change goes on.
    change
        .register_tenant(&new_tenant(3, "blue"), at(1))
        .await
        .unwrap();
    change.commit().await.unwrap();
}

async fn pages_of_tenants_follow_each_other_without_gap(home: &Home) {
    let mut landlord = landlord(home).await;
    for (n, text) in ["e", "b", "d", "a", "c"].into_iter().enumerate() {
        registered(&mut landlord, 2 + n as u128, text).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = landlord.list_tenants(after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.slug.clone());
        seen.extend(page.iter().map(|tenant| tenant.slug.to_string()));
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

async fn provisioning_notes_each_moment_once(home: &Home) {
    let mut landlord = landlord(home).await;
    let id = registered(&mut landlord, 2, "acme").await.id;
    let mut change = landlord.begin().await.unwrap();
    for (event, error, second) in [
        (P::Started, None, 10),
        (P::Started, None, 11),
        (P::Failed, Some("step 3 failed"), 12),
        (P::Started, None, 20),
    ] {
        change
            .provisioning_event(id, event, error, at(second))
            .await
            .unwrap();
    }
    let tenant = change.tenant_by_id(id).await.unwrap();
    assert_eq!(tenant.provisioning_started_at, Some(at(20)));
    assert_eq!(
        (tenant.provisioning_failed_at, tenant.provisioned_at),
        (Some(at(12)), None)
    );
    assert_eq!(tenant.provisioning_error, None);
    change
        .provisioning_event(id, P::Started, None, at(25))
        .await
        .unwrap();
    change
        .provisioning_event(id, P::Completed, None, at(30))
        .await
        .unwrap();
    change
        .set_database_created(id, Some(at(21)), at(30))
        .await
        .unwrap();
    change
        .set_fingerprint(id, &Digest::of_bytes(b"x"), at(31))
        .await
        .unwrap();
    change.commit().await.unwrap();
    let tenant = landlord.tenant_by_id(id).await.unwrap();
    assert_eq!(tenant.provisioning_status, ProvisioningStatus::Completed);
    assert_eq!(
        (tenant.provisioning_started_at, tenant.provisioned_at),
        (Some(at(20)), Some(at(30)))
    );
    assert_eq!(
        (tenant.database_created_at, tenant.last_synced_at),
        (Some(at(21)), Some(at(31)))
    );
    assert_eq!(
        (tenant.fingerprint, tenant.updated_at),
        (Some(Digest::of_bytes(b"x")), at(31))
    );
}

async fn an_illegal_step_is_refused_and_names_the_tenant(home: &Home) {
    let mut landlord = landlord(home).await;
    let id = registered(&mut landlord, 2, "acme").await.id;
    let mut change = landlord.begin().await.unwrap();
    let error = change
        .provisioning_event(id, P::Completed, None, at(2))
        .await
        .unwrap_err();
    assert!(error.is(&STATUS_ILLEGAL) && error.message().contains("`acme`"));
    let error = change
        .tenant_event(id, TenantEvent::Suspended, at(2))
        .await
        .unwrap_err();
    assert!(error.is(&STATUS_ILLEGAL));
    assert_eq!(
        change
            .tenant_event(id, TenantEvent::Activated, at(2))
            .await
            .unwrap(),
        TenantStatus::Active
    );
    let stranger = change
        .tenant_event(TenantId(uuid(99)), TenantEvent::Activated, at(2))
        .await
        .unwrap_err();
    assert!(stranger.is(&TENANT_UNKNOWN));
}

async fn a_change_that_is_dropped_never_was(home: &Home) {
    let mut landlord = landlord(home).await;
    let mut change = landlord.begin().await.unwrap();
    change
        .register_tenant(&new_tenant(2, "acme"), at(1))
        .await
        .unwrap();
    drop(change);
    assert!(landlord.find_tenant(&slug("acme")).await.unwrap().is_none());
}

async fn a_row_that_was_changed_by_hand_is_named(home: &Home) {
    let mut landlord = landlord(home).await;
    let id = registered(&mut landlord, 2, "acme").await.id;
    let session = landlord.session().await.unwrap();
    session
        .run("UPDATE tenants SET fingerprint = 'sha256:nonsense'", &[])
        .await
        .unwrap();
    let error = landlord.tenant_by_id(id).await.unwrap_err();
    assert!(error.is(&LANDLORD_BAD_ROW));
    for part in ["`tenants`", "`fingerprint`", &id.to_string()] {
        assert!(error.message().contains(part), "{error}");
    }
}
