//! Reference data that every party in Nepal begins with: provinces, districts, cities, fiscal years.
//!
//! Data alone; the tables that it goes into are in `geography`, `calendar` and `local_levels`.
//!
//! Invariant: what a released migration inserts never changes. A correction is an update in a new migration.

mod districts;

pub use districts::DISTRICTS;

/// A province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// Its id, which is its number.
    pub id: i64,
    /// English name.
    pub name: &'static str,
    /// Nepali name in Devanagari.
    pub name_np: &'static str,
    /// Where its assembly sits.
    pub capital: &'static str,
    /// How many districts it has.
    pub total_districts: i64,
}

impl Province {
    /// Its number as text, `1` to `7`.
    pub fn code(&self) -> String {
        self.id.to_string()
    }
}

/// A district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct District {
    /// The id of its province.
    pub province_id: i64,
    /// Two digits of the province, two of the district within it.
    pub code: &'static str,
    /// English name.
    pub name: &'static str,
    /// Nepali name in Devanagari.
    pub name_np: &'static str,
    /// Its seat.
    pub headquarter: &'static str,
    /// Its area in square kilometres with two decimals.
    pub area_sq_km: &'static str,
    /// How many local levels it has.
    pub total_municipalities: i64,
}

/// A metropolitan or sub-metropolitan city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City {
    /// The code of its district.
    pub district_code: &'static str,
    /// English name without the kind.
    pub name: &'static str,
    /// Nepali name in Devanagari, without the kind.
    pub name_np: &'static str,
    /// `metropolitan_city` or `sub_metropolitan_city`.
    pub kind: &'static str,
    /// How many wards it has.
    pub ward_count: i64,
}

/// A fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiscalYear {
    /// Bikram Sambat, such as `2080-2081`.
    pub code: &'static str,
    /// The Bikram Sambat year in which it starts.
    pub start_year: i64,
    /// 1 Shrawan as a Gregorian date.
    pub starts_on: &'static str,
    /// The last day of Ashadh as a Gregorian date.
    pub ends_on: &'static str,
}

/// The id that a district's row has, by the district's code.
pub fn district_id(code: &str) -> Option<i64> {
    DISTRICTS
        .iter()
        .zip(1_i64..)
        .find(|(district, _)| district.code == code)
        .map(|(_, id)| id)
}

/// The seven provinces under the names that their assemblies chose.
#[rustfmt::skip]
pub const PROVINCES: [Province; 7] = [
    province(1, "Koshi", "कोशी", "Biratnagar", 14),
    province(2, "Madhesh", "मधेश", "Janakpur", 8),
    province(3, "Bagmati", "बागमती", "Hetauda", 13),
    province(4, "Gandaki", "गण्डकी", "Pokhara", 11),
    province(5, "Lumbini", "लुम्बिनी", "Deukhuri", 12),
    province(6, "Karnali", "कर्णाली", "Birendranagar", 10),
    province(7, "Sudurpashchim", "सुदूरपश्चिम", "Godawari", 9),
];

/// The six metropolitan and eleven sub-metropolitan cities.
#[rustfmt::skip]
pub const CITIES: [City; 17] = [
    city("0306", "Kathmandu", "काठमाडौँ", "metropolitan_city", 32),
    city("0405", "Pokhara", "पोखरा", "metropolitan_city", 33),
    city("0308", "Lalitpur", "ललितपुर", "metropolitan_city", 29),
    city("0313", "Bharatpur", "भरतपुर", "metropolitan_city", 29),
    city("0208", "Birgunj", "वीरगञ्ज", "metropolitan_city", 32),
    city("0112", "Biratnagar", "विराटनगर", "metropolitan_city", 19),
    city("0113", "Itahari", "इटहरी", "sub_metropolitan_city", 20),
    city("0113", "Dharan", "धरान", "sub_metropolitan_city", 20),
    city("0203", "Janakpurdham", "जनकपुरधाम", "sub_metropolitan_city", 25),
    city("0207", "Kalaiya", "कलैया", "sub_metropolitan_city", 27),
    city("0207", "Jitpur Simara", "जीतपुर सिमरा", "sub_metropolitan_city", 24),
    city("0312", "Hetauda", "हेटौँडा", "sub_metropolitan_city", 19),
    city("0508", "Butwal", "बुटवल", "sub_metropolitan_city", 19),
    city("0510", "Ghorahi", "घोराही", "sub_metropolitan_city", 19),
    city("0510", "Tulsipur", "तुलसीपुर", "sub_metropolitan_city", 19),
    city("0511", "Nepalgunj", "नेपालगञ्ज", "sub_metropolitan_city", 23),
    city("0708", "Dhangadhi", "धनगढी", "sub_metropolitan_city", 19),
];

/// Fiscal years; the dates are those of the official calendar (Nepal Panchang).
#[rustfmt::skip]
pub const FISCAL_YEARS: [FiscalYear; 9] = [
    fiscal_year("2075-2076", 2075, "2018-07-17", "2019-07-16"),
    fiscal_year("2076-2077", 2076, "2019-07-17", "2020-07-15"),
    fiscal_year("2077-2078", 2077, "2020-07-16", "2021-07-15"),
    fiscal_year("2078-2079", 2078, "2021-07-16", "2022-07-16"),
    fiscal_year("2079-2080", 2079, "2022-07-17", "2023-07-16"),
    fiscal_year("2080-2081", 2080, "2023-07-17", "2024-07-15"),
    fiscal_year("2081-2082", 2081, "2024-07-16", "2025-07-16"),
    fiscal_year("2082-2083", 2082, "2025-07-17", "2026-07-16"),
    fiscal_year("2083-2084", 2083, "2026-07-17", "2027-07-16"),
];

const fn province(
    id: i64,
    name: &'static str,
    name_np: &'static str,
    capital: &'static str,
    total_districts: i64,
) -> Province {
    Province {
        id,
        name,
        name_np,
        capital,
        total_districts,
    }
}

const fn city(
    district_code: &'static str,
    name: &'static str,
    name_np: &'static str,
    kind: &'static str,
    ward_count: i64,
) -> City {
    City {
        district_code,
        name,
        name_np,
        kind,
        ward_count,
    }
}

const fn fiscal_year(
    code: &'static str,
    start_year: i64,
    starts_on: &'static str,
    ends_on: &'static str,
) -> FiscalYear {
    FiscalYear {
        code,
        start_year,
        starts_on,
        ends_on,
    }
}
