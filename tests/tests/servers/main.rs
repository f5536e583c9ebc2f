//! Tenants on real servers, through the real binary: `STRATA_TEST_POSTGRES_URL` and
//! `STRATA_TEST_MYSQL_URL` name them. Each test runs on every server that there is.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests stand outside test functions"
)]

mod bad_input;
mod catalogue;
mod crashes;
mod faults;
mod full_disk;
mod life;
mod many;
mod racing;
mod registry;
mod tampering;
mod tls;
