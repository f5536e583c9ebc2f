//! The list of every error code that this room declares, each beside what raises it.

use crate::error::Code;

/// Every error code of this room.
pub fn all() -> Vec<&'static Code> {
    let lists = [
        crate::actor::ALL,
        crate::allowance::ALL,
        crate::approval::ALL,
        crate::audit::ALL,
        crate::capabilities::ALL,
        crate::column_type::ALL,
        crate::comment::ALL,
        crate::customization::ALL,
        crate::digest::ALL,
        crate::emission::ALL,
        crate::expression::parse::ALL,
        crate::expression::resolve::ALL,
        crate::id::ALL,
        crate::ledger::ALL,
        crate::manifest::ALL,
        crate::name::ALL,
        crate::operation::require::ALL,
        crate::query::parse::ALL,
        crate::query::resolve::ALL,
        crate::status::ALL,
        crate::value::ALL,
    ];
    lists.into_iter().flatten().copied().collect()
}
