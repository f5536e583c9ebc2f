//! Exact numbers as servers read them: digits with at most one point, and the sign as an operator.

use model::error::Result;
use model::name::display;

use crate::error::{DIALECT_LITERAL_INVALID, refused};
use crate::writer::SqlWriter;

/// Writes an exact number.
///
/// # Errors
/// `dialect.literal_invalid`.
pub(crate) fn write_decimal<'w>(sql: &'w mut SqlWriter, text: &str) -> Result<&'w mut SqlWriter> {
    let Some((negative, whole, fraction)) = model::value::decimal_parts(text) else {
        return refused(
            &DIALECT_LITERAL_INVALID,
            format!("`{}` is no decimal", display(text)),
        );
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let digits = [whole, point, fraction].concat();
    if negative {
        sql.word("-");
    }
    Ok(sql.foreign_number(&digits))
}
