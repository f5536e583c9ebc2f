//! The module `membership_management`: all migrations of all its versions.
//!
//! It is not a component: the packages `v1_0_0` and `v1_1_0` are, each with its manifest and one of the
//! lists below. Who the members are is in the template `political_party_nepal`.
//!
//! Invariants: a released list never changes; a newer one begins with the older one, in the same order.
//! Amounts are Nepalese rupees; dates are Gregorian.

mod benefits;
mod billing;
mod subscriptions;
#[cfg(test)]
mod tests;
mod tiers;

use strata_sdk::prelude::*;

/// The migrations of version 1.0.0.
pub fn v1_0_0() -> Vec<Migration> {
    vec![
        Migration::new("001_create_member_tiers", tiers::create),
        Migration::new("002_create_subscriptions", subscriptions::create),
    ]
}

/// The migrations of version 1.1.0: those of 1.0.0, then how often a subscription is billed, and what a
/// tier offers.
pub fn v1_1_0() -> Vec<Migration> {
    let mut migrations = v1_0_0();
    migrations.extend([
        Migration::new("003_add_billing_cycle", billing::create).with_down(billing::remove),
        Migration::new("004_create_tier_benefits", benefits::create),
    ]);
    migrations
}
