//! The template on a schema in memory: structure, compliance and the way from 1.0.0 to 2.0.0.

use plugin_basic::Basic;
use strata_sdk::column::{ColumnDefault, ColumnType};
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused, rules};

#[strata_sdk::plugin(manifest = "v1_0_0/plugin.toml")]
struct First;

impl Plugin for First {
    fn migrations(&self) -> Vec<Migration> {
        political_party_nepal::v1_0_0()
    }
}

#[strata_sdk::plugin(manifest = "v2_0_0/plugin.toml")]
struct Second;

impl Plugin for Second {
    fn migrations(&self) -> Vec<Migration> {
        political_party_nepal::v2_0_0()
    }
}

/// What the Election Commission requires, with the columns without which a table is only a name (DEF-75).
const REQUIRED: [(&str, &[&str]); 5] = [
    (
        "financial_reports",
        &[
            "fiscal_year",
            "report_type",
            "period",
            "opening_balance",
            "total_income",
            "total_donations",
            "total_expenditure",
            "closing_balance",
            "audited_on",
            "status",
        ],
    ),
    (
        "donation_records",
        &[
            "receipt_number",
            "fiscal_year",
            "donated_on",
            "donor_type",
            "donor_name",
            "donor_pan",
            "amount",
            "payment_method",
        ],
    ),
    (
        "member_registrations",
        &[
            "registration_number",
            "member_id",
            "fiscal_year",
            "registration_type",
            "registered_on",
            "citizenship_number",
            "status",
        ],
    ),
    (
        "election_expenditures",
        &[
            "voucher_number",
            "fiscal_year",
            "election_code",
            "category",
            "amount",
            "spent_on",
            "paid_to",
        ],
    ),
    (
        "audit_trails",
        &[
            "occurred_at",
            "actor",
            "action",
            "subject_table",
            "subject_id",
            "old_values",
            "new_values",
        ],
    ),
];

fn tenant() -> MemoryTenant {
    MemoryTenant::new("acme").locale("ne-NP")
}

fn applied(plugin: &dyn Plugin) -> Result<MemorySchema, Refused> {
    let mut schema = MemorySchema::new();
    schema.apply_all(&Basic, &tenant())?;
    schema.apply_all(plugin, &tenant())?;
    Ok(schema)
}

fn ids(migrations: &[Migration]) -> Vec<&'static str> {
    migrations.iter().map(Migration::id).collect()
}

fn checks(schema: &MemorySchema, table: &str) -> String {
    let table = schema.table(table).unwrap_or_default();
    table
        .checks
        .into_iter()
        .map(|check| check.condition + "\n")
        .collect()
}

#[test]
fn both_versions_apply_in_order_and_keep_the_rules() -> Result<(), Refused> {
    for plugin in [&First as &dyn Plugin, &Second] {
        let schema = applied(plugin)?;
        assert_eq!(rules::violations(plugin, &schema), Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn the_newer_version_begins_with_the_migrations_of_the_older_one() {
    let (first, second) = (
        political_party_nepal::v1_0_0(),
        political_party_nepal::v2_0_0(),
    );
    assert!(ids(&second).starts_with(&ids(&first)));
    assert!(second.len() > first.len());
}

#[test]
fn an_upgrade_leads_to_the_same_schema_as_a_fresh_2_0_0() -> Result<(), Refused> {
    let mut upgraded = applied(&First)?;
    upgraded.apply_all(&Second, &tenant())?;
    let fresh = applied(&Second)?;
    assert_eq!(upgraded.table_names(), fresh.table_names());
    for name in fresh.table_names() {
        assert_eq!(upgraded.table(&name), fresh.table(&name), "{name}");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back_in_reverse_order() -> Result<(), Refused> {
    let mut schema = applied(&Second)?;
    for migration in political_party_nepal::v2_0_0().iter().rev() {
        schema.down(&Second, migration.id(), &tenant())?;
    }
    assert!(schema.table("users").is_some());
    assert!(schema.table("provinces").is_none());
    Ok(())
}

#[test]
fn the_five_tables_of_the_election_commission_have_their_columns() -> Result<(), Refused> {
    for plugin in [&First as &dyn Plugin, &Second] {
        let schema = applied(plugin)?;
        for (name, columns) in REQUIRED {
            let table = schema.table(name).unwrap_or_default();
            for column in columns {
                assert!(table.column(column).is_some(), "{name}.{column}");
            }
        }
        assert!(
            schema
                .table("audit_trails")
                .is_some_and(|table| table.append_only)
        );
    }
    Ok(())
}

#[test]
fn there_may_be_a_report_for_every_quarter() -> Result<(), Refused> {
    let schema = applied(&First)?;
    for table in ["election_commission_reports", "financial_reports"] {
        let columns = |index: &strata_sdk::table::Index| -> Vec<String> {
            index
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect()
        };
        let indexes = schema.table(table).unwrap_or_default().indexes;
        let mut unique = indexes.iter().filter(|index| index.unique);
        assert!(
            unique.any(|index| columns(index) == ["fiscal_year", "report_type", "period"]),
            "{table}"
        );
    }
    Ok(())
}

#[test]
fn provinces_wards_and_fiscal_years_are_checked() -> Result<(), Refused> {
    let schema = applied(&First)?;
    assert!(checks(&schema, "provinces").contains("code IN ('1', '2', '3', '4', '5', '6', '7')"));
    assert!(checks(&schema, "districts").contains("area_sq_km >= 0"));
    assert!(checks(&schema, "fiscal_years").contains("LENGTH(code) = 9"));
    for table in ["political_parties", "political_committees", "members"] {
        assert!(
            checks(&schema, table).contains("ward_number BETWEEN 1 AND 33"),
            "{table}"
        );
    }
    Ok(())
}

#[test]
fn every_fiscal_year_is_one_that_exists() -> Result<(), Refused> {
    let schema = applied(&Second)?;
    for name in schema.table_names() {
        let table = schema.table(&name).unwrap_or_default();
        let points = |key: &strata_sdk::table::ForeignKey| {
            key.columns == ["fiscal_year"] && key.references_table == "fiscal_years"
        };
        let has_column = table.column("fiscal_year").is_some();
        assert_eq!(has_column, table.foreign_keys.iter().any(points), "{name}");
    }
    Ok(())
}

#[test]
fn committee_members_and_citizens_documents_are_tables_and_not_json() -> Result<(), Refused> {
    let schema = applied(&First)?;
    let absent = |table: &str, column: &str| {
        schema
            .table(table)
            .is_some_and(|table| table.column(column).is_none())
    };
    assert!(absent("political_committees", "committee_members"));
    assert!(absent("citizen_validations", "validation_documents"));
    assert!(schema.table("committee_members").is_some());
    assert!(schema.table("citizen_validation_documents").is_some());
    Ok(())
}

#[test]
fn the_party_chooses_its_members_language() -> Result<(), Refused> {
    let mut schema = MemorySchema::new();
    let tenant = tenant().setting("default_language", "en");
    schema.apply_all(&Basic, &tenant)?;
    schema.apply_all(&First, &tenant)?;
    let members = schema.table("members").unwrap_or_default();
    let language = members
        .column("preferred_language")
        .and_then(|column| column.default.clone());
    assert_eq!(language, Some(ColumnDefault::Literal(Value::from("en"))));
    Ok(())
}

#[test]
fn the_upgrade_adds_a_status_widens_the_address_and_replaces_a_view() -> Result<(), Refused> {
    let schema = applied(&Second)?;
    let committees = schema.table("political_committees").unwrap_or_default();
    assert!(
        committees
            .column("status")
            .is_some_and(|column| !column.nullable)
    );
    let parties = schema.table("political_parties").unwrap_or_default();
    let address = parties
        .column("headquarters_address")
        .map(|column| column.column_type.clone());
    assert_eq!(address, Some(ColumnType::String(500)));
    assert!(schema.view("ward_member_counts").is_none());
    assert!(schema.view("local_level_member_counts").is_some());
    Ok(())
}
