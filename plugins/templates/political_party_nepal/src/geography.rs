//! Provinces and districts with their data.
//!
//! Local levels came with version 2.0.0 and are in `local_levels`; the rows are in `data`.
//!
//! Differs from the documents: the index (`code`, `name`) of provinces is left out, because `code` alone is
//! unique (DEF-78); districts are also unique over (`province_id`, `id`), for keys that name both.

use strata_sdk::{Row, Value, prelude::*};

use crate::data::{DISTRICTS, PROVINCES};

/// Provinces and districts, and their rows.
pub(crate) fn geography(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    tables(schema);
    schema.insert_rows(
        "provinces",
        ["code"],
        PROVINCES.map(|province| {
            Row::new()
                .with("id", province.id)
                .with("name", province.name)
                .with("name_np", province.name_np)
                .with("code", province.code())
                .with("capital", province.capital)
                .with("total_districts", province.total_districts)
        }),
    );
    schema.insert_rows(
        "districts",
        ["code"],
        DISTRICTS.iter().zip(1_i64..).map(|(district, id)| {
            Row::new()
                .with("id", id)
                .with("name", district.name)
                .with("name_np", district.name_np)
                .with("code", district.code)
                .with("province_id", district.province_id)
                .with("headquarter", district.headquarter)
                .with("area_sq_km", Value::decimal(district.area_sq_km))
                .with("total_municipalities", district.total_municipalities)
        }),
    );
    Ok(())
}

fn tables(schema: &mut Schema) {
    schema.create_table("provinces", |t| {
        t.id();
        t.string("name", 100)
            .comment("English name without the word province.");
        t.string("name_np", 100)
            .comment("Nepali name in Devanagari.");
        t.string("code", 2)
            .unique()
            .comment("The province's number, `1` to `7`.");
        t.json("boundaries").nullable().comment("GeoJSON.");
        t.string("capital", 100);
        t.int("total_districts")
            .comment("How many districts the province has.");
        t.timestamps();
        t.check(
            "provinces_code_check",
            "code IN ('1', '2', '3', '4', '5', '6', '7')",
        );
        t.check(
            "provinces_total_districts_check",
            "total_districts BETWEEN 1 AND 77",
        );
        t.comment("The seven provinces of Nepal.");
    });
    schema.create_table("districts", |t| {
        t.id();
        t.string("name", 100).comment("English name.");
        t.string("name_np", 100)
            .comment("Nepali name in Devanagari.");
        t.string("code", 4)
            .unique()
            .comment("Two digits of the province, two of the district within it; never changes.");
        t.reference("province_id", "provinces").without_index();
        t.string("headquarter", 100);
        t.decimal("area_sq_km", 10, 2);
        t.int("total_municipalities")
            .comment("How many local levels, urban and rural.");
        t.json("demographics")
            .nullable()
            .comment("Census figures, with their year.");
        t.timestamps();
        t.index(["province_id", "code"]);
        t.unique(["province_id", "id"]);
        t.check("districts_code_check", "LENGTH(code) = 4");
        t.check("districts_area_sq_km_check", "area_sq_km >= 0");
        t.check(
            "districts_total_municipalities_check",
            "total_municipalities >= 0",
        );
        t.comment("The 77 districts of Nepal.");
    });
}
