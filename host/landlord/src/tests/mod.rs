//! Tests against a real landlord, in a SQLite file and on a PostgreSQL server.

mod actors;
mod catalogue;
mod coordination;
mod home;
mod landlords;
mod records;
mod servers;
mod tenants;
mod upgrades;

use database::Options;
use jiff::Timestamp;
use model::{Clock, Digest, LandlordId, Layer, LockedPlugin, Manifest, RunId, Slug, TenantId};

use crate::landlord::Landlord;
use crate::tenants::{NewTenant, Tenant};
use crate::tests::home::Home;

struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        at(0)
    }
}

/// A moment, in seconds after the beginning of the tests.
fn at(seconds: i64) -> Timestamp {
    let beginning: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    Timestamp::from_second(beginning.as_second() + seconds).unwrap()
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn component(n: u8) -> Digest {
    Digest::of_bytes(&[n])
}

fn run_id(n: u128) -> RunId {
    RunId(uuid(n))
}

async fn landlord(home: &Home) -> Landlord {
    let (id, options) = (LandlordId(uuid(1)), Options::default());
    Landlord::init_at(home.location(), id, &options, &Frozen)
        .await
        .unwrap()
}

fn new_tenant(n: u128, text: &str) -> NewTenant {
    NewTenant {
        id: TenantId(uuid(n)),
        slug: slug(text),
        name: format!("The {text} party"),
        locale: "en".to_owned(),
        facts: [("country".to_owned(), "NP".to_owned())].into(),
        request: serde_json::json!({"template": "party", "modules": ["forum"]}),
        server: None,
    }
}

async fn registered(landlord: &mut Landlord, n: u128, text: &str) -> Tenant {
    let mut change = landlord.begin().await.unwrap();
    let tenant = change
        .register_tenant(&new_tenant(n, text), at(1))
        .await
        .unwrap();
    change.commit().await.unwrap();
    tenant
}

fn manifest(id: &str, version: &str, layer: Layer, aliases: &[&str]) -> Manifest {
    let json = serde_json::json!({
        "format": "strata/manifest/1", "id": id, "version": version, "layer": layer, "title": id,
        "publisher": "tests", "contract": "0.1.0", "migrations": ["m1"], "aliases": aliases,
    });
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

fn locked(manifest: &Manifest, component: Digest) -> LockedPlugin {
    LockedPlugin {
        id: manifest.id.clone(),
        version: manifest.version.clone(),
        layer: manifest.layer,
        component,
    }
}

async fn added(landlord: &mut Landlord, manifest: &Manifest, component: Digest) -> LockedPlugin {
    let mut change = landlord.begin().await.unwrap();
    change
        .add_plugin(manifest, &component, false, at(1))
        .await
        .unwrap();
    change.commit().await.unwrap();
    locked(manifest, component)
}
