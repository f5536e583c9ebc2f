//! [`Clock`]: where time comes from. Pure rooms get a [`jiff::Timestamp`] as a value; only rooms that do
//! input and output hold a clock.

use jiff::Timestamp;

/// A source of the present moment.
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;
}
