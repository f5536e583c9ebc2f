//! Local levels: the municipalities between district and ward. New in version 2.0.0.
//!
//! A ward number means something within a local level only. Version 1.0.0 counted members by district and
//! ward number, which adds up wards of different municipalities; its view gives way to a right one.
//!
//! The 17 metropolitan and sub-metropolitan cities come as rows; the other 736 are entered where a party
//! works.

use strata_sdk::{Row, prelude::*};

use crate::data::{self, CITIES};
use crate::place::WARDS_MAX;

const MEMBER_COUNTS: &str = "SELECT l.id AS local_level_id, l.name AS local_level_name, \
    l.name_np AS local_level_name_np, m.ward_number AS ward_number, COUNT(*) AS members \
    FROM members AS m JOIN local_levels AS l ON l.id = m.local_level_id \
    WHERE m.status = 'active' GROUP BY l.id, l.name, l.name_np, m.ward_number";

/// Local levels, with the largest cities as rows.
pub(crate) fn local_levels(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("local_levels", |t| {
        t.id();
        t.reference("district_id", "districts").without_index();
        t.string("name", 100)
            .comment("English name without the kind.");
        t.string("name_np", 100)
            .comment("Nepali name in Devanagari, without the kind.");
        t.enumeration(
            "kind",
            [
                "metropolitan_city",
                "sub_metropolitan_city",
                "municipality",
                "rural_municipality",
            ],
        );
        t.int("ward_count").comment("How many wards it has.");
        t.timestamps();
        t.unique(["district_id", "name"]);
        t.check(
            "local_levels_ward_count_check",
            format!("ward_count BETWEEN 1 AND {WARDS_MAX}"),
        );
        t.comment("Local levels (municipalities) of Nepal, where wards belong.");
    });
    let rows: Vec<Row> = CITIES
        .iter()
        .filter_map(|city| {
            let district_id = data::district_id(city.district_code)?;
            Some(
                Row::new()
                    .with("district_id", district_id)
                    .with("name", city.name)
                    .with("name_np", city.name_np)
                    .with("kind", city.kind)
                    .with("ward_count", city.ward_count),
            )
        })
        .collect();
    schema.insert_rows("local_levels", ["district_id", "name"], rows);
    Ok(())
}

/// Members and committees say their local level; members are counted by it.
pub(crate) fn references(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    for table in ["members", "political_committees"] {
        schema.add_column(table, |t| {
            t.reference("local_level_id", "local_levels")
                .nullable()
                .comment("The local level that the ward number counts in.");
        });
    }
    schema.drop_view("ward_member_counts");
    schema
        .create_view("local_level_member_counts", MEMBER_COUNTS)
        .comment("Active members by local level and ward.");
    Ok(())
}
