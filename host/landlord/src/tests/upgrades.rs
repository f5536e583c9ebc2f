//! A landlord that an older Strata made.

use database::meta::{self, Meta};
use database::{Options, Session};
use model::{ForeignKeys, LandlordId, TenantId};

use crate::landlord::Landlord;
use crate::migrations;
use crate::tests::home::{Home, everywhere};
use crate::tests::{Frozen, at, component, new_tenant, run_id, slug, uuid};
use crate::upgrade::apply_pending_of;

everywhere! {
    a_landlord_with_six_migrations_keeps_its_rows_and_gets_the_rest,
    processes_that_upgrade_a_landlord_at_once_upgrade_it_once,
}

/// A landlord as it was before there were servers, with a tenant, a run and a lease.
async fn with_six_migrations(home: &Home) {
    let mut connection = home.empty_database().await;
    let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
    let mark = Meta {
        tenant: TenantId(uuid(1)),
        landlord: LandlordId(uuid(1)),
        fence: 0,
    };
    meta::establish(&mut transaction, &mark).await.unwrap();
    transaction.commit().await.unwrap();
    let six = &migrations::all().unwrap()[..6];
    apply_pending_of(six, &mut connection, at(0)).await.unwrap();
    fill(connection.session().await.unwrap()).await;
    connection.close().await.unwrap();
}

async fn fill(session: &mut Session) {
    let tenant = uuid(2).to_string();
    let of_tenant = || tenant.as_str().into();
    let sql = "INSERT INTO tenants (id, slug, name, locale, database_name, status, \
               provisioning_status, facts, request, ledger_sequence, fence, created_at, updated_at) \
               VALUES ($1, 'acme', 'Acme', 'en', 'tenant_acme', 'active', 'completed', '{}', '{}', \
               0, 3, $2, $2)";
    session
        .run(sql, &[of_tenant(), at(1).into()])
        .await
        .unwrap();
    let sql = "INSERT INTO runs (id, tenant_id, batch, plan, status, started_at, executed_by) \
               VALUES ($1, $2, 1, $3, 'succeeded', $4, 'tests')";
    let parameters = [
        run_id(9).to_string().into(),
        of_tenant(),
        component(1).to_string().into(),
        at(1).into(),
    ];
    session.run(sql, &parameters).await.unwrap();
    let sql =
        "INSERT INTO leases (tenant_id, holder, fence, expires_at) VALUES ($1, 'tests', 3, $2)";
    session
        .run(sql, &[of_tenant(), at(9).into()])
        .await
        .unwrap();
}

async fn a_landlord_with_six_migrations_keeps_its_rows_and_gets_the_rest(home: &Home) {
    with_six_migrations(home).await;
    let options = Options::default();
    let opened = Landlord::open_at(home.location(), &options, &Frozen).await;
    let mut landlord = opened.unwrap();
    let tenant = landlord.tenant(&slug("acme")).await.unwrap();
    assert_eq!((tenant.id, tenant.fence), (TenantId(uuid(2)), 3));
    assert_eq!((tenant.server.as_deref(), tenant.created_at), (None, at(1)));
    let run = landlord.last_run(tenant.id).await.unwrap().unwrap();
    assert_eq!(run.id, run_id(9));
    let lease = landlord.lease(tenant.id).await.unwrap().unwrap();
    assert_eq!((lease.fence, lease.expires_at), (3, at(9)));
    assert!(landlord.servers().await.unwrap().is_empty());
    assert_eq!(landlord.credentials(tenant.id).await.unwrap(), None);
    assert_eq!(landlord.health().await.unwrap(), Vec::<String>::new());
    let mut change = landlord.begin().await.unwrap();
    let new = new_tenant(3, "next");
    change.register_tenant(&new, at(2)).await.unwrap();
    change.commit().await.unwrap();
}

async fn processes_that_upgrade_a_landlord_at_once_upgrade_it_once(home: &Home) {
    with_six_migrations(home).await;
    let opening = |_| {
        let (location, options) = (home.location().clone(), Options::default());
        tokio::spawn(async move { Landlord::open_at(&location, &options, &Frozen).await })
    };
    let opening: Vec<_> = (0..4).map(opening).collect();
    for one in opening {
        let mut landlord = one.await.unwrap().unwrap();
        let session = landlord.session().await.unwrap();
        let rows = database::ledger::read(session).await.unwrap();
        assert_eq!(rows.len(), migrations::all().unwrap().len());
    }
}
