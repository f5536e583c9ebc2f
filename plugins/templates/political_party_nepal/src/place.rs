//! Where something is: province, district and ward, the same on every table that has them.
//!
//! Invariant: a district that is given stands in the province that is given. One foreign key over both
//! columns says so, for which `districts` is unique over (`province_id`, `id`).

use strata_sdk::prelude::*;

/// The most wards of a local level in Nepal.
pub(crate) const WARDS_MAX: u32 = 33;

/// Adds `province_id`, `district_id` and `ward_number` with their keys, index and checks. Only when
/// `required`, province and district may not be null.
pub(crate) fn columns(t: &mut TableBuilder, table: &str, required: bool) {
    for (column, comment) in [
        ("province_id", "The province."),
        (
            "district_id",
            "The district; it stands in the province beside it.",
        ),
    ] {
        let column = t.bigint(column).comment(comment);
        if !required {
            column.nullable();
        }
    }
    t.int("ward_number")
        .nullable()
        .comment("The ward within the local level, 1 to 33.");
    t.foreign_key(["province_id"], "provinces", ["id"]);
    t.foreign_key(
        ["province_id", "district_id"],
        "districts",
        ["province_id", "id"],
    );
    t.index(["province_id", "district_id"]);
    t.check(
        format!("{table}_ward_number_check"),
        format!("ward_number IS NULL OR ward_number BETWEEN 1 AND {WARDS_MAX}"),
    );
    if !required {
        t.check(
            format!("{table}_district_check"),
            "district_id IS NULL OR province_id IS NOT NULL",
        );
    }
}
