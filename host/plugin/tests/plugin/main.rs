//! The room `plugin`, tested with real components: fixtures, hostile guests, and files made by hand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests stand outside test functions"
)]

mod conversion;
mod gate;
mod guests;
mod handmade;
mod hostile;
mod keeping;
mod reading;
mod support;
