//! The tenants of the demo, and looks into a tenant's database without Strata.

use std::collections::BTreeSet;
use std::path::Path;

use database::{Connection, Location, Options};
use model::ForeignKeys;
use tests::database::{column, number};
use tests::{Strata, home};

/// `nepali-congress`, as the demo asks for it.
pub(crate) const CONGRESS: [&str; 15] = [
    "tenant",
    "create",
    "nepali-congress",
    "--name",
    "Nepali Congress",
    "--template",
    "political_party_nepal@1.0.0",
    "--module",
    "membership_management@1.0.0",
    "--module",
    "finance_tracking",
    "--module",
    "election_campaign",
    "--custom",
    "nepali_congress",
];

/// `cpn-uml`, as the demo asks for it.
pub(crate) const UML: [&str; 13] = [
    "tenant",
    "create",
    "cpn-uml",
    "--name",
    "CPN (UML)",
    "--template",
    "political_party_nepal@1.0.0",
    "--module",
    "membership_management@1.0.0",
    "--module",
    "social_media",
    "--custom",
    "cpn_uml",
];

/// `nrna`, as the demo asks for it.
pub(crate) const NRNA: [&str; 9] = [
    "tenant",
    "create",
    "nrna",
    "--name",
    "Non-Resident Nepali Association",
    "--template",
    "non_profit_organization",
    "--module",
    "social_media",
];

/// The tables of a database, without those of Strata and of SQLite.
pub(crate) fn tables(file: &Path) -> BTreeSet<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' \
               AND substr(name, 1, 7) NOT IN ('strata_', 'sqlite_')";
    column(file, sql).into_iter().collect()
}

/// Demands that SQLite finds nothing wrong with a database.
#[track_caller]
pub(crate) fn demand_sound(file: &Path) {
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(number(file, broken), 0);
    let sound = "SELECT * FROM pragma_integrity_check";
    assert_eq!(column(file, sound), ["ok"]);
}

/// Runs a statement on a connection as Strata opens it and says why it was refused.
pub(crate) fn refusal(strata: &Strata, slug: &str, sql: &'static str) -> String {
    let file = strata.tenant_file(slug);
    let name = file.file_stem().unwrap().to_str().unwrap();
    let location = Location::file(file.parent().unwrap(), name).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = Connection::open(&location, &Options::default())
            .await
            .unwrap();
        let mut transaction = connection.begin(ForeignKeys::Enforced).await.unwrap();
        let ran = transaction.session().run(sql, &[]).await;
        let refused = match ran {
            Ok(_) => transaction.commit().await,
            Err(error) => {
                transaction.rollback().await.unwrap();
                Err(error)
            }
        };
        connection.close().await.unwrap();
        let error = match refused {
            Err(error) => error,
            Ok(()) => panic!("it is not refused: {sql}"),
        };
        format!("{error}: {}", error.causes().join(": "))
    })
}

/// Rows such as an application writes into a party's database, in tables that version 2.0.0 changes.
pub(crate) const PARTY_ROWS: &str = "
INSERT INTO users (name, email) VALUES ('Sita', 'sita@example.org');
INSERT INTO members (membership_number, full_name, province_id, district_id)
    SELECT 'M-1', 'Sita', province_id, id FROM districts ORDER BY id LIMIT 1;
INSERT INTO members (membership_number, full_name, status, joined_on)
    VALUES ('M-2', 'Gita', 'active', '2024-01-01');
INSERT INTO political_committees
    (level, name, name_np, jurisdiction, formation_date, term_start, term_end)
    VALUES ('central', 'Central', 'केन्द्रीय', '{}', '2022-01-01', '2022-01-01', '2026-01-01');
INSERT INTO subscriptions (subscription_number, member_id, tier_id, starts_on, ends_on, fee)
    SELECT 'S-1', m.id, t.id, '2024-01-01', '2025-01-01', t.annual_fee
    FROM members AS m, member_tiers AS t WHERE m.membership_number = 'M-2' ORDER BY t.id LIMIT 1;
INSERT INTO audit_trails (actor, action, subject_table, subject_id)
    VALUES ('sita', 'create', 'members', '1');
";

/// A home with `nepali-congress` at versions 1.0.0 and with rows in it.
pub(crate) fn congress_with_rows() -> Strata {
    let strata = crate::world::catalogue();
    strata.json(&CONGRESS);
    tests::database::execute(&strata.tenant_file("nepali-congress"), PARTY_ROWS);
    strata
}

/// What asks for the newest versions of what `nepali-congress` has.
pub(crate) const UPGRADE: [&str; 6] = [
    "plan",
    "nepali-congress",
    "--template",
    "political_party_nepal@2.0.0",
    "--add-module",
    "membership_management@1.1.0",
];

/// A home with the fixtures and a tenant of a club at version 1.0.0.
pub(crate) fn club(slug: &str) -> Strata {
    let strata = crate::world::fixtures();
    strata.json(&create_club(slug));
    strata
}

/// What makes a tenant of a club at version 1.0.0.
pub(crate) fn create_club(slug: &str) -> [&str; 9] {
    [
        "tenant",
        "create",
        slug,
        "--name",
        "A club",
        "--template",
        "fx_club@1.0.0",
        "--fact",
        "province=np-p3",
    ]
}

/// A home with what the harness prepares is enough where no plugin has to stumble.
pub(crate) fn acme() -> Strata {
    let strata = home::with_fixtures();
    let mut create = create_club("acme").to_vec();
    create.extend(["--module", "fx_events", "--custom", "fx_custom"]);
    strata.json(&create);
    strata
}
