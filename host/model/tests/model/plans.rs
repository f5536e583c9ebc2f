//! Plans for the tests of approvals and allowances: steps by layer, with hazards.

use model::{BoundPlan, Digest, Plan, TenantId};
use serde_json::{Value, json};

/// A tenant by its number.
pub(crate) fn tenant(n: u128) -> TenantId {
    TenantId(uuid::Uuid::from_u128(n))
}

/// A step with hazards, each written as `hazard:object`.
pub(crate) fn step(layer: &str, hazards: &[&str]) -> Value {
    let some = Digest::of_bytes(b"some");
    let hazards: Vec<Value> = hazards
        .iter()
        .map(|hazard| {
            let (kind, object) = hazard.split_once(':').unwrap();
            json!({"kind": kind, "object": object, "message": "a sentence"})
        })
        .collect();
    json!({"plugin": "shop", "version": "1.0.0", "component": some, "layer": layer,
        "migration": "0001_init", "reads": [], "operations": [], "statements": [],
        "foreign_keys": "verified", "transactional": true, "lock_timeout_ms": 3000,
        "reverse": {"operations": []}, "reverse_by": "derived", "hazards": hazards,
        "before": some, "after": some})
}

/// A plan of these steps, with findings of these severities.
pub(crate) fn plan(steps: &[Value], severities: &[&str]) -> Plan {
    let some = Digest::of_bytes(b"some");
    let findings: Vec<Value> = severities
        .iter()
        .map(|severity| {
            json!({"code": "naming.odd", "severity": severity, "object": "a",
            "message": "m", "fix": "f"})
        })
        .collect();
    serde_json::from_value(json!({"format": 1, "base": some, "target": some,
        "capabilities": {"backend": "sqlite", "version": "3.51", "transactional_ddl": true,
            "partial_indexes": true, "decimal_precision_max": 18, "alter_rewrites_table": true},
        "lock": [], "packs": [], "steps": steps, "findings": findings}))
    .unwrap()
}

/// The plan of tenant 1.
pub(crate) fn bound(steps: &[Value], severities: &[&str]) -> BoundPlan {
    let plan = plan(steps, severities);
    BoundPlan {
        tenant: tenant(1),
        slug: "acme".parse().unwrap(),
        digest: plan.digest().unwrap(),
        plan,
    }
}
