//! The contract's types and `model`'s: converted once, here, with limits applied on the way.
//!
//! It checks shape and size (names, lengths, counts, what can be parsed); whether an operation makes
//! sense on a schema is `model::operation`'s.
//!
//! Invariant: every failure says where it is: the operation, then the field.

mod definitions;
mod operations;
mod values;

pub(crate) mod lend;

use std::str::FromStr;

use model::error::{Error, Result as ModelResult};
use model::name::Name;

use crate::limits::{LIST_ITEMS_MAX, RESULT_BYTES_MAX, TEXT_BYTES_MAX};

pub(crate) use operations::operations;

pub(crate) mod codes {
    //! Why a result is not taken.
    model::codes! {
        PLUGIN_BAD_OUTPUT = "plugin.bad_output", Input, "A plugin returned a name, text, value or expression that is not allowed.";
        PLUGIN_TOO_MANY_OPERATIONS = "plugin.too_many_operations", Input, "A plugin returned more operations for one migration than anybody reads.";
        PLUGIN_RESULT_TOO_LARGE = "plugin.result_too_large", Input, "A plugin returned more data than one call may.";
    }
}
pub(crate) use codes::{PLUGIN_BAD_OUTPUT, PLUGIN_RESULT_TOO_LARGE, PLUGIN_TOO_MANY_OPERATIONS};

/// What cannot be converted, and where it is.
pub(crate) struct Bad {
    field: String,
    cause: Error,
}

type Result<T> = std::result::Result<T, Bad>;

/// What a result may still hold, over all its operations.
pub(crate) struct Budget {
    bytes: usize,
}

impl Bad {
    fn new(why: impl Into<String>) -> Bad {
        Bad {
            field: String::new(),
            cause: Error::new(&PLUGIN_BAD_OUTPUT, why),
        }
    }

    fn under(mut self, field: &str) -> Bad {
        self.field = match self.field.as_str() {
            "" => field.to_owned(),
            inner if inner.starts_with('[') => format!("{field}{inner}"),
            inner => format!("{field}.{inner}"),
        };
        self
    }
}

impl From<Error> for Bad {
    fn from(cause: Error) -> Bad {
        Bad {
            field: String::new(),
            cause,
        }
    }
}

/// Says in which field a conversion failed.
trait In<T> {
    fn in_field(self, field: &str) -> Result<T>;
}

impl<T> In<T> for Result<T> {
    fn in_field(self, field: &str) -> Result<T> {
        self.map_err(|bad| bad.under(field))
    }
}

impl<T> In<T> for ModelResult<T> {
    fn in_field(self, field: &str) -> Result<T> {
        self.map_err(|cause| Bad::from(cause).under(field))
    }
}

impl Budget {
    fn new() -> Budget {
        Budget {
            bytes: RESULT_BYTES_MAX,
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<()> {
        if bytes > TEXT_BYTES_MAX {
            return Err(Bad::new(format!(
                "it has {bytes} bytes, at most {TEXT_BYTES_MAX} are taken"
            )));
        }
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => Err(Bad {
                field: String::new(),
                cause: Error::new(
                    &PLUGIN_RESULT_TOO_LARGE,
                    format!("all texts together have more than {RESULT_BYTES_MAX} bytes"),
                ),
            }),
        }
    }

    fn text(&mut self, text: String) -> Result<String> {
        self.spend(text.len())?;
        if text.contains('\0') {
            return Err(Bad::new(
                "it has a NUL character, which not every database stores",
            ));
        }
        Ok(text)
    }

    fn optional(&mut self, text: Option<String>, field: &str) -> Result<Option<String>> {
        text.map(|text| self.text(text)).transpose().in_field(field)
    }

    fn name(&mut self, text: String) -> Result<Name> {
        self.spend(text.len())?;
        Ok(Name::new(text)?)
    }

    /// A text in Strata SQL.
    fn parsed<T: FromStr<Err = Error>>(&mut self, text: String) -> Result<T> {
        let text = self.text(text)?;
        Ok(text.parse::<T>()?)
    }

    fn parsed_optional<T: FromStr<Err = Error>>(
        &mut self,
        text: Option<String>,
        field: &str,
    ) -> Result<Option<T>> {
        text.map(|text| self.parsed(text))
            .transpose()
            .in_field(field)
    }

    fn names(&mut self, texts: Vec<String>, field: &str) -> Result<Vec<Name>> {
        self.list(texts, field, Budget::name)
    }

    fn texts(&mut self, texts: Vec<String>, field: &str) -> Result<Vec<String>> {
        self.list(texts, field, Budget::text)
    }

    fn list<A, B>(
        &mut self,
        items: Vec<A>,
        field: &str,
        convert: impl Fn(&mut Budget, A) -> Result<B>,
    ) -> Result<Vec<B>> {
        if items.len() > LIST_ITEMS_MAX {
            let why = format!(
                "it has {} items, at most {LIST_ITEMS_MAX} are taken",
                items.len()
            );
            return Err(Bad::new(why).under(field));
        }
        items
            .into_iter()
            .enumerate()
            .map(|(n, item)| {
                convert(self, item).map_err(|bad| bad.under(&format!("[{n}]")).under(field))
            })
            .collect()
    }
}
