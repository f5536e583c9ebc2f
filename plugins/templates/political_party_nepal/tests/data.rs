//! The rows that the template brings: complete, consistent, and what the migrations insert.

use std::collections::BTreeSet;

use plugin_basic::Basic;
use political_party_nepal::data::{
    CITIES, DISTRICTS, District, FISCAL_YEARS, PROVINCES, district_id,
};
use strata_sdk::operation::{InsertRows, Operation};
use strata_sdk::prelude::*;
use strata_sdk::testing::{MemorySchema, MemoryTenant, Refused};

#[strata_sdk::plugin(manifest = "v2_0_0/plugin.toml")]
struct Newest;

impl Plugin for Newest {
    fn migrations(&self) -> Vec<Migration> {
        political_party_nepal::v2_0_0()
    }
}

/// Districts, local levels and area of each province as they are published for the province as a whole.
const PUBLISHED: [(usize, i64, f64); 7] = [
    (14, 137, 25_905.0),
    (8, 136, 9_661.0),
    (13, 119, 20_300.0),
    (11, 85, 21_856.0),
    (12, 109, 19_707.0),
    (10, 79, 30_213.0),
    (9, 88, 19_539.0),
];

fn operations(tenant: &MemoryTenant) -> Result<Vec<Operation>, Refused> {
    let mut schema = MemorySchema::new();
    schema.apply_all(&Basic, tenant)?;
    schema.apply_all(&Newest, tenant)
}

fn inserted<'a>(operations: &'a [Operation], table: &str) -> Option<&'a InsertRows> {
    operations.iter().find_map(|operation| match operation {
        Operation::InsertRows(insert) if insert.table == table => Some(insert),
        _ => None,
    })
}

fn values(insert: &InsertRows, column: &str) -> Vec<Value> {
    let position = insert.columns.iter().position(|name| name == column);
    insert
        .rows
        .iter()
        .filter_map(|row| row.get(position?).cloned())
        .collect()
}

#[test]
fn there_are_seven_provinces_and_77_districts_with_codes_of_their_own() {
    let provinces: BTreeSet<String> = PROVINCES.iter().map(|province| province.code()).collect();
    assert_eq!(
        provinces.into_iter().collect::<Vec<_>>(),
        ["1", "2", "3", "4", "5", "6", "7"]
    );
    let texts: [fn(&District) -> &'static str; 3] = [|d| d.code, |d| d.name, |d| d.name_np];
    for text in texts {
        assert_eq!(
            DISTRICTS.iter().map(text).collect::<BTreeSet<_>>().len(),
            77
        );
    }
}

#[test]
fn every_province_has_its_districts_local_levels_and_about_its_area() {
    for (province, (count, local_levels, area)) in PROVINCES.iter().zip(PUBLISHED) {
        let districts: Vec<_> = DISTRICTS
            .iter()
            .filter(|district| district.province_id == province.id)
            .collect();
        assert_eq!(districts.len(), count, "{}", province.name);
        assert_eq!(
            i64::try_from(count),
            Ok(province.total_districts),
            "{}",
            province.name
        );
        let total: i64 = districts
            .iter()
            .map(|district| district.total_municipalities)
            .sum();
        assert_eq!(total, local_levels, "{}", province.name);
        let areas = districts
            .iter()
            .filter_map(|district| district.area_sq_km.parse::<f64>().ok());
        let missing = (area - areas.sum::<f64>()).abs() / area;
        assert!(missing < 0.035, "{}: {missing}", province.name);
    }
}

#[test]
fn codes_name_the_province_and_count_within_it() {
    for (district, id) in DISTRICTS.iter().zip(1_i64..) {
        let before = DISTRICTS
            .iter()
            .take_while(|other| other.code != district.code);
        let within = before
            .filter(|other| other.province_id == district.province_id)
            .count()
            + 1;
        assert_eq!(
            district.code,
            format!("{:02}{within:02}", district.province_id)
        );
        assert_eq!(district_id(district.code), Some(id));
    }
}

#[test]
fn nepali_names_are_in_devanagari() {
    let is_devanagari = |c: char| c == ' ' || ('\u{900}'..='\u{97f}').contains(&c);
    let names = DISTRICTS.iter().map(|district| district.name_np);
    let all = names
        .chain(PROVINCES.iter().map(|province| province.name_np))
        .chain(CITIES.iter().map(|city| city.name_np));
    for name in all {
        assert!(
            !name.is_empty() && name.chars().all(is_devanagari),
            "{name}"
        );
    }
}

#[test]
fn fiscal_years_follow_each_other_without_a_gap() {
    for year in FISCAL_YEARS {
        assert_eq!(
            year.code,
            format!("{}-{}", year.start_year, year.start_year + 1)
        );
        assert!(year.starts_on < year.ends_on);
    }
    let day = |date: &str| date.get(8..).and_then(|day| day.parse::<u8>().ok());
    for (year, next) in FISCAL_YEARS.iter().zip(FISCAL_YEARS.iter().skip(1)) {
        assert_eq!(year.start_year + 1, next.start_year);
        assert_eq!(year.ends_on.get(..8), next.starts_on.get(..8));
        assert_eq!(day(year.ends_on).map(|day| day + 1), day(next.starts_on));
    }
}

#[test]
fn every_city_stands_in_a_district_that_exists() {
    assert!(
        CITIES
            .iter()
            .all(|city| district_id(city.district_code).is_some())
    );
    assert!(
        CITIES
            .iter()
            .all(|city| (1..=33).contains(&city.ward_count))
    );
}

#[test]
fn the_migrations_insert_all_rows_by_their_keys() -> Result<(), Refused> {
    let operations = operations(&MemoryTenant::new("acme"))?;
    for (table, key, count) in [
        ("provinces", vec!["code"], 7),
        ("districts", vec!["code"], 77),
        ("fiscal_years", vec!["code"], 9),
        ("local_levels", vec!["district_id", "name"], 17),
    ] {
        let insert = inserted(&operations, table);
        assert_eq!(
            insert.map(|insert| insert.rows.len()),
            Some(count),
            "{table}"
        );
        assert!(insert.is_some_and(|insert| insert.key == key), "{table}");
    }
    Ok(())
}

#[test]
fn fiscal_years_before_the_first_one_are_closed() -> Result<(), Refused> {
    let tenant = MemoryTenant::new("acme").setting("fiscal_year", "2082-2083");
    let operations = operations(&tenant)?;
    let closed = inserted(&operations, "fiscal_years").map(|insert| values(insert, "is_closed"));
    let closed = closed.unwrap_or_default();
    assert_eq!(
        closed
            .iter()
            .filter(|value| **value == Value::Boolean(true))
            .count(),
        7
    );
    Ok(())
}

#[test]
fn a_fiscal_year_that_nobody_knows_is_refused() {
    let refused = operations(&MemoryTenant::new("acme").setting("fiscal_year", "2099-2100"));
    assert!(matches!(
        refused,
        Err(Refused::Plugin(PluginError::InvalidSetting(_)))
    ));
}
