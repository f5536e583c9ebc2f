//! Fiscal years: where Bikram Sambat and Gregorian dates meet.
//!
//! The documents write a fiscal year as text of nine characters, `2080-2081`. An expression cannot tie such
//! a text to a number, so a year is a row, and every table that has a fiscal year points at it: the
//! form is checked once, here, and no table can name a year that does not exist.
//!
//! Years to come are added as rows when the calendar is published; they need no migration.

use strata_sdk::{Row, prelude::*};

use crate::data::FISCAL_YEARS;

/// The characters of a fiscal year such as `2080-2081`.
pub(crate) const CODE_CHARACTERS: u32 = 9;

/// Fiscal years, and those whose dates are known.
pub(crate) fn fiscal_years(schema: &mut Schema, tenant: &Context) -> Result<()> {
    schema.create_table("fiscal_years", |t| {
        t.string("code", CODE_CHARACTERS)
            .comment("Bikram Sambat, such as `2080-2081`.");
        t.int("start_year")
            .unique()
            .comment("The Bikram Sambat year in which it starts.");
        t.date("starts_on")
            .comment("1 Shrawan as a Gregorian date.");
        t.date("ends_on")
            .comment("The last day of Ashadh as a Gregorian date.");
        t.boolean("is_closed")
            .default(false)
            .comment("Nothing is booked into a closed year.");
        t.primary_key(["code"]);
        t.check(
            "fiscal_years_code_check",
            "LENGTH(code) = 9 AND code BETWEEN '2000-2001' AND '2199-2200'",
        );
        t.check(
            "fiscal_years_start_year_check",
            "start_year BETWEEN 2000 AND 2199",
        );
        t.check("fiscal_years_dates_check", "starts_on < ends_on");
        t.comment("Fiscal years in both calendars.");
    });
    let first: String = tenant.required_setting("fiscal_year")?;
    if !FISCAL_YEARS.iter().any(|year| year.code == first) {
        let known = FISCAL_YEARS.map(|year| year.code).join(", ");
        return Err(PluginError::invalid_setting(
            "fiscal_year",
            format!("it is none of {known}"),
        ));
    }
    schema.insert_rows(
        "fiscal_years",
        ["code"],
        FISCAL_YEARS.map(|year| {
            Row::new()
                .with("code", year.code)
                .with("start_year", year.start_year)
                .with("starts_on", year.starts_on)
                .with("ends_on", year.ends_on)
                .with("is_closed", year.code < first.as_str())
        }),
    );
    Ok(())
}

/// Adds `fiscal_year` to a table; an index that begins with it is the table's own business.
pub(crate) fn column(t: &mut TableBuilder) {
    t.string("fiscal_year", CODE_CHARACTERS)
        .comment("Bikram Sambat, such as `2080-2081`.");
    t.foreign_key(["fiscal_year"], "fiscal_years", ["code"]);
}
