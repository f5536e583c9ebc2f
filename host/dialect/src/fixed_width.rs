//! Dates, times and moments as texts of one width, so that their order is that of their bytes.
//!
//! It checks nothing that `model` has not checked; what it cannot read is refused, never guessed.
//! Dialects whose database has such types write the same texts as literals.

use jiff::civil;
use model::error::Result;

use crate::error::{DIALECT_LITERAL_INVALID, refused};

/// `2026-11-20`.
pub(crate) fn date(text: &str) -> Result<String> {
    match text.parse::<civil::Date>() {
        Ok(date) if date.year() >= 0 => Ok(date.strftime("%Y-%m-%d").to_string()),
        _ => invalid("date", text),
    }
}

/// `13:05:00.000000`.
pub(crate) fn time(text: &str) -> Result<String> {
    match text.parse::<civil::Time>() {
        Ok(time) => Ok(time.strftime("%H:%M:%S.%6f").to_string()),
        Err(_) => invalid("time", text),
    }
}

/// `2026-11-20 13:05:00.000000`.
pub(crate) fn timestamp(text: &str) -> Result<String> {
    match text.parse::<civil::DateTime>() {
        Ok(moment) if moment.year() >= 0 => {
            Ok(moment.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string())
        }
        _ => invalid("timestamp", text),
    }
}

/// `2026-11-20T13:05:00.000000Z`, in UTC.
pub(crate) fn timestamptz(text: &str) -> Result<String> {
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => {
            let utc = moment.to_zoned(jiff::tz::TimeZone::UTC).datetime();
            if utc.year() < 0 {
                return invalid("timestamptz", text);
            }
            Ok(utc.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
        }
        Err(_) => invalid("timestamptz", text),
    }
}

fn invalid(what: &str, text: &str) -> Result<String> {
    refused(
        &DIALECT_LITERAL_INVALID,
        format!(
            "`{}` is not a {what} that can be stored",
            model::name::display(text)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_stored_in_utc_with_six_digits() {
        let stored = timestamptz("2026-11-20T13:05:00+02:00").unwrap();
        assert_eq!(stored, "2026-11-20T11:05:00.000000Z");
        assert_eq!(
            timestamptz("2026-11-20T13:05:00.5Z").unwrap(),
            "2026-11-20T13:05:00.500000Z"
        );
    }

    #[test]
    fn every_text_has_the_width_of_its_type() {
        assert_eq!(date("2026-11-20").unwrap(), "2026-11-20");
        assert_eq!(date("0099-01-02").unwrap(), "0099-01-02");
        assert_eq!(time("13:05").unwrap(), "13:05:00.000000");
        assert_eq!(time("13:05:07.25").unwrap(), "13:05:07.250000");
        assert_eq!(
            timestamp("2026-11-20 13:05:00").unwrap(),
            "2026-11-20 13:05:00.000000"
        );
        assert_eq!(
            timestamp("2026-11-20T13:05:00.123456").unwrap(),
            "2026-11-20 13:05:00.123456"
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in ["now", "", "-000001-01-01", "2026-02-31"] {
            assert!(
                date(text).unwrap_err().is(&DIALECT_LITERAL_INVALID),
                "{text}"
            );
            assert!(timestamptz(text).is_err(), "{text}");
        }
    }
}
