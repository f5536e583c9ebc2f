//! The template `political_party_nepal`: all migrations of all its versions.
//!
//! It is not a component: the packages `v1_0_0` and `v2_0_0` are, each with its manifest and one of the
//! lists below. `basic` is the neighbour below (users), modules and customizations stand on top.
//!
//! Decisions that concern the whole template:
//! - Geography is data of the tenant, so that foreign keys stay inside one database (CON-04). Provinces
//!   and districts have the documents' long form (CON-05).
//! - Dates are Gregorian; fiscal years are Bikram Sambat and are rows of `fiscal_years`, where both
//!   calendars meet (DEF-78, GAP-21).
//! - The five tables of the Election Commission are real tables here and need no module (CMP-01, CON-23).
//!
//! Invariants: a released list never changes; a newer one begins with the older one, in the same order.

mod calendar;
mod citizens;
mod committees;
pub mod data;
mod finance;
mod geography;
mod local_levels;
mod members;
mod party;
mod place;
mod reports;
mod trail;
mod upgrade;
mod views;

use strata_sdk::prelude::*;

/// The migrations of version 1.0.0.
pub fn v1_0_0() -> Vec<Migration> {
    vec![
        Migration::new("001_geography", geography::geography),
        Migration::new("002_fiscal_years", calendar::fiscal_years),
        Migration::new("003_political_parties", party::political_parties),
        Migration::new("004_political_committees", committees::political_committees),
        Migration::new("005_members", members::members),
        Migration::new("006_committee_members", committees::committee_members),
        Migration::new("007_citizen_validations", citizens::citizen_validations),
        Migration::new(
            "008_election_commission_reports",
            reports::election_commission_reports,
        ),
        Migration::new("009_financial_records", finance::financial_records),
        Migration::new("010_member_registrations", members::member_registrations),
        Migration::new("011_audit_trails", trail::audit_trails),
        Migration::new("012_views", views::views),
    ]
}

/// The migrations of version 2.0.0: those of 1.0.0, then local levels and a committee's status.
pub fn v2_0_0() -> Vec<Migration> {
    let mut migrations = v1_0_0();
    migrations.extend([
        Migration::new("013_local_levels", local_levels::local_levels),
        Migration::new("014_local_level_references", local_levels::references),
        Migration::new("015_committee_status", upgrade::committee_status)
            .with_down(upgrade::drop_committee_status),
        Migration::new(
            "016_donor_lookup_and_wider_address",
            upgrade::donor_lookup_and_wider_address,
        ),
    ]);
    migrations
}
