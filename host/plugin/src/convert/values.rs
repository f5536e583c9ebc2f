//! Values and column types, from the contract's words to `model`'s.

use model::column_type::ColumnType;
use model::schema::{Collation, ColumnDefault};
use model::value::Value;

use crate::bindings::strata::plugin::types as wit;
use crate::convert::{Budget, In, Result};

impl Budget {
    pub(super) fn value(&mut self, value: wit::Value) -> Result<Value> {
        Ok(match value {
            wit::Value::Null => Value::Null,
            wit::Value::Boolean(value) => Value::Bool(value),
            wit::Value::Integer(value) => Value::Integer(value),
            wit::Value::Decimal(text) => Value::decimal(&self.text(text)?)?,
            wit::Value::Float(value) => Value::float(value)?,
            wit::Value::Text(text) => Value::Text(self.text(text)?),
            wit::Value::Bytes(bytes) => {
                self.spend(bytes.len())?;
                Value::Bytes(bytes)
            }
        })
    }

    pub(super) fn column_type(&mut self, column_type: wit::ColumnType) -> Result<ColumnType> {
        Ok(match column_type {
            wit::ColumnType::Id => ColumnType::Id,
            wit::ColumnType::Boolean => ColumnType::Bool,
            wit::ColumnType::Smallint => ColumnType::Smallint,
            wit::ColumnType::Int => ColumnType::Int,
            wit::ColumnType::Bigint => ColumnType::Bigint,
            wit::ColumnType::Decimal(digits) => ColumnType::Decimal {
                precision: digits.precision,
                scale: digits.scale,
            },
            wit::ColumnType::Real => ColumnType::Real,
            wit::ColumnType::Double => ColumnType::Double,
            wit::ColumnType::Varchar(length) => ColumnType::String { length },
            wit::ColumnType::Text => ColumnType::Text,
            wit::ColumnType::Json => ColumnType::Json,
            wit::ColumnType::Date => ColumnType::Date,
            wit::ColumnType::Time => ColumnType::Time,
            wit::ColumnType::Timestamp => ColumnType::Timestamp,
            wit::ColumnType::Timestamptz => ColumnType::Timestamptz,
            wit::ColumnType::Uuid => ColumnType::Uuid,
            wit::ColumnType::Binary(length) => ColumnType::Binary { length },
            wit::ColumnType::Blob => ColumnType::Blob,
            wit::ColumnType::Enumeration(values) => ColumnType::Enum {
                values: self.texts(values, "values")?,
            },
        })
    }

    pub(super) fn default(
        &mut self,
        default: Option<wit::ColumnDefault>,
        field: &str,
    ) -> Result<Option<ColumnDefault>> {
        Ok(match default {
            None => None,
            Some(wit::ColumnDefault::CurrentTimestamp) => Some(ColumnDefault::CurrentTimestamp),
            Some(wit::ColumnDefault::Literal(value)) => {
                Some(ColumnDefault::Value(self.value(value).in_field(field)?))
            }
        })
    }
}

pub(super) fn collation(collation: wit::Collation) -> Collation {
    match collation {
        wit::Collation::Bytes => Collation::Bytes,
        wit::Collation::IgnoreCase => Collation::IgnoreCase,
    }
}
